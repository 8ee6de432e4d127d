"""A question in a lesson's text: to be answered, or answered."""

from dataclasses import dataclass

from django.urls import reverse

from learn.catalog.course import Lesson
from learn.lessons.tickets import Ticket
from learn.questions.fields import Fields
from learn.questions.presentation import Asked, Given
from learn.questions.question import Question
from learn.questions.variants import variant_of
from learn.quizzes import presentation
from learn.quizzes.models import Answer


@dataclass(frozen=True)
class Place:
    """A question in the text of a lesson."""

    lesson: Lesson
    question: Question

    @property
    def name(self) -> str:
        """What its fields' names begin with. No slug has an underscore: no two names meet."""
        return "check_" + self.question.slug.replace("-", "_")

    @property
    def anchor(self) -> str:
        return f"question_{self.question.slug}"

    @property
    def url(self) -> str:
        lesson = self.lesson
        return reverse("lessons:check", args=[lesson.module, lesson.slug, self.question.slug])

    @property
    def url_in_lesson(self) -> str:
        return f"{self.lesson.url}#{self.anchor}"


@dataclass(frozen=True)
class Card:
    """What stands at a place: the question with its ticket (`asked`), or an answer (`given`).

    `takes_focus`: the learner has just done something here.
    """

    place: Place
    asked: Asked | None = None
    ticket: str = ""
    given: Given | None = None
    takes_focus: bool = False


def fresh_card(place: Place, error: str = "", *, takes_focus: bool = False) -> Card:
    """A variant that nobody has seen."""
    return asked_card(place, Ticket.fresh(place.question), error=error, takes_focus=takes_focus)


def asked_card(
    place: Place,
    ticket: Ticket,
    fields: Fields | None = None,
    error: str = "",
    *,
    takes_focus: bool = True,
) -> Card:
    """The variant of the ticket, with what is filled in so far."""
    asked = Asked(
        variant_of(place.question, ticket.seed),
        place.name,
        fields or {},
        hints_shown=ticket.hints_shown,
        error=error,
    )
    return Card(place, asked=asked, ticket=ticket.signed, takes_focus=takes_focus)


def kept_card(place: Place, answer: Answer, *, takes_focus: bool = False) -> Card:
    """The answer that a learner gave; to be sent again, if it is us who could not mark it."""
    if answer.status == Answer.Status.OPEN:
        fault = presentation.fault_of(answer)
        ticket = _ticket_of(place, answer)
        return asked_card(place, ticket, answer.fields, fault, takes_focus=takes_focus)
    given = presentation.given(answer)
    return Card(place, given=given, takes_focus=takes_focus)


def _ticket_of(place: Place, answer: Answer) -> Ticket:
    return Ticket(
        place.question.path, answer.version_id, answer.seed, answer.hints_shown, answer.asked_at
    )
