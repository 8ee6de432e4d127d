"""Where a function's package can be fetched: the Location that GetFunction tells.

https://docs.aws.amazon.com/lambda/latest/api/API_FunctionCodeLocation.html
"""

from typing import Any
from urllib.parse import quote, unquote, urlsplit

from botocore.awsrequest import AWSPreparedRequest
from moto.awslambda.models import LambdaFunction

from labs.cloud import moto_lambda, routes

HOST = r"awslambda-[a-z0-9-]+-tasks\.s3\.[a-z0-9-]+\.amazonaws\.com"
DENIED = b"<Error><Code>AccessDenied</Code></Error>"


def patch() -> None:
    """Answer at the addresses of packages."""
    routes.add("s3", HOST, _fetched)


def locate(function: LambdaFunction, found: dict[str, Any]) -> None:
    """Put the address of its package into what moto would answer to GetFunction."""
    if found.get("Code", {}).get("RepositoryType") == "S3":
        host = f"awslambda-{function.region}-tasks.s3.{function.region}.amazonaws.com"
        name = quote(f"{function.account_id}/{function.function_name}/{function.version}")
        found["Code"]["Location"] = f"https://{host}/snapshots/{name}"


def _fetched(request: AWSPreparedRequest) -> tuple[int, dict[str, str], bytes]:
    """The zip, to anybody who knows the address: AWS signs it for ten minutes."""
    parts = urlsplit(str(request.url))
    region = parts.netloc.split(".")[2]
    _, _, path = unquote(parts.path).partition("/snapshots/")
    account, _, name = path.partition("/")
    arn = f"arn:aws:lambda:{region}:{account}:function:{name.replace('/', ':')}"
    function = moto_lambda.function(arn)
    packages = moto_lambda.archives(function) if function else []
    if request.method != "GET" or not packages:
        return (
            403,
            {"Content-Type": "application/xml"},
            b"<Error><Code>AccessDenied</Code></Error>",
        )
    return 200, {"Content-Type": "application/zip"}, packages[0]
