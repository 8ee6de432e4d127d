"""A quiz, and its attempts: begun, saved while they are answered, submitted, reviewed."""

from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from learn.accounts.models import User
from learn.accounts.requests import UserRequest
from learn.catalog.catalogue import get_course
from learn.catalog.lookup import module_or_404, quiz_or_404
from learn.catalog.quiz import Quiz
from learn.catalog.rules import Rules
from learn.core.throttle import Throttle
from learn.quizzes import actions, queries
from learn.quizzes.attempt_pages import Sent, open_page, results
from learn.quizzes.forms import position_of, sheet_of
from learn.quizzes.models import Answer, Attempt
from learn.quizzes.sentences import kept_back, rule_sentences
from learn.quizzes.standing import ALL_RELEASED, Released, Standing

# Nobody who reads the questions begins so often, and each attempt stays in the database.
STARTS = Throttle("attempts", amount=20, seconds=60)
TOO_MANY_STARTS = gettext_noop(
    "You have begun very often within a minute. Wait a minute, then begin again."
)
REFUSED = HTTPStatus.UNPROCESSABLE_ENTITY


@never_cache
@require_safe
def quiz(request: HttpRequest, module: str, quiz: str) -> HttpResponse:
    """What the quiz is like, and the learner's attempts; readable by everyone."""
    found = quiz_or_404(module_or_404(module), quiz)
    return _quiz_page(request, found)


@never_cache
@require_POST
@login_required
def start(request: UserRequest, module: str, quiz: str) -> HttpResponse:
    """Begin an attempt, or go on with the open one."""
    found = quiz_or_404(module_or_404(module), quiz)
    if STARTS.refuses(request.user.pk):
        return _quiz_page(request, found, _(TOO_MANY_STARTS), HTTPStatus.TOO_MANY_REQUESTS)
    try:
        attempt = actions.start(request.user, found)
    except actions.RefusedError as refusal:
        return _quiz_page(request, found, str(refusal), REFUSED)
    return redirect(attempt)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def attempt(request: UserRequest, module: str, quiz: str, pk: int) -> HttpResponse:
    """The questions of an open attempt; its result afterwards, for instructors too."""
    found = quiz_or_404(module_or_404(module), quiz)
    if request.method == "POST":
        return _take(request, found, _own_or_404(request.user, found, pk))
    visible = queries.visible_to(request.user).select_related("user")
    shown = get_object_or_404(visible, pk=pk, quiz=found.slug)
    actions.close_if_over(shown)
    if shown.status == Attempt.Status.OPEN and shown.user == request.user:
        return _open_page(request, found, shown, Sent())
    return _result_page(request, found, shown)


@never_cache
@require_POST
def save(request: HttpRequest, module: str, quiz: str, pk: int) -> JsonResponse:
    """Keep what is typed so far. For the page's script, which shows the sentence of a refusal."""
    found = quiz_or_404(module_or_404(module), quiz)
    if not isinstance(request.user, User):
        error = _("You are logged out. Log in again in another tab: then this is saved.")
        return JsonResponse({"error": error}, status=HTTPStatus.UNAUTHORIZED)
    attempt = _own_or_404(request.user, found, pk)
    try:
        _save(request, attempt)
    except actions.EndedError as end:
        return JsonResponse({"error": str(end), "ended": True}, status=HTTPStatus.CONFLICT)
    except actions.AnswersError as error:
        return JsonResponse({"error": " ".join(set(error.faults.values()))}, status=REFUSED)
    return JsonResponse({"answered": _answered(attempt)})


def _own_or_404(user: User, quiz: Quiz, pk: int) -> Attempt:
    return get_object_or_404(queries.attempts_of(user, quiz.slug), pk=pk)


def _answers(attempt: Attempt) -> list[Answer]:
    return list(attempt.answers.select_related("version").order_by("position"))


def _answered(attempt: Attempt) -> list[int]:
    """The positions of what is answered."""
    page = open_page(attempt, _answers(attempt), now=timezone.now(), sent=Sent())
    return [item.asked.number for item in page.items if item.is_answered]


def _save(request: HttpRequest, attempt: Attempt) -> None:
    positions = attempt.answers.values_list("position", flat=True)
    is_part = "part" in request.POST
    sheet = sheet_of(request.POST.lists(), positions, only_sent=is_part)
    actions.save(attempt, sheet, erases=is_part)


def _take(request: UserRequest, quiz: Quiz, attempt: Attempt) -> HttpResponse:
    """The whole form: its answers are saved first, whichever button was pressed."""
    sent = Sent()
    try:
        _save(request, attempt)
        return _press(request, quiz, attempt)
    except actions.EndedError as end:
        actions.close_if_over(attempt)
        messages.warning(request, str(end))
        return redirect(attempt)
    except actions.BlanksError as blanks:
        sent = Sent(message=str(blanks), blanks=blanks.positions)
    except actions.AnswersError as error:
        sent = Sent(message=str(error), faults=error.faults, data=request.POST)
    except actions.RefusedError as refusal:
        sent = Sent(message=str(refusal))
    return _open_page(request, quiz, attempt, sent, REFUSED)


def _press(request: UserRequest, quiz: Quiz, attempt: Attempt) -> HttpResponse:
    """Do what the pressed button says."""
    if hint := request.POST.get("hint"):
        actions.show_hint(attempt, position_of(hint))
        return redirect(f"{attempt.get_absolute_url()}#{hint}")
    match request.POST.get("do"):
        case "submit":
            actions.submit(attempt)
        case "submit-with-blanks":
            actions.submit(attempt, with_blanks=True)
        case "later":
            messages.success(request, _("Your answers are saved."))
            return redirect(quiz.url)
        case _:
            messages.success(request, _("Your answers are saved."))
    return redirect(attempt)


def _quiz_page(
    request: HttpRequest, quiz: Quiz, message: str = "", status: int = HTTPStatus.OK
) -> HttpResponse:
    module = module_or_404(quiz.module)
    standing = _standing(request.user, quiz) if isinstance(request.user, User) else None
    rules = standing.rules if standing else quiz.rules
    context = {
        "module": module,
        "quiz": quiz,
        "rules": rule_sentences(quiz, rules),
        "standing": standing,
        "message": message,
        "previous": module.step_before(quiz),
        "next": get_course().next_after(module, quiz),
    }
    return render(request, "quizzes/quiz.html", context, status=status)


def _standing(user: User, quiz: Quiz) -> Standing:
    """After an attempt whose time is over is closed."""
    standing = queries.standing(user, quiz)
    if standing.open_attempt:
        actions.close_if_over(standing.open_attempt)
        return queries.standing(user, quiz) if standing.is_outdated else standing
    return standing


def _open_page(
    request: UserRequest, quiz: Quiz, attempt: Attempt, sent: Sent, status: int = HTTPStatus.OK
) -> HttpResponse:
    page = open_page(attempt, _answers(attempt), now=timezone.now(), sent=sent)
    context = {"module": module_or_404(quiz.module), "quiz": quiz, "page": page}
    return render(request, "quizzes/attempt.html", context, status=status)


def _result_page(request: UserRequest, quiz: Quiz, attempt: Attempt) -> HttpResponse:
    module = module_or_404(quiz.module)
    is_own = attempt.user == request.user
    standing = queries.standing(attempt.user, quiz)
    released = standing.released if is_own else ALL_RELEASED
    context = {
        "module": module,
        "quiz": quiz,
        "attempt": attempt,
        "rules": Rules.from_json(attempt.rules),
        "standing": standing,
        "is_own": is_own,
        "released": released,
        "kept": kept_back(standing.rules.review, released),
        "results": _results(attempt, released, is_own=is_own),
        "next": get_course().next_after(module, quiz),
    }
    return render(request, "quizzes/result.html", context)


def _results(attempt: Attempt, released: Released, *, is_own: bool) -> object:
    """An open attempt is its learner's alone."""
    if attempt.status == Attempt.Status.OPEN:
        return ()
    return results(_answers(attempt), released, is_own=is_own)
