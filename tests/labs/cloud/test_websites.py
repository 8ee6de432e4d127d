"""Buckets as websites."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.awsrequest import AWSPreparedRequest

from labs.cloud import routes

type Client = Callable[[str], Any]
HOST = "site.s3-website-us-east-1.amazonaws.com"


def get(path: str) -> tuple[int, str, bytes]:
    route = routes.find(HOST)
    assert route
    answer = route.handler(AWSPreparedRequest("GET", f"http://{HOST}{path}", {}, b"", False))
    assert answer
    return answer[0], answer[1]["Content-Type"], answer[2]


def allow(s3: Any, *actions: str) -> None:
    s3.delete_public_access_block(Bucket="site")
    resources = ["arn:aws:s3:::site", "arn:aws:s3:::site/*"]
    statement = {"Effect": "Allow", "Principal": "*", "Action": actions, "Resource": resources}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    s3.put_bucket_policy(Bucket="site", Policy=json.dumps(policy))


@pytest.fixture
def site(client: Client) -> Any:
    s3 = client("s3")
    s3.create_bucket(Bucket="site")
    for key in ("index.html", "docs/index.html", "error.html"):
        s3.put_object(Bucket="site", Key=key, Body=key.encode(), ContentType="text/html")
    s3.put_bucket_website(
        Bucket="site",
        WebsiteConfiguration={
            "IndexDocument": {"Suffix": "index.html"},
            "ErrorDocument": {"Key": "error.html"},
        },
    )
    return s3


def test_folders_have_their_index(site: Any) -> None:
    allow(site, "s3:GetObject", "s3:ListBucket")

    assert get("/") == (200, "text/html", b"index.html")
    assert get("/docs/") == (200, "text/html", b"docs/index.html")
    assert get("/nothing") == (404, "text/html", b"error.html")


def test_what_is_not_public_is_forbidden(site: Any) -> None:
    assert get("/")[0] == 403
    allow(site, "s3:GetObject")
    assert get("/nothing") == (403, "text/html", b"error.html")


def test_a_bucket_without_a_website_has_none(site: Any) -> None:
    site.delete_bucket_website(Bucket="site")

    assert b"NoSuchWebsiteConfiguration" in get("/")[2]
