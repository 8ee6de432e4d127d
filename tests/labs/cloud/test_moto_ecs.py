"""moto's ECS, where it is bent."""

import boto3
import pytest
from moto.ecs.responses import EC2ContainerServiceResponse

from labs.cloud.account import Account
from labs.cloud.services.ecs.api import OPERATIONS
from labs.cloud.simulation import set_current
from tests.labs.cloud.test_account import no_guest

pytestmark = pytest.mark.usefixtures("moto")


@pytest.mark.parametrize("name", [*OPERATIONS, "register_task_definition", "describe_clusters"])
def test_the_operations_are_replaced(name: str) -> None:
    assert hasattr(getattr(EC2ContainerServiceResponse, name), "coldstart_original")


def test_moto_keeps_definitions_as_they_are_read_here() -> None:
    Account(no_guest, seed=7)
    ecs = boto3.client("ecs")
    ecs.create_cluster(clusterName="c")
    ecs.register_task_definition(
        family="f",
        cpu="256",
        memory="512",
        networkMode="awsvpc",
        requiresCompatibilities=["FARGATE"],
        containerDefinitions=[{"name": "m", "image": "i"}],
    )
    network = {"awsvpcConfiguration": {"subnets": ["subnet-12345678"]}}

    (task,) = ecs.run_task(
        cluster="c", taskDefinition="f", launchType="FARGATE", networkConfiguration=network
    )["tasks"]

    assert (task["cpu"], task["memory"], task["group"]) == ("256", "512", "family:f")
    assert task["taskDefinitionArn"].endswith(":task-definition/f:1")


def test_without_an_account_moto_is_as_it_is() -> None:
    set_current(None)
    ecs = boto3.client("ecs")
    ecs.create_cluster(clusterName="c")

    assert ecs.list_tasks(cluster="c")["taskArns"] == []
    ecs.register_task_definition(
        family="f",
        requiresCompatibilities=["FARGATE"],
        containerDefinitions=[{"name": "m", "image": "i", "memory": 1}],
    )
