"""Numbers as people type them: 1,234.5 and 1.234,5 and 1 234,5 and 1'234.5 and 1.2345e3.

The rule for what can be read in two ways: one comma or one point, with one to three digits before
it and exactly three after, may group thousands or begin the decimals. Both readings are kept, the
English one first: 1,234 is 1234, and 1.234 is a little more than 1. Whoever marks takes the first
that is right or a known mistake. But 1,500 is 1500 alone: few end their decimals with a zero, and
many forget to turn 1500 ms into 1.5 s. After a 0 the decimals begin.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

MAX_CHARACTERS = 100
MAX_DIGITS = 40
MAX_EXPONENT = 30

NOT_ONE = gettext_noop("Write one number in digits, such as 1,536 or 0.25.")

_SAME = {
    **dict.fromkeys("\u2212\u2010\u2011\u2012\u2013\ufe63\uff0d", "-"),
    **dict.fromkeys("\u2019\u02bc\u0060\u00b4\u066c", "'"),
    "\u066b": ".",
    "\uff0b": "+",
    "\u00d7": "x",
    "\u00b7": "*",
    "\u22c5": "*",
}
_RAISED = str.maketrans("⁻⁺⁰¹²³⁴⁵⁶⁷⁸⁹", "-+0123456789")
_RAISED_POWER = re.compile(r"10([⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)")
_SHAPE = re.compile(
    r"""[=~≈\ ]*
    (?P<lead>[-+]?)\ ?
    (?P<before>(?:[A-Za-z]{0,3}[$€£¥]|[A-Za-z]{3})?)\ ?
    (?P<sign>[-+]?)\ ?
    (?P<digits>[.,]?\d(?:[\d.,'_]|\ (?=\d))*)
    (?:[eE](?P<e>[-+]?\d+)|\ ?[xX*]\ ?10(?:\^|\*\*)(?P<ten>[-+]?\d+))?
    (?P<after>\D*)
    """,
    re.VERBOSE | re.ASCII,
)
_GROUPED = {
    **{sign: re.compile(rf"[1-9]\d{{0,2}}(?:{re.escape(sign)}\d{{3}})+") for sign in ".'_ "},
    # 1,00,000 is a hundred thousand in India.
    ",": re.compile(r"[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d?(?:,\d{2})+,\d{3}"),
}


class NumeralError(ValueError):
    """A text is no number; the message is a sentence for whoever typed it."""


@dataclass(frozen=True)
class Numeral:
    """A number in a text. `readings` are what it may mean, the likeliest first.

    `before` is the sign of a currency, `after` all that follows.
    """

    readings: tuple[Fraction, ...]
    before: str
    after: str


def read_numeral(text: str) -> Numeral:
    """The number in a text, and the words around it.

    Raises:
        NumeralError: there is none, more than one, or one beyond all measure.
    """
    if len(text) > MAX_CHARACTERS:
        sentence = _("Write a number in at most %(most)s characters.")
        raise NumeralError(sentence % {"most": MAX_CHARACTERS})
    found = _SHAPE.fullmatch(_plain(text))
    if not found or (found["lead"] and found["sign"]):
        raise NumeralError(_(NOT_ONE))
    factor = _power_of_ten(found["e"] or found["ten"] or "0")
    factor = -factor if "-" in (found["lead"], found["sign"]) else factor
    readings = tuple(number * factor for number in _magnitudes(found["digits"]))
    return Numeral(readings, found["before"], found["after"].strip())


def _plain(text: str) -> str:
    """All signs of one meaning as one, in ASCII; other words as they are."""
    # A pasted number may bring marks that nobody sees, such as a space of no width.
    text = "".join(character for character in text if unicodedata.category(character) != "Cf")
    text = _RAISED_POWER.sub(lambda found: "10^" + found[1].translate(_RAISED), text)
    return " ".join("".join(map(_plain_character, text)).split())


def _plain_character(character: str) -> str:
    digit = unicodedata.decimal(character, None)
    return _SAME.get(character, character) if digit is None else str(digit)


def _power_of_ten(exponent: str) -> Fraction:
    if len(exponent) > 4 or abs(int(exponent)) > MAX_EXPONENT:
        sentence = _("Write a number between 1e-%(most)s and 1e%(most)s.")
        raise NumeralError(sentence % {"most": MAX_EXPONENT})
    return Fraction(10) ** int(exponent)


def _magnitudes(digits: str) -> tuple[Fraction, ...]:
    """What the digits may mean, the likeliest first."""
    digits = digits.rstrip(".,")
    if len(digits) > MAX_DIGITS:
        raise NumeralError(_("Write a number of at most %(most)s digits.") % {"most": MAX_DIGITS})
    readings = tuple(dict.fromkeys(_readings(digits)))
    if not readings:
        sentence = _("'%(digits)s' cannot be read as one number. Write it like 1234567.8.")
        raise NumeralError(sentence % {"digits": digits})
    return readings


def _readings(digits: str) -> Iterator[Fraction]:
    """With decimals after a point, without decimals, with decimals after a comma."""
    for sign in (".", "", ","):
        whole, _, decimals = digits.partition(sign) if sign else (digits, "", "0")
        are_thousands = sign == "," and decimals.endswith("0") and _GROUPED[","].fullmatch(digits)
        if decimals.isdigit() and _is_whole(whole, sign) and not are_thousands:
            yield Fraction(f"{re.sub(r'\D', '', whole) or '0'}.{decimals}")


def _is_whole(whole: str, sign: str) -> bool:
    """Digits alone, or in groups of thousands that `sign` does not make."""
    if whole.isdigit() or (sign and not whole):
        return True
    return any(form.fullmatch(whole) for by, form in _GROUPED.items() if by != sign)
