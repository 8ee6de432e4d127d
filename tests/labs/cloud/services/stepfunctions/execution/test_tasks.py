"""Tasks: what they call, how failures are named, retried and caught, and when time is up."""

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from labs.cloud.clock import clock
from labs.cloud.simulation import current

INVOKE = "arn:aws:states:::lambda:invoke"
CATCH_ALL = [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.caught", "Next": "Caught"}]
END = {"Type": "Pass", "End": True}


def fail(_event: Any) -> None:
    raise ValueError("no stock")


def task(resource: str, **fields: Any) -> dict[str, Any]:
    return {"Type": "Task", "Resource": resource, "End": True, **fields}


def test_a_functions_result_is_the_tasks(machines: Any, functions: Any) -> None:
    arn = functions.deploy("double", lambda event: {"twice": event["n"] * 2})

    assert machines.output({"Double": task(arn)}, {"n": 21}) == {"twice": 42}


def test_invoke_tells_of_the_payload_and_the_version(machines: Any, functions: Any) -> None:
    functions.deploy("greet", lambda event: f"Hello {event['name']}")
    asked = {"FunctionName": "greet", "Payload": {"name.$": "$.who"}}

    output = machines.output({"Greet": task(INVOKE, Parameters=asked)}, {"who": "Ada"})

    assert output["Payload"] == "Hello Ada"
    assert output["ExecutedVersion"] == "$LATEST"
    assert output["StatusCode"] == 200


def test_a_failure_of_a_function_has_its_types_name(machines: Any, functions: Any) -> None:
    arn = functions.deploy("pick", fail)

    told = machines.run({"Pick": task(arn)})

    assert (told["status"], told["error"]) == ("FAILED", "ValueError")
    assert json.loads(told["cause"])["errorMessage"] == "no stock"
    assert machines.kinds(told["executionArn"])[2:] == [
        "LambdaFunctionScheduled",
        "LambdaFunctionStarted",
        "LambdaFunctionFailed",
        "ExecutionFailed",
    ]


def test_retries_wait_longer_each_time(
    machines: Any, functions: Any, elapsed: Callable[[], float]
) -> None:
    arn = functions.deploy("pick", fail)
    retry = [
        {"ErrorEquals": ["Other"], "MaxAttempts": 5},
        {"ErrorEquals": ["ValueError"], "IntervalSeconds": 2, "BackoffRate": 3, "MaxAttempts": 3},
    ]

    machines.run({"Pick": task(arn, Retry=retry)})

    assert len(functions.events["pick"]) == 4
    assert 26 <= elapsed() < 27  # 2 + 6 + 18


def test_retries_wait_no_longer_than_they_may(
    machines: Any, functions: Any, elapsed: Callable[[], float]
) -> None:
    arn = functions.deploy("pick", fail)
    retry = [{"ErrorEquals": ["States.TaskFailed"], "MaxDelaySeconds": 2, "IntervalSeconds": 2}]

    machines.run({"Pick": task(arn, Retry=retry)})

    assert 6 <= elapsed() < 7


def test_a_caught_failure_is_put_where_its_path_says(machines: Any, functions: Any) -> None:
    arn = functions.deploy("pick", fail)

    output = machines.output({"Pick": task(arn, Catch=CATCH_ALL), "Caught": END}, {"order": 1})

    assert output["order"] == 1
    assert output["caught"]["Error"] == "ValueError"


def test_errors_of_paths_are_not_caught(machines: Any, functions: Any) -> None:
    arn = functions.deploy("pick")
    states = {"Pick": task(arn, InputPath="$.none", Catch=CATCH_ALL), "Caught": END}

    told = machines.run(states)

    assert told["error"] == "States.Runtime"
    assert told["cause"].startswith(
        "An error occurred while executing the state 'Pick' (entered at the event id #2). "
    )


def test_a_task_that_takes_too_long_times_out(machines: Any, functions: Any) -> None:
    arn = functions.deploy("slow", lambda _event: clock.advance(3_000_000_000))

    told = machines.run({"Slow": task(arn, TimeoutSeconds=2)})

    assert (told["status"], told["error"]) == ("FAILED", "States.Timeout")
    assert "LambdaFunctionTimedOut" in machines.kinds(told["executionArn"])


def test_a_missing_function_is_named(machines: Any, functions: Any) -> None:
    asked = {"FunctionName": "none", "Payload": {}}

    told = machines.run({"Call": task(INVOKE, Parameters=asked)})

    assert told["error"] == "Lambda.ResourceNotFoundException"
    assert "Function not found" in told["cause"]


def test_faults_of_the_lab_hit_invocations(machines: Any, functions: Any) -> None:
    arn = functions.deploy("work", lambda event: event)
    machines.account.faults.throttle("lambda", "Invoke", times=1)
    machines.account.faults.lose_response("lambda", "Invoke", times=1, after=1)
    retry = [
        {"ErrorEquals": ["Lambda.TooManyRequestsException"]},
        {"ErrorEquals": ["Lambda.SdkClientException"]},
    ]

    assert machines.output({"Work": task(arn, Retry=retry)}, {"n": 1}) == {"n": 1}
    assert len(functions.events["work"]) == 2


def test_a_condition_that_fails_has_the_sdks_name(machines: Any) -> None:
    make_table()
    item = {"TableName": "orders", "Item": {"id": {"S": "1"}}}
    asked = {**item, "ConditionExpression": "attribute_not_exists(id)"}
    states = {
        "Put": {"Type": "Task", "Resource": "arn:aws:states:::dynamodb:putItem", "Next": "Again"}
        | {"Parameters": item},
        "Again": task("arn:aws:states:::aws-sdk:dynamodb:putItem", Parameters=asked),
    }

    told = machines.run(states)

    assert told["error"] == "DynamoDb.ConditionalCheckFailedException"
    assert "(Service: DynamoDb, Status Code: 400, Request ID: " in told["cause"]


@pytest.mark.parametrize(
    ("resource", "asked", "error"),
    [
        ("s3:getObject", {"Bucket": "goods", "Key": "k"}, "S3.NoSuchKeyException"),
        ("s3:listObjectsV2", {"Bucket": "other"}, "S3.NoSuchBucketException"),
        ("lambda:getFunction", {"FunctionName": "f"}, "Lambda.ResourceNotFoundException"),
        (
            "sqs:getQueueAttributes",
            {"QueueUrl": "https://sqs.us-east-1.amazonaws.com/123456789012/none"},
            "Sqs.QueueDoesNotExistException",
        ),
        ("sfn:describeExecution", {"ExecutionArn": "no"}, "Sfn.InvalidArnException"),
        ("ssm:getParameter", {"Name": "none"}, "Ssm.ParameterNotFoundException"),
    ],
)
def test_errors_of_services_have_the_sdks_names(
    machines: Any, resource: str, asked: dict[str, str], error: str
) -> None:
    boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="goods")

    told = machines.run({"Call": task(f"arn:aws:states:::aws-sdk:{resource}", Parameters=asked)})

    assert told["error"] == error


def test_an_error_keeps_all_of_its_name(machines: Any) -> None:
    make_table()
    current().faults.fail("dynamodb", "PutItem", code="InternalServerError", status=500)
    asked = {"TableName": "orders", "Item": {"id": {"S": "1"}}}

    told = machines.run({"Put": task("arn:aws:states:::dynamodb:putItem", Parameters=asked)})

    assert told["error"] == "DynamoDB.InternalServerErrorException"


def test_objects_become_texts_where_the_api_wants_texts(machines: Any) -> None:
    sqs = boto3.client("sqs", region_name="us-east-1")
    url = sqs.create_queue(QueueName="q")["QueueUrl"]
    asked = {"QueueUrl": url, "MessageBody": {"order.$": "$.id"}}

    output = machines.output(
        {"Send": task("arn:aws:states:::sqs:sendMessage", Parameters=asked)}, {"id": 7}
    )

    (message,) = sqs.receive_message(QueueUrl=url)["Messages"]
    assert json.loads(message["Body"]) == {"order": 7}
    assert output["MessageId"] == message["MessageId"]
    assert output["SdkHttpMetadata"]["HttpStatusCode"] == 200


def test_numbers_do_not_become_texts(machines: Any) -> None:
    make_table()
    asked = {"TableName": "orders", "Item": {"id": {"S": "1"}, "total": {"N.$": "$.total"}}}

    told = machines.run(
        {"Put": task("arn:aws:states:::dynamodb:putItem", Parameters=asked)}, {"total": 5}
    )

    assert told["error"] == "States.Runtime"
    assert told["cause"].endswith(
        "could not be used to start the Task: [The value for the field 'N' must be a STRING]"
    )


def test_what_is_not_simulated_fails_the_execution_with_its_name(machines: Any) -> None:
    states = {
        "Train": task(
            "arn:aws:states:::sagemaker:createTrainingJob", Parameters={}, Catch=CATCH_ALL
        ),
        "Caught": END,
    }

    told = machines.run(states)

    assert told["error"] == "NotSimulated"
    assert "sagemaker:createTrainingJob" in told["cause"]


def test_a_result_larger_than_256_kb_fails(machines: Any, functions: Any) -> None:
    arn = functions.deploy("big", lambda _event: "x" * 300_000)

    told = machines.run({"Big": task(arn)})

    assert told["error"] == "States.DataLimitExceeded"


def test_events_that_are_refused_fail_the_task(machines: Any) -> None:
    entry = {"Detail": {}, "DetailType": "t", "Source": "aws.mine"}
    states = {"Put": task("arn:aws:states:::events:putEvents", Parameters={"Entries": [entry]})}

    told = machines.run(states)

    assert told["error"] == "EventBridge.FailedEntry"


def test_an_api_of_the_account_is_called_and_its_errors_are_named(machines: Any) -> None:
    endpoint = make_api()
    asked = {"ApiEndpoint": endpoint, "Stage": "live", "Method": "POST", "RequestBody": {"a": 1}}
    resource = "arn:aws:states:::apigateway:invoke"

    output = machines.output({"Call": task(resource, Parameters=asked)})
    failed = machines.run({"Call": task(resource, Parameters={**asked, "Path": "none"})})

    assert (output["StatusCode"], output["ResponseBody"]) == (200, {"hello": 1})
    assert failed["error"] == "ApiGateway.403"


def test_addresses_outside_are_not_simulated(machines: Any) -> None:
    connection = "arn:aws:events:us-east-1:123456789012:connection/c/1"
    asked = {
        "ApiEndpoint": "https://example.com/",
        "Method": "GET",
        "Authentication": {"ConnectionArn": connection},
    }

    told = machines.run({"Call": task("arn:aws:states:::http:invoke", Parameters=asked)})

    assert told["error"] == "NotSimulated"


class TestTokens:
    """.waitForTaskToken."""

    def states(self, **fields: Any) -> dict[str, Any]:
        sqs = boto3.client("sqs", region_name="us-east-1")
        url = sqs.create_queue(QueueName="approvals")["QueueUrl"]
        asked = {"QueueUrl": url, "MessageBody": {"token.$": "$$.Task.Token"}}
        resource = "arn:aws:states:::sqs:sendMessage.waitForTaskToken"
        return {"Ask": task(resource, Parameters=asked, **fields)}

    def token(self, machines: Any) -> str:
        machines.account.settle()
        sqs = boto3.client("sqs", region_name="us-east-1")
        url = sqs.get_queue_url(QueueName="approvals")["QueueUrl"]
        (message,) = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=1)["Messages"]
        return str(json.loads(message["Body"])["token"])

    def test_the_execution_waits_for_the_answer(self, machines: Any) -> None:
        execution = machines.start(machines.create(self.states()))
        token = self.token(machines)

        assert machines.is_running(execution)
        machines.client.send_task_success(taskToken=token, output='{"ok": true}')

        assert json.loads(machines.finish(execution)["output"]) == {"ok": True}

    def test_a_failure_is_the_tasks(self, machines: Any) -> None:
        execution = machines.start(machines.create(self.states()))

        machines.client.send_task_failure(
            taskToken=self.token(machines), error="Refused", cause="too dear"
        )

        told = machines.finish(execution)
        assert (told["error"], told["cause"]) == ("Refused", "too dear")

    def test_a_token_is_good_for_one_answer(self, machines: Any) -> None:
        machines.start(machines.create(self.states()))
        token = self.token(machines)
        machines.client.send_task_success(taskToken=token, output="{}")

        with pytest.raises(ClientError, match="TaskTimedOut"):
            machines.client.send_task_success(taskToken=token, output="{}")

    def test_a_token_that_nobody_gave_is_invalid(self, machines: Any) -> None:
        with pytest.raises(ClientError, match="InvalidToken"):
            machines.client.send_task_heartbeat(taskToken="x")

    def test_an_answer_must_be_json(self, machines: Any) -> None:
        machines.start(machines.create(self.states()))

        with pytest.raises(ClientError, match="InvalidOutput"):
            machines.client.send_task_success(taskToken=self.token(machines), output="ok")

    def test_heartbeats_keep_the_task_alive(
        self, machines: Any, elapsed: Callable[[], float]
    ) -> None:
        execution = machines.start(machines.create(self.states(HeartbeatSeconds=10)))
        token = self.token(machines)
        machines.account.let_pass(8)
        machines.client.send_task_heartbeat(taskToken=token)
        machines.account.let_pass(8)
        assert machines.is_running(execution)

        told = machines.finish(execution)

        assert told["error"] == "States.Timeout"
        assert 18 <= elapsed() < 19

    def test_a_lost_heartbeat_has_a_name_of_its_own_in_catch(self, machines: Any) -> None:
        catch = [{"ErrorEquals": ["States.HeartbeatTimeout"], "Next": "Late"}]
        states = {**self.states(HeartbeatSeconds=5, Catch=catch), "Late": END}

        assert machines.output(states)["Error"] == "States.Timeout"

    def test_settling_does_not_wait_for_the_timeout(self, machines: Any) -> None:
        execution = machines.start(machines.create(self.states(TimeoutSeconds=60)))

        machines.account.settle()
        assert machines.is_running(execution)

        machines.account.let_pass(61)
        assert not machines.is_running(execution)


def test_a_container_that_is_stopped_fails_its_task(machines: Any) -> None:
    ecs = boto3.client("ecs", region_name="us-east-1")
    ecs.create_cluster(clusterName="jobs")
    container = {"name": "main", "image": "worker", "essential": True}
    ecs.register_task_definition(
        family="job",
        requiresCompatibilities=["FARGATE"],
        networkMode="awsvpc",
        cpu="256",
        memory="512",
        containerDefinitions=[container],
    )
    asked = {
        "Cluster": "jobs",
        "TaskDefinition": "job",
        "LaunchType": "FARGATE",
        "NetworkConfiguration": {"AwsvpcConfiguration": {"Subnets": ["subnet-1"]}},
    }
    resource = "arn:aws:states:::ecs:runTask.sync"
    execution = machines.start(machines.create({"Run": task(resource, Parameters=asked)}))
    machines.account.let_pass(30)
    assert machines.is_running(execution)

    (arn,) = ecs.list_tasks(cluster="jobs")["taskArns"]
    ecs.stop_task(cluster="jobs", task=arn)

    told = machines.finish(execution, seconds=120)
    assert told["error"] == "States.TaskFailed"
    assert json.loads(told["cause"])["TaskArn"] == arn


class TestActivities:
    def test_a_worker_gets_the_input_and_gives_the_output(self, machines: Any) -> None:
        arn = machines.client.create_activity(name="pack")["activityArn"]
        execution = machines.start(machines.create({"Pack": task(arn)}), {"order": 3})

        found = machines.client.get_activity_task(activityArn=arn, workerName="w")
        machines.client.send_task_success(taskToken=found["taskToken"], output='"packed"')

        assert json.loads(found["input"]) == {"order": 3}
        assert machines.finish(execution)["output"] == '"packed"'
        assert machines.kinds(execution)[2:5] == [
            "ActivityScheduled",
            "ActivityStarted",
            "ActivitySucceeded",
        ]

    def test_a_worker_without_work_waits_a_minute(
        self, machines: Any, elapsed: Callable[[], float]
    ) -> None:
        arn = machines.client.create_activity(name="pack")["activityArn"]

        found = machines.client.get_activity_task(activityArn=arn)

        assert "taskToken" not in found
        assert 60 <= elapsed() < 61


class TestNested:
    def child(self, machines: Any, state: dict[str, Any]) -> str:
        return str(machines.create({"Child": state}, name="child"))

    def test_sync_2_gives_output_as_json(self, machines: Any) -> None:
        child = self.child(machines, {"Type": "Pass", "Result": {"n": 1}, "End": True})
        asked = {"StateMachineArn": child, "Input": {"a.$": "$.a"}}
        resource = "arn:aws:states:::states:startExecution.sync:2"

        output = machines.output({"Run": task(resource, Parameters=asked)}, {"a": 5})

        assert (output["Input"], output["Output"]) == ({"a": 5}, {"n": 1})

    def test_a_childs_failure_fails_the_task(self, machines: Any) -> None:
        child = self.child(machines, {"Type": "Fail", "Error": "Broken", "Cause": "why"})
        asked = {"StateMachineArn": child}
        resource = "arn:aws:states:::states:startExecution.sync"

        told = machines.run({"Run": task(resource, Parameters=asked)})

        assert told["error"] == "States.TaskFailed"
        assert json.loads(told["cause"])["Error"] == "Broken"

    def test_a_child_is_stopped_with_its_parent(self, machines: Any) -> None:
        child = self.child(machines, {"Type": "Wait", "Seconds": 900, "End": True})
        asked = {"StateMachineArn": child, "Name": "inner"}
        resource = "arn:aws:states:::states:startExecution.sync"
        parent = machines.create({"Run": task(resource, Parameters=asked)})
        execution = machines.start(parent)
        machines.account.let_pass(5)

        machines.client.stop_execution(executionArn=execution)

        inner = child.replace(":stateMachine:", ":execution:") + ":inner"
        assert machines.finish(inner)["status"] == "ABORTED"


def make_table() -> None:
    boto3.client("dynamodb", region_name="us-east-1").create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )


def make_api() -> str:
    """The host of a REST API that answers POST / by itself."""
    client = boto3.client("apigateway", region_name="us-east-1")
    api = client.create_rest_api(name="greeter")["id"]
    (root,) = client.get_resources(restApiId=api)["items"]
    place = {"restApiId": api, "resourceId": root["id"], "httpMethod": "POST"}
    client.put_method(**place, authorizationType="NONE")
    templates = {"application/json": '{"statusCode": 200}'}
    client.put_integration(**place, type="MOCK", requestTemplates=templates)
    client.put_method_response(**place, statusCode="200")
    client.put_integration_response(
        **place, statusCode="200", responseTemplates={"application/json": '{"hello": 1}'}
    )
    client.create_deployment(restApiId=api, stageName="live")
    return f"{api}.execute-api.us-east-1.amazonaws.com"
