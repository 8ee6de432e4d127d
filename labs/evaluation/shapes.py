"""Options and cases of each evaluator, as strict models: unknown keys are errors."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

from pydantic import Field, JsonValue, model_validator

from labs.documents import Document

# Where the learner's part goes into a definition.
ANSWER = "<answer>"
MAX_ITEMS = 100
MAX_MOCKS = 50

type JsonObject = dict[str, JsonValue]
type Name = Annotated[str, Field(min_length=1, max_length=255)]


class NoOptions(Document):
    """An evaluator that takes none."""


class EventCase(Document):
    """An event of EventBridge, as an object or as JSON text. `got` is whether it matches.

    What EventBridge itself puts into an event (id, time ...) need not be there.
    """

    event: JsonObject | str


class FilterPolicyOptions(Document):
    """FilterPolicyScope of the subscription."""

    scope: Literal["MessageAttributes", "MessageBody"] = "MessageAttributes"


class TypedAttribute(Document):
    """A message attribute as SNS delivers it."""

    Type: Annotated[str, Field(pattern=r"^(String|Number|Binary|String\.Array)(\.[\w.-]+)?$")]
    Value: str


type Attribute = str | int | float | list[JsonValue] | TypedAttribute


class MessageCase(Document):
    """A message. `got` is whether the subscription gets it.

    An attribute is {"Type": "String", "Value": "shop"}, or in short a text (String), a number
    (Number) or a list (String.Array). A `body` that is no text is sent as its JSON.
    """

    attributes: dict[Name, str | int | float | list[JsonValue] | TypedAttribute] = Field(
        default_factory=dict
    )
    body: JsonValue = ""


class EventFilterOptions(Document):
    """Which kind of event source the mapping reads."""

    source: Literal["sqs", "kinesis", "dynamodb"]


class RecordCase(Document):
    """A record as it would stand in the function's event; what it leaves out need not be there.

    SQS: {"body": ...}; Kinesis: {"data": ...} and the fields beside it; `body` and `data` that are
    no text stand for their JSON, and `data` is given plain, not in base64. DynamoDB: {"eventName":
    ..., "dynamodb": {...}}. `got` is whether the function gets the record.
    """

    record: JsonObject


type Principal = Annotated[
    str,
    Field(
        pattern=r"^(\*|[a-z0-9.-]+\.amazonaws\.com"
        r"|arn:aws[a-z-]*:(iam|sts)::\d{12}:(root|(user|role|assumed-role|federated-user)/\S+))$",
        max_length=500,
    ),
]


class OtherPolicy(Document):
    """A further policy that applies: what kind it is of, and its document."""

    kind: Literal["identity", "resource", "boundary", "session"]
    policy: JsonObject


class PolicyOptions(Document):
    """`kind` is what the learner writes; `principal` asks where a case names none.

    A principal is the ARN of a user, a role, a role's session or an account's root; a service
    ("sns.amazonaws.com"); or "*", who has not signed. `resource_account` is for resources whose
    ARN has no account.
    """

    kind: Literal["identity", "resource"] = "identity"
    principal: Principal = "arn:aws:iam::123456789012:user/developer"
    resource_account: Annotated[str, Field(pattern=r"^\d{12}$")] = ""
    others: Annotated[tuple[OtherPolicy, ...], Field(max_length=10)] = ()


class RequestCase(Document):
    """A request. `got` is "allowed", "implicitly_denied" or "explicitly_denied".

    `context` are condition keys ({"aws:SourceIp": "10.0.0.1"}); a list has many values, and null
    takes away a key that every request has (aws:SourceIp, aws:SecureTransport ...).
    """

    action: Annotated[str, Field(pattern=r"^[a-z0-9-]+:\w+$")]
    resource: Annotated[str, Field(min_length=1, max_length=2048)] = "*"
    principal: Principal | None = None
    context: dict[Name, str | bool | int | float | list[str] | None] = Field(default_factory=dict)


class KeyAttribute(Document):
    """One attribute of a key."""

    name: Name
    type: Literal["S", "N", "B"] = "S"


class Index(Document):
    """A secondary index: global unless its partition key is the table's and `local` is true."""

    name: Annotated[str, Field(pattern=r"^[a-zA-Z0-9_.-]{3,255}$")]
    keys: Annotated[tuple[KeyAttribute, ...], Field(min_length=1, max_length=2)]
    local: bool = False


class TableOptions(Document):
    """Partition key, then sort key if there is one."""

    keys: Annotated[tuple[KeyAttribute, ...], Field(min_length=1, max_length=2)]
    indexes: Annotated[tuple[Index, ...], Field(max_length=5)] = ()


class ExpressionOptions(Document):
    """`use` is what the expression is; `names` and `values` are its placeholders.

    Values are plain JSON or DynamoDB's ({"S": "a"}). `index` is what a query or scan reads. A
    filter is one of a Scan, or of the Query whose key condition is `key_condition`. With `whole`
    the learner writes the request's parameters as AWS names them ({"KeyConditionExpression": ...,
    "ExpressionAttributeValues": {...}}); `names` and `values` of the options are there too.
    """

    use: Literal["key_condition", "filter", "condition", "update"]
    table: TableOptions
    names: dict[str, str] = Field(default_factory=dict)
    values: JsonObject = Field(default_factory=dict)
    index: Name | None = None
    key_condition: Name | None = None
    whole: bool = False


class ItemsCase(Document):
    """What lies in the table, and what is asked of it; `values` are for this case.

    key_condition and filter: `items`; `got` is {"keys": [the primary keys that come back, in
    their order], "scanned": how many were read}.
    condition: `item` is what is stored (null: nothing); `got` is whether the condition holds.
    update: `item` likewise; `got` is the item after it, null where it was refused.
    """

    items: Annotated[tuple[JsonObject, ...], Field(max_length=MAX_ITEMS)] = ()
    item: JsonObject | None = None
    values: JsonObject = Field(default_factory=dict)


class MockedResult(Document):
    """What one attempt of a Task comes to: a result, or an error with a cause."""

    result: JsonValue = None
    error: Name | None = None
    cause: str | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if ("result" in self.model_fields_set) == (self.error is not None):
            raise ValueError("write either `result` or `error`")
        if self.cause is not None and self.error is None:
            raise ValueError("`cause` belongs to an `error`")
        return self


type Mocks = Annotated[tuple[MockedResult, ...], Field(min_length=1, max_length=MAX_MOCKS)]


class DefinitionOptions(Document):
    """The state machine around the learner's part, which stands in it as "<answer>".

    Without a definition the learner writes all of it. `query_language` is put at its top where
    it says none.
    """

    definition: JsonObject | None = None
    query_language: Literal["JSONPath", "JSONata"] | None = None
    type: Literal["STANDARD", "EXPRESS"] = "STANDARD"


class ExecutionCase(Document):
    """An execution's input, and what its Tasks answer.

    `tasks` are by state's name, by the Task's Resource, or "*" for all others; of a list each
    attempt takes the next, and the last one stands for all that follow. Time is virtual, and
    begins at 2026-01-15T09:30Z in each case. `got` is {"status",
    "output", "error", "cause", "path": [names of the states entered, in order]}; branches beside
    each other take turns in it, in an order that AWS does not promise.
    """

    input: JsonValue = Field(default_factory=dict)
    tasks: dict[Name, Mocks] = Field(default_factory=dict)


def _no_problem(_options: Any, _cases: Sequence[Any]) -> str:
    return ""


@dataclass(frozen=True)
class Shape:
    """Models of one evaluator; `problem` says what is wrong with all of it together, or ""."""

    options: type[Document]
    case: type[Document]
    problem: Callable[[Any, Sequence[Any]], str] = _no_problem


def _definition_problem(options: DefinitionOptions, _cases: Sequence[Any]) -> str:
    if options.definition is None:
        return ""
    count = json.dumps(options.definition).count(json.dumps(ANSWER))
    return (
        "" if count == 1 else f"the definition has {ANSWER} {count} times, and must have it once"
    )


def _expression_problem(options: ExpressionOptions, cases: Sequence[ItemsCase]) -> str:
    reads = options.use in ("key_condition", "filter")
    unused = "item" if reads else "items"
    for number, case in enumerate(cases, start=1):
        if unused in case.model_fields_set:
            return f"case {number}: a {options.use} takes no `{unused}`"
    if options.key_condition and options.use != "filter":
        return f"options: a {options.use} takes no `key_condition`"
    names = {index.name for index in options.table.indexes}
    if options.index and (options.index not in names or not reads):
        return f"options: there is no index '{options.index}' for a {options.use}"
    return ""


def _policy_problem(options: PolicyOptions, _cases: Sequence[Any]) -> str:
    kinds = [options.kind, *(other.kind for other in options.others)]
    for kind in ("resource", "boundary", "session"):
        if kinds.count(kind) > 1:
            return f"options: there is one {kind} policy at most, and these are more"
    return ""


SHAPES: dict[str, Shape] = {
    "event_pattern": Shape(NoOptions, EventCase),
    "filter_policy": Shape(FilterPolicyOptions, MessageCase),
    "event_filter": Shape(EventFilterOptions, RecordCase),
    "iam_policy": Shape(PolicyOptions, RequestCase, _policy_problem),
    "dynamodb_expression": Shape(ExpressionOptions, ItemsCase, _expression_problem),
    "asl": Shape(DefinitionOptions, ExecutionCase, _definition_problem),
}
