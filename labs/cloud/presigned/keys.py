"""The account's access keys and their secrets."""

import hashlib
import hmac

from labs.cloud import moto_iam
from labs.cloud.presigned.refusals import RefusedError
from labs.sandbox.environment import ENVIRONMENT

# What moto gives a process that has none: the checks'.
MOTO_KEY, MOTO_SECRET = "FOOBARKEY", "FOOBARSECRET"


def secret(access_key_id: str, token: str = "") -> str:
    """The secret of a key of the account, a user's or a session's.

    Raises:
        RefusedError: there is no such key, `token` is not its session's, or the session is over.
    """
    known = {
        ENVIRONMENT["AWS_ACCESS_KEY_ID"]: ENVIRONMENT["AWS_SECRET_ACCESS_KEY"],
        MOTO_KEY: MOTO_SECRET,
    }
    if access_key_id in known:
        return known[access_key_id]
    found, needed_token = moto_iam.secret_of(access_key_id)
    if not found:
        raise RefusedError(
            "InvalidAccessKeyId",
            "The AWS Access Key Id you provided does not exist in our records.",
            details={"AWSAccessKeyId": access_key_id},
        )
    if needed_token and token != needed_token:
        raise RefusedError(
            "InvalidToken", "The provided token is malformed or otherwise invalid.", 400
        )
    if moto_iam.is_over(access_key_id):
        raise RefusedError("ExpiredToken", "The provided token has expired.", 400)
    return found


def signature_v4(key: str, scope: str, text: str) -> str:
    """`scope` is "20260115/us-east-1/s3/aws4_request"."""
    signing = f"AWS4{key}".encode()
    for part in scope.split("/"):
        signing = hmac.new(signing, part.encode(), hashlib.sha256).digest()
    return hmac.new(signing, text.encode(), hashlib.sha256).hexdigest()


def mismatch(access_key_id: str, text: str, given: str) -> RefusedError:
    """The error for a signature that is not ours of `text`."""
    return RefusedError(
        "SignatureDoesNotMatch",
        "The request signature we calculated does not match the signature you provided. Check "
        "your key and signing method.",
        details={
            "AWSAccessKeyId": access_key_id,
            "StringToSign": text,
            "SignatureProvided": given,
        },
    )
