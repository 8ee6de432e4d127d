"""The sentences of the playground's JavaScript, in the visitor's language."""

from django.utils.translation import gettext as _

from learn.submissions.words import editor_phrases

type Words = dict[str, str | dict[str, str]]


def playground_words() -> Words:
    """By the names under which learn/assets/src/playground asks for them."""
    return {
        "leave": _("Press Escape, then Tab, to leave the editor."),
        "undo": _("Undo"),
        "reset": _("The editor is back at what was opened."),
        "back": _("Your unsaved changes are back."),
        "drop": _("Drop them"),
        "running": _("Your program is running."),
        "notRun": _("Not sent."),
        "phrases": editor_phrases(),
    }
