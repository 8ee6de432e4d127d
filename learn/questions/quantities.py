"""A quantity that is asked for, what was typed for it, and what that is worth."""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from learn.questions.fields import AnswerError
from learn.questions.numerals import NumeralError, read_numeral
from learn.questions.parameters.values import decimal_places, rounded, shown
from learn.questions.question import Remark
from learn.questions.units import Unit, Units

MAX_UNIT_CHARACTERS = 40
SHOWN_PLACES = 6


@dataclass(frozen=True)
class Tolerance:
    """How far from a number is near enough: `amount`, or that part of the number."""

    amount: Fraction
    is_relative: bool = False

    def around(self, number: Fraction) -> Fraction:
        """The distance that is still near enough, in the number's own unit."""
        return abs(number) * self.amount if self.is_relative else self.amount


@dataclass(frozen=True)
class WrongNumber:
    """A wrong number that somebody comes to, and the mistake behind it.

    `formula` is how its author wrote it.
    """

    number: Fraction
    formula: str
    feedback: SafeString
    misconception: str


@dataclass(frozen=True)
class Slot:
    """One number to type: in which field, what is right, and what is wrong in a known way.

    All numbers are in `unit`; None means that a number has no unit. `label` is plain text, and
    `formula` how the author wrote the number.
    """

    part: str
    label: str
    number: Fraction
    formula: str
    tolerance: Tolerance
    unit: Unit | None
    units: Units
    unit_may_miss: bool
    unit_credit: Fraction
    feedback: SafeString
    wrong: tuple[WrongNumber, ...]

    @property
    def needs_unit(self) -> bool:
        return self.unit is not None and not self.unit_may_miss

    @property
    def right_answer(self) -> str:
        """The right answer, to be read."""
        return with_unit(self.number, self.unit)

    @property
    def near_enough(self) -> str:
        """How far from it is still right, to be read; "" if nothing is."""
        if not self.tolerance.amount:
            return ""
        if self.tolerance.is_relative:
            return f"{written(self.tolerance.amount * 100)} %"
        return with_unit(self.tolerance.amount, self.unit)

    def is_near(self, number: Fraction, other: Fraction) -> bool:
        return abs(number - other) <= self.tolerance.around(other)

    def knows(self, number: Fraction) -> bool:
        """Whether it is right, or a known mistake."""
        return self.is_near(number, self.number) or self.wrong_number(number) is not None

    def wrong_number(self, number: Fraction) -> WrongNumber | None:
        """The known mistake that gives this number."""
        return next((wrong for wrong in self.wrong if self.is_near(number, wrong.number)), None)


@dataclass(frozen=True)
class Entry:
    """What was typed into a slot. `readings` are what its number may mean.

    `unit` is None where none was typed, and where `unit_text` is none that anybody knows.
    """

    slot: Slot
    text: str
    readings: tuple[Fraction, ...]
    unit: Unit | None
    unit_text: str

    @cached_property
    def number(self) -> Fraction:
        """The number in the slot's unit: its first reading that says something."""
        return self._likeliest(self._ratio or Fraction(1))

    @property
    def has_right_number(self) -> bool:
        return self.slot.is_near(self.number, self.slot.number)

    @property
    def is_right(self) -> bool:
        return self.has_right_number and not self._unit_fault

    @property
    def score(self) -> Fraction:
        """0 to 1."""
        credit = self.slot.unit_credit if self._unit_fault and self._is_well_calculated else 0
        return Fraction(1) if self.is_right else Fraction(credit)

    @property
    def tone(self) -> str:
        """right, partly or wrong."""
        return "right" if self.is_right else "partly" if self.score else "wrong"

    @property
    def misconception(self) -> str:
        return self._mistake.misconception if self._mistake else ""

    @cached_property
    def remarks(self) -> tuple[Remark, ...]:
        """Why it is right or wrong, and what is wrong with its unit."""
        feedback = self._mistake.feedback if self._mistake else self.slot.feedback
        says_why = self._mistake or self._is_well_calculated
        remarks = [Remark(feedback, self._is_well_calculated)] if feedback and says_why else []
        if self._unit_fault:
            is_right = self._is_well_calculated
            begin = _("The number is right, but") if is_right else _("The number is wrong, and")
            text = format_html("<p>{} {}</p>", begin, self._unit_fault)
            remarks.append(Remark(text, is_right=False))
        return tuple(remarks)

    @property
    def canonical(self) -> str:
        """The same text for the same answer, however it was typed."""
        unit = self.slot.unit if self._ratio else self.unit
        return " ".join(filter(None, (written(self.number), unit.name if unit else self._words)))

    @property
    def _words(self) -> str:
        return self.unit_text.casefold()

    @cached_property
    def _ratio(self) -> Fraction | None:
        """By what the number becomes one in the slot's unit; None if it cannot."""
        if self.slot.unit is None or (not self.unit_text and self.slot.unit_may_miss):
            return Fraction(1)
        return self.unit.to(self.slot.unit) if self.unit else None

    @cached_property
    def _is_well_calculated(self) -> bool:
        """Whether the number is right, or would be if it had the slot's unit."""
        numbers = (self.number, self._likeliest(Fraction(1)))
        return any(self.slot.is_near(number, self.slot.number) for number in numbers)

    def _likeliest(self, ratio: Fraction) -> Fraction:
        """Of the readings the first that is right or a known mistake, or else the first."""
        numbers = [reading * ratio for reading in self.readings]
        return next((number for number in numbers if self.slot.knows(number)), numbers[0])

    @cached_property
    def _mistake(self) -> WrongNumber | None:
        return None if self._is_well_calculated else self.slot.wrong_number(self.number)

    @property
    def _unit_fault(self) -> str:
        """What is wrong with the unit, as the end of a sentence."""
        if not self.slot.unit or (self.has_right_number and self._ratio):
            return ""
        asked = self.slot.unit.name
        if self._ratio:
            in_another = _("in %(asked)s, not in %(given)s.")
            units = {"asked": asked, "given": self.unit_text}
            return in_another % units if self._is_well_calculated else ""
        if not self.unit_text:
            return _("its unit is missing. Write %(asked)s behind it.") % {"asked": asked}
        sentence = _("'%(given)s' is not its unit. The answer is asked in %(asked)s.")
        return sentence % {"given": self.unit_text, "asked": asked}


def read_entry(slot: Slot, text: str) -> Entry:
    """What was typed into the slot.

    Raises:
        AnswerError: it is no number.
    """
    try:
        numeral = read_numeral(text)
    except NumeralError as error:
        raise AnswerError(f"{slot.label}: {error}" if slot.label else str(error)) from None
    unit, words = _unit(slot, numeral.before, numeral.after)
    if words and slot.unit is None:
        raise AnswerError(_("Write the number alone, without '%(words)s'.") % {"words": words})
    if len(words) > MAX_UNIT_CHARACTERS or len(words.split()) > 4:
        raise AnswerError(_("Write the number and its unit, and nothing else."))
    return Entry(slot, " ".join(text.split()), numeral.readings, unit, words)


def _unit(slot: Slot, before: str, after: str) -> tuple[Unit | None, str]:
    """The unit, which may stand on both sides ("$5/month"), and how it was written."""
    together = " ".join(filter(None, (before, after)))
    one, other = slot.units.find(before), slot.units.find(after)
    is_said_twice = one is not None and one == other
    return one if is_said_twice else slot.units.find(together), together


def with_unit(number: Fraction, unit: Unit | None) -> str:
    return f"{written(number)} {unit.name}" if unit else written(number)


def written(number: Fraction) -> str:
    """The number as a decimal: 1,536.5; rounded, and with a sign for that, if it has no end."""
    places = decimal_places(number)
    if places is not None and places <= SHOWN_PLACES:
        return shown(number, ",")
    return f"≈ {_significant(number)}"


def _significant(number: Fraction) -> str:
    """Six significant digits."""
    places = 0
    while places < 30 and abs(number) * 10**places < 10 ** (SHOWN_PLACES - 1):
        places += 1
    return shown(rounded(number, places), ",")
