"""Packages can be fetched from where GetFunction says."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from botocore.awsrequest import AWSPreparedRequest

from labs.cloud import moto_lambda, routes
from tests.labs.cloud.conftest import Functions

type Client = Callable[[str], Any]


def fetch(url: str) -> tuple[int, bytes]:
    route = routes.find(urlsplit(url).netloc)
    assert route
    answer = route.handler(AWSPreparedRequest("GET", url, {}, b"", False))
    assert answer
    return answer[0], answer[2]


def test_a_package_is_where_it_is_said_to_be(client: Client, functions: Functions) -> None:
    aws = client("lambda")
    functions.deploy("f")
    aws.publish_version(FunctionName="f")
    deployed = moto_lambda.function("arn:aws:lambda:us-east-1:123456789012:function:f")
    assert deployed

    for qualifier in ("$LATEST", "1"):
        place = aws.get_function(FunctionName="f", Qualifier=qualifier)["Code"]["Location"]
        assert fetch(place) == (200, deployed.code_bytes)
    assert fetch(place.replace("/f/", "/g/"))[0] == 403
