"""HTTP requests of an API to addresses: those of the account, as there is no network."""

from collections.abc import Sequence
from urllib.parse import quote, urlencode, urlsplit

from botocore.awsrequest import AWSPreparedRequest
from botocore.compat import HTTPHeaders

from labs.cloud import moto_seams, routes
from labs.cloud.http_payloads import HttpResponse
from labs.cloud.missing import MissingError
from labs.cloud.service_calls import noted

AWS_DOMAINS = (".amazonaws.com", ".api.aws", ".on.aws")


def send(
    made_by: str,
    method: str,
    url: str,
    query: Sequence[tuple[str, str]],
    headers: Sequence[tuple[str, str]],
    body: bytes,
) -> HttpResponse:
    """The answer of an address.

    Raises:
        MissingError: it is not the account's.
    """
    more = urlencode(list(query), quote_via=quote)
    full = f"{url}{('&' if '?' in url else '?') + more if more else ''}"
    parts = urlsplit(full)
    host = parts.hostname or ""
    if routes.find(host) is None and not host.endswith(AWS_DOMAINS):
        raise MissingError(f"with an HTTP integration to {host}, which is not in the account")
    sent = HTTPHeaders()
    for name, value in headers:
        if name.lower() not in ("host", "content-length"):
            sent[name] = value
    request = AWSPreparedRequest(method, full, sent, body, False)
    with noted(made_by, "http", f"{method} {parts.path or '/'}", {"Url": full}) as answer:
        found = moto_seams.process(request)
        if found is None:
            raise MissingError(f"with an HTTP integration to {host}")
        answer["ResponseMetadata"] = {"HTTPStatusCode": found[0]}
    return HttpResponse(found[0], tuple(found[1].items()), found[2])
