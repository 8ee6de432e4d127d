import uuid

from django.utils import timezone

from labs import LabSpec
from learn.submissions.drafts import Version
from learn.submissions.editor import open_editor
from learn.submissions.kept import KeptCode
from tests.learn.course_files import STARTER


def version(**files: str) -> Version:
    return Version(uuid.uuid4(), timezone.now(), files)


def test_it_opens_with_the_starter(spec: LabSpec) -> None:
    editor = open_editor(spec, None, None)
    assert [(file.name, file.text) for file in editor.files] == [("handler.py", STARTER)]
    assert editor.base == "starter"


def test_it_opens_with_the_newest_version(spec: LabSpec) -> None:
    newest = version(**{"handler.py": "newest"})
    editor = open_editor(spec, newest, None)
    assert (editor.files[0].text, editor.base) == ("newest", str(newest.key))
    assert editor.files[0].starter == STARTER


def test_it_prefers_code_that_was_kept_over_a_log_in(spec: LabSpec) -> None:
    newest = version(**{"handler.py": "newest"})
    editor = open_editor(spec, newest, KeptCode("token", {"handler.py": "kept"}))
    assert (editor.files[0].text, editor.base, editor.restored) == ("kept", "token", True)


def test_it_fills_files_that_the_lab_has_gained_since(spec: LabSpec) -> None:
    newest = version(**{"gone.py": "x"})
    assert [file.text for file in open_editor(spec, newest, None).files] == [STARTER]
