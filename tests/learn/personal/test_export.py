"""The ZIP file has all that is a user's, nothing that is others', and no secret."""

import io
import json
import zipfile

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db.models import Model
from django.test import Client

from learn.accounts.models import User
from learn.personal.export import export
from learn.submissions.models import Submission
from tests.learn.personal.conftest import CODE

# Rows that hang on a user's, and say nothing of the user that those do not.
SAYS_NOTHING_MORE = {"account.emailconfirmation"}


def exported(user: User) -> zipfile.ZipFile:
    with export(user) as file:
        return zipfile.ZipFile(io.BytesIO(file.read()))


def rows(archive: zipfile.ZipFile, name: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(archive.read(name))
    return found


def parents(model: type[Model]) -> set[type[Model]]:
    """Models that this one's rows point at."""
    return {
        field.related_model
        for field in model._meta.get_fields(include_hidden=True)
        if field.concrete and isinstance(field.related_model, type)
    }


def reaching(targets: set[type[Model]]) -> set[type[Model]]:
    """All models from which relations lead to these, over however many others."""
    found = {model for model in apps.get_models() if parents(model) & targets} - targets
    return reaching(targets | found) if found else targets


@pytest.mark.django_db
def test_it_exports_every_model_with_a_relation_to_users(alice: User) -> None:
    names = exported(alice).namelist()

    direct = [model for model in apps.get_models() if User in parents(model)]
    assert len(direct) >= 10
    for model in direct:
        stem = f"{model._meta.app_label}/{model._meta.model_name}"
        assert any(name.startswith(stem) and name.endswith(".json") for name in names), stem


@pytest.mark.django_db
def test_it_forgets_no_model_that_hangs_on_a_users_rows(alice: User) -> None:
    owned = {model for model in apps.get_models() if User in parents(model)}

    others = {model._meta.label_lower for model in reaching({*owned, User}) - {*owned, User}}

    assert others == SAYS_NOTHING_MORE


def test_it_has_rows_with_all_their_fields(full: User) -> None:
    archive = exported(full)

    account = json.loads(archive.read("account.json"))
    assert (account["name"], account["email"]) == ("Alice", "alice@example.com")
    (enrolment,) = rows(archive, "cohorts/enrolment.json")
    assert (enrolment["cohort"], enrolment["role"]) == ("Serverless 101", "learner")
    assert len(rows(archive, "submissions/submission.json")) == 3
    assert {row["summary"] for row in rows(archive, "quizzes/answer.json")} == {
        "o1",
        "alice liddell",
    }
    assert len(rows(archive, "quizzes/attempt.json")) == 2
    assert len(rows(archive, "review/card.json")) == 1


def test_it_has_code_as_files(full: User) -> None:
    archive = exported(full)

    for submission in Submission.with_runs.all():
        path = f"submissions/submission/{submission.pk}/src/handler.py"
        assert archive.read(path).decode() == CODE
    assert any(name.startswith("submissions/draft/") for name in archive.namelist())


def test_it_lets_no_path_out_of_its_folder(alice: User, full: User) -> None:
    Submission.with_runs.update(files={"../../etc/x": "1", "/abs": "2"})

    names = exported(full).namelist()

    assert not [name for name in names if name.startswith("/") or ".." in name]


def test_it_has_nothing_of_others(full: User, ines: User) -> None:
    archive = exported(ines)

    assert rows(archive, "submissions/submission.json") == []
    everything = b"".join(archive.read(name) for name in archive.namelist())
    assert b"Alice" not in everything
    (cohort,) = rows(archive, "cohorts/cohort-created_by.json")
    assert cohort["name"] == "Serverless 101"


def test_it_has_no_secret(alice: User) -> None:
    Authenticator.objects.create(user=alice, type="totp", data={"secret": "JBSWY3DP"})
    client = Client()
    client.post(
        "/accounts/login/", {"login": alice.email, "password": "correct horse battery staple"}
    )

    archive = exported(alice)

    everything = b"".join(archive.read(name) for name in archive.namelist())
    assert alice.password.encode() not in everything
    assert b"JBSWY3DP" not in everything
    assert b'"session_key"' not in everything


def test_it_downloads_at_most_five_an_hour(as_alice: Client) -> None:
    for _ in range(5):
        response = as_alice.post("/settings/data/export/")
        assert response["Content-Disposition"].startswith('attachment; filename="coldstart-')
        assert b"".join(response).startswith(b"PK")

    assert as_alice.post("/settings/data/export/").status_code == 429
    assert as_alice.get("/settings/data/export/").status_code == 405
