"""What is random in the account's process follows from the job's seed: ids, tokens, keys.

moto has a source of its own for most ids. The rest of it, and we, come down to os.urandom: through
uuid.uuid4, for one.
"""

import functools
import hashlib
import itertools
import os
import random

import moto.core.base_backend
from moto.moto_api._internal import mock_random

# About a millisecond: a learner's process sees ids and could try seeds, but only a few of 2**31.
ROUNDS = 3000

_real_urandom = os.urandom
_backend_numbers = itertools.count()


def start() -> None:
    """Let all of this process draw from the account's source."""
    os.urandom = mock_random.randbytes
    # Drawn when a service is first used, so that ids would depend on what was done before.
    moto.core.base_backend.uuid4 = _backend_numbers.__next__


def stop() -> None:
    os.urandom = _real_urandom


def seed(number: int) -> None:
    """Begin the sequence that belongs to this number."""
    mock_random.seed(number)
    random.seed(number)


@functools.lru_cache(maxsize=1)
def public_seed(seed: int) -> int:
    """The seed of all that the learner's code may see.

    Hidden inputs follow from `seed` itself, which must not be found out from this one.
    """
    digest = hashlib.pbkdf2_hmac("sha256", str(seed).encode(), b"coldstart", ROUNDS)
    return int.from_bytes(digest[:8])
