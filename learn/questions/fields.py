"""What a browser sends as the answer to one question, before anybody has looked at it."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

type Fields = Mapping[str, Sequence[str]]
"""`{part: values}`: the part "" is the field `<name>` itself, "x" the field `<name>-x`.

It is JSON, is kept as it came, and is all that an answer ever is.
"""

MAX_FIELDS = 60
MAX_CHARACTERS = 20_000
SEPARATOR = "-"
MISFIT = gettext_noop("This answer does not fit its question. Load the page again.")
NO_TEXT = re.compile("[\0\ud800-\udfff]")


class AnswerError(Exception):
    """The answer cannot be taken; the text is a sentence for the learner, and nothing changes."""


class BlankAnswerError(AnswerError):
    """Nothing is answered, or a part is missing."""


class UnfinishedAnswerError(AnswerError):
    """It cannot be read as it stands, such as half of a JSON text.

    A quiz keeps it while its learner goes on typing; it cannot be given.
    """


def fields_of(data: Iterable[tuple[str, Sequence[str]]], name: str) -> dict[str, list[str]]:
    """The question's part of a form (`QueryDict.lists()`).

    Raises:
        AnswerError: it is larger than any answer can be, or no text.
    """
    fields: dict[str, list[str]] = {}
    for key, values in data:
        if key == name or key.startswith(name + SEPARATOR):
            fields[key[len(name) + 1 :]] = list(values)
    check_size(fields)
    # No browser sends these, and no database keeps them.
    if any(NO_TEXT.search(text) for part in fields.items() for text in (part[0], *part[1])):
        raise AnswerError(_(MISFIT))
    return fields


def check_size(fields: Fields) -> None:
    """Refuse what is larger than any answer can be.

    Raises:
        AnswerError: with what is too much.
    """
    if sum(map(len, fields.values())) > MAX_FIELDS or len(fields) > MAX_FIELDS:
        raise AnswerError(_("This answer has more parts than its question. Load the page again."))
    if sum(len(value) for values in fields.values() for value in values) > MAX_CHARACTERS:
        sentence = _("An answer may have %(number)s characters. Shorten yours.")
        raise AnswerError(sentence % {"number": f"{MAX_CHARACTERS:,}"})


def require_parts(fields: Fields, known: Collection[str] = ("",)) -> None:
    """Refuse parts that the question does not have. What is no answer needs another name.

    Raises:
        AnswerError: the form was made by hand, or the question has changed.
    """
    if not fields.keys() <= set(known):
        raise AnswerError(_(MISFIT))


def single(fields: Fields, part: str = "") -> str:
    """The one value of a part, "" if it is missing.

    Raises:
        AnswerError: it was sent twice, or holds what no field can: a NUL or half a character.
    """
    values = fields.get(part, ())
    if len(values) > 1 or any(NO_TEXT.search(value) for value in values):
        raise AnswerError(_(MISFIT))
    return values[0] if values else ""
