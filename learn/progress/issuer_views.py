"""What the site publishes as the issuer of credentials: all that a verifier asks for, as JSON."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from learn.catalog.catalogue import get_course
from learn.progress import queries, signing
from learn.progress.credential import Site, achievement, profile, revocation_list


def site_of(request: HttpRequest) -> Site:
    """The issuer's URLs, on the host that was asked (one of ALLOWED_HOSTS)."""

    def absolute(name: str) -> str:
        return request.build_absolute_uri(reverse(name))

    return Site(
        home=absolute("progress:home"),
        issuer=absolute("progress:issuer"),
        achievement=absolute("progress:achievement"),
        revocations=absolute("progress:revocations"),
    )


def page_url(request: HttpRequest, pk: UUID) -> str:
    """The certificate's page, with its host."""
    return request.build_absolute_uri(reverse("progress:certificate", args=[pk]))


def key_url(request: HttpRequest) -> str:
    """Where the key is that signs now."""
    kid = signing.public_key()["kid"]
    return request.build_absolute_uri(reverse("progress:key", args=[kid]))


@require_safe
def issuer(request: HttpRequest) -> JsonResponse:
    """The issuer's Profile."""
    return _json(profile(site_of(request)))


@require_safe
def completed_course(request: HttpRequest) -> JsonResponse:
    """The Achievement that credentials speak of."""
    course = get_course()
    return _json(achievement(site_of(request), course.title, course.summary))


@require_safe
def keys(request: HttpRequest) -> JsonResponse:
    """The public key as a JWK set (RFC 7517)."""
    return _json({"keys": [signing.public_key()]})


@require_safe
def key(request: HttpRequest, kid: str) -> JsonResponse:
    """The public key as a JWK: a credential's `kid` leads here."""
    found = signing.public_key()
    if kid != found["kid"]:
        raise Http404
    return _json(found)


@require_safe
def revocations(request: HttpRequest) -> JsonResponse:
    """The credentials that no longer hold."""
    rows = [(page_url(request, pk), reason) for pk, reason in queries.revoked()]
    return _json(revocation_list(site_of(request), rows))


def _json(content: dict[str, Any]) -> JsonResponse:
    # Verifiers may be pages of other sites. There is nothing here that is not public.
    return JsonResponse(content, headers={"Access-Control-Allow-Origin": "*"})
