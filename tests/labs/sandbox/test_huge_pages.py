"""What a zygote holds is the same after its memory has moved, in it and in its children."""

import json
import subprocess
import sys
from pathlib import Path

PROGRAM = """
import hashlib, json, os
from labs.sandbox import huge_pages

def digest():
    return hashlib.sha256("".join(text for texts in kept for text in texts).encode()).hexdigest()

kept = [[str(number), str(number) * 20] for number in range(100_000)]
before = digest()
moved = huge_pages.collapse()
if os.fork() == 0:
    kept[7][0] = "of the child"
    os._exit(0)
os.wait()
print(json.dumps([moved, before, digest()]))
"""


def test_memory_moves_and_stays_what_it_was() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=True,
    )

    moved, before, after = json.loads(done.stdout)
    assert before == after
    assert moved >= 0  # an older kernel moves nothing
