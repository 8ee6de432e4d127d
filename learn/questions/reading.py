"""Question files to questions."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from django.utils.safestring import SafeString

from labs import ContentError, Problem, line_of, read_yaml
from learn.core.digests import digest
from learn.prose.findings import Findings
from learn.prose.reading import Prose, read_fragment, read_line
from learn.prose.rendering import Page
from learn.questions.documents import KindDocument
from learn.questions.kinds import KINDS
from learn.questions.question import Draw, Question, Section
from learn.questions.variants import vary

type Pages = Mapping[str, Page | None]
"""The module's lessons by slug; None for one whose file is wrong."""

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
    question = Question(
        module=module,
        slug=path.stem,
        document=document,
        section=_section(path, module, document.section, pages) if document.section else None,
        content_hash=digest(module, path.stem, document.model_dump_json()),
    )
    vary(question, checking_draw(path, FIRST_SEED, findings))
    return question


def checking_draw(path: Path, seed: int, findings: Findings) -> Draw:
    """A draw that tells `findings` what is wrong with the texts of the file."""

    def fragment(text: str) -> SafeString:
        return read_fragment(Prose.inside(path, text), findings)

    def line(text: str) -> SafeString:
        return read_line(Prose.inside(path, text), findings)

    return Draw(seed, fragment, line)


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
