"""The memory that the processes of a running grading share with nobody."""

import select
import tempfile
import threading
from pathlib import Path

import labs
from labs import grader
from labs.sandbox.pool import CLOUD_ENTRY, LEARNER_ENTRY
from tests.bench import workload

# The last check holds the grading until it has been looked at.
HOLD = (
    "\n\n@check('Waits')\ndef wait(cloud: Cloud) -> None:\n    import time\n    time.sleep(1.5)\n"
)


def unique_mb() -> dict[str, float]:
    """Megabytes by process, from /proc/PID/smaps_rollup; empty if that may not be read."""
    with tempfile.TemporaryDirectory() as folder:
        spec = workload.write_lab(Path(folder), checks=workload.CHECKS + HOLD)
        grading = threading.Thread(
            target=labs.grade, args=(spec, {"handler.py": workload.SOLUTION}), kwargs={"seed": 1}
        )
        grader.warm_up()
        grading.start()
        select.select([], [], [], 1.0)
        try:
            found = {
                name: max(map(_private_mb, _children(grader.zygotes().get(entry).pid)))
                for name, entry in (("cloud process", CLOUD_ENTRY), ("learner", LEARNER_ENTRY))
            }
        except PermissionError:
            found = {}
        grading.join()
    return found


def _children(zygote: int) -> list[int]:
    """What a zygote has forked: the children of its own child."""
    (inner,) = _below(zygote)
    return _below(inner)


def _below(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in text.split()]


def _private_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    kilobytes = [int(line.split()[1]) for line in lines if line.startswith("Private_")]
    return sum(kilobytes) / 1024
