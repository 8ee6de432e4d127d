"""ItemReader: the items of a distributed Map, from S3.

https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html
"""

import csv
import gzip
import io
import json
import zlib
from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from labs.cloud import service_calls
from labs.cloud.missing import MissingError
from labs.cloud.services.stepfunctions.execution.integrations import services
from labs.cloud.services.stepfunctions.execution.items import whole_number
from labs.cloud.services.stepfunctions.execution.visit import Visit
from labs.cloud.services.stepfunctions.language.errors import StatesError
from labs.cloud.services.stepfunctions.language.machine import MISSING, ItemReader

FAILED = "States.ItemReaderFailed"
MAX_ITEMS = 100_000_000
MAX_BYTES = 64 * 1024 * 1024  # of an unpacked file: with its items it must fit into the process
_DELIMITERS = {"COMMA": ",", "PIPE": "|", "SEMICOLON": ";", "SPACE": " ", "TAB": "\t"}


def read_items(visit: Visit, reader: ItemReader, asked: dict[str, Any]) -> list[Any]:
    """All items that are asked for.

    Raises:
        StatesError: States.ItemReaderFailed.
    """
    action = reader.resource.rpartition(":")[2]
    limit = _limit(visit, reader)
    if action == "listObjectsV2":
        items = _listed(visit, asked, limit)
    elif action == "getObject":
        items = _contents(visit, reader, _object(visit, asked))
    else:
        raise MissingError(f"(ItemReader of {reader.resource})")
    return items[:limit]


def asked_of(visit: Visit, reader: ItemReader) -> dict[str, Any]:
    """The parameters of the call."""
    if reader.arguments is not MISSING:
        found: dict[str, Any] = visit.asked("ItemReader/Arguments", reader.arguments)
        return found
    if reader.parameters is MISSING:
        return {}
    filled: dict[str, Any] = visit.filled(reader.parameters, visit.effective_input())
    return filled


def _limit(visit: Visit, reader: ItemReader) -> int:
    limit = whole_number(visit, "max_items", "MaxItems", reader.config) or MAX_ITEMS
    return min(limit, MAX_ITEMS)


def _called(visit: Visit, operation: str, asked: dict[str, Any]) -> dict[str, Any]:
    run = visit.branch.run
    try:
        return service_calls.call(run.made_by, "s3", operation, asked, region=run.region)
    except ClientError as error:
        told = services.named_error("s3", error, run.region)
        raise StatesError(FAILED, told.cause) from None


def _object(visit: Visit, asked: dict[str, Any]) -> bytes:
    data: bytes = _called(visit, "GetObject", asked)["Body"].read()
    return _unpacked(data) if data[:2] == b"\x1f\x8b" else data


def _unpacked(data: bytes) -> bytes:
    try:
        with gzip.open(io.BytesIO(data)) as packed:
            found = packed.read(MAX_BYTES + 1)
    except (OSError, EOFError, zlib.error):
        raise StatesError(FAILED, "The GZIP file cannot be read.") from None
    if len(found) > MAX_BYTES:
        raise StatesError(FAILED, "The file is too large.")
    return found


def _text(data: bytes, encoding: str = "utf-8") -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise StatesError(FAILED, "The file is not encoded in UTF-8.") from None


def _listed(visit: Visit, asked: dict[str, Any], limit: int) -> list[Any]:
    found: list[Any] = []
    token: dict[str, str] = {}
    while len(found) < limit:
        answer = _called(visit, "ListObjectsV2", {**asked, **token})
        found += [_listed_object(one) for one in answer.get("Contents", [])]
        if not answer.get("NextContinuationToken"):
            break
        token = {"ContinuationToken": answer["NextContinuationToken"]}
    return found


def _listed_object(found: dict[str, Any]) -> dict[str, Any]:
    return {
        "Etag": found["ETag"],
        "Key": found["Key"],
        "LastModified": int(found["LastModified"].timestamp()),
        "Size": found["Size"],
        "StorageClass": found.get("StorageClass", "STANDARD"),
    }


def _contents(visit: Visit, reader: ItemReader, data: bytes) -> list[Any]:
    kind = reader.config.input_type or "JSON"
    if kind == "CSV":
        return _csv(reader, _text(data, "utf-8-sig"))
    if kind == "JSONL":
        return [_json(line) for line in _text(data).splitlines() if line.strip()]
    if kind == "JSON":
        return _json_array(reader, _json(_text(data)))
    if kind == "MANIFEST" and reader.config.manifest_type != "ATHENA_DATA":
        return _inventory(visit, _json(_text(data)))
    raise MissingError(f"(ItemReader of {kind})")


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise StatesError(FAILED, "Attempting to parse malformed JSON.") from None


def _json_array(reader: ItemReader, value: Any) -> list[Any]:
    pointer = reader.config.items_pointer
    for part in pointer.strip("/").split("/") if pointer else ():
        value = value.get(part) if isinstance(value, dict) else None
    if not isinstance(value, list):
        raise StatesError(FAILED, "Attempting to map over non-iterable node.")
    return value


def _csv(reader: ItemReader, text: str) -> list[Any]:
    config = reader.config
    rows = _rows(text, _DELIMITERS.get(config.csv_delimiter, ","))
    headers = list(config.csv_headers or ())
    if config.csv_header_location != "GIVEN":
        headers = next(rows, [])
    if len(set(headers)) < len(headers):
        raise StatesError(FAILED, "CSV headers cannot contain duplicates.")
    return [_row(headers, row) for row in rows]


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    try:
        yield from filter(None, csv.reader(io.StringIO(text), delimiter=delimiter))
    except csv.Error:
        raise StatesError(FAILED, "Attempting to parse malformed CSV.") from None


def _row(headers: list[str], row: list[str]) -> dict[str, str]:
    """Fields without a header are left out, and headers without a field get an empty text."""
    full = row + [""] * (len(headers) - len(row))
    return dict(zip(headers, full, strict=False))


def _inventory(visit: Visit, manifest: Any) -> list[Any]:
    """S3 Inventory: a manifest that names CSV files, which list objects."""
    try:
        bucket = str(manifest["destinationBucket"]).rpartition(":")[2]
        headers = [name.strip() for name in str(manifest["fileSchema"]).split(",")]
        keys = [str(file["key"]) for file in manifest["files"]]
    except (KeyError, TypeError):
        raise StatesError(FAILED, "Attempting to parse a malformed manifest.") from None
    items = []
    for key in keys:
        data = _object(visit, {"Bucket": bucket, "Key": key})
        items += [_row(headers, row) for row in _rows(_text(data), ",")]
    return items
