from collections.abc import Callable
from urllib.parse import quote

import pytest
from django.http import HttpRequest
from django.test import RequestFactory
from pytest_django import Settings

from learn.submissions.forms import is_too_long, submitted_files

URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=edge"

type Send = Callable[[str, bytes], HttpRequest]


def urlencoded(name: str, content: bytes) -> HttpRequest:
    body = f"csrfmiddlewaretoken=t&{quote(name)}={quote(content)}"
    return RequestFactory().post("/", body, content_type=URLENCODED)


def raw_urlencoded(name: str, content: bytes) -> HttpRequest:
    """As a careless program sends it."""
    return RequestFactory().post("/", name.encode() + b"=" + content, content_type=URLENCODED)


def multipart(name: str, content: bytes) -> HttpRequest:
    head = f'--edge\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode()
    return RequestFactory().post("/", head + content + b"\r\n--edge--\r\n", content_type=MULTIPART)


in_every_form = pytest.mark.parametrize("send", [urlencoded, raw_urlencoded, multipart])


@in_every_form
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"x\n\ny\n",
        "caf\xe9 \N{SNOWMAN} \N{REPLACEMENT CHARACTER}".encode(),
        b"a\n\xff\xfe",
        b"\xe2\x98",
        b"\0",
    ],
)
def test_it_reads_the_very_bytes_of_a_file(send: Send, content: bytes) -> None:
    request = send("file-lib/handler.py", content)
    assert request.body
    assert request.POST
    assert submitted_files(request) == {"lib/handler.py": content}


@in_every_form
def test_it_reads_a_name_in_any_script(send: Send) -> None:
    assert submitted_files(send("file-caf\xe9.py", b"")) == {"caf\xe9.py": b""}


@in_every_form
def test_it_leaves_other_fields_alone(send: Send) -> None:
    assert submitted_files(send("author", b"\xff")) == {}


def test_it_reads_several_files() -> None:
    request = RequestFactory().post("/", {"file-a.py": "a+b %41", "csrf": "t", "file-b.py": ""})
    assert submitted_files(request) == {"a.py": b"a+b %41", "b.py": b""}


def test_it_finds_nothing_in_what_is_no_form() -> None:
    request = RequestFactory().post("/", {"file-a.py": "a"}, content_type="application/json")
    assert submitted_files(request) == {}


def test_it_ignores_uploads() -> None:
    request = RequestFactory().post(
        "/",
        b'--edge\r\nContent-Disposition: form-data; name="file-a.py"; filename="a.py"\r\n\r\n'
        b"x = 1\r\n--edge--\r\n",
        content_type=MULTIPART,
    )
    assert submitted_files(request) == {}


def test_it_knows_a_form_that_django_would_not_read(settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    assert is_too_long(RequestFactory().post("/", {"a": "x" * 100}))
    assert not is_too_long(RequestFactory().get("/"))
