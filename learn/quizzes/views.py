"""A module's quiz."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from learn.catalog.lookup import module_or_404, quiz_or_404


@never_cache
@require_safe
def quiz(request: HttpRequest, module: str, quiz: str) -> HttpResponse:
    """The quiz and its rules."""
    found = module_or_404(module)
    context = {"module": found, "quiz": quiz_or_404(found, quiz)}
    return render(request, "quizzes/quiz.html", context)
