"""Policy variables: ${aws:username}, ${aws:PrincipalTag/team, 'none'}, ${*}.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

import re
from collections.abc import Mapping

from labs.cloud.iam.patterns import LITERAL, literally

type Context = Mapping[str, str | tuple[str, ...]]

_VARIABLE = re.compile(r"\$\{\s*([^},]+?)\s*(?:,\s*'([^']*)'\s*)?\}")


class UnresolvedError(Exception):
    """A variable has no value in this request, so that its statement does not apply."""


def resolve(text: str, context: Context) -> str:
    """The text with its variables filled in from `context`, whose keys are lower case.

    Raises:
        UnresolvedError: one has no single value there, and no default.
    """
    return _VARIABLE.sub(lambda found: _value(found, context), text) if "${" in text else text


def _value(found: re.Match[str], context: Context) -> str:
    name, default = found[1], found[2]
    if name in LITERAL:
        return LITERAL[name]
    value = context.get(name.lower())
    if isinstance(value, str):
        return literally(value)
    if default is None:
        raise UnresolvedError(name)
    return literally(default)
