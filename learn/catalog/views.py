"""The glossary, and the pages beside the modules: readable by everyone."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from learn.catalog.catalogue import get_course
from learn.catalog.lookup import page_or_404


@require_safe
def glossary(request: HttpRequest) -> HttpResponse:
    terms = sorted(get_course().glossary, key=lambda term: term.title.casefold())
    return render(request, "catalog/glossary.html", {"terms": terms})


@require_safe
def page(request: HttpRequest, page: str) -> HttpResponse:
    return render(request, "catalog/page.html", {"page": page_or_404(page)})
