"""Artefacts that are JSON: read strictly, with the place of what is wrong."""

import json
from typing import Any, NoReturn

from labs.evaluators.refusal import InvalidArtefactError


class _RefusedError(ValueError):
    """What Python's reader would take; the text is a sentence."""


def parse(text: str, *, refusal: str = "", unique: bool = True) -> Any:
    """The value of an artefact.

    `refusal` is what AWS says of a text that is no JSON, where it says so little that the learner
    is told the place beside it. With `unique` no object may have a name twice; without, the last
    one counts.

    Raises:
        InvalidArtefactError: it is no JSON.
    """
    try:
        return json.loads(
            text, parse_constant=_refuse, object_pairs_hook=_unique if unique else None
        )
    except json.JSONDecodeError as error:
        told = f"{error.msg[0].lower()}{error.msg[1:]}"
        where = f"line {error.lineno}, column {error.colno}"
        raise _invalid(refusal, f"It is no JSON: {told} at {where}.") from None
    except _RefusedError as error:
        raise _invalid(refusal, str(error)) from None
    except RecursionError:
        raise _invalid(refusal, "It is nested too deeply.") from None
    except ValueError:
        raise _invalid(refusal, "It holds a number with too many digits.") from None


def _invalid(refusal: str, told: str) -> InvalidArtefactError:
    return InvalidArtefactError(f"{refusal} {told}".strip())


def _refuse(constant: str) -> NoReturn:
    raise _RefusedError(f"It is no JSON: {constant} is none of its values.")


def _unique(members: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in members:
        if name in found:
            raise _RefusedError(f"The name {json.dumps(name)} stands twice in one object.")
        found[name] = value
    return found
