"""The call trace: every AWS call in time order, filtered by resource and by check."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlencode

from labs import Call
from learn.pictures.evidence import Check, Evidence, Picture
from learn.pictures.texts import moment, pretty

PAGE_SIZE = 200
MAX_CHOICES = 200
# In the query, for the calls that were made before all checks.
BEFORE = "-"


@dataclass(frozen=True)
class Filters:
    """What is looked for; "" for anything."""

    resource: str = ""
    check: str = ""
    only_errors: bool = False
    page: int = 1

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Filters":
        """From a URL's query; what makes no sense there is ignored."""
        page = query.get("page", "")
        return cls(
            resource=query.get("resource", ""),
            check=query.get("check", ""),
            only_errors=query.get("errors") == "1",
            page=max(int(page), 1) if page.isascii() and page.isdigit() and len(page) < 6 else 1,
        )

    def admits(self, call: Call) -> bool:
        """Whether the call is about what is looked for."""
        if self.only_errors and not call.error:
            return False
        if self.check and self.check != (call.check or BEFORE):
            return False
        return not self.resource or self.resource in names_of(call)

    def query(self, page: int) -> str:
        """The same filters in a URL, on another page."""
        asked = {
            "resource": self.resource,
            "check": self.check,
            "errors": "1" if self.only_errors else "",
            "page": str(page) if page > 1 else "",
        }
        return urlencode({name: value for name, value in asked.items() if value})


@dataclass(frozen=True)
class Choice:
    """One option of a filter, and how many calls it leaves."""

    value: str
    label: str
    count: int


@dataclass(frozen=True)
class ShownCall:
    """One call's line. `number` is its place in the whole trace, from 1."""

    number: int
    call: Call

    @property
    def at(self) -> str:
        """When it was made, or "" in reports from before that was kept."""
        return moment(self.call.at_ms) if self.call.at_ms else ""

    @property
    def parameters(self) -> str:
        return pretty(self.call.parameters)

    @property
    def answer(self) -> str:
        return pretty(self.call.answer)

    @property
    def made_by(self) -> str:
        return self.call.made_by or "script"


@dataclass(frozen=True)
class Group:
    """Calls that were made in a row during one check; None before all checks."""

    check: Check | None
    calls: list[ShownCall]


@dataclass(frozen=True)
class Trace:
    """The trace as far as it is shown. `found` counts what the filters admit."""

    filters: Filters
    groups: list[Group]
    total: int
    found: int
    resources: list[Choice]
    checks: list[tuple[str, Check | None, int]]
    url: str

    @property
    def first(self) -> int:
        return (self.filters.page - 1) * PAGE_SIZE + 1

    @property
    def last(self) -> int:
        return min(self.filters.page * PAGE_SIZE, self.found)

    @property
    def next_url(self) -> str:
        """Where the calls after these are, or ""."""
        return self._page(self.filters.page + 1) if self.last < self.found else ""

    @property
    def previous_url(self) -> str:
        return self._page(self.filters.page - 1) if self.filters.page > 1 else ""

    def _page(self, number: int) -> str:
        return f"{self.url}?{self.filters.query(number)}"


def names_of(call: Call) -> set[str]:
    """Every resource that has to do with a call: those that it names, and who made it."""
    return {*call.resources, call.made_by} - {""}


def trace_of(evidence: Evidence, filters: Filters) -> Trace:
    """The page of the trace that the filters ask for."""
    numbered = [ShownCall(number, call) for number, call in enumerate(evidence.calls, 1)]
    found = [shown for shown in numbered if filters.admits(shown.call)]
    begin = (filters.page - 1) * PAGE_SIZE
    return Trace(
        filters=filters,
        groups=list(_groups(found[begin : begin + PAGE_SIZE], evidence)),
        total=len(numbered),
        found=len(found),
        resources=_resources(evidence.calls),
        checks=_checks(evidence),
        url=f"{evidence.url}{Picture.TRACE}/",
    )


def _groups(calls: list[ShownCall], evidence: Evidence) -> Iterator[Group]:
    checks = evidence.checks_by_id
    for check, group in groupby(calls, key=lambda shown: shown.call.check):
        yield Group(checks.get(check), list(group))


def _resources(calls: tuple[Call, ...]) -> list[Choice]:
    counts = Counter(name for call in calls for name in names_of(call))
    return [Choice(name, name, counts[name]) for name in sorted(counts)[:MAX_CHOICES]]


def _checks(evidence: Evidence) -> list[tuple[str, Check | None, int]]:
    """The checks with calls, as (value, check, count); [] if no call knows its check."""
    counts = Counter(call.check for call in evidence.calls)
    before: list[tuple[str, Check | None, int]] = [(BEFORE, None, counts[""])]
    known = [(check.id, check, counts[check.id]) for check in evidence.checks if counts[check.id]]
    return [*(before if known and counts[""] else ()), *known]
