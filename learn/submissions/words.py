"""The sentences of the lab page's JavaScript, in the visitor's language."""

from django.utils.translation import gettext as _

type Words = dict[str, str | dict[str, str]]


def lab_words() -> Words:
    """By the names under which learn/assets/src/lab asks for them. %(name)s is filled in there."""
    return {
        "leave": _("Press Escape, then Tab, to leave the editor."),
        "undo": _("Undo"),
        "reset": _("The editor is back at the starter."),
        "restored": _("The version of %(when)s is in the editor."),
        "notRestored": _("That version could not be read. Try again in a moment."),
        "back": _("Your unsaved changes are back."),
        "drop": _("Drop them"),
        "otherCode": _("This browser has other code of yours that was not saved."),
        "guestCode": _("This browser has code that was written here before you logged in."),
        "bringBack": _("Bring it back"),
        "running": _("Your code is running against the visible checks."),
        "submitted": _("Submitted. Your code is being graded."),
        "notSubmitted": _("Not sent."),
        "states": {
            "saved": _("Saved at %(time)s"),
            "submitted": _("Saved"),
            "logged out": _("You are logged out. This browser keeps your code."),
            "refused": _("Not saved on the site. This browser keeps your code."),
            "unreachable": _("The site cannot be reached. This browser keeps your code."),
        },
        "phrases": editor_phrases(),
    }


def editor_phrases() -> dict[str, str]:
    """CodeMirror's own phrases (https://codemirror.net/examples/translate/)."""
    return {
        "Find": _("Find"),
        "Replace": _("Replace with"),
        "next": _("next"),
        "previous": _("previous"),
        "all": _("all"),
        "match case": _("match case"),
        "regexp": _("regular expression"),
        "by word": _("whole words"),
        "replace": _("replace"),
        "replace all": _("replace all"),
        "close": _("close"),
        "current match": _("current match"),
        "on line": _("on line"),
        "replaced $ matches": _("replaced $ matches"),
        "replaced match on line $": _("replaced match on line $"),
        "Go to line": _("Go to line"),
        "go": _("go"),
        "Completions": _("Completions"),
    }
