"""Where in checks.py our side broke, for its author."""

import traceback

from labs.checks.registry import BadChecksError
from labs.cloud.faults import BadFaultError
from labs.verdict import Fault


def fault(error: BaseException, path: str) -> Fault:
    """What broke, and the line of the checks at `path` that led to it."""
    kind, text = type(error).__name__, " ".join(str(error).split())
    if isinstance(error, SyntaxError) and error.filename == path:
        return Fault(error.lineno or 1, f"is not Python: {error.msg}")
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == path and frame.lineno]
    if isinstance(error, BadChecksError):
        return Fault(error.line or (lines or [1])[-1], text)
    if isinstance(error, BadFaultError):
        return Fault((lines or [1])[-1], text)
    return Fault(lines[-1] if lines else 0, f"{kind}: {text}" if text else kind)
