"""Faults and passing time, as a lab's checks use them."""

import time
from collections.abc import Callable
from textwrap import dedent

import pytest

import labs
from labs import Verdict
from tests.labs.conftest import MakeLab

SETUP = """
from labs.checks import Cloud, check, expect, setup

@setup
def deploy(cloud: Cloud) -> None:
    cloud.create_table("orders", key="id")
    cloud.create_queue("dead")
    cloud.create_queue("jobs", visibility_seconds=30, dead_letter="dead", max_receive_count=3)
    cloud.deploy_function("worker", handler="handler.handler", timeout_seconds=3)
    cloud.map_queue("jobs", "worker", batch_size=1)

@check("It works")
def it_works(cloud: Cloud) -> None:
"""

HANDLER = """
import boto3
table = boto3.resource("dynamodb").Table("orders")
def handler(event, context):
    for record in event["Records"]:
        table.put_item(Item={"id": record["messageId"],
                             "count": record["attributes"]["ApproximateReceiveCount"]})
        table.get_item(Key={"id": record["messageId"]})
"""


type Grade = Callable[..., labs.GradeReport]


@pytest.fixture
def graded(make_lab: MakeLab) -> Grade:
    """Grades HANDLER, or other code, by the lines of one check."""

    def grade(check: str, code: str = HANDLER) -> labs.GradeReport:
        body = "".join(f"    {line}\n" for line in dedent(check).strip().splitlines())
        return labs.grade(make_lab(checks=SETUP + body), {"handler.py": code}, seed=3)

    return grade


def outcomes(report: labs.GradeReport) -> list[tuple[str, int, str]]:
    return [
        (call.operation, call.status, call.error) for call in report.trace if call.is_by_learner
    ]


def test_boto3_tries_again_when_it_is_throttled(graded: Grade) -> None:
    before = time.monotonic()
    report = graded("""
cloud.faults.throttle("dynamodb", "PutItem", times=2)
cloud.queue("jobs").send("one")
cloud.settle()
expect(len(cloud.table("orders").items()) == 1, "not stored")
expect(not cloud.function("worker").invocations[0].error, "failed")
""")

    throttled = ("PutItem", 400, "ProvisionedThroughputExceededException")
    assert report.verdict is Verdict.PASSED, report
    assert outcomes(report)[:3] == [throttled, throttled, ("PutItem", 200, "")]
    assert time.monotonic() - before < 30


def test_a_lost_answer_is_a_closed_connection(graded: Grade) -> None:
    report = graded("""
cloud.faults.lose_response("dynamodb", "PutItem")
cloud.queue("jobs").send("one")
cloud.settle()
expect(len(cloud.table("orders").items()) == 1, "not stored")
""")

    assert report.verdict is Verdict.PASSED, report
    assert outcomes(report)[:2] == [("PutItem", 0, "ConnectionClosed"), ("PutItem", 200, "")]


def test_an_error_does_nothing(graded: Grade) -> None:
    report = graded("""
cloud.faults.fail("dynamodb", "PutItem", code="ConditionalCheckFailedException", times=None)
cloud.queue("jobs").send("one")
cloud.settle()
expect(not cloud.table("orders").items(), "stored")
cloud.queue("dead").expect_messages(1, because="it failed each time")
""")

    assert report.verdict is Verdict.PASSED, report
    assert outcomes(report) == [("PutItem", 400, "ConditionalCheckFailedException")] * 3


BATCHES = """
import boto3
dynamodb = boto3.client("dynamodb")
def handler(event, context):
    puts = [{"PutRequest": {"Item": {"id": {"S": f"{number}"}}}} for number in range(5)]
    done = dynamodb.batch_write_item(RequestItems={"orders": puts})
    left = [entry["PutRequest"]["Item"]["id"]["S"] for entry in done["UnprocessedItems"]["orders"]]
    keys = {"Keys": [{"id": {"S": f"{number}"}} for number in range(3)], "ConsistentRead": True}
    found = dynamodb.batch_get_item(RequestItems={"orders": keys})
    print(left, len(found["Responses"]["orders"]), found["UnprocessedKeys"])
    dynamodb.batch_write_item(RequestItems=done["UnprocessedItems"])
"""


def test_half_of_a_batch_comes_back(graded: Grade) -> None:
    report = graded(
        """
cloud.faults.hold_back("dynamodb", "BatchWriteItem")
cloud.faults.hold_back("dynamodb", "BatchGetItem", done=2)
cloud.queue("jobs").send("one")
cloud.settle()
expect(not cloud.function("worker").invocations[0].error, "failed")
expect(len(cloud.table("orders").items()) == 5, "not stored")
""",
        BATCHES,
    )

    assert report.verdict is Verdict.PASSED, report
    assert "'Keys': [{'id': {'S': '2'}}]" in report.stdout
    assert "['3', '4'] 2" in report.stdout


TWO_BATCHES = """
import boto3
sns, sqs = boto3.client("sns"), boto3.client("sqs")
def handler(event, context):
    topic = sns.create_topic(Name="news")["TopicArn"]
    entries = [{"Id": f"{number}", "Message": f"{number}"} for number in range(4)]
    told = sns.publish_batch(TopicArn=topic, PublishBatchRequestEntries=entries)
    print([one["Id"] for one in told["Successful"]], told["Failed"])
    queue = sqs.get_queue_url(QueueName="dead")["QueueUrl"]
    entries = [{"Id": f"{number}", "MessageBody": f"{number}"} for number in range(4)]
    told = sqs.send_message_batch(QueueUrl=queue, Entries=entries)
    print([one["Id"] for one in told["Successful"]], told["Failed"])
    entry = {"Source": "shop", "DetailType": "OrderPlaced", "Detail": "{}"}
    told = boto3.client("events").put_events(Entries=[entry] * 3)
    print(told["FailedEntryCount"], [one.get("ErrorCode") for one in told["Entries"]])
"""


def test_entries_of_a_batch_are_refused_one_by_one(graded: Grade) -> None:
    report = graded(
        """
cloud.faults.fail_entries("sns", "PublishBatch", times=2, after=1)
cloud.faults.fail_entries("sqs", "SendMessageBatch", code="No", sender_fault=True)
cloud.faults.fail_entries("events", "PutEvents", code="InternalFailure", after=1)
cloud.queue("dead").send("the check's own is never hit")
cloud.queue("jobs").send("one")
cloud.settle()
expect(len(cloud.queue("dead").messages()) == 4, "not as many")
""",
        TWO_BATCHES,
    )

    assert report.verdict is Verdict.PASSED, report
    assert "['0', '3'] [{'Id': '1', 'Code': 'InternalError'" in report.stdout
    assert "'SenderFault': True" in report.stdout.partition("['1', '2', '3']")[2]
    assert "1 [None, 'InternalFailure', None]" in report.stdout


def test_a_crash_ends_whoever_made_the_call(make_lab: MakeLab) -> None:
    checks = """
from labs.checks import Cloud, ProgramError, check, expect, setup

@setup
def deploy(cloud: Cloud) -> None:
    cloud.create_table("orders", key="id")

@check("It works")
def it_works(cloud: Cloud) -> None:
    cloud.faults.crash("dynamodb", "PutItem")
    try:
        cloud.call("handler.store", "1")
    except ProgramError as error:
        expect(error.kind == "Runtime.ExitError", error.kind)
    else:
        expect(False, "it went on")
    expect(len(cloud.table("orders").items()) == 1, "it was not done")
    expect(cloud.call("handler.store", "2") == 1, "the process is not a new one")
"""
    store = """
import boto3
stored = []
def store(name):
    stored.append(name)
    boto3.resource("dynamodb").Table("orders").put_item(Item={"id": name})
    return len(stored)
"""
    report = labs.grade(make_lab(checks=checks), {"handler.py": store})

    assert report.verdict is Verdict.PASSED, report


def test_an_error_tells_its_details(graded: Grade) -> None:
    report = graded(
        """
cloud.faults.fail("dynamodb", "TransactWriteItems", code="TransactionCanceledException",
                  details={"CancellationReasons": [{"Code": "None"}, {"Code": "Odd"}]})
cloud.faults.cancel_transaction("TransactionConflict", at=1, after=1)
cloud.queue("jobs").send("one")
cloud.settle()
expect(not cloud.function("worker").invocations[0].error, "failed")
expect(not cloud.table("orders").items(), "stored")
""",
        """
import boto3
dynamodb = boto3.client("dynamodb")
def handler(event, context):
    put = [{"Put": {"TableName": "orders", "Item": {"id": {"S": key}}}} for key in "ab"]
    for reason in ("Odd", "TransactionConflict"):
        try:
            dynamodb.transact_write_items(TransactItems=put)
        except dynamodb.exceptions.TransactionCanceledException as error:
            codes = [each["Code"] for each in error.response["CancellationReasons"]]
            assert codes == ["None", reason], codes
        else:
            raise AssertionError("nothing was refused")
""",
    )

    assert report.verdict is Verdict.PASSED, report


def test_a_killed_environment_has_done_its_call(graded: Grade) -> None:
    report = graded("""
cloud.faults.kill("worker", after_calls=1)
cloud.queue("jobs").send("one")
cloud.settle()
first, second = cloud.function("worker").invocations
expect(first.error["errorType"] == "Runtime.ExitError", str(first.error))
expect("signal: killed" in first.error["errorMessage"], str(first.error))
expect(second.cold and not second.error, "not started anew")
[item] = cloud.table("orders").items()
expect(item["count"] == "2", "not delivered again")
""")

    assert report.verdict is Verdict.PASSED, report
    assert outcomes(report) == [
        ("PutItem", 0, "Unanswered"),
        ("PutItem", 200, ""),
        ("GetItem", 200, ""),
    ]


def test_a_message_comes_twice_as_on_aws(graded: Grade) -> None:
    report = graded("""
cloud.faults.deliver_twice("jobs")
[sent] = cloud.queue("jobs").send("one")
cloud.settle()
records = [i.event["Records"][0] for i in cloud.function("worker").invocations]
expect([r["messageId"] for r in records] == [sent, sent], "another message")
counts = [r["attributes"]["ApproximateReceiveCount"] for r in records]
expect(counts == ["1", "2"], str(counts))
cloud.queue("jobs").expect_empty(because="it was delivered twice")
""")

    assert report.verdict is Verdict.PASSED, report


def test_latency_passes_on_the_accounts_clock(graded: Grade) -> None:
    code = "import time\n" + HANDLER.replace(
        "    for record", "    started = time.time()\n    for record"
    )
    code += "    return [context.get_remaining_time_in_millis(), time.time() - started]\n"
    report = graded(
        """
cloud.faults.delay("dynamodb", "PutItem", milliseconds=1200)
cloud.queue("jobs").send("one")
cloud.settle()
left, took = cloud.function("worker").invocations[0].response
expect(1790 <= left <= 1800, str(left))
expect(1.2 <= took < 1.21, str(took))
""",
        code,
    )

    assert report.verdict is Verdict.PASSED, report
    durations = [call.duration_ms for call in report.trace if call.is_by_learner]
    assert durations == [1201, 1]


def test_latency_beyond_the_timeout_ends_the_invocation_at_once(graded: Grade) -> None:
    before = time.monotonic()
    report = graded("""
cloud.faults.delay("dynamodb", "GetItem", milliseconds=600_000)
cloud.queue("jobs").send("one")
cloud.settle()
first, second = cloud.function("worker").invocations
expect(first.error["errorType"] == "Sandbox.Timedout", str(first.error))
expect("Task timed out after 3.00 seconds" in first.error["errorMessage"], str(first.error))
expect(not second.error, str(second.error))
""")

    assert report.verdict is Verdict.PASSED, report
    assert time.monotonic() - before < 30
    calls = [call for call in report.trace if call.is_by_learner]
    assert all(call.made_by == "function worker" and call.request_id for call in calls)


def test_the_checks_own_calls_are_never_hit(graded: Grade) -> None:
    report = graded("""
cloud.faults.throttle("sqs", "SendMessageBatch", times=None)
cloud.faults.throttle("sqs", "SendMessage", times=None)
cloud.queue("jobs").send("one")
cloud.settle()
expect(len(cloud.table("orders").items()) == 1, "not stored")
""")

    assert report.verdict is Verdict.PASSED, report


def test_a_name_that_aws_does_not_have_is_the_authors_mistake(graded: Grade) -> None:
    report = graded('cloud.queue("jobs")\ncloud.faults.throttle("dynamodb", "PutItm")')

    line = SETUP.count("\n") + 2
    assert report.verdict is Verdict.ENGINE_ERROR
    assert report.fault is not None
    assert report.fault.line == line
    assert report.fault.message == "dynamodb has no operation 'PutItm': do you mean PutItem?"


def test_time_passes_and_what_is_due_is_delivered(graded: Grade) -> None:
    report = graded("""
cloud.faults.fail("dynamodb", "PutItem", code="InternalServerError", times=None)
cloud.queue("jobs").send("one")
counts = []
for seconds in (29, 2, 28, 2):
    cloud.pass_time(seconds)
    counts.append(len(cloud.function("worker").invocations))
expect(counts == [1, 2, 2, 3], str(counts))
""")

    assert report.verdict is Verdict.PASSED, report


CALLS = """
import boto3
from botocore.config import Config

CALLS = [
    ("sqs", "list_queues", {}),
    ("dynamodb", "list_tables", {}),
    ("s3", "list_buckets", {}),
    ("lambda", "list_functions", {}),
    ("sns", "list_topics", {}),
    ("iam", "list_roles", {}),
    ("events", "list_rules", {}),
    ("stepfunctions", "list_state_machines", {}),
    ("kinesis", "list_streams", {}),
    ("apigateway", "get_rest_apis", {}),
    ("scheduler", "list_schedules", {}),
    ("secretsmanager", "list_secrets", {}),
]

def attempts(mode):
    config = Config(retries={"mode": mode})
    answers = [getattr(boto3.client(name, config=config), operation)(**parameters)
               for name, operation, parameters in CALLS]
    return [answer["ResponseMetadata"]["RetryAttempts"] for answer in answers]
"""


@pytest.mark.parametrize("mode", ["legacy", "standard", "adaptive"])
def test_boto3_knows_each_services_throttling_and_does_not_wait(graded: Grade, mode: str) -> None:
    report = graded(
        f"""
for service, operation in [("sqs", "ListQueues"), ("dynamodb", "ListTables"),
        ("s3", "ListBuckets"), ("lambda", "ListFunctions"), ("sns", "ListTopics"),
        ("iam", "ListRoles"), ("events", "ListRules"), ("stepfunctions", "ListStateMachines"),
        ("kinesis", "ListStreams"), ("apigateway", "GetRestApis"),
        ("scheduler", "ListSchedules"), ("secretsmanager", "ListSecrets")]:
    cloud.faults.throttle(service, operation, times=2)
attempts = cloud.call("handler.attempts", "{mode}")
expect(attempts == [2] * 12, str(attempts))
""",
        CALLS,
    )

    assert report.verdict is Verdict.PASSED, report


CARELESS = """
import boto3
table = boto3.resource("dynamodb").Table("orders")
seen = []
def handler(event, context):
    seen.append(event)
    if "Item" in table.get_item(Key={"id": "a"}):
        return ["seen", len(seen)]
    table.put_item(Item={"id": "a"})
    return ["new", len(seen)]
"""


def test_somebody_else_may_be_faster_between_two_calls(graded: Grade) -> None:
    report = graded(
        """
        invoke = cloud.client("lambda").invoke
        cloud.faults.interleave(
            "dynamodb", "PutItem", lambda: invoke(FunctionName="worker", Payload=b"{}")
        )
        invoke(FunctionName="worker", Payload=b"{}")
        told = [invocation.response for invocation in cloud.function("worker").invocations]
        expect(told == [["new", 1], ["new", 1]], f"{told}")
        calls = [(call.operation, call.request_id) for call in cloud.calls()]
        expect([name for name, _ in calls] == ["GetItem", "PutItem"] * 2, f"{calls}")
        expect(calls[0][1] == calls[1][1] != calls[2][1] == calls[3][1], f"{calls}")
        """,
        CARELESS,
    )
    assert report.verdict is Verdict.PASSED, report


def test_what_happens_in_between_is_not_in_the_trace(graded: Grade) -> None:
    report = graded(
        """
        table = cloud.client("dynamodb")
        cloud.faults.interleave(
            "dynamodb", "GetItem",
            lambda: table.put_item(TableName="orders", Item={"id": {"S": "a"}}), times=1, after=1,
        )
        for _ in range(2):
            cloud.client("lambda").invoke(FunctionName="worker", Payload=b"{}")
            table.delete_item(TableName="orders", Key={"id": {"S": "a"}})
        told = [invocation.response for invocation in cloud.function("worker").invocations]
        expect(told == [["new", 1], ["seen", 2]], f"{told}")
        """,
        CARELESS,
    )
    assert report.verdict is Verdict.PASSED, report
    assert outcomes(report) == [("GetItem", 200, ""), ("PutItem", 200, ""), ("GetItem", 200, "")]
