"""A submission as its report shows it."""

import datetime as dt
import json
from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from labs import CheckResult, GradeReport, Verdict
from learn.core.polling import poll_delay_ms
from learn.pictures.evidence import Evidence, Picture, of_grading
from learn.submissions.drafts import Version
from learn.submissions.marks import marks
from learn.submissions.models import Submission
from learn.submissions.reports import Report, parse_report

MAX_OUTPUT = 4_000

BADGES = {
    Verdict.PASSED: "passed",
    Verdict.NOT_SIMULATED: "warning",
    Verdict.REJECTED: "warning",
    Verdict.ENGINE_ERROR: "warning",
}
HEADLINES = {
    Verdict.PASSED: _("Passed"),
    Verdict.FAILED: _("Not there yet"),
    Verdict.CRASHED: _("Your code crashed"),
    Verdict.TIMED_OUT: _("Your code did not come to an end"),
    Verdict.CPU_EXCEEDED: _("Your code looped"),
    Verdict.MEMORY_EXCEEDED: _("Your code ran out of memory"),
    Verdict.PROCESSES_EXCEEDED: _("Your code started too many threads"),
    Verdict.DISK_EXCEEDED: _("Your code wrote too much to /tmp"),
    Verdict.FILES_EXCEEDED: _("Your code opened too many files"),
    Verdict.OUTPUT_EXCEEDED: _("Your code printed too much"),
    Verdict.CALLS_EXCEEDED: _("Your code made too many AWS calls"),
    Verdict.NOT_SIMULATED: _("Our cloud lacks what your code uses"),
    Verdict.REJECTED: _("This could not be graded"),
    Verdict.ENGINE_ERROR: _("We failed: no attempt was used"),
    Verdict.NOT_RUN: _("Not run"),
}
# What to look for first. The message above it has the numbers and the line.
ADVICE = {
    Verdict.TIMED_OUT: _(
        "It looped, or waited for something that never came. Look for a loop whose condition "
        "stays true, and for a poll or retry without an end."
    ),
    Verdict.CPU_EXCEEDED: _(
        "It computed without a pause until it was stopped. Look for a loop whose condition stays "
        "true, or a recursion that calls itself with the same values."
    ),
    Verdict.MEMORY_EXCEEDED: _(
        "It kept more than there is room for. Look for a list or a text that grows with each "
        "round of a loop, and for files that are read as a whole."
    ),
    Verdict.OUTPUT_EXCEEDED: _("Look for a print inside a loop that does not end."),
    Verdict.CALLS_EXCEEDED: _("Look for AWS calls inside a loop that does not end."),
    Verdict.ENGINE_ERROR: _(
        "It says nothing about your code. Please try again; if it happens twice, tell your "
        "instructor."
    ),
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
    # In the queue, the next one being 1; 0 where it does not stand in it.
    place: int = 0

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
        if self.submission.is_run and self.verdict == Verdict.PASSED:
            return gettext("All visible checks pass")
        return str(HEADLINES[self.verdict])

    @property
    def advice(self) -> str:
        """What to look for where a limit ended the code, or ""."""
        return str(ADVICE.get(self.verdict, ""))

    @property
    def passed_checks(self) -> int:
        return sum(check.result.verdict == Verdict.PASSED for check in self.checks)

    @property
    def marks(self) -> str:
        """The lines that the editor marks, as JSON."""
        return json.dumps(self.marked_lines)

    @cached_property
    def marked_lines(self) -> list[dict[str, str | int]]:
        return marks(self.grade, self.submission.files) if self.grade else []

    @property
    def announcement(self) -> str:
        """The sentence that a screen reader hears when the verdict arrives."""
        numbers = {
            "headline": self.headline,
            "passed": self.passed_checks,
            "checks": len(self.checks),
            "score": self.submission.score,
            "max_score": self.submission.max_score,
        }
        if self.submission.is_run and self.checks:
            told = gettext("%(headline)s. %(passed)s of %(checks)s visible checks pass.")
        elif self.submission.max_score:
            told = gettext("%(headline)s. %(score)s of %(max_score)s points.")
        else:
            told = "%(headline)s."
        return told % numbers

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

    @cached_property
    def evidence(self) -> Evidence:
        """What the three pictures are made from; empty before there is a report."""
        address = reverse("submissions:picture", args=[self.submission.pk, Picture.TRACE])
        url = address.removesuffix(f"{Picture.TRACE}/")
        return of_grading(self.grade, url) if self.grade else Evidence(url, ())

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
        if self.submission.started_at:
            return "started"
        if self.submission.sent_at:
            return f"sent-{self.place}"
        return "waiting" if self.waits_for_earlier else "unsent"


@dataclass(frozen=True)
class ShownVersion:
    """A version of the code, in the list from which one is brought back."""

    version: Version

    @property
    def shown(self) -> ShownSubmission | None:
        return ShownSubmission(self.version.submission) if self.version.submission else None

    @property
    def lines(self) -> int:
        return sum(text.count("\n") + 1 for text in self.version.files.values())
