"""Reserved concurrency.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
"""

from tests.labs.cloud.lambda_runtime.programs import shown

RESERVE = "client.put_function_concurrency(FunctionName='f', ReservedConcurrentExecutions={})\n"


def test_a_reserved_concurrency_of_zero_throttles() -> None:
    program = f"""
create("def handler(event, context): return 1")
{RESERVE.format(0)}
try:
    invoke()
except client.exceptions.TooManyRequestsException as error:
    answer = error.response
    show([answer["Reason"], answer["Type"], answer["Error"]["Message"],
          answer["ResponseMetadata"]["HTTPStatusCode"]])
"""
    reason = "ReservedFunctionConcurrentInvocationLimitExceeded"
    assert shown(program) == [reason, "User", "Rate Exceeded.", 429]


def test_it_bounds_how_often_a_function_runs_at_once() -> None:
    program = f"""
create('''
import boto3, json
from botocore.config import Config
client = boto3.client("lambda", config=Config(retries={{"max_attempts": 0}}))
def handler(event, context):
    try:
        answer = client.invoke(FunctionName="f")
    except client.exceptions.TooManyRequestsException:
        return ["throttled"]
    return ["ran", *json.loads(answer["Payload"].read())]
''', Timeout=20)
{RESERVE.format(2)}
first = invoke()
client.delete_function_concurrency(FunctionName="f")
show([first, len(invoke())])
"""
    first, _free = shown(program)

    assert first == ["ran", "throttled"]


def test_a_throttled_batch_goes_back_to_the_queue() -> None:
    program = f"""
sqs = boto3.client("sqs")
url = sqs.create_queue(QueueName="q", Attributes={{"VisibilityTimeout": "30"}})["QueueUrl"]
create("def handler(event, context): print(event['Records'][0]['body'])")
{RESERVE.format(0)}
client.create_event_source_mapping(FunctionName="f",
    EventSourceArn="arn:aws:sqs:us-east-1:123456789012:q")
sqs.send_message(QueueUrl=url, MessageBody="kept")
def count():
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(int(found[name]) for name in names)
throttled = count()
client.delete_function_concurrency(FunctionName="f")
sqs.create_queue(QueueName="other")
other = sqs.get_queue_url(QueueName="other")["QueueUrl"]
for _ in range(2):
    sqs.receive_message(QueueUrl=other, WaitTimeSeconds=20)
show([throttled, count()])
"""
    assert shown(program) == [1, 0]


def test_what_pushes_to_a_throttled_function_goes_on() -> None:
    program = f"""
create("def handler(event, context): return 1")
{RESERVE.format(0)}
topic = boto3.client("sns").create_topic(Name="t")["TopicArn"]
arn = client.get_function(FunctionName="f")["Configuration"]["FunctionArn"]
boto3.client("sns").subscribe(TopicArn=topic, Protocol="lambda", Endpoint=arn)
show("MessageId" in boto3.client("sns").publish(TopicArn=topic, Message="m"))
"""
    assert shown(program) is True
