"""Course folders to a Course. Every problem in every file is found before anything is raised."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

from labs import ContentError, Problem, load_lab, read_front_matter, read_toml
from learn.catalog.course import Course, Lab, Lesson, Module, Quiz
from learn.catalog.digests import digest
from learn.catalog.documents import CourseDocument, LessonDocument, ModuleDocument, QuizDocument
from learn.catalog.questions import Lessons, read_question
from learn.catalog.rendering import Page, render_fragment, render_line, render_page

LESSON_NAME = re.compile(r"\d+-(?P<slug>[a-z0-9]+(-[a-z0-9]+)*)\.md")


class Findings(list[Problem]):
    """The problems found so far. `with findings:` keeps those of a ContentError, and goes on."""

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: object
    ) -> bool:
        if not isinstance(error, ContentError):
            return False
        self.extend(error.problems)
        return True

    def attempt[T](self, read: Callable[[], T]) -> T | None:
        """What `read` returns, or None if the content was wrong."""
        with self:
            return read()
        return None


def load_course(folders: Sequence[Path]) -> Course:
    """The modules of all folders as one course; its title and summary are the first folder's.

    Raises:
        ContentError: with every problem of every file.
    """
    findings = Findings()
    parts = [part for folder in folders if (part := _load_folder(folder, findings))]
    modules = [module for _, found in parts for module in found]
    slugs = [module.slug for module in modules]
    findings.extend(
        Problem(folders[-1] / "course.toml", 1, f"the module '{slug}' is in two content folders")
        for slug in {slug for slug in slugs if slugs.count(slug) > 1}
    )
    if findings:
        raise ContentError(findings)
    document = parts[0][0]
    return Course(
        title=document.title,
        summary=document.summary,
        modules=tuple(modules),
        content_hash=digest(*(module.content_hash for module in modules)),
    )


def _load_folder(folder: Path, findings: Findings) -> tuple[CourseDocument, list[Module]] | None:
    with findings:
        toml = folder / "course.toml"
        document = read_toml(toml, CourseDocument)
        findings.extend(_unlisted(toml, folder.glob("*/module.toml"), document.modules, "modules"))
        found = [_load_module(folder / slug, findings) for slug in document.modules]
        return document, [module for module in found if module]
    return None


def _load_module(folder: Path, findings: Findings) -> Module | None:
    with findings:
        document = read_toml(folder / "module.toml", ModuleDocument)
        lessons = _load_lessons(folder, findings)
        quiz = _load_quiz(folder, document.quiz, lessons, findings)
        labs = _load_labs(folder, document, findings)
        good = tuple(lesson for lesson in lessons.values() if lesson)
        hashes = [lesson.content_hash for lesson in good] + ([quiz.content_hash] if quiz else [])
        return Module(
            slug=folder.name,
            title=document.title,
            summary=document.summary,
            lessons=good,
            quiz=quiz,
            labs=labs,
            content_hash=digest(*hashes, *(lab.spec.content_hash for lab in labs)),
        )
    return None


def _load_lessons(folder: Path, findings: Findings) -> Lessons:
    lessons: dict[str, Lesson | None] = {}
    for path in sorted(folder.glob("lessons/*")):
        name = LESSON_NAME.fullmatch(path.name)
        if not name:
            findings.append(Problem(path, 1, "name lessons like 01-first-steps.md"))
        elif name["slug"] in lessons:
            findings.append(Problem(path, 1, f"there are two lessons '{name['slug']}'"))
        else:
            slug = name["slug"]
            lessons[slug] = findings.attempt(partial(_load_lesson, path, slug))
    return lessons


def _load_lesson(path: Path, slug: str) -> Lesson:
    document, body, first_line = read_front_matter(path, LessonDocument)
    return Lesson(
        module=path.parent.parent.name,
        slug=slug,
        title=document.title,
        summary=document.summary,
        minutes=document.minutes,
        objectives=tuple(render_line(objective) for objective in document.objectives),
        page=_rendered(path, body, first_line),
        content_hash=digest(document.model_dump_json(), body),
    )


def _load_quiz(
    folder: Path, document: QuizDocument | None, lessons: Lessons, findings: Findings
) -> Quiz | None:
    listed = document.questions if document else ()
    toml = folder / "module.toml"
    findings.extend(_unlisted(toml, folder.glob("questions/*.yaml"), listed, "quiz.questions"))
    if not document:
        return None
    paths = [folder / "questions" / f"{slug}.yaml" for slug in listed]
    questions = [findings.attempt(partial(read_question, path, lessons)) for path in paths]
    good = tuple(question for question in questions if question)
    return Quiz(
        module=folder.name,
        title=document.title,
        intro=render_fragment(document.intro or ""),
        questions=good,
        content_hash=digest(document.title, *(question.content_hash for question in good)),
    )


def _load_labs(folder: Path, document: ModuleDocument, findings: Findings) -> tuple[Lab, ...]:
    toml = folder / "module.toml"
    findings.extend(_unlisted(toml, folder.glob("labs/*/lab.toml"), document.labs, "labs"))
    found = [findings.attempt(partial(_load_lab, folder, name)) for name in document.labs]
    return tuple(lab for lab in found if lab)


def _load_lab(folder: Path, name: str) -> Lab:
    spec = load_lab(folder / "labs" / name, slug=f"{folder.name}/{name}")
    brief = _rendered(spec.folder / "brief.md", spec.brief, 1)
    return Lab(module=folder.name, name=name, spec=spec, brief=brief)


def _rendered(path: Path, text: str, first_line: int) -> Page:
    page = render_page(text)
    titles = [heading.title for heading in page.headings if heading.level == 1]
    if titles:
        lines = enumerate(text.split("\n"), first_line)
        line = next((n for n, t in lines if t.startswith("#") and titles[0] in t), first_line)
        message = f"'# {titles[0]}' is a second page title: begin headings with ##"
        raise ContentError([Problem(path, line, message)])
    return page


def _unlisted(
    toml: Path, paths: Iterable[Path], listed: Sequence[str], key: str
) -> Iterator[Problem]:
    """A file that nothing names would silently never be shown."""
    for path in sorted(paths):
        name = path.stem if path.suffix == ".yaml" else path.parent.name
        if name not in listed:
            yield Problem(toml, 1, f"does not name '{name}' in {key}: add it, or remove the file")
