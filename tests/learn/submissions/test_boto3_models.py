"""What the editor completes is what botocore has."""

import json

from learn.submissions.boto3_models import PATH, models


def test_the_committed_models_are_those_of_botocore() -> None:
    committed = json.loads(PATH.read_text())
    assert committed == models(), "botocore has changed: run manage.py boto3_models"


def test_required_parameters_come_first() -> None:
    clients = models()["clients"]
    assert clients["sqs"]["send_message"][:3] == ["QueueUrl*", "MessageBody*", "DelaySeconds"]
    assert clients["sqs"]["exceptions"] is None


def test_resources_leave_out_what_they_fill_in() -> None:
    table = models()["resources"]["dynamodb"]["Table"]
    assert table["put_item"][0] == "Item*"
    assert table["item_count"] is None
