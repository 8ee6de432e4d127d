"""The playground runs a program as Python would, and the cloud as AWS would."""

import labs
from labs import PlaygroundReport, Verdict

PRELUDE = """
import boto3, io, json, time, zipfile
sqs, client = boto3.client("sqs"), boto3.client("lambda")
role = boto3.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
def queue(name, seconds=1):
    attributes = {"VisibilityTimeout": str(seconds)}
    url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    return url, arn["QueueArn"]
def function(code, name="f"):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("app.py", code)
    client.create_function(FunctionName=name, Runtime="python3.13", Role=role,
                           Handler="app.handler", Code={"ZipFile": file.getvalue()}, Timeout=1)
"""
# Fails at the first receive of a message, sends to the queue "out" at the second.
SECOND_TIME = """
function('''
import boto3
def handler(event, context):
    if event["Records"][0]["attributes"]["ApproximateReceiveCount"] == "1":
        raise ValueError("not yet")
    sqs = boto3.client("sqs")
    sqs.send_message(QueueUrl=sqs.get_queue_url(QueueName="out")["QueueUrl"], MessageBody="done")
''')
source, arn = queue("in")
out, _ = queue("out")
client.create_event_source_mapping(EventSourceArn=arn, FunctionName="f")
sqs.send_message(QueueUrl=source, MessageBody="1")
"""


def play(program: str) -> PlaygroundReport:
    return labs.play({"main.py": program})


def test_it_waits_for_threads_and_runs_exit_handlers() -> None:
    report = play(
        "import atexit, threading, time\n"
        "atexit.register(print, 'bye')\n"
        "threading.Thread(target=lambda: (time.sleep(0.05), print('thread'))).start()\n"
        "print('main')\n"
    )

    assert report.stdout == "main\nthread\nbye\n"


def test_it_prints_the_text_of_an_exit() -> None:
    report = play("import sys\nsys.exit('no such thing')")

    assert report.verdict is Verdict.CRASHED
    assert report.stdout == "no such thing\n"


def test_a_retry_that_is_due_happens_before_the_answer() -> None:
    count = "int(sqs.get_queue_attributes(QueueUrl=out, AttributeNames=['All'])['Attributes']"
    report = play(
        f"{PRELUDE}{SECOND_TIME}time.sleep(1.1)\nprint({count}['ApproximateNumberOfMessages']))"
    )

    assert report.stdout == "1\n"


def test_a_long_poll_lives_through_what_is_due_meanwhile() -> None:
    report = play(
        f"{PRELUDE}{SECOND_TIME}"
        "print(sqs.receive_message(QueueUrl=out, WaitTimeSeconds=20)['Messages'][0]['Body'])"
    )

    assert report.stdout == "done\n"


def test_endless_retries_are_a_note_and_no_crash() -> None:
    report = play(
        f"{PRELUDE}function('def handler(event, context): raise ValueError')\n"
        "source, arn = queue('in')\n"
        "client.create_event_source_mapping(EventSourceArn=arn, FunctionName='f')\n"
        "sqs.send_message(QueueUrl=source, MessageBody='1')\n"
    )

    assert report.verdict is Verdict.PASSED
    assert "needs a dead-letter queue" in report.message


def test_a_failed_function_is_unhandled() -> None:
    report = play(
        f"{PRELUDE}function('def handler(event, context): raise ValueError')\n"
        "print(client.invoke(FunctionName='f')['FunctionError'])"
    )

    assert report.stdout == "Unhandled\n"


def test_what_is_missing_is_refused_rather_than_ignored() -> None:
    report = play(
        f"{PRELUDE}function('')\n"
        "source, arn = queue('in')\n"
        "client.create_event_source_mapping(EventSourceArn=arn, FunctionName='f',\n"
        "    ProvisionedPollerConfig={'MinimumPollers': 2})\n"
    )

    assert report.verdict is Verdict.NOT_SIMULATED
    assert report.trace[-1].error == "NotSimulated"
    assert "CreateEventSourceMapping is not simulated with ProvisionedPoll" in report.message


def test_it_lists_resources_of_every_region_in_use() -> None:
    report = play(
        "import boto3\n"
        "boto3.client('sqs').create_queue(QueueName='here')\n"
        "boto3.client('sqs', region_name='eu-west-1').create_queue(QueueName='there')\n"
        "boto3.client('sqs', region_name='zz-nowhere-1').list_queues()\n"
    )

    assert report.resources["sqs"] == [
        "queue here (0 messages)",
        "queue there (0 messages) in eu-west-1",
    ]


def test_a_call_of_a_librarys_thread_has_the_line_that_waits_for_it() -> None:
    report = play(
        "import boto3\n"
        "s3 = boto3.client('s3')\n"
        "s3.create_bucket(Bucket='files')\n"
        "open('/tmp/a', 'w').write('text')\n"
        "s3.upload_file('/tmp/a', 'files', 'key')\n"
    )

    assert (report.trace[-1].operation, report.trace[-1].source) == ("PutObject", "main.py:5")


def test_an_error_code_has_no_prefix() -> None:
    report = play(
        "import boto3\n"
        "sqs = boto3.client('sqs')\n"
        "url = sqs.create_queue(QueueName='q')['QueueUrl']\n"
        "try: sqs.delete_message(QueueUrl=url, ReceiptHandle='x')\n"
        "except sqs.exceptions.ReceiptHandleIsInvalid: print('refused')\n"
    )

    assert report.stdout == "refused\n"
    assert report.trace[-1].error == "ReceiptHandleIsInvalid"
