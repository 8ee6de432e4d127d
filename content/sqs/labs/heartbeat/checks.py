"""What the studio's operators would notice about a worker."""

import json
import re
import time
from collections.abc import Sequence
from typing import Any

from labs.checks import Cloud, ProgramError, check, expect, setup

TIMEOUT = 60
HOUR = 3600
BEATS = ("ChangeMessageVisibility", "ChangeMessageVisibilityBatch")
SENDS = ("SendMessage", "SendMessageBatch")
type Job = dict[str, Any]


@setup
def build(cloud: Cloud) -> None:
    cloud.create_table("films", key="film")
    cloud.create_queue("dead")
    cloud.create_queue("parking")
    cloud.create_queue("jobs", visibility_seconds=TIMEOUT, dead_letter="dead", max_receive_count=3)


@check("Short films are rendered, and their jobs deleted", points=1, visible=True)
def short_films(cloud: Cloud) -> None:
    jobs = [film(cloud, 3, 5), film(cloud, 8), film(cloud, 2, 2, 2)]
    cloud.queue("jobs").send(*jobs)
    run(cloud, 90)
    expect_rendered(cloud, jobs, "it was in the queue and the worker was running")
    expect_gone(cloud, "its films were rendered")


@check("A long film stays with its worker", points=2, visible=True)
def long_film(cloud: Cloud) -> None:
    job = film(cloud, *(cloud.random.randrange(11, 15) for _ in range(9)))
    cloud.queue("jobs").send(job)
    other = OtherWorker(cloud)
    run(cloud, 30)
    other.expect_apart()
    expect_rendered(cloud, [job], "it took longer than the visibility timeout")
    expect_gone(cloud, "a long film was rendered")


@check("An empty queue is asked seldom, and a job is begun at once", points=1, visible=True)
def empty_queue(cloud: Cloud) -> None:
    job, delay = film(cloud, 0), cloud.random.randrange(42, 46)
    cloud.client("sqs").send_message(
        QueueUrl=cloud.queue("jobs").url, MessageBody=json.dumps(job), DelaySeconds=delay
    )
    seen: list[float] = []
    for operation in ("GetItem", "UpdateItem"):
        cloud.faults.interleave("dynamodb", operation, lambda: seen.append(time.time()))
    began = time.time()
    run(cloud, 120)
    expect_rendered(cloud, [job], f"it came {delay} s after the worker had started")
    late = min(seen) - began - delay if seen else 0
    expect(
        late < 3, f"A job lay in the queue for {late:.0f} s while the worker had nothing to do."
    )
    asked = len(cloud.calls("sqs", "ReceiveMessage"))
    expect(asked <= 10, f"In two minutes, the worker asked a nearly empty queue {asked} times.")


@check("A worker that dies loses no film", points=3)
def dying_worker(cloud: Cloud) -> None:
    job = film(cloud, *(cloud.random.randrange(11, 15) for _ in range(6)))
    cloud.queue("jobs").send(job)
    die(cloud, after=4)
    cloud.pass_time(TIMEOUT + 1)
    run(cloud, 40)
    expect_rendered(cloud, [job], f"a worker died in the fifth scene, more than {TIMEOUT} s ago")
    expect_gone(cloud, "a second worker rendered the film")

    job = film(cloud, 3, 4)
    cloud.queue("jobs").send(job)
    die(cloud, after=2)
    scenes = film_item(cloud, job).get("scenes")
    cloud.pass_time(TIMEOUT + 1)
    run(cloud, 40)
    expect_rendered(cloud, [job], "a worker died just after it had published the film")
    expect(film_item(cloud, job).get("scenes") == scenes,
           "After its worker had died, a published film was rendered once more.")  # fmt: skip
    expect_gone(cloud, "its film had been published before its worker died")


@check("A job that fails is let go, and the others go on", points=2)
def failing_jobs(cloud: Cloud) -> None:
    job = film(cloud, 4, 4)
    cloud.queue("jobs").send(job)
    for operation in ("GetItem", "UpdateItem"):
        cloud.faults.fail(
            "dynamodb", operation, code="ValidationException", message="Disk is full."
        )
    run(cloud, 100)
    expect_rendered(cloud, [job], "its first attempts failed, and there was time for another one")
    expect_gone(cloud, "the film was rendered at a later attempt")

    number = cloud.random.randrange(10**6)
    poison = [f"no JSON {number}", json.dumps({"film": f"f-{number}", "scenes": [3, -1]}), "[]"]
    jobs = [film(cloud, 5), film(cloud, 6), film(cloud, 7)]
    bodies = [json.dumps(one) for one in jobs] + poison
    cloud.queue("jobs").send(*cloud.random.sample(bodies, len(bodies)))
    run(cloud, 110)
    expect_rendered(cloud, jobs, "other jobs of the queue could not be rendered")
    put_aside = sorted(cloud.queue("dead").messages())
    expect(
        set(put_aside) <= set(poison), "A job that can be rendered is in the dead-letter queue."
    )
    missing = len(poison) - len(put_aside)
    expect(not missing, f"{missing} job(s) that cannot be rendered did not reach the dead-letter "
           "queue, though the worker had time to try them often enough.")  # fmt: skip
    expect_gone(cloud, "each job was rendered or put aside")
    expect(not cloud.queue("parking").messages(), "A job that fails was parked.")


@check("A heartbeat that fails loses no film", points=1)
def failed_heartbeat(cloud: Cloud) -> None:
    job = film(cloud, *(cloud.random.randrange(10, 15) for _ in range(10)))
    cloud.queue("jobs").send(job)
    # boto3 asks three times before it gives up.
    for operation in BEATS:
        cloud.faults.fail("sqs", operation, code="InternalError", status=500, times=3)
    other = OtherWorker(cloud)
    run(cloud, 30)
    other.expect_apart()
    expect_rendered(cloud, [job], "one heartbeat had failed")
    expect_gone(cloud, "its film was rendered")
    expect(not cloud.queue("dead").messages(), "A job was put aside after one failed heartbeat.")


@check("A film of many hours is given up in time", points=2)
def endless_film(cloud: Cloud) -> None:
    timeout = 4 * HOUR
    set_timeout(cloud, timeout)
    long, endless, short = film(cloud, *[3500] * 10), film(cloud, *[3500] * 12), film(cloud, 5)
    held: list[int] = []
    for operation in SENDS:
        cloud.faults.interleave(
            "sqs", operation, lambda: held.append(len(cloud.queue("jobs").messages()))
        )
    body = json.dumps(endless, indent=1)
    other = OtherWorker(cloud)
    for job in (long, body, short):
        cloud.queue("jobs").send(job)
        run(cloud, 30, timeout)
    other.expect_apart()
    expect_rendered(cloud, [long], "it took nearly ten hours")
    expect_rendered(cloud, [short], "it came after a film that took too long")
    parked = cloud.queue("parking").messages()
    expect(len(parked) > 0, "A film of nearly twelve hours is not in the parking queue.")
    expect(parked == [body], "The parking queue holds something else than the job's body.")
    expect("copies" not in film_item(cloud, endless), "A film was parked and rendered to its end.")
    expect(held[:1] == [1], "While a job was being parked, it was in neither of the two queues.")
    expect_gone(cloud, "each job was rendered or parked")
    expect(not cloud.queue("dead").messages(), "A job was put aside because it took long.")


@check("Several jobs and workers do not get in each other's way", points=2)
def several_films(cloud: Cloud) -> None:
    timeout = cloud.random.randrange(300, 400, 4)
    set_timeout(cloud, timeout)
    jobs = [film(cloud, *[timeout // 4 - 1] * 6) for _ in range(4)]
    cloud.queue("jobs").send(*jobs)
    other = OtherWorker(cloud)
    run(cloud, 30, timeout)
    other.expect_apart()
    mine = [job for job in jobs if job["film"] not in other.films]
    expect_rendered(cloud, mine, "no other worker had its job")


class OtherWorker:
    """Takes whatever it can get whenever the learner's worker has rendered a scene."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._sqs = cloud.client("sqs")
        self.films: list[str] = []
        self._shared: list[str] = []
        self._unsafe: list[str] = []
        for operation in ("UpdateItem", "PutItem"):
            cloud.faults.interleave("dynamodb", operation, self._look, times=None)

    def _look(self) -> None:
        waiting = "".join(self._cloud.queue("jobs").messages())
        asked = self._sqs.receive_message(
            QueueUrl=self._cloud.queue("jobs").url, VisibilityTimeout=12 * HOUR - 1
        )
        bodies = [message["Body"] for message in asked.get("Messages", [])]
        self.films += [json.loads(body)["film"] for body in bodies]
        name = re.search(r"f-\d+", self._cloud.calls("dynamodb")[-1].parameters)
        if name and name[0] in self.films:
            self._shared.append(name[0])
        if name and name[0] not in waiting:
            self._unsafe.append(name[0])

    def expect_apart(self) -> None:
        for name in self._shared[:1]:
            expect(False, f"Two workers rendered the film {name} at the same time.")
        for name in self._unsafe[:1]:
            expect(False, f"While the film {name} was rendered, its job was in no queue any more: "
                   "had the machine died, nobody would have known.")  # fmt: skip


def run(cloud: Cloud, seconds: int, timeout: int = TIMEOUT) -> None:
    urls = cloud.queue("jobs").url, cloud.queue("parking").url
    cloud.call("worker.run", *urls, timeout, seconds)


def die(cloud: Cloud, *, after: int) -> None:
    """A run whose process ends at a scene, after so many."""
    cloud.faults.crash("dynamodb", "UpdateItem", after=after)
    try:
        run(cloud, 30)
    except ProgramError as error:
        if error.kind != "Runtime.ExitError":
            raise


def set_timeout(cloud: Cloud, seconds: int) -> None:
    cloud.client("sqs").set_queue_attributes(
        QueueUrl=cloud.queue("jobs").url, Attributes={"VisibilityTimeout": f"{seconds}"}
    )


def film(cloud: Cloud, *scenes: int) -> Job:
    return {"film": f"f-{cloud.random.randrange(10**9)}", "scenes": list(scenes)}


def film_item(cloud: Cloud, job: Job) -> dict[str, Any]:
    items = cloud.table("films").items()
    return next((item for item in items if item["film"] == job["film"]), {})


def expect_rendered(cloud: Cloud, jobs: Sequence[Job], when: str) -> None:
    for job in jobs:
        copies = film_item(cloud, job).get("copies", 0)
        expect(copies > 0, f"The film {job['film']} was never published: {when}.")
        expect(copies == 1, f"The film {job['film']} was published {copies} times: {when}.")


def expect_gone(cloud: Cloud, because: str) -> None:
    cloud.queue("jobs").expect_empty(because=because)
