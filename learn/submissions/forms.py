"""The editor's form: one field a file, named file-<name>."""

from collections.abc import Mapping

from django.conf import settings
from django.http import HttpRequest

from labs import MAX_FILE_BYTES, SubmissionError

PREFIX = "file-"
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
TOO_LONG = (
    f"That is far too long to be graded: a file may have {MAX_FILE_BYTES // 1024} KiB. "
    "Nothing was submitted. Shorten your code and submit again."
)


def submitted_files(post: Mapping[str, str]) -> dict[str, str]:
    """`{file name: text}` from the form.

    Raises:
        SubmissionError: what was sent was no text.
    """
    files = {
        name.removeprefix(PREFIX): text for name, text in post.items() if name.startswith(PREFIX)
    }
    for name, text in files.items():
        # Django puts this character where bytes are not UTF-8, so that it stands for any of them.
        if REPLACEMENT in text:
            line = text.count("\n", 0, text.index(REPLACEMENT)) + 1
            raise SubmissionError(
                f"Line {line} of {name[:60]!a} has bytes that are not UTF-8 text, shown as "
                f"{REPLACEMENT}. Replace them and submit again."
            )
    return files


def is_too_long(request: HttpRequest) -> bool:
    """Whether Django would refuse to read the form at all."""
    length = int(request.META.get("CONTENT_LENGTH") or 0)
    return length > settings.DATA_UPLOAD_MAX_MEMORY_SIZE
