"""Services keep so many tasks as are desired, also while they are deployed anew."""

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from labs.cloud.account import Account
from tests.labs.cloud.services.ecs.programs import Program
from tests.labs.cloud.services.ecs.test_tasks import LOG, NETWORK, Machines, container, define

pytestmark = pytest.mark.usefixtures("moto")


@pytest.fixture
def machines() -> Machines:
    found = Machines()
    found.programs = [Program([(1000, None)] * 50) for _ in range(20)]
    return found


@pytest.fixture
def account(machines: Machines) -> Account:
    account = Account(machines.start, seed=7)
    account.simulation.files = {"job.py": "print(1)"}
    boto3.client("ecs").create_cluster(clusterName="c")
    define()
    return account


def create(count: int = 2, **options: Any) -> None:
    boto3.client("ecs").create_service(
        cluster="c",
        serviceName="web",
        taskDefinition="job",
        desiredCount=count,
        launchType="FARGATE",
        networkConfiguration=NETWORK,
        **options,
    )


def service() -> Any:
    (found,) = boto3.client("ecs").describe_services(cluster="c", services=["web"])["services"]
    return found


def tasks() -> list[str]:
    found = boto3.client("ecs").list_tasks(cluster="c", serviceName="web")["taskArns"]
    return [str(arn) for arn in found]


def update(**options: Any) -> None:
    boto3.client("ecs").update_service(cluster="c", service="web", **options)


def test_a_service_has_a_launch_type_or_a_strategy(account: Account) -> None:
    create()
    assert service()["launchType"] == "FARGATE"

    update(capacityProviderStrategy=[{"capacityProvider": "FARGATE_SPOT", "weight": 1}])

    assert "launchType" not in service()
    assert service()["capacityProviderStrategy"] == [
        {"capacityProvider": "FARGATE_SPOT", "weight": 1, "base": 0}
    ]
    with pytest.raises(ClientError, match="but not both"):
        create(capacityProviderStrategy=[{"capacityProvider": "FARGATE"}])


def test_a_service_becomes_steady(account: Account) -> None:
    create()
    assert service()["deployments"][0]["rolloutState"] == "IN_PROGRESS"

    account.settle()

    found = service()
    assert (found["runningCount"], found["pendingCount"]) == (2, 0)
    assert found["deployments"][0]["rolloutState"] == "COMPLETED"
    assert found["events"][0]["message"] == "(service web) has reached a steady state."
    assert len(tasks()) == 2


def test_a_task_that_ends_is_replaced(account: Account) -> None:
    create()
    account.settle()
    first, second = tasks()

    boto3.client("ecs").stop_task(cluster="c", task=first)
    account.let_pass(60)

    assert service()["runningCount"] == 2
    assert second in tasks()
    assert first not in tasks()


def test_the_count_goes_up_and_down(account: Account) -> None:
    create(1)
    account.settle()

    update(desiredCount=3)
    account.settle()
    assert service()["runningCount"] == 3

    update(desiredCount=1)
    account.settle()
    assert service()["runningCount"] == 1


def test_a_new_definition_rolls_without_a_gap(account: Account) -> None:
    create(2)
    account.settle()
    old = set(tasks())
    define(container(command=["python", "job.py", "b"]))

    update(taskDefinition="job")
    counts = []
    for _ in range(30):
        account.let_pass(1)
        counts.append(service()["runningCount"])

    found = service()
    assert min(counts) >= 2
    assert max(counts) <= 4
    assert found["taskDefinition"].endswith("job:2")
    assert len(found["deployments"]) == 1
    assert not old & set(tasks())


def test_a_deployment_that_does_not_start_is_broken_off(account: Account) -> None:
    breaker = {"deploymentCircuitBreaker": {"enable": True, "rollback": True}}
    create(1, deploymentConfiguration=breaker)
    account.settle()
    define(container(logConfiguration=LOG))  # there is no such log group

    update(taskDefinition="job")
    account.let_pass(120)

    found = service()
    assert found["taskDefinition"].endswith("job:1")
    assert found["runningCount"] == 1
    messages = [event["message"] for event in found["events"]]
    assert any("deployment failed: tasks failed to start" in one for one in messages)


def test_a_service_is_deleted_when_it_is_scaled_down(account: Account) -> None:
    ecs = boto3.client("ecs")
    create(1)
    account.settle()

    with pytest.raises(ClientError, match="while it is scaled above 0"):
        ecs.delete_service(cluster="c", service="web")
    ecs.delete_service(cluster="c", service="web", force=True)
    assert service()["status"] == "DRAINING"
    account.settle()

    assert service()["status"] == "INACTIVE"
    assert ecs.list_services(cluster="c")["serviceArns"] == []


def test_a_service_that_is_not_there_is_missing(account: Account) -> None:
    ecs = boto3.client("ecs")

    assert ecs.describe_services(cluster="c", services=["x"])["failures"][0]["reason"] == "MISSING"
    with pytest.raises(ClientError, match="Service not found"):
        ecs.update_service(cluster="c", service="x", desiredCount=1)
