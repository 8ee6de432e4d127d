from pathlib import Path

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings
from pytest_django.asserts import assertContains, assertNotContains

from learn.catalog.catalogue import Course
from tests.learn.course_files import FILES, MODULE, write_course


@pytest.fixture(autouse=True)
def _small_course(course: Course) -> None:
    """Every test here sees the small course."""


def test_it_shows_the_course_map_to_everyone(anonymous: Client) -> None:
    page = anonymous.get("/")
    for text in ("Small course", "Life of a message", "Check your queues", "Write a worker."):
        assertContains(page, text)


def test_it_shows_a_module(anonymous: Client) -> None:
    page = anonymous.get("/modules/queues/")
    assertContains(page, 'href="/modules/queues/lessons/message-life/"')
    assertContains(page, 'href="/modules/queues/quizzes/check/"')
    assertContains(page, 'href="/modules/queues/labs/worker/"')


def test_it_shows_which_skills_of_exams_a_module_is_about(
    anonymous: Client, tmp_path: Path, settings: Settings
) -> None:
    skills = '[skills]\nDVA-C03 = ["1.1.2", "4.3.3"]\nSAA-C03 = ["2.1"]\n'
    changes = {"queues/module.toml": f"{MODULE}\n{skills}"}
    settings.CONTENT_DIRS = (write_course(tmp_path / "exams", changes),)

    page = anonymous.get("/modules/queues/")

    assertContains(page, "<dt>DVA-C03</dt><dd>1.1.2, 4.3.3</dd>", html=True)
    assertContains(page, "<dt>SAA-C03</dt><dd>2.1</dd>", html=True)


def test_it_shows_a_lesson_with_contents_and_what_comes_next(anonymous: Client) -> None:
    page = anonymous.get("/modules/queues/lessons/message-life/")
    assertContains(page, '<h2 id="who-deletes-it">Who deletes it</h2>', html=True)
    assertContains(page, '<a href="#who-deletes-it">Who deletes it</a>', html=True)
    assertContains(page, "<li>Tell who deletes a message in <code>SQS</code>.</li>", html=True)
    assertContains(page, 'rel="next" href="/modules/queues/lessons/retries/"')
    assertNotContains(page, 'rel="prev"')


def test_it_leads_from_the_last_lesson_to_the_quiz(anonymous: Client) -> None:
    page = anonymous.get("/modules/queues/lessons/retries/")
    assertContains(page, 'rel="prev" href="/modules/queues/lessons/message-life/"')
    assertContains(page, 'rel="next" href="/modules/queues/quizzes/check/"')


@pytest.mark.parametrize(
    "path",
    ["/modules/nope/", "/modules/nope/lessons/retries/", "/modules/queues/lessons/nope/"],
)
def test_it_answers_404_for_what_is_not_there(anonymous: Client, path: str) -> None:
    assert anonymous.get(path).status_code == 404


def test_it_has_nothing_to_post_to(anonymous: Client) -> None:
    assert anonymous.post("/modules/queues/").status_code == 405


def test_it_shows_pages_without_asking_the_database(
    anonymous: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        anonymous.get("/modules/queues/lessons/message-life/")


def test_it_shows_the_glossary_with_links_to_lessons(
    anonymous: Client, tmp_path: Path, settings: Settings
) -> None:
    glossary = (
        '[terms.queue]\nterm = "queue"\ntext = "Where messages **wait**."\n'
        'lesson = "queues/message-life#who-deletes-it"\n'
    )
    settings.CONTENT_DIRS = (write_course(tmp_path / "terms", {"glossary.toml": glossary}),)
    page = anonymous.get("/glossary/").content.decode()
    assert '<div class="glossary-entry" id="queue">' in page
    assert "<strong>wait</strong>" in page
    assert 'href="/modules/queues/lessons/message-life/#who-deletes-it"' in page


def test_it_shows_a_module_of_labs_alone(
    anonymous: Client, tmp_path: Path, settings: Settings
) -> None:
    lab = {
        name.replace("queues/labs/worker", "whole/labs/system"): text
        for name, text in FILES.items()
        if "/labs/" in name
    }
    files = {
        "course.toml": 'title = "C"\nsummary = "S"\nmodules = ["queues", "whole"]\n',
        "whole/module.toml": 'title = "Whole"\nsummary = "S"\nlabs = ["system"]\n',
        **lab,
    }
    settings.CONTENT_DIRS = (write_course(tmp_path / "labs", files),)

    page = anonymous.get("/modules/whole/")

    assertContains(page, 'href="/modules/whole/labs/system/"')
    assertContains(page, "1 lab")
    assertContains(page, "about 20 minutes")
    assert anonymous.get("/modules/whole/labs/system/").status_code == 200


def test_it_shows_what_comes_before_and_after_a_module(
    anonymous: Client, tmp_path: Path, settings: Settings
) -> None:
    files = {
        "course.toml": 'title = "C"\nsummary = "S"\nmodules = ["queues", "topics"]\n',
        "topics/module.toml": 'title = "Topics"\nsummary = "S"\nafter = ["queues"]\n',
        "pages/gaps.md": '+++\ntitle = "Gaps"\nsummary = "Left out."\n+++\nNo **X-Ray**.\n',
    }
    settings.CONTENT_DIRS = (write_course(tmp_path / "two", files),)

    assertContains(
        anonymous.get("/modules/topics/"), 'Comes after <a href="/modules/queues/">Queues</a>'
    )
    assertContains(anonymous.get("/modules/queues/"), 'rel="next" href="/modules/topics/"')
    assertContains(
        anonymous.get("/modules/queues/labs/worker/"), 'rel="next" href="/modules/topics/"'
    )
    assertContains(anonymous.get("/"), '<a href="/pages/gaps/">Gaps</a>', html=True)
    assertContains(anonymous.get("/pages/gaps/"), "<strong>X-Ray</strong>")
    assert anonymous.get("/pages/nope/").status_code == 404
