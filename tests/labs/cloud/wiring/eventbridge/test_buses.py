"""What reaches the targets of rules."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from labs.cloud import moto_seams
from labs.cloud.account import Account, UnsettledError
from labs.cloud.wiring.eventbridge import put_service_event
from labs.cloud.wiring.targets import Sender, to_bus

type Clients = Callable[[str], Any]

QUEUE = "arn:aws:sqs:us-east-1:123456789012:{}"
ENTRY = {"Source": "shop", "DetailType": "OrderPlaced", "Detail": '{"id": 17, "by": "Ada"}'}
PATTERN = {"source": ["shop"]}
ANYBODY = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}}


def make_queue(client: Clients, name: str, *, is_open: bool = True, **attributes: str) -> str:
    arn = QUEUE.format(name)
    statement = {**ANYBODY, "Action": "sqs:SendMessage", "Resource": arn}
    policy = {"Policy": json.dumps({"Statement": [statement]})} if is_open else {}
    client("sqs").create_queue(QueueName=name, Attributes={**policy, **attributes})
    return arn


def make_rule(client: Clients, *targets: dict[str, Any], name: str = "r", **more: Any) -> None:
    pattern = {"EventPattern": json.dumps(PATTERN)}
    client("events").put_rule(
        Name=name, **({} if "ScheduleExpression" in more else pattern), **more
    )
    numbered = [{"Id": str(number), **target} for number, target in enumerate(targets)]
    bus = {"EventBusName": more["EventBusName"]} if "EventBusName" in more else {}
    client("events").put_targets(Rule=name, Targets=numbered, **bus)


def put(client: Clients, **more: Any) -> dict[str, Any]:
    answer: dict[str, Any] = client("events").put_events(Entries=[{**ENTRY, **more}])
    return answer


def bodies(name: str = "q") -> list[Any]:
    return [json.loads(body) for body in moto_seams.bodies(QUEUE.format(name))]


def letters(client: Clients, name: str = "dlq") -> list[dict[str, str]]:
    url = client("sqs").get_queue_url(QueueName=name)["QueueUrl"]
    messages = client("sqs").receive_message(
        QueueUrl=url, MessageAttributeNames=["All"], MaxNumberOfMessages=10
    )
    return [
        {key: value["StringValue"] for key, value in each["MessageAttributes"].items()}
        for each in messages.get("Messages", [])
    ]


def test_an_event_comes_in_its_envelope(account: Account, client: Clients) -> None:
    make_rule(client, {"Arn": make_queue(client, "q")})
    answer = put(client, Resources=["arn:x"])
    account.settle()
    (event,) = bodies()
    assert event.pop("time").endswith("Z")
    assert event == {
        "version": "0",
        "id": answer["Entries"][0]["EventId"],
        "detail-type": "OrderPlaced",
        "source": "shop",
        "account": "123456789012",
        "region": "us-east-1",
        "resources": ["arn:x"],
        "detail": {"id": 17, "by": "Ada"},
    }


def test_a_disabled_rule_is_silent(account: Account, client: Clients) -> None:
    make_rule(client, {"Arn": make_queue(client, "q")}, State="DISABLED")
    put(client)
    account.settle()
    client("events").enable_rule(Name="r")
    put(client)
    account.settle()
    assert len(bodies()) == 1


def test_a_target_gets_what_it_asks_for(account: Account, client: Clients) -> None:
    arn = make_queue(client, "q")
    template = (
        '{"id": <id>, "text": "<by> said \\"<id>\\"", "gone": <gone>, '
        '"rule": <aws.events.rule-name>}'
    )
    paths = {"id": "$.detail.id", "by": "$.detail.by", "gone": "$.detail.gone"}
    make_rule(
        client,
        {"Arn": arn, "Input": '{"constant": true}'},
        {"Arn": arn, "InputPath": "$.detail.by"},
        {"Arn": arn, "InputTransformer": {"InputPathsMap": paths, "InputTemplate": template}},
        {"Arn": arn, "InputTransformer": {"InputPathsMap": paths, "InputTemplate": '"hi <by>"'}},
    )
    put(client)
    account.settle()
    assert bodies() == [
        {"constant": True},
        "Ada",
        {"id": 17, "text": 'Ada said "17"', "gone": "", "rule": "r"},
        "hi Ada",
    ]


def test_a_function_and_a_topic_are_targets(
    account: Account, client: Clients, functions: Any
) -> None:
    function = functions.deploy("f")
    client("lambda").add_permission(
        FunctionName="f",
        StatementId="s",
        Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com",
        SourceArn="arn:aws:events:us-east-1:123456789012:rule/r",
    )
    make_rule(client, {"Arn": function})
    put(client)
    account.settle()
    (event,) = functions.events["f"]
    assert event["detail"]["by"] == "Ada"


def test_what_is_not_permitted_is_not_delivered_and_buried(
    account: Account, client: Clients, functions: Any
) -> None:
    letter = {"DeadLetterConfig": {"Arn": make_queue(client, "dlq")}}
    closed = make_queue(client, "q", is_open=False)
    make_rule(client, {"Arn": functions.deploy("f"), **letter}, {"Arn": closed, **letter})
    put(client)
    account.settle()
    assert functions.events["f"] == []
    assert bodies() == []
    assert [each["ERROR_CODE"] for each in letters(client)] == ["NO_PERMISSIONS"] * 2
    refused = [call for call in account.trace.calls if call.error == "AccessDeniedException"]
    assert [(call.made_by, call.service) for call in refused] == [
        ("rule r", "lambda"),
        ("rule r", "sqs"),
    ]


def test_a_missing_target_is_not_tried_again(account: Account, client: Clients) -> None:
    arn = QUEUE.format("gone")
    make_rule(client, {"Arn": arn, "DeadLetterConfig": {"Arn": make_queue(client, "dlq")}})
    put(client)
    account.settle()
    (letter,) = letters(client)
    assert letter["ERROR_CODE"] == "NO_RESOURCE"
    assert letter["RULE_ARN"].endswith(":rule/r")
    assert letter["TARGET_ARN"] == arn
    assert bodies("dlq")[0]["detail"]["by"] == "Ada"


def test_what_is_throttled_is_tried_again(account: Account, client: Clients) -> None:
    queue = make_queue(client, "q")
    policy = {"RetryPolicy": {"MaximumRetryAttempts": 2}}
    make_rule(client, {"Arn": queue, **policy})
    account.faults.throttle("sqs", "SendMessage", times=2)
    put(client)
    account.settle()
    assert len(bodies()) == 1


def test_retries_end(account: Account, client: Clients) -> None:
    letter = {"DeadLetterConfig": {"Arn": make_queue(client, "dlq")}}
    policy = {"RetryPolicy": {"MaximumRetryAttempts": 2}}
    make_rule(client, {"Arn": make_queue(client, "q"), **policy, **letter})
    account.faults.throttle("sqs", "SendMessage", times=3)
    put(client)
    account.settle()
    (found,) = letters(client)
    assert found["EXHAUSTED_RETRY_CONDITION"] == "MaximumRetryAttempts"
    assert found["RETRY_ATTEMPTS"] == "2"


def test_an_event_goes_to_another_bus_and_no_further(account: Account, client: Clients) -> None:
    arns = {
        name: client("events").create_event_bus(Name=name)["EventBusArn"] for name in ("b", "c")
    }
    queue = make_queue(client, "q")
    make_rule(client, {"Arn": arns["b"]})
    make_rule(client, {"Arn": queue}, {"Arn": arns["c"]}, EventBusName="b")
    make_rule(client, {"Arn": queue}, EventBusName="c")
    put(client)
    account.settle()
    assert len(bodies()) == 1


def test_an_event_of_a_service_comes_to_the_default_bus(account: Account, client: Clients) -> None:
    pattern = json.dumps({"source": ["aws.s3"]})
    client("events").put_rule(Name="r", EventPattern=pattern)
    target = {"Id": "1", "Arn": make_queue(client, "q")}
    client("events").put_targets(Rule="r", Targets=[target])
    put_service_event("aws.s3", "Object Created", {"key": "a"}, ["arn:aws:s3:::b"], "us-east-1")
    account.settle()
    assert bodies()[0]["resources"] == ["arn:aws:s3:::b"]


def test_entries_are_refused_one_by_one(account: Account, client: Clients) -> None:
    entries = [
        {**ENTRY, "Detail": "no json"},
        {"Source": "shop", "Detail": "{}"},
        {**ENTRY, "Source": "aws.s3"},
        ENTRY,
    ]
    answer = client("events").put_events(Entries=entries)
    assert answer["FailedEntryCount"] == 3
    codes = [entry.get("ErrorCode") for entry in answer["Entries"]]
    refused = ["MalformedDetail", "InvalidArgument", "NotAuthorizedForSourceException"]
    assert codes == [*refused, None]


@pytest.mark.parametrize(
    "entries", [[ENTRY] * 11, [{**ENTRY, "Detail": json.dumps({"a": "x" * 1024 * 1024})}]]
)
def test_a_request_has_limits(account: Account, client: Clients, entries: list[Any]) -> None:
    with pytest.raises(ClientError, match="ValidationException"):
        client("events").put_events(Entries=entries)


def test_what_is_no_rule_is_refused(account: Account, client: Clients) -> None:
    events = client("events")
    with pytest.raises(ClientError, match=r"Event pattern is not valid. Reason: Filter is not"):
        events.put_rule(Name="r", EventPattern="[]")
    with pytest.raises(ClientError, match="Parameter ScheduleExpression is not valid"):
        events.put_rule(Name="r", ScheduleExpression="rate(1 minutes)")
    with pytest.raises(ClientError, match="does not exist on EventBus default"):
        events.put_targets(Rule="r", Targets=[{"Id": "1", "Arn": QUEUE.format("q")}])


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ({"Arn": "queue"}, "Parameter queue is not valid. Reason: Provided Arn is not in"),
        ({"Id": "a b"}, "at 'targets.1.member.id' failed to satisfy constraint"),
        ({"Arn": "arn:aws:states:us-east-1:1:stateMachine:m"}, "RoleArn is required for target"),
        ({"Input": "{}", "InputPath": "$.x"}, "Only one of Input, InputPath, or"),
        ({"Input": "{"}, "Input"),
        (
            {"InputTransformer": {"InputTemplate": "Hello <name>"}},
            r"Invalid InputTemplate for target 1 : \[Source: .*; line: 1, column: 6\]",
        ),
        ({"InputTransformer": {"InputTemplate": "{<name>: 1}"}}, "Invalid InputTemplate"),
    ],
)
def test_what_is_no_target_is_refused(
    account: Account, client: Clients, target: dict[str, Any], message: str
) -> None:
    client("events").put_rule(Name="r", EventPattern=json.dumps(PATTERN))
    targets = [{"Id": "1", "Arn": QUEUE.format("q"), **target}]
    with pytest.raises(ClientError, match=message):
        client("events").put_targets(Rule="r", Targets=targets)


def test_a_rule_has_five_targets_at_most(account: Account, client: Clients) -> None:
    client("events").put_rule(Name="r", EventPattern=json.dumps(PATTERN))
    targets = [{"Id": str(number), "Arn": QUEUE.format("q")} for number in range(6)]
    with pytest.raises(ClientError, match="LimitExceededException"):
        client("events").put_targets(Rule="r", Targets=targets)


@pytest.mark.parametrize(
    "template", ['"<a>"', "<a>", '{"a": [<a>, "<a>"]}', '"first <a>"\n"second"', "[<a>]"]
)
def test_a_template_is_json_around_its_placeholders(
    account: Account, client: Clients, template: str
) -> None:
    transformer = {"InputPathsMap": {"a": "$.detail"}, "InputTemplate": template}
    make_rule(client, {"Arn": QUEUE.format("q"), "InputTransformer": transformer})


def test_a_pattern_can_be_tried(account: Account, client: Clients) -> None:
    event = json.dumps({"source": "shop"})
    tried = client("events").test_event_pattern(EventPattern=json.dumps(PATTERN), Event=event)
    assert tried["Result"] is True


def test_an_archive_is_replayed(account: Account, client: Clients) -> None:
    events = client("events")
    make_rule(client, {"Arn": make_queue(client, "q")})
    bus = events.describe_event_bus()["Arn"]
    archive = events.create_archive(ArchiveName="a", EventSourceArn=bus)["ArchiveArn"]
    put(client)
    account.settle()
    events.start_replay(
        ReplayName="again",
        EventSourceArn=archive,
        EventStartTime=0,
        EventEndTime=4102444800,
        Destination={"Arn": bus},
    )
    assert events.describe_replay(ReplayName="again")["State"] == "STARTING"
    account.settle()
    assert events.describe_replay(ReplayName="again")["State"] == "COMPLETED"
    first, second = bodies()
    assert second == {**first, "replay-name": "again"}


def test_a_schedule_fires_in_the_background(account: Account, client: Clients) -> None:
    target = {"Arn": make_queue(client, "q")}
    make_rule(client, target, name="nightly", ScheduleExpression="rate(5 minutes)")
    account.settle()
    assert bodies() == []
    account.let_pass(11 * 60)
    assert len(bodies()) == 2
    assert bodies()[0]["detail-type"] == "Scheduled Event"
    client("events").disable_rule(Name="nightly")
    account.let_pass(11 * 60)
    assert len(bodies()) == 2


def test_a_bucket_tells_no_rule_of_the_calls_on_it(
    account: Account, client: Clients, functions: Any
) -> None:
    """Only CloudTrail would, and there is no trail."""
    pattern = {"source": ["aws.s3"], "detail": {"eventName": ["CreateBucket"]}}
    client("events").put_rule(Name="r", EventPattern=json.dumps(pattern))
    target = {"Id": "1", "Arn": functions.deploy("f")}
    client("events").put_targets(Rule="r", Targets=[target])
    client("s3").create_bucket(Bucket="photos")
    account.settle()
    assert functions.events["f"] == []


def test_an_archive_with_a_bad_pattern_is_refused(account: Account, client: Clients) -> None:
    bus = client("events").describe_event_bus()["Arn"]
    with pytest.raises(ClientError, match="InvalidEventPatternException"):
        client("events").create_archive(ArchiveName="a", EventSourceArn=bus, EventPattern="[1]")


def test_a_storm_ends_with_the_loop_s_name(
    account: Account, client: Clients, functions: Any
) -> None:
    def again(_event: Any) -> None:
        put(client)

    function = functions.deploy("f", again)
    make_rule(client, {"Arn": function, "RoleArn": "arn:aws:iam::123456789012:role/events"})
    put(client)
    with pytest.raises(UnsettledError, match="rule r to function f"):
        account.settle()


def test_another_service_puts_an_event(account: Account, client: Clients) -> None:
    make_rule(client, {"Arn": make_queue(client, "q")})
    sender = Sender("state machine m", "states.amazonaws.com", "arn:m", has_role=True)
    bus = client("events").describe_event_bus()["Arn"]
    to_bus(sender, bus, ENTRY)
    with pytest.raises(ClientError, match="MalformedDetail"):
        to_bus(sender, bus, {**ENTRY, "Detail": "[]"})
    account.settle()
    assert len(bodies()) == 1
