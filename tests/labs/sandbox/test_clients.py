"""Clients made ahead are given away once, and only where boto3 would make the same."""

import json
from typing import Any

import labs


def printed(program: str) -> Any:
    report = labs.play({"main.py": f"import boto3, json, os\n{program}"})
    assert report.verdict is labs.Verdict.PASSED, report
    return json.loads(report.stdout)


def test_each_client_is_another() -> None:
    assert printed(
        "one, two = boto3.client('sqs'), boto3.client('sqs')\n"
        "one.create_queue(QueueName='jobs')\n"
        "print(json.dumps([one is two, len(two.list_queues()['QueueUrls'])]))"
    ) == [False, 1]


def test_a_resource_works() -> None:
    assert printed(
        "boto3.resource('s3').create_bucket(Bucket='photos')\n"
        "print(json.dumps([bucket.name for bucket in boto3.resource('s3').buckets.all()]))"
    ) == ["photos"]


def test_another_region_is_obeyed() -> None:
    assert printed(
        "print(json.dumps([boto3.client('sqs', region_name='eu-west-1').meta.region_name,"
        " boto3.client('sqs', 'eu-central-1').meta.region_name]))"
    ) == ["eu-west-1", "eu-central-1"]


def test_another_default_session_is_obeyed() -> None:
    assert (
        printed(
            "boto3.setup_default_session(region_name='eu-west-1')\n"
            "print(json.dumps(boto3.client('sqs').meta.region_name))"
        )
        == "eu-west-1"
    )


def test_the_environment_is_obeyed() -> None:
    assert (
        printed(
            "os.environ['AWS_MAX_ATTEMPTS'] = '7'\n"
            "boto3.setup_default_session()\n"
            "retries = boto3.client('sqs').meta.config.retries\n"
            "print(json.dumps(retries['total_max_attempts']))"
        )
        == 7
    )


def test_what_lambda_sets_for_a_function_asks_for_no_other_client() -> None:
    assert printed(
        "import sys\n"
        "os.environ.update(AWS_EXECUTION_ENV='AWS_Lambda_python3.13',"
        " AWS_LAMBDA_FUNCTION_NAME='f')\n"
        "ready, own = boto3.client('sqs'), boto3.client('sqs')\n"
        "# What the zygote made is immortal.\n"
        "print(json.dumps([sys.getrefcount(client) > 2**30 for client in (ready, own)]))"
    ) == [True, False]


def test_classes_of_resources_are_kept_for_the_default_session_alone() -> None:
    assert printed(
        "def add(class_attributes, **_): class_attributes['shout'] = lambda it: it.name.upper()\n"
        "own = boto3.Session()\n"
        "own.events.register('creating-resource-class.dynamodb.Table', add)\n"
        "theirs = own.resource('dynamodb').Table('a').shout()\n"
        "dynamodb = boto3.resource('dynamodb')\n"
        "tables = [dynamodb.Table('a'), dynamodb.Table('b')]\n"
        "same = type(tables[0]) is type(tables[1])\n"
        "print(json.dumps([theirs, same, [table.name for table in tables]]))"
    ) == ["A", True, ["a", "b"]]
