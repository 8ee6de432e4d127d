"""What the customers who get letters, and those who run the press, would notice."""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from labs.checks import Cloud, check, expect, setup

LETTERS, JOBS, DEAD, STUCK = "letters", "jobs", "dead-jobs", "stuck"
VISIBILITY_SECONDS = 180
MOST_MESSAGES = 60
JAM = "PaperJam"

type Json = dict[str, Any]


@setup(once=True)
def deploy(cloud: Cloud) -> None:
    for name in (DEAD, STUCK):
        cloud.create_queue(name)
    cloud.create_queue(
        JOBS, visibility_seconds=VISIBILITY_SECONDS, dead_letter=DEAD, max_receive_count=8
    )
    table = f"progress-{cloud.random.randrange(1000)}"
    cloud.create_table(table, key="job_id")
    topic = cloud.client("sns").create_topic(Name="press")["TopicArn"]
    environment = {
        "JOBS_URL": cloud.queue(JOBS).url,
        "STUCK_URL": cloud.queue(STUCK).url,
        "PROGRESS_TABLE": table,
        "PRESS_TOPIC": topic,
        "MARGIN_MS": "4000",
    }
    cloud.deploy_function(
        LETTERS, handler="handler.handler", environment=environment, timeout_seconds=15
    )
    cloud.map_queue(JOBS, LETTERS, batch_size=1)
    # All checks together take some twenty messages: a function that sends more goes in circles.
    cloud.faults.interleave("sqs", "SendMessage", lambda: switch_off(cloud), after=MOST_MESSAGES)


def switch_off(cloud: Cloud) -> None:
    functions = cloud.client("lambda")
    for mapping in functions.list_event_source_mappings()["EventSourceMappings"]:
        functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)


@check("A short job is done at once", points=1, visible=True)
def short(cloud: Cloud) -> None:
    job = new_job(cloud, pages(cloud, 3, 1, 2))
    ran = start(cloud, job)
    expect_sent_once(cloud, [job], "a short job")
    expect_no_errors(ran, "a short job")
    expect_invocations(ran, 1, "a short job")


@check("A long job goes on in the next invocation", points=2, visible=True)
def long(cloud: Cloud) -> None:
    job = new_job(cloud, pages(cloud, 7, 2, 3))
    ran = start(cloud, job)
    expect_sent_once(cloud, [job], "a long job")
    expect_no_errors(ran, "a long job")


@check("A slow letter gets a whole invocation", points=1)
def slow(cloud: Cloud) -> None:
    # It does not fit behind the others, and it fits alone.
    job = new_job(cloud, [2, 3, 2, 12, 1, 2])
    start(cloud, job)
    expect_sent_once(cloud, [job], "a job with a letter of 12 pages and a timeout of 15 s")
    expect_not_stuck(cloud, job, "it only met the end of an invocation")


@check("Jobs do not touch each other", points=1)
def several(cloud: Cloud) -> None:
    jobs = [new_job(cloud, pages(cloud, count, 3, 3)) for count in (7, 0, 6)]
    cloud.faults.fail("sqs", "SendMessage", code="QueueIsBusy", message="Not now.")
    start(cloud, *jobs)
    expect_sent_once(cloud, jobs, "several jobs, of which one could not send its message at first")
    again = new_job(cloud, pages(cloud, 2, 1, 2))
    start(cloud, again)
    expect_sent_once(cloud, [*jobs, again], "a job after others")


@check("A message that comes again sends no letter again", points=2)
def repeated(cloud: Cloud) -> None:
    cloud.faults.deliver_twice(JOBS, times=2)
    job = new_job(cloud, pages(cloud, 7, 3, 3))
    ran = start(cloud, job)
    expect_sent_once(cloud, [job], "a job whose messages came twice")
    cloud.pass_time(cloud.random.randrange(9000))
    ran += start(cloud, job)
    expect_sent_once(cloud, [job], "a job that came again after it was done")
    expect_no_errors(ran, "a job that came again")


@check("A job that is ended in the middle loses nothing", points=2)
def ended(cloud: Cloud) -> None:
    for after_calls in (1, 2, 4):
        job = new_job(cloud, pages(cloud, 2, 1, 2))
        cloud.faults.kill(LETTERS, after_calls=after_calls)
        start(cloud, job)
        expect_repeated_at_most(cloud, job, 1, f"an environment died after {after_calls} call(s)")
        expect_not_stuck(cloud, job, "one crash was all that it met")
    # Each letter is sent and dies with its environment once, and is well in its second attempt.
    job = new_job(cloud, pages(cloud, 3, 1, 2))
    for after in (0, 2, 4):
        cloud.faults.crash("sns", "Publish", after=after)
    start(cloud, job)
    when = "an environment died three times, as soon as a letter was sent"
    expect_repeated_at_most(cloud, job, 3, when)
    expect_not_stuck(cloud, job, "it was begun no more than twice, and was sent")


@check("Letters that never fit are put aside", points=2)
def endless(cloud: Cloud) -> None:
    at = cloud.random.randrange(2)
    times = pages(cloud, 4, 1, 2)
    times[at] = times[at + 2] = 500
    job = new_job(cloud, times)
    cloud.faults.fail("sqs", "SendMessage", code="QueueIsBusy", message="Not now.")
    ran = start(cloud, job)
    bad = [job["letters"][at]["name"], job["letters"][at + 2]["name"]]
    what = "a job with two letters of 500 pages"
    expect_put_aside(cloud, job, bad, what)
    timed_out = [run for run in ran if run.error and "timed out" in str(run.error)]
    expect(len(timed_out) <= 2 * len(bad), "A letter that never fits was begun more than twice.")
    start(cloud, job)
    expect_put_aside(cloud, job, bad, f"{what} that came again")

    refused = new_job(cloud, pages(cloud, 2, 1, 2))
    cloud.faults.fail("sns", "Publish", code=JAM, message="The paper is stuck.", times=2)
    start(cloud, refused)
    what = "the press refused its letter twice"
    expect_put_aside(cloud, refused, [refused["letters"][0]["name"]], what)


@check("Each invocation goes forward", points=1)
def forward(cloud: Cloud) -> None:
    configure(cloud, timeout=3, margin_ms=5000)
    job = new_job(cloud, pages(cloud, 5, 1, 1))
    start(cloud, job)
    expect_sent_once(cloud, [job], "a job with a timeout that is shorter than the margin")
    expect_not_stuck(cloud, job, "it had time enough")


@check("It stops by the time that is really left", points=2)
def budgets(cloud: Cloud) -> None:
    for timeout, margin, length in ((cloud.random.choice((20, 25, 30)), 7000, 5), (9, 2200, 2)):
        configure(cloud, timeout=timeout, margin_ms=margin)
        # An invocation that begins a letter for as long as it should sends so many.
        together = (timeout * 1000 - margin) // (length * 1000) + 1
        job = new_job(cloud, [length] * together * 2)
        ran = start(cloud, job)
        what = f"a job with a timeout of {timeout} s and a margin of {margin} ms"
        expect_sent_once(cloud, [job], what)
        expect_no_errors(ran, what)
        expect_invocations(ran, 2, what)


def new_job(cloud: Cloud, times: Sequence[int]) -> Json:
    letters = [{"name": f"l-{at + 1}", "pages": count} for at, count in enumerate(times)]
    return {"job_id": f"j-{cloud.random.randrange(10**9)}", "letters": letters}


def pages(cloud: Cloud, count: int, least: int, most: int) -> list[int]:
    return [cloud.random.randint(least, most) for _ in range(count)]


def start(cloud: Cloud, *jobs: Json) -> tuple[Any, ...]:
    """Send the jobs and wait until nothing moves; the invocations that this took."""
    before = len(cloud.function(LETTERS).invocations)
    cloud.queue(JOBS).send(*jobs)
    cloud.settle()
    sends = len(cloud.calls("sqs", "SendMessage"))
    expect(sends <= MOST_MESSAGES, "The function sent itself message after message, without end.")
    return cloud.function(LETTERS).invocations[before:]


def configure(cloud: Cloud, *, timeout: int, margin_ms: int) -> None:
    functions = cloud.client("lambda")
    found = functions.get_function_configuration(FunctionName=LETTERS)["Environment"]["Variables"]
    functions.update_function_configuration(
        FunctionName=LETTERS,
        Timeout=timeout,
        Environment={"Variables": {**found, "MARGIN_MS": str(margin_ms)}},
    )


def sent(cloud: Cloud, job: Json) -> list[str]:
    """The letters of a job that were sent, in order; one whose answer is lost was sent."""
    found = []
    for call in cloud.calls("sns", "Publish"):
        if call.error == JAM:
            continue
        try:
            told = json.loads(json.loads(call.parameters)["Message"])
            found += [told["name"]] * (told["job_id"] == job["job_id"])
        except (ValueError, LookupError, TypeError):
            continue
    return found


def stuck(cloud: Cloud, job: Json) -> Counter[str]:
    """The letters of a job that were put aside."""
    found: Counter[str] = Counter()
    for body in cloud.queue(STUCK).messages():
        try:
            told = json.loads(body)
            job_id, name = told["job_id"], told["name"]
        except (ValueError, LookupError, TypeError):
            expect(False, f"In the queue stuck there is no job_id and name: {body[:100]}.")
        else:
            found[str(name)] += job_id == job["job_id"]
    return +found


def expect_not_stuck(cloud: Cloud, job: Json, why: str) -> None:
    expect(not stuck(cloud, job), f"A letter was put aside, although {why}.")


def expect_alive(cloud: Cloud, job: Json, what: str) -> None:
    dead = any(job["job_id"] in body for body in cloud.queue(DEAD).messages())
    expect(not dead, f"A job was lost, and its message is in dead-jobs: {what}.")


def expect_sent_once(
    cloud: Cloud, jobs: Sequence[Json], what: str, *, without: Sequence[str] = ()
) -> None:
    for job in jobs:
        expect_alive(cloud, job, what)
        names = [letter["name"] for letter in job["letters"] if letter["name"] not in without]
        found = sent(cloud, job)
        for name in names:
            count = found.count(name)
            expect(count > 0, f"A letter was never sent: {what}.")
            expect(count < 2, f"A customer got the same letter {count} times: {what}.")
        expect(not set(found) - set(names), f"A letter was sent that had been put aside: {what}.")
        expect(found == names, f"Letters were not sent in the order of the list: {what}.")


def expect_put_aside(cloud: Cloud, job: Json, bad: Sequence[str], what: str) -> None:
    expect_sent_once(cloud, [job], what, without=bad)
    told = stuck(cloud, job)
    for name in bad:
        count = told.pop(name, 0)
        expect(count > 0, f"A letter that cannot be sent is not in the queue stuck: {what}.")
        expect(count < 2, f"A letter is in the queue stuck {count} times: {what}.")
    expect(not told, f"In the queue stuck there are letters that could be sent: {what}.")


def expect_repeated_at_most(cloud: Cloud, job: Json, most: int, when: str) -> None:
    expect_alive(cloud, job, f"one in which {when}")
    found = Counter(sent(cloud, job))
    for letter in job["letters"]:
        expect(found[letter["name"]] > 0, f"A letter was never sent: {when}.")
    extra = found.total() - len(job["letters"])
    expect(extra <= most, f"{extra} letters were sent again: {when}.")


def expect_no_errors(ran: Sequence[Any], what: str) -> None:
    for run in ran:
        if run.error is not None:
            kind, message = run.error.get("errorType"), str(run.error.get("errorMessage"))[:200]
            expect(False, f"An invocation failed for {what}: {kind}: {message}")


def expect_invocations(ran: Sequence[Any], most: int, what: str) -> None:
    told = f"The function stopped though it had time: it ran {len(ran)} times for {what}."
    expect(len(ran) <= most, told)
