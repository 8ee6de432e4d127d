"""What was typed is kept in versions, bounded in number and size."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from learn.accounts.models import User
from learn.submissions import drafts
from learn.submissions.drafts import Saving
from learn.submissions.models import Draft
from tests.learn.submissions.conftest import LAB, MakeSubmission

pytestmark = pytest.mark.django_db


def save(user: User, text: str, base: str = "starter", *, is_new: bool = False) -> str:
    """The token of the version."""
    token = uuid.uuid4()
    drafts.save(user, LAB, Saving({"handler.py": text}, token, base, is_new))
    return str(token)


def texts(user: User) -> list[str]:
    return [version.files["handler.py"] for version in drafts.versions(user, LAB)]


def test_typing_goes_on_in_the_newest_version(alice: User) -> None:
    base = save(alice, "a")
    base = save(alice, "ab", base)
    save(alice, "abc", base)

    assert texts(alice) == ["abc"]


def test_a_version_ends_after_a_while(alice: User) -> None:
    base = save(alice, "old")
    Draft.objects.update(began_at=timezone.now() - drafts.VERSION_TIME - timedelta(seconds=1))
    save(alice, "new", base)

    assert texts(alice) == ["new", "old"]


def test_what_comes_from_elsewhere_writes_over_nothing(alice: User) -> None:
    base = save(alice, "here")
    save(alice, "there")
    save(alice, "here again", base)

    assert texts(alice) == ["here again", "there", "here"]


def test_a_reset_begins_a_version(alice: User) -> None:
    base = save(alice, "mine")
    save(alice, "starter", base, is_new=True)

    assert texts(alice) == ["starter", "mine"]


def test_the_same_saving_twice_is_one(alice: User) -> None:
    saving = Saving({"handler.py": "x"}, uuid.uuid4())
    drafts.save(alice, LAB, saving)
    drafts.save(alice, LAB, saving)

    assert texts(alice) == ["x"]


def test_only_so_many_versions_are_kept(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafts, "MAX_VERSIONS", 3)
    for number in range(5):
        save(alice, str(number))

    assert texts(alice) == ["4", "3", "2"]


def test_only_so_many_bytes_are_kept(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafts, "MAX_BYTES", 10)
    for text in ("aaaa", "bbbb", "cccc", "d" * 20):
        save(alice, text)

    assert texts(alice) == ["d" * 20]


def test_what_was_written_last_is_the_newest(
    alice: User, ines: User, make_submission: MakeSubmission
) -> None:
    save(alice, "before")
    submission = make_submission(files={"handler.py": "submitted"})
    assert drafts.newest_version(ines, LAB, None) is None
    newest = drafts.newest_version(alice, LAB, submission)
    assert newest is not None
    assert newest.key == submission.pk

    save(alice, "after")

    newest = drafts.newest_version(alice, LAB, submission)
    assert newest is not None
    assert newest.files == {"handler.py": "after"}
    assert texts(alice) == ["after", "submitted", "before"]


def test_a_version_is_found_by_its_owner_alone(alice: User, ines: User) -> None:
    key = uuid.UUID(save(alice, "mine"))

    assert drafts.version(alice, LAB, key) is not None
    assert drafts.version(ines, LAB, key) is None
