"""Tasks: from PROVISIONING to STOPPED on virtual time.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from moto.moto_api._internal import mock_random

from labs.cloud.clock import clock
from labs.cloud.moto_lambda import new_id
from labs.cloud.services.ecs import fargate
from labs.cloud.services.ecs.containers import Container
from labs.cloud.simulation import current

type Json = dict[str, Any]

# What each phase takes, in ms: a network interface, the image, the start.
PENDING_MS, PULL_MS, ACTIVATING_MS, RUNNING_MS = 2000, 1000, 5000, 1000
STOPPING_MS, DEPROVISIONING_MS, STOPPED_MS = 500, 500, 2000
EXITED = "Essential container in task exited"


@dataclass
class Task:
    """One task; `definition` is the task definition as DescribeTaskDefinition shows it."""

    region: str
    account: str
    cluster: str
    definition: Json
    asked: Json
    group: str
    started_by: str = ""
    on_change: Callable[["Task"], None] = lambda _task: None
    id: str = field(default_factory=lambda: new_id().replace("-", ""))
    attachment_id: str = field(default_factory=new_id)
    status: str = "PROVISIONING"
    desired: str = "RUNNING"
    stop_code: str = ""
    stopped_reason: str = ""
    times: dict[str, datetime] = field(default_factory=dict)
    containers: list[Container] = field(default_factory=list)
    address: str = ""

    @property
    def arn(self) -> str:
        return f"arn:aws:ecs:{self.region}:{self.account}:task/{self.cluster}/{self.id}"

    @property
    def family(self) -> str:
        return str(self.definition["family"])

    @property
    def is_of_service(self) -> bool:
        return self.group.startswith("service:")

    @property
    def role_arn(self) -> str:
        overrides = self.asked.get("overrides") or {}
        return str(overrides.get("taskRoleArn") or self.definition.get("taskRoleArn") or "")

    def begin(self) -> None:
        """Plan its life."""
        self.address = f"10.0.{mock_random.randint(0, 15)}.{mock_random.randint(4, 250)}"
        self._time("createdAt")
        overrides = {
            one["name"]: one
            for one in (self.asked.get("overrides") or {}).get("containerOverrides") or ()
        }
        self.containers = [
            Container(self, _overridden(one, overrides.get(one["name"]) or {}), self._ended)
            for one in self.definition["containerDefinitions"]
        ]
        self._later(self._pend, PENDING_MS)

    def stop(self, code: str, reason: str) -> None:
        """End it, if it has not begun to end."""
        if self.desired == "STOPPED":
            return
        was_running = self.status in ("RUNNING", "ACTIVATING")
        self.desired, self.stop_code, self.stopped_reason = "STOPPED", code, reason
        self._time("stoppingAt")
        self.status = "DEACTIVATING" if was_running else "STOPPING"
        self.on_change(self)
        self._later(self._stop_containers, STOPPING_MS)

    def _pend(self) -> None:
        if self.desired == "STOPPED":
            return
        self.status = "PENDING"
        self._time("connectivityAt")
        self._later(self._pull, PULL_MS)

    def _pull(self) -> None:
        if self.desired == "STOPPED":
            return
        self._time("pullStartedAt")
        for container in self.containers:
            if failure := container.prepare_log():
                self.stop("TaskFailedToStart", failure)
                return
        self._later(self._activate, ACTIVATING_MS)

    def _activate(self) -> None:
        if self.desired == "STOPPED":
            return
        self._time("pullStoppedAt")
        self.status = "ACTIVATING"
        self._later(self._run, RUNNING_MS)

    def _run(self) -> None:
        if self.desired == "STOPPED":
            return
        self._time("startedAt")
        self.status = "RUNNING"
        self.on_change(self)
        self._start_ready()

    def _start_ready(self) -> None:
        """Start the containers whose dependencies are there."""
        for container in self.containers:
            if self.desired == "STOPPED":
                return
            if container.status == "PENDING" and self._is_ready(container):
                container.start()

    def _is_ready(self, container: Container) -> bool:
        named = {one.name: one for one in self.containers}
        return all(
            _fulfils(named[one["containerName"]], str(one["condition"]))
            for one in container.definition.get("dependsOn") or ()
        )

    def _ended(self, container: Container) -> None:
        """An essential container takes the others with it."""
        if self.desired == "STOPPED":
            if all(one.status != "RUNNING" for one in self.containers):
                self._deprovision()
            return
        if container.is_essential or all(one.status == "STOPPED" for one in self.containers):
            self.stop("EssentialContainerExited", EXITED)
        else:
            self._start_ready()

    def _stop_containers(self) -> None:
        """SIGTERM, in the reverse order of the dependencies, and in time SIGKILL."""
        self.status = "STOPPING"
        running = [one for one in reversed(self.containers) if one.status == "RUNNING"]
        for container in self.containers:
            if container.status == "PENDING":
                container.status = "STOPPED"
        for container in running:
            self._later(container.kill, container.stop_ms)
            container.stop()
        if not running:
            self._deprovision()

    def _deprovision(self) -> None:
        if "executionStoppedAt" in self.times:
            return
        self._time("executionStoppedAt")
        self._later(lambda: self._become("DEPROVISIONING"), DEPROVISIONING_MS)
        self._later(self._end, STOPPED_MS)

    def _end(self) -> None:
        self._time("stoppedAt")
        self._become("STOPPED")

    def _become(self, status: str) -> None:
        self.status = status
        self.on_change(self)

    def _later(self, action: Callable[[], None], after_ms: float) -> None:
        what = f"task {self.family}"
        background = self.is_of_service and "startedAt" in self.times and self.desired == "RUNNING"
        current().agenda.put(action, what=what, after_ms=after_ms, background=background)

    def _time(self, name: str) -> None:
        self.times[name] = clock.now()

    def shown(self) -> Json:
        """As DescribeTasks shows it."""
        subnets = _network(self.asked).get("subnets") or [""]
        found: Json = {
            "taskArn": self.arn,
            "clusterArn": f"arn:aws:ecs:{self.region}:{self.account}:cluster/{self.cluster}",
            "taskDefinitionArn": self.definition["taskDefinitionArn"],
            "lastStatus": self.status,
            "desiredStatus": self.desired,
            "launchType": "FARGATE",
            "platformVersion": "1.4.0",
            "platformFamily": "Linux",
            "connectivity": "CONNECTED" if "connectivityAt" in self.times else "DISCONNECTED",
            "cpu": str(fargate.units(str(self.definition.get("cpu", "")))),
            "memory": str(fargate.units(str(self.definition.get("memory", "")))),
            "group": self.group,
            "healthStatus": "UNKNOWN",
            "overrides": self.asked.get("overrides") or {"containerOverrides": []},
            "containers": [one.shown() for one in self.containers],
            "attachments": [self._attachment(str(subnets[0]))],
            "tags": self.asked.get("tags") or [],
            "version": 1,
            **self.times,
        }
        if self.started_by:
            found["startedBy"] = self.started_by
        if self.stop_code:
            found |= {"stopCode": self.stop_code, "stoppedReason": self.stopped_reason}
        return found

    def _attachment(self, subnet: str) -> Json:
        states = {"PROVISIONING": "PRECREATED", "DEPROVISIONING": "DELETED", "STOPPED": "DELETED"}
        return {
            "id": self.attachment_id,
            "type": "ElasticNetworkInterface",
            "status": states.get(self.status, "ATTACHED"),
            "details": [
                {"name": "subnetId", "value": subnet},
                {"name": "privateIPv4Address", "value": self.address},
            ],
        }


def _network(asked: Json) -> Json:
    return (asked.get("networkConfiguration") or {}).get("awsvpcConfiguration") or {}


def _fulfils(container: Container, condition: str) -> bool:
    """https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDependency.html"""
    if condition == "SUCCESS":
        return container.exit_code == 0
    if condition == "COMPLETE":
        return container.status == "STOPPED"
    return container.status in ("RUNNING", "STOPPED")


def _overridden(definition: Json, override: Json) -> Json:
    found = dict(definition)
    for name in ("command", "cpu", "memory", "memoryReservation"):
        if override.get(name):
            found[name] = override[name]
    environment = {one["name"]: one for one in definition.get("environment") or ()}
    environment |= {one["name"]: one for one in override.get("environment") or ()}
    found["environment"] = list(environment.values())
    return found
