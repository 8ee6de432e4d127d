"""The simulated account: answers AWS requests, runs what is wired to them, keeps the trace."""

import itertools
import math
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from botocore.awsrequest import AWSPreparedRequest
from botocore.compat import HTTPHeaders

from labs.cloud import moto_lambda, moto_seams
from labs.cloud.clock import CALL_NS, NS_PER_MS, clock, start_of
from labs.cloud.faults import CONNECTION_CLOSED, Faults
from labs.cloud.guest import Guest, GuestError, KilledError, Serve
from labs.cloud.lambda_runtime.environments import Environments
from labs.cloud.randomness import public_seed
from labs.cloud.requests import Asked, read
from labs.cloud.trace import NOT_SIMULATED, UNANSWERED, Trace, error_code
from labs.cloud.wiring import sqs_lambda
from labs.errors import LabsError
from labs.sandbox import seam
from labs.verdict import Call

AWS_DOMAINS = (".amazonaws.com", ".api.aws")
MOTO_HOSTS = {"motoapi.amazonaws.com"}
MAX_DELIVERIES = 500  # at one moment
MAX_MOMENTS = 30  # to which `settle` lets time pass
MAX_SOURCE = 100

# Gives a learner's process whose calls are served by the function handed over, with so many MB of
# memory (0: as much as the job may use).
type StartGuest = Callable[[Serve, int], Guest]


class UnsettledError(LabsError):
    """Messages are delivered again and again; `settle` gave up."""


class Account:
    """One learner's account, empty at first. There is one at a time in a process."""

    def __init__(self, start_guest: StartGuest, *, seed: int, real_time: bool = False) -> None:
        self._seed = public_seed(seed)
        moto_seams.reset(self._seed, None if real_time else start_of(self._seed))
        self.trace = Trace()
        self.faults = Faults(self._seed)
        self._start_guest = start_guest
        self._guests = itertools.count()
        self._calls_made: Counter[str] = Counter()  # by invocation
        self.environments = Environments(self.start_guest)
        moto_lambda.set_invoke(self.environments.invoke)
        moto_seams.set_pass_time(self.pass_time)
        self._busy = 0

    def start_guest(self, memory_mb: int = 0) -> Guest:
        """A process for the learner's code, whose calls come here; 0: as much as the job has."""
        guest = self._start_guest(self.serve, memory_mb)
        guest.seed = f"{self._seed}:{next(self._guests)}"
        return guest

    def serve(self, header: dict[str, Any], body: bytes) -> seam.Frame:
        """Answer one request of the learner's code, and deliver what it set in motion.

        Raises:
            SeamError: it is no request; its sender is not to be talked to any more.
            KilledError: a fault ends its sender, after the call was done.
        """
        try:
            request = _prepared(header, body)
            asked = read(request)
            del request.headers[moto_seams.READ_AS]
            request.headers[moto_seams.READ_AS] = asked.operation
            call = self._call(asked, str(header["source"])[:MAX_SOURCE])
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise seam.SeamError(f"no AWS request: {error!r}") from None
        started = clock.now_ns()
        clock.advance(CALL_NS)
        if not self._busy:
            self._deliver_now()
        number = self.trace.begin(call)
        self.trace.regions.add(asked.region)
        frame, code = self._answered(request, asked)
        self._kill_sender(call.request_id)
        duration_ms = (clock.now_ns() - started) // NS_PER_MS
        self.trace.end(number, status=frame[0]["status"], error=code, duration_ms=duration_ms)
        if not self._busy:
            self._deliver_now()
        return frame

    def _call(self, asked: Asked, source: str) -> Call:
        """What the trace says about a call, as long as it has no answer."""
        running = self.environments.running
        return Call(
            asked.service,
            asked.operation,
            0,
            source,
            UNANSWERED,
            parameters=asked.parameters,
            made_by=f"function {running[-1].function}" if running else "script",
            request_id=running[-1].request_id if running else "",
        )

    def _answered(self, request: AWSPreparedRequest, asked: Asked) -> tuple[seam.Frame, str]:
        """The answer, or what a fault makes of it, and the error code for the trace."""
        hit = self.faults.of_call(asked.service, asked.operation)
        with self._working():
            frame = hit.error or _answer(request, f"{asked.service}.{asked.operation}")
        clock.advance(hit.delay_ns)
        if hit.lost:
            return ({"lost": True, "status": 0}, b""), CONNECTION_CLOSED
        answer, content = frame
        if "not_simulated" in answer:
            return frame, NOT_SIMULATED
        return frame, error_code(answer["status"], answer["headers"], content)

    def _kill_sender(self, request_id: str) -> None:
        if not request_id:
            return
        self._calls_made[request_id] += 1
        function = self.environments.running[-1].function
        if self.faults.kills(function, self._calls_made[request_id]):
            raise KilledError("signal: killed")

    def settle(self) -> None:
        """Deliver everything that is in flight, letting time pass, until nothing moves.

        Raises:
            UnsettledError: after MAX_MOMENTS; a message without a dead-letter queue comes back
                for as long as it fails.
        """
        for _ in range(MAX_MOMENTS):
            if not self._deliver_now():
                raise UnsettledError(
                    f"After {MAX_DELIVERIES} deliveries at one moment there were still more: "
                    "functions set each other off again and again."
                )
            if not self.pass_time(until=math.inf):
                return
        raise UnsettledError(
            f"After {MAX_MOMENTS} rounds messages were still coming back: a message that fails "
            "every time needs a dead-letter queue."
        )

    def let_pass(self, seconds: float) -> None:
        """Let so much time pass, and deliver what becomes due meanwhile, when it does.

        Raises:
            UnsettledError: after MAX_DELIVERIES moments.
        """
        end = clock.millis() + seconds * 1000
        self._deliver_now()
        for _ in range(MAX_DELIVERIES):
            if not self.pass_time(until=end):
                clock.advance_to(end)
                self._deliver_now()
                return
        raise UnsettledError(
            f"In {seconds:g} s messages came back at more than {MAX_DELIVERIES} moments."
        )

    def pass_time(self, *, until: float) -> bool:
        """Let time pass to the next moment at which something is due (ms), and deliver it.

        False if nothing is due before `until`; then no time has passed.
        """
        moment = sqs_lambda.next_moment()
        if moment is None or moment >= until:
            return False
        clock.advance_to(moment + 1)
        self._deliver_now()
        return True

    def close(self) -> None:
        self.environments.close()

    def _deliver_now(self) -> bool:
        """Deliver what is visible now; False if there was no end to it."""
        with self._working():
            for _ in range(MAX_DELIVERIES):
                if not sqs_lambda.deliver(self.environments, self.faults):
                    return True
        return False

    @contextmanager
    def _working(self) -> Iterator[None]:
        """While the account works, calls of functions deliver nothing."""
        self._busy += 1
        try:
            yield
        finally:
            self._busy -= 1


def _prepared(header: dict[str, Any], body: bytes) -> AWSPreparedRequest:
    headers = HTTPHeaders()
    for name, value in header["headers"].items():
        plain = str(name).lower().replace("_", "-")
        # moto folds names in this way, and would take one header for another.
        is_folded = plain != str(name).lower() and not plain.startswith("x-amz-meta-")
        # By its own headers moto would be led into another account, which no check looks at.
        if not is_folded and not plain.startswith("x-moto-") and plain not in headers:
            headers[str(name)] = str(value)
    return AWSPreparedRequest(str(header["method"]), str(header["url"]), headers, body, False)


def _answer(request: AWSPreparedRequest, name: str) -> seam.Frame:
    host = urlsplit(request.url).hostname or ""
    if host in MOTO_HOSTS or not host.endswith(AWS_DOMAINS):
        return _not_simulated(f"{host} is not part of the simulated cloud.")
    try:
        answer = moto_seams.process(request)
    except GuestError:
        raise
    except moto_seams.MissingError as error:
        return _not_simulated(f"{name} is not simulated {error}.")
    except NotImplementedError:
        return _not_simulated(f"{name} is not simulated.")
    except Exception as error:
        # Whatever breaks inside moto is our gap, not the learner's mistake.
        kind = type(error).__name__
        return _not_simulated(f"{name} cannot be simulated with these parameters ({kind}).")
    if answer is None or (answer[0] == 404 and answer[2] == b"Not yet implemented"):
        return _not_simulated(f"{name} is not simulated.")
    status, headers, content = answer
    return {"status": status, "headers": headers}, content


def _not_simulated(reason: str) -> seam.Frame:
    return {"not_simulated": reason, "status": 501, "headers": {}}, b""
