"""Requests to S3 that no AWS client signed with a header: presigned, posted forms, anonymous.

What is signed with a header is believed: the learner's code has the keys of its account anyway.
"""

from urllib.parse import parse_qsl, urlsplit

from botocore.awsrequest import AWSPreparedRequest

from labs.cloud import moto_s3
from labs.cloud.presigned import anonymous, forms, queries
from labs.cloud.presigned.refusals import Refusal, RefusedError, denied


def refusal(request: AWSPreparedRequest, operation: str) -> Refusal | None:
    """Why S3 refuses this request, as its answer (status, headers, body); None if it does not."""
    if not moto_s3.is_strict() or request.headers.get("Authorization"):
        return None
    url = urlsplit(request.url)
    query = dict(parse_qsl(url.query, keep_blank_values=True))
    try:
        if queries.V4_NAMES & query.keys():
            queries.check_v4(request, query)
        elif queries.V2_NAMES & query.keys():
            queries.check_v2(request, query)
        elif request.method == "POST" and forms.is_form(request):
            forms.check(request)
        elif request.method != "OPTIONS":
            anonymous.check(request, operation, query)
            request.headers["Authorization"] = moto_s3.ANYBODY
    except RefusedError as refused:
        return refused.answer(with_body=request.method != "HEAD")
    except Exception:  # whatever a hostile request leads to: then nothing proves it
        return denied().answer(with_body=request.method != "HEAD")
    return None
