"""Links with which clients hand in files and fetch them."""

import re

import boto3

BUCKET = "drop-box"
TYPES = {"application/pdf", "image/jpeg", "image/png"}
UPLOAD_SECONDS = 15 * 60
DOWNLOAD_SECONDS = 5 * 60

s3 = boto3.client("s3")


def key_of(client_id, filename):
    """Where the file is kept, None for names that are no good."""
    if not re.match(r"[A-Za-z0-9-]+", client_id):
        return None
    if filename in ("", ".", "..") or "/" in filename:
        return None
    return f"inbox/{client_id}/{filename}"


def upload_url(client_id, filename, content_type):
    """A link for one PUT of this file, None if there is none for it."""
    key = key_of(client_id, filename)
    if key is None or content_type not in TYPES:
        return None
    return s3.generate_presigned_url(
        "put_object",
        Params={"Bucket": BUCKET, "Key": key, "ContentType": content_type},
        ExpiresIn=UPLOAD_SECONDS,
    )


def download_url(client_id, filename, save_as):
    """A link that saves this file under the name `save_as`, None if there is none."""
    key = key_of(client_id, filename)
    if key is None:
        return None
    params = {
        "Bucket": BUCKET,
        "Key": key,
        "ResponseContentDisposition": f'attachment; filename="{save_as}"',
    }
    return s3.generate_presigned_url("get_object", Params=params, ExpiresIn=DOWNLOAD_SECONDS)
