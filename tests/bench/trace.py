"""What the trace costs: its share of a grading in one process without walls, in percent.

python -m tests.bench.trace FOLDER COUNT
"""

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from labs.cloud import account
from labs.cloud.trace import Trace
from tests.bench import workload
from tests.bench.one_process import OneProcess


class Stopwatch:
    """Adds up the time that some functions take."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def watch(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*arguments: Any, **options: Any) -> Any:
            started = time.perf_counter()
            try:
                return function(*arguments, **options)
            finally:
                self.seconds += time.perf_counter() - started

        return watched


def main(folder: str, count: str) -> None:
    """Reading requests for the trace, and keeping what was read, against all else."""
    watch = Stopwatch()
    for owner, name in (
        (account, "read"),
        (account, "_call"),
        (Trace, "begin"),
        (Trace, "end"),
    ):
        setattr(owner, name, watch.watch(getattr(owner, name)))
    one = OneProcess((Path(folder) / "checks.py").read_text(), {"handler.py": workload.SOLUTION})
    shares = [_share(one, watch) for _ in range(int(count))]
    print(f"{statistics.median(shares):.1f}")


def _share(one: OneProcess, watch: Stopwatch) -> float:
    watch.seconds, started = 0.0, time.perf_counter()
    one.grade()
    return 100 * watch.seconds / (time.perf_counter() - started)


if __name__ == "__main__":
    main(*sys.argv[1:])
