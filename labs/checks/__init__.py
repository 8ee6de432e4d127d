"""What an author of checks writes with; see CONTRIBUTING.md for a whole lab.

    from labs.checks import Cloud, check, expect, setup

Checks run in the account's process. They never meet the learner's code but through the account.
"""

from labs.checks.cloud import Cloud, Function, Queue, Table
from labs.checks.failure import CheckFailedError, expect
from labs.checks.program import ProgramError
from labs.checks.registry import check, setup

__all__ = [
    "CheckFailedError",
    "Cloud",
    "Function",
    "ProgramError",
    "Queue",
    "Table",
    "check",
    "expect",
    "setup",
]
