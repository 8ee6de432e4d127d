"""Content hashes."""

import hashlib
import json


def digest(*parts: str) -> str:
    """SHA-256 in hex. The parts are kept apart: ("a", "b") and ("ab",) differ."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def digest_of_json(value: object) -> str:
    """SHA-256 in hex; the order of an object's keys does not count."""
    return digest(json.dumps(value, sort_keys=True))
