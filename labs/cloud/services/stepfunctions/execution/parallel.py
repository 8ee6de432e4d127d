"""Parallel. https://docs.aws.amazon.com/step-functions/latest/dg/state-parallel.html"""

from labs.cloud.services.stepfunctions.execution.branch import Outcome
from labs.cloud.services.stepfunctions.execution.flow import Process, Steps
from labs.cloud.services.stepfunctions.execution.results import outcome
from labs.cloud.services.stepfunctions.execution.siblings import Siblings, awaited
from labs.cloud.services.stepfunctions.execution.visit import Visit


def parallel(visit: Visit) -> Steps[Outcome]:
    data, owner = visit.arguments(), visit.branch
    visit.note("ParallelStateStarted")
    machines = visit.state.branches
    branches = [
        owner.child(number, machine, owner.context) for number, machine in enumerate(machines)
    ]

    def start(number: int) -> Process:
        return Process(owner.run.flow, branches[number].steps(data))

    siblings = Siblings(start, len(branches), len(branches))
    try:
        results = yield from awaited(siblings)
    except Exception:
        for number in siblings.running:
            branches[number].abort()
        raise
    finally:
        owner.last = max(branch.last for branch in branches)
    visit.note("ParallelStateSucceeded")
    return outcome(visit, results)
