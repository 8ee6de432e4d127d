"""A batch of DynamoDB of which only the first half is done; the rest comes back to its caller.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html: where a
part of a batch finds no capacity, the answer is a success that names what was not done.
"""

import json
from typing import Any

from botocore.awsrequest import AWSPreparedRequest

from labs.sandbox import seam

# Under which name an operation gives back what it has not done.
LEFT = {"BatchWriteItem": "UnprocessedItems", "BatchGetItem": "UnprocessedKeys"}

type Json = dict[str, Any]


def cut(request: AWSPreparedRequest, operation: str, done: int) -> Json:
    """Leave the first part of a batch in the request; what was taken out, in the same form.

    `done` is how many are left in it, 0: half of them.
    """
    body = json.loads(request.body)
    entries = [
        (table, entry)
        for table, batch in body["RequestItems"].items()
        for entry in _entries(batch, operation)
    ]
    done = done or -(-len(entries) // 2)
    asked = body["RequestItems"]
    rest = _batches(asked, entries[done:], operation)
    body["RequestItems"] = _batches(asked, entries[:done], operation)
    request.body = json.dumps(body).encode()
    return rest


def told(frame: seam.Frame, rest: Json, operation: str) -> seam.Frame:
    """The answer, with what was taken out of the request."""
    head, content = frame
    if head["status"] != 200 or not rest:
        return frame
    answer = json.loads(content)
    left = answer.setdefault(LEFT[operation], {})
    for table, batch in rest.items():
        if table in left:
            _entries(left[table], operation).extend(_entries(batch, operation))
        else:
            left[table] = batch
    return _without_sum(head), json.dumps(answer).encode()


def _entries(batch: Any, operation: str) -> list[Any]:
    found: list[Any] = batch if operation == "BatchWriteItem" else batch["Keys"]
    return found


def _batches(asked: Json, entries: list[tuple[str, Any]], operation: str) -> Json:
    found: Json = {}
    for table, entry in entries:
        if table not in found:
            found[table] = [] if operation == "BatchWriteItem" else {**asked[table], "Keys": []}
        _entries(found[table], operation).append(entry)
    return found


def _without_sum(head: Json) -> Json:
    """The checksum and the length were those of the other answer."""
    gone = ("x-amz-crc32", "content-length")
    headers = {name: text for name, text in head["headers"].items() if name.lower() not in gone}
    return {**head, "headers": headers}
