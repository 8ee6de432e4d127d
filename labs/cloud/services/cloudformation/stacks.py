"""Stacks as the account keeps them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from moto.core import DEFAULT_ACCOUNT_ID

from labs.cloud.clock import clock
from labs.cloud.moto_lambda import new_id
from labs.cloud.services.cloudformation.errors import CloudFormationError

type Json = dict[str, Any]
GONE = "DELETE_COMPLETE"


@dataclass
class Resource:
    """One resource of a stack. `properties` are filled in; `kept` is its kind's own memory."""

    name: str
    type: str
    status: str = ""
    reason: str = ""
    ref: str = ""
    attributes: Json = field(default_factory=dict)
    properties: Json = field(default_factory=dict)
    kept: Json = field(default_factory=dict)
    answer: Json = field(default_factory=dict)
    changed_at: datetime = field(default_factory=clock.now)
    retained: bool = False


@dataclass
class Stack:
    """`template` is processed, `body` as given; `resources` are in the order of their making."""

    name: str
    id: str
    region: str
    body: str
    template: Json
    parameters: dict[str, str]
    tags: list[Json] = field(default_factory=list)
    capabilities: list[str] = field(default_factory=list)
    status: str = ""
    reason: str = ""
    created_at: datetime = field(default_factory=clock.now)
    updated_at: datetime | None = None
    deleted_at: datetime | None = None
    resources: dict[str, Resource] = field(default_factory=dict)
    outputs: list[Json] = field(default_factory=list)
    events: list[Json] = field(default_factory=list)
    options: Json = field(default_factory=dict)
    change_sets: dict[str, "ChangeSet"] = field(default_factory=dict)

    def note(self, name: str, physical: str, kind: str, status: str, reason: str = "") -> None:
        """One event, the newest first."""
        event = {
            "StackId": self.id,
            "EventId": f"{name}-{status}-{new_id()}",
            "StackName": self.name,
            "LogicalResourceId": name,
            "PhysicalResourceId": physical,
            "ResourceType": kind,
            "Timestamp": clock.now(),
            "ResourceStatus": status,
            **({"ResourceStatusReason": reason} if reason else {}),
        }
        self.events.insert(0, event)

    def become(self, status: str, reason: str = "") -> None:
        self.status, self.reason = status, reason
        self.note(self.name, self.id, "AWS::CloudFormation::Stack", status, reason)

    @property
    def is_busy(self) -> bool:
        return self.status.endswith("_IN_PROGRESS") and self.status != "REVIEW_IN_PROGRESS"


@dataclass
class ChangeSet:
    """A template and parameters for a stack, and what they would change."""

    name: str
    id: str
    kind: str  # CREATE or UPDATE
    body: str
    template: Json
    parameters: dict[str, str]
    asked: Json
    changes: list[Json]
    status: str = "CREATE_COMPLETE"
    reason: str = ""
    execution: str = "AVAILABLE"
    created_at: datetime = field(default_factory=clock.now)


class Stacks:
    """Of one account: all stacks, also deleted ones, by id."""

    def __init__(self) -> None:
        self.all: dict[str, Stack] = {}

    def find(self, name: str, region: str) -> Stack | None:
        """By id, also a deleted one; or by name."""
        if name in self.all:
            return self.all[name]
        for stack in reversed(self.all.values()):
            if stack.name == name and stack.region == region and stack.status != GONE:
                return stack
        return None

    def get(self, name: str, region: str) -> Stack:
        """Raises CloudFormationError where there is none."""
        if found := self.find(name, region):
            return found
        raise CloudFormationError(f"Stack with id {name} does not exist")

    def of_region(self, region: str) -> list[Stack]:
        """The newest first."""
        return [stack for stack in reversed(self.all.values()) if stack.region == region]

    def exports(self, region: str) -> list[tuple[str, str, Stack]]:
        """[(name, value, stack), ...]"""
        return [
            (output["ExportName"], output["OutputValue"], stack)
            for stack in self.all.values()
            if stack.region == region and stack.status != GONE
            for output in stack.outputs
            if "ExportName" in output
        ]


def stack_arn(name: str, region: str) -> str:
    return f"arn:aws:cloudformation:{region}:{DEFAULT_ACCOUNT_ID}:stack/{name}/{new_id()}"
