"""InvocationType=Event: attempts, their moments, destinations and dead-letter queues.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
"""

from tests.labs.cloud.lambda_runtime.programs import shown

QUEUE = """
import time
sqs = boto3.client("sqs")
def queue(name="told"):
    return sqs.create_queue(QueueName=name)["QueueUrl"]
def arn(name="told"):
    return "arn:aws:sqs:us-east-1:123456789012:" + name
def received(url):
    found = sqs.receive_message(QueueUrl=url, MessageAttributeNames=["All"]).get("Messages", [])
    return [(json.loads(message["Body"]), message.get("MessageAttributes")) for message in found]
def later(payload=None, **options):
    return client.invoke(FunctionName="f", InvocationType="Event", Payload=json.dumps(payload),
                         **options)
def settings(**options):
    client.put_function_event_invoke_config(FunctionName="f", **options)
def told(**to):
    settings(DestinationConfig={name: {"Destination": value} for name, value in to.items()})
def runs():
    return sum(line.startswith("START") for line in events())
"""
FAILS = "def handler(event, context): raise ValueError('no ' + str(event))"
WORKS = "def handler(event, context): return {'got': event}"


def ran(program: str) -> object:
    return shown(QUEUE + program)


def test_the_caller_has_its_answer_before_the_function_runs() -> None:
    program = """
create("import boto3\\ndef handler(event, context):\\n"
       "    boto3.client('sqs').send_message(QueueUrl=event, MessageBody='1')")
url = queue()
answer = later(url)
show([answer["StatusCode"], answer["Payload"].read().decode(), len(received(url))])
"""
    assert ran(program) == [202, "", 1]


def test_a_function_that_fails_is_tried_again_after_one_minute_and_after_two() -> None:
    program = f"""
create({FAILS!r})
later(7)
moments = []
for _ in range(40):
    time.sleep(10)
    moments.append(runs())
ids = {{line.split()[2] for line in events() if line.startswith("START")}}
show([moments.index(2), moments.index(3), moments[-1], len(ids)])
"""
    assert ran(program) == [5, 17, 3, 1]


def test_a_failure_is_told_with_the_record_of_aws() -> None:
    program = f"""
create({FAILS!r})
url = queue()
told(OnFailure=arn())
sent = later({{"a": 1}})["ResponseMetadata"]["RequestId"]
time.sleep(200)
[(record, _)] = received(url)
record["responsePayload"].pop("stackTrace"), record["responsePayload"].pop("requestId")
record.pop("timestamp"), record["requestContext"].pop("requestId")
show(record)
"""
    assert ran(program) == {
        "version": "1.0",
        "requestContext": {
            "functionArn": "arn:aws:lambda:us-east-1:123456789012:function:f:$LATEST",
            "condition": "RetriesExhausted",
            "approximateInvokeCount": 3,
        },
        "requestPayload": {"a": 1},
        "responseContext": {
            "statusCode": 200,
            "executedVersion": "$LATEST",
            "functionError": "Unhandled",
        },
        "responsePayload": {"errorMessage": "no {'a': 1}", "errorType": "ValueError"},
    }


def test_a_success_is_told() -> None:
    program = f"""
create({WORKS!r})
url = queue()
told(OnSuccess=arn())
later(5)
[(record, _)] = received(url)
show([record["requestContext"]["condition"], record["requestContext"]["approximateInvokeCount"],
      record["responseContext"], record["responsePayload"]])
"""
    assert ran(program) == [
        "Success",
        1,
        {"statusCode": 200, "executedVersion": "$LATEST"},
        {"got": 5},
    ]


def test_a_destination_can_be_a_function_a_topic_and_a_bucket() -> None:
    program = f"""
first = create({FAILS!r})
next_arn = create("def handler(event, context): print('GOT', event['requestPayload'])",
                  "next")["FunctionArn"]
settings(MaximumRetryAttempts=0,
         DestinationConfig={{"OnFailure": {{"Destination": next_arn}}}})
later(1)
received(queue())
got = [line for line in events("next") if line.startswith("GOT")]
topic = boto3.client("sns").create_topic(Name="t")["TopicArn"]
url = queue()
boto3.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn(),
                              Attributes={{"RawMessageDelivery": "true"}})
policy = {{"Statement": [{{"Effect": "Allow", "Principal": "*", "Action": "sqs:*",
                         "Resource": arn()}}]}}
sqs.set_queue_attributes(QueueUrl=url, Attributes={{"Policy": json.dumps(policy)}})
settings(MaximumRetryAttempts=0, DestinationConfig={{"OnFailure": {{"Destination": topic}}}})
later(2)
[(record, _)] = received(url)
s3 = boto3.client("s3")
s3.create_bucket(Bucket="told")
settings(MaximumRetryAttempts=0,
         DestinationConfig={{"OnFailure": {{"Destination": "arn:aws:s3:::told"}}}})
later(3)
received(url)
[key] = [each["Key"] for each in s3.list_objects_v2(Bucket="told")["Contents"]]
show([got, record["requestPayload"], key.split("/")[:4]])
"""
    assert ran(program) == [["GOT 1"], 2, ["aws", "lambda", "async", "f"]]


def test_a_dead_letter_queue_gets_the_event_and_the_reason() -> None:
    program = f"""
url = queue()
found = create({FAILS!r}, DeadLetterConfig={{"TargetArn": arn()}})
later({{"a": 1}})
time.sleep(200)
[(event, attributes)] = received(url)
shown = client.get_function_configuration(FunctionName="f")["DeadLetterConfig"]
client.update_function_configuration(FunctionName="f", DeadLetterConfig={{"TargetArn": ""}})
gone = "DeadLetterConfig" in client.get_function_configuration(FunctionName="f")
show([event, {{name: value["StringValue"] for name, value in attributes.items()
             if name != "RequestID"}}, sorted(attributes), shown, gone])
"""
    assert ran(program) == [
        {"a": 1},
        {"ErrorCode": "200", "ErrorMessage": "no {'a': 1}"},
        ["ErrorCode", "ErrorMessage", "RequestID"],
        {"TargetArn": "arn:aws:sqs:us-east-1:123456789012:told"},
        False,
    ]


def test_an_event_that_is_too_old_is_given_up() -> None:
    program = f"""
create({FAILS!r})
url = queue()
settings(MaximumEventAgeInSeconds=90, DestinationConfig={{"OnFailure": {{"Destination": arn()}}}})
later(1)
time.sleep(80)
before = received(url)
time.sleep(20)
[(record, _)] = received(url)
context = record["requestContext"]
show([len(before), context["condition"], context["approximateInvokeCount"]])
"""
    assert ran(program) == [0, "EventAgeExceeded", 2]


def test_a_throttled_event_is_tried_until_there_is_room() -> None:
    program = """
create("import boto3, json\\nclient = boto3.client('lambda')\\n"
       "def handler(event, context):\\n"
       "    if event: client.invoke(FunctionName='f', InvocationType='Event', Payload='0')\\n")
client.put_function_concurrency(FunctionName="f", ReservedConcurrentExecutions=1)
later(1)
received(queue())
time.sleep(10)
show(runs())
"""
    assert ran(program) == 2


def test_a_reserved_concurrency_of_zero_gives_up_at_once() -> None:
    program = f"""
create({WORKS!r})
url = queue()
client.put_function_concurrency(FunctionName="f", ReservedConcurrentExecutions=0)
told(OnFailure=arn())
later(1)
[(record, _)] = received(url)
show([record["requestContext"]["condition"], record["requestContext"]["approximateInvokeCount"],
      "responsePayload" in record])
"""
    assert ran(program) == ["ZeroReservedConcurrency", 0, False]


def test_settings_belong_to_a_version_or_alias() -> None:
    program = f"""
create({FAILS!r})
client.publish_version(FunctionName="f")
client.create_alias(FunctionName="f", Name="live", FunctionVersion="1")
client.put_function_event_invoke_config(FunctionName="f", Qualifier="live", MaximumRetryAttempts=0)
later(1, Qualifier="live")
time.sleep(400)
first = runs()
later(1)
time.sleep(400)
listed = client.list_function_event_invoke_configs(FunctionName="f")
missing = refusal(client.get_function_event_invoke_config, FunctionName="f")
show([first, runs(), [one["FunctionArn"][-6:] for one in listed["FunctionEventInvokeConfigs"]],
      missing])
"""
    assert ran(program) == [
        1,
        4,
        ["f:live"],
        (
            "ResourceNotFoundException: The function arn:aws:lambda:us-east-1:123456789012:"
            "function:f:$LATEST doesn't have an EventInvokeConfig"
        ),
    ]


def test_settings_are_replaced_changed_and_deleted() -> None:
    program = f"""
create({WORKS!r})
settings(MaximumRetryAttempts=1, MaximumEventAgeInSeconds=60)
changed = client.update_function_event_invoke_config(FunctionName="f", MaximumRetryAttempts=0)
settings(MaximumRetryAttempts=2)
found = client.get_function_event_invoke_config(FunctionName="f")
client.delete_function_event_invoke_config(FunctionName="f")
show([changed["MaximumEventAgeInSeconds"], changed["MaximumRetryAttempts"],
      found.get("MaximumEventAgeInSeconds"), found["DestinationConfig"],
      refusal(client.delete_function_event_invoke_config, FunctionName="f")[:26],
      refusal(client.put_function_event_invoke_config, FunctionName="f"),
      refusal(client.put_function_event_invoke_config, FunctionName="f",
              DestinationConfig={{"OnFailure": {{"Destination":
                  "arn:aws:lambda:us-east-1:123456789012:function:f"}}}})])
"""
    assert ran(program) == [
        60,
        0,
        None,
        {"OnSuccess": {}, "OnFailure": {}},
        "ResourceNotFoundException:",
        (
            "InvalidParameterValueException: You must specify at least one of error handling or "
            "destination setting."
        ),
        (
            "InvalidParameterValueException: You can't specify the function as a destination for "
            "itself."
        ),
    ]
