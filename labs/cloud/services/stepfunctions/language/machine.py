"""A definition as frozen dataclasses, with the defaults of the Amazon States Language applied.

`parse` takes a definition that `validation` let pass. Field names are the language's in
snake_case; a template stays the JSON that it is, to be filled when the state runs. MISSING is
for fields in which null says something else than leaving them out.

Source: https://states-language.net/spec.html and
https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html
"""

import enum
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

JSONPATH, JSONATA = "JSONPath", "JSONata"
DEFAULT_INTERVAL_SECONDS, DEFAULT_MAX_ATTEMPTS, DEFAULT_BACKOFF_RATE = 1, 3, 2.0
DEFAULT_ITEMS_FROM = "$"


class _Missing(enum.Enum):
    MISSING = "MISSING"

    def __bool__(self) -> bool:
        return False


MISSING: Final = _Missing.MISSING


@dataclass(frozen=True, kw_only=True)
class Retrier:
    """One entry of Retry."""

    error_equals: tuple[str, ...]
    interval_seconds: int = DEFAULT_INTERVAL_SECONDS
    max_attempts: int = DEFAULT_MAX_ATTEMPTS
    backoff_rate: float = DEFAULT_BACKOFF_RATE
    max_delay_seconds: int | None = None
    jitter_strategy: str = "NONE"


@dataclass(frozen=True, kw_only=True)
class Catcher:
    """One entry of Catch. `result_path` is JSONPath's, `output` JSONata's."""

    error_equals: tuple[str, ...]
    next: str
    result_path: str | None = "$"
    assign: Any = MISSING
    output: Any = MISSING


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One entry of Choices; `raw` is what `choices.holds` takes."""

    next: str
    raw: dict[str, Any]
    assign: Any = MISSING
    output: Any = MISSING


@dataclass(frozen=True, kw_only=True)
class State:
    """What all states have. `input_path` and the like: None is JSON's null.

    `next` is "" where the state ends the machine or chooses. `output` and `arguments` are
    JSONata's; `parameters`, `result_selector` and the paths JSONPath's.
    """

    name: str
    type: str
    query_language: str
    raw: dict[str, Any]
    comment: str | None = None
    next: str = ""
    end: bool = False
    input_path: str | None = "$"
    output_path: str | None = "$"
    assign: Any = MISSING
    output: Any = MISSING

    @property
    def is_jsonata(self) -> bool:
        return self.query_language == JSONATA


@dataclass(frozen=True, kw_only=True)
class PassState(State):
    result: Any = MISSING
    result_path: str | None = "$"
    parameters: Any = MISSING


@dataclass(frozen=True, kw_only=True)
class SucceedState(State):
    pass


@dataclass(frozen=True, kw_only=True)
class FailState(State):
    """`error` and `cause` may be JSONata; the paths may be intrinsics."""

    error: str | None = None
    cause: str | None = None
    error_path: str | None = None
    cause_path: str | None = None


@dataclass(frozen=True, kw_only=True)
class WaitState(State):
    """One of the four is set. `seconds` and `timestamp` may be JSONata."""

    seconds: int | str | None = None
    seconds_path: str | None = None
    timestamp: str | None = None
    timestamp_path: str | None = None


@dataclass(frozen=True, kw_only=True)
class ChoiceState(State):
    """Its own `assign` and `output` count where no rule holds."""

    choices: tuple[Rule, ...]
    default: str | None = None


@dataclass(frozen=True, kw_only=True)
class RetryingState(State):
    """Task, Parallel and Map: what may fail, be retried and be caught."""

    parameters: Any = MISSING
    arguments: Any = MISSING
    result_selector: Any = MISSING
    result_path: str | None = "$"
    retry: tuple[Retrier, ...] = ()
    catch: tuple[Catcher, ...] = ()


@dataclass(frozen=True, kw_only=True)
class TaskState(RetryingState):
    """`timeout_seconds` and `heartbeat_seconds`: a number, or JSONata."""

    resource: str
    credentials: Any = MISSING
    timeout_seconds: int | str | None = None
    timeout_seconds_path: str | None = None
    heartbeat_seconds: int | str | None = None
    heartbeat_seconds_path: str | None = None


@dataclass(frozen=True, kw_only=True)
class ParallelState(RetryingState):
    branches: tuple["Machine", ...]


@dataclass(frozen=True, kw_only=True)
class ReaderConfig:
    """Of ItemReader. `max_items` may be JSONata."""

    input_type: str | None = None
    transformation: str | None = None
    csv_header_location: str | None = None
    csv_headers: tuple[str, ...] | None = None
    csv_delimiter: str = "COMMA"
    max_items: int | str | None = None
    max_items_path: str | None = None
    manifest_type: str | None = None
    items_pointer: str | None = None
    raw: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ItemReader:
    resource: str
    parameters: Any = MISSING
    arguments: Any = MISSING
    config: ReaderConfig = field(default_factory=ReaderConfig)
    raw: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ItemBatcher:
    """The counts may be JSONata; `batch_input` is a template."""

    max_items_per_batch: int | str | None = None
    max_items_per_batch_path: str | None = None
    max_input_bytes_per_batch: int | str | None = None
    max_input_bytes_per_batch_path: str | None = None
    batch_input: Any = MISSING


@dataclass(frozen=True, kw_only=True)
class ResultWriter:
    """`transformation` and `output_type` are WriterConfig's."""

    resource: str | None = None
    parameters: Any = MISSING
    arguments: Any = MISSING
    transformation: str | None = None
    output_type: str | None = None


@dataclass(frozen=True, kw_only=True)
class MapState(RetryingState):
    """`processor` is ItemProcessor's or the older Iterator's machine.

    `item_selector` is ItemSelector, or Parameters with Iterator; `is_legacy` says which. `mode` is
    "INLINE" or "DISTRIBUTED", `execution_type` "STANDARD" or "EXPRESS". Numbers may be JSONata.
    """

    processor: "Machine"
    is_legacy: bool = False
    mode: str = "INLINE"
    execution_type: str = "STANDARD"
    items: Any = MISSING
    items_path: str | None = DEFAULT_ITEMS_FROM
    item_selector: Any = MISSING
    item_reader: ItemReader | None = None
    item_batcher: ItemBatcher | None = None
    result_writer: ResultWriter | None = None
    label: str | None = None
    max_concurrency: int | str = 0
    max_concurrency_path: str | None = None
    tolerated_failure_count: int | str | None = None
    tolerated_failure_count_path: str | None = None
    tolerated_failure_percentage: float | str | None = None
    tolerated_failure_percentage_path: str | None = None

    @property
    def is_distributed(self) -> bool:
        return self.mode == "DISTRIBUTED"


@dataclass(frozen=True, kw_only=True)
class Machine:
    """A state machine, a branch of Parallel or a processor of Map."""

    start_at: str
    states: Mapping[str, State]
    query_language: str
    comment: str | None
    timeout_seconds: int | None
    raw: dict[str, Any]


def parse(definition: str) -> Machine:
    """A definition that `validation.creation_error` finds nothing wrong with."""
    return machine(json.loads(definition), JSONPATH)


def machine(raw: dict[str, Any], query_language: str) -> Machine:
    """A machine inside one whose states speak `query_language`."""
    language = raw.get("QueryLanguage", query_language)
    return Machine(
        start_at=raw["StartAt"],
        states={name: state(name, body, language) for name, body in raw["States"].items()},
        query_language=language,
        comment=raw.get("Comment"),
        timeout_seconds=raw.get("TimeoutSeconds"),
        raw=raw,
    )


def state(name: str, raw: dict[str, Any], query_language: str) -> State:
    """A state of a machine that speaks `query_language`.

    What is inside a Map or Parallel inherits that of the machine, not that of the state.
    """
    made = _KINDS[raw["Type"]]
    common = {
        "name": name,
        "query_language": raw.get("QueryLanguage", query_language),
        "raw": raw,
    }
    special = _SPECIAL.get(raw["Type"], lambda _raw, _language: {})(raw, query_language)
    return made(**common, **{**_fields(made, raw), **special})


_KINDS: dict[str, type[State]] = {
    "Pass": PassState,
    "Succeed": SucceedState,
    "Fail": FailState,
    "Wait": WaitState,
    "Choice": ChoiceState,
    "Task": TaskState,
    "Parallel": ParallelState,
    "Map": MapState,
}
_NOT_COPIED = {"name", "query_language", "raw"}


def _fields(kind: type[Any], raw: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a dataclass that stand in `raw` under the language's name."""
    names = {_language_name(name): name for name in kind.__dataclass_fields__}
    return {
        names[key]: tuple(value) if key == "ErrorEquals" or key == "CSVHeaders" else value
        for key, value in raw.items()
        if key in names and names[key] not in _NOT_COPIED
    }


def _language_name(name: str) -> str:
    """ "csv_headers" is CSVHeaders."""
    return "".join("CSV" if part == "csv" else part.capitalize() for part in name.split("_"))


def _failing(raw: dict[str, Any], _language: str) -> dict[str, Any]:
    return {
        "retry": tuple(Retrier(**_fields(Retrier, one)) for one in raw.get("Retry", ())),
        "catch": tuple(Catcher(**_fields(Catcher, one)) for one in raw.get("Catch", ())),
    }


def _choice(raw: dict[str, Any], _language: str) -> dict[str, Any]:
    return {"choices": tuple(Rule(raw=one, **_fields(Rule, one)) for one in raw["Choices"])}


def _parallel(raw: dict[str, Any], language: str) -> dict[str, Any]:
    branches = tuple(machine(one, language) for one in raw["Branches"])
    return {**_failing(raw, language), "branches": branches}


def _map(raw: dict[str, Any], language: str) -> dict[str, Any]:
    is_legacy = "ItemProcessor" not in raw
    processor = raw["Iterator"] if is_legacy else raw["ItemProcessor"]
    config = processor.get("ProcessorConfig", {})
    selector = raw.get("ItemSelector", raw.get("Parameters", MISSING))
    return {
        **_failing(raw, language),
        "processor": machine(processor, language),
        "is_legacy": is_legacy,
        "mode": config.get("Mode", "INLINE"),
        "execution_type": config.get("ExecutionType", "STANDARD"),
        "item_selector": selector,
        **{
            key: make(raw[_language_name(key)])
            for key, make in _MAP_PARTS.items()
            if _language_name(key) in raw
        },
    }


def _reader(raw: dict[str, Any]) -> ItemReader:
    config = raw.get("ReaderConfig", {})
    read = ReaderConfig(**_fields(ReaderConfig, config), raw=config)
    return ItemReader(**_fields(ItemReader, raw), config=read, raw=raw)


def _batcher(raw: dict[str, Any]) -> ItemBatcher:
    return ItemBatcher(**_fields(ItemBatcher, raw))


def _writer(raw: dict[str, Any]) -> ResultWriter:
    config = _fields(ResultWriter, raw.get("WriterConfig", {}))
    return ResultWriter(**{**_fields(ResultWriter, raw), **config})


_MAP_PARTS = {"item_reader": _reader, "item_batcher": _batcher, "result_writer": _writer}
_SPECIAL = {"Choice": _choice, "Task": _failing, "Parallel": _parallel, "Map": _map}
