"""DynamoDB's expressions, evaluated by the calls of its API in which they stand."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError, ParamValidationError

from labs.cloud.clients import client
from labs.cloud.moto_seams import REGION
from labs.evaluation import CaseOutcome, Job, JobError
from labs.evaluation.shapes import ExpressionOptions, ItemsCase, KeyAttribute
from labs.evaluators import json_text
from labs.evaluators.accounts import empty_account
from labs.evaluators.attribute_values import is_typed, plain_item, typed, typed_item
from labs.evaluators.refusal import InvalidArtefactError

MAX_TOLD = 1000
BATCH = 25  # items that BatchWriteItem takes
NAMES, VALUES = "ExpressionAttributeNames", "ExpressionAttributeValues"
EXPRESSIONS = {
    "key_condition": "KeyConditionExpression",
    "filter": "FilterExpression",
    "condition": "ConditionExpression",
    "update": "UpdateExpression",
}
# What a whole request may say besides.
READING = {"KeyConditionExpression", "FilterExpression", "IndexName", "ScanIndexForward", "Limit"}
WRITING = {"ConditionExpression"}
# Of a key whose item is not there.
_NOWHERE = {"S": {"S": "key"}, "N": {"N": "1"}, "B": {"B": b"key"}}

type Json = dict[str, Any]


def evaluate(job: Job) -> list[CaseOutcome]:
    """What each case's call gives."""
    request = _request(job)
    with empty_account():
        table = _Table(job.options)
        outcomes = [table.outcome(request, case) for case in job.cases or (ItemsCase(),)]
    if all(outcome.error for outcome in outcomes):
        # What is wrong with the expression is wrong in every case.
        raise InvalidArtefactError(outcomes[0].error)
    return outcomes[: len(job.cases)]


def _request(job: Job) -> Json:
    """The parameters of the call, as far as they are not the case's."""
    options: ExpressionOptions = job.options
    name = EXPRESSIONS[options.use]
    request: Json = {name: job.artefact.strip()}
    if options.whole:
        request = _whole(job.artefact, name, READING if _reads(options.use) else WRITING)
    if options.key_condition:
        request.setdefault("KeyConditionExpression", options.key_condition)
    if options.index:
        request.setdefault("IndexName", options.index)
    request[NAMES] = {**options.names, **request.get(NAMES, {})}
    request[VALUES] = {**typed_item(options.values), **request.get(VALUES, {})}
    return request


def _whole(artefact: str, name: str, more: set[str]) -> Json:
    """A request as the learner wrote it: AWS's parameters in JSON."""
    request = json_text.parse(artefact)
    allowed = sorted({name, NAMES, VALUES} | more)
    if not isinstance(request, dict) or name not in request or set(request) - set(allowed):
        raise InvalidArtefactError(
            f"Write a JSON object with {name}; it may have {', '.join(allowed)}."
        )
    for part in (NAMES, VALUES):
        if not isinstance(request.get(part, {}), dict):
            raise InvalidArtefactError(f"{part} is a JSON object.")
    try:
        # What has no type stays as it is: botocore says what is wrong with it.
        values = {
            name: typed(value) if is_typed(value) else value
            for name, value in request.get(VALUES, {}).items()
        }
    except ValueError as error:
        raise InvalidArtefactError(f"{VALUES}: {error}.") from None
    return {**request, VALUES: values}


def _reads(use: str) -> bool:
    return use in ("key_condition", "filter")


class _Table:
    """The table of the cases: filled anew where its items change."""

    def __init__(self, options: ExpressionOptions) -> None:
        self._dynamodb = client("dynamodb", REGION)
        self._options = options
        self._number = 0
        self._items: tuple[Json, ...] | None = None

    def outcome(self, request: Json, case: ItemsCase) -> CaseOutcome:
        use = self._options.use
        ask: Callable[[Json, ItemsCase], Any] = {
            "condition": self._condition,
            "update": self._update,
        }.get(use, self._read)
        values = {**request[VALUES], **typed_item(case.values)}
        filled = {**request, VALUES: values}
        # An empty one is refused, as it is where it is left out of a call by mistake.
        call = {name: value for name, value in filled.items() if value != {}}
        self._fill(case)
        try:
            return CaseOutcome(ask({**call, "TableName": self._name}, case))
        except (ClientError, ParamValidationError) as error:
            return CaseOutcome(error=_told(error))

    @property
    def _name(self) -> str:
        return f"table-{self._number}"

    def _read(self, call: Json, _case: ItemsCase) -> Json:
        is_query = "KeyConditionExpression" in call or self._options.use == "key_condition"
        answer = (self._dynamodb.query if is_query else self._dynamodb.scan)(**call)
        names = [key.name for key in self._options.table.keys]
        found = [plain_item({name: item[name] for name in names}) for item in answer["Items"]]
        return {"keys": found, "scanned": answer["ScannedCount"]}

    def _condition(self, call: Json, case: ItemsCase) -> bool:
        """By deleting the item, which takes nothing but the condition."""
        try:
            self._dynamodb.delete_item(**call, Key=self._key(case))
        except self._dynamodb.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def _update(self, call: Json, case: ItemsCase) -> Json | None:
        try:
            answer = self._dynamodb.update_item(
                **call, Key=self._key(case), ReturnValues="ALL_NEW"
            )
        except self._dynamodb.exceptions.ConditionalCheckFailedException:
            return None
        return plain_item(answer["Attributes"])

    def _key(self, case: ItemsCase) -> Json:
        item = typed_item(case.item or {})
        return {key.name: item.get(key.name, _NOWHERE[key.type]) for key in self._keys()}

    def _keys(self) -> tuple[KeyAttribute, ...]:
        return self._options.table.keys

    def _fill(self, case: ItemsCase) -> None:
        try:
            if _reads(self._options.use):
                self._fill_anew(case.items)
            else:
                self._fill_in(case)
        except (ClientError, ParamValidationError, ValueError) as error:
            raise JobError(f"a case: the items cannot be stored: {error}") from None

    def _fill_anew(self, items: tuple[Json, ...]) -> None:
        """Another table where the items are others."""
        if self._items == items:
            return
        self._items = items
        self._make()
        for start in range(0, len(items), BATCH):
            puts = [
                {"PutRequest": {"Item": typed_item(item)}} for item in items[start : start + BATCH]
            ]
            self._dynamodb.batch_write_item(RequestItems={self._name: puts})

    def _fill_in(self, case: ItemsCase) -> None:
        """One table for all, as of each case nothing is seen but the item with its key."""
        if not self._number:
            self._make()
        if case.item is None:
            self._dynamodb.delete_item(TableName=self._name, Key=self._key(case))
        else:
            self._dynamodb.put_item(TableName=self._name, Item=typed_item(case.item))

    def _make(self) -> None:
        self._number += 1
        self._dynamodb.create_table(TableName=self._name, **_schema(self._options))


def _told(error: ClientError | ParamValidationError) -> str:
    """As boto3 says it where nothing is tried again."""
    if isinstance(error, ParamValidationError):
        return str(error)[:MAX_TOLD]
    found = error.response["Error"]
    return (
        f"An error occurred ({found['Code']}) when calling the {error.operation_name} operation: "
        f"{found['Message']}"
    )[:MAX_TOLD]


def _schema(options: ExpressionOptions) -> Json:
    table = options.table
    attributes = {key.name: key.type for keys in _all_keys(options) for key in keys}
    schema: Json = {
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": _key_schema(table.keys),
        "AttributeDefinitions": [
            {"AttributeName": name, "AttributeType": kind} for name, kind in attributes.items()
        ],
    }
    for is_local, name in ((False, "GlobalSecondaryIndexes"), (True, "LocalSecondaryIndexes")):
        found = [
            {
                "IndexName": index.name,
                "KeySchema": _key_schema(index.keys),
                "Projection": {"ProjectionType": "ALL"},
            }
            for index in table.indexes
            if index.local is is_local
        ]
        schema |= {name: found} if found else {}
    return schema


def _all_keys(options: ExpressionOptions) -> Iterator[tuple[KeyAttribute, ...]]:
    yield options.table.keys
    yield from (index.keys for index in options.table.indexes)


def _key_schema(keys: tuple[KeyAttribute, ...]) -> list[Mapping[str, str]]:
    kinds = zip(keys, ("HASH", "RANGE"), strict=False)
    return [{"AttributeName": key.name, "KeyType": kind} for key, kind in kinds]
