import pytest
from django.test import RequestFactory
from pytest_django import Settings

from labs import SubmissionError
from learn.submissions.forms import is_too_long, submitted_files


def test_it_reads_the_files_of_the_form() -> None:
    post = {"file-handler.py": "x = 1\n", "file-lib/a.py": "", "csrfmiddlewaretoken": "t"}
    assert submitted_files(post) == {"handler.py": "x = 1\n", "lib/a.py": ""}


def test_it_refuses_bytes_that_are_no_text() -> None:
    request = RequestFactory().post(
        "/", b"file-handler.py=a%0A%ff%fe", content_type="application/x-www-form-urlencoded"
    )
    with pytest.raises(SubmissionError, match=r"Line 2 of 'handler\.py' has bytes that are not"):
        submitted_files(request.POST.dict())


def test_it_knows_a_form_that_django_would_not_read(settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    assert is_too_long(RequestFactory().post("/", {"a": "x" * 100}))
    assert not is_too_long(RequestFactory().get("/"))
