"""What a report knows of what the code did: all that the three pictures are made from."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from labs import AccountChange, Call, GradeReport, PlaygroundReport, Verdict


class Picture(StrEnum):
    """The three, by their names in URLs."""

    TRACE = "trace"
    MAP = "map"
    ACCOUNT = "account"

    @property
    def label(self) -> str | Promise:
        return LABELS[self]


LABELS = {
    Picture.TRACE: _("Call trace"),
    Picture.MAP: _("Service map"),
    Picture.ACCOUNT: _("Account"),
}


@dataclass(frozen=True)
class Check:
    """A check, as far as the pictures name it. `number` is its place in the report, from 1."""

    id: str
    number: int
    title: str
    failed: bool


@dataclass(frozen=True)
class Evidence:
    """`url` is the address of the pictures: each one's name and a slash follow it.

    `accounts` has the account around each check, or of a playground the one account at the end,
    with "" for a check.
    """

    url: str
    calls: tuple[Call, ...]
    checks: tuple[Check, ...] = ()
    accounts: tuple[AccountChange, ...] = ()

    @property
    def checks_by_id(self) -> dict[str, Check]:
        return {check.id: check for check in self.checks}

    @property
    def links(self) -> list[tuple[Picture, str]]:
        """Each picture that there is something for, and its address."""
        has = {Picture.ACCOUNT: any(one.before or one.after for one in self.accounts)}
        return [(one, f"{self.url}{one}/") for one in Picture if has.get(one, bool(self.calls))]


def of_grading(report: GradeReport, url: str) -> Evidence:
    """Of a submission's report, also of one from before these things were kept."""
    passing = (Verdict.PASSED, Verdict.NOT_RUN)
    checks = tuple(
        Check(check.id, number, check.title, check.verdict not in passing)
        for number, check in enumerate(report.checks, 1)
    )
    return Evidence(url, report.trace, checks, report.accounts)


def of_playground(report: PlaygroundReport, url: str) -> Evidence:
    """Of a program that ran without checks."""
    return Evidence(url, report.trace, accounts=(AccountChange("", (), report.account),))
