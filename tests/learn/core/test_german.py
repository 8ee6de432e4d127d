"""The site in German, as a learner and as an instructor see it: nothing is left in English.

What a page says in both languages alike is the course's own text, a name, or a sentence that
somebody forgot to mark for translation.
"""

import re
from collections.abc import Iterator

import lxml.html
import pytest
from django.test import Client

from learn.accounts.models import User
from learn.catalog.catalogue import get_course
from learn.cohorts.models import Cohort
from learn.core import translations
from learn.quizzes.models import Attempt

# "Mo" and "Fr" are days in both languages.
WORD = re.compile(r"[A-Za-z]{3}")
NAMES = {"Coldstart", "English", "Deutsch", "Serverless 101", "Alice", "Ines"}
NAMES |= {"alice@example.com", "ines@example.com", "Alice in Serverless 101"}
CODE = {"code", "kbd", "pre", "samp", "script", "style", "svg", "textarea"}
SPOKEN = ("aria-label", "placeholder", "title", "alt", "data-label")
MODULE = "/modules/sqs/"
QUIZ = f"{MODULE}quizzes/partial-batches/"


def said(page: str) -> Iterator[str]:
    """The texts of a page, without code and without what is marked as English."""
    yield from spoken(lxml.html.document_fromstring(page))


def spoken(element: lxml.html.HtmlElement) -> Iterator[str]:
    if element.tag in CODE or not isinstance(element.tag, str):
        return
    if element.get("lang", "") not in {"en", "en-gb"} or element.tag == "html":
        yield from filter(None, map(element.get, SPOKEN))
        yield element.text or ""
        for child in element:
            yield from spoken(child)
            yield child.tail or ""


def plain(text: str) -> str:
    """One line, without the marks around it."""
    return " ".join(text.split()).strip(" :.,()“”„→←")


def of_the_course() -> set[str]:
    """Titles and summaries, which stay English."""
    course = get_course()
    texts = [course.title, course.summary]
    for module in course.modules:
        texts += [module.title, module.summary]
        texts += [step.title for step in module.steps]
        texts += [lesson.summary for lesson in module.lessons]
        texts += [lab.summary for lab in module.labs]
        texts += [question.slug for question in module.questions]
    texts += [text for page in course.pages for text in (page.title, page.summary)]
    texts += [term.title for term in course.glossary]
    return {plain(text) for text in texts}


def the_same_in_german() -> set[str]:
    """Words that German has from English: "Lab", "Editor"."""
    german = translations.read("de")
    return {
        plain(str(message.id))
        for message in translations.messages(german)
        if message.id == message.string
    }


def english_leftovers(browser: Client, address: str) -> set[str]:
    """What the page says in both languages."""
    pages = []
    for language in ("en", "de"):
        answer = browser.get(address, headers={"accept-language": language})
        assert answer.status_code in {200, 404}, address
        texts = [part for text in said(answer.content.decode()) for part in text.split("·")]
        pages.append({plain(text) for text in texts})
    english, german = pages
    both = {text for text in english & german if WORD.search(text)}
    return both - NAMES - of_the_course() - the_same_in_german()


@pytest.mark.parametrize(
    "address",
    [
        "/cohorts/",
        "/glossary/",
        "/review/",
        "/review/done/",
        "/nowhere/",
        QUIZ,
    ],
)
def test_it_speaks_german_to_a_learner(as_alice: Client, address: str) -> None:
    assert english_leftovers(as_alice, address) == set()


def test_it_speaks_german_in_a_quiz(as_alice: Client, alice: User) -> None:
    as_alice.post(f"{QUIZ}attempts/")
    attempt = Attempt.objects.get(user=alice)
    page = attempt.get_absolute_url()

    assert english_leftovers(as_alice, page) == set()
    as_alice.post(page, {"do": "submit-with-blanks"})
    assert english_leftovers(as_alice, page) == set()


def test_it_speaks_german_to_a_guest(anonymous: Client) -> None:
    assert english_leftovers(anonymous, "/glossary/") == set()
    assert english_leftovers(anonymous, QUIZ) == set()


@pytest.mark.parametrize(
    "address",
    [
        "/cohorts/",
        "/dashboard/cohorts/{cohort}/",
        "/dashboard/cohorts/{cohort}/questions/",
        "/dashboard/cohorts/{cohort}/questions/sqs/",
        "/dashboard/cohorts/{cohort}/learners/{learner}/",
        "/dashboard/cohorts/{cohort}/learners/{learner}/accommodation/",
    ],
)
def test_it_speaks_german_to_an_instructor(
    as_ines: Client, cohort: Cohort, alice: User, address: str
) -> None:
    page = address.format(cohort=cohort.pk, learner=alice.pk)

    assert english_leftovers(as_ines, page) == set()
