"""The sentences of the site are translated, completely, and the compiled files are in step."""

import pytest
from babel.messages.catalog import Catalog
from django.conf import settings
from django.test import Client

from learn.core import translations

OTHER_LANGUAGES = [code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]


@pytest.mark.parametrize("language", OTHER_LANGUAGES)
def test_it_has_every_sentence_translated(language: str) -> None:
    catalog = translations.updated(language)

    # `manage.py translations` adds what is new; then somebody translates it.
    assert translations.untranslated(catalog) == []
    assert translations.with_other_placeholders(catalog) == []


@pytest.mark.parametrize("language", OTHER_LANGUAGES)
def test_it_has_the_files_in_step_with_the_sources(language: str) -> None:
    file = translations.catalogue_file(language)

    assert file.read_bytes() == translations.po_bytes(translations.updated(language))
    assert file.with_suffix(".mo").read_bytes() == translations.mo_bytes(
        translations.read(language)
    )


def test_it_sees_a_translation_that_leaves_something_else_open() -> None:
    catalog = Catalog(locale="de")
    catalog.add("%(count)s checks", "%(count)s Checks")
    catalog.add("Saved at %(time)s", "Gespeichert um %(tiem)s")
    catalog.add(("%(n)s hour", "%(n)s hours"), ("eine Stunde", "%(n)s Stunden"))

    assert translations.with_other_placeholders(catalog) == ["Saved at %(time)s", "%(n)s hour"]


def test_it_finds_the_sentences_of_templates_and_of_python() -> None:
    sources = translations.sources()

    assert "Skip to the content" in sources
    assert "Press Escape, then Tab, to leave the editor." in sources


@pytest.mark.django_db
def test_it_speaks_the_language_that_the_browser_asks_for() -> None:
    page = Client(headers={"accept-language": "de-AT,de;q=0.9,en;q=0.5"}).get("/").content.decode()

    assert '<html lang="de">' in page
    assert "Zum Inhalt springen" in page


@pytest.mark.django_db
@pytest.mark.parametrize("asked", ["en-US,en;q=0.9", "fr", ""])
def test_it_speaks_english_otherwise(asked: str) -> None:
    page = Client(headers={"accept-language": asked}).get("/").content.decode()

    assert '<html lang="en-gb">' in page


@pytest.mark.django_db
def test_it_keeps_the_language_that_was_chosen() -> None:
    browser = Client(headers={"accept-language": "en"})
    answer = browser.post("/language", {"language": "de"}, headers={"referer": "/glossary/"})

    assert answer.headers["location"] == "/glossary/"
    assert '<html lang="de">' in browser.get("/").content.decode()


@pytest.mark.django_db
def test_it_goes_nowhere_else_after_the_choice() -> None:
    answer = Client().post("/language", {"language": "de", "next": "https://example.org/"})

    assert answer.headers["location"] == "/"
