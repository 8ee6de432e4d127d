"""GIFT's signs: what is escaped, where a question ends, and what stands between its braces."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

SPECIAL = r"~=#{}:"
ESCAPED = re.compile(r"\\([~=#{}:n\\])")
# While a text is taken apart, an escaped sign is hidden behind a private character.
HIDDEN = {sign: chr(0xE100 + place) for place, sign in enumerate("~=#{}:n\\")}
SHOWN = {hidden: "\n" if sign == "n" else sign for sign, hidden in HIDDEN.items()}
PRIVATE = re.compile("[\ue100-\ue10f]")
TITLE = re.compile(r"::(?P<title>.*?)::", re.DOTALL)
FORMAT = re.compile(r"\[(?P<format>html|moodle|plain|markdown)\]", re.IGNORECASE)
WEIGHT = re.compile(r"%(?P<percent>-?\d+(\.\d+)?)%")
BRACES = (
    "it does not have one '{' and one '}' around its answers; write \\{ and \\} for braces in a "
    "text, and leave an empty line between questions"
)
TAG = re.compile(r"\[tag:(?P<tag>[^\]]+)\]")


@dataclass(frozen=True)
class Block:
    """One question as it stands in the file, with signs hidden.

    `answers` is None without braces; `fault` says what is wrong with them.
    """

    line: int
    title: str
    format: str
    before: str
    answers: str | None
    after: str
    tags: tuple[str, ...]
    fault: str = ""

    @property
    def name(self) -> str:
        return self.title or f"the question in line {self.line}"


@dataclass(frozen=True)
class Answer:
    """What follows "=" (`is_right`) or "~". `weight` is in per cent, None if there is none."""

    is_right: bool
    weight: float | None
    text: str
    feedback: str


def shown(text: str) -> str:
    """The text as its author meant it."""
    return PRIVATE.sub(lambda found: SHOWN.get(found[0], ""), text).strip()


def escape(text: str) -> str:
    """A text that no sign of GIFT cuts. A blank line would end the question."""
    signs = re.sub(rf"([\\{SPECIAL}])", r"\\\1", text.strip())
    return signs.replace("\n", "\\n")


def blocks(text: str) -> Iterator[Block]:
    """The questions of a file: empty lines are between them."""
    hidden = ESCAPED.sub(lambda found: HIDDEN[found[1]], PRIVATE.sub("", text))
    line = 1
    for chunk in re.split(r"(\n[ \t]*(?=\n))", hidden):
        if chunk.strip():
            block = _block(chunk, line)
            if block:
                yield block
        line += chunk.count("\n")


def _block(chunk: str, first: int) -> Block | None:
    """The question in lines without a blank one; None if they are comments and categories."""
    tags = tuple(TAG.findall("\n".join(each for each in chunk.split("\n") if _is_comment(each))))
    kept = ["" if _is_comment(line) or _is_category(line) else line for line in chunk.split("\n")]
    text = "\n".join(kept)
    if not text.strip():
        return None
    line = first + next(place for place, kept_line in enumerate(kept) if kept_line.strip())
    title = TITLE.match(text.lstrip())
    rest = text.lstrip()[title.end() :] if title else text
    kind = FORMAT.match(rest.lstrip())
    rest = rest.lstrip()[kind.end() :] if kind else rest
    name = shown(title["title"]) if title else ""
    named = kind["format"].lower() if kind else ""
    if rest.count("{") > 1 or rest.count("{") != rest.count("}") or _is_turned(rest):
        return Block(line, name, named, rest, None, "", tags, fault=BRACES)
    before, brace, behind = rest.partition("{")
    answers, _, after = behind.partition("}")
    return Block(line, name, named, before, answers if brace else None, after, tags)


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith("//")


def _is_category(line: str) -> bool:
    return line.lstrip().startswith("$CATEGORY:")


def _is_turned(text: str) -> bool:
    return "{" in text and text.index("}") < text.index("{")


def split_answers(text: str) -> Iterator[Answer]:
    """The answers, each with its sign. What stands before the first is lost."""
    pieces = re.split(r"([=~])", text)
    for sign, piece in zip(pieces[1::2], pieces[2::2], strict=True):
        body, _, feedback = piece.partition("#")
        weight = WEIGHT.match(body.strip())
        rest = body.strip()[weight.end() :] if weight else body
        percent = float(weight["percent"]) if weight else None
        yield Answer(sign == "=", percent, rest.strip(), feedback.strip())


def without_general_feedback(text: str) -> tuple[str, str]:
    """The answers, and what stands behind "####"."""
    answers, _, general = text.partition("####")
    return answers.strip(), shown(general)
