"""What learners' answers tell of questions and quizzes: of one cohort, or of all at once."""

from collections.abc import Sequence

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from learn.accounts.requests import UserRequest
from learn.catalog.catalogue import Quiz, get_course
from learn.catalog.lookup import module_or_404, quiz_or_404
from learn.dashboard import questions as rows
from learn.dashboard.question_pages import question_page
from learn.dashboard.quiz_pages import quiz_page
from learn.dashboard.scopes import Scope, scope_for
from learn.quizzes.statistics import of_module


@never_cache
@require_safe
@login_required
def questions(request: UserRequest, cohort: int | None = None) -> HttpResponse:
    """All modules, and what needs attention first in the whole course."""
    scope = scope_for(request.user, cohort)
    course = get_course()
    modules = rows.overview(scope, course)
    context = {
        "scope": scope,
        "modules": modules,
        "urgent": rows.most_urgent(modules),
        "quizzes": quiz_links(scope, course.quizzes),
    }
    return render(request, "dashboard/questions.html", context)


@never_cache
@require_safe
@login_required
def module(request: UserRequest, module: str, cohort: int | None = None) -> HttpResponse:
    """The questions of one module."""
    scope = scope_for(request.user, cohort)
    found = module_or_404(module)
    table = rows.rows_of(scope, found.questions, of_module(scope.learners, found.slug))
    context = {"scope": scope, "module": found, **sorted_table(request, table)}
    return render(request, "dashboard/module.html", context)


@never_cache
@require_safe
@login_required
def question(
    request: UserRequest, module: str, question: str, cohort: int | None = None
) -> HttpResponse:
    """One question, or an older version of it."""
    scope = scope_for(request.user, cohort)
    found = module_or_404(module)
    asked = found.question(question)
    if asked is None:
        raise Http404("There is no such question in this course.")
    context = {
        "scope": scope,
        "module": found,
        "module_url": scope.url("module", found.slug),
        "question": asked,
        "page": question_page(scope, asked, request.GET.get("version", "")),
        "quizzes": quiz_links(scope, [each for each in found.quizzes if asked in each.questions]),
    }
    return render(request, "dashboard/question.html", context)


@never_cache
@require_safe
@login_required
def quiz(request: UserRequest, module: str, quiz: str, cohort: int | None = None) -> HttpResponse:
    """A quiz: its scores and its questions."""
    scope = scope_for(request.user, cohort)
    found = quiz_or_404(module_or_404(module), quiz)
    page = quiz_page(scope, found)
    context = {"scope": scope, "quiz": found, "page": page, **sorted_table(request, page.rows)}
    return render(request, "dashboard/quiz.html", context)


def quiz_links(scope: Scope, quizzes: Sequence[Quiz]) -> list[tuple[Quiz, str]]:
    """Each quiz and its page here."""
    return [(quiz, scope.url("quiz", quiz.module, quiz.name)) for quiz in quizzes]


def sorted_table(request: UserRequest, table: Sequence[rows.QuestionRow]) -> dict[str, object]:
    """The rows in the order that the address asks for, and the orders that there are."""
    order = request.GET.get("order", "")
    order = order if order in rows.ORDERS else "attention"
    orders = [{"name": name, "label": label} for name, label in rows.ORDER_LABELS.items()]
    return {"rows": rows.in_order(table, order), "order": order, "orders": orders}
