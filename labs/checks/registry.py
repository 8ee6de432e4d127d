"""The decorators `@check` and `@setup`, and how a lab's checks are found again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from labs.checks.cloud import Cloud

type CheckFunction = Callable[[Cloud], None]


@dataclass(frozen=True)
class Check:
    """One check. The visible ones can be run freely; of the others title and feedback show."""

    id: str
    title: str
    points: int
    visible: bool
    function: CheckFunction


class BadChecksError(Exception):
    """checks.py breaks a rule; for its author."""


_CHECK, _SETUP = "_coldstart_check", "_coldstart_setup"


def check(
    title: str, *, points: int = 1, visible: bool = False
) -> Callable[[CheckFunction], CheckFunction]:
    """Make a function a check. Its name is the check's id, the title what the learner reads."""

    def mark(function: CheckFunction) -> CheckFunction:
        if not title.strip() or points < 1:
            raise BadChecksError(f"{_name(function)}: a check has a title and at least one point")
        found = Check(_name(function), title, points, visible, function)
        setattr(function, _CHECK, found)
        return function

    return mark


def setup(function: CheckFunction) -> CheckFunction:
    """Make a function the one that prepares the account, anew before each check."""
    setattr(function, _SETUP, True)
    return function


def collect(namespace: Mapping[str, object]) -> tuple[CheckFunction | None, tuple[Check, ...]]:
    """The setup function, if any, and the checks of a module in the order of the file.

    Raises:
        BadChecksError: no check, two with one name or title, or two setups.
    """
    functions = [value for value in namespace.values() if callable(value)]
    setups = [value for value in functions if getattr(value, _SETUP, False)]
    checks = [found for value in functions if (found := getattr(value, _CHECK, None))]
    if not checks:
        raise BadChecksError("there is no @check")
    if len(setups) > 1:
        raise BadChecksError("there are two functions with @setup: merge them")
    titles = [found.title for found in checks]
    if len(set(titles)) < len(titles):
        raise BadChecksError(
            "two checks have the same title: the learner could not tell them apart"
        )
    return (setups[0] if setups else None), tuple(checks)


def _name(function: CheckFunction) -> str:
    return getattr(function, "__name__", "check")
