"""What exists in a simulated account, as people see it: for the account view of a report."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Table:
    """Rows of texts, cut; `left_out` counts the rows for which there was no room."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    left_out: int = 0


@dataclass(frozen=True)
class VisitedState:
    """A state that an execution entered. `outcome`: "succeeded", "caught", "failed", "running"."""

    name: str
    outcome: str
    times: int


@dataclass(frozen=True)
class Execution:
    """One execution of a state machine. `history` has the columns of `HISTORY_COLUMNS`."""

    name: str
    status: str
    input: str
    output: str
    states: tuple[VisitedState, ...]
    history: Table


@dataclass(frozen=True)
class Resource:
    """One resource: `service` as boto3 names it, `kind` and `name` as the trace names it.

    `facts` are pairs of a label and a value. `texts` are pairs of a title and a longer text, as a
    function's log. `definition` is a state machine's (JSON), else "".
    """

    service: str
    kind: str
    name: str
    facts: tuple[tuple[str, str], ...] = ()
    tables: tuple[Table, ...] = ()
    texts: tuple[tuple[str, str], ...] = ()
    definition: str = ""
    executions: tuple[Execution, ...] = ()

    @property
    def key(self) -> str:
        """As `Call.resource` and `Call.made_by` name it: "queue orders"."""
        return f"{self.kind} {self.name}"


@dataclass(frozen=True)
class AccountChange:
    """The account after a check, and before it only those resources that were otherwise.

    A resource that stands in `before` alone is gone since. `made` are the keys of those that only
    `after` has.
    """

    check: str
    before: tuple[Resource, ...]
    after: tuple[Resource, ...]
    made: tuple[str, ...] = ()
