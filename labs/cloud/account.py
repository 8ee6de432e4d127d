"""The simulated account: answers AWS requests, runs what is wired to them, keeps the trace."""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from botocore.awsrequest import AWSPreparedRequest
from botocore.compat import HTTPHeaders

from labs.cloud import moto_seams
from labs.cloud.clock import clock
from labs.cloud.guest import Guest, GuestError, Serve
from labs.cloud.lambda_runtime.environments import Environments
from labs.cloud.trace import NOT_SIMULATED, Trace, describe, error_code, region_of
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

    def __init__(self, start_guest: StartGuest, *, seed: int) -> None:
        moto_seams.reset(seed)
        self.trace = Trace()
        self.environments = Environments(lambda memory_mb: start_guest(self.serve, memory_mb))
        moto_seams.set_invoke(self.environments.invoke)
        moto_seams.set_pass_time(self.pass_time)
        self._busy = 0

    def serve(self, header: dict[str, Any], body: bytes) -> seam.Frame:
        """Answer one request of the learner's code, and deliver what it set in motion.

        Raises:
            SeamError: it is no request; its sender is not to be talked to any more.
        """
        try:
            service, operation = describe(header, body)
            source = str(header["source"])[:MAX_SOURCE]
            request = _prepared(header, body)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise seam.SeamError(f"no AWS request: {error!r}") from None
        if not self._busy:
            clock.tick()
            self._deliver_now()
        with self._working():
            answer, content = _answer(request, f"{service}.{operation}")
        code = NOT_SIMULATED if "not_simulated" in answer else _code(answer, content)
        self.trace.add(Call(service, operation, answer["status"], source, code))
        self.trace.regions.add(region_of(header))
        if not self._busy:
            self._deliver_now()
        return answer, content

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
                if not sqs_lambda.deliver(self.environments):
                    return True
        return False

    @contextmanager
    def _working(self) -> Iterator[None]:
        """While the account works, time stands still and calls of functions deliver nothing."""
        self._busy += 1
        try:
            yield
        finally:
            self._busy -= 1


def _prepared(header: dict[str, Any], body: bytes) -> AWSPreparedRequest:
    headers = HTTPHeaders()
    for name, value in header["headers"].items():
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


def _code(answer: dict[str, Any], content: bytes) -> str:
    return error_code(answer["status"], answer["headers"], content)
