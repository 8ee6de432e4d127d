"""Tasks live and end on virtual time, and their containers run the learner's program."""

from typing import Any, cast

import boto3
import pytest
from botocore.exceptions import ClientError

from labs.cloud.account import Account
from labs.cloud.guest import Guest, Serve
from labs.cloud.services.ecs.process import WORKER_MS
from tests.labs.cloud.services.ecs.programs import Program

pytestmark = pytest.mark.usefixtures("moto")

NETWORK = {"awsvpcConfiguration": {"subnets": ["subnet-12345678"]}}
ROLE = "arn:aws:iam::123456789012:role/exec"
LOG = {
    "logDriver": "awslogs",
    "options": {
        "awslogs-group": "/ecs/job",
        "awslogs-region": "us-east-1",
        "awslogs-stream-prefix": "p",
    },
}


class Machines:
    """Gives programs in the order in which they are put here."""

    def __init__(self) -> None:
        self.programs: list[Program] = []
        self.started: list[Program] = []

    def start(self, _serve: Serve, _memory_mb: int) -> Guest:
        program = self.programs.pop(0)
        self.started.append(program)
        return cast("Guest", program)


@pytest.fixture
def machines() -> Machines:
    return Machines()


@pytest.fixture
def account(machines: Machines) -> Account:
    account = Account(machines.start, seed=7)
    account.simulation.files = {"job.py": "print(1)"}
    boto3.client("ecs").create_cluster(clusterName="c")
    return account


def container(name: str = "main", **options: Any) -> dict[str, Any]:
    return {"name": name, "image": "python", "command": ["python", "job.py", "a"], **options}


def define(*containers: dict[str, Any], **options: Any) -> None:
    asked = {
        "family": "job",
        "cpu": "256",
        "memory": "512",
        "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"],
        "executionRoleArn": ROLE,
        **options,
    }
    boto3.client("ecs").register_task_definition(
        containerDefinitions=list(containers or [container()]), **asked
    )


def run(**options: Any) -> str:
    asked: dict[str, Any] = {
        "cluster": "c",
        "taskDefinition": "job",
        "launchType": "FARGATE",
        "networkConfiguration": NETWORK,
        **options,
    }
    (task,) = boto3.client("ecs").run_task(**asked)["tasks"]
    return str(task["taskArn"])


def look(arn: str) -> Any:
    (task,) = boto3.client("ecs").describe_tasks(cluster="c", tasks=[arn])["tasks"]
    return task


def test_a_task_goes_through_its_life(account: Account, machines: Machines) -> None:
    machines.programs.append(Program([(30, None), (10, 3)]))
    define()
    arn = run()

    seen = [look(arn)["lastStatus"]]
    for _ in range(60):
        account.let_pass(1)
        if (status := look(arn)["lastStatus"]) != seen[-1]:
            seen.append(status)

    assert seen[:4] == ["PROVISIONING", "PENDING", "ACTIVATING", "RUNNING"]
    assert seen[-1] == "STOPPED"
    task = look(arn)
    assert (task["stopCode"], task["stoppedReason"]) == (
        "EssentialContainerExited",
        "Essential container in task exited",
    )
    assert task["containers"][0]["exitCode"] == 3
    lasted = task["executionStoppedAt"] - task["startedAt"]
    assert 40 <= lasted.total_seconds() < 42
    assert machines.started[0].began["argv"] == ["job.py", "a"]


def test_settling_waits_for_a_job_and_not_for_a_worker(
    account: Account, machines: Machines
) -> None:
    define()
    machines.programs += [Program([(60, 0)]), Program([(WORKER_MS / 1000 / 5, None)] * 100)]
    job, worker = run(), run()

    account.settle()

    assert look(job)["lastStatus"] == "STOPPED"
    assert look(worker)["lastStatus"] == "RUNNING"


def test_a_stopped_task_gets_a_signal(account: Account, machines: Machines) -> None:
    machines.programs.append(Program([(100, None)] * 3, on_signal=0))
    define()
    arn = run()
    account.let_pass(20)

    boto3.client("ecs").stop_task(cluster="c", task=arn, reason="enough")
    account.settle()

    task = look(arn)
    assert machines.started[0].signals == [15]
    assert (task["stopCode"], task["stoppedReason"]) == ("UserInitiated", "enough")
    assert task["containers"][0]["exitCode"] == 0
    assert (task["stoppedAt"] - task["stoppingAt"]).total_seconds() < 5


def test_who_does_not_heed_the_signal_is_killed(account: Account, machines: Machines) -> None:
    machines.programs.append(Program([(100, None)] * 3, on_signal=None))
    define(container(stopTimeout=12))
    arn = run()
    account.let_pass(20)

    boto3.client("ecs").stop_task(cluster="c", task=arn)
    account.settle()

    task = look(arn)
    assert machines.started[0].is_killed
    assert task["containers"][0]["exitCode"] == 137
    assert 12 <= (task["executionStoppedAt"] - task["stoppingAt"]).total_seconds() < 14


def test_a_task_that_is_stopped_early_never_runs(account: Account, machines: Machines) -> None:
    define()
    arn = run()

    boto3.client("ecs").stop_task(cluster="c", task=arn)
    account.settle()

    assert look(arn)["lastStatus"] == "STOPPED"
    assert machines.started == []


def test_containers_wait_for_those_that_they_depend_on(
    account: Account, machines: Machines
) -> None:
    machines.programs += [Program([(5, 0)]), Program([(7, 0)])]
    define(
        container("app", dependsOn=[{"containerName": "init", "condition": "SUCCESS"}]),
        container("init", essential=False),
    )
    arn = run()

    account.let_pass(11)
    states = {one["name"]: one["lastStatus"] for one in look(arn)["containers"]}
    assert states == {"app": "PENDING", "init": "RUNNING"}

    account.settle()
    task = look(arn)
    assert [one["exitCode"] for one in task["containers"]] == [0, 0]
    assert (task["executionStoppedAt"] - task["startedAt"]).total_seconds() >= 12


def test_an_essential_container_takes_the_others_along(
    account: Account, machines: Machines
) -> None:
    machines.programs += [Program([(5, 1)]), Program([(500, None)], on_signal=143)]
    define(container("app"), container("side", essential=False))
    arn = run()

    account.settle()

    assert [one["exitCode"] for one in look(arn)["containers"]] == [1, 143]


def test_what_a_container_prints_is_logged(account: Account, machines: Machines) -> None:
    boto3.client("logs").create_log_group(logGroupName="/ecs/job")
    machines.programs.append(Program([(1, None), (1, 0)]))
    define(container(logConfiguration=LOG))
    arn = run()

    account.settle()

    stream = f"p/main/{arn.rpartition('/')[2]}"
    events = boto3.client("logs").get_log_events(logGroupName="/ecs/job", logStreamName=stream)[
        "events"
    ]
    assert [event["message"] for event in events] == ["tick", "done"]


def test_a_task_does_not_start_without_its_log_group(account: Account, machines: Machines) -> None:
    define(container(logConfiguration=LOG))
    arn = run()

    account.settle()

    task = look(arn)
    assert task["stopCode"] == "TaskFailedToStart"
    assert task["stoppedReason"].startswith("ResourceInitializationError: failed to validate")
    assert machines.started == []


def test_overrides_reach_the_program(account: Account, machines: Machines) -> None:
    machines.programs.append(Program([]))
    define(container(environment=[{"name": "A", "value": "1"}, {"name": "B", "value": "2"}]))
    override = {
        "name": "main",
        "command": ["python", "-c", "pass"],
        "environment": [{"name": "B", "value": "3"}],
    }
    run(overrides={"containerOverrides": [override]})

    account.settle()

    began = machines.started[0].began
    assert (began["kind"], began["what"]) == ("code", "pass")
    assert (began["environment"]["A"], began["environment"]["B"]) == ("1", "3")


def test_what_is_no_python_is_there_and_says_so(account: Account) -> None:
    define(container(command=["nginx"], image="nginx"))
    arn = run()

    account.settle()

    task = look(arn)
    assert task["lastStatus"] == "RUNNING"
    assert task["containers"][0]["reason"] == "Its program is not simulated."
    assert [call.error for call in account.trace.calls if call.error] == ["NotSimulated"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"cpu": "256", "memory": "4096"}, "No Fargate configuration exists"),
        ({"cpu": "300", "memory": "512"}, "No Fargate configuration exists"),
        ({"networkMode": "bridge"}, "Fargate only supports network mode"),
        ({"cpu": ""}, "Fargate requires that 'cpu' be defined at the task level."),
        ({"cpu": "32768", "memory": "65536"}, "No Fargate configuration exists"),
        ({"placementConstraints": [{"type": "memberOf"}]}, "do not support placementConstraints"),
    ],
)
def test_what_fargate_does_not_run_is_refused(
    account: Account, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(ClientError, match=message) as raised:
        define(**options)

    assert raised.value.response["Error"]["Code"] == "ClientException"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"privileged": True}, "do not support privileged"),
        ({"links": ["other"]}, "do not support links"),
        (
            {"extraHosts": [{"hostname": "h", "ipAddress": "10.0.0.1"}]},
            "do not support extraHosts",
        ),
        ({"stopTimeout": 121}, "stopTimeout of container 'main' is above 120"),
        ({"portMappings": [{"containerPort": 80, "hostPort": 81}]}, "must match"),
    ],
)
def test_a_container_has_no_say_about_its_machine(
    account: Account, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(ClientError, match=message):
        define(container(**options))


def test_a_container_at_the_limits_is_taken(account: Account) -> None:
    port = {"containerPort": 80, "hostPort": 80}
    define(container(privileged=False, links=[], stopTimeout=120, portMappings=[port]))


def test_all_legal_sizes_are_taken(account: Account) -> None:
    for cpu, memory in (
        ("256", "512"),
        ("512", "4GB"),
        ("1024", "8192"),
        ("16384", "122880"),
        ("32768", "61440"),
        ("32 vCPU", "244GB"),
    ):
        define(cpu=cpu, memory=memory)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"networkConfiguration": {}}, "Network Configuration must be provided"),
        ({"launchType": "EC2"}, "No Container Instances were found in your cluster."),
        ({"count": 11}, "count cannot be greater than 10."),
        ({"cluster": "none"}, "Cluster not found."),
        ({"taskDefinition": "none"}, "Unable to describe task definition."),
        (
            {"networkConfiguration": {"awsvpcConfiguration": {"subnets": []}}},
            "subnets can not be empty.",
        ),
        (
            {"overrides": {"containerOverrides": [{"name": "x"}]}},
            "Override for container named x is not a container in the TaskDefinition.",
        ),
    ],
)
def test_a_task_that_cannot_run_is_refused(
    account: Account, options: dict[str, Any], message: str
) -> None:
    define()

    with pytest.raises(ClientError, match=message):
        run(**options)


def test_tasks_are_listed_by_what_is_wanted_of_them(account: Account, machines: Machines) -> None:
    machines.programs += [Program([(500, None)]), Program([(1, 0)])]
    define()
    first, second = run(startedBy="me"), run()
    account.let_pass(30)
    ecs = boto3.client("ecs")

    assert ecs.list_tasks(cluster="c")["taskArns"] == [first]
    assert ecs.list_tasks(cluster="c", desiredStatus="STOPPED")["taskArns"] == [second]
    assert ecs.list_tasks(cluster="c", startedBy="me", family="job")["taskArns"] == [first]
    assert ecs.list_tasks(cluster="c", family="other")["taskArns"] == []
    failures = ecs.describe_tasks(cluster="c", tasks=["none"])["failures"]
    assert [one["reason"] for one in failures] == ["MISSING"]
    (cluster,) = ecs.describe_clusters(clusters=["c"])["clusters"]
    assert cluster["runningTasksCount"] == 1
