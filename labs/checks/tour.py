"""A walk through the services, by which a zygote has in memory what most labs will need."""

import io
import json
from typing import Any

from labs.checks.cloud import Cloud
from labs.cloud import inventory, moto_seams

_STATES: dict[str, Any] = {
    "StartAt": "Format",
    "States": {
        "Format": {
            "Type": "Pass",
            "Parameters": {"text.$": "States.Format('{}', $.n)"},
            "ResultPath": "$.made",
            "Next": "Choose",
        },
        "Choose": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.n", "NumericGreaterThan": 0, "Next": "Put"}],
            "Default": "Done",
        },
        "Put": {
            "Type": "Task",
            "Resource": "arn:aws:states:::dynamodb:putItem",
            "Parameters": {"TableName": "warm", "Item": {"id": {"S": "2"}}},
            "Next": "Ask",
        },
        "Ask": {
            "Type": "Pass",
            "QueryLanguage": "JSONata",
            "Output": {"n": "{% $states.input.SdkHttpMetadata.HttpStatusCode %}"},
            "Next": "Done",
        },
        "Done": {"Type": "Succeed"},
    },
}
_PATTERN = {"source": ["warm"]}
_OPEN = {"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}}


def take(cloud: Cloud) -> None:
    """Make each service do what it does most; the account is thrown away afterwards."""
    _queues(cloud)
    _tables(cloud)
    _machines(cloud)  # before there is a function, as nothing can be invoked here
    _buckets(cloud.client("s3"))
    _topics(cloud.client("sns"))
    cloud.settle()  # as long as no function would have to run
    _functions(cloud)
    _events(cloud.client("events"))
    cloud.client("logs").create_log_group(logGroupName="warm")
    for service in inventory.LISTERS:
        inventory.lines(service, moto_seams.REGION)


def _queues(cloud: Cloud) -> None:
    sqs, queue = cloud.client("sqs"), cloud.create_queue("warm")
    queue.send("one", "two")
    sqs.send_message(QueueUrl=queue.url, MessageBody="three")
    for message in sqs.receive_message(QueueUrl=queue.url, MaxNumberOfMessages=3)["Messages"]:
        sqs.delete_message(QueueUrl=queue.url, ReceiptHandle=message["ReceiptHandle"])
    sqs.set_queue_attributes(QueueUrl=queue.url, Attributes={"Policy": json.dumps(_OPEN)})
    sqs.get_queue_attributes(QueueUrl=queue.url, AttributeNames=["All"])


def _tables(cloud: Cloud) -> None:
    dynamodb, table = cloud.client("dynamodb"), cloud.create_table("warm", key="id")
    key = {"id": {"S": "1"}}
    dynamodb.put_item(TableName="warm", Item=key, ConditionExpression="attribute_not_exists(id)")
    dynamodb.update_item(
        TableName="warm",
        Key=key,
        UpdateExpression="SET #n = if_not_exists(#n, :zero) + :one",
        ExpressionAttributeNames={"#n": "n"},
        ExpressionAttributeValues={":zero": {"N": "0"}, ":one": {"N": "1"}},
    )
    dynamodb.get_item(TableName="warm", Key=key)
    dynamodb.query(
        TableName="warm",
        KeyConditionExpression="id = :id",
        ExpressionAttributeValues={":id": {"S": "1"}},
    )
    table.items()
    dynamodb.delete_item(TableName="warm", Key=key)


def _buckets(s3: Any) -> None:
    s3.create_bucket(Bucket="warm")
    told = {"QueueArn": moto_seams.queue_arn("warm"), "Events": ["s3:ObjectCreated:*"]}
    s3.put_bucket_notification_configuration(
        Bucket="warm", NotificationConfiguration={"QueueConfigurations": [told]}
    )
    s3.put_object(Bucket="warm", Key="a/b.json", Body=io.BytesIO(b"{}"))
    s3.get_object(Bucket="warm", Key="a/b.json")["Body"].read()
    s3.head_object(Bucket="warm", Key="a/b.json")
    s3.list_objects_v2(Bucket="warm", Prefix="a/")
    s3.delete_object(Bucket="warm", Key="a/b.json")


def _functions(cloud: Cloud) -> None:
    cloud.deploy_function("warm", handler="handler.handler")
    cloud.map_queue("warm", "warm")
    cloud.client("lambda").get_function(FunctionName="warm")


def _topics(sns: Any) -> None:
    topic = sns.create_topic(Name="warm")["TopicArn"]
    queue = moto_seams.queue_arn("warm")
    filtered = {"FilterPolicy": json.dumps(_PATTERN), "FilterPolicyScope": "MessageBody"}
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue, Attributes=filtered)
    sns.publish(TopicArn=topic, Message=json.dumps({"source": "warm"}))


def _events(events: Any) -> None:
    events.put_rule(Name="warm", EventPattern=json.dumps(_PATTERN))
    target = {"Id": "1", "Arn": moto_seams.queue_arn("warm")}
    events.put_targets(Rule="warm", Targets=[target])
    events.put_events(Entries=[{"Source": "warm", "DetailType": "x", "Detail": "{}"}])


def _machines(cloud: Cloud) -> None:
    client, role = cloud.client("stepfunctions"), cloud.role("warm-machine")
    machine = client.create_state_machine(
        name="warm", definition=json.dumps(_STATES), roleArn=role
    )["stateMachineArn"]
    execution = client.start_execution(stateMachineArn=machine, input='{"n": 1}')["executionArn"]
    cloud.settle()
    client.describe_execution(executionArn=execution)
    client.get_execution_history(executionArn=execution)
