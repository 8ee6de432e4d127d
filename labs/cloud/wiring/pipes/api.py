"""What the API of Pipes checks, around moto's methods, and the states that it answers.

https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_Operations.html
"""

from collections.abc import Callable, Mapping
from typing import Any

from labs.cloud.missing import MissingError
from labs.cloud.moto_pipes import JsonRESTError, Pipe, error
from labs.cloud.simulation import current
from labs.cloud.wiring.event_filters import Filters, InvalidFilterError
from labs.cloud.wiring.pipes import logs
from labs.cloud.wiring.pipes.runs import Running
from labs.cloud.wiring.pipes.sources import PARAMETERS, SOURCES, exists
from labs.cloud.wiring.pipes.targets import ENRICHMENTS, TARGETS

STOPPED, RUNNING, FAILED = "STOPPED", "RUNNING", "CREATE_FAILED"

type Moto = Callable[..., Any]


def _invalid(message: str) -> JsonRESTError:
    return error(400, "ValidationException", message)


def _missing(name: str) -> JsonRESTError:
    return error(404, "NotFoundException", f"Pipe {name} does not exist.")


def create_pipe(moto: Moto, self: Any, **given: Any) -> Pipe:
    if given["name"] in self.pipes:
        message = f"Pipe {given['name']} already exists."
        raise error(409, "ConflictException", message)
    _check(given["source"], given)
    parameters = given.get("source_parameters") or {}
    kind = given["source"].split(":")[2]
    if kind != "sqs" and PARAMETERS[kind] not in parameters:
        raise _invalid("StartingPosition is required for a source that is a stream.")
    pipe: Pipe = moto(self, **given)
    pipe._transitions = []
    pipe.status = "CREATING"
    current().state(Running).add(pipe)
    return pipe


def update_pipe(moto: Moto, self: Any, **given: Any) -> Pipe:
    if given["name"] not in self.pipes:
        raise _missing(given["name"])
    source = self.pipes[given["name"]].source
    parameters = given.get("source_parameters")
    _check(source, {**given, "target": given.get("target") or self.pipes[given["name"]].target})
    before = self.pipes[given["name"]].source_parameters
    pipe: Pipe = moto(self, **given)
    if parameters is not None:
        # Whatever names the source's place stays as it was made.
        pipe.source_parameters = {**(before or {}), **parameters}
    pipe.status = "UPDATING"
    return pipe


def delete_pipe(moto: Moto, self: Any, name: str) -> Pipe:
    if name not in self.pipes:
        raise _missing(name)
    pipe: Pipe = moto(self, name)
    pipe.status = "DELETING"
    current().state(Running).remove(pipe)
    return pipe


def start_pipe(_moto: Moto, self: Any, name: str) -> Pipe:
    return _turn(self, name, RUNNING, "STARTING")


def stop_pipe(_moto: Moto, self: Any, name: str) -> Pipe:
    return _turn(self, name, STOPPED, "STOPPING")


def _turn(self: Any, name: str, desired: str, between: str) -> Pipe:
    if name not in self.pipes:
        raise _missing(name)
    pipe: Pipe = self.pipes[name]
    if pipe.desired_state == desired:
        message = f"Pipe {name} is not in a state in which it can be made {desired}."
        raise error(409, "ConflictException", message)
    pipe.desired_state, pipe.status = desired, between
    return pipe


def advance(_moto: Moto, self: Pipe) -> None:
    """A pipe is in the state that was asked for as soon as somebody looks at it."""
    if self.status == "CREATING" and not exists(self.source):
        self.status, self.state_reason = FAILED, f"The source {self.source} does not exist."
    if self.status not in {"DELETING", "DELETED", FAILED}:
        self.status = STOPPED if self.desired_state == STOPPED else RUNNING


def _check(source: str, given: Mapping[str, Any]) -> None:
    if source.split(":")[2:3] not in ([name] for name in SOURCES):
        raise MissingError(f"with the source {source}")
    enrichment, target = given.get("enrichment"), given["target"]
    if enrichment and _kind(enrichment) not in ENRICHMENTS:
        raise MissingError(f"with the enrichment {enrichment}")
    if _kind(target) not in TARGETS:
        raise MissingError(f"with the target {target}")
    logs.check(given.get("log_configuration"))
    parameters = given.get("source_parameters") or {}
    try:
        Filters(parameters.get("FilterCriteria"), source)
    except InvalidFilterError as problem:
        raise _invalid(f"Invalid filter pattern provided. {problem}") from None


def _kind(arn: str) -> str:
    """The service of an ARN; what only looks like one has none."""
    parts = arn.split(":")
    is_other = len(parts) < 6 or (parts[2] == "events" and not parts[5].startswith("event-bus/"))
    return "" if is_other else parts[2]
