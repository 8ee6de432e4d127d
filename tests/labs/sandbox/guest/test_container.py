"""A container's program ends with its exit status, and heeds signals while it waits."""

import signal
from typing import Any

import pytest

import labs
from labs import Verdict
from labs.sandbox.guest import container


def test_a_signal_without_a_handler_ends_the_program() -> None:
    before = signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        with pytest.raises(SystemExit) as raised:
            container.deliver(signal.SIGTERM)
    finally:
        signal.signal(signal.SIGTERM, before)

    assert raised.value.code == container.SIGTERM_STATUS


def test_a_handler_is_called_and_what_ignores_is_left_alone() -> None:
    seen: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _frame: seen.append(number))
    try:
        container.deliver(signal.SIGTERM)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        container.deliver(signal.SIGTERM)
    finally:
        signal.signal(signal.SIGTERM, before)

    assert seen == [signal.SIGTERM]


PRELUDE = """
import boto3, time
ecs, iam = boto3.client("ecs"), boto3.client("iam")
sqs = boto3.client("sqs")
url = sqs.create_queue(QueueName="jobs")["QueueUrl"]
ecs.create_cluster(clusterName="c")
ecs.register_task_definition(
    family="f", cpu="256", memory="512", networkMode="awsvpc",
    requiresCompatibilities=["FARGATE"],
    containerDefinitions=[{"name": "main", "image": "python", "command": ["python", "work.py"],
                           "environment": [{"name": "URL", "value": url}]}],
)
network = {"awsvpcConfiguration": {"subnets": ["subnet-12345678"]}}
def run():
    return ecs.run_task(cluster="c", taskDefinition="f", launchType="FARGATE",
                        networkConfiguration=network)["tasks"][0]["taskArn"]
def look(arn):
    return ecs.describe_tasks(cluster="c", tasks=[arn])["tasks"][0]
"""
WORKER = """
import boto3, os, signal
going = True
def stop(number, frame):
    global going
    going = False
signal.signal(signal.SIGTERM, stop)
sqs, url = boto3.client("sqs"), os.environ["URL"]
while going:
    for message in sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20).get("Messages", []):
        print("did", message["Body"])
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
print("bye")
"""


def play(program: str, work: str) -> labs.PlaygroundReport:
    return labs.play({"main.py": PRELUDE + program, "work.py": work})


@pytest.mark.parametrize(
    ("work", "status"),
    [
        ("import time\ntime.sleep(90)", 0),
        ("raise SystemExit(4)", 4),
        ("1 / 0", 1),
        ("import sys; sys.exit('no')", 1),
    ],
)
def test_a_container_ends_with_its_exit_status(work: str, status: int) -> None:
    program = """
arn = run()
ecs.get_waiter("tasks_stopped").wait(cluster="c", tasks=[arn])
print(look(arn)["containers"][0]["exitCode"])
"""
    report = play(program, work)

    assert report.verdict is Verdict.PASSED, report
    assert report.stdout.splitlines()[-1] == str(status)


def test_a_worker_works_beside_the_script_and_ends_on_a_signal() -> None:
    program = """
arn = run()
ecs.get_waiter("tasks_running").wait(cluster="c", tasks=[arn])
before = time.time()
sqs.send_message(QueueUrl=url, MessageBody="one")
time.sleep(2)
assert time.time() - before < 3
ecs.stop_task(cluster="c", task=arn)
ecs.get_waiter("tasks_stopped").wait(cluster="c", tasks=[arn])
print(look(arn)["containers"][0]["exitCode"])
"""
    report = play(program, WORKER)

    assert report.verdict is Verdict.PASSED, report
    assert report.stdout.splitlines() == ["did one", "bye", "0"]
    by_task: list[Any] = [call for call in report.trace if call.made_by == "task f"]
    assert {call.operation for call in by_task} == {"ReceiveMessage", "DeleteMessage"}


HANDS_BACK = """
import boto3, os, signal, time
sqs, url = boto3.client("sqs"), os.environ["URL"]
def stop(number, frame):
    body = f"in the handler at {time.monotonic() - began:.0f} s"
    sqs.send_message(QueueUrl=url, MessageBody=body)
began = time.monotonic()
signal.signal(signal.SIGTERM, stop)
time.sleep(25)
sqs.send_message(QueueUrl=url, MessageBody=f"after {time.monotonic() - began:.0f} s")
"""


def test_what_a_handler_calls_does_not_wait_for_the_sleep_that_it_interrupts() -> None:
    program = """
arn = run()
ecs.get_waiter("tasks_running").wait(cluster="c", tasks=[arn])
ecs.stop_task(cluster="c", task=arn)
before = time.time()
for _ in range(2):
    asked = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20)
    while not asked.get("Messages"):
        asked = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20)
    print(asked["Messages"][0]["Body"], "early" if time.time() - before < 5 else "late")
    sqs.delete_message(QueueUrl=url, ReceiptHandle=asked["Messages"][0]["ReceiptHandle"])
"""
    report = play(program, HANDS_BACK)

    assert report.verdict is Verdict.PASSED, report
    assert report.stdout.splitlines() == ["in the handler at 4 s early", "after 25 s late"]


LEAVES_ITS_SLEEP = """
import boto3, os, signal, time
sqs, url = boto3.client("sqs"), os.environ["URL"]
def stop(number, frame):
    raise InterruptedError
signal.signal(signal.SIGTERM, stop)
began = time.monotonic()
try:
    time.sleep(25)
except InterruptedError:
    sqs.send_message(QueueUrl=url, MessageBody=f"left at {time.monotonic() - began:.0f} s")
"""


def test_a_handler_that_raises_ends_the_sleep() -> None:
    program = """
arn = run()
ecs.get_waiter("tasks_running").wait(cluster="c", tasks=[arn])
ecs.stop_task(cluster="c", task=arn)
before = time.time()
asked = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20)
print(asked["Messages"][0]["Body"], "early" if time.time() - before < 5 else "late")
"""
    report = play(program, LEAVES_ITS_SLEEP)

    assert report.verdict is Verdict.PASSED, report
    assert report.stdout.splitlines() == ["left at 4 s early"]


def test_a_waiting_worker_gets_what_another_one_gives_back() -> None:
    program = """
sqs.send_message(QueueUrl=url, MessageBody="one")
held = sqs.receive_message(QueueUrl=url, VisibilityTimeout=900)["Messages"][0]
arn = run()
ecs.get_waiter("tasks_running").wait(cluster="c", tasks=[arn])
handle = held["ReceiptHandle"]
sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=0)
time.sleep(1)
print("after a second")
ecs.stop_task(cluster="c", task=arn)
ecs.get_waiter("tasks_stopped").wait(cluster="c", tasks=[arn])
"""
    report = play(program, WORKER)

    assert report.verdict is Verdict.PASSED, report
    assert report.stdout.splitlines() == ["did one", "after a second", "bye"]
