"""Certificates: who gets one, what it says, who sees it, and that it cannot be forged."""

import base64
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.hashes import SHA256
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader
from pytest_django import DjangoAssertNumQueries, Settings
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from labs import Verdict
from learn.accounts.models import User
from learn.catalog.catalogue import Course
from learn.progress.models import Certificate
from learn.quizzes import answering
from learn.quizzes.models import Answer, Attempt
from learn.submissions.models import Status, Submission

OWN = "/certificates/"


@pytest.fixture(autouse=True)
def _key_of_its_own(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> None:
    settings.DATA_DIR = tmp_path_factory.getbasetemp() / "certificates"
    settings.DATA_DIR.mkdir(exist_ok=True)


@pytest.fixture(autouse=True)
def course(course: Course) -> Course:
    """The small course, for every test."""
    return course


def complete(user: User, course: Course) -> None:
    """Everything that can be done."""
    now = timezone.now()
    question = course.question("queues/who-deletes")
    assert question
    asked = answering.ask(user, question, Answer.Source.LESSON)
    Answer.objects.filter(pk=asked.pk).update(status="marked", score=1, answered_at=now)
    [quiz], [lab] = course.quizzes, course.labs
    Attempt.objects.create(
        user=user,
        quiz=quiz.slug,
        content_hash=quiz.content_hash,
        number=1,
        rules=quiz.rules.to_json(),
        status=Attempt.Status.MARKED,
        started_at=now,
        submitted_at=now,
        score=quiz.max_score,
        max_score=quiz.max_score,
    )
    Submission.objects.create(
        user=user,
        lab=lab.slug,
        content_hash="",
        files={},
        seed=1,
        status=Status.GRADED,
        verdict=Verdict.PASSED,
        created_at=now,
        graded_at=now,
    )


@pytest.fixture
def certificate(as_alice: Client, alice: User, course: Course) -> Certificate:
    """Alice's, issued by a click."""
    complete(alice, course)
    page = as_alice.post(OWN)
    found = Certificate.objects.get()
    assertRedirects(page, found.get_absolute_url())
    return found


@pytest.fixture
def staff(make_user: Callable[[str], User]) -> Client:
    """Somebody who runs the site."""
    user = make_user("Stan")
    User.objects.filter(pk=user.pk).update(is_staff=True)
    client = Client()
    client.force_login(user)
    return client


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def decoded(part: str) -> Any:
    return json.loads(raw(part))


def raw(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def verify(token: str, key: dict[str, str]) -> dict[str, Any]:
    """The claims, by RFC 7515 and 7518 and the library `cryptography` alone.

    Raises:
        InvalidSignature: the token is forged.
    """
    header, payload, signature = token.split(".")
    assert decoded(header)["alg"] == "RS256"
    numbers = (int.from_bytes(raw(key[name])) for name in ("e", "n"))
    RSAPublicNumbers(*numbers).public_key().verify(
        raw(signature), f"{header}.{payload}".encode(), PKCS1v15(), SHA256()
    )
    claims: dict[str, Any] = decoded(payload)
    return claims


class TestIssuing:
    """Once, to who has done everything."""

    def test_who_has_steps_left_gets_none(self, as_alice: Client) -> None:
        page = as_alice.post(OWN, follow=True)

        assertContains(page, "The course is not completed yet.")
        assertContains(page, "0 of 3 steps are done")
        assert not Certificate.objects.exists()

    def test_who_is_done_is_offered_it(
        self, as_alice: Client, alice: User, course: Course
    ) -> None:
        complete(alice, course)

        assertContains(as_alice.get(OWN), "Get the certificate")
        assert not Certificate.objects.exists()

    def test_it_keeps_what_was_true_on_that_day(
        self, certificate: Certificate, alice: User, course: Course
    ) -> None:
        User.objects.filter(pk=alice.pk).update(name="Somebody else")
        certificate.refresh_from_db()

        assert (certificate.name, certificate.course_title) == ("Alice", course.title)
        assert (certificate.content_hash, certificate.steps) == (course.content_hash, 3)
        assert certificate.points == 1 + course.quizzes[0].max_score

    def test_a_second_click_issues_no_second_one(
        self, as_alice: Client, certificate: Certificate
    ) -> None:
        assertRedirects(as_alice.post(OWN), certificate.get_absolute_url())
        assertRedirects(as_alice.get(OWN), certificate.get_absolute_url())
        assert Certificate.objects.count() == 1

    def test_guests_log_in_first(self, anonymous: Client) -> None:
        assertRedirects(anonymous.get(OWN), f"/accounts/login/?next={OWN}")


class TestPage:
    """Who has the link reads it."""

    def test_everyone_reads_name_course_and_state(
        self, anonymous: Client, certificate: Certificate, alice: User, course: Course
    ) -> None:
        page = anonymous.get(certificate.get_absolute_url())

        for text in ("Alice", course.title, "Valid", "/certificate.pdf", "/badge.jwt"):
            assertContains(page, text)
        for private in (alice.email, "Withdraw", "Revoke it"):
            assertNotContains(page, private)
        assert page.headers["X-Robots-Tag"] == "noindex"

    def test_an_unknown_id_is_not_found(self, anonymous: Client) -> None:
        assert (
            anonymous.get("/certificates/3b0c5b0e-5b0e-4b0e-8b0e-3b0c5b0e5b0e/").status_code == 404
        )

    def test_its_owner_withdraws_it_and_shows_it_again(
        self, as_alice: Client, anonymous: Client, staff: Client, certificate: Certificate
    ) -> None:
        url = certificate.get_absolute_url()

        as_alice.post(f"{url}publish/")

        for path in (url, f"{url}certificate.pdf", f"{url}badge.jwt"):
            assert anonymous.get(path).status_code == 404
            assert staff.get(path).status_code == 200
            assert as_alice.get(path).status_code == 200

        as_alice.post(f"{url}publish/", {"public": "1"})
        assertContains(anonymous.get(url), "Alice")

    def test_nobody_else_withdraws_or_revokes_it(
        self, mallory: User, as_alice: Client, certificate: Certificate
    ) -> None:
        url, stranger = certificate.get_absolute_url(), as_user(mallory)

        assert stranger.post(f"{url}publish/").status_code == 404
        for client in (stranger, as_alice):
            assert client.post(f"{url}revoke/", {"reason": "No."}).status_code == 404
        certificate.refresh_from_db()
        assert (certificate.is_public, certificate.is_valid) == (True, True)

    def test_staff_revoke_it_and_the_page_says_why(
        self, staff: Client, anonymous: Client, certificate: Certificate
    ) -> None:
        url = certificate.get_absolute_url()

        assert staff.post(f"{url}revoke/", {"reason": ""}).status_code == 422
        staff.post(f"{url}revoke/", {"reason": "Somebody else did the labs."})

        page = anonymous.get(url)
        assertContains(page, "Revoked")
        assertContains(page, "Somebody else did the labs.")
        assert anonymous.get(f"{url}certificate.pdf").status_code == 404
        [listed] = anonymous.get("/certificates/revoked/").json()["revokedCredentials"]
        assert (listed["id"], listed["revoked"]) == (f"http://testserver{url}", True)

    def test_whoever_had_it_revoked_gets_no_new_one(
        self, staff: Client, as_alice: Client, certificate: Certificate
    ) -> None:
        staff.post(f"{certificate.get_absolute_url()}revoke/", {"reason": "Copied."})

        as_alice.post(OWN)

        assert [one.is_valid for one in Certificate.objects.all()] == [False]

    def test_it_costs_few_queries(
        self,
        anonymous: Client,
        as_alice: Client,
        certificate: Certificate,
        django_assert_max_num_queries: DjangoAssertNumQueries,
    ) -> None:
        with django_assert_max_num_queries(1):
            anonymous.get(certificate.get_absolute_url())
        with django_assert_max_num_queries(4):
            as_alice.get(certificate.get_absolute_url())


class TestPdf:
    """One page, with all that the site's page says."""

    def text(self, client: Client, certificate: Certificate) -> str:
        file = client.get(f"{certificate.get_absolute_url()}certificate.pdf")
        assert file.headers["Content-Type"] == "application/pdf"
        [page] = PdfReader(io.BytesIO(file.content)).pages
        return page.extract_text()

    def test_it_names_learner_course_and_address(
        self, anonymous: Client, certificate: Certificate, course: Course
    ) -> None:
        text = self.text(anonymous, certificate)

        for part in ("Certificate of completion", "Alice", course.title, str(certificate.pk)):
            assert part in text.replace("\n", "")

    @pytest.mark.parametrize("name", ["Żaneta Ćwiąkała-Høgh", "Αλίκη Παπαδοπούλου", "Алиса " * 13])
    def test_names_of_many_scripts_and_lengths_fit(
        self, as_alice: Client, alice: User, course: Course, name: str
    ) -> None:
        User.objects.filter(pk=alice.pk).update(name=name.strip())
        complete(alice, course)
        as_alice.post(OWN)

        text = " ".join(self.text(as_alice, Certificate.objects.get()).split())

        assert name.strip() in text


class TestBadge:
    """An Open Badges 3.0 credential that others can verify."""

    def token(self, client: Client, certificate: Certificate) -> str:
        answer = client.get(f"{certificate.get_absolute_url()}badge.jwt")
        assert answer.headers["Content-Type"] == "application/vc+jwt"
        return answer.content.decode()

    def test_its_signature_is_verified_with_the_key_that_it_names(
        self, anonymous: Client, certificate: Certificate
    ) -> None:
        token = self.token(anonymous, certificate)
        key_url = decoded(token.partition(".")[0])["kid"]

        key = anonymous.get(key_url.removeprefix("http://testserver")).json()
        claims = verify(token, key)

        assert (
            claims["jti"] == claims["id"] == f"http://testserver{certificate.get_absolute_url()}"
        )
        assert key in anonymous.get("/certificates/jwks.json").json()["keys"]
        assert not {"d", "p", "q", "dp", "dq", "qi"} & key.keys()

    def test_what_was_changed_does_not_verify(
        self, anonymous: Client, certificate: Certificate
    ) -> None:
        header, payload, signature = self.token(anonymous, certificate).split(".")
        forged = raw(payload).replace(b'"Alice"', b'"Mally"')
        changed = base64.urlsafe_b64encode(forged).decode().rstrip("=")
        [key] = anonymous.get("/certificates/jwks.json").json()["keys"]

        assert forged != raw(payload)
        with pytest.raises(InvalidSignature):
            verify(f"{header}.{changed}.{signature}", key)

    def test_it_has_what_the_standard_requires(
        self, anonymous: Client, certificate: Certificate, course: Course
    ) -> None:
        token = self.token(anonymous, certificate)
        claims = decoded(token.split(".")[1])
        subject = claims["credentialSubject"]

        assert claims["@context"][:2] == [
            "https://www.w3.org/ns/credentials/v2",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        ]
        assert claims["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
        assert claims["iss"] == claims["issuer"]["id"]
        assert claims["sub"] == subject["id"]
        assert subject["type"] == ["AchievementSubject"]
        assert subject["identifier"][0]["identityHash"] == "Alice"
        achievement = subject["achievement"]
        assert {"id", "type", "name", "description", "criteria"} <= achievement.keys()
        assert achievement["name"] == course.title
        assert claims["validFrom"] == f"{certificate.issued_at:%Y-%m-%dT%H:%M:%SZ}"
        assert claims["nbf"] == int(certificate.issued_at.timestamp())

    def test_all_that_it_points_to_is_there_for_other_sites(
        self, anonymous: Client, certificate: Certificate
    ) -> None:
        claims = decoded(self.token(anonymous, certificate).split(".")[1])
        urls = [
            claims["issuer"]["id"],
            claims["credentialSubject"]["achievement"]["id"],
            claims["credentialStatus"]["id"],
        ]

        for url in urls:
            answer = anonymous.get(url.removeprefix("http://testserver"))
            assert answer.json()["id"] == url
            assert answer.headers["Access-Control-Allow-Origin"] == "*"

    def test_an_unknown_key_is_not_found(self, anonymous: Client) -> None:
        assert anonymous.get("/certificates/keys/other/").status_code == 404


def test_the_key_is_made_once_and_is_its_owners_alone(
    anonymous: Client, settings: Settings, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()

    first = anonymous.get("/certificates/jwks.json").json()
    [file] = settings.DATA_DIR.iterdir()

    assert file.stat().st_mode & 0o777 == 0o600
    assert anonymous.get("/certificates/jwks.json").json() == first


def test_a_key_in_the_settings_comes_first(
    anonymous: Client, settings: Settings, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path / "one"
    settings.DATA_DIR.mkdir()
    one = anonymous.get("/certificates/jwks.json").json()
    settings.CREDENTIAL_KEY = (settings.DATA_DIR / "credential_key.pem").read_text()
    settings.DATA_DIR = tmp_path / "gone"

    assert anonymous.get("/certificates/jwks.json").json() == one
