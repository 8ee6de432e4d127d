"""Presigned URLs, posted forms and anonymous requests, as they come from the learner's process."""

import base64
import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.config import Config

from labs.cloud.account import Account
from labs.sandbox.environment import ENVIRONMENT

type Client = Callable[[str], Any]
PUBLIC = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::photos/*",
    },
}
PHOTO = {"Bucket": "photos", "Key": "a b/ü+c.txt"}
VERSIONS = ("s3", "s3v4")


@pytest.fixture(autouse=True)
def _bucket(client: Client) -> None:
    client("s3").create_bucket(Bucket="photos")
    client("s3").put_object(**PHOTO, Body=b"hello")


def signer(version: str) -> Any:
    """As the learner's process has it."""
    return boto3.client(
        "s3",
        region_name="us-east-1",
        aws_access_key_id=ENVIRONMENT["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=ENVIRONMENT["AWS_SECRET_ACCESS_KEY"],
        config=Config(signature_version=version),
    )


def presigned(version: str, operation: str, **parameters: Any) -> str:
    parameters = parameters or PHOTO
    return str(signer(version).generate_presigned_url(operation, parameters, ExpiresIn=60))


def send(
    account: Account, method: str, url: str, body: bytes = b"", **headers: str
) -> tuple[int, str]:
    """(status, error code, or the body)."""
    named = {name.replace("__", "-"): value for name, value in headers.items()}
    header = {
        "http": True,
        "method": method,
        "url": url,
        "headers": {"Host": urlsplit(url).netloc, "Content-Length": str(len(body)), **named},
        "source": "main.py:1",
    }
    answer, content = account.serve(header, body)
    code = re.search(r"<Code>(.*?)</Code>", content.decode())
    return answer["status"], code[1] if code else content.decode()


@pytest.mark.parametrize("version", VERSIONS)
def test_a_url_holds_for_its_method_and_object_until_it_expires(
    account: Account, version: str
) -> None:
    url = presigned(version, "get_object")

    assert send(account, "GET", url) == (200, "hello")
    assert send(account, "PUT", url, b"x") == (403, "SignatureDoesNotMatch")
    assert send(account, "GET", url.replace(".txt", ".png")) == (403, "SignatureDoesNotMatch")
    account.let_pass(61)
    assert send(account, "GET", url) == (403, "AccessDenied")


@pytest.mark.parametrize("version", VERSIONS)
def test_the_operation_stands_in_the_trace(account: Account, version: str) -> None:
    send(account, "GET", presigned(version, "get_object"))

    call = account.trace.calls[-1]
    assert (call.service, call.operation, call.error) == ("s3", "GetObject", "")


@pytest.mark.parametrize("version", VERSIONS)
def test_signed_headers_have_to_come(account: Account, client: Client, version: str) -> None:
    url = presigned(version, "put_object", Bucket="photos", Key="up", ContentType="text/plain")

    assert send(account, "PUT", url, b"x") == (403, "SignatureDoesNotMatch")
    assert send(account, "PUT", url, b"x", Content__Type="text/html")[0] == 403
    assert send(account, "PUT", url, b"x", content__type="text/plain")[0] == 200
    assert client("s3").head_object(Bucket="photos", Key="up")["ContentType"] == "text/plain"


def test_headers_that_are_not_signed_are_refused(account: Account) -> None:
    url = presigned("s3v4", "put_object", Bucket="photos", Key="up")

    assert send(account, "PUT", url, b"x", x__amz__acl="public-read") == (403, "AccessDenied")


def test_the_path_may_hold_the_bucket(account: Account) -> None:
    client = boto3.client(
        "s3",
        region_name="eu-west-1",
        aws_access_key_id=ENVIRONMENT["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=ENVIRONMENT["AWS_SECRET_ACCESS_KEY"],
        config=Config(signature_version="s3v4", s3={"addressing_style": "path"}),
    )

    assert send(account, "GET", client.generate_presigned_url("get_object", PHOTO))[0] == 200


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("X-Amz-Date=", "X-Amz-Data="), (400, "AuthorizationQueryParametersError")),
        (("X-Amz-Expires=60", "X-Amz-Expires=604801"), (400, "AuthorizationQueryParametersError")),
        (("X-Amz-Expires=60", "X-Amz-Expires=-1"), (400, "AuthorizationQueryParametersError")),
        (("X-Amz-Expires=60", "X-Amz-Expires=61"), (403, "SignatureDoesNotMatch")),
        (("AKIAIOSFODNN7EXAMPLE", "AKIANOBODY"), (403, "InvalidAccessKeyId")),
    ],
)
def test_a_url_that_was_changed_is_refused(
    account: Account, change: tuple[str, str], expected: tuple[int, str]
) -> None:
    url = presigned("s3v4", "get_object").replace(*change)

    assert send(account, "GET", url) == expected


@pytest.mark.parametrize("version", VERSIONS)
def test_a_url_ends_with_the_session_that_signed_it(
    account: Account, client: Client, version: str
) -> None:
    trust = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    may_read = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::photos/*"}
    role = client("iam").create_role(
        RoleName="signer",
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
    )["Role"]["Arn"]
    client("iam").put_role_policy(
        RoleName="signer",
        PolicyName="reads",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [may_read]}),
    )
    session = client("sts").assume_role(RoleArn=role, RoleSessionName="app", DurationSeconds=900)[
        "Credentials"
    ]
    s3 = boto3.client(
        "s3",
        region_name="us-east-1",
        aws_access_key_id=session["AccessKeyId"],
        aws_secret_access_key=session["SecretAccessKey"],
        aws_session_token=session["SessionToken"],
        config=Config(signature_version=version),
    )
    url = s3.generate_presigned_url("get_object", PHOTO, ExpiresIn=604_800)

    account.let_pass(890)
    assert send(account, "GET", url) == (200, "hello")
    account.let_pass(20)
    assert send(account, "GET", url) == (400, "ExpiredToken")


def test_keys_of_a_user_sign_too(account: Account, client: Client) -> None:
    client("iam").create_user(UserName="ann")
    key = client("iam").create_access_key(UserName="ann")["AccessKey"]
    s3 = boto3.client(
        "s3",
        region_name="us-east-1",
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
    )
    url = s3.generate_presigned_url("get_object", PHOTO)
    assert send(account, "GET", url) == (200, "hello")

    client("iam").delete_access_key(UserName="ann", AccessKeyId=key["AccessKeyId"])
    assert send(account, "GET", url) == (403, "InvalidAccessKeyId")


def form(fields: dict[str, str], content: bytes) -> tuple[bytes, str]:
    parts = [
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    head = 'Content-Disposition: form-data; name="file"; filename="f.txt"\r\n\r\n'
    body = "".join(parts).encode() + f"--x\r\n{head}".encode() + content + b"\r\n--x--\r\n"
    return body, "multipart/form-data; boundary=x"


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("content", "changes", "expected"),
    [
        (b"data", {}, (204, "")),
        (b"x" * 20, {}, (400, "EntityTooLarge")),
        (b"", {}, (400, "EntityTooSmall")),
        (b"data", {"extra": "1"}, (403, "AccessDenied")),
        (b"data", {"Content-Type": "text/html"}, (403, "AccessDenied")),
        (b"data", {"key": "elsewhere"}, (403, "AccessDenied")),
        (b"data", {"policy": base64.b64encode(b"{}").decode()}, (403, "SignatureDoesNotMatch")),
    ],
)
def test_a_form_obeys_its_policy(
    account: Account,
    version: str,
    content: bytes,
    changes: dict[str, str],
    expected: tuple[int, str],
) -> None:
    post = signer(version).generate_presigned_post(
        "photos",
        "in/${filename}",
        Fields={"Content-Type": "text/plain"},
        Conditions=[["content-length-range", 1, 10], {"Content-Type": "text/plain"}],
        ExpiresIn=60,
    )
    body, kind = form({**post["fields"], **changes}, content)

    assert send(account, "POST", post["url"], body, Content__Type=kind) == expected
    account.let_pass(61)
    assert send(account, "POST", post["url"], body, Content__Type=kind)[0] >= 400


def test_a_form_may_ask_for_its_status(account: Account) -> None:
    post = signer("s3v4").generate_presigned_post(
        "photos", "a", Conditions=[["starts-with", "$success_action_status", ""]]
    )
    for asked, expected in (("201", 201), ("200", 200), ("hostile", 204)):
        body, kind = form({**post["fields"], "success_action_status": asked}, b"data")
        status, content = send(account, "POST", post["url"], body, Content__Type=kind)
        assert (status, "<PostResponse>" in content) == (expected, expected == 201)


def test_nobody_may_do_anything_without_a_policy(account: Account) -> None:
    base = "https://photos.s3.amazonaws.com"
    tried = [
        send(account, "GET", f"{base}/a%20b/%C3%BC%2Bc.txt"),
        send(account, "GET", f"{base}/nothing"),
        send(account, "GET", f"{base}/?list-type=2"),
        send(account, "PUT", f"{base}/new", b"x"),
        send(account, "DELETE", f"{base}/new"),
        send(
            account,
            "POST",
            f"{base}/",
            *form({"key": "a"}, b"x")[:1],
            Content__Type=form({}, b"")[1],
        ),
        send(account, "GET", "https://s3.amazonaws.com/"),
    ]
    assert set(tried) == {(403, "AccessDenied")}
    assert send(account, "GET", "https://nobody.s3.amazonaws.com/a") == (404, "NoSuchBucket")


def test_a_public_policy_lets_everybody_read(account: Account, client: Client) -> None:
    client("s3").delete_public_access_block(Bucket="photos")
    client("s3").put_bucket_policy(Bucket="photos", Policy=json.dumps(PUBLIC))
    url = "https://photos.s3.amazonaws.com/a%20b/%C3%BC%2Bc.txt"

    assert send(account, "GET", url) == (200, "hello")
    assert send(account, "HEAD", url)[0] == 200
    assert send(account, "PUT", url, b"x") == (403, "AccessDenied")
    assert send(account, "GET", f"{url}x") == (403, "AccessDenied")
    client("s3").put_public_access_block(
        Bucket="photos", PublicAccessBlockConfiguration={"RestrictPublicBuckets": True}
    )
    assert send(account, "GET", url) == (403, "AccessDenied")
