"""What the archive's operators would notice about a worker that is stopped."""

from collections.abc import Sequence
from typing import Any

from labs.checks import Cloud, check, expect, setup

STOP_SECONDS = 30
VISIBILITY_SECONDS = 15 * 60
# From RunTask until the program begins, and until a stopped task is there no more.
START_SECONDS, END_SECONDS = 10, 5
type Job = dict[str, Any]


@setup
def build(cloud: Cloud) -> None:
    cloud.create_table("pages", key="page")
    cloud.create_table("issues", key="issue")
    cloud.create_queue("jobs", visibility_seconds=VISIBILITY_SECONDS)


@check("Issues are read, and a quiet worker costs little", points=1, visible=True)
def issues_are_read(cloud: Cloud) -> None:
    jobs = [issue(cloud, 3, 5), issue(cloud, 8)]
    task = Task(cloud)
    cloud.queue("jobs").send(*jobs, jobs[0])
    cloud.pass_time(START_SECONDS + 60)
    task.expect_running()
    expect_published(cloud, jobs, "it waited in the queue and a worker was running")
    cloud.queue("jobs").expect_empty(because="its issues were published a while ago")
    before = len(cloud.calls("sqs", "ReceiveMessage"))
    cloud.pass_time(120 + cloud.random.randrange(20))
    asked = len(cloud.calls("sqs", "ReceiveMessage")) - before
    expect(asked <= 15, f"In two minutes, the worker asked an empty queue {asked} times.")
    late = issue(cloud, 1)
    cloud.queue("jobs").send(late)
    cloud.pass_time(7)
    task.expect_running()
    expect_published(cloud, [late], "its job arrived while the worker had nothing to do")


@check("A worker without work ends when it is asked to", points=2, visible=True)
def idle_worker_ends(cloud: Cloud) -> None:
    task = Task(cloud)
    cloud.pass_time(START_SECONDS + cloud.random.randrange(30, 50))
    task.expect_running()
    task.stop()
    cloud.pass_time(STOP_SECONDS + END_SECONDS)
    task.expect_ended("while it waited for jobs")
    job = issue(cloud, 2)
    cloud.queue("jobs").send(job)
    Task(cloud)
    cloud.pass_time(START_SECONDS + 15)
    expect_published(cloud, [job], "it came after one worker had ended, and another one ran")


@check("Tasks are spread by base and weight", points=2, visible=True)
def tasks_are_spread(cloud: Cloud) -> None:
    base, share = cloud.random.randrange(2, 5), cloud.random.randrange(2, 4)
    spot, sure = cloud.random.sample([1, 2, 3, 4], 2)
    strategies = [
        [provider("FARGATE", base=base, weight=sure), provider("FARGATE_SPOT", weight=spot)],
        [provider("FARGATE_SPOT", weight=2), provider("FARGATE", base=base)],
        [provider("FARGATE_SPOT", weight=spot, base=0), provider("FARGATE", weight=sure)],
    ]
    for strategy in strategies:
        weights = [one.get("weight", 0) for one in strategy]
        placed = sum(one.get("base", 0) for one in strategy)
        for desired in (placed + share * sum(weights), placed, max(placed - 1, 0)):
            answer = cloud.call("plan.spread", desired, strategy)
            right = {
                one["capacityProvider"]: min(desired, one.get("base", 0))
                + (desired - placed) * weight // sum(weights) * (desired > placed)
                for one, weight in zip(strategy, weights, strict=True)
            }
            expect(answer == right, f"Of {desired} tasks ECS placed other numbers than "
                   f"{answer} said, with the strategy {strategy}.")  # fmt: skip


@check("A release loses nothing, and no page is read twice", points=3)
def release(cloud: Cloud) -> None:
    jobs = [
        issue(cloud, *(cloud.random.randrange(12, 15) for _ in range(6))),
        issue(cloud, 2, 3),
        issue(cloud, 3, 1),
    ]
    cloud.queue("jobs").send(*jobs)
    old = Task(cloud)
    cloud.pass_time(20)
    Task(cloud)
    # The new task is there after 10 s; the old one is then in its second page, now in its third.
    cloud.pass_time(21)
    old.expect_running()
    old.stop()
    cloud.pass_time(STOP_SECONDS + END_SECONDS)
    old.expect_ended("in the middle of an issue")
    cloud.pass_time(240)
    expect_published(cloud, jobs, "the worker that had its job was stopped minutes ago, "
                     "and another one was running")  # fmt: skip
    expect_read_once(cloud, jobs, "the worker was stopped in the middle of a page")
    cloud.queue("jobs").expect_empty(because="its issues were published")


@check("A worker alone hands its jobs on", points=2)
def handed_on(cloud: Cloud) -> None:
    stop_seconds = cloud.random.choice([60, 90, 120])
    jobs = [issue(cloud, *[stop_seconds // 2 - 1] * 4), issue(cloud, 3)]
    cloud.queue("jobs").send(*jobs)
    old = Task(cloud, stop_seconds)
    cloud.pass_time(START_SECONDS + cloud.random.randrange(5, 20))
    old.expect_running()
    old.stop()
    cloud.pass_time(stop_seconds + END_SECONDS)
    old.expect_ended("in the first page of an issue")
    sqs, url = cloud.client("sqs"), cloud.queue("jobs").url
    hidden = ["ApproximateNumberOfMessagesNotVisible"]
    counts = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=hidden)["Attributes"]
    expect(counts[hidden[0]] == "0", "After a worker had ended, a job that it had held was hidden "
           "from all others.")  # fmt: skip
    Task(cloud, stop_seconds)
    cloud.pass_time(START_SECONDS + stop_seconds * 2 + 30)
    expect_published(cloud, jobs, "the worker that had its job was stopped, and another one came")
    expect_read_once(cloud, jobs, "a worker was stopped and another one came")


@check("A machine that dies loses no issue", points=2)
def machine_dies(cloud: Cloud) -> None:
    jobs = [issue(cloud, 4, 5, 6), issue(cloud, 3)]
    cloud.queue("jobs").send(*jobs)
    # After the second page was read.
    cloud.faults.crash("dynamodb", "UpdateItem", after=3)
    Task(cloud)
    cloud.pass_time(START_SECONDS + 30)
    Task(cloud)
    cloud.pass_time(VISIBILITY_SECONDS + 60)
    expect_published(cloud, jobs, "a machine died between two of its pages, and its job was "
                     "visible again for a minute")  # fmt: skip
    expect_read_once(cloud, jobs, "a machine died after it had read a page")
    cloud.queue("jobs").expect_empty(because="its issues were published")


@check("An issue is published once, though its machine died", points=1)
def published_once(cloud: Cloud) -> None:
    job = issue(cloud, 4, 5)
    cloud.queue("jobs").send(job)
    # After the issue was published.
    cloud.faults.crash("dynamodb", "UpdateItem", after=4)
    Task(cloud)
    cloud.pass_time(START_SECONDS + 20)
    Task(cloud)
    cloud.pass_time(VISIBILITY_SECONDS + 60)
    expect_published(cloud, [job], "a machine died just after that")
    cloud.queue("jobs").expect_empty(because="its issue was published before the machine died")


class Task:
    """One task of the archive's worker."""

    def __init__(self, cloud: Cloud, stop_seconds: int = STOP_SECONDS) -> None:
        self._cloud = cloud
        self._ecs = cloud.client("ecs")
        self._logs = cloud.client("logs")
        self._ecs.create_cluster(clusterName="archive")
        self.arn = self._run(stop_seconds)

    def _run(self, stop_seconds: int) -> str:
        """Start it; returns its ARN."""
        if not self._logs.describe_log_groups()["logGroups"]:
            self._logs.create_log_group(logGroupName="/ecs/reader")
        made = self._ecs.register_task_definition(
            family="reader",
            requiresCompatibilities=["FARGATE"],
            networkMode="awsvpc",
            cpu="256",
            memory="512",
            executionRoleArn="arn:aws:iam::123456789012:role/reader-execution",
            containerDefinitions=[
                {
                    "name": "reader",
                    "image": "123456789012.dkr.ecr.us-east-1.amazonaws.com/reader:1",
                    "command": ["python", "worker.py"],
                    "stopTimeout": stop_seconds,
                    "environment": [
                        {"name": "QUEUE_URL", "value": self._cloud.queue("jobs").url},
                        {"name": "STOP_SECONDS", "value": str(stop_seconds)},
                    ],
                    "logConfiguration": {
                        "logDriver": "awslogs",
                        "options": {
                            "awslogs-group": "/ecs/reader",
                            "awslogs-region": "us-east-1",
                            "awslogs-stream-prefix": "reader",
                        },
                    },
                }
            ],
        )
        started = self._ecs.run_task(
            cluster="archive",
            taskDefinition=made["taskDefinition"]["taskDefinitionArn"],
            launchType="FARGATE",
            networkConfiguration={"awsvpcConfiguration": {"subnets": ["subnet-12345678"]}},
        )
        return str(started["tasks"][0]["taskArn"])

    def stop(self) -> None:
        self._ecs.stop_task(cluster="archive", task=self.arn, reason="release")

    def exit_code(self) -> int | None:
        task = self._ecs.describe_tasks(cluster="archive", tasks=[self.arn])["tasks"][0]
        code: int | None = task["containers"][0].get("exitCode")
        return code

    def expect_running(self) -> None:
        code = self.exit_code()
        expect(code is None, f"Nobody had stopped the worker, and it ended with exit code {code}"
               f"{self._last_words()}.")  # fmt: skip

    def expect_ended(self, when: str) -> None:
        """It ended by itself after it was stopped."""
        code = self.exit_code()
        how = {
            137: "It had not ended in time and was killed (exit code 137)",
            143: "The signal ended it at once (exit code 143)",
            None: "It did not end at all",
        }.get(code, f"It ended with exit code {code}{self._last_words()}")
        expect(code == 0, f"A worker was stopped {when}. {how}.")

    def _last_words(self) -> str:
        stream = f"reader/reader/{self.arn.rpartition('/')[2]}"
        asked = self._logs.get_log_events(logGroupName="/ecs/reader", logStreamName=stream)
        lines = [event["message"].strip() for event in asked["events"]]
        return f'; the last line of its log is "{lines[-1][:120]}"' if lines else ""


def issue(cloud: Cloud, *pages: int) -> Job:
    return {"issue": f"i-{cloud.random.randrange(10**9)}", "pages": list(pages)}


def provider(name: str, **numbers: int) -> dict[str, Any]:
    return {"capacityProvider": name, **numbers}


def expect_published(cloud: Cloud, jobs: Sequence[Job], when: str) -> None:
    copies = {item["issue"]: item["copies"] for item in cloud.table("issues").items()}
    done = {item["page"] for item in cloud.table("pages").items() if "done" in item}
    for job in jobs:
        name, count = job["issue"], copies.get(job["issue"], 0)
        expect(count > 0, f"The issue {name} was never published: {when}.")
        expect(count == 1, f"The issue {name} was published {count} times: {when}.")
        missing = [f"{name}#{number}" not in done for number in range(len(job["pages"]))]
        expect(not any(missing), f"The issue {name} was published without some of its pages.")


def expect_read_once(cloud: Cloud, jobs: Sequence[Job], when: str) -> None:
    items = {item["page"]: item for item in cloud.table("pages").items()}
    for job in jobs:
        for number in range(len(job["pages"])):
            begun = items[f"{job['issue']}#{number}"]["begun"]
            expect(begun == 1, f"Page {number + 1} of the issue {job['issue']} was begun {begun} "
                   f"times: {when}.")  # fmt: skip
