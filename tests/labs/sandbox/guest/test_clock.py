"""The learner's process on the account's time, seen through the playground."""

import json
import time
from typing import Any

import pytest

import labs

QUEUE = """
import asyncio, boto3, datetime, json, threading, time
sqs = boto3.client("sqs")
url = sqs.create_queue(QueueName="q", Attributes={"VisibilityTimeout": "2"})["QueueUrl"]
sqs.send_message(QueueUrl=url, MessageBody="hello")
sqs.receive_message(QueueUrl=url)
def received():
    return len(sqs.receive_message(QueueUrl=url).get("Messages", []))
"""


def printed(program: str, prelude: str = QUEUE) -> Any:
    report = labs.play({"main.py": prelude + program})
    assert report.verdict is labs.Verdict.PASSED, report
    return json.loads(report.stdout)


@pytest.mark.parametrize(
    "wait",
    [
        "time.sleep(2)",
        "asyncio.run(asyncio.sleep(2))",
        "threading.Event().wait(2)",
    ],
)
def test_what_the_code_sleeps_passes_for_the_account(wait: str) -> None:
    program = f"before = received()\n{wait}\nprint(json.dumps([before, received()]))"

    assert printed(program) == [0, 1]


def test_what_it_does_not_sleep_does_not_pass() -> None:
    """However slow this machine is, 100 calls take a tenth of a second."""
    assert printed("print(json.dumps([received() for _ in range(100)]))") == [0] * 100


def test_its_clock_is_the_accounts() -> None:
    program = """
before = time.time()
sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1)
middle = time.time()
time.sleep(0.5)
after = datetime.datetime.now(datetime.UTC).timestamp()
print(json.dumps([middle - before, after - middle]))
"""
    assert printed(program) == [pytest.approx(1, abs=0.01), pytest.approx(0.5, abs=0.001)]


def test_sleeps_of_threads_overlap() -> None:
    program = """
before = time.time()
threads = [threading.Thread(target=time.sleep, args=[0.3]) for _ in range(5)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(json.dumps(time.time() - before))
"""
    assert printed(program) == pytest.approx(0.3, abs=0.01)


def test_a_sleep_takes_no_real_time() -> None:
    program = """
before = time.time(), time.monotonic(), time.perf_counter_ns()
time.sleep(7200)
print(json.dumps([time.time() - before[0], time.monotonic() - before[1],
                  (time.perf_counter_ns() - before[2]) / 10**9]))
"""
    started = time.monotonic()

    assert printed(program) == [pytest.approx(7200, abs=0.01)] * 3
    assert time.monotonic() - started < 60


def test_what_is_due_happens_during_a_sleep() -> None:
    program = """
sqs.send_message(QueueUrl=url, MessageBody="late", DelaySeconds=60)
print(json.dumps([received(), time.sleep(30), received(), time.sleep(31), received()]))
"""
    assert printed(program) == [0, None, 1, None, 1]


POOL = """
import concurrent.futures, queue
before = time.time()
def took():
    return round(time.time() - before)
"""


@pytest.mark.parametrize(
    ("program", "result"),
    [
        (
            (
                "with concurrent.futures.ThreadPoolExecutor(5) as pool:\n"
                "    list(pool.map(time.sleep, [60] * 10))\n"
                "print(took())"
            ),
            120,
        ),
        (
            "asyncio.run(asyncio.wait_for(asyncio.to_thread(time.sleep, 40), 100))\nprint(took())",
            40,
        ),
        (
            (
                "items = queue.Queue()\n"
                "threading.Timer(20, lambda: items.put(1)).start()\n"
                "items.get(timeout=100)\n"
                "print(took())"
            ),
            20,
        ),
        (
            (
                "order = []\n"
                "def late(seconds):\n"
                "    time.sleep(seconds)\n"
                "    order.append(seconds)\n"
                "threads = [threading.Thread(target=late, args=[n]) for n in (30, 10, 20)]\n"
                "for thread in threads: thread.start()\n"
                "for thread in threads: thread.join()\n"
                "print(json.dumps([*order, took()]))"
            ),
            [10, 20, 30, 30],
        ),
        (
            (
                "end = time.monotonic() + 30\n"
                "while time.monotonic() < end: time.sleep(1)\n"
                "print(took())"
            ),
            30,
        ),
    ],
)
def test_time_goes_on_when_all_threads_rest(program: str, result: object) -> None:
    assert printed(QUEUE + POOL + program, prelude="") == result


def test_a_loop_that_waits_for_a_time_comes_to_its_end() -> None:
    program = """
end = time.time() + 0.2
while time.time() < end:
    pass
print(json.dumps("done"))
"""
    assert printed(program) == "done"


def test_a_lie_about_sleep_gains_nothing() -> None:
    program = """
import sys
sys.modules["time_machine"].traveller_stack[-1].now_ns += 3600 * 10**9
print(json.dumps(received()))
"""
    assert printed(program) == 0


def test_the_waiters_of_boto3_do_not_wait() -> None:
    program = """
import botocore.exceptions
waiter = boto3.client("dynamodb").get_waiter("table_exists")
before = time.time()
try:
    waiter.wait(TableName="missing", WaiterConfig={"Delay": 20, "MaxAttempts": 4})
except botocore.exceptions.WaiterError:
    print(json.dumps(time.time() - before))
"""
    before = time.monotonic()

    assert printed(program) == pytest.approx(60, abs=0.1)
    assert time.monotonic() - before < 20


@pytest.mark.parametrize("seconds", ["-1", "'x'", "float('nan')"])
def test_a_sleep_that_cannot_be_is_pythons_error(seconds: str) -> None:
    program = f"""
try:
    time.sleep({seconds})
except (ValueError, TypeError) as error:
    print(json.dumps(type(error).__name__))
"""
    assert printed(program) in ("ValueError", "TypeError")
