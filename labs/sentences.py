"""What a report says about limits, in one sentence each, for the learner."""

from labs.sandbox.limits import ProcessLimits
from labs.spec import Limits
from labs.verdict import Verdict


def limit_sentence(verdict: Verdict, limits: Limits, last_line: str = "") -> str:
    """What was too much and how much there may be, or "" if the verdict is about no limit.

    `last_line` is where the code was when it was stopped ("handler.py:14"), or "".
    """
    process = ProcessLimits()
    where = f"; the last line reached was {last_line}" if last_line else ""
    match verdict:
        case Verdict.TIMED_OUT:
            what = f"was still running after {limits.wall_seconds:g} s and was stopped{where}"
        case Verdict.CPU_EXCEEDED:
            what = (
                f"used more than {limits.cpu_seconds} s of processor time and was stopped{where}"
            )
        case Verdict.OUTPUT_EXCEEDED:
            what = f"printed more than {limits.output_kb} KiB and was stopped{where}"
        case Verdict.CALLS_EXCEEDED:
            what = f"made more than {limits.aws_calls} AWS calls and was stopped{where}"
        case Verdict.MEMORY_EXCEEDED:
            most = f"{limits.memory_mb} MB, or a function's own memory size"
            what = f"ran out of memory ({most})"
        case Verdict.PROCESSES_EXCEEDED:
            what = f"started more than {process.processes} threads"
        case Verdict.DISK_EXCEEDED:
            what = f"wrote more than {process.disk_mb} MB, or {process.inodes} files, to /tmp"
        case Verdict.FILES_EXCEEDED:
            what = f"held more than {process.open_files} files open at once"
        case _:
            return ""
    return f"Your code {what}."
