"""Question files to questions."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any, override

from django.utils.safestring import SafeString

from labs import ContentError, Problem, line_of, read_yaml
from learn.core.digests import digest, digest_of_json
from learn.prose.findings import Findings
from learn.prose.reading import Prose, read_fragment, read_line
from learn.prose.rendering import Page
from learn.questions.documents import KindDocument, QuestionDocument
from learn.questions.kinds import KINDS
from learn.questions.parameters import ExpressionError, names_in, names_in_template
from learn.questions.parameters.drawing import place_of
from learn.questions.question import Draw, Question, Section, Variant
from learn.questions.recordings import read_recording, recording_problems
from learn.questions.variants import vary

type Pages = Mapping[str, Page | None]
"""The module's lessons by slug; None for one whose file is wrong."""

type Rendered = dict[tuple[str, str], SafeString]
"""`{("fragment" or "line", filled text): HTML}`: what was found right before."""

FIRST_SEED = 0


def read_question(path: Path, pages: Pages, findings: Findings) -> Question:
    """The question in `<module>/questions/<slug>.yaml`. What its texts lack goes to `findings`.

    Raises:
        ContentError: with every other problem of the file.
    """
    kind = read_yaml(path, KindDocument).kind
    if kind not in KINDS:
        message = f"unknown kind '{kind}'; there are: {', '.join(KINDS)}"
        raise ContentError([Problem(path, line_of(path, "^kind:"), message)])
    document = read_yaml(path, KINDS[kind].document)
    module = path.parent.parent.name
    recorded = read_recording(path)
    question = Question(
        module=module,
        slug=path.stem,
        document=document,
        section=_section(path, module, document.section, pages) if document.section else None,
        content_hash=digest(
            module, path.stem, document.model_dump_json(), digest_of_json(recorded)
        ),
        recorded=recorded,
    )
    draw = checking_draw(path, FIRST_SEED, findings)
    try:
        variant = vary(question, draw)
        _check_all_are_used(document, draw)
        findings.extend(recording_problems(path, question))
    except ExpressionError as error:
        raise ContentError([problem_of(path, error)]) from None
    findings.extend(faults_of(path, variant))
    return question


@dataclass(frozen=True)
class CheckingDraw(Draw):
    """A draw that tells `findings` what is wrong with the texts of the file.

    `used` are the parameters that were asked for.
    """

    path: Path = field(kw_only=True)
    findings: Findings = field(kw_only=True)
    used: set[str] = field(default_factory=set)
    rendered: Rendered = field(default_factory=dict)

    @override
    def number(self, formula: float | str) -> Fraction:
        self.used.update(names_in(formula) if isinstance(formula, str) else ())
        return super().number(formula)

    @override
    def text(self, template: str) -> str:
        self.used.update(names_in_template(template) if self.values else ())
        return super().text(template)

    @override
    def fragment(self, template: str) -> SafeString:
        return self._read("fragment", read_fragment, template)

    @override
    def line(self, template: str) -> SafeString:
        return self._read("line", read_line, template)

    def _read(self, way: str, read: Callable[..., SafeString], template: str) -> SafeString:
        """The filled text; what is wrong is told of the line in which the author's begins."""
        text = self.text(template)
        if (way, text) not in self.rendered:
            prose = replace(Prose.inside(self.path, template), text=text)
            self.rendered[way, text] = read(prose, self.findings)
        return self.rendered[way, text]


def checking_draw(
    path: Path, seed: int, findings: Findings, rendered: Rendered | None = None
) -> CheckingDraw:
    """A draw that tells `findings` what is wrong with the texts of the file.

    Of what is in `rendered`, nothing is told twice.
    """
    rendered = {} if rendered is None else rendered
    return CheckingDraw(seed, path=path, findings=findings, rendered=rendered)


def problem_of(path: Path, error: ExpressionError) -> Problem:
    """The error of an expression in the file, at its line."""
    return Problem(path, line_of(path, error.pattern), str(error))


def faults_of(path: Path, variant: Variant[Any]) -> Iterator[Problem]:
    """What the kind finds wrong with a variant."""
    for fault in KINDS[variant.question.kind].check(variant):
        yield Problem(path, line_of(path, fault.pattern), fault.message)


def _check_all_are_used(document: QuestionDocument, draw: CheckingDraw) -> None:
    """Refuse a parameter that nothing asks for.

    Raises:
        ExpressionError: with the first.
    """
    formulas = [text for text in document.parameters.values() if isinstance(text, str)]
    used = draw.used.union(*map(names_in, (*formulas, *document.require)))
    for name in document.parameters:
        if name not in used:
            reason = "is a parameter that nothing uses: use it, or remove it"
            raise ExpressionError(name, reason, place_of(name))


def _section(path: Path, module: str, link: str, pages: Pages) -> Section | None:
    """The place that "lesson-slug#anchor" names; None when the lesson's own file is wrong."""
    slug, _, anchor = link.partition("#")
    problem = partial(_section_problem, path)
    if slug not in pages:
        raise problem(f"there is no lesson '{slug}'", list(pages))
    page = pages[slug]
    if page is None:
        return None
    heading = page.heading(anchor)
    if heading is None:
        raise problem(f"the lesson '{slug}' has no anchor '{anchor}'", list(page.anchors))
    return Section(module, slug, anchor, heading.title)


def _section_problem(path: Path, message: str, known: list[str]) -> ContentError:
    choice = ", ".join(known) or "none"
    return ContentError(
        [Problem(path, line_of(path, "^section:"), f"section: {message}; there are: {choice}")]
    )
