"""What comes after the result of Task, Parallel and Map."""

from typing import Any

from labs.cloud.services.stepfunctions.execution.branch import Outcome
from labs.cloud.services.stepfunctions.execution.visit import Visit
from labs.cloud.services.stepfunctions.language.machine import MISSING


def outcome(visit: Visit, result: Any) -> Outcome:
    state = visit.state
    if state.is_jsonata:
        output = result
        if state.output is not MISSING:
            output = visit.asked("Output", state.output, result=result)
        return Outcome(output, state.next, visit.assignments(None, result=result))
    selected = visit.selected(result)
    variables = visit.assignments(selected)
    output = visit.output(visit.placed(state.result_path, selected))
    return Outcome(output, state.next, variables)
