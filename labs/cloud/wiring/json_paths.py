"""The JSON paths of EventBridge's targets, pipes and schedules: `$.detail.items[0].name`.

Names, indices and wildcards, no filters:
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html.
"""

import re
from collections.abc import Iterable
from typing import Any

STEP = re.compile(
    r"\.(?P<name>[^.\[\]]+)|\[(?P<index>\d+)\]|\[['\"](?P<quoted>[^'\"]+)['\"]\]|\[(?P<all>\*)\]"
)


class Missing:
    """Stands for what a path does not find, as null is a value."""


MISSING = Missing()


def is_path(path: str) -> bool:
    """Whether it is one that we read."""
    rest = path.removeprefix("$")
    return path.startswith("$") and STEP.sub("", rest) == ""


def find(path: str, document: Any) -> Any:
    """What lies there, or MISSING; a path with wildcards finds a list."""
    found, is_many = [document], False
    for step in STEP.finditer(path.removeprefix("$")):
        name = step["name"] or step["quoted"]
        if step["all"] or name == "*":
            is_many = True
            found = [inner for value in found for inner in _inside(value)]
        elif step["index"]:
            found = [inner for value in found for inner in _element(value, int(step["index"]))]
        else:
            found = [value[name] for value in found if isinstance(value, dict) and name in value]
    if is_many:
        return found
    return found[0] if found else MISSING


def _inside(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else []


def _element(value: Any, index: int) -> list[Any]:
    return value[index : index + 1] if isinstance(value, list) else []
