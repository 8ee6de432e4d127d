"""Java's methods that a template may call on what it has: all of them, and no other."""

import re
from collections.abc import Callable
from typing import Any

from labs.cloud.vtl.values import TemplateError, as_text, is_number

MAX_TEXT = 1_000_000

type Methods = dict[str, Callable[..., Any]]


def method(owner: Any, name: str) -> Callable[..., Any] | None:
    """The method of an object, or None if it has none of this name."""
    found = _of(owner).get(name)
    return None if found is None else lambda *given: found(owner, *given)


def _of(owner: Any) -> Methods:
    match owner:
        case str():
            return TEXT
        case list():
            return LIST
        case dict():
            return MAP
        case bool():
            return ANY
        case int() | float():
            return NUMBER
        case _:
            return {}


def _pattern(pattern: Any) -> re.Pattern[str]:
    try:
        return re.compile(str(pattern))
    except re.error as error:
        raise TemplateError(f"{pattern!r} is no regular expression: {error}") from None


def _replacement(text: Any) -> str:
    """Java's `$1` as Python's `\\g<1>`."""
    plain = str(text).replace("\\$", "\0").replace("\\", "\\\\")
    return re.sub(r"\$(\d)", r"\\g<\1>", plain).replace("\0", "$")


def _replace_all(text: str, pattern: Any, replacement: Any, count: int = 0) -> str:
    try:
        return _pattern(pattern).sub(_replacement(replacement), text, count=count)
    except (re.error, IndexError) as error:
        raise TemplateError(f"{replacement!r} does not fit the expression: {error}") from None


def _split(text: str, pattern: Any, limit: int = 0) -> list[str]:
    parts = _pattern(pattern).split(text, maxsplit=max(0, limit - 1))
    while limit == 0 and len(parts) > 1 and not parts[-1]:
        parts.pop()
    return parts


def _substring(text: str, start: int, end: int | None = None) -> str:
    stop = len(text) if end is None else end
    if not 0 <= start <= stop <= len(text):
        raise TemplateError(f"String index out of range: {start}, {stop}")
    return text[start:stop]


def _text_at(text: str, index: int) -> str:
    return _substring(text, index, index + 1)


def _repeat(text: str, times: int) -> str:
    if len(text) * times > MAX_TEXT:
        raise TemplateError("the text becomes too long")
    return text * times


def _parse_number(_owner: Any, text: Any) -> int:
    try:
        return int(str(text))
    except ValueError:
        raise TemplateError(f'NumberFormatException: For input string: "{text}"') from None


def _parse_double(_owner: Any, text: Any) -> float:
    try:
        return float(str(text))
    except ValueError:
        raise TemplateError(f'NumberFormatException: For input string: "{text}"') from None


def _compare(left: Any, right: Any) -> int:
    if is_number(left) and is_number(right):
        return int(left > right) - int(left < right)
    a, b = as_text(left), as_text(right)
    return (a > b) - (a < b)


def _hash_code(value: Any) -> int:
    """Java's of a text, which is the same in each run."""
    found = 0
    for character in as_text(value):
        found = (31 * found + ord(character)) & 0xFFFFFFFF
    return found - (1 << 32) if found >= 1 << 31 else found


def _get(values: list[Any], index: Any) -> Any:
    if not is_number(index) or not 0 <= index < len(values):
        raise TemplateError(f"Index: {as_text(index)}, Size: {len(values)}")
    return values[int(index)]


def _add(values: list[Any], *given: Any) -> bool:
    if len(given) == 2:
        values.insert(int(given[0]), given[1])
    else:
        values.append(*given)
    return True


def _add_all(values: list[Any], more: list[Any]) -> bool:
    values.extend(more or [])
    return bool(more)


def _set_item(values: list[Any], index: int, value: Any) -> Any:
    before = _get(values, index)
    values[index] = value
    return before


def _remove(values: list[Any], which: Any) -> Any:
    if is_number(which) and not isinstance(which, float):
        _get(values, which)
        return values.pop(which)
    if which in values:
        values.remove(which)
        return True
    return False


def _index_of(values: list[Any], value: Any) -> int:
    return values.index(value) if value in values else -1


def _put(values: dict[Any, Any], key: Any, value: Any) -> Any:
    before = values.get(key)
    values[key] = value
    return before


def _put_all(values: dict[Any, Any], more: dict[Any, Any]) -> None:
    values.update(more or {})


def _entries(values: dict[Any, Any]) -> list[Any]:
    return [{"key": key, "value": value} for key, value in values.items()]


ANY: Methods = {
    "toString": as_text,
    "equals": lambda value, other: type(value) is type(other) and value == other,
    "compareTo": _compare,
    "hashCode": _hash_code,
}
NUMBER: Methods = ANY | {
    "intValue": int,
    "longValue": int,
    "doubleValue": float,
    "floatValue": float,
    "parseInt": _parse_number,
    "parseLong": _parse_number,
    "parseDouble": _parse_double,
    "valueOf": lambda owner, text: (_parse_double if "." in str(text) else _parse_number)(
        owner, text
    ),
    "max": lambda _owner, a, b: max(a, b),
    "min": lambda _owner, a, b: min(a, b),
    "abs": lambda _owner, a: abs(a),
}
TEXT: Methods = ANY | {
    "length": len,
    "isEmpty": lambda text: not text,
    "isBlank": lambda text: not text.strip(),
    "substring": _substring,
    "charAt": _text_at,
    "indexOf": lambda text, part, start=0: text.find(str(part), start),
    "lastIndexOf": lambda text, part: text.rfind(str(part)),
    "replace": lambda text, old, new: text.replace(str(old), str(new)),
    "replaceAll": _replace_all,
    "replaceFirst": lambda text, pattern, new: _replace_all(text, pattern, new, 1),
    "split": _split,
    "trim": str.strip,
    "strip": str.strip,
    "toLowerCase": str.lower,
    "toUpperCase": str.upper,
    "startsWith": lambda text, part: text.startswith(str(part)),
    "endsWith": lambda text, part: text.endswith(str(part)),
    "contains": lambda text, part: str(part) in text,
    "matches": lambda text, pattern: _pattern(pattern).fullmatch(text) is not None,
    "equalsIgnoreCase": lambda text, other: text.lower() == str(other).lower(),
    "concat": lambda text, other: text + str(other),
    "repeat": _repeat,
    "valueOf": lambda _text, value: as_text(value),
    "parseInt": _parse_number,
}
LIST: Methods = ANY | {
    "size": len,
    "isEmpty": lambda values: not values,
    "get": _get,
    "add": _add,
    "addAll": _add_all,
    "set": _set_item,
    "remove": _remove,
    "removeAll": lambda values, gone: [values.remove(item) for item in gone if item in values],
    "clear": lambda values: values.clear(),
    "contains": lambda values, value: value in values,
    "containsAll": lambda values, more: all(value in values for value in more),
    "indexOf": _index_of,
    "subList": lambda values, start, end: type(values)(values[start:end]),
    "length": len,
}
MAP: Methods = ANY | {
    "size": len,
    "isEmpty": lambda values: not values,
    "get": lambda values, key: values.get(key),
    "getOrDefault": lambda values, key, default: values.get(key, default),
    "put": _put,
    "putAll": _put_all,
    "putIfAbsent": lambda values, key, value: values.setdefault(key, value),
    "remove": lambda values, key: values.pop(key, None),
    "clear": lambda values: values.clear(),
    "containsKey": lambda values, key: key in values,
    "containsValue": lambda values, value: value in values.values(),
    "keySet": lambda values: list(values),
    "values": lambda values: list(values.values()),
    "entrySet": _entries,
    "getKey": lambda values: values.get("key"),
    "getValue": lambda values: values.get("value"),
}


def item(owner: Any, key: Any) -> Any:
    """`owner[key]`, None where there is nothing."""
    if isinstance(owner, list):
        if not is_number(key):
            return None
        index = int(key)
        return owner[index] if -len(owner) <= index < len(owner) else None
    if isinstance(owner, dict):
        return owner.get(key)
    return None


def set_item(owner: Any, key: Any, value: Any) -> None:
    """`#set($owner[key] = value)`."""
    if isinstance(owner, dict):
        owner[key] = value
    elif isinstance(owner, list) and is_number(key) and 0 <= key < len(owner):
        owner[int(key)] = value
    elif isinstance(owner, list) and key == len(owner):
        owner.append(value)
