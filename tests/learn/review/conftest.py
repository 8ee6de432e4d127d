"""A course of three modules, and answers to its questions."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import time_machine
from pytest_django import Settings

from learn.accounts.models import User
from learn.catalog.catalogue import Course, Question, get_course
from learn.questions.variants import variant_of
from learn.quizzes import answering
from learn.quizzes.models import Answer
from learn.review.models import Card
from tests.learn.course_files import COURSE, HOW_OFTEN, LAB, write_course

LAB_SLUG = "queues/worker"
MODULES = ("queues", "topics", "tables")
SLUGS = ("a", "b", "c", "d")
CONCEPTS = """
[concepts]
two = ["retries"]
three = ["idempotency", "retries"]
"""

type Respond = Callable[..., Answer]


def question(concept: str = "") -> str:
    """A question file whose right answer is "At least once"."""
    hints = "hints: [Think of a lost answer.]\n"
    return HOW_OFTEN + hints + (f"concepts: [{concept}]\n" if concept else "")


def module(slug: str) -> dict[str, str]:
    """A module's files, without lessons and labs."""
    names = ", ".join(f'"{name}"' for name in SLUGS)
    return {
        f"{slug}/module.toml": f'title = "{slug.title()}"\nsummary = "More."\nquizzes = ["all"]\n',
        f"{slug}/quizzes/all.toml": f'title = "All of {slug}"\nquestions = [{names}]\n',
        **{f"{slug}/questions/{name}.yaml": question() for name in SLUGS},
    }


COURSE_FILES = {
    "course.toml": COURSE.replace('["queues"]', '["queues", "topics", "tables"]'),
    "queues/labs/worker/lab.toml": LAB + CONCEPTS,
    **module("topics"),
    **module("tables"),
    "topics/questions/a.yaml": question("retries"),
    "topics/questions/b.yaml": question("retries"),
    "topics/questions/c.yaml": question("idempotency"),
    "topics/questions/d.yaml": question("retries"),
    "tables/questions/a.yaml": question("retries"),
}


@pytest.fixture(scope="session")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Written once, and so read once."""
    return write_course(tmp_path_factory.mktemp("review") / "content", COURSE_FILES)


@pytest.fixture(autouse=True)
def course(content: Path, settings: Settings) -> Course:
    """Two questions in queues, four in topics and in tables; the lab is of queues."""
    settings.CONTENT_DIRS = (content,)
    return get_course()


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Nine in the morning of Monday, 7 September 2026; it stands still."""
    with time_machine.travel("2026-09-07T09:00:00Z", tick=False) as traveller:
        yield traveller


@pytest.fixture
def respond(alice: User) -> Respond:
    """Answers as Alice: `respond("topics/a")` rightly, `right=False` wrongly."""

    def respond(
        path: str,
        *,
        right: bool = True,
        source: Answer.Source = Answer.Source.LESSON,
        user: User = alice,
    ) -> Answer:
        return answering.give(
            answering.ask(user, question_at(path), source), option_of(path, right=right)
        )

    return respond


def question_at(path: str) -> Question:
    found = get_course().question(path)
    assert found is not None
    return found


def option_of(path: str, *, right: bool = True) -> dict[str, list[str]]:
    """What a browser sends for the right option, or for the first wrong one."""
    variant = variant_of(question_at(path), 0)
    return {"": [next(one.id for one in variant.options if one.correct == right)]}  # type: ignore[attr-defined]


def card(user: User, path: str) -> Card:
    """The user's card of the question."""
    module, _, slug = path.partition("/")
    return Card.objects.get(user=user, module=module, question=slug)
