"""What `grade` and `playground` have in common: files in, a report and an exit status out."""

import json
from pathlib import Path

import labs
from learn.core.commands import PlainCommand, reason

MAX_PARAMETERS = 100


def described(call: labs.Call) -> str:
    """An AWS call in one line of a terminal."""
    who = "" if call.made_by in ("", "script") else call.made_by
    facts = [
        f"{call.service}.{call.operation}",
        call.error or str(call.status),
        f"{call.duration_ms} ms",
        call.source,
        who,
        call.parameters[:MAX_PARAMETERS] + "…" * (len(call.parameters) > MAX_PARAMETERS),
    ]
    line = "  ".join(fact for fact in facts if fact)
    # It comes from the learner's process, and must not drive the terminal.
    return "".join(char if char.isprintable() else "\ufffd" for char in line)


class ReportCommand[R: (labs.GradeReport, labs.PlaygroundReport)](PlainCommand):
    """Exit status: 0 passed, 1 any other verdict on the code, 2 wrong use or a fault of ours."""

    def print_report(self, report: R) -> None:
        """For people."""
        raise NotImplementedError

    def read_files(self, path: Path, only_name: str) -> dict[str, bytes]:
        """The submitted files; a single one is called `only_name` if that is given."""
        try:
            return labs.read_files(path, only_name=only_name)
        except OSError as error:
            self.refuse(f"{path} cannot be read: {reason(error)}.")

    def end_with(self, report: R, *, as_json: bool) -> None:
        """Print the report, and leave with its exit status."""
        if as_json:
            self.stdout.write(json.dumps(report.to_json(), indent=2))
        elif report.verdict is not labs.Verdict.ENGINE_ERROR:
            self.print_report(report)
        if report.verdict is labs.Verdict.ENGINE_ERROR:
            self.refuse(report.message)
        if report.verdict is not labs.Verdict.PASSED:
            raise SystemExit(1)
