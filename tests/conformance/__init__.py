"""The simulated cloud compared with recorded answers of AWS, which lie in CONFORMANCE_DIR.

Each module compares one kind of them. A case that is known to differ stands, with its reason, in
the module's `<category>_exceptions.json`; every other one must pass.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = os.environ.get("CONFORMANCE_DIR", "")
HERE = Path(__file__).parent


@dataclass(frozen=True)
class Outcome:
    """Of one case: `difference` says what is not as AWS has it, "" if all is."""

    category: str
    case: str
    difference: str


def read(name: str) -> Any:
    """A file of the recordings, "stepfunctions.json"."""
    return json.loads((Path(FOLDER) / name).read_text())


def exceptions(category: str) -> dict[str, str]:
    """`{case: why it differs}` of `<category>_exceptions.json`."""
    path = HERE / f"{category}_exceptions.json"
    found: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    return found


def surprises(outcomes: list[Outcome], known: dict[str, str]) -> list[str]:
    """What is not as expected: cases that differ and should not, or are listed and pass."""
    worse = [
        f"{found.case}: {found.difference}"
        for found in outcomes
        if found.difference and found.case not in known
    ]
    better = [
        f"{found.case}: passes; take it off the list"
        for found in outcomes
        if not found.difference and found.case in known
    ]
    return worse + better
