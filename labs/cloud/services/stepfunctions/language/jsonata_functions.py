"""The functions that Step Functions adds to JSONata, in place of some of its intrinsics.

https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
"""

import builtins
import hashlib
import operator
import random
from typing import Any

from jsonata.functions import Functions
from jsonata.jexception import JException
from jsonata.jsonata import Jsonata
from jsonata.utils import Utils
from moto.moto_api._internal import mock_random

from labs.cloud.services.stepfunctions.language import strict_json

MAX_RANGE = 1_000_000
MAX_PADDING = 1_000_000
_HASHES = {
    "MD5": "md5",
    "SHA-1": "sha1",
    "SHA-256": "sha256",
    "SHA-384": "sha384",
    "SHA-512": "sha512",
}


def with_nulls(value: Any) -> Any:
    """JSON with the engine's null for None; the same object where there is none."""
    if value is None:
        return Utils.NULL_VALUE
    if isinstance(value, dict):
        changed = {key: with_nulls(one) for key, one in value.items()}
        return changed if any(changed[key] is not value[key] for key in changed) else value
    if isinstance(value, list):
        items = [with_nulls(one) for one in value]
        return items if any(map(operator.is_not, items, value)) else value
    return value


def _refused(message: str) -> JException:
    return JException("D3137", -1, message)


class _Functions:
    """None among the arguments is JSONata's "nothing", and so it is as a result."""

    @staticmethod
    def partition(array: list[Any] | None, size: float | None) -> list[list[Any]] | None:
        if array is None or size is None:
            return None
        step = int(size)
        if step <= 0:
            raise _refused("The chunk size of function $partition must be a positive integer")
        return [list(array[start : start + step]) for start in range(0, len(array), step)]

    @staticmethod
    def range(first: float | None, last: float | None, step: float | None) -> list[Any] | None:
        if first is None or last is None or step is None:
            return None
        if step == 0:
            raise _refused("The step of function $range must not be zero")
        count = int((last - first) / step + 1e-9) + 1 if (last - first) / step >= 0 else 0
        if count > MAX_RANGE:
            raise _refused("The array that function $range makes is too long")
        # A sequence, which is its only item where it has but one.
        made: list[Any] = Utils.create_sequence_from_iter(
            first + number * step for number in builtins.range(count)
        )
        return made

    @staticmethod
    def hash(content: str | None, algorithm: str | None) -> str | None:
        if content is None:
            return None
        name = _HASHES.get(algorithm or "SHA-256")
        if name is None:
            raise _refused(f"The algorithm of function $hash must be one of {', '.join(_HASHES)}")
        return hashlib.new(name, content.encode(), usedforsecurity=False).hexdigest()

    @staticmethod
    def random(seed: float | None) -> float:
        source = mock_random if seed is None else random.Random(seed)  # noqa: S311 - as asked
        return source.random()

    @staticmethod
    def uuid() -> str:
        return str(mock_random.uuid4())

    @staticmethod
    def parse(text: str | None) -> Any:
        if text is None:
            return None
        try:
            return with_nulls(strict_json.loads(text))
        except ValueError:
            raise _refused("The argument of function $parse is not valid JSON") from None

    @staticmethod
    def pad(text: str | None, width: float | None, sign: str | None) -> str | None:
        if text is None or width is None:
            return None
        missing = int(abs(width)) - len(text)
        if missing > MAX_PADDING:
            raise _refused("The text that function $pad makes is too long")
        if missing <= 0:
            return text
        filling = ((sign or " ") * missing)[:missing]
        return text + filling if width > 0 else filling + text

    @staticmethod
    def number(value: Any) -> float | None:
        try:
            found: float | None = Functions.number(value)
        except (ValueError, OverflowError):
            raise JException("D3030", -1, value) from None
        return found

    @staticmethod
    def to_millis(text: str | None, picture: str | None) -> int | None:
        try:
            found: int | None = Functions.datetime_to_millis(text, picture)
        except ValueError:
            raise JException("D3110", -1, text) from None
        return found

    @staticmethod
    def sort(array: list[Any] | None, comparator: Any) -> list[Any] | None:
        try:
            found: list[Any] | None = Functions.sort(array, comparator)
        except TypeError:
            raise JException("D3070", -1) from None
        return found


_SIGNATURES = {
    "partition": "<an:a>",
    "range": "<nnn:a<n>>",
    "hash": "<s-s?:s>",
    "random": "<n?:n>",
    "uuid": "<:s>",
    "parse": "<s-:x>",
    # JSONata's own would fill any memory, or raise errors of Python.
    "pad": "<s-ns?:s>",
    "number": "<(nsb)-:n>",
    "toMillis": "<s-s?:n>",
    "sort": "<af?:a>",
}
_METHODS = {"toMillis": "to_millis"}

# What each expression finds beside JSONata's own; $eval is none of Step Functions'.
FUNCTIONS: dict[str, Any] = {
    **{
        name: Jsonata.function(name, signature, _Functions, _METHODS.get(name, name))
        for name, signature in _SIGNATURES.items()
    },
    "eval": None,
}
