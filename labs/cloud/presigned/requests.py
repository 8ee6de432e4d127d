"""Which object a request to S3 is about."""

from urllib.parse import unquote, urlsplit

from botocore.awsrequest import AWSPreparedRequest


def bucket_and_key(request: AWSPreparedRequest) -> tuple[str, str]:
    """From the host's name (photos.s3.amazonaws.com) or the path; "" where there is none."""
    url = urlsplit(request.url)
    path = unquote(url.path.removeprefix("/"))
    bucket, found, _ = (url.hostname or "").rpartition(".s3")
    if found and bucket:
        return bucket, path
    bucket, _, key = path.partition("/")
    return bucket, key
