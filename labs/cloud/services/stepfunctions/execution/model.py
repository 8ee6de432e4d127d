"""Executions and map runs, as the account remembers them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from labs.cloud.services.stepfunctions.execution.flow import Pending
from labs.cloud.services.stepfunctions.execution.history import History, now
from labs.cloud.services.stepfunctions.language.machine import Machine

if TYPE_CHECKING:
    from labs.cloud.services.stepfunctions.execution.run import Run

RUNNING, SUCCEEDED, FAILED = "RUNNING", "SUCCEEDED", "FAILED"
TIMED_OUT, ABORTED, PENDING_REDRIVE = "TIMED_OUT", "ABORTED", "PENDING_REDRIVE"
REDRIVABLE = (FAILED, TIMED_OUT, ABORTED)


@dataclass(frozen=True)
class Source:
    """What is executed: a machine, or a version of it, as it was at the start.

    `arn` is the machine's without qualifier. `machine` is None where the definition is none that
    can be read.
    """

    arn: str
    name: str
    type: str
    definition: str
    machine: Machine
    role_arn: str
    logging: dict[str, Any] = field(default_factory=dict)
    version_arn: str | None = None
    alias_arn: str | None = None
    update_date: datetime | None = None

    @property
    def region(self) -> str:
        return self.arn.split(":")[3]

    @property
    def is_express(self) -> bool:
        return self.type == "EXPRESS"


@dataclass(eq=False)
class MapRun:
    """One run of a distributed Map. `counts` are those of items or of executions, by status."""

    arn: str
    execution_arn: str
    machine_arn: str
    label: str
    is_express: bool
    max_concurrency: int
    tolerated_count: int
    tolerated_percentage: float
    started: datetime = field(default_factory=now)
    stopped: datetime | None = None
    status: str = RUNNING
    children: list["Execution"] = field(default_factory=list)
    item_counts: list[int] = field(default_factory=list)  # of the items of each child
    total: int = 0  # of all items
    redrive_count: int = 0
    redriven: datetime | None = None
    results_written: int = 0


@dataclass(eq=False)
class Execution:
    """`done` is resolved with it when it has ended. `started_by` is for a child the map run."""

    arn: str
    name: str
    source: Source
    input: str
    history: History
    started: datetime = field(default_factory=now)
    stopped: datetime | None = None
    status: str = RUNNING
    output: str | None = None
    error: str | None = None
    cause: str | None = None
    redrive_count: int = 0
    redriven: datetime | None = None
    map_run: MapRun | None = None
    item_count: int | None = None
    trace_header: str | None = None
    is_sync: bool = False
    done: Pending = field(default_factory=Pending)
    run: "Run | None" = None

    @property
    def is_running(self) -> bool:
        return self.status == RUNNING

    @property
    def machine_arn(self) -> str:
        """As its API names it: of a child of a map run, with the label."""
        return f"{self.source.arn}/{self.map_run.label}" if self.map_run else self.source.arn
