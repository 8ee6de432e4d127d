"""What is worked out once is what moto would work out each time."""

import importlib

import moto.core.responses
import moto.sqs.models
import pytest
from moto.backends import get_backend
from moto.core import DEFAULT_ACCOUNT_ID

from labs.cloud import moto_speed


@pytest.mark.usefixtures("moto")
@pytest.mark.parametrize("service", ["sqs", "s3", "dynamodb", "lambda", "sns"])
def test_addresses_are_those_of_moto(service: str) -> None:
    region = "aws" if service == "s3" else "us-east-1"
    backend = get_backend(service)[DEFAULT_ACCOUNT_ID][region]

    found = backend.urls

    assert found.keys() == moto_speed._any_urls(backend).keys()
    assert found is backend.urls


@pytest.mark.usefixtures("moto")
def test_s3_keeps_its_addresses_over_a_reload() -> None:
    backend = get_backend("s3")[DEFAULT_ACCOUNT_ID]["aws"]
    before = list(backend._url_module.url_paths)

    importlib.reload(backend._url_module)

    assert list(backend._url_module.url_paths) == before


@pytest.mark.usefixtures("moto")
def test_names_are_found_once() -> None:
    moto.core.responses.method_names_from_class(moto.sqs.models.Queue)
    moto.sqs.models.camelcase_to_underscores("VisibilityTimeout")

    # AttributeError: it is moto's own again.
    assert moto.core.responses.method_names_from_class.cache_info().currsize
    assert moto.sqs.models.camelcase_to_underscores.cache_info().currsize
