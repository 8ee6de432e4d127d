from pathlib import Path

import pytest

from labs import ContentError
from learn.catalog.loading import load_course
from tests.learn.course_files import (
    COURSE,
    HOW_OFTEN,
    LAB,
    LESSON,
    MODULE,
    QUIZ,
    WHO_DELETES,
    write_course,
)

QUESTION = "queues/questions/who-deletes.yaml"


def problems(folder: Path) -> list[str]:
    """The problems of the course, with paths relative to its folder."""
    with pytest.raises(ContentError) as caught:
        load_course([folder])
    return [
        f"{problem.path.relative_to(folder)}:{problem.line}: {problem.message}"
        for problem in caught.value.problems
    ]


def test_it_reads_a_course(tmp_path: Path) -> None:
    course = load_course([write_course(tmp_path)])
    [module] = course.modules
    assert (course.title, module.title) == ("Small course", "Queues")
    assert [lesson.slug for lesson in module.lessons] == ["message-life", "retries"]
    [quiz] = module.quizzes
    assert [question.slug for question in quiz.questions] == ["who-deletes", "how-often"]
    assert [lab.slug for lab in module.labs] == ["queues/worker"]
    assert module.minutes == 35


def test_it_finds_parts_by_slug(tmp_path: Path) -> None:
    course = load_course([write_course(tmp_path)])
    assert course.quiz("queues/check") is course.modules[0].quizzes[0]
    assert course.lab("queues/worker") is course.modules[0].labs[0]
    assert course.module("nope") is None
    assert course.lab("queues/nope") is None
    assert course.quiz("nope/quiz") is None
    assert course.modules[0].lesson("nope") is None


def test_it_orders_the_steps_of_a_module(tmp_path: Path) -> None:
    [module] = load_course([write_course(tmp_path)]).modules
    first, second, quiz, lab = module.steps
    assert [step.label for step in module.steps] == ["Lesson", "Lesson", "Quiz", "Lab"]
    assert module.step_before(first) is None
    assert module.step_after(second) is quiz
    assert module.step_before(lab) is quiz
    assert module.step_after(lab) is None


def test_it_changes_the_hashes_of_what_changed_alone(tmp_path: Path) -> None:
    before = load_course([write_course(tmp_path / "a")])
    changed = {QUESTION: WHO_DELETES.replace("The producer", "The sender")}
    after = load_course([write_course(tmp_path / "b", changed)])
    one, other = before.modules[0], after.modules[0]
    assert before.content_hash != after.content_hash
    assert one.quizzes[0].content_hash != other.quizzes[0].content_hash
    assert one.quizzes[0].questions[0].content_hash != other.quizzes[0].questions[0].content_hash
    assert one.quizzes[0].questions[1].content_hash == other.quizzes[0].questions[1].content_hash
    assert [x.content_hash for x in one.lessons] == [x.content_hash for x in other.lessons]


def test_it_joins_several_folders(tmp_path: Path) -> None:
    other = tmp_path / "other"
    write_course(tmp_path / "one")
    write_course(other, {"course.toml": COURSE.replace('"queues"', '"events"')})
    (other / "queues").rename(other / "events")
    course = load_course([tmp_path / "one", other])
    assert [module.slug for module in course.modules] == ["queues", "events"]


def test_it_refuses_one_module_in_two_folders(tmp_path: Path) -> None:
    folders = [write_course(tmp_path / "one"), write_course(tmp_path / "two")]
    with pytest.raises(ContentError, match="the module 'queues' is in two content folders"):
        load_course(folders)


def test_it_reports_every_problem_of_every_file_at_once(tmp_path: Path) -> None:
    write_course(
        tmp_path,
        {
            "course.toml": COURSE.replace("summary", "sumary"),
            "queues/module.toml": MODULE,
        },
    )
    assert problems(tmp_path) == [
        "course.toml:1: the key 'summary' is missing",
        "course.toml:2: unknown key 'sumary': did you mean 'summary'?",
    ]
    write_course(
        tmp_path,
        {
            "queues/lessons/01-message-life.md": LESSON.replace("minutes = 10", "minutes = -1"),
            QUESTION: WHO_DELETES.replace("prompt", "promt"),
            "queues/questions/how-often.yaml": HOW_OFTEN.replace("    correct: true\n", ""),
            "queues/labs/worker/lab.toml": LAB.replace("L1", "L9"),
        },
    )
    found = problems(tmp_path)
    assert [problem.rsplit(": ", 2)[0] for problem in found] != []
    for expected in (
        "queues/lessons/01-message-life.md:4: minutes",
        "queues/questions/who-deletes.yaml:2: unknown key 'promt'",
        "queues/questions/how-often.yaml:",
        "queues/labs/worker/lab.toml:3: level",
    ):
        assert any(problem.startswith(expected) for problem in found), (expected, found)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"queues/questions/spare.yaml": HOW_OFTEN},
            (
                "queues/questions/spare.yaml:1: nobody is ever asked this question: "
                "name it in a quiz or a lesson, or remove the file"
            ),
        ),
        (
            {"spare/module.toml": MODULE},
            "course.toml:3: does not name 'spare' in modules: add it, or remove the file",
        ),
        (
            {"queues/labs/spare/lab.toml": LAB},
            "queues/module.toml:4: does not name 'spare' in labs: add it, or remove the file",
        ),
        (
            {"queues/lessons/intro.md": LESSON},
            "queues/lessons/intro.md:1: name lessons like 01-first-steps.md",
        ),
        (
            {"queues/lessons/03-retries.md": LESSON},
            "queues/lessons/03-retries.md:1: there are two lessons 'retries': rename one",
        ),
        (
            {"queues/lessons/2-more.md": LESSON},
            (
                "queues/lessons/2-more.md:1: has the number of 02-retries.md: "
                "give each lesson its own"
            ),
        ),
        (
            {"queues/lessons/02-retries.md": "+++" + LESSON.split("+++")[1] + "+++\n\n"},
            (
                "queues/lessons/02-retries.md:6: the lesson is empty: "
                "write its text below the second +++"
            ),
        ),
        (
            {"queues/labs/worker/brief.md": "\n"},
            "queues/labs/worker/brief.md:1: is empty: say what the code must do",
        ),
        (
            {"queues/module.toml": MODULE.replace('"worker"', '"gone"')},
            "queues/module.toml:4: names 'gone' in labs, but labs/gone/lab.toml is missing",
        ),
        (
            {"course.toml": COURSE.replace('"queues"', '"queues", "gone"')},
            "course.toml:3: names 'gone' in modules, but gone/module.toml is missing",
        ),
        (
            {"queues/module.toml": MODULE.replace('"check"', '"check", "gone"')},
            "queues/module.toml:3: names 'gone' in quizzes, but quizzes/gone.toml is missing",
        ),
        (
            {"queues/quizzes/spare.toml": QUIZ},
            "queues/module.toml:3: does not name 'spare' in quizzes: add it, or remove the file",
        ),
        (
            {"queues/lessons/02-retries.md": LESSON.replace("## Who", "# Who")},
            (
                "queues/lessons/02-retries.md:9: '# Who deletes it' is a second page title: "
                "begin headings with ##"
            ),
        ),
        (
            {"queues/labs/worker/brief.md": "Text\n\n# Brief\n"},
            (
                "queues/labs/worker/brief.md:3: '# Brief' is a second page title: "
                "begin headings with ##"
            ),
        ),
    ],
)
def test_it_says_which_file_is_out_of_place(
    tmp_path: Path, changes: dict[str, str], expected: str
) -> None:
    assert expected in problems(write_course(tmp_path, changes))


def test_it_says_that_a_course_is_missing(tmp_path: Path) -> None:
    assert problems(tmp_path) == ["course.toml:1: cannot be read: no such file or directory"]


HINTS = 'hints = ["Look at **time**.", "Read [on](/modules/queues/lessons/retries/).", "Wait."]\n'


def test_it_renders_the_hints_of_a_lab(tmp_path: Path) -> None:
    folder = write_course(tmp_path, {"queues/labs/worker/lab.toml": HINTS + LAB})
    lab = load_course([folder]).labs[0]
    assert len(lab.hints) == 3
    assert "<strong>time</strong>" in lab.hints[0]


def test_it_wants_hints_in_three_steps_that_lead_somewhere(tmp_path: Path) -> None:
    folder = write_course(tmp_path, {"queues/labs/worker/lab.toml": 'hints = ["Think."]\n' + LAB})
    [problem] = problems(folder)
    assert problem.startswith("queues/labs/worker/lab.toml:1: hints: 1 hint(s) instead of 3")
    wrong = HINTS.replace("/retries/", "/nowhere/")
    folder = write_course(tmp_path, {"queues/labs/worker/lab.toml": wrong + LAB})
    [problem] = problems(folder)
    assert "the link '/modules/queues/lessons/nowhere/' leads to no lesson" in problem


SECOND_MODULE = 'title = "Topics"\nsummary = "Fan out."\nafter = ["queues"]\n'


def with_second_module(tmp_path: Path, toml: str, order: str) -> Path:
    course = COURSE.replace('["queues"]', order)
    lesson = LESSON.replace("[[check: who-deletes]]", "")
    files = {"course.toml": course, "topics/module.toml": toml, "topics/lessons/01-a.md": lesson}
    return write_course(tmp_path, files)


def test_it_knows_what_comes_before_and_next(tmp_path: Path) -> None:
    course = load_course([with_second_module(tmp_path, SECOND_MODULE, '["queues", "topics"]')])
    queues, topics = course.modules
    assert course.modules_before(topics) == (queues,)
    assert course.next_after(queues, queues.labs[0]) is topics
    assert course.next_after(queues, queues.lessons[0]) is queues.lessons[1]
    assert course.next_after(topics, topics.lessons[0]) is None


def test_it_refuses_a_module_that_is_taught_before_what_it_comes_after(tmp_path: Path) -> None:
    folder = with_second_module(tmp_path, SECOND_MODULE, '["topics", "queues"]')
    assert problems(folder) == [
        "topics/module.toml:3: after: no module 'queues' comes before this one"
    ]


def test_it_reads_pages_beside_the_modules(tmp_path: Path) -> None:
    text = '+++\ntitle = "Gaps"\nsummary = "Left out."\n+++\n[Read](/modules/nope/)\n'
    folder = write_course(tmp_path, {"pages/gaps.md": text})
    [problem] = problems(folder)
    assert problem.startswith("pages/gaps.md:5: the link '/modules/nope/' leads to no module")
    (folder / "pages" / "gaps.md").write_text(text.replace("nope", "queues"))
    page = load_course([folder]).page("gaps")
    assert page
    assert 'href="/modules/queues/"' in page.page.html
