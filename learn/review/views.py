"""The daily review: what is due, one question after the other, and the end."""

from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from learn.accounts.requests import UserRequest
from learn.questions.fields import AnswerError, Fields, fields_of
from learn.questions.presentation import Asked
from learn.quizzes import answering, presentation
from learn.quizzes.models import Answer
from learn.review import actions, queries

# What the fields of the question's form begin with.
NAME = "answer"
WITHHELD = gettext_lazy(
    "That question is part of a quiz that is not over yet for you. It comes back to your review "
    "after it."
)


@never_cache
@login_required
@require_safe
def home(request: UserRequest) -> HttpResponse:
    """What is due, the streak, the days to come and how strong each module is."""
    context = {"overview": queries.overview_of(request.user)}
    return render(request, "review/home.html", context)


@login_required
@require_POST
def go_on(request: UserRequest) -> HttpResponse:
    """To the next question, or to the end."""
    return _next(request, more="more" in request.POST)


@never_cache
@login_required
@require_safe
def done(request: UserRequest) -> HttpResponse:
    """The end of today's review."""
    overview = queries.overview_of(request.user)
    return render(request, "review/done.html", {"overview": overview})


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: UserRequest, pk: int) -> HttpResponse:
    """A question, and after its answer what became of it."""
    found = _found(request, pk)
    if queries.is_withheld(found, request.user):
        messages.info(request, WITHHELD)
        return redirect("review:home")
    if found.status != Answer.Status.OPEN:
        return redirect(request.path) if request.method == "POST" else _given(request, found)
    return _give(request, found) if request.method == "POST" else _asked(request, found)


@login_required
@require_POST
def skip(request: UserRequest, pk: int) -> HttpResponse:
    """Leaves the question for tomorrow."""
    actions.skip_today(_found(request, pk))
    return _next(request)


@login_required
@require_POST
def stop(request: UserRequest, pk: int) -> HttpResponse:
    """Takes the question out of the reviews."""
    actions.stop_asking(_found(request, pk))
    sentence = _("You will not be asked that again. Your review's page undoes it.")
    messages.success(request, sentence)
    return _next(request)


@login_required
@require_POST
def ask_again(request: UserRequest) -> HttpResponse:
    """Puts all questions back that were taken out."""
    count = actions.ask_again(request.user)
    sentence = ngettext(
        "%(count)s question is back in your review.",
        "%(count)s questions are back in your review.",
        count,
    )
    messages.success(request, sentence % {"count": count})
    return redirect("review:home")


def _found(request: UserRequest, pk: int) -> Answer:
    return get_object_or_404(queries.reviews_of(request.user), pk=pk)


def _next(request: UserRequest, *, more: bool = False) -> HttpResponse:
    asked = actions.ask_next(request.user, more=more)
    return redirect("review:answer", asked.pk) if asked else redirect("review:done")


def _give(request: UserRequest, answer: Answer) -> HttpResponse:
    fields: Fields = {}
    try:
        fields = fields_of(request.POST.lists(), NAME)
        if "hint" in request.POST:
            answering.show_hint(answer, fields)
        else:
            answering.give(answer, fields)
    except AnswerError as error:
        return _asked(request, answer, fields, str(error))
    except answering.GivenAlreadyError:
        pass  # A double click, or another tab: the page shows what was given first.
    return redirect(request.path)


def _asked(
    request: UserRequest, answer: Answer, fields: Fields | None = None, error: str = ""
) -> HttpResponse:
    asked = Asked(
        answering.variant_for(answer),
        NAME,
        fields=answer.fields if fields is None else fields,
        hints_shown=answer.hints_shown,
        error=error or presentation.fault_of(answer),
    )
    context = {"asked": asked, **_context(request, answer)}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK
    return render(request, "review/question.html", context, status=status)


def _given(request: UserRequest, answer: Answer) -> HttpResponse:
    given = presentation.given(answer)
    return render(request, "review/question.html", {"given": given, **_context(request, answer)})


def _context(request: UserRequest, answer: Answer) -> dict[str, object]:
    today = queries.today_of(request.user)
    return {"answer": answer, "today": today, "card": queries.card_of(answer)}
