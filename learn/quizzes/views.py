"""A module's quiz, and the result of an attempt."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from learn.accounts.models import User
from learn.catalog.catalogue import Module, Quiz
from learn.catalog.lookup import module_or_404, quiz_or_404
from learn.core.http import is_htmx, log_in_first
from learn.quizzes import queries
from learn.quizzes.actions import record_attempt
from learn.quizzes.forms import QuizForm
from learn.quizzes.marking import marked_answers
from learn.quizzes.models import QuizAttempt


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def quiz(request: HttpRequest, module: str) -> HttpResponse:
    """The questions; readable by everyone, answered by who is logged in."""
    found = module_or_404(module)
    questions = quiz_or_404(found)
    if request.method != "POST":
        return _form_page(request, found, questions, QuizForm(questions))
    if not isinstance(request.user, User):
        return log_in_first(request, questions.url)
    form = QuizForm(questions, request.POST)
    if not form.is_valid():
        return _form_page(request, found, questions, form)
    attempt = record_attempt(request.user, questions, form.cleaned_data["form_key"], form.answers)
    return _after_answering(request, found, questions, attempt)


@never_cache
@require_safe
def attempt(request: HttpRequest, module: str, pk: int) -> HttpResponse:
    """The result of one attempt, for its learner and the learner's instructors."""
    found = module_or_404(module)
    questions = quiz_or_404(found)
    if not isinstance(request.user, User):
        return log_in_first(request, request.path)
    visible = queries.visible_to(request.user).select_related("user")
    shown = get_object_or_404(visible, pk=pk, quiz=questions.slug)
    return render(request, "quizzes/result.html", _result(found, questions, shown))


def _form_page(request: HttpRequest, module: Module, quiz: Quiz, form: QuizForm) -> HttpResponse:
    context = {"module": module, "quiz": quiz, "form": form}
    if isinstance(request.user, User):
        context["best"] = queries.best_score(request.user, quiz.slug)
        context["last"] = queries.attempts_of(request.user, quiz.slug).first()
    template = "quizzes/_form.html" if is_htmx(request) else "quizzes/quiz.html"
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, template, context, status=status)


def _after_answering(
    request: HttpRequest, module: Module, quiz: Quiz, attempt: QuizAttempt
) -> HttpResponse:
    url = reverse("quizzes:attempt", args=[module.slug, attempt.pk])
    if not is_htmx(request):
        return redirect(url)
    response = render(request, "quizzes/_result.html", _result(module, quiz, attempt))
    response["HX-Push-Url"] = url
    return response


def _result(module: Module, quiz: Quiz, attempt: QuizAttempt) -> dict[str, object]:
    answers = list(marked_answers(quiz, attempt.answers))
    return {
        "module": module,
        "quiz": quiz,
        "attempt": attempt,
        "answers": answers,
        "gone": len(attempt.answers) - len(answers),
        "next": module.step_after(quiz),
    }
