"""Course folders to a Course. Every problem in every file is found before anything is raised."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from labs import ContentError, Problem, line_of, load_lab, read_front_matter, read_toml
from learn.catalog.concepts import unknown_concepts
from learn.catalog.course import Body, Course, CoursePage, Lab, Lesson, Module
from learn.catalog.documents import (
    LESSON_NAME,
    CourseDocument,
    LessonDocument,
    ModuleDocument,
    PageDocument,
)
from learn.catalog.inline_checks import checks_in_brief, misplaced_checks
from learn.catalog.links import broken_links
from learn.catalog.quiz import Quiz
from learn.catalog.quiz_reading import Questions, never_asked, read_quiz, told_elsewhere
from learn.catalog.references import References, read_references
from learn.core.digests import digest
from learn.prose.findings import Findings
from learn.prose.pictures import read_pictures
from learn.prose.reading import Kit, Prose, read_fragment, read_line, read_page
from learn.questions.question import Question
from learn.questions.reading import read_question
from learn.questions.recordings import stray_recordings

type Lessons = Mapping[str, Lesson | None]
"""The module's lessons by slug; None for one whose file is wrong."""


@dataclass(frozen=True)
class Part:
    """What one content folder adds to the course."""

    document: CourseDocument
    references: References
    modules: list[Module]
    pages: list[CoursePage]


def load_course(folders: Sequence[Path]) -> Course:
    """The modules of all folders as one course; its title and summary are the first folder's.

    Raises:
        ContentError: with every problem of every file.
    """
    findings = Findings()
    parts = [part for folder in folders if (part := _load_folder(folder, findings))]
    modules = [module for part in parts for module in part.modules]
    slugs = [module.slug for module in modules]
    findings.extend(
        Problem(folders[-1] / "course.toml", 1, f"the module '{slug}' is in two content folders")
        for slug in {slug for slug in slugs if slugs.count(slug) > 1}
    )
    findings.extend(_unknown_before(folders, modules))
    findings.extend(broken_links(findings.links, folders, modules))
    if not findings:  # Of a question that cannot be read nobody knows the concepts.
        findings.extend(unknown_concepts(modules))
    if findings:
        raise ContentError(findings)
    return Course(
        title=parts[0].document.title,
        summary=parts[0].document.summary,
        modules=tuple(modules),
        glossary=tuple(term for part in parts for term in part.references.terms.values()),
        facts=tuple(fact for part in parts for fact in part.references.facts.values()),
        content_hash=digest(*(module.content_hash for module in modules)),
        pages=tuple(page for part in parts for page in part.pages),
    )


def _unknown_before(folders: Sequence[Path], modules: Sequence[Module]) -> Iterator[Problem]:
    """What a module comes after must be taught before it."""
    taught: set[str] = set()
    for module in modules:
        for slug in module.after:
            if slug not in taught:
                tomls = (folder / module.slug / "module.toml" for folder in folders)
                toml = next(path for path in tomls if path.exists())
                message = f"after: no module '{slug}' comes before this one"
                yield Problem(toml, line_of(toml, r"^\s*after"), message)
        taught.add(module.slug)


def _load_folder(folder: Path, findings: Findings) -> Part | None:
    with findings:
        toml = folder / "course.toml"
        document = read_toml(toml, CourseDocument)
        findings.extend(_mislisted(toml, "*/module.toml", document.modules, "modules"))
        there = [slug for slug in document.modules if (folder / slug / "module.toml").exists()]
        references = read_references(folder, findings)
        found = [_load_module(folder / slug, references.kit, findings) for slug in there]
        pages = _load_pages(folder, references.kit, findings)
        return Part(document, references, [module for module in found if module], pages)
    return None


def _load_pages(folder: Path, kit: Kit, findings: Findings) -> list[CoursePage]:
    paths = sorted(folder.glob("pages/*.md"))
    found = [findings.attempt(partial(_load_page, path, kit, findings)) for path in paths]
    return [page for page in found if page]


def _load_page(path: Path, kit: Kit, findings: Findings) -> CoursePage:
    document, body, first_line = read_front_matter(path, PageDocument)
    page = read_page(Prose(path, body, first_line), findings, kit)
    return CoursePage(
        path.stem, document.title, document.summary, page, Body(path, body, first_line)
    )


def _load_module(folder: Path, kit: Kit, findings: Findings) -> Module | None:
    with findings:
        document = read_toml(folder / "module.toml", ModuleDocument)
        pictures = read_pictures(folder)
        lessons = _load_lessons(folder, replace(kit, pictures=pictures), findings)
        findings.extend(_never_shown(pictures, lessons))
        questions = _load_questions(folder, lessons, findings)
        files = {path.stem for path in folder.glob("questions/*.yaml")}
        findings.extend(misplaced_checks(folder, lessons, files))
        known = {**dict.fromkeys(sorted(files)), **questions}
        quizzes = _load_quizzes(folder, document, lessons, known, findings)
        labs = _load_labs(folder, document, findings)
        good = tuple(lesson for lesson in lessons.values() if lesson)
        hashes = [lesson.content_hash for lesson in good]
        hashes += [question.content_hash for question in questions.values()]
        hashes += [quiz.content_hash for quiz in quizzes]
        return Module(
            slug=folder.name,
            title=document.title,
            summary=document.summary,
            lessons=good,
            questions=tuple(questions.values()),
            quizzes=quizzes,
            labs=labs,
            content_hash=digest(*hashes, *(lab.spec.content_hash for lab in labs)),
            after=document.after,
            skills=document.skills,
        )
    return None


def _load_lessons(folder: Path, kit: Kit, findings: Findings) -> Lessons:
    lessons: dict[str, Lesson | None] = {}
    numbers: dict[int, str] = {}
    for path in sorted(folder.glob("lessons/*")):
        name = LESSON_NAME.fullmatch(path.name)
        if not name:
            findings.append(Problem(path, 1, "name lessons like 01-first-steps.md"))
            continue
        slug, number = name["slug"], int(name["number"])
        if number in numbers:
            message = f"has the number of {numbers[number]}: give each lesson its own"
            findings.append(Problem(path, 1, message))
        numbers[number] = path.name
        if slug in lessons:
            findings.append(Problem(path, 1, f"there are two lessons '{slug}': rename one"))
        else:
            lessons[slug] = findings.attempt(partial(_load_lesson, path, slug, kit, findings))
    return lessons


def _load_lesson(path: Path, slug: str, kit: Kit, findings: Findings) -> Lesson:
    document, body, first_line = read_front_matter(path, LessonDocument)
    if not body.strip():
        message = "the lesson is empty: write its text below the second +++"
        findings.append(Problem(path, first_line - 1, message))
    return Lesson(
        module=path.parent.parent.name,
        slug=slug,
        title=document.title,
        summary=document.summary,
        minutes=document.minutes,
        objectives=tuple(
            read_line(Prose.inside(path, objective), findings) for objective in document.objectives
        ),
        page=read_page(Prose(path, body, first_line), findings, kit),
        body=Body(path, body, first_line),
        content_hash=digest(document.model_dump_json(), body),
    )


def _never_shown(pictures: Mapping[str, Path], lessons: Lessons) -> Iterator[Problem]:
    texts = [lesson.body.text for lesson in lessons.values() if lesson]
    if len(texts) < len(lessons):
        return  # nobody knows what the wrong ones show
    for name, path in pictures.items():
        if not any(f"]({name}" in text for text in texts):
            yield Problem(path, 1, f"no lesson shows it: write ![what it shows]({name})")


def _load_questions(folder: Path, lessons: Lessons, findings: Findings) -> dict[str, Question]:
    pages = {slug: lesson.page if lesson else None for slug, lesson in lessons.items()}
    found: dict[str, Question] = {}
    findings.extend(stray_recordings(folder / "questions"))
    for path in sorted(folder.glob("questions/*.yaml")):
        with findings:
            found[path.stem] = read_question(path, pages, findings)
    return found


def _load_quizzes(
    folder: Path,
    document: ModuleDocument,
    lessons: Lessons,
    questions: Questions,
    findings: Findings,
) -> tuple[Quiz, ...]:
    toml = folder / "module.toml"
    findings.extend(_mislisted(toml, "quizzes/*.toml", document.quizzes, "quizzes"))
    paths = [folder / "quizzes" / f"{name}.toml" for name in document.quizzes]
    load = partial(read_quiz, lessons=lessons, questions=questions, findings=findings)
    found = [findings.attempt(partial(load, path)) for path in paths if path.exists()]
    quizzes = tuple(quiz for quiz in found if quiz)
    if len(quizzes) == len(document.quizzes) and all(lessons.values()):
        asked = {question.slug for quiz in quizzes for question in quiz.questions}
        checked = {slug for lesson in lessons.values() if lesson for slug in lesson.page.checks}
        findings.extend(never_asked(folder, questions, asked | checked))
        findings.extend(told_elsewhere(folder, quizzes, checked))
    return quizzes


def _load_labs(folder: Path, document: ModuleDocument, findings: Findings) -> tuple[Lab, ...]:
    toml = folder / "module.toml"
    findings.extend(_mislisted(toml, "labs/*/lab.toml", document.labs, "labs"))
    there = [name for name in document.labs if (folder / "labs" / name / "lab.toml").exists()]
    found = [findings.attempt(partial(_load_lab, folder, name, findings)) for name in there]
    return tuple(lab for lab in found if lab)


def _load_lab(folder: Path, name: str, findings: Findings) -> Lab:
    spec = load_lab(folder / "labs" / name, slug=f"{folder.name}/{name}")
    path = spec.folder / "brief.md"
    brief = read_page(Prose(path, spec.brief), findings)
    findings.extend(checks_in_brief(path, brief))
    toml = spec.folder / "lab.toml"
    hints = tuple(read_fragment(Prose.inside(toml, hint), findings) for hint in spec.hints)
    return Lab(module=folder.name, name=name, spec=spec, brief=brief, hints=hints)


def _mislisted(toml: Path, pattern: str, listed: Sequence[str], key: str) -> Iterator[Problem]:
    """A name without its file, and a file that no list names: it would never be shown.

    The file's path is `pattern`, with the name in place of the star.
    """
    paths = toml.parent.glob(pattern)
    is_folder = "/*/" in f"/{pattern}"
    names = {path.parent.name if is_folder else path.stem for path in paths}
    for name in listed:
        if name not in names:
            line = line_of(toml, rf"[\"']{re.escape(name)}[\"']")
            missing = pattern.replace("*", name)
            yield Problem(toml, line, f"names '{name}' in {key}, but {missing} is missing")
    for name in sorted(names - set(listed)):
        line = line_of(toml, rf"^\s*{key}\s*=")
        yield Problem(toml, line, f"does not name '{name}' in {key}: add it, or remove the file")
