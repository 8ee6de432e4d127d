"""The editor's form: one field a file, named file-<name>."""

from io import BytesIO

from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.http.multipartparser import MultiPartParser

from labs import MAX_FILE_BYTES

PREFIX = "file-"
# In Latin-1 every byte is a character, so that nothing is lost.
BYTEWISE = "latin-1"
TOO_LONG = (
    f"That is far too long to be graded: a file may have {MAX_FILE_BYTES // 1024} KiB. "
    "Nothing was submitted. Shorten your code and submit again."
)


def submitted_files(request: HttpRequest) -> dict[str, bytes]:
    """`{file name: content}` from the form, byte for byte. `request.body` was read before POST.

    request.POST has U+FFFD where bytes are not UTF-8, as if the learner had typed it.
    """
    return {
        _raw(name).decode("utf-8", "replace").removeprefix(PREFIX): _raw(content)
        for name, content in _form(request).items()
        if name.startswith(PREFIX) and isinstance(content, str)
    }


def _form(request: HttpRequest) -> QueryDict:
    if request.content_type == "multipart/form-data":
        form, _uploads = MultiPartParser(request.META, BytesIO(request.body), [], BYTEWISE).parse()
        return form
    if request.content_type == "application/x-www-form-urlencoded":
        return QueryDict(request.body, encoding=BYTEWISE)
    return QueryDict()


def _raw(text: str) -> bytes:
    return text.encode(BYTEWISE)


def is_too_long(request: HttpRequest) -> bool:
    """Whether Django would refuse to read the form at all."""
    length = int(request.META.get("CONTENT_LENGTH") or 0)
    return length > settings.DATA_UPLOAD_MAX_MEMORY_SIZE
