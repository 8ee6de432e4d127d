"""One state evaluated by itself, with all that happens to the data on its way.

What is noted of each type of state is as TestState shows it:
https://docs.aws.amazon.com/step-functions/latest/apireference/API_InspectionData.html
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from labs.cloud.services.stepfunctions.language import (
    choices,
    intrinsics,
    jsonata,
    paths,
    templates,
)
from labs.cloud.services.stepfunctions.language.errors import StatesError
from labs.cloud.services.stepfunctions.language.machine import MISSING

# What a task answers to its arguments; raises StatesError.
Perform = Callable[[Any], Any]


@dataclass
class Tested:
    """`inspection` holds JSON texts and numbers; `output` is MISSING where there is none."""

    inspection: dict[str, Any] = field(default_factory=dict)
    output: Any = MISSING
    next: str = ""
    variables: dict[str, Any] = field(default_factory=dict)

    def note(self, name: str, value: Any) -> None:
        self.inspection[name] = as_text(value)


@dataclass(frozen=True)
class Surroundings:
    """What a state sees besides its input."""

    context: dict[str, Any]
    variables: Mapping[str, Any]
    perform: Perform


class Evaluation:
    """Of one state with one input; `tested` grows as it goes on."""

    def __init__(self, state: Any, data: Any, around: Surroundings) -> None:
        self.state, self.data, self.around = state, data, around
        self.tested = Tested(next=state.next)
        self.tested.note("input", data)

    def run(self) -> None:
        """Raises StatesError."""
        kind = self.state.type
        if self.state.is_jsonata:
            self._in_jsonata(kind)
        else:
            self._in_jsonpath(kind)

    def asked(self, template: Any, field: str, **more: Any) -> Any:
        states = {"input": self.data, "context": self.around.context, **more}
        return jsonata.fill(template, states, self.around.variables, field=field)

    def read(self, path: str, data: Any) -> Any:
        return paths.read(path, data, self.around.context, self.around.variables)

    def filled(self, template: Any, data: Any) -> Any:
        return templates.fill(template, data, self.around.context, self.around.variables)

    def finish(self, output: Any, assigned: dict[str, Any]) -> None:
        self.tested.output = output
        self.tested.variables = assigned

    def _in_jsonata(self, kind: str) -> None:
        state = self.state
        if kind == "Fail":
            raise StatesError(self._text("error"), self._text("cause"))
        more: dict[str, Any] = {}
        chosen: Any = state
        if kind == "Choice":
            chosen = self._chosen({"input": self.data, "context": self.around.context})
        elif kind == "Wait":
            self.asked(state.seconds, "Seconds")
            self.asked(state.timestamp, "Timestamp")
        elif kind in ("Task", "Parallel", "Map"):
            more["result"] = self.around.perform(self._arguments(kind))
            if kind == "Task":
                self.tested.note("result", more["result"])
        output = more.get("result", self.data)
        if chosen.output is not MISSING:
            output = self.asked(chosen.output, "Output", **more)
        assigned = {}
        if chosen.assign is not MISSING:
            assigned = self.asked(chosen.assign, "Assign", **more)
        self.finish(output, assigned)

    def _arguments(self, kind: str) -> Any:
        state = self.state
        if kind == "Map":
            return MISSING
        arguments = self.data
        if state.arguments is not MISSING:
            arguments = self.asked(state.arguments, "Arguments")
        if kind == "Task":
            self.tested.note("afterArguments", arguments)
        return arguments

    def _in_jsonpath(self, kind: str) -> None:
        state = self.state
        data = {} if state.input_path is None else self.read(state.input_path, self.data)
        # Of a Parallel, and of a Pass with a Result, AWS shows only what comes after.
        is_quiet = kind == "Parallel" or (kind == "Pass" and state.result is not MISSING)
        if not is_quiet:
            self.tested.note("afterInputPath", data)
        if kind == "Fail":
            raise StatesError(self._text("error", data), self._text("cause", data))
        if kind in ("Choice", "Wait", "Succeed"):
            chosen = self._chosen(data) if kind == "Choice" else state
            if kind == "Wait" and (path := state.seconds_path or state.timestamp_path):
                self.read(path, data)
            assigned = self._assigned(chosen.assign, data)
            self.finish(self._output(data), assigned)
            return
        result = self._result(kind, data)
        selected = result
        if getattr(state, "result_selector", MISSING) is not MISSING:
            selected = self.filled(state.result_selector, result)
        self.tested.note("afterResultSelector", selected)
        placed = paths.write(state.result_path, self.data, selected)
        self.tested.note("afterResultPath", placed)
        self.finish(self._output(placed), self._assigned(state.assign, selected))

    def _result(self, kind: str, data: Any) -> Any:
        state = self.state
        if kind == "Pass" and state.result is not MISSING:
            self.tested.note("result", state.result)
            return state.result
        if kind == "Map":
            return self.around.perform(MISSING)
        arguments = data
        if state.parameters is not MISSING:
            arguments = self.filled(state.parameters, data)
        if kind == "Parallel":
            return self.around.perform(arguments)
        self.tested.note("afterParameters", arguments)
        if kind == "Pass":
            return arguments
        result = self.around.perform(arguments)
        self.tested.note("result", result)
        return result

    def _output(self, data: Any) -> Any:
        path = self.state.output_path
        return {} if path is None else self.read(path, data)

    def _assigned(self, template: Any, data: Any) -> dict[str, Any]:
        found: dict[str, Any] = {} if template is MISSING else self.filled(template, data)
        return found

    def _chosen(self, data: Any) -> Any:
        """The rule that holds, or the state itself where its default counts."""
        state, around = self.state, self.around
        for number, rule in enumerate(state.choices):
            name = f"Choices[{number}]/Condition"
            language = state.query_language
            if choices.holds(
                rule.raw, data, around.context, around.variables, language, field=name
            ):
                self.tested.next = rule.next
                return rule
        if state.default is None:
            raise StatesError(
                "States.NoChoiceMatched",
                "Failed to transition out of the state. The state does not point to a next state.",
            )
        self.tested.next = state.default
        return state

    def _text(self, name: str, data: Any = None) -> str | None:
        value, path = getattr(self.state, name), getattr(self.state, f"{name}_path")
        if path is not None:
            around = self.around
            return str(intrinsics.evaluate(path, data, around.context, around.variables))
        if value is not None and self.state.is_jsonata:
            return str(self.asked(value, name.capitalize()))
        text: str | None = value
        return text


def as_text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
