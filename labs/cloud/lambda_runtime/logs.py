"""What Lambda writes to CloudWatch Logs about an invocation.

https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html. Each figure follows from the
account's clock and from the code alone, so that the same code logs the same text in each run.
"""

import math

from labs.cloud.clock import clock
from labs.cloud.lambda_runtime.outcome import Outcome

# Nominal: what is spent on an init depends on this machine.
INIT_MS = 100.0
# Python with boto3 and nothing done. The peak above it is given in coarse steps, as what the
# process grew by differs from run to run in its last pages.
BASE_MB, STEP_MB = 40, 32
TAIL_BYTES = 4096


def stream_name(version: str, identifier: str) -> str:
    """The log stream of an environment, of which `identifier` are 32 hexadecimal digits."""
    return f"{clock.now():%Y/%m/%d}/[{version}]{identifier}"


def start_line(request_id: str, version: str) -> str:
    return f"START RequestId: {request_id} Version: {version}"


def end_lines(
    request_id: str, outcome: Outcome, *, milliseconds: float, memory_mb: int, cold: bool
) -> list[str]:
    """What follows a function's own lines: how it was ended, END, and the bill."""
    # Since August 2025 the init is billed as well.
    billed = math.ceil(milliseconds + INIT_MS * cold)
    parts = [
        f"REPORT RequestId: {request_id}",
        f"Duration: {milliseconds:.2f} ms",
        f"Billed Duration: {max(1, billed)} ms",
        f"Memory Size: {memory_mb} MB",
        f"Max Memory Used: {_used_mb(outcome, memory_mb)} MB",
        *([f"Init Duration: {INIT_MS:.2f} ms"] if cold else []),
        *_status(outcome),
    ]
    return [
        *_ending(request_id, outcome),
        f"END RequestId: {request_id}",
        "\t".join(parts),
    ]


def tail(log: str) -> bytes:
    """The last 4 KB, as Invoke returns them."""
    return log.encode()[-TAIL_BYTES:]


def _used_mb(outcome: Outcome, memory_mb: int) -> int:
    if outcome.limit == "memory":
        return memory_mb
    steps = outcome.grown_kb // 1024 // STEP_MB
    return min(memory_mb, BASE_MB + steps * STEP_MB)


def _status(outcome: Outcome) -> list[str]:
    if outcome.timed_out:
        return ["Status: timeout"]
    if outcome.ended and outcome.error:
        return ["Status: error", f"Error Type: {outcome.error['errorType']}"]
    return []


def _ending(request_id: str, outcome: Outcome) -> list[str]:
    """The line of what the runtime could not log itself, as it was gone."""
    if not outcome.ended or not outcome.error:
        return []
    message = outcome.error["errorMessage"]
    if outcome.timed_out:
        moment = f"{clock.now():%Y-%m-%dT%H:%M:%S}.{clock.now().microsecond // 1000:03d}Z"
        return [f"{moment} {request_id} {message.partition(' Error: ')[2]}"]
    return [f"{message}\n{outcome.error['errorType']}"]
