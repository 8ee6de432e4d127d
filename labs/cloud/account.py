"""The simulated account: answers AWS requests, runs what is wired to them, keeps the trace."""

import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal
from urllib.parse import urlsplit

from botocore.awsrequest import AWSPreparedRequest
from botocore.compat import HTTPHeaders

from labs.cloud import (
    fault_answers,
    moto_lambda,
    moto_s3,
    moto_seams,
    moto_sns,
    partial_batches,
    presigned,
    routes,
)
from labs.cloud.answers import answer_text
from labs.cloud.clock import CALL_NS, NS_PER_MS, clock, start_of
from labs.cloud.guest import Guest, GuestError, KilledError, Serve
from labs.cloud.iam import denials, enforcement, pollers
from labs.cloud.lambda_runtime.environments import Environments
from labs.cloud.missing import MissingError
from labs.cloud.parameters import as_text
from labs.cloud.randomness import public_seed
from labs.cloud.requests import Asked, read
from labs.cloud.simulation import Caller, Simulation, Source, current, set_current
from labs.cloud.touched import resources_of
from labs.cloud.trace import (
    CONNECTION_CLOSED,
    NOT_SIMULATED,
    UNANSWERED,
    UNREACHABLE,
    error_code,
)
from labs.cloud.wiring import sqs_lambda, stream_lambda
from labs.cloud.wiring.pipes import runs
from labs.cloud.wiring.s3 import buckets
from labs.cloud.wiring.sns import delivery
from labs.errors import LabsError
from labs.sandbox import seam
from labs.verdict import Call

AWS_DOMAINS = (".amazonaws.com", ".api.aws")
MOTO_HOSTS = {"motoapi.amazonaws.com"}
# What is polled, in the order in which it is. Each is made anew for an account.
SOURCES: tuple[Callable[[], Source], ...] = (sqs_lambda.QueueMappings, runs.Pipes)
MAX_DELIVERIES = 500  # of what is polled, at one moment
MAX_DEPTH = 500  # of what sets each other off at one moment; beside each other it may be more
MAX_MOMENTS = 3000  # to which `settle` lets time pass
MAX_RETURNS = 30  # of which are those of messages that come back
MAX_PASSED = 3000  # moments at which something is due while a known time passes
MAX_SOURCE = 100
NS_PER_SECOND = 1_000_000_000

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
        self._start_guest = start_guest
        self._guests = itertools.count()
        self._calls_made: Counter[str] = Counter()  # by invocation
        self.environments = Environments(self.start_guest)
        self.simulation = Simulation(self._seed, self.environments, self.wait_until)
        self.simulation.start_guest = self.start_guest
        self.simulation.sources += [source() for source in SOURCES]
        set_current(self.simulation)
        self.trace, self.faults = self.simulation.trace, self.simulation.faults
        stream_lambda.watch()
        moto_lambda.set_invoke(self.environments.invoke)
        moto_sns.set_deliver(delivery.deliver)
        moto_s3.set_wiring(buckets)
        moto_seams.set_pass_time(self.pass_time)
        self._busy = 0

    def start_guest(self, memory_mb: int = 0) -> Guest:
        """A process for the learner's code, whose calls come here; 0: as much as the job has."""
        guest = self._start_guest(self.serve, memory_mb)
        guest.seed = f"{self._seed}:{next(self._guests)}"
        guest.let_pass = self._let_sleep
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
            caller = self._caller(str(header["source"])[:MAX_SOURCE])
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise seam.SeamError(f"no AWS request: {error!r}") from None
        started = clock.now_ns()
        clock.advance(CALL_NS)
        if not self._busy:
            self._deliver_now()
        number = self.trace.begin(_call(asked, caller))
        self.trace.regions.add(asked.region)
        self.simulation.callers.append(caller)
        try:
            frame, code = self._answered(request, asked, is_http=header.get("http") is True)
        finally:
            self.simulation.callers.pop()
        self._kill_sender(caller.request_id)
        duration_ms = (clock.now_ns() - started) // NS_PER_MS
        self.trace.end(
            number,
            status=frame[0]["status"],
            error=code,
            duration_ms=duration_ms,
            answer=answer_text(frame[0].get("headers", {}), frame[1]),
        )
        if not self._busy:
            self._deliver_now()
        return frame

    def request(
        self, method: str, url: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        """What somebody outside gets who has an address and no credentials, as a browser does.

        It is in no trace, and no fault hits it. (status, headers, body)
        """
        host = urlsplit(url).netloc
        header = {"method": method, "url": url, "headers": {"Host": host, **headers}}
        request = _prepared(header, body)
        asked = read(request)
        request.headers[moto_seams.READ_AS] = asked.operation
        with self._working():
            answer, content = _unproven(request, asked) or _answer(request, asked.service)
        if "not_simulated" in answer:
            raise ValueError(answer["not_simulated"])
        return answer["status"], answer["headers"], content

    def _caller(self, source: str) -> Caller:
        if not (running := self.environments.running):
            return Caller("script", source)
        return Caller(f"{running[-1].kind} {running[-1].function}", source, running[-1].request_id)

    def _answered(
        self, request: AWSPreparedRequest, asked: Asked, *, is_http: bool
    ) -> tuple[seam.Frame, str]:
        """The answer, or what a fault makes of it, and the error code for the trace.

        `is_http` is whether the sender says that no AWS client sent it: then an address that is
        not the account's is one that cannot be reached, and no gap of ours.
        """
        if is_http and not _is_ours(request):
            return ({"unreachable": True, "status": 0}, b""), UNREACHABLE
        hit = self.faults.of_call(asked.service, asked.operation, asked.values)
        hit.happen_before()
        rest = partial_batches.cut(request, asked.operation, hit.done) if hit.is_partial else {}
        with self._working():
            frame = hit.error or _unproven(request, asked)
            frame = frame or _refusal(asked, self.simulation.callers[-1])
            frame = frame or _answer(request, f"{asked.service}.{asked.operation}")
        frame = partial_batches.told(frame, rest, asked.operation)
        clock.advance(hit.delay_ns)
        if hit.is_crash:
            raise KilledError("signal: killed")
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

        What is due without being in flight, as a schedule's next event, is not waited for.

        Raises:
            UnsettledError: after MAX_DELIVERIES at one moment, or MAX_MOMENTS; a message without
                a dead-letter queue comes back for as long as it fails.
        """
        returns = 0
        for _ in range(MAX_MOMENTS):
            self._deliver_now()
            moment, by_source = self._next_moment()
            returns += by_source
            if moment is None:
                return
            if returns > MAX_RETURNS:
                raise UnsettledError(
                    f"After {MAX_RETURNS} rounds messages were still coming back: a message that "
                    "fails every time needs a dead-letter queue."
                )
            clock.advance_to(moment + 1)
        raise UnsettledError(
            f"At {MAX_MOMENTS} moments something was still under way, and it came to no end: "
            f"{self.simulation.agenda.loop()}."
        )

    def let_pass(self, seconds: float) -> None:
        """Let so much time pass, and deliver what becomes due meanwhile, when it does.

        Raises:
            UnsettledError: after MAX_PASSED moments.
        """
        end = clock.millis() + seconds * 1000
        self._deliver_now()
        for _ in range(MAX_PASSED):
            if not self.pass_time(until=end):
                clock.advance_to(end)
                self._deliver_now()
                return
        raise UnsettledError(
            f"In {seconds:g} s something was due at more than {MAX_PASSED} moments: "
            f"{self.simulation.agenda.loop() or 'messages came back'}."
        )

    def pass_time(self, *, until: float) -> bool:
        """Let time pass to the next moment at which something is due (ms), and deliver it.

        False if nothing is due before `until`; then no time has passed.
        """
        moment, _ = self._next_moment(background=True)
        if moment is None or moment >= until:
            return False
        clock.advance_to(moment + 1)
        self._deliver_now()
        return True

    def wait_until(self, done: Callable[[], bool], *, until: float) -> bool:
        """Let everything go on, and time pass, until `done()`; see `WaitUntil`."""
        self._deliver_now(done)
        while not done():
            if not self.pass_time(until=until):
                clock.advance_to(until)
                self._deliver_now(done)
                return done()
        return True

    def _let_sleep(self, nanoseconds: int) -> None:
        """The learner's code slept: what was due meanwhile happened meanwhile.

        A function's sleep just takes its time: what is due is done after its call.
        """
        if self._busy:
            clock.advance(nanoseconds)
        elif nanoseconds:
            self.let_pass(nanoseconds / NS_PER_SECOND)

    def _next_moment(self, *, background: bool = False) -> tuple[float | None, bool]:
        """When something is due next, and whether it is what a source delivers."""
        moments = [source.next_moment() for source in self.simulation.sources]
        polled = min((moment for moment in moments if moment is not None), default=None)
        planned = self.simulation.agenda.next_moment(background=background)
        if polled is None or (planned is not None and planned <= polled):
            return planned, False
        return polled, True

    def close(self) -> None:
        self.environments.close()

    def _deliver_now(self, done: Callable[[], bool] = lambda: False) -> None:
        """Deliver what is due now, or until `done()`.

        Raises:
            UnsettledError: there was no end to it.
        """
        agenda, polled = self.simulation.agenda, 0
        agenda.depth = 0
        with self._working():
            while polled < MAX_DELIVERIES and agenda.depth < MAX_DEPTH:
                found = "" if done() else self._deliver_one()
                if not found:
                    return
                polled += found == "polled"
        raise UnsettledError(
            f"After {polled or MAX_DEPTH} deliveries at one moment there were still more, as they "
            f"set each other off again and again: {agenda.loop()}. Between functions, queues, "
            "topics and buckets Lambda would stop that after about 16 rounds."
        )

    def _deliver_one(self) -> Literal["", "planned", "polled"]:
        """Do what is due first: what it was, "" if nothing is.

        What breaks in it is a gap, and noted.
        """
        simulation = self.simulation
        try:
            if simulation.agenda.run_next():
                return "planned"
            simulation.agenda.depth = 0
            return "polled" if any(source.deliver() for source in simulation.sources) else ""
        except (LabsError, AssertionError):
            raise
        except Exception as error:
            told = as_text({"what": simulation.agenda.loop(), "error": type(error).__name__})
            broken = Call(
                "account", "Deliver", 501, "", NOT_SIMULATED, told, made_by="service account"
            )
            self.trace.begin(broken)
            return "polled"

    @contextmanager
    def _working(self) -> Iterator[None]:
        """While the account works, calls of functions deliver nothing."""
        self._busy += 1
        try:
            yield
        finally:
            self._busy -= 1


def _call(asked: Asked, caller: Caller) -> Call:
    """What the trace says about a call, as long as it has no answer."""
    return Call(
        asked.service,
        asked.operation,
        0,
        caller.source,
        UNANSWERED,
        parameters=asked.parameters,
        made_by=caller.made_by,
        request_id=caller.request_id,
        resources=resources_of(asked.service, asked.operation, asked.values),
    )


def _refusal(asked: Asked, caller: Caller) -> seam.Frame | None:
    """The answer to one who lacks a permission, where the lab enforces IAM."""
    denial = enforcement.check_call(
        asked.access_key_id, caller, asked.service, asked.operation, asked.values, asked.region
    )
    if denial:
        return denials.answer(denial, asked.service, asked.operation)
    if asked.operation == "CreateEventSourceMapping" and current().enforces_iam:
        refused = pollers.refusal(asked.values, asked.region)
        code = "InvalidParameterValueException"
        return fault_answers.answer("lambda", code, 400, refused) if refused else None
    return None


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


def _is_ours(request: AWSPreparedRequest) -> bool:
    """Whether the account may have something at this address."""
    host = urlsplit(request.url).hostname or ""
    is_known = host.endswith(AWS_DOMAINS) or routes.find(host) is not None
    return is_known and host not in MOTO_HOSTS


def _unproven(request: AWSPreparedRequest, asked: Asked) -> seam.Frame | None:
    """The refusal of a URL or a form that was not signed so, or that is not public; else None."""
    refused = presigned.refusal(request, asked.operation) if asked.service == "s3" else None
    if refused is None:
        return None
    status, headers, body = refused
    return {"status": status, "headers": headers}, body


def _answer(request: AWSPreparedRequest, name: str) -> seam.Frame:
    if not _is_ours(request):
        host = urlsplit(request.url).hostname or ""
        return _not_simulated(f"{host} is not part of the simulated cloud.")
    try:
        answer = moto_seams.process(request)
    except (GuestError, UnsettledError):
        raise
    except MissingError as error:
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
