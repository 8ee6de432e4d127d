"""`uv run python -m tests.conformance`: a table of all kinds, and where we differ from AWS."""

import importlib
import sys
from collections import defaultdict
from pathlib import Path

from labs.cloud import moto_seams
from tests.conformance import FOLDER, Outcome

# Of plain moto 5.2.5, measured on a larger set of the same recordings (its README says so).
PLAIN_MOTO = {
    "event patterns, recorded": "76 %",
    "event patterns, ruler": "85 %",
    "Step Functions API errors": "17 %",
    "Step Functions TestState": "0 %",
    "API Gateway": "0 %",
}


def main(names: list[str]) -> None:
    if not FOLDER:
        print("There are no recordings: set CONFORMANCE_DIR to their folder.")  # noqa: T201
        return
    moto_seams.start()
    outcomes: list[Outcome] = []
    for path in sorted(Path(__file__).parent.glob("test_*.py")):
        if not names or path.stem.removeprefix("test_") in names:
            outcomes += importlib.import_module(f"tests.conformance.{path.stem}").run()
    by_category: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        by_category[outcome.category].append(outcome)
    print(f"{'':44}{'cases':>7}{'as AWS':>8}{'':>8}{'plain moto':>12}")  # noqa: T201
    for category, found in by_category.items():
        right = sum(not outcome.difference for outcome in found)
        share = f"{100 * right / len(found):.1f} %"
        moto = PLAIN_MOTO.get(category, "")
        print(f"{category:44}{len(found):7}{right:8}{share:>8}{moto:>12}")  # noqa: T201
    for outcome in outcomes:
        if outcome.difference:
            print(f"{outcome.category}: {outcome.case}: {outcome.difference[:300]}")  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])
