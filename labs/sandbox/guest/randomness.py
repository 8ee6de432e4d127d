"""What is random in the learner's process follows from the seed that the account gave to it.

So the ids that code makes are the same in each run of a grading, and differ from process to
process. It covers random, secrets, os.urandom, uuid and, through them, boto3.
"""

import os
import random
import uuid
from typing import Any

_source = random.Random()  # noqa: S311 - what happens in a sandbox is no secret
_begun = False
_seed_from = random.Random.seed


def install() -> None:
    """Draw everything from one source; in the zygote."""
    os.urandom = _source.randbytes
    random._urandom = _source.randbytes  # type: ignore[attr-defined]
    random.Random.seed = _seed  # type: ignore[method-assign]
    random.seed = random._inst.seed
    _seed_from(_source, "warm")  # as `begin` does in each child


def begin(seed: str) -> None:
    """Begin this process's sequence, when it hears of its seed for the first time."""
    global _begun
    if _begun or not seed:
        return
    _begun = True
    _seed_from(_source, seed)
    random.seed()
    # Else uuid1() would look for a network card.
    uuid._node = random.getrandbits(48)  # type: ignore[attr-defined]


def _seed(self: random.Random, a: Any = None, version: int = 2) -> None:
    """Random.seed; the C code behind it would ask the kernel where no seed is given."""
    _seed_from(self, os.urandom(32) if a is None else a, version)
