"""The account view: what exists in the account now.

It is read from what moto and our services hold, without a call: so it costs little, leaves no
trace, meets no fault and takes no time of the account's clock.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace

from labs.cloud.snapshot import compute, machines, messaging, others, storage
from labs.cloud.snapshot.machines import without_histories
from labs.resources import AccountChange, Execution, Resource, Table

__all__ = ["change", "take", "within_limits"]

READERS: tuple[Callable[[], Iterator[Resource]], ...] = (
    others.apis,
    compute.functions,
    compute.mappings,
    messaging.queues,
    messaging.topics,
    messaging.rules,
    machines.machines,
    storage.tables,
    storage.buckets,
    others.schedules,
    others.pipes,
    others.streams,
    others.tasks,
    others.databases,
)
MAX_RESOURCES = 100
# Of all cells and texts in a report's accounts: it has to fit into a frame and into a row.
MAX_CHARS = 400_000


def take() -> tuple[Resource, ...]:
    """What exists in the account of this process, service by service."""
    found: list[Resource] = []
    for read in READERS:
        found += _readable(read)
    return tuple(found[:MAX_RESOURCES])


def _readable(read: Callable[[], Iterator[Resource]]) -> list[Resource]:
    """What a reader finds, as far as a hostile program left it readable."""
    found: list[Resource] = []
    with suppress(Exception):
        found.extend(read())
    return found


def change(check: str, before: tuple[Resource, ...], after: tuple[Resource, ...]) -> AccountChange:
    """What a check's code did to the account."""
    same = set(after)
    known = {one.key for one in before}
    made = tuple(one.key for one in after if one.key not in known)
    return AccountChange(
        check,
        tuple(without_histories(one) for one in before if one not in same),
        tuple(without_histories(one, _executions(before, one)) for one in after),
        made,
    )


def _executions(before: tuple[Resource, ...], resource: Resource) -> tuple[Execution, ...]:
    return tuple(run for one in before if one.key == resource.key for run in one.executions)


def within_limits(changes: Iterable[AccountChange]) -> list[AccountChange]:
    """The changes; once they are too long, resources without what is inside them."""
    left = MAX_CHARS
    kept = []
    for change in changes:
        sides = []
        for side in (change.before, change.after):
            left -= sum(map(_chars, side))
            sides.append(side if left >= 0 else tuple(map(_without_contents, side)))
        before, after = sides
        kept.append(replace(change, before=before, after=after))
    return kept


def _chars(resource: Resource) -> int:
    cells = [cell for table in _tables(resource) for row in table.rows for cell in row]
    facts = [text for pair in resource.facts + resource.texts for text in pair]
    return sum(map(len, cells)) + sum(map(len, facts)) + len(resource.definition)


def _tables(resource: Resource) -> tuple[Table, ...]:
    return resource.tables + tuple(one.history for one in resource.executions)


def _without_contents(resource: Resource) -> Resource:
    return replace(resource, tables=(), texts=(), definition="", executions=())
