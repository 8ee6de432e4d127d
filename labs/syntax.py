"""What Python's compiler says about submitted files: a sentence, the line, and a caret.

To be called behind the walls alone. Twenty lines keep the compiler busy for hours and fill all
memory, as each `finally` inside another doubles the code.
"""

import unicodedata
import warnings
from collections.abc import Mapping

MAX_LINE = 100
BEFORE_CARET = 70


def first_error(files: Mapping[str, str]) -> str:
    """The first syntax error in the Python files among `{relative POSIX path: text}`, or ""."""
    errors = (_error(name, text) for name, text in files.items() if name.endswith(".py"))
    return next(filter(None, errors), "")


def _error(name: str, text: str) -> str:
    try:
        # A warning is for the learner's own eyes, when the file is imported.
        with warnings.catch_warnings(action="ignore"):
            compile(text, name, "exec", dont_inherit=True)
    except SyntaxError as error:
        place = f"{name} line {error.lineno}" if error.lineno else name
        end = "" if error.msg.endswith((".", "?", "!")) else "."
        return f"{place}: {error.msg}{end}{_marked(error)}"
    except (ValueError, OverflowError, RecursionError, MemoryError) as error:
        return f"{name} cannot be compiled: {str(error) or 'the compiler ran out of memory'}."
    return ""


def _marked(error: SyntaxError) -> str:
    """The line and, below it, a caret where it is wrong; "" if the compiler does not say."""
    if not error.text or not error.offset or error.offset < 1:
        return ""
    line = error.text.splitlines()[0]
    column = min(error.offset - 1, len(line))
    start = len(line) - len(line.lstrip())
    if len(line) > MAX_LINE:
        start = max(start, column - BEFORE_CARET)
    shown = _printable(line[start : start + MAX_LINE])
    return f"\n    {shown}\n    {_blank(shown[: max(0, column - start)])}^"


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() or char == "\t" else "\ufffd" for char in text)


def _blank(text: str) -> str:
    """As wide as the text, in a font of one width."""
    return "".join(map(_blank_for, text))


def _blank_for(char: str) -> str:
    if char == "\t":
        return char
    if unicodedata.combining(char):
        return ""
    return "  " if unicodedata.east_asian_width(char) in "WF" else " "
