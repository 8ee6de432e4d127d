"""Measures statistics of 200,000 answers, read from SQLite and from PostgreSQL.

Each learner answers each question, with a seed: the abilities, the difficulties and four bad
questions are known, and must be found. A plain Python computation of the same figures from the
same rows runs beside, and both must agree.
"""

import argparse
import math
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import StatisticsError, correlation, fmean, median
from typing import Any

import pytest

from tests.services.databases import run_postgresql

MODULES = 5
NEGATIVE, POPULAR, EASY, HARD = 3, 24, 45, 66
"""The numbers of the bad questions: a wrong key, a distractor that may be right, and so on."""


def main() -> None:
    """Measures and prints the table, or with --database one line of it."""
    parser = argparse.ArgumentParser(prog="tests.bench.statistics", description=__doc__)
    parser.add_argument("--learners", type=int, default=2000, metavar="N", help="default: 2000")
    parser.add_argument("--questions", type=int, default=100, metavar="N", help="default: 100")
    parser.add_argument("--runs", type=int, default=5, metavar="N", help="default: 5")
    parser.add_argument("--database", help="the URL of an empty database, to measure it alone")
    options = parser.parse_args()
    if options.database:
        measure(options.database, options.learners, options.questions, options.runs)
        return
    print(f"{options.learners * options.questions:,} answers; {platform.platform()}")
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {platform.python_version()}\n")
    print(
        f"{'':12}{'read':>9}{'analyse':>9}{'all':>9}{'its CPU':>9}{'worst':>9}{'plain Python':>14}"
    )
    with tempfile.TemporaryDirectory() as folder:
        run_child(f"sqlite:///{folder}/db.sqlite3")
    try:
        with run_postgresql() as url:
            run_child(url)
    except pytest.skip.Exception as missing:
        print(missing)


def run_child(url: str) -> None:
    """Django knows one database in a process. Ends this one too if it fails."""
    command = [sys.executable, "-m", "tests.bench.statistics", *sys.argv[1:], "--database", url]
    code = subprocess.run(command, check=False).returncode
    if code:
        raise SystemExit(code)


def measure(url: str, learners: int, questions: int, runs: int) -> None:
    """One line of the table."""
    prepare(url)
    from learn.cohorts.queries import learners_of
    from learn.quizzes.answer_sheets import first_answers
    from learn.quizzes.statistics import of_module, statistics

    cohort = fill(learners, questions)
    reading, analysing, whole, processor = [], [], [], []
    for _ in range(runs):
        seconds, sheet = timed(lambda: first_answers(learners_of(cohort)))
        reading.append(seconds)
        analysing.append(timed(partial(statistics, sheet))[0])
        before = time.process_time()
        seconds, found = timed(lambda: of_module(learners_of(cohort)))
        processor.append(time.process_time() - before)
        whole.append(seconds)
    plain_seconds, plain = timed(lambda: plain_figures(cohort))
    compare(found, plain)
    check_truth(found, questions)
    medians = [median(times) for times in (reading, analysing, whole, processor)]
    cells = "".join(f"{seconds:>7.2f} s" for seconds in (*medians, max(whole)))
    print(f"{url.partition(':')[0]:12}{cells}{plain_seconds:>12.2f} s")


def timed[T](action: Callable[[], T]) -> tuple[float, T]:
    """Seconds, and what came out."""
    started = time.perf_counter()
    result = action()
    return time.perf_counter() - started, result


def prepare(url: str) -> None:
    """Django, with the tables of this database."""
    os.environ.update(
        DATABASE_URL=url, SECRET_KEY="bench", DJANGO_SETTINGS_MODULE="learn.settings"
    )
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def fill(learners: int, questions: int) -> Any:
    """All answers to all questions, and the cohort of the learners."""
    from learn.accounts.models import User
    from learn.cohorts.actions import create_cohort
    from learn.cohorts.models import Enrolment
    from learn.quizzes.models import Answer, QuestionVersion

    people = User.objects.bulk_create(
        User(email=f"l{n}@example.com", name=f"L{n}", password="!") for n in range(learners)
    )
    cohort = create_cohort(people[0], "All")
    Enrolment.objects.filter(user=people[0]).update(role="learner")
    Enrolment.objects.bulk_create(Enrolment(cohort=cohort, user=each) for each in people[1:])
    QuestionVersion.objects.bulk_create(
        QuestionVersion(
            content_hash=version_of(n),
            module=module_of(n),
            slug=f"question-{n}",
            kind="multiple_choice",
            source={},
        )
        for n in range(questions)
    )
    rows = drawn(len(people), questions)
    answers = (Answer(user=people[row.pop("learner")], **row) for row in rows)
    Answer.objects.bulk_create(answers, batch_size=4000)
    return cohort


def version_of(question: int) -> str:
    return f"{question:064x}"


def module_of(question: int) -> str:
    return f"module-{question % MODULES}"


def drawn(learners: int, questions: int) -> Iterator[dict[str, Any]]:
    """Rasch's model: right with the probability of the logistic of ability minus difficulty."""
    import datetime as dt
    import random

    dice = random.Random(20261121)  # noqa: S311
    difficulty = [dice.uniform(-1, 1) for _ in range(questions)]
    asked_at = dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)
    for learner in range(learners):
        ability = dice.gauss(0, 1)
        for question in range(questions):
            option = chosen(dice, question, ability - difficulty[question])
            score = float(option == "key")
            yield {
                "learner": learner,
                "source": "lesson" if dice.random() < 0.5 else "quiz",
                "module": module_of(question),
                "question": f"question-{question}",
                "version_id": version_of(question),
                "seed": 1,
                "status": "marked",
                "score": 1 - score if question == NEGATIVE else score,
                "summary": option,
                "hints_shown": int(dice.random() < 0.1),
                "is_first": True,
                "asked_at": asked_at,
                "answered_at": asked_at + dt.timedelta(seconds=dice.lognormvariate(4, 0.6)),
            }


def chosen(dice: Any, question: int, edge: float) -> str:
    """What the learner answers: "key", or one of three distractors."""
    if question == EASY:
        edge = 5.0
    if question == HARD:
        edge -= 2.5
    if question == POPULAR and dice.random() < 0.75:
        return "second"
    if dice.random() < 1 / (1 + math.exp(-edge)):
        return "key"
    return str(dice.choice(("second", "second", "third", "fourth")))


@dataclass(frozen=True)
class Plain:
    """What plain Python found out about one version."""

    count: int
    facility: float
    discrimination: float | None
    seconds: float
    choices: dict[str, int]


def plain_figures(cohort: Any) -> dict[str, Plain]:
    """The same figures, answer by answer."""
    from learn.cohorts.queries import learners_of
    from learn.quizzes.models import Answer

    rows = list(
        Answer.objects.filter(is_first=True, user__in=learners_of(cohort).order_by().values("pk"))
        .order_by()
        .values_list(
            *("user_id", "module", "version_id", "summary", "score"),
            *("source", "asked_at", "answered_at"),
        )
    )
    by_version, by_person = defaultdict(list), defaultdict(list)
    for row in rows:
        by_version[row[2]].append(row)
    means = {version: fmean(row[4] for row in group) for version, group in by_version.items()}
    for row in rows:
        by_person[row[:2]].append(row[4] - means[row[2]])
    sums = {person: (sum(values), len(values)) for person, values in by_person.items()}
    return {version: plain_figure(group, means, sums) for version, group in by_version.items()}


def plain_figure(
    rows: Sequence[Any], means: dict[str, float], sums: dict[Any, tuple[float, int]]
) -> Plain:
    mean = means[rows[0][2]]
    strength = []
    for row in rows:
        total, count = sums[row[:2]]
        strength.append((total - (row[4] - mean)) / (count - 1))
    try:
        value = correlation([row[4] for row in rows], strength)
    except StatisticsError:
        value = None
    times = [(row[7] - row[6]).total_seconds() for row in rows if row[5] == "lesson"]
    choices: dict[str, int] = defaultdict(int)
    for row in rows:
        choices[row[3]] += 1
    kept = [seconds for seconds in times if seconds <= 3600]
    return Plain(len(rows), mean, value, median(kept), choices)


def compare(found: Any, plain: dict[str, Plain]) -> None:
    """Fails where they differ."""
    assert set(found.by_version) == set(plain)
    for version, expected in plain.items():
        figures = found.of(version)
        assert figures.count == expected.count
        assert math.isclose(figures.facility, expected.facility, abs_tol=1e-9)
        assert math.isclose(figures.discrimination, expected.discrimination or 0, abs_tol=1e-9)
        # SQLite's days are floats: a time is exact to a tenth of a millisecond.
        assert math.isclose(figures.seconds, expected.seconds, abs_tol=1e-3)
        assert {choice.summary: choice.count for choice in figures.choices} == expected.choices


def check_truth(found: Any, questions: int) -> None:
    """The bad questions, and no others, are told to be bad in the way in which they are."""
    from learn.quizzes.advice import Attention, Evidence, SeenChoice, advise

    urgent = set()
    for n in range(questions):
        figures = found.of(version_of(n))
        seen = [
            SeenChoice(each.summary, each.is_right, each.count, each.share, each.discrimination)
            for each in figures.choices
        ]
        if advise(Evidence(figures, seen, offered=True))[0].attention >= Attention.SOON:
            urgent.add(n)
    assert urgent == {n for n in (NEGATIVE, POPULAR, HARD) if n < questions}, urgent
    if questions > EASY:
        assert found.of(version_of(EASY)).facility > 0.95


if __name__ == "__main__":
    main()
