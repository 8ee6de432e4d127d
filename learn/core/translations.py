"""The sentences of the site and their translations: gettext's files, without GNU gettext.

Babel, a dependency of developers, reads and writes them. The site itself needs only the compiled
file, which Django reads.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

SITE = settings.BASE_DIR / "learn"
KEYWORDS = DEFAULT_KEYWORDS | {
    f"{name}_{when}": DEFAULT_KEYWORDS[name]
    for name in ("gettext", "ngettext", "pgettext", "npgettext")
    for when in ("lazy", "noop")
}
# What a sentence leaves open: %(name)s, %s, {name}, and the $ of CodeMirror's phrases.
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[a-z%]|\{\w*\}|\$")


def catalogue_file(language: str) -> Path:
    """Where people translate; the compiled file is its neighbour `django.mo`."""
    return SITE / "locale" / language / "LC_MESSAGES" / "django.po"


def sources() -> Catalog:
    """Every sentence that Python files and templates mark for translation."""
    catalog = Catalog()
    for file in sorted(SITE.rglob("*")):
        if file.suffix in {".py", ".html", ".txt"} and "node_modules" not in file.parts:
            for text, context in sentences(file):
                catalog.add(text, context=context)
    return catalog


def sentences(file: Path) -> Iterator[tuple[str | tuple[str, ...], str | None]]:
    """What one file marks: the sentence, or singular and plural, and its context."""
    text = file.read_text(encoding="utf-8")
    if file.suffix != ".py":
        # Django makes Python of a template. Its indentation would mean something there.
        lines = templatize(text, origin=str(file)).splitlines()
        text = "\n".join(line.strip() for line in lines)
    for _, sentence, _, context in extract("python", BytesIO(text.encode()), KEYWORDS):
        yield sentence, context


def read(language: str) -> Catalog:
    """The translations as they are committed."""
    with catalogue_file(language).open("rb") as file:
        return read_po(file)


def updated(language: str) -> Catalog:
    """The translations, with new sentences still empty and without those that are gone."""
    catalog = read(language)
    # A guess by similar words would be shown to nobody, and be taken for a translation.
    catalog.update(sources(), no_fuzzy_matching=True, update_creation_date=False)
    catalog.obsolete.clear()
    return read_po(BytesIO(po_bytes(catalog)))


def po_bytes(catalog: Catalog) -> bytes:
    """Sorted and without places, so that two branches rarely touch the same lines."""
    file = BytesIO()
    write_po(file, catalog, width=99, no_location=True, sort_output=True)
    return file.getvalue()


def mo_bytes(catalog: Catalog) -> bytes:
    """The compiled form."""
    file = BytesIO()
    write_mo(file, catalog)
    return file.getvalue()


def forms(text: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    """Singular and plural, or the one sentence, which is empty before it is translated."""
    return (text or "",) if text is None or isinstance(text, str) else tuple(text)


def untranslated(catalog: Catalog) -> list[str]:
    """The English sentences without a translation."""
    return [
        forms(message.id)[0] for message in messages(catalog) if not all(forms(message.string))
    ]


def with_other_placeholders(catalog: Catalog) -> list[str]:
    """The English sentences whose translations leave something else open than they do."""
    return [
        forms(message.id)[0]
        for message in messages(catalog)
        for english, other in zip(forms(message.id), forms(message.string), strict=True)
        if other and sorted(PLACEHOLDER.findall(english)) != sorted(PLACEHOLDER.findall(other))
    ]


def messages(catalog: Catalog) -> list[Message]:
    """All but the header."""
    return [message for message in catalog if message.id]
