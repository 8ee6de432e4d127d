"""A run as its result shows it."""

from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from labs import PlaygroundReport, Verdict
from learn.core.polling import poll_delay_ms
from learn.pictures.evidence import Evidence, Picture, of_playground
from learn.playground.models import PlaygroundRun
from learn.playground.reports import parse_report
from learn.submissions.presentation import ADVICE, BADGES, HEADLINES

MAX_OUTPUT = 10_000

# Nothing is graded here: what else a verdict means, it means in the playground, too.
OWN_HEADLINES = {
    Verdict.PASSED: _("It ran to its end"),
    Verdict.CRASHED: _("It ended with an error"),
    Verdict.REJECTED: _("It could not be run"),
    Verdict.ENGINE_ERROR: _("We failed: please run it again"),
}
OUR_FAULT = _("It says nothing about your code. If it happens twice, tell your instructor.")


@dataclass(frozen=True)
class ShownRun:
    """Everything that the result's templates ask for.

    `has_pictures`: the page has room for all calls and the account, not only for their number.
    """

    run: PlaygroundRun
    waits_for_earlier: bool = False
    has_pictures: bool = False

    @cached_property
    def report(self) -> PlaygroundReport | None:
        return parse_report(self.run.report) if self.run.report else None

    @property
    def verdict(self) -> Verdict:
        return Verdict(self.run.verdict)

    @property
    def badge(self) -> str:
        """The colour's name in badge-<name>."""
        return BADGES.get(self.verdict, "failed")

    @property
    def headline(self) -> str:
        return str(OWN_HEADLINES.get(self.verdict) or HEADLINES[self.verdict])

    @property
    def message(self) -> str:
        """The sentence below the headline, or ""."""
        if self.verdict == Verdict.ENGINE_ERROR:
            return str(OUR_FAULT)
        return self.report.message if self.report else ""

    @property
    def advice(self) -> str:
        """What to look for where a limit ended the program, or ""."""
        return "" if self.verdict == Verdict.ENGINE_ERROR else str(ADVICE.get(self.verdict, ""))

    @property
    def output(self) -> str:
        """What the program printed, cut."""
        return self.report.stdout[:MAX_OUTPUT] if self.report else ""

    @property
    def output_left_out(self) -> int:
        """How many characters were cut."""
        return max(len(self.report.stdout) - MAX_OUTPUT, 0) if self.report else 0

    @property
    def call_count(self) -> int:
        """AWS calls of the program; what services did by themselves is not counted."""
        return sum(call.is_by_learner for call in self.report.trace) if self.report else 0

    @property
    def evidence(self) -> Evidence | None:
        """What the three pictures are made from; None before there is a report."""
        address = reverse("playground:picture", args=[self.run.pk, Picture.TRACE])
        url = address.removesuffix(f"{Picture.TRACE}/")
        return of_playground(self.report, url) if self.report else None

    @property
    def poll_delay_ms(self) -> int:
        return poll_delay_ms(timezone.now() - self.run.created_at)

    @property
    def seen(self) -> str:
        """What a waiting page shows; while it is the same, there is nothing to swap."""
        place = "waiting" if self.waits_for_earlier else "sent" if self.run.sent_at else "unsent"
        return f"{self.poll_delay_ms}-{place}"
