"""What a check can let go wrong with the learner's calls: seeded, so that it goes wrong again.

A check's own clients are never hit. Each fault counts what it could hit, lets the first `after`
pass, and then hits `times` (None: each time), or each time with `probability`. A fault of a call
may be one of those alone `where` a parameter has a value: where={"TableName": "orders"}.
"""

import difflib
import functools
import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypedDict, Unpack

import botocore.session
from moto.core.utils import get_service_model

from labs.cloud.clock import NS_PER_MS
from labs.cloud.fault_answers import answer, cancellation, throttling
from labs.cloud.partial_batches import LEFT
from labs.sandbox import seam

# Those whose entries are accepted one by one.
BATCHES = (("events", "PutEvents"), ("sns", "PublishBatch"), ("sqs", "SendMessageBatch"))


# What an error says may depend on the parameters of the call.
type Answer = Callable[[Mapping[str, Any]], seam.Frame]


class BadFaultError(ValueError):
    """A check asks for a fault that cannot be; for its author."""


class Hit(NamedTuple):
    """What becomes of one call: nothing special, if all is as by default."""

    error: seam.Frame | None = None
    lost: bool = False
    delay_ns: int = 0
    is_partial: bool = False
    is_crash: bool = False
    before: tuple[Callable[[], object], ...] = ()
    refuse: Answer | None = None  # the error, where it depends on the call
    done: int = 0  # how many of a partial batch; 0 is half of them

    def error_of(self, parameters: Mapping[str, Any]) -> seam.Frame | None:
        """The error of a call with these parameters."""
        return self.refuse(parameters) if self.refuse else self.error

    def happen_before(self) -> None:
        """Do what others do before the call arrives."""
        for action in self.before:
            action()


@dataclass
class Schedule:
    """When one fault hits."""

    random: random.Random
    times: int | None = 1
    after: int = 0
    probability: float = 1
    _seen: int = field(default=0, init=False)
    _hits: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        if self.after < 0 or (self.times is not None and self.times < 1):
            raise BadFaultError("a fault hits at least once: times=2, after=0")
        if not 0 < self.probability <= 1:
            raise BadFaultError("a probability lies between 0 and 1: probability=0.3")

    def hits(self) -> bool:
        """Whether it hits this time; to be asked once for each time that it could."""
        self._seen += 1
        if self._seen <= self.after or self._hits == self.times:
            return False
        if self.probability < 1 and self.random.random() >= self.probability:
            return False
        self._hits += 1
        return True


class FailedEntry(TypedDict):
    """What the answer to a batch says of an entry that was not accepted, beside its id."""

    Code: str
    Message: str
    SenderFault: bool


class When(TypedDict, total=False):
    """How often a fault hits, and when; see the module's docstring."""

    times: int | None
    after: int
    probability: float


class OfCall(When, total=False):
    """The same of a fault of calls, which may be those with certain parameters alone."""

    where: Mapping[str, object]


class _CallFault(NamedTuple):
    """What becomes of some calls of one operation."""

    service: str
    operation: str
    where: Mapping[str, object]
    schedule: Schedule
    hit: Hit

    def hits(self, service: str, operation: str, parameters: Mapping[str, Any]) -> bool:
        """Whether it hits this call; it counts those that it could hit."""
        return (
            (service, operation) == (self.service, self.operation)
            and all(parameters.get(name) == value for name, value in self.where.items())
            and self.schedule.hits()
        )


class Faults:
    """The faults of one account. Services and operations have the names that botocore gives."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._count = 0
        self._of_calls: list[_CallFault] = []
        self._of_entries: list[tuple[str, str, Schedule, FailedEntry]] = []
        self._of_functions: list[tuple[str, int, Schedule]] = []
        self._of_queues: list[tuple[str, Schedule]] = []

    def throttle(self, service: str, operation: str, **when: Unpack[OfCall]) -> None:
        """Refuse a call as AWS does when there are too many; boto3 tries again by itself."""
        _check_names(service, operation)
        error = answer(service, *throttling(service))
        self._add(service, operation, when, Hit(error=error))

    def fail(
        self,
        service: str,
        operation: str,
        *,
        code: str,
        status: int = 400,
        message: str = "",
        details: Mapping[str, Any] | None = None,
        **when: Unpack[OfCall],
    ) -> None:
        """Answer a call with the error `code`, and do nothing of what was asked for.

        `details` are what such an error tells beside its message: {"CancellationReasons": [...]}.
        """
        _check_names(service, operation)
        if not 400 <= status <= 599:
            raise BadFaultError(f"{status} is not the status of an error")
        error = answer(service, code, status, message, details)
        self._add(service, operation, when, Hit(error=error))

    def lose_response(self, service: str, operation: str, **when: Unpack[OfCall]) -> None:
        """Do what was asked for, then close the connection; boto3 tries again by itself."""
        _check_names(service, operation)
        self._add(service, operation, when, Hit(lost=True))

    def cancel_transaction(self, reason: str, *, at: int = 0, **when: Unpack[OfCall]) -> None:
        """Cancel a TransactWriteItems for its item number `at`, as TransactionConflict does."""
        if at < 0:
            raise BadFaultError("items of a transaction are counted from 0: at=1")
        hit = Hit(refuse=functools.partial(cancellation, reason, at))
        self._add("dynamodb", "TransactWriteItems", when, hit)

    def hold_back(
        self, service: str, operation: str, *, done: int = 0, **when: Unpack[OfCall]
    ) -> None:
        """Do the first half of a batch, or so many, and give the rest back as not processed."""
        _check_names(service, operation)
        if service != "dynamodb" or operation not in LEFT:
            raise BadFaultError(f"a batch of DynamoDB can be done in part: {', '.join(LEFT)}")
        self._add(service, operation, when, Hit(is_partial=True, done=done))

    def fail_entries(
        self,
        service: str,
        operation: str,
        *,
        code: str = "InternalError",
        message: str = "",
        sender_fault: bool = False,
        **when: Unpack[When],
    ) -> None:
        """Accept a batch but for some of its entries; it counts, and hits, entries."""
        _check_names(service, operation)
        if (service, operation) not in BATCHES:
            known = ", ".join(".".join(name) for name in BATCHES)
            raise BadFaultError(f"entries can be refused by {known}")
        entry = FailedEntry(Code=code, Message=message, SenderFault=sender_fault)
        self._of_entries.append((service, operation, self._schedule(when), entry))

    def crash(self, service: str, operation: str, **when: Unpack[OfCall]) -> None:
        """End the process that makes the call: it is done, and nobody reads the answer."""
        _check_names(service, operation)
        self._add(service, operation, when, Hit(is_crash=True))

    def delay(
        self, service: str, operation: str, *, milliseconds: int, **when: Unpack[OfCall]
    ) -> None:
        """Answer so much later, by the account's clock. A function may time out over it."""
        _check_names(service, operation)
        if milliseconds < 1:
            raise BadFaultError("a delay takes time: milliseconds=200")
        self._add(service, operation, when, Hit(delay_ns=milliseconds * NS_PER_MS))

    def interleave(
        self, service: str, operation: str, action: Callable[[], object], **when: Unpack[OfCall]
    ) -> None:
        """Let somebody else be faster: `action` of the check is done before the call arrives.

        It may do anything that a check may, also invoke the function that is running: that is then
        another execution environment, as of a second event at the same time.
        """
        _check_names(service, operation)
        self._add(service, operation, when, Hit(before=(action,)))

    def kill(self, function: str, *, after_calls: int = 1, **when: Unpack[When]) -> None:
        """End a function's environment when an invocation has made so many calls."""
        if after_calls < 1:
            raise BadFaultError("an environment is killed after a call: after_calls=1")
        self._of_functions.append((function, after_calls, self._schedule(when)))

    def deliver_twice(self, queue: str, **when: Unpack[When]) -> None:
        """Deliver a message to its function again, as if SQS had missed that it was done with."""
        self._of_queues.append((queue, self._schedule(when)))

    def of_call(
        self, service: str, operation: str, parameters: Mapping[str, Any] | None = None
    ) -> Hit:
        """What is to become of this call."""
        given = parameters or {}
        hits = [fault.hit for fault in self._of_calls if fault.hits(service, operation, given)]
        if not hits:
            return Hit()
        errors = (hit.error_of(given) for hit in hits)
        return Hit(
            error=next(filter(None, errors), None),
            lost=any(hit.lost for hit in hits),
            delay_ns=sum(hit.delay_ns for hit in hits),
            is_partial=any(hit.is_partial for hit in hits),
            is_crash=any(hit.is_crash for hit in hits),
            before=tuple(action for hit in hits for action in hit.before),
            done=next((hit.done for hit in hits if hit.done), 0),
        )

    def of_entry(self, service: str, operation: str) -> FailedEntry | None:
        """What is to be said of this entry of a batch instead of accepting it, or None."""
        for of_service, of_operation, schedule, entry in self._of_entries:
            if (service, operation) == (of_service, of_operation) and schedule.hits():
                return entry
        return None

    def kills(self, function: str, calls: int) -> bool:
        """Whether an invocation's environment ends with the call of this number."""
        return _any_hits(
            schedule
            for name, after_calls, schedule in self._of_functions
            if (name, after_calls) == (function, calls)
        )

    def keeps(self, queue: str) -> bool:
        """Whether a message stays in this queue although its function is done with it."""
        return _any_hits(schedule for name, schedule in self._of_queues if name == queue)

    def _add(self, service: str, operation: str, asked: OfCall, hit: Hit) -> None:
        where = asked.pop("where", {})
        fault = _CallFault(service, operation, where, self._schedule(asked), hit)
        self._of_calls.append(fault)

    def _schedule(self, when: When) -> Schedule:
        self._count += 1
        source = random.Random(f"{self._seed}:fault:{self._count}")  # noqa: S311 - no secret
        return Schedule(source, **when)


def _any_hits(schedules: Iterable[Schedule]) -> bool:
    """Asks each of them, so that each counts."""
    hits = [schedule.hits() for schedule in schedules]
    return any(hits)


def warm() -> None:
    """Read the services' names, which takes as long as a dozen calls."""
    _services()


def _check_names(service: str, operation: str) -> None:
    _check_name(service, _services(), "service")
    _check_name(operation, tuple(get_service_model(service).operation_names), f"{service}")


def _check_name(name: str, known: tuple[str, ...], of: str) -> None:
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        hint = f": do you mean {near[0]}?" if near else ""
        what = "AWS has no service" if of == "service" else f"{of} has no operation"
        raise BadFaultError(f"{what} {name!r}{hint}")


@functools.cache
def _services() -> tuple[str, ...]:
    return tuple(botocore.session.get_session().get_available_services())
