"""Issues certificates, and what becomes of them later."""

from collections.abc import Callable
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone

from learn.accounts.models import User
from learn.catalog.catalogue import Course
from learn.progress import signing
from learn.progress.certificate_pdf import certificate_pdf
from learn.progress.credential import Award, Site, claims, credential
from learn.progress.models import Certificate
from learn.progress.queries import certificate_of, progress_of

type UrlOf = Callable[[UUID], str]


class NotDoneError(Exception):
    """There are steps of the course that are not done."""


def issue(user: User, course: Course, site: Site, url_of: UrlOf, key_url: str) -> Certificate:
    """The user's certificate: a new one, or that which was issued before.

    `url_of` gives the absolute URL of a certificate's page, `key_url` is that of the public key.

    Raises:
        NotDoneError: the course is not completed.
    """
    if found := certificate_of(user):
        return found
    progress = progress_of(user, course)
    if not progress.is_done or not progress.total:
        raise NotDoneError
    pk = uuid4()
    award = Award(
        url=url_of(pk),
        name=user.name or user.email.partition("@")[0],
        course_title=course.title,
        course_summary=course.summary,
        content_hash=course.content_hash,
        steps=progress.done,
        issued_at=timezone.now().replace(microsecond=0),
    )
    new = Certificate(
        id=pk,
        user=user,
        name=award.name,
        course_title=award.course_title,
        content_hash=award.content_hash,
        steps=award.steps,
        points=progress.points,
        issued_at=award.issued_at,
        badge=signing.sign(claims(credential(site, award)), key_url),
        pdf=certificate_pdf(award),
    )
    return _saved(new)


def _saved(new: Certificate) -> Certificate:
    try:
        with transaction.atomic():
            new.save(force_insert=True)
    except IntegrityError:  # Another tab was first.
        return Certificate.objects.get(user=new.user_id)
    return new


def publish(certificate: Certificate, *, is_public: bool) -> None:
    """Show the page to everyone who has its link, or to nobody but its owner and staff."""
    Certificate.objects.filter(pk=certificate.pk).update(is_public=is_public)


def revoke(certificate: Certificate, by: User, reason: str) -> bool:
    """Whether it was valid until now. Its page says from now on that it no longer holds."""
    valid = Certificate.objects.filter(pk=certificate.pk, revoked_at=None)
    changes = {"revoked_at": timezone.now(), "revoked_by": by, "revocation_reason": reason}
    return bool(valid.update(**changes))
