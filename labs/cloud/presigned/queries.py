"""Presigned URLs, of signature version 4 and 2: until when they hold, and what they bind.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html and
https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from botocore.auth import HmacV1Auth
from botocore.awsrequest import AWSPreparedRequest
from botocore.compat import HTTPHeaders
from botocore.credentials import Credentials

from labs.cloud.clock import clock
from labs.cloud.presigned import keys
from labs.cloud.presigned.refusals import RefusedError, denied

SIGNATURE = "X-Amz-Signature"
V4_NEEDED = (
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    SIGNATURE,
    "X-Amz-Date",
    "X-Amz-SignedHeaders",
    "X-Amz-Expires",
)
V4_NAMES = {"X-Amz-Algorithm", "X-Amz-Credential", SIGNATURE}
V2_NAMES = {"AWSAccessKeyId", "Signature"}
ALGORITHM = "AWS4-HMAC-SHA256"
UNSIGNED = "UNSIGNED-PAYLOAD"
WEEK_SECONDS = 604_800
SKEW = timedelta(minutes=15)


def check_v4(request: AWSPreparedRequest, query: Mapping[str, str]) -> None:
    """Raises RefusedError unless the URL holds now, for this method and these headers."""
    if any(not query.get(name) for name in V4_NEEDED):
        raise _bad(
            "Query-string authentication version 4 requires the X-Amz-Algorithm, "
            "X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and "
            "X-Amz-Expires parameters."
        )
    if query["X-Amz-Algorithm"] != ALGORITHM:
        raise _bad('X-Amz-Algorithm only supports "AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256"')
    key_id, _, scope = query["X-Amz-Credential"].partition("/")
    if scope.count("/") != 3 or not scope.endswith("/s3/aws4_request"):
        raise _bad(
            "Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; "
            'expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".'
        )
    _check_time(query)
    secret = keys.secret(key_id, query.get("X-Amz-Security-Token", ""))
    signed = query["X-Amz-SignedHeaders"].lower().split(";")
    headers = _headers(request)
    if loose := [name for name in headers if name.startswith("x-amz-") and name not in signed]:
        loose = [name for name in loose if name != "x-amz-content-sha256"]
        if loose:
            raise denied(
                "There were headers present in the request which were not signed",
                HeadersNotSigned=", ".join(loose),
            )
    canonical = _canonical(request, query, headers, signed)
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    text = "\n".join((ALGORITHM, query["X-Amz-Date"], scope, digest))
    if not hmac.compare_digest(
        keys.signature_v4(secret, scope, text).encode(), query[SIGNATURE].encode()
    ):
        raise keys.mismatch(key_id, text, query[SIGNATURE])


def _check_time(query: Mapping[str, str]) -> None:
    try:
        begin = datetime.strptime(query["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise _bad(
            "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\""
        ) from None
    try:
        seconds = int(query["X-Amz-Expires"])
    except ValueError:
        raise _bad("X-Amz-Expires should be a number") from None
    if seconds < 0:
        raise _bad("X-Amz-Expires must be non-negative")
    if seconds > WEEK_SECONDS:
        raise _bad(
            "X-Amz-Expires must be less than a week (in seconds); that is, the given "
            "X-Amz-Expires must be less than 604800 seconds"
        )
    now, end = clock.now(), begin + timedelta(seconds=seconds)
    if now < begin - SKEW:
        raise denied("Request is not yet valid", ServerTime=_iso(now))
    if now > end:
        expired = {"X-Amz-Expires": str(seconds), "Expires": _iso(end), "ServerTime": _iso(now)}
        raise denied("Request has expired", **expired)


def _canonical(
    request: AWSPreparedRequest,
    query: Mapping[str, str],
    headers: Mapping[str, str],
    signed: list[str],
) -> str:
    url = urlsplit(request.url)
    path = quote(unquote(url.path or "/", errors="surrogateescape"), safe="/~", errors="replace")
    pairs = sorted(
        (quote(name, safe="~", errors="replace"), quote(value, safe="~", errors="replace"))
        for name, value in parse_qsl(url.query, keep_blank_values=True)
        if name != SIGNATURE
    )
    lines = [f"{name}:{' '.join(headers.get(name, '').split())}" for name in signed]
    payload = query.get("X-Amz-Content-SHA256") or headers.get("x-amz-content-sha256", UNSIGNED)
    return "\n".join(
        (
            str(request.method),
            path,
            "&".join(f"{name}={value}" for name, value in pairs),
            *lines,
            "",
            ";".join(signed),
            payload,
        )
    )


def check_v2(request: AWSPreparedRequest, query: Mapping[str, str]) -> None:
    """The same for version 2, which binds what it knows of: method, type, digest, x-amz-*."""
    if any(not query.get(name) for name in (*V2_NAMES, "Expires")):
        raise denied(
            "Query-string authentication requires the Signature, Expires and AWSAccessKeyId "
            "parameters"
        )
    key_id, expires = query["AWSAccessKeyId"], query["Expires"]
    try:
        end = datetime.fromtimestamp(int(expires), UTC)
    except (ValueError, OverflowError, OSError):
        raise denied(f"Invalid date (should be seconds since epoch): {expires}") from None
    if clock.now() > end:
        raise denied("Request has expired", Expires=_iso(end), ServerTime=_iso(clock.now()))
    token = query.get("x-amz-security-token", "")
    secret = keys.secret(key_id, token)
    auth = HmacV1Auth(Credentials(key_id, secret))
    text = _string_to_sign(auth, request, query)
    if not hmac.compare_digest(auth.sign_string(text).encode(), query["Signature"].encode()):
        raise keys.mismatch(key_id, text, query["Signature"])


def _string_to_sign(
    auth: HmacV1Auth, request: AWSPreparedRequest, query: Mapping[str, str]
) -> str:
    found = _headers(request)
    headers = HTTPHeaders()
    for name, value in {**_amz(query), **found}.items():
        headers[name] = value
    url = urlsplit(request.url)
    lines = [
        str(request.method),
        found.get("content-md5", ""),
        found.get("content-type", ""),
        query["Expires"],
        auth.canonical_custom_headers(headers),
        auth.canonical_resource(url, auth_path=_resource(request)),
    ]
    if not lines[4]:
        del lines[4]
    return "\n".join(lines)


def _amz(query: Mapping[str, str]) -> dict[str, str]:
    """What stands in the URL and counts as a header."""
    return {name.lower(): value for name, value in query.items() if _is_amz(name)}


def _is_amz(name: str) -> bool:
    return name.lower().startswith("x-amz-")


def _resource(request: AWSPreparedRequest) -> str:
    """ "/bucket/key", also where the bucket stands in the host's name."""
    url = urlsplit(request.url)
    bucket, _, rest = (url.hostname or "").rpartition(".s3")
    path = url.path or "/"
    return f"/{bucket}{path}" if bucket and rest else path


def _headers(request: AWSPreparedRequest) -> dict[str, str]:
    found = {str(name).lower(): str(value).strip() for name, value in request.headers.items()}
    found.setdefault("host", urlsplit(request.url).netloc)
    return {name: value for name, value in found.items() if not name.startswith("x-coldstart-")}


def _bad(message: str) -> RefusedError:
    return RefusedError("AuthorizationQueryParametersError", message, 400)


def _iso(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
