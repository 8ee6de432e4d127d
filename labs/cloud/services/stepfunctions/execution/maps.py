"""Map, inline. https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html"""

from typing import Any

from labs.cloud.services.stepfunctions.execution.branch import Branch, Outcome
from labs.cloud.services.stepfunctions.execution.distributed import distributed
from labs.cloud.services.stepfunctions.execution.flow import Process, Steps
from labs.cloud.services.stepfunctions.execution.items import (
    context_of_item,
    items_of_state,
    max_concurrency,
    selected_item,
)
from labs.cloud.services.stepfunctions.execution.results import outcome
from labs.cloud.services.stepfunctions.execution.siblings import Siblings, awaited
from labs.cloud.services.stepfunctions.execution.visit import Visit

INLINE_CONCURRENCY = 40


def mapped(visit: Visit) -> Steps[Outcome]:
    if visit.state.is_distributed:
        return (yield from distributed(visit))
    limit = max_concurrency(visit) or INLINE_CONCURRENCY
    items = items_of_state(visit)
    visit.note("MapStateStarted", {"length": len(items)})
    results = yield from _Iterations(visit, items).run(min(limit, INLINE_CONCURRENCY))
    visit.note("MapStateSucceeded")
    return outcome(visit, results)


class _Iterations:
    """All iterations of one attempt."""

    def __init__(self, visit: Visit, items: list[Any]) -> None:
        self._visit, self._items = visit, items
        self._branches: dict[int, Branch] = {}

    def run(self, limit: int) -> Steps[list[Any]]:
        owner = self._visit.branch
        siblings = Siblings(self._start, len(self._items), limit)
        try:
            return (yield from awaited(siblings))
        except Exception:
            for number in siblings.running:
                self._branches[number].abort()
                self._branches[number].note("MapIterationAborted", self._named(number))
            raise
        finally:
            last = max((branch.last for branch in self._branches.values()), default=owner.last)
            owner.last = last

    def _start(self, number: int) -> Process:
        owner, item = self._visit.branch, self._items[number]
        context = context_of_item(owner.context, number, item)
        branch = owner.child(number, self._visit.state.processor, context)
        self._branches[number] = branch
        return Process(owner.run.flow, self._iteration(branch, number, item))

    def _iteration(self, branch: Branch, number: int, item: Any) -> Steps[Any]:
        branch.note("MapIterationStarted", self._named(number))
        data = selected_item(self._visit, number, item)
        try:
            result = yield from branch.steps(data)
        except Exception:
            branch.note("MapIterationFailed", self._named(number))
            raise
        branch.note("MapIterationSucceeded", self._named(number))
        return result

    def _named(self, number: int) -> dict[str, Any]:
        return {"name": self._visit.state.name, "index": number}
