"""Output prediction: what does this program print? The right answer is recorded, never typed."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Literal, override

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from pydantic import Field, field_validator

from labs import Document, SubmissionError, check_files
from learn.core.digests import digest
from learn.prose.rendering import render_fragment
from learn.questions.documents import Line, Markdown, QuestionDocument
from learn.questions.fields import AnswerError, BlankAnswerError, Fields, require_parts, single
from learn.questions.question import Draw, Fault, Head, Kind, Mark, Question, Remark, Variant

MAIN = "main.py"
MAX_VARIANTS = 50
DEFAULT_VARIANTS = 20
SUMMARY_LENGTH = 200
MIN_WRONG = 2

type Code = Annotated[str, Field(min_length=1, max_length=5_000, pattern=r"\S")]


class WrongOutputDocument(Document):
    """An output that a known wrong idea leads to."""

    output: Code
    feedback: Markdown
    misconception: Line | None = None


class OutputDocument(QuestionDocument):
    """A Python program, and the question what it prints.

    `files` stand beside it, by name. With parameters there are so many `variants`, each of which
    has its recorded output. With `choices: true` the wrong outputs are offered beside the right
    one; otherwise they are recognised in what the learner writes.
    """

    kind: Literal["output"]
    snippet: Code
    files: dict[str, str] = Field(default_factory=dict)
    variants: Annotated[int, Field(ge=2, le=MAX_VARIANTS)] | None = None
    wrong_outputs: Annotated[tuple[WrongOutputDocument, ...], Field(max_length=8)] = ()
    choices: bool = False

    @field_validator("files")
    @classmethod
    def _files_can_be_run(cls, files: dict[str, str]) -> dict[str, str]:
        if MAIN in files:
            raise ValueError(f"'{MAIN}' is the snippet's name: rename the file")
        try:
            check_files({MAIN: "", **files})
        except SubmissionError as error:
            raise ValueError(str(error)) from None
        return files

    @property
    def variant_count(self) -> int:
        """How many different programs there are."""
        return (self.variants or DEFAULT_VARIANTS) if self.parameters else 1

    @override
    def values_seed(self, seed: int) -> int:
        return seed % self.variant_count


@dataclass(frozen=True)
class WrongOutput:
    """A wrong output, filled."""

    output: str
    feedback: SafeString
    misconception: str


@dataclass(frozen=True)
class OutputOption:
    """An output to choose."""

    id: str
    output: str
    correct: bool

    @property
    def html(self) -> SafeString:
        return format_html("{}", self.output)


@dataclass(frozen=True)
class Output(Variant[str]):
    """The program as one learner sees it. An answer is what it prints, as `comparable` has it.

    `output` is "" as long as none is recorded.
    """

    document: OutputDocument
    files: Mapping[str, str]
    output: str
    wrong_outputs: tuple[WrongOutput, ...]
    options: tuple[OutputOption, ...]

    @property
    def listings(self) -> list[tuple[str, SafeString]]:
        """Names and highlighted texts: the other files first."""
        names = [*(name for name in self.files if name != MAIN), MAIN]
        return [(name, _highlighted(name, self.files[name])) for name in names]

    @property
    def is_one_line(self) -> bool:
        return "\n" not in self.output

    @property
    def correct_option(self) -> OutputOption | None:
        """None where nothing is to be chosen."""
        return next((option for option in self.options if option.correct), None)

    @override
    def read(self, fields: Fields) -> str:
        require_parts(fields)
        sent = single(fields)
        if self.options:
            return self._chosen(sent)
        if not sent.strip():
            raise BlankAnswerError(_("Write what the program prints."))
        return comparable(sent)

    def _chosen(self, sent: str) -> str:
        if not sent:
            raise BlankAnswerError(_("Choose what the program prints."))
        for option in self.options:
            if option.id == sent:
                return option.output
        raise AnswerError(_("That is not one of this question's answers. Choose again."))

    @override
    def mark(self, answer: str) -> Mark:
        if answer == self.output:
            return Mark(1.0)
        known = [wrong for wrong in self.wrong_outputs if wrong.output == answer]
        remarks = [Remark(wrong.feedback, is_right=False) for wrong in known]
        if not self.options:
            remarks.append(Remark(_difference(answer, self.output), is_right=False))
        misconceptions = [wrong.misconception for wrong in known if wrong.misconception]
        return Mark(0.0, tuple(remarks), tuple(misconceptions))

    @override
    def summary(self, answer: str) -> str:
        for option in self.options:
            if option.output == answer:
                return option.id
        text = answer.replace("\n", " / ")
        if len(text) <= SUMMARY_LENGTH:
            return text
        return f"{text[: SUMMARY_LENGTH - 12]}... {digest(answer)[:8]}"


def comparable(text: str) -> str:
    """An output without what nobody sees: spaces at the ends of lines, empty lines at the end."""
    lines = re.split(r"\r\n|\r|\n", text)
    return "\n".join(line.rstrip() for line in lines).rstrip("\n")


def run_id(files: Mapping[str, str]) -> str:
    """Names a program: all its files count."""
    return digest(*(part for name in sorted(files) for part in (name, files[name])))


def _difference(answer: str, output: str) -> SafeString:
    """Where an answer goes wrong, without what would be right."""
    given, wanted = answer.split("\n"), output.split("\n")
    pairs = zip(given, wanted, strict=False)
    same = next((n for n, (one, other) in enumerate(pairs) if one != other), None)
    if same is None:
        return format_html("{}", _right_so_far(min(len(given), len(wanted)), len(wanted)))
    if same == 0:
        return format_html("{}", _("Line 1 is not what the program prints."))
    sentence = ngettext(
        "The first line is right; line %(next)s is not.",
        "The first %(count)s lines are right; line %(next)s is not.",
        same,
    )
    return format_html("{}", sentence % {"count": same, "next": same + 1})


def _right_so_far(count: int, wanted: int) -> str:
    """For an answer that is too short, or else too long."""
    if count < wanted:
        sentence = ngettext(
            "The first line is right, and more is printed after it.",
            "The first %(count)s lines are right, and more is printed after them.",
            count,
        )
    else:
        sentence = ngettext(
            "The first line is right, and nothing is printed after it.",
            "The first %(count)s lines are right, and nothing is printed after them.",
            count,
        )
    return sentence % {"count": count}


def _short(text: str) -> str:
    line = text.replace("\n", " / ")
    return line if len(line) <= 40 else f"{line[:37]}..."


def _highlighted(name: str, text: str) -> SafeString:
    fence = "~" * (3 + max((len(run) for run in re.findall("~+", text)), default=0))
    language = "python" if name.endswith(".py") else "text"
    return render_fragment(f"{fence}{language}\n{text.rstrip()}\n{fence}")


def filled_files(document: OutputDocument, draw: Draw) -> dict[str, str]:
    """`{name: text}` of the program, with parameters filled in."""
    files = {MAIN: document.snippet, **document.files}
    return {name: draw.text(text) for name, text in files.items()}


def vary(question: Question, document: OutputDocument, draw: Draw) -> Output:
    files = filled_files(document, draw)
    output = comparable(question.recorded.get(run_id(files), ""))
    wrong = tuple(
        WrongOutput(
            comparable(draw.text(one.output)),
            draw.fragment(one.feedback),
            one.misconception or "",
        )
        for one in document.wrong_outputs
    )
    return Output(
        Head.of(question, draw),
        document=document,
        files=files,
        output=output,
        wrong_outputs=wrong,
        options=_options(question, output, wrong, draw) if document.choices else (),
    )


def _options(
    question: Question, output: str, wrong: tuple[WrongOutput, ...], draw: Draw
) -> tuple[OutputOption, ...]:
    outputs = [output, *(one.output for one in wrong)]
    # Not `part_id`, for which spaces and ends of lines are the same.
    options = [
        OutputOption(digest(question.slug, text)[:10], text, correct=text == output)
        for text in outputs
    ]
    draw.dice("options").shuffle(options)
    return tuple(options)


def check(variant: Output) -> Iterator[Fault]:
    """Choices that are too few, and wrong outputs that are right or the same once filled in."""
    document = variant.document
    if document.choices and len(variant.wrong_outputs) < MIN_WRONG:
        message = "two or more 'wrong_outputs' are needed to choose from"
        yield Fault(f"choices: {message}", "^choices:")
    if document.variants and not document.parameters:
        yield Fault("'variants' is for questions with 'parameters': leave it out", "^variants:")
    seen = {variant.output}
    for wrong in variant.wrong_outputs:
        if wrong.output in seen:
            about = "right" if wrong.output == variant.output else "there twice"
            yield Fault(f"the wrong output '{_short(wrong.output)}' is {about}", "^wrong_outputs:")
        seen.add(wrong.output)


KIND = Kind("Output prediction", OutputDocument, vary, check)
