"""Templates and dynamic parameters of pipes: `<$.body.orderId>`, `$.messageId`.

What a producer sent as JSON is read by itself, so that a path leads into it:
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-input-transformation.html.
"""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from typing import Any

from labs.cloud.moto_pipes import Pipe
from labs.cloud.wiring.input_transformer import compact, fill
from labs.cloud.wiring.json_paths import MISSING, find

PLACEHOLDER = re.compile(r"<(\$[^<>]*|aws\.pipes\.[a-z.\-]+)>")
ENCODED = "data"  # in base64
READ_BY_ITSELF = ("body", ENCODED)


def at(path: str, record: Any) -> Any:
    """What lies at a path of a record, or MISSING."""
    return find(path, _read(record))


def filled(template: str | None, record: Any, pipe: Pipe, ingested: str) -> str:
    """What is sent for one record."""
    if not template:
        return record if isinstance(record, str) else compact(record)
    own = {
        "aws.pipes.pipe-arn": pipe.arn,
        "aws.pipes.pipe-name": pipe.name,
        "aws.pipes.source-arn": pipe.source,
        "aws.pipes.enrichment-arn": pipe.enrichment or "",
        "aws.pipes.target-arn": pipe.target,
        "aws.pipes.event.ingestion-time": ingested,
        "aws.pipes.event": record,
        "aws.pipes.event.json": record,
    }
    readable = _read(record)
    return fill(
        template,
        lambda name: find(name, readable) if name.startswith("$") else own.get(name, MISSING),
        PLACEHOLDER,
    )


def resolved(parameters: Mapping[str, Any] | None, record: Any) -> dict[str, Any]:
    """Parameters of a target; those that are paths have what the record says there."""
    found = {}
    for name, value in (parameters or {}).items():
        if isinstance(value, str) and value.startswith("$."):
            there = at(value, record)
            found[name] = "" if there is MISSING else there
        else:
            found[name] = value
    return found


def _read(record: Any) -> Any:
    if not isinstance(record, dict):
        return record
    texts = {name: record[name] for name in READ_BY_ITSELF if isinstance(record.get(name), str)}
    return {**record, **{name: _document(name, text) for name, text in texts.items()}}


def _document(name: str, text: str) -> Any:
    """What a text stands for, if it is JSON with an inside."""
    if name == ENCODED:
        try:
            text = base64.b64decode(text, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return text
    try:
        found = json.loads(text)
    except ValueError:
        return text
    return found if isinstance(found, dict | list) else text
