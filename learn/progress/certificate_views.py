"""Certificates: getting one, its public page and files, and its end."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from learn.accounts.models import User
from learn.accounts.requests import UserRequest
from learn.catalog.catalogue import get_course
from learn.progress import actions, queries
from learn.progress.forms import RevocationForm
from learn.progress.issuer_views import key_url, page_url, site_of
from learn.progress.models import Certificate

# As of RFC 7515 and the W3C's "Securing Verifiable Credentials using JOSE and COSE".
JWT_TYPE = "application/vc+jwt"


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def own(request: UserRequest) -> HttpResponse:
    """The learner's own certificate, or what is missing for it. POST issues it."""
    if found := queries.certificate_of(request.user):
        return redirect(found)
    if request.method == "POST":
        return _issue(request)
    progress = queries.progress_of(request.user, get_course())
    context = {"course": get_course(), "progress": progress}
    return render(request, "progress/no_certificate.html", context)


@never_cache
@require_safe
def certificate(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What is certified, and whether it holds."""
    return _page(request, _found(request, pk), RevocationForm())


@never_cache
@require_safe
def pdf(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The certificate as it was issued; not once it is revoked."""
    found = _valid(request, pk)
    return _file(queries.pdf_of(found), "application/pdf", "coldstart-certificate.pdf")


@never_cache
@require_safe
def badge(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The Open Badges credential: a signed JWT."""
    found = _valid(request, pk)
    return _file(found.badge.encode(), JWT_TYPE, "coldstart-badge.jwt")


@login_required
@require_POST
def publish(request: UserRequest, pk: UUID) -> HttpResponse:
    """The learner withdraws the public page, or shows it again."""
    found = _found(request, pk)
    if found.user_id != request.user.pk:
        raise Http404
    is_public = "public" in request.POST
    actions.publish(found, is_public=is_public)
    said = _("Everyone who has the link sees the page again.")
    messages.success(request, said if is_public else _("Nobody but you sees the page now."))
    return redirect(found)


@login_required
@require_POST
def revoke(request: UserRequest, pk: UUID) -> HttpResponse:
    """Staff end the certificate."""
    if not request.user.is_staff:
        raise Http404
    found, form = _found(request, pk), RevocationForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    actions.revoke(found, request.user, form.cleaned_data["reason"])
    messages.success(request, _("The certificate is revoked."))
    return redirect(found)


def _issue(request: UserRequest) -> HttpResponse:
    try:
        new = actions.issue(
            request.user,
            get_course(),
            site_of(request),
            url_of=lambda pk: page_url(request, pk),
            key_url=key_url(request),
        )
    except actions.NotDoneError:
        messages.error(request, _("The course is not completed yet."))
        return redirect("progress:own_certificate")
    return redirect(new)


def _page(
    request: HttpRequest,
    found: Certificate,
    form: RevocationForm,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    context = {
        "certificate": found,
        "url": page_url(request, found.pk),
        "key_url": key_url(request),
        "is_own": found.user_id == request.user.pk,
        "form": form,
    }
    response = render(request, "progress/certificate.html", context, status=status)
    # Who has the link may read it; nobody shall find the name by searching for it.
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _found(request: HttpRequest, pk: UUID) -> Certificate:
    viewer = request.user if isinstance(request.user, User) else None
    found = queries.certificate_for(viewer, pk)
    if found is None:
        raise Http404
    return found


def _valid(request: HttpRequest, pk: UUID) -> Certificate:
    found = _found(request, pk)
    if not found.is_valid:
        raise Http404
    return found


def _file(content: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Robots-Tag"] = "noindex"
    return response
