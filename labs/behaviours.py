"""How far the simulated cloud is AWS, service by service: what the labels on labs say.

`behaviours.json` is written by `python -m tests.behaviours`, from the tests that show each line.
"""

import functools
import json
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

FILE = Path(__file__).with_name("behaviours.json")


class How(StrEnum):
    """How far a behaviour is AWS's."""

    AS_AWS = "as AWS"
    DIFFERS = "differs"
    NOT_SIMULATED = "not simulated"


@dataclass(frozen=True)
class Behaviour:
    """One line; `what` is a sentence without a full stop."""

    service: str
    what: str
    how: How


def services() -> tuple[str, ...]:
    """The services of which the table tells something, in its order."""
    return tuple(dict.fromkeys(each.service for each in _all()))


def behaviours_of(service: str) -> tuple[Behaviour, ...]:
    """What the table tells of a service."""
    return tuple(each for each in _all() if each.service == service)


@functools.cache
def _all() -> tuple[Behaviour, ...]:
    return tuple(
        Behaviour(line["service"], line["what"], How(line["how"]))
        for line in json.loads(FILE.read_text())
    )
