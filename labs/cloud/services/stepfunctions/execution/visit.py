"""One visit of a state: its input, its context object, and how its fields are evaluated.

Errors of evaluation name the state and the event with which it was entered, as AWS words them.
The order of the fields: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-input-output-filtering.html
and https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from labs.cloud.clock import iso
from labs.cloud.services.stepfunctions.execution import tokens
from labs.cloud.services.stepfunctions.execution.history import FatalError, now
from labs.cloud.services.stepfunctions.language import jsonata, paths, templates
from labs.cloud.services.stepfunctions.language.errors import StatesError
from labs.cloud.services.stepfunctions.language.machine import MISSING

if TYPE_CHECKING:
    from labs.cloud.services.stepfunctions.execution.branch import Branch

RUNTIME, QUERY_ERROR = "States.Runtime", "States.QueryEvaluationError"


class Visit:
    """`state` is any of `machine`'s; `input` what it was entered with, by event `entered`."""

    def __init__(self, branch: "Branch", state: Any, data: Any, entered: int) -> None:
        self.branch, self.state, self.input, self.entered = branch, state, data, entered
        self.retries = 0
        self.task_token = ""
        self.has_token = False
        self._entered_at = iso(now())
        self._context: dict[str, Any] | None = None

    @property
    def context(self) -> dict[str, Any]:
        """The context object: `$$`, `$states.context`."""
        if self._context is None:
            self._context = self._made_context()
        return self._context

    def try_again(self) -> None:
        """It is retried: another attempt has another token."""
        self.retries += 1
        self.task_token, self._context = "", None

    def token(self) -> str:
        """The token of the task of this attempt."""
        if not self.task_token:
            self.task_token = tokens.new_token()
        return self.task_token

    def note(self, kind: str, details: dict[str, Any] | None = None) -> int:
        """An event of this branch."""
        return self.branch.note(kind, details)

    def failure(self, error: str, cause: str) -> StatesError:
        """An error of evaluation, with the place where it happened; noted if it is JSONata's."""
        told = f"{self._place} {cause}"
        if error == RUNTIME:
            return FatalError(error, told)
        if error == QUERY_ERROR:
            self.note("EvaluationFailed", self._evaluation(error, told))
        return StatesError(error, told)

    def evaluated[**P, T](self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What the language makes of something; its errors get the place."""
        try:
            return function(*args, **kwargs)
        except StatesError as error:
            raise self.failure(str(error.error), str(error.cause)) from None

    def read(self, path: str, data: Any) -> Any:
        return self.evaluated(paths.read, path, data, self.context, self.branch.variables)

    def filled(self, template: Any, data: Any) -> Any:
        """A JSONPath payload template ("x.$"), filled from `data`."""
        return self.evaluated(templates.fill, template, data, self.context, self.branch.variables)

    def asked(self, field: str, template: Any, **states: Any) -> Any:
        """A field with JSONata in it; `states` are `result` and `error_output`."""
        known, variables = self.states(**states), self.branch.variables
        return self.evaluated(jsonata.fill, template, known, variables, field=field)

    def states(self, **more: Any) -> dict[str, Any]:
        """What `$states` is."""
        known = {"input": self.input, "context": self.context}
        known |= {"result": more["result"]} if "result" in more else {}
        return known | ({"errorOutput": more["error_output"]} if "error_output" in more else {})

    def effective_input(self) -> Any:
        """After InputPath."""
        path = self.state.input_path
        if self.state.is_jsonata or path == "$":
            return self.input
        return {} if path is None else self.read(path, self.input)

    def arguments(self) -> Any:
        """What a task is called with, or what branches begin with."""
        state = self.state
        if state.is_jsonata:
            if state.arguments is MISSING:
                return self.input
            return self.asked("Arguments", state.arguments)
        data = self.effective_input()
        if state.parameters is MISSING:
            return data
        return self.filled(state.parameters, data)

    def selected(self, result: Any) -> Any:
        """After ResultSelector."""
        if self.state.is_jsonata or self.state.result_selector is MISSING:
            return result
        return self.filled(self.state.result_selector, result)

    def assignments(
        self, data: Any, assign: Any = None, *, place: str = "", **states: Any
    ) -> dict[str, Any]:
        """The variables that Assign sets, from `data` (JSONPath's `$`) or `states`.

        `place` is where it stands for messages: "Catch[0]/".
        """
        template = self.state.assign if assign is None else assign
        if template is MISSING:
            return {}
        if self.state.is_jsonata:
            found: dict[str, Any] = self.asked(f"{place}Assign", template, **states)
        else:
            found = self.filled(template, data)
        return found

    def placed(self, result_path: str | None, result: Any) -> Any:
        """The raw input with the result at ResultPath."""
        if result_path is None:
            return self.input
        if result_path == "$":
            return result
        return self.evaluated(paths.write, result_path, self.input, result)

    def output(self, data: Any) -> Any:
        """After OutputPath."""
        path = self.state.output_path
        if path == "$":
            return data
        return {} if path is None else self.read(path, data)

    def number(self, field: str, name: str) -> Any:
        """A field that is a number, JSONata, or a path ("SecondsPath"); None if it is missing."""
        path = getattr(self.state, f"{field}_path")
        if path is not None:
            return self.read(path, self.effective_input())
        value = getattr(self.state, field)
        if isinstance(value, str):
            return self.asked(name, value)
        return value

    @property
    def _place(self) -> str:
        name = self.state.name
        return (
            f"An error occurred while executing the state '{name}' "
            f"(entered at the event id #{self.entered})."
        )

    def _evaluation(self, error: str, cause: str) -> dict[str, str]:
        details = {"error": error, "cause": cause, "state": self.state.name}
        _, found, after = cause.partition("specified for the field '")
        return details | ({"location": after.partition("'")[0]} if found else {})

    def _made_context(self) -> dict[str, Any]:
        state = {"Name": self.state.name, "EnteredTime": self._entered_at}
        if hasattr(self.state, "retry"):
            state["RetryCount"] = self.retries
        context = {**self.branch.context, "State": state}
        if self.has_token:
            context["Task"] = {"Token": self.token()}
        return context
