"""One answer, for its learner: what a page asks for while the answer is being marked."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRefresh

from learn.accounts.models import User
from learn.core.http import is_htmx, log_in_first
from learn.quizzes.models import Answer
from learn.quizzes.presentation import fault_of, given, poll_delay
from learn.quizzes.releases import held_back

OPEN, MARKING = Answer.Status.OPEN, Answer.Status.MARKING


@never_cache
@require_safe
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """A page; for htmx the card alone, or 204 while nothing has changed.

    What an attempt shows of its answers, and when, is decided on the attempt's own page: that is
    loaded again once the mark is there.
    """
    if not isinstance(request.user, User):
        return _logged_out(request)
    found = get_object_or_404(
        Answer.objects.select_related("version", "user").filter(user=request.user), pk=pk
    )
    if not is_htmx(request):
        return _page(request, found)
    if found.status == MARKING and request.GET.get("seen") == str(poll_delay(found)):
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    if found.attempt_id and found.status != MARKING:
        return HttpResponseClientRefresh()
    return render(request, _template(found), _context(found))


def _page(request: HttpRequest, answer: Answer) -> HttpResponse:
    context = {"part": _template(answer), **_context(answer)}
    return render(request, "quizzes/answer.html", context)


def _template(answer: Answer) -> str:
    return "quizzes/_answer_again.html" if answer.status == OPEN else "questions/_given.html"


def _context(answer: Answer) -> dict[str, object]:
    key = (answer.module, answer.question)
    shows = answer.attempt_id is None and key not in held_back(answer.user, [key])
    shown = given(answer, shows_score=shows, shows_feedback=shows, shows_solution=shows)
    return {"answer": answer, "given": shown, "fault": fault_of(answer)}


def _logged_out(request: HttpRequest) -> HttpResponse:
    """The page that polls must not be left for the log-in page: it may hold unsent text."""
    if is_htmx(request):
        return render(request, "quizzes/_answer_logged_out.html", {"path": request.path})
    return log_in_first(request, request.path)
