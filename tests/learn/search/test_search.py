"""The search: what it finds, for whom, and how it shows it."""

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings
from pytest_django.asserts import assertContains, assertNotContains, assertTemplateUsed

from learn.accounts.models import User
from learn.catalog.catalogue import Course, get_course
from learn.quizzes import answering
from learn.quizzes.models import Answer
from learn.search.entries import Entry, entries
from learn.search.index import MAX_LENGTH, Index
from tests.learn.course_files import LESSON, write_course

FACTS = """\
[facts.SQS3]
statement = "The visibility timeout is 30 seconds by default."
source = "Amazon SQS Developer Guide"
url = "https://docs.aws.amazon.com/x"
reviewed = "2026-11-21"
"""


def entry(title: str, text: str = "", kind: str = "lesson", key: str = "") -> Entry:
    return Entry(kind, key or title, title, "SQS", f"/{title}/", text)


INDEX = Index(
    [
        entry("Visibility timeout", "How long a message stays hidden."),
        entry("Dead-letter queue", "Where messages go after the visibility timeout ended often."),
        entry("Cold start", "A <script> & the first invocation."),
        entry("Idempotent", "Twice is as once.", kind="question", key="sqs/twice"),
    ]
)


def titles(words: str, **more: list[str]) -> list[str]:
    return [hit.entry.title for hit in INDEX.find(words, **more)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("visibility timeout", ["Visibility timeout", "Dead-letter queue"]),
        ("VISIB", ["Visibility timeout", "Dead-letter queue"]),
        ("messages hidden", ["Visibility timeout"]),
        ("cold nowhere", ["Cold start"]),
        ("dead-letter", ["Dead-letter queue"]),
        ("nowhere", []),
        ("  ", []),
        ('"', []),
        ("cold OR NEAR(", ["Cold start"]),
        ("title:cold*", ["Cold start"]),
        ("x" * (MAX_LENGTH + 50), []),
    ],
)
def test_it_finds_the_best_first(words: str, found: list[str]) -> None:
    assert titles(words) == found


def test_it_finds_questions_only_for_who_has_answered_them() -> None:
    assert titles("idempotent") == []
    assert titles("idempotent", questions=["sqs/twice"]) == ["Idempotent"]


def test_it_marks_what_matched_and_escapes_the_rest() -> None:
    [hit] = INDEX.find("first")

    assert hit.snippet == "A &lt;script&gt; &amp; the <mark>first</mark> invocation."


@pytest.fixture
def course(tmp_path: Path, settings: Settings) -> Course:
    settings.CONTENT_DIRS = (write_course(tmp_path / "content"),)
    return get_course()


@pytest.mark.usefixtures("course")
def test_a_hit_leads_to_the_part_of_the_lesson(anonymous: Client) -> None:
    page = anonymous.get("/search/", {"q": "who deletes"})

    url = "/modules/queues/lessons/message-life/#who-deletes-it"
    marked = "<mark>Who</mark> <mark>deletes</mark> it"
    assertContains(page, f'<a href="{url}">{marked}</a>', html=True)


def test_inline_checks_and_notes_are_no_words(tmp_path: Path, settings: Settings) -> None:
    lesson = LESSON.replace("waits.", "waits.[^SQS3]") + "\n[[check: who-deletes]]\n"
    files = {"facts.toml": FACTS, "queues/lessons/01-message-life.md": lesson}
    settings.CONTENT_DIRS = (write_course(tmp_path / "content", files),)

    texts = [one.text for one in entries(get_course()) if one.kind == "lesson"]

    assert not any("who-deletes" in text for text in texts)
    assert any("waits." in text and "waits.1" not in text for text in texts)


@pytest.mark.usefixtures("course")
def test_htmx_gets_the_results_alone(anonymous: Client) -> None:
    page = anonymous.get("/search/", {"q": "message"}, headers={"HX-Request": "true"})

    assertTemplateUsed(page, "search/_results.html")
    assertNotContains(page, "<html")


@pytest.mark.usefixtures("course")
def test_it_says_when_nothing_is_found(anonymous: Client) -> None:
    page = anonymous.get("/search/", {"q": "<b>zeppelin"})

    assertContains(page, "Nothing in the course has “&lt;b&gt;zeppelin”.")


def test_a_learner_finds_the_questions_that_were_answered(
    as_alice: Client, alice: User, course: Course
) -> None:
    question = course.modules[0].questions[0]
    words = {"q": str(question.document.prompt).split()[0]}
    asked = answering.ask(alice, question, Answer.Source.LESSON)
    assertNotContains(as_alice.get("/search/", words), f"/answers/{asked.pk}/")

    Answer.objects.filter(pk=asked.pk).update(status=Answer.Status.MARKED, score=1)

    assertContains(as_alice.get("/search/", words), f"/answers/{asked.pk}/")


@pytest.mark.usefixtures("course")
def test_it_costs_few_queries(
    as_alice: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(4):
        as_alice.get("/search/", {"q": "message"})
