"""Content hashes."""

import hashlib
import json


def digest(*parts: str) -> str:
    """SHA-256 in hex. The parts are kept apart: ("a", "b") and ("ab",) differ."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
