"""The three pictures of what a submission did, each loaded when it is opened."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from learn.accounts.models import User
from learn.catalog.catalogue import get_course
from learn.core.http import is_htmx, log_in_first
from learn.pictures.evidence import Picture
from learn.pictures.pages import picture_context
from learn.submissions import queries
from learn.submissions.presentation import ShownSubmission


@never_cache
@require_safe
def picture(request: HttpRequest, pk: uuid.UUID, picture: str) -> HttpResponse:
    """One picture as a page; for htmx the part that shows it."""
    if picture not in list(Picture):
        raise Http404
    if not isinstance(request.user, User):
        return log_in_first(request, request.get_full_path())
    visible = queries.visible_to(request.user).select_related("user")
    shown = ShownSubmission(get_object_or_404(visible, pk=pk))
    if not shown.grade:
        raise Http404
    context = picture_context(shown.evidence, Picture(picture), request.GET)
    if is_htmx(request):
        return render(request, "pictures/_pictures.html", context)
    lab = get_course().lab(shown.submission.lab)
    context |= {"shown": shown, "lab": lab}
    return render(request, "submissions/picture.html", context)
