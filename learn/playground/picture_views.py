"""The three pictures of what a run did, each loaded when it is opened."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from learn.accounts.models import User
from learn.core.http import is_htmx, log_in_first
from learn.pictures.evidence import Picture
from learn.pictures.pages import picture_context
from learn.playground import queries
from learn.playground.presentation import ShownRun


@never_cache
@require_safe
def picture(request: HttpRequest, pk: uuid.UUID, picture: str) -> HttpResponse:
    """One picture as a page; for htmx the part that shows it."""
    if not isinstance(request.user, User):
        return log_in_first(request, request.get_full_path())
    found = get_object_or_404(queries.runs_of(request.user), pk=pk)
    shown = ShownRun(found, has_pictures=True)
    if picture not in list(Picture) or shown.evidence is None:
        raise Http404
    context = picture_context(shown.evidence, Picture(picture), request.GET)
    if is_htmx(request):
        return render(request, "pictures/_pictures.html", context)
    return render(request, "playground/picture.html", {**context, "shown": shown})
