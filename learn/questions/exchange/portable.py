"""What of our questions another system can be told, whatever its format."""

from collections.abc import Iterator
from decimal import Decimal

from learn.questions.documents import QuestionDocument
from learn.questions.exchange.carried import CannotCarryError
from learn.questions.kinds.numeric import NumericDocument
from learn.questions.kinds.short_text import ShortTextDocument


def refuse_what_needs_us(document: QuestionDocument) -> None:
    """Raises CannotCarryError for what no exchange format can express."""
    if document.parameters:
        raise CannotCarryError("its numbers are drawn anew for each learner, by our parameters")
    if isinstance(document, NumericDocument):
        _refuse_numbers(document)
    if isinstance(document, ShortTextDocument) and document.regex:
        raise CannotCarryError("it accepts answers by patterns ('regex'), which are ours alone")


def _refuse_numbers(document: NumericDocument) -> None:
    if document.parts:
        raise CannotCarryError("it asks for several numbers at once")
    if document.unit:
        raise CannotCarryError("its answer has a unit, and other systems take a bare number")
    if isinstance(document.answer, str):
        raise CannotCarryError("its answer is an expression")


def answer_and_tolerance(document: NumericDocument) -> tuple[Decimal, Decimal]:
    """The number, and how far from it is near enough: a percentage as the amount that it is."""
    answer = Decimal(str(document.answer))
    tolerance = document.tolerance
    if isinstance(tolerance, str):
        return answer, abs(answer) * Decimal(tolerance.rstrip("% ")) / 100
    return answer, Decimal(str(tolerance))


def plain(number: Decimal) -> str:
    """The number without exponent and without zeros that say nothing."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def lost_keys(document: QuestionDocument, carried: frozenset[str] = frozenset()) -> Iterator[str]:
    """The names of what the question has and most formats have no place for."""
    keys = ("hints", "concepts", "skills", "objective", "bloom", "section")
    yield from (key for key in keys if getattr(document, key) and key not in carried)
    options = getattr(document, "options", ())
    if any(option.misconception for option in options):
        yield "misconceptions"
