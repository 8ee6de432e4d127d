"""How S3 says no.

https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
"""

from collections.abc import Mapping
from xml.sax.saxutils import escape

from labs.cloud.wiring.s3.events import host_id, new_request_id

# (status, headers, body)
type Refusal = tuple[int, dict[str, str], bytes]


class RefusedError(Exception):
    """S3 refuses a request; `details` are further members of the answer's XML."""

    def __init__(
        self, code: str, message: str, status: int = 403, details: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.code, self.status = code, status
        self.details = details or {}

    def answer(self, *, with_body: bool = True) -> Refusal:
        request_id = new_request_id()
        members = {
            "Code": self.code,
            "Message": str(self),
            **self.details,
            "RequestId": request_id,
            "HostId": host_id(request_id),
        }
        inner = "".join(
            f"<{name}>{escape(_printable(text))}</{name}>" for name, text in members.items()
        )
        body = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error>{inner}</Error>'
        headers = {
            "Content-Type": "application/xml",
            "Server": "AmazonS3",
            "x-amz-request-id": request_id,
            "x-amz-id-2": members["HostId"],
        }
        return self.status, headers, body.encode("utf-8", "replace") if with_body else b""


def _printable(text: str) -> str:
    """Without what XML cannot carry."""
    return "".join(character for character in text if character.isprintable() or character == "\n")


def denied(message: str = "Access Denied", **details: str) -> RefusedError:
    return RefusedError("AccessDenied", message, details=details)
