"""Quiz files to quizzes, with the questions that they name and draw from."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from labs import ContentError, Problem, line_of, read_toml
from learn.catalog.documents import DrawDocument, QuizDocument
from learn.catalog.quiz import Pool, Quiz
from learn.catalog.rules import Rules
from learn.core.digests import digest
from learn.prose.findings import Findings
from learn.prose.reading import Prose, read_fragment
from learn.questions.kinds import KINDS
from learn.questions.question import Question

type Questions = Mapping[str, Question | None]
"""The module's questions by slug; None for one whose file is wrong."""


def read_quiz(
    path: Path, *, lessons: Mapping[str, object], questions: Questions, findings: Findings
) -> Quiz:
    """The quiz in `<module>/quizzes/<slug>.toml`.

    Raises:
        ContentError: the file is wrong, or asks for what the module does not have.
    """
    document = read_toml(path, QuizDocument)
    problems = [*_unknown(path, document, lessons, questions)]
    if problems:
        raise ContentError(problems)
    fixed = _good(questions, document.questions)
    pools = tuple(Pool(d.count, d.points, _drawable(d, questions, fixed)) for d in document.draw)
    if None not in questions.values():
        findings.extend(_unfillable(path, pools))
    return Quiz(
        module=path.parent.parent.name,
        name=path.stem,
        title=document.title,
        intro=read_fragment(Prose.inside(path, document.intro or ""), findings),
        lesson=document.lesson,
        fixed=fixed,
        points=document.points,
        pools=pools,
        rules=Rules(**dict(document.rules), review=document.review),
        content_hash=_hash(document, fixed, pools),
    )


def never_asked(folder: Path, questions: Questions, asked: set[str]) -> Iterator[Problem]:
    """The questions whose slugs are not in `asked`: no learner would ever see them."""
    for slug in sorted(slug for slug in questions if questions[slug] and slug not in asked):
        message = (
            "nobody is ever asked this question: name it in a quiz or a lesson, or remove the file"
        )
        yield Problem(folder / "questions" / f"{slug}.yaml", 1, message)


def told_elsewhere(folder: Path, quizzes: Sequence[Quiz], checked: set[str]) -> Iterator[Problem]:
    """Questions of which a quiz keeps something back, and which others tell at once."""
    told = checked | {
        question.slug
        for quiz in quizzes
        if not quiz.rules.review.keeps_back
        for question in quiz.questions
    }
    for quiz in (quiz for quiz in quizzes if quiz.rules.review.keeps_back):
        slugs = sorted({question.slug for question in quiz.questions} & told)
        if slugs:
            message = (
                f"[review] keeps back what lessons or other quizzes tell at once of "
                f"{', '.join(slugs)}: release all at once, or ask others"
            )
            yield Problem(folder / "quizzes" / f"{quiz.name}.toml", 1, message)


def _unknown(
    path: Path, document: QuizDocument, lessons: Mapping[str, object], questions: Questions
) -> Iterator[Problem]:
    """Names of lessons and questions that there are not."""
    problem = partial(_named, path)
    for lesson in (document.lesson, *(draw.lesson for draw in document.draw)):
        if lesson and lesson not in lessons:
            yield problem("lesson", lesson, list(lessons))
    drawn = (slug for draw in document.draw for slug in draw.questions or ())
    for slug in (*document.questions, *drawn):
        if slug not in questions:
            yield problem("question", slug, list(questions))
    yield from _unknown_filters(document.draw, questions, problem)


def _unknown_filters(
    draws: Sequence[DrawDocument],
    questions: Questions,
    problem: Callable[[str, str, list[str]], Problem],
) -> Iterator[Problem]:
    """Kinds that there are not, and concepts that no question of the module has."""
    for kind in (kind for draw in draws for kind in draw.kinds or ()):
        if kind not in KINDS:
            yield problem("kind of question", kind, list(KINDS))
    if None in questions.values():
        return
    known = {concept for each in questions.values() if each for concept in each.document.concepts}
    for concept in (concept for draw in draws for concept in draw.concepts or ()):
        if concept not in known:
            yield problem("question with the concept", concept, sorted(known))


def _named(path: Path, what: str, name: str, known: Sequence[str]) -> Problem:
    line = line_of(path, rf"[\"']{re.escape(name)}[\"']")
    return Problem(
        path, line, f"there is no {what} '{name}'; there are: {', '.join(known) or 'none'}"
    )


def _good(questions: Questions, slugs: Sequence[str]) -> tuple[Question, ...]:
    return tuple(question for slug in slugs if (question := questions[slug]))


def _drawable(
    draw: DrawDocument, questions: Questions, fixed: tuple[Question, ...]
) -> tuple[Question, ...]:
    """What the draw's filters leave. What is always asked is not drawn a second time."""
    pool = _good(questions, draw.questions or list(questions))
    return tuple(
        question
        for question in pool
        if question not in fixed
        and (not draw.lesson or _lesson_of(question) == draw.lesson)
        and (not draw.concepts or set(draw.concepts) & set(question.document.concepts))
        and (not draw.kinds or question.kind in draw.kinds)
    )


def _lesson_of(question: Question) -> str | None:
    return question.section.lesson if question.section else None


def _unfillable(path: Path, pools: Sequence[Pool]) -> Iterator[Problem]:
    """Draws that could run out of questions, whatever chance gave to the draws before them."""
    lines = _draw_lines(path)
    for number, pool in enumerate(pools):
        taken = sum(
            min(earlier.count, len(_slugs(earlier) & _slugs(pool))) for earlier in pools[:number]
        )
        left = max(len(pool.questions) - taken, 0)
        if left < pool.count:
            message = (
                f"draw: asks for {pool.count}, but only {left} are left that fit and that nothing "
                "else in this quiz asks: draw fewer, or write more questions"
            )
            yield Problem(path, lines[number], message)


def _slugs(pool: Pool) -> set[str]:
    return {question.slug for question in pool.questions}


def _draw_lines(path: Path) -> list[int]:
    lines = enumerate(path.read_text(encoding="utf-8").split("\n"), start=1)
    found = [number for number, line in lines if re.match(r"\s*\[\[\s*draw\s*\]\]", line)]
    # Draws may also be written as a list of inline tables, on one line.
    return found or [line_of(path, r"^\s*draw\b")] * 100


def _hash(document: QuizDocument, fixed: Sequence[Question], pools: Sequence[Pool]) -> str:
    asked = [*fixed, *(question for pool in pools for question in pool.questions)]
    return digest(document.model_dump_json(), *(question.content_hash for question in asked))
