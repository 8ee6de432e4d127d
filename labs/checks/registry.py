"""The decorators `@check` and `@setup`, and how a lab's checks are found again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import overload

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


@dataclass(frozen=True)
class Setup:
    """What prepares the account: once, or before each check."""

    function: CheckFunction
    once: bool


class BadChecksError(Exception):
    """checks.py breaks a rule; for its author. `line` is 0 where the traceback tells it."""

    def __init__(self, message: str, *, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


_CHECK, _SETUP = "_coldstart_check", "_coldstart_setup"


def check(
    title: str, *, points: int = 1, visible: bool = False
) -> Callable[[CheckFunction], CheckFunction]:
    """Make a function a check. Its name is the check's id, the title what the learner reads."""
    if not title.strip() or points < 1:
        raise BadChecksError('a check has a title and at least one point: @check("It works")')

    def mark(function: CheckFunction) -> CheckFunction:
        # A module binds the name after decorating: what it holds now is an earlier function.
        if hasattr(function.__globals__.get(_name(function)), _CHECK):
            raise BadChecksError(f"there are two checks '{_name(function)}': rename one")
        found = Check(_name(function), title, points, visible, function)
        setattr(function, _CHECK, found)
        return function

    return mark


@overload
def setup(function: CheckFunction) -> CheckFunction: ...
@overload
def setup(*, once: bool) -> Callable[[CheckFunction], CheckFunction]: ...
def setup(
    function: CheckFunction | None = None, *, once: bool = False
) -> CheckFunction | Callable[[CheckFunction], CheckFunction]:
    """Make a function the one that prepares the account.

    `@setup` runs before each check, which so begins in an account of its own. `@setup(once=True)`
    runs once: the checks then look, one after the other, at the same account. That is right where
    the learner's code runs in the setup and the checks only read, and several times as fast.
    """

    def mark(function: CheckFunction) -> CheckFunction:
        setattr(function, _SETUP, Setup(function, once))
        return function

    return mark(function) if function else mark


def collect(namespace: Mapping[str, object]) -> tuple[Setup | None, tuple[Check, ...]]:
    """The setup, if any, and the checks of a module in the order of the file.

    Raises:
        BadChecksError: no check, two with one title, or two setups.
    """
    functions = [value for value in namespace.values() if callable(value)]
    setups = [found for value in functions if (found := getattr(value, _SETUP, None))]
    checks = [found for value in functions if (found := getattr(value, _CHECK, None))]
    if not checks:
        raise BadChecksError("there is no @check: write at least one")
    if len(setups) > 1:
        message = "there are two functions with @setup: merge them"
        raise BadChecksError(message, line=_line(setups[1].function))
    titles = [found.title for found in checks]
    for found in checks:
        if titles.count(found.title) > 1:
            message = f"two checks have the same title '{found.title}': rename one"
            raise BadChecksError(message, line=_line(found.function))
    return (setups[0] if setups else None), tuple(checks)


def _line(function: CheckFunction) -> int:
    return function.__code__.co_firstlineno


def _name(function: CheckFunction) -> str:
    return getattr(function, "__name__", "check")
