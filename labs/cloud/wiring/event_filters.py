"""Filter criteria of event source mappings and pipes: which records of a source are wanted.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html: the patterns are
EventBridge's, a record is wanted if one of them matches, and a body that is no JSON is only ever
matched as a plain string.
"""

import base64
import json
from collections.abc import Mapping
from typing import Any

from labs.cloud import event_patterns

# The field of a record that its sender fills, by the service that it comes from.
DATA_FIELDS = {"sqs": "body", "kinesis": "data"}
MAX_FILTERS, MAX_PATTERN_CHARS = 10, 4096
INVALID = "Invalid filter pattern definition."


class InvalidFilterError(ValueError):
    """A filter's pattern is none, in Lambda's words."""


class Filters:
    """Compiled filter criteria of a source; with no filter every record is wanted."""

    def __init__(self, criteria: Mapping[str, Any] | None, source_arn: str) -> None:
        """`criteria` are {"Filters": [{"Pattern": JSON}]}, `source_arn` is what they filter.

        Raises:
            InvalidFilterError: one of the patterns is none.
        """
        found = (criteria or {}).get("Filters") or []
        data_field = DATA_FIELDS.get(source_arn.split(":")[2], "")
        if len(found) > MAX_FILTERS:
            raise InvalidFilterError(f"Filter criteria can have {MAX_FILTERS} filters at most.")
        # One that names no pattern wants everything.
        self._filters = [
            Filter(one["Pattern"], data_field) for one in found if one.get("Pattern") is not None
        ]

    def __bool__(self) -> bool:
        return bool(self._filters)

    def wants(self, record: Mapping[str, Any]) -> bool:
        """Whether a record, as it would stand in the function's event, is wanted."""
        return not self._filters or any(one.matches(record) for one in self._filters)


class Filter:
    """One pattern. `data_field` is the field whose text may be JSON ("" if none is)."""

    def __init__(self, text: str, data_field: str) -> None:
        """Raises InvalidFilterError."""
        pattern = _parsed(text)
        self._data_field = data_field if data_field in pattern else ""
        self._wants_json = isinstance(pattern.get(data_field), dict)
        if self._data_field and isinstance(pattern[data_field], str):
            # Only of this field a plain string may stand alone.
            pattern = {**pattern, data_field: [pattern[data_field]]}
        try:
            self._pattern = event_patterns.compile(pattern)
        except event_patterns.InvalidPatternError:
            raise InvalidFilterError(INVALID) from None

    def matches(self, record: Mapping[str, Any]) -> bool:
        if not self._data_field:
            return self._pattern.matches(record)
        text = _text(record, self._data_field)
        data = _json(text)
        if self._wants_json != (data is not None):
            return False
        return self._pattern.matches(
            {**_without_data(record), self._data_field: text if data is None else data}
        )


def _parsed(text: str) -> dict[str, Any]:
    try:
        pattern = json.loads(text)
    except (ValueError, RecursionError):
        raise InvalidFilterError(INVALID) from None
    if not isinstance(pattern, dict) or len(text) > MAX_PATTERN_CHARS:
        raise InvalidFilterError(INVALID)
    return pattern


def _text(record: Mapping[str, Any], data_field: str) -> str:
    """What the sender sent: a body of SQS as it is, data of Kinesis in base64."""
    if data_field == "body":
        return str(record.get("body", ""))
    data = record.get("kinesis", record).get("data", "")
    return base64.b64decode(data).decode("utf-8", "replace")


def _without_data(record: Mapping[str, Any]) -> dict[str, Any]:
    """A record of Kinesis is filtered with the fields of `kinesis` beside the others."""
    return {**record, **record.get("kinesis", {})}


def _json(text: str) -> Any:
    """What JSON stands for, or None if the text is none. A bare number or word is plain text."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, (dict, list)) else None
