"""A lesson, and the questions in its text: readable and answerable by everyone."""

from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from learn.accounts.models import User
from learn.catalog.catalogue import get_course
from learn.catalog.course import Lesson
from learn.catalog.lookup import lesson_or_404, module_or_404
from learn.core.http import is_htmx
from learn.lessons import actions, guests, queries
from learn.lessons.cards import Card, Place, asked_card, fresh_card, kept_card
from learn.lessons.examples import runnable_parts
from learn.lessons.limits import TOO_FAST, is_too_fast
from learn.lessons.tickets import Ticket, TicketError
from learn.questions.fields import AnswerError, Fields, fields_of
from learn.quizzes.models import Answer

REFUSED = HTTPStatus.UNPROCESSABLE_ENTITY


@never_cache
@require_safe
def lesson(request: HttpRequest, module: str, lesson: str) -> HttpResponse:
    """The text, with the newest answers of who is logged in."""
    return _lesson_page(request, lesson_or_404(module_or_404(module), lesson))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, module: str, lesson: str, question: str) -> HttpResponse:
    """GET asks the question afresh; POST answers it, or asks for a hint. Writes no open rows."""
    place = _place_or_404(module, lesson, question)
    if request.method == "POST":
        return _take(request, place)
    return _show(request, fresh_card(place, takes_focus=True))


def _place_or_404(module: str, lesson: str, question: str) -> Place:
    found = module_or_404(module)
    page = lesson_or_404(found, lesson)
    asked = found.question(question)
    if asked is None or question not in page.page.checks:
        raise Http404("This lesson asks no such question.")
    return Place(page, asked)


def _take(request: HttpRequest, place: Place) -> HttpResponse:
    try:
        ticket = Ticket.read(request.POST.get("ticket", ""), place.question)
    except TicketError as error:
        return _show(request, fresh_card(place, str(error), takes_focus=True), REFUSED)
    try:
        fields = fields_of(request.POST.lists(), place.name)
    except AnswerError as error:
        return _show(request, asked_card(place, ticket, error=str(error)), REFUSED)
    if is_too_fast(request):
        card = asked_card(place, ticket, fields, _(TOO_FAST))
        return _show(request, card, HTTPStatus.TOO_MANY_REQUESTS)
    if "hint" in request.POST:
        return _show(request, asked_card(place, ticket.with_next_hint(), fields))
    try:
        return _mark(request, place, ticket, fields)
    except AnswerError as error:
        return _show(request, asked_card(place, ticket, fields, str(error)), REFUSED)


def _mark(request: HttpRequest, place: Place, ticket: Ticket, fields: Fields) -> HttpResponse:
    if not isinstance(request.user, User):
        given = actions.mark_for_guest(place.question, ticket, fields)
        guests.keep(request.session, place.question, ticket, fields)
        return _show(request, Card(place, given=given, takes_focus=True))
    answer = actions.answer(request.user, place.question, ticket, fields)
    if is_htmx(request):
        return _show(request, kept_card(place, answer, takes_focus=True))
    return redirect(place.url_in_lesson)


def _show(request: HttpRequest, card: Card, status: int = HTTPStatus.OK) -> HttpResponse:
    """The card for htmx, or else the lesson with it."""
    if is_htmx(request):
        return render(request, "lessons/_check.html", {"card": card}, status=status)
    return _lesson_page(request, card.place.lesson, card, status)


def _lesson_page(
    request: HttpRequest, lesson: Lesson, changed: Card | None = None, status: int = HTTPStatus.OK
) -> HttpResponse:
    module = module_or_404(lesson.module)
    cards = _cards(request, lesson)
    if changed:
        cards[changed.place.question.slug] = changed
    context = {
        "module": module,
        "lesson": lesson,
        "parts": [(part, cards.get(part.question)) for part in runnable_parts(lesson)],
        "asks": bool(cards),
        "previous": module.step_before(lesson),
        "next": get_course().next_after(module, lesson),
    }
    return render(request, "lessons/lesson.html", context, status=status)


def _cards(request: HttpRequest, lesson: Lesson) -> dict[str, Card]:
    """`{question slug: card}` of all questions in the text."""
    module = module_or_404(lesson.module)
    asked = [found for slug in lesson.page.checks if (found := module.question(slug))]
    answers: dict[str, Answer] = {}
    if isinstance(request.user, User) and asked:
        answers = queries.last_answers(request.user, lesson)
    return {
        question.slug: _card(Place(lesson, question), answers.get(question.slug))
        for question in asked
    }


def _card(place: Place, answer: Answer | None) -> Card:
    # A question that has changed since is asked afresh.
    if answer and answer.version_id == place.question.content_hash:
        return kept_card(place, answer)
    return fresh_card(place)
