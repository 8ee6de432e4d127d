"""Forms that are posted to a bucket, with the policy that whoever signed it gave them.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
"""

import base64
import binascii
import hmac
import io
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from botocore.auth import HmacV1Auth
from botocore.awsrequest import AWSPreparedRequest
from botocore.credentials import Credentials
from werkzeug.formparser import FormDataParser
from werkzeug.http import parse_options_header

from labs.cloud.clock import clock
from labs.cloud.presigned import keys
from labs.cloud.presigned.queries import ALGORITHM
from labs.cloud.presigned.refusals import RefusedError, denied
from labs.cloud.presigned.requests import bucket_and_key

MAX_PARTS = 200
# What needs no condition.
FREE = {"awsaccesskeyid", "file", "policy", "signature", "x-amz-signature"}


def is_form(request: AWSPreparedRequest) -> bool:
    return str(request.headers.get("Content-Type", "")).startswith("multipart/form-data")


def check(request: AWSPreparedRequest) -> None:
    """Raises RefusedError unless the form carries a policy, signed and fulfilled."""
    fields, file = _form(request)
    if "key" not in fields:
        raise _invalid(
            "Bucket POST must contain a field named 'key'.  If it is specified, please "
            "check the order of the fields."
        )
    if "policy" not in fields:
        raise denied()
    _check_signature(fields)
    bucket, _ = bucket_and_key(request)
    _check_policy(fields, bucket, len(file))


def _form(request: AWSPreparedRequest) -> tuple[dict[str, str], bytes]:
    """The form's fields by their names in lower case, and the file."""
    kind, options = parse_options_header(str(request.headers.get("Content-Type", "")))
    body = request.body or b""
    parser = FormDataParser(
        stream_factory=lambda *_asked, **_named: io.BytesIO(),
        max_form_memory_size=None,
        max_form_parts=MAX_PARTS,
        silent=False,
    )
    try:
        _, form, files = parser.parse(io.BytesIO(body), kind, len(body), options)
    except Exception:  # whatever werkzeug makes of a hostile form
        raise RefusedError(
            "MalformedPOSTRequest",
            "The body of your POST request is not well-formed multipart/form-data.",
            400,
        ) from None
    fields = {name.lower(): value for name, value in form.items()}
    file = files.get("file")
    return fields, file.read() if file else fields.get("file", "").encode()


def _check_signature(fields: Mapping[str, str]) -> None:
    policy = fields["policy"]
    if "x-amz-signature" not in fields:
        key_id, given = fields.get("awsaccesskeyid", ""), fields.get("signature", "")
        if not key_id or not given:
            raise _invalid("Bucket POST must contain a field named 'AWSAccessKeyId'.")
        secret = keys.secret(key_id, fields.get("x-amz-security-token", ""))
        expected = HmacV1Auth(Credentials(key_id, secret)).sign_string(policy)
    else:
        if fields.get("x-amz-algorithm") != ALGORITHM:
            raise _invalid('X-Amz-Algorithm only supports "AWS4-HMAC-SHA256"')
        key_id, _, scope = fields.get("x-amz-credential", "").partition("/")
        secret = keys.secret(key_id, fields.get("x-amz-security-token", ""))
        given, expected = fields["x-amz-signature"], keys.signature_v4(secret, scope, policy)
    if not hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace")):
        raise keys.mismatch(key_id, policy, given)


def _check_policy(fields: Mapping[str, str], bucket: str, size: int) -> None:
    try:
        policy = json.loads(base64.b64decode(fields["policy"], validate=True))
        end = datetime.fromisoformat(policy["expiration"])
        conditions = list(policy["conditions"])
    except (ValueError, TypeError, KeyError, binascii.Error, RecursionError):
        raise RefusedError("InvalidPolicyDocument", "Invalid Policy: Invalid JSON.", 400) from None
    if clock.now() > (end if end.tzinfo else end.replace(tzinfo=UTC)):
        raise denied("Invalid according to Policy: Policy expired.")
    given = {**fields, "bucket": bucket}
    covered = {_check_condition(one, given, size) for one in conditions}
    extra = [
        name for name in fields if name not in FREE | covered and not name.startswith("x-ignore-")
    ]
    if extra:
        raise denied(f"Invalid according to Policy: Extra input fields: {', '.join(extra)}")


def _check_condition(condition: Any, given: Mapping[str, str], size: int) -> str:
    """Which field it is about; RefusedError if it does not hold."""
    match condition:
        case dict() if len(condition) == 1:
            ((name, value),) = condition.items()
            operator, name = "eq", str(name).lower()
        case ["content-length-range", low, high]:
            _check_size(size, int(low), int(high))
            return ""
        case [operator, str() as field, value] if field.startswith("$"):
            operator, name = str(operator).lower(), field[1:].lower()
        case _:
            raise RefusedError(
                "InvalidPolicyDocument", "Invalid Policy: Invalid Simple-Condition.", 400
            )
    found = given.get(name, "")
    holds = found == value if operator == "eq" else found.startswith(str(value))
    if operator not in {"eq", "starts-with"} or not holds:
        shown = json.dumps([operator, f"${name}", value])
        raise denied(f"Invalid according to Policy: Policy Condition failed: {shown}")
    return name


def _check_size(size: int, low: int, high: int) -> None:
    if size > high:
        raise RefusedError(
            "EntityTooLarge",
            "Your proposed upload exceeds the maximum allowed size",
            400,
            {"ProposedSize": str(size), "MaxSizeAllowed": str(high)},
        )
    if size < low:
        raise RefusedError(
            "EntityTooSmall",
            "Your proposed upload is smaller than the minimum allowed size",
            400,
            {"ProposedSize": str(size), "MinSizeAllowed": str(low)},
        )


def _invalid(message: str) -> RefusedError:
    return RefusedError("InvalidArgument", message, 400)
