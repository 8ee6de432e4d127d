"""Parameters as a short text."""

import json
from typing import Any

import pytest

from labs.cloud.parameters import MAX_STRING, MAX_TEXT, as_text


def shown(**parameters: Any) -> Any:
    return json.loads(as_text(parameters))


def test_it_is_the_parameters_as_json() -> None:
    assert shown(Name="é", Count=3, Ratio=0.5, On=True) == {
        "Name": "é",
        "Count": 3,
        "Ratio": 0.5,
        "On": True,
    }


def test_it_cuts_long_strings_and_stays_readable() -> None:
    assert shown(Body="x" * 1000, Name="n") == {"Body": "x" * MAX_STRING + "…", "Name": "n"}


def test_it_cuts_long_lists_and_objects() -> None:
    short = shown(Items=list(range(100)), Map={f"k{number}": 1 for number in range(14)})

    assert short["Items"][-1] == "88 more"
    assert short["Map"]["…"] == "2 more"


def test_it_cuts_what_is_still_too_long() -> None:
    text = as_text({f"Name{number}": "x" * 100 for number in range(10)})

    assert len(text) == MAX_TEXT + 1
    assert text.endswith("…")


def test_it_ends_in_the_depth() -> None:
    deep: Any = "bottom"
    for _ in range(50):
        deep = [deep]

    assert "bottom" not in as_text({"Deep": deep})


@pytest.mark.parametrize(
    "parameters",
    [
        {"SecretString": "hush"},
        {"SecretBinary": b"hush"},
        {"MasterUserPassword": "hush"},
        {"Variables": {"DB_PASSWORD": "hush", "API_KEY_VALUE": "hush"}},
        {"Items": [{"SessionToken": "hush"}]},
        {"Type": "SecureString", "Value": "hush"},
        {"Plaintext": b"hush"},
    ],
)
def test_it_shows_no_secrets(parameters: dict[str, Any]) -> None:
    assert "hush" not in as_text(parameters)


def test_it_shows_what_only_sounds_like_a_secret() -> None:
    parameters = {"SecretId": "db", "NextToken": "t", "Key": "k", "ClientRequestToken": "c"}

    assert shown(**parameters) == parameters


def test_it_leaves_out_what_boto3_adds() -> None:
    assert shown(Bucket="b", ContentLength=3, ChecksumAlgorithm="CRC32", Metadata={}) == {
        "Bucket": "b"
    }
