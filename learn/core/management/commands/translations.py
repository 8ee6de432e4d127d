"""`manage.py translations`: brings gettext's files in step with the sources."""

from typing import Any, override

from django.conf import settings

from learn.core import translations
from learn.core.commands import PlainCommand


class Command(PlainCommand):
    """Adds new sentences, drops those that are gone, and compiles."""

    help = "Update and compile learn/locale. Exit status: 0 complete, 1 something is left to do."

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        to_do = 0
        for language, _ in settings.LANGUAGES:
            if language != settings.LANGUAGE_CODE:
                to_do += self._update(language)
        raise SystemExit(1 if to_do else 0)

    def _update(self, language: str) -> int:
        """How many sentences somebody still has to translate or to mend."""
        file = translations.catalogue_file(language)
        catalog = translations.updated(language)
        file.write_bytes(translations.po_bytes(catalog))
        file.with_suffix(".mo").write_bytes(translations.mo_bytes(catalog))
        missing = translations.untranslated(catalog)
        wrong = translations.with_other_placeholders(catalog)
        for sentence in missing:
            self.stdout.write(f"{language}: no translation: {sentence}")
        for sentence in wrong:
            self.stdout.write(f"{language}: other placeholders: {sentence}")
        return len(missing) + len(wrong)
