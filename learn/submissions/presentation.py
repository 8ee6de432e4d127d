"""A submission as its report shows it."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from django.utils import timezone

from labs import Call, CheckResult, GradeReport, Verdict
from learn.core.polling import poll_delay_ms
from learn.submissions.models import Submission
from learn.submissions.reports import Report, parse_report

MAX_OUTPUT = 4_000
MAX_CALLS = 200

BADGES = {
    Verdict.PASSED: "passed",
    Verdict.NOT_SIMULATED: "warning",
    Verdict.REJECTED: "warning",
    Verdict.ENGINE_ERROR: "warning",
}
HEADLINES = {
    Verdict.PASSED: "Passed",
    Verdict.FAILED: "Not there yet",
    Verdict.CRASHED: "Your code crashed",
    Verdict.TIMED_OUT: "Your code ran too long",
    Verdict.CPU_EXCEEDED: "Your code computed too long",
    Verdict.MEMORY_EXCEEDED: "Your code used too much memory",
    Verdict.PROCESSES_EXCEEDED: "Your code started too many threads",
    Verdict.DISK_EXCEEDED: "Your code wrote too much to /tmp",
    Verdict.FILES_EXCEEDED: "Your code opened too many files",
    Verdict.OUTPUT_EXCEEDED: "Your code printed too much",
    Verdict.CALLS_EXCEEDED: "Your code made too many AWS calls",
    Verdict.NOT_SIMULATED: "Our cloud lacks what your code uses",
    Verdict.REJECTED: "This could not be graded",
    Verdict.ENGINE_ERROR: "The grading broke down, and it is our fault",
    Verdict.NOT_RUN: "Not run",
}


@dataclass(frozen=True)
class Moment:
    """One step of a submission's way, and the milliseconds since it was submitted."""

    name: str
    at: dt.datetime
    after_ms: int


@dataclass(frozen=True)
class ShownCheck:
    """A check's line in the report."""

    result: CheckResult

    @property
    def badge(self) -> str:
        """The colour's name in badge-<name>."""
        if self.result.verdict == Verdict.NOT_RUN:
            return "none"
        return BADGES.get(self.result.verdict, "failed")

    @property
    def label(self) -> str:
        return self.result.verdict.replace("_", " ")


@dataclass(frozen=True)
class ShownSubmission:
    """Everything that the report's template asks for."""

    submission: Submission
    newer: Submission | None = None
    waits_for_earlier: bool = False

    @cached_property
    def report(self) -> Report | None:
        return parse_report(self.submission.report) if self.submission.report else None

    @property
    def grade(self) -> GradeReport | None:
        return self.report.grade if self.report else None

    @property
    def verdict(self) -> Verdict:
        return Verdict(self.submission.verdict)

    @property
    def badge(self) -> str:
        """The colour's name in badge-<name>."""
        return BADGES.get(self.verdict, "failed")

    @property
    def headline(self) -> str:
        return HEADLINES[self.verdict]

    @property
    def announcement(self) -> str:
        """The sentence that a screen reader hears when the verdict arrives."""
        score = f"{self.submission.score} of {self.submission.max_score} points"
        return f"{self.headline}. {score}." if self.submission.max_score else f"{self.headline}."

    @property
    def checks(self) -> list[ShownCheck]:
        return [ShownCheck(check) for check in self.grade.checks] if self.grade else []

    @property
    def reviews(self) -> list[tuple[str, int]]:
        """Each concept that its failed checks put into the review, and with how many questions."""
        return [(name.replace("-", " "), count) for name, count in self.submission.reviews]

    @property
    def output(self) -> str:
        """What the learner's code printed, cut."""
        return self.grade.stdout[:MAX_OUTPUT] if self.grade else ""

    @property
    def output_left_out(self) -> int:
        """How many characters were cut."""
        return max(len(self.grade.stdout) - MAX_OUTPUT, 0) if self.grade else 0

    @property
    def calls(self) -> tuple[Call, ...]:
        """The first AWS calls of the learner's code."""
        return self.grade.trace[:MAX_CALLS] if self.grade else ()

    @property
    def calls_left_out(self) -> int:
        return max(len(self.grade.trace) - MAX_CALLS, 0) if self.grade else 0

    @property
    def moments(self) -> list[Moment]:
        """Submitted, started, finished, recorded: as far as it came."""
        timings = self.report.timings if self.report else None
        steps = [
            ("Submitted", self.submission.created_at),
            ("Started", timings.started_at if timings else None),
            ("Finished", timings.finished_at if timings else None),
            ("Recorded", self.submission.graded_at),
        ]
        start = self.submission.created_at
        return [
            Moment(name, at, round((at - start).total_seconds() * 1000))
            for name, at in steps
            if at
        ]

    @property
    def poll_delay_ms(self) -> int:
        return poll_delay_ms(timezone.now() - self.submission.created_at)

    @property
    def seen(self) -> str:
        """What a waiting page shows; while it is the same, there is nothing to swap."""
        return f"{self.poll_delay_ms}-{self._place}"

    @property
    def _place(self) -> str:
        if self.submission.sent_at:
            return "sent"
        return "waiting" if self.waits_for_earlier else "unsent"
