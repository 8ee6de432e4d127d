"""What is worked out once is what moto would work out each time."""

import importlib
import string

import boto3
import moto.core.responses
import moto.sqs.models
import moto.sqs.utils
import pytest
from moto.backends import get_backend
from moto.core import DEFAULT_ACCOUNT_ID
from moto.moto_api._internal import mock_random
from moto.moto_api._internal.moto_random import MotoRandom

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


@pytest.mark.usefixtures("moto")
@pytest.mark.parametrize("seed", range(5))
def test_the_same_characters_are_drawn(seed: int) -> None:
    ours, theirs = MotoRandom(seed), MotoRandom(seed)
    pool = string.ascii_letters + string.digits

    for length in (1, 52, 185):
        drawn = [theirs.choice(pool) for _ in range(length)]
        assert ours.get_random_string(length) == "".join(drawn)
        drawn = [theirs.choice(string.ascii_letters) for _ in range(length)]
        expected = "".join(drawn).lower()
        assert ours.get_random_string(length, include_digits=False, lower_case=True) == expected
    assert ours.random() == theirs.random()


@pytest.mark.usefixtures("moto")
def test_a_receipt_handle_is_that_of_moto() -> None:
    mock_random.seed(7)
    expected = moto.sqs.utils.generate_receipt_handle()
    mock_random.seed(7)

    assert moto.sqs.models.generate_receipt_handle() == expected


@pytest.mark.usefixtures("moto")
def test_versions_are_listed_without_copies_of_them() -> None:
    s3 = boto3.client("s3", region_name="us-east-1")
    s3.create_bucket(Bucket="photos")
    s3.put_bucket_versioning(Bucket="photos", VersioningConfiguration={"Status": "Enabled"})
    for key in ("a", "a", "b"):
        s3.put_object(Bucket="photos", Key=key, Body=b"1")
    s3.delete_object(Bucket="photos", Key="b")
    backend = get_backend("s3")[DEFAULT_ACCOUNT_ID]["aws"]

    for page in ({}, {"max_keys": 2}, {"prefix": "b"}, {"key_marker": "b"}):
        found = backend.list_object_versions("photos", **page)
        copied = moto_speed._list_copies(backend, "photos", **page)

        assert found[3:] == copied[3:]
        for mine, theirs in ((found[0], copied[0]), (found[2], copied[2])):
            assert [(one.version_id, one.is_latest) for one in mine] == [
                (one.version_id, one.is_latest) for one in theirs
            ]
