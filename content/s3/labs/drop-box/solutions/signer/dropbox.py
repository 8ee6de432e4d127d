"""Links to a client's folder, signed with signature version 4."""

from string import ascii_letters, digits
from urllib.parse import quote

import boto3
from botocore.config import Config

MINUTE = 60
CONFIG = Config(signature_version="s3v4", s3={"addressing_style": "virtual"})
S3 = boto3.resource("s3", config=CONFIG).meta.client


class BadNameError(ValueError):
    """What was asked for is no place in the drop box."""


class DropBox:
    """The folder of one client."""

    accepted = ("application/pdf", "image/jpeg", "image/png")

    def __init__(self, client_id, bucket="drop-box"):
        allowed = set(ascii_letters + digits + "-")
        if not client_id or set(client_id) - allowed:
            raise BadNameError(client_id)
        self.bucket = bucket
        self.folder = f"inbox/{client_id}/"

    def upload(self, filename, content_type):
        if content_type not in self.accepted:
            raise BadNameError(content_type)
        return self._sign("put_object", filename, 15, ContentType=content_type)

    def download(self, filename, save_as):
        # Every character that is no letter is escaped (RFC 8187).
        disposition = f"attachment; filename*=UTF-8''{quote(save_as, safe='')}"
        return self._sign("get_object", filename, 5, ResponseContentDisposition=disposition)

    def _sign(self, operation, filename, minutes, **parameters):
        if not filename.strip("/") or "/" in filename or filename in {".", ".."}:
            raise BadNameError(filename)
        parameters |= {"Bucket": self.bucket, "Key": self.folder + filename}
        return S3.generate_presigned_url(operation, parameters, minutes * MINUTE)


def upload_url(client_id, filename, content_type):
    try:
        return DropBox(client_id).upload(filename, content_type)
    except BadNameError:
        return None


def download_url(client_id, filename, save_as):
    try:
        return DropBox(client_id).download(filename, save_as)
    except BadNameError:
        return None
