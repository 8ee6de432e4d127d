"""Services: so many tasks as are desired, and rolling deployments.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from moto.moto_api._internal import mock_random

from labs.cloud.clock import clock
from labs.cloud.moto_lambda import new_id
from labs.cloud.services.ecs.tasks import Task
from labs.cloud.simulation import current

type Json = dict[str, Any]
ID_DIGITS = 10**19
MIN_FAILURES, MAX_FAILURES = 3, 200
MAX_EVENTS = 100
RESTART_MS = 1000


@dataclass
class Deployment:
    """One version of a service. `failed` are tasks that did not start."""

    definition: Json
    asked: Json
    id: str = field(default_factory=lambda: f"ecs-svc/{mock_random.randint(0, ID_DIGITS)}")
    status: str = "PRIMARY"
    state: str = "IN_PROGRESS"
    reason: str = ""
    failed: int = 0
    created_at: datetime = field(default_factory=clock.now)


@dataclass
class Service:
    """`run` starts a task of a deployment; `asked` is what CreateService was asked for."""

    name: str
    cluster: str
    region: str
    account: str
    asked: Json
    desired: int
    run: Callable[["Service", Deployment], Task]
    status: str = "ACTIVE"
    created_at: datetime = field(default_factory=clock.now)
    deployments: list[Deployment] = field(default_factory=list)
    tasks: dict[str, tuple[Task, Deployment]] = field(default_factory=dict)
    events: list[Json] = field(default_factory=list)
    is_planned: bool = False

    @property
    def arn(self) -> str:
        return f"arn:aws:ecs:{self.region}:{self.account}:service/{self.cluster}/{self.name}"

    @property
    def primary(self) -> Deployment:
        return self.deployments[0]

    def deploy(self, definition: Json, asked: Json) -> None:
        """Begin to replace all tasks by those of another definition."""
        for one in self.deployments:
            one.status = "ACTIVE"
            if one.state == "IN_PROGRESS":
                one.state, one.reason = "FAILED", "superseded"
        made = Deployment(definition, asked)
        made.reason = f"ECS deployment {made.id} in progress."
        self.deployments.insert(0, made)
        self.plan()

    def plan(self, after_ms: float = 0) -> None:
        """Look soon whether tasks are to be started or stopped."""
        if self.is_planned:
            return
        self.is_planned = True
        # Until a deployment is done it is in flight; that a worker goes on is not.
        is_steady = self.status == "ACTIVE" and self.primary.state != "IN_PROGRESS"
        background = is_steady and after_ms > 0
        what = f"service {self.name}"
        current().agenda.put(self._keep, what=what, after_ms=after_ms, background=background)

    def changed(self, task: Task) -> None:
        """A task of the service is in another state."""
        if task.status == "STOPPED":
            _, deployment = self.tasks.pop(task.id, (task, self.primary))
            if task.stop_code == "TaskFailedToStart":
                deployment.failed += 1
                self._break(deployment)
            self.plan(RESTART_MS)
        elif task.status == "RUNNING" or task.desired == "STOPPED":
            self.plan()

    def drain(self) -> None:
        """Stop all tasks; the service is no more."""
        self.desired, self.status = 0, "DRAINING"
        self.plan()

    def _keep(self) -> None:
        """Start and stop what is missing or too much."""
        self.is_planned = False
        if not self.deployments:
            return
        mine = self._of(self.primary)
        others = [task for task, one in self._alive() if one is not self.primary]
        minimum, maximum = self._bounds()
        room = max(maximum - len(mine) - len(others), 0)
        for _ in range(min(self.desired - len(mine), room)):
            self._start()
        for task in mine[self.desired :]:
            self._stop(task)
        running = [task for task in (*mine, *others) if task.status == "RUNNING"]
        spare = max(len(running) - minimum, 0)
        for task in others:
            if task.status != "RUNNING":
                self._stop(task)
            elif spare > 0:
                spare -= 1
                self._stop(task)
        self._settle()

    def _settle(self) -> None:
        """Whether the deployment is done."""
        running = [task for task in self._of(self.primary) if task.status == "RUNNING"]
        is_done = len(running) == self.desired == len(self._alive())
        if is_done and self.primary.state == "IN_PROGRESS":
            self.primary.state = "COMPLETED"
            self.primary.reason = f"ECS deployment {self.primary.id} completed."
            self.deployments = [self.primary]
            self._event("has reached a steady state.")
        if self.status == "DRAINING" and not self.tasks:
            self.status = "INACTIVE"

    def _break(self, deployment: Deployment) -> None:
        """https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html"""
        settings = (self.asked.get("deploymentConfiguration") or {}).get(
            "deploymentCircuitBreaker"
        ) or {}
        threshold = min(max(math.ceil(self.desired / 2), MIN_FAILURES), MAX_FAILURES)
        if not settings.get("enable") or deployment.failed < threshold:
            return
        deployment.state = "FAILED"
        deployment.reason = "ECS deployment circuit breaker: tasks failed to start."
        self._event(f"(deployment {deployment.id}) deployment failed: tasks failed to start.")
        before = [one for one in self.deployments[1:] if one.state == "COMPLETED"]
        if settings.get("rollback") and before:
            self._event(f"rolling back to (deployment {before[0].id}).")
            self.deployments = [one for one in self.deployments if one is not deployment]
            self.deploy(before[0].definition, before[0].asked)
        else:
            self.desired = len([task for task, one in self._alive() if one is not deployment])

    def _start(self) -> None:
        task = self.run(self, self.primary)
        self.tasks[task.id] = task, self.primary
        task.begin()
        self._event(f"has started 1 tasks: (task {task.id}).")

    def _stop(self, task: Task) -> None:
        if task.desired == "STOPPED":
            return
        self._event(f"has stopped 1 running tasks: (task {task.id}).")
        reason = f"Scaling activity initiated by (deployment {self.primary.id})"
        task.stop("ServiceSchedulerInitiated", reason)

    def _alive(self) -> list[tuple[Task, Deployment]]:
        return [found for found in self.tasks.values() if found[0].desired == "RUNNING"]

    def _of(self, deployment: Deployment) -> list[Task]:
        return [task for task, one in self._alive() if one is deployment]

    def _bounds(self) -> tuple[int, int]:
        settings = self.asked.get("deploymentConfiguration") or {}
        minimum = int(settings.get("minimumHealthyPercent", 100))
        maximum = int(settings.get("maximumPercent", 200))
        return math.ceil(self.desired * minimum / 100), math.floor(self.desired * maximum / 100)

    def _event(self, text: str) -> None:
        message = f"(service {self.name}) {text}"
        self.events.insert(0, {"id": new_id(), "createdAt": clock.now(), "message": message})
        del self.events[MAX_EVENTS:]

    def shown(self) -> Json:
        """As DescribeServices shows it."""
        alive = [task for task, _ in self._alive()]
        running = [task for task in alive if task.status == "RUNNING"]
        settings = self.asked.get("deploymentConfiguration") or {}
        return {
            "serviceArn": self.arn,
            "serviceName": self.name,
            "clusterArn": f"arn:aws:ecs:{self.region}:{self.account}:cluster/{self.cluster}",
            "status": self.status,
            "desiredCount": self.desired,
            "runningCount": len(running),
            "pendingCount": len(alive) - len(running),
            **self._placement(),
            "platformVersion": "LATEST",
            "platformFamily": "Linux",
            "taskDefinition": self.primary.definition["taskDefinitionArn"],
            "deploymentConfiguration": {
                "maximumPercent": 200,
                "minimumHealthyPercent": 100,
                **settings,
            },
            "deployments": [self._deployment(one) for one in self.deployments],
            "events": self.events,
            "createdAt": self.created_at,
            "networkConfiguration": self.asked.get("networkConfiguration"),
            "schedulingStrategy": "REPLICA",
            "loadBalancers": [],
            "serviceRegistries": [],
            "placementConstraints": [],
            "placementStrategy": [],
            "enableECSManagedTags": False,
            "enableExecuteCommand": False,
            "propagateTags": self.asked.get("propagateTags") or "NONE",
            "tags": self.asked.get("tags") or [],
        }

    def _placement(self) -> Json:
        """A service has a launch type or a strategy, and never both."""
        if strategy := self.asked.get("capacityProviderStrategy"):
            return {
                "capacityProviderStrategy": [{"weight": 0, "base": 0, **one} for one in strategy]
            }
        return {"launchType": "FARGATE"}

    def _deployment(self, one: Deployment) -> Json:
        alive = self._of(one)
        running = [task for task in alive if task.status == "RUNNING"]
        return {
            "id": one.id,
            "status": one.status,
            "taskDefinition": one.definition["taskDefinitionArn"],
            "desiredCount": self.desired if one.status == "PRIMARY" else 0,
            "runningCount": len(running),
            "pendingCount": len(alive) - len(running),
            "failedTasks": one.failed,
            "createdAt": one.created_at,
            "updatedAt": one.created_at,
            "launchType": "FARGATE",
            "platformVersion": "1.4.0",
            "platformFamily": "Linux",
            "rolloutState": one.state,
            "rolloutStateReason": one.reason,
        }
