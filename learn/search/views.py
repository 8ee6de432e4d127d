"""The search page, and its results alone while somebody types."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from learn.core.http import is_htmx
from learn.search.index import MAX_LENGTH
from learn.search.queries import search as search_course


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Open to everyone; `?q=` are the words."""
    words = request.GET.get("q", "")[:MAX_LENGTH]
    context = {
        "words": words,
        "max_length": MAX_LENGTH,
        "results": search_course(words, request.user),
    }
    template = "search/_results.html" if is_htmx(request) else "search/search.html"
    return render(request, template, context)
