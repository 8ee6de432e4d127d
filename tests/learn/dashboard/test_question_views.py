"""The pages about questions: who sees them, and what they say."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from learn.accounts.models import User
from learn.catalog.catalogue import Course, Question, Quiz, get_course
from learn.cohorts.actions import create_cohort, join
from learn.cohorts.models import Cohort
from learn.questions.variants import variant_of
from learn.quizzes.answering import keep_version
from learn.quizzes.models import Answer, QuestionVersion
from tests.conftest import logged_in
from tests.learn.course_files import write_course
from tests.learn.quizzes.answer_rows import (
    CHANGES,
    NAMES,
    answer_all,
    attempt,
    first_answer,
    make_learners,
)
from tests.learn.quizzes.kinds_course import BY_KIND, slug_of, write_kinds_course

PAGES = ("questions/", "questions/queues/", "questions/queues/a1/", "quizzes/queues/five/")


@pytest.fixture(autouse=True)
def course(tmp_path: Path, settings: Settings) -> Course:
    settings.CONTENT_DIRS = (write_course(tmp_path / "content", CHANGES),)
    return get_course()


@pytest.fixture
def questions(course: Course) -> list[Question]:
    found = [course.question(f"queues/{name}") for name in NAMES]
    return [question for question in found if question]


@pytest.fixture
def quiz(course: Course) -> Quiz:
    found = course.quiz("queues/five")
    assert found is not None
    return found


@pytest.fixture
def as_staff(make_user: Callable[[str], User]) -> Client:
    """Somebody who runs the site and teaches nowhere."""
    user = make_user("Stella")
    User.objects.filter(pk=user.pk).update(is_staff=True)
    return logged_in(user)


@pytest.fixture(params=PAGES)
def page(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def text_of(client: Client, url: str) -> str:
    """The page's words, one space between them."""
    response = client.get(url)
    assert response.status_code == 200, response.status_code
    words = re.sub(r"<[^>]+>", " ", response.content.decode().partition("<main")[2])
    assert not re.search(r"\b(nan|None|inf)\b", words), words
    return " ".join(words.split())


def of(cohort: Cohort, page: str = "") -> str:
    return f"/dashboard/cohorts/{cohort.pk}/{page}"


# Who sees it


def test_it_asks_anonymous_visitors_to_log_in(
    anonymous: Client, cohort: Cohort, page: str
) -> None:
    for url in (of(cohort, page), f"/dashboard/{page}"):
        assert anonymous.get(url)["Location"] == f"/accounts/login/?next={url}"


def test_it_is_hidden_from_learners(as_alice: Client, cohort: Cohort, page: str) -> None:
    for url in (of(cohort, page), f"/dashboard/{page}"):
        assert as_alice.get(url).status_code == 404


def test_it_is_hidden_from_who_teaches_elsewhere(
    as_mallory: Client, mallory: User, cohort: Cohort, page: str
) -> None:
    join(mallory, cohort)

    assert as_mallory.get(of(cohort, page)).status_code == 404
    assert as_mallory.get(f"/dashboard/{page}").status_code == 200


def test_it_opens_to_instructors_and_staff(
    as_ines: Client, as_staff: Client, cohort: Cohort, page: str
) -> None:
    for client in (as_ines, as_staff):
        for url in (of(cohort, page), f"/dashboard/{page}"):
            assert client.get(url).status_code == 200


def test_it_refuses_anything_but_reading(as_ines: Client, cohort: Cohort, page: str) -> None:
    assert as_ines.post(of(cohort, page)).status_code == 405


@pytest.mark.parametrize(
    "missing",
    [
        "questions/nowhere/",
        "questions/queues/nothing/",
        "questions/queues/a1/?version=ffffffff",
        "quizzes/queues/nothing/",
        "quizzes/nowhere/five/",
    ],
)
def test_it_has_no_page_about_what_is_not_there(
    as_ines: Client, cohort: Cohort, missing: str
) -> None:
    assert as_ines.get(of(cohort, missing)).status_code == 404


def test_it_has_no_cohort_that_is_not_there(as_ines: Client, as_staff: Client, page: str) -> None:
    for client in (as_ines, as_staff):
        assert client.get(f"/dashboard/cohorts/424242/{page}").status_code == 404


def test_it_is_linked_from_the_cohort(as_ines: Client, cohort: Cohort) -> None:
    assert f'href="{of(cohort)}questions/"' in as_ines.get(of(cohort)).content.decode()


def test_it_leads_from_a_question_to_the_quizzes_that_ask_it(
    as_ines: Client, cohort: Cohort
) -> None:
    page = as_ines.get(of(cohort, "questions/queues/a1/")).content.decode()

    assert f'href="{of(cohort, "quizzes/queues/five/")}"' in page
    assert f'href="{of(cohort, "quizzes/queues/check/")}"' not in page


# Whose answers


def test_it_counts_the_cohort_or_all_that_are_taught(
    as_ines: Client, as_staff: Client, ines: User, cohort: Cohort, mallory: User, course: Course
) -> None:
    second = create_cohort(ines, "Second")
    foreign = create_cohort(mallory, "Foreign")
    question = course.question("queues/a1")
    assert question is not None
    for each, count in ((cohort, 5), (second, 6), (foreign, 7)):
        learners = make_learners(each, count)
        Answer.objects.bulk_create(first_answer(learner, question) for learner in learners)

    def counted(client: Client, url: str) -> str:
        return text_of(client, url).partition("First answers ")[2].split()[0]

    url = "questions/queues/a1/"
    assert counted(as_ines, of(cohort, url)) == "5"
    assert counted(as_ines, f"/dashboard/{url}") == "11"
    assert counted(as_staff, of(foreign, url)) == "7"
    assert counted(as_staff, f"/dashboard/{url}") == "18"


# What it says


def test_it_says_that_there_is_nothing_yet(as_ines: Client, cohort: Cohort) -> None:
    assert "No question stands out" in text_of(as_ines, of(cohort, "questions/"))
    assert "Too few answers" in text_of(as_ines, of(cohort, "questions/queues/"))
    question = text_of(as_ines, of(cohort, "questions/queues/a1/"))
    assert "Nobody has answered it yet." in question
    assert "Too few answers to say." in question
    quiz = text_of(as_ines, of(cohort, "quizzes/queues/five/"))
    assert "Nobody has finished an attempt yet." in quiz
    assert "Needs 30 learners who finished the quiz; there are 0." in quiz


def test_it_counts_few_answers_and_says_no_more(
    as_ines: Client, cohort: Cohort, questions: list[Question]
) -> None:
    answer_all(make_learners(cohort, 4), questions)

    page = text_of(as_ines, of(cohort, "questions/queues/a1/"))

    assert "First answers 4" in page
    assert "Right of a1 Right 4" in page
    assert "Too few answers to say." in page
    assert "%" not in page.partition("What the figures mean")[0]


def test_it_shows_the_wrong_answer_that_most_choose(
    as_ines: Client, cohort: Cohort, questions: list[Question]
) -> None:
    Answer.objects.bulk_create(
        first_answer(
            learner, questions[0], float(n == 0), misconceptions=["an idea of a1"] * (n > 0)
        )
        for n, learner in enumerate(make_learners(cohort, 20))
    )

    page = text_of(as_ines, of(cohort, "questions/queues/a1/"))

    assert "Look now Nearly all answer “Wrong of a1”" in page
    assert "Question a1, really ?" in page
    assert "Wrong of a1 19 95 %" in page
    assert "Idle of a1 0 0 %" in page
    assert "an idea of a1 19 learners" in page
    assert "Mean score 5 %" in page
    first = text_of(as_ines, of(cohort, "questions/"))
    assert "Look at these first" in first
    assert "1 to look at" in first


def test_it_shows_frequent_typed_answers_escaped_and_none_of_one_learner(
    as_ines: Client, cohort: Cohort, course: Course
) -> None:
    question = course.question("queues/typed")
    assert question is not None
    typed = ["<script>alert(1)</script>"] * 3 + ["My name is Alice"] + ["deletemessage"] * 4
    Answer.objects.bulk_create(
        first_answer(learner, question, float(words == "deletemessage"), summary=words)
        for learner, words in zip(make_learners(cohort, 8), typed, strict=True)
    )

    page = as_ines.get(of(cohort, "questions/queues/typed/")).content.decode()

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page
    assert "My name is Alice" not in page


@pytest.mark.parametrize("kind", BY_KIND)
def test_it_shows_questions_of_every_kind(
    as_ines: Client, cohort: Cohort, tmp_path: Path, settings: Settings, kind: str
) -> None:
    settings.CONTENT_DIRS = (write_kinds_course(tmp_path / "kinds"),)
    question = get_course().question(f"queues/{slug_of(kind)}")
    assert question is not None
    variant = variant_of(question, 0)
    summary = variant.summary(variant.read(BY_KIND[kind].ladder(variant)[-1]))
    Answer.objects.bulk_create(
        first_answer(learner, question, 1.0, summary=summary)
        for learner in make_learners(cohort, 6)
    )

    page = text_of(as_ines, of(cohort, f"questions/queues/{slug_of(kind)}/"))

    assert "Right 6 100 %" in page
    # Options are told by their words, never by their ids.
    assert not re.search(r"\b[0-9a-f]{10}\b", page.partition("Versions")[0])


def test_it_keeps_versions_apart(
    as_ines: Client, cohort: Cohort, questions: list[Question]
) -> None:
    document = questions[0].document.model_copy(update={"prompt": "The old prompt."})
    old = replace(questions[0], document=document, content_hash="0" * 64)
    Answer.objects.bulk_create(
        first_answer(learner, old if n < 8 else questions[0], float(n >= 8))
        for n, learner in enumerate(make_learners(cohort, 14))
    )
    url = of(cohort, "questions/queues/a1/")

    new_page, old_page = text_of(as_ines, url), text_of(as_ines, f"{url}?version=00000000")

    assert "First answers 6 Mean score 100 %" in new_page
    assert "The old prompt." not in new_page
    assert "First answers 8 Mean score 0 %" in old_page
    assert "The old prompt." in old_page
    assert "6 + 8 to older versions" in text_of(as_ines, of(cohort, "questions/queues/"))


def test_it_bears_a_version_that_the_site_can_no_longer_read(
    as_ines: Client, cohort: Cohort, questions: list[Question]
) -> None:
    old = keep_version(replace(questions[0], content_hash="0" * 64))
    QuestionVersion.objects.filter(pk=old.pk).update(source={"document": {"kind": "essay"}})

    page = text_of(as_ines, of(cohort, "questions/queues/a1/?version=00000000"))

    assert "cannot be shown" in page


def test_it_sorts_the_table(as_ines: Client, cohort: Cohort, questions: list[Question]) -> None:
    answer_all(make_learners(cohort, 10), questions)

    def order(name: str) -> list[str]:
        page = text_of(as_ines, of(cohort, f"questions/queues/?order={name}"))
        return re.findall(r"Question (a\d),", page)

    assert order("score")[:5] == ["a5", "a4", "a3", "a2", "a1"]
    assert order("question")[:5] == ["a1", "a2", "a3", "a4", "a5"]
    assert order("<script>") == order("attention")


def test_it_shows_how_far_a_quiz_can_be_trusted(
    as_ines: Client, cohort: Cohort, quiz: Quiz
) -> None:
    for n, learner in enumerate(make_learners(cohort, 36)):
        attempt(learner, quiz, {name: float(m < n // 6) for m, name in enumerate(NAMES)})

    response = as_ines.get(of(cohort, "quizzes/queues/five/"))
    page = text_of(as_ines, of(cohort, "quizzes/queues/five/"))

    assert "First attempts 36 Mean score 50 % Median time of an attempt 6 min" in page
    assert "Cronbach's alpha 0.83 The scores tell learners apart well." in page
    assert "Score Learners 0 6 1 6 2 6 3 6 4 6 5 6" in page
    assert response.content.decode().count('height="100"></rect>') == 6


@pytest.mark.parametrize("count", [3, 30])
def test_it_asks_the_database_as_often_for_any_number_of_learners(
    as_ines: Client,
    cohort: Cohort,
    quiz: Quiz,
    count: int,
    page: str,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for learner in make_learners(cohort, count):
        attempt(learner, quiz, dict.fromkeys(NAMES, 1.0))

    with django_assert_max_num_queries(12):
        assert as_ines.get(of(cohort, page)).status_code == 200
