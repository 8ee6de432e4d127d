"""What an author writes in vain is a problem, with its line."""

from pathlib import Path

import pytest

from labs import ContentError
from learn.catalog.loading import load_course
from tests.learn.course_files import HOW_OFTEN, LESSON, QUIZ, WHO_DELETES, write_course

FIRST = "queues/lessons/01-message-life.md"
SECOND = "queues/lessons/02-retries.md"
BRIEF = "queues/labs/worker/brief.md"
QUESTION = "queues/questions/who-deletes.yaml"
HEAD = "+++" + LESSON.split("+++")[1] + "+++\n"


def problems(folder: Path, changes: dict[str, str]) -> list[str]:
    with pytest.raises(ContentError) as caught:
        load_course([write_course(folder, changes)])
    return [
        f"{problem.path.relative_to(folder)}:{problem.line}: {problem.message}"
        for problem in caught.value.problems
    ]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("Text.\n\n<script>alert(1)</script>", 3, "<script> is not allowed and would be left out"),
        ("```html\n<script>\n```\n\nA <script> here</script>.", 5, "<script> is not allowed"),
        (
            "`<b onclick=x>`\n\n<b onclick=x>b</b>",
            3,
            "the attribute onclick of <b> is not allowed",
        ),
        ("<iframe src='https://example.com'></iframe>", 1, "<iframe> is not allowed"),
        ("Use the <name> of it.", 1, "<name> is not allowed"),
        ("Text\n{: style='color: red' }", 2, "the attribute style of <p> is not allowed"),
        ("A\n\n<div class='button'>x</div>", 3, "the class button of <div> is not allowed"),
        ("[x](javascript:alert(1))", 1, "the link 'javascript:alert(1)' is not allowed"),
        ("A\n[x](data:text/html,x)", 2, "the link 'data:text/html,x' is not allowed"),
        ("[x](//example.com)", 1, "the link '//example.com' is not allowed"),
        ("[x](http://[)", 1, "the link 'http://[' is no address"),
        ("[x](02-retries.md)", 1, "write the link '02-retries.md' from the root"),
        ("## Here\n\n[x](#there)", 3, "names no anchor of this text; there are: here"),
        ("A[^x]\n\nB[^y]\n\n[^x]: X", 3, "the footnote '[^y]' is not defined"),
        ("A\n\n[^x]: X", 3, "the footnote '[^x]' is used nowhere"),
        ("A\n\n![shape](shape.png)", 3, "the image 'shape.png' is not in the module's pictures/"),
        ("A\n\n<img src='/static/a.svg'>", 3, "the image '/static/a.svg' is not in"),
        ("A\n\n```python\nx = 1\n", 3, "the code fence ``` is not closed"),
        ("```\nx\n```\n\n~~~\ny\n", 5, "the code fence ~~~ is not closed"),
        ("```python\nx\n\nB\n\n```python\ny\n```", 1, "the code fence is not closed"),
        ("- A\n\n    ```python\n    x\n    ```", 3, "is not closed, or is indented"),
        (
            "```pyhton\nx\n```",
            1,
            "unknown language 'pyhton' of a code block: did you mean 'python'",
        ),
        ("```{.python pygments_style=x}\nx\n```", 1, "write the language alone after ```"),
        ("A\n\n!!! warnin\n    B", 3, "unknown admonition 'warnin': did you mean 'warning'?"),
        ("!!! zzz\n    B", 1, "unknown admonition 'zzz': there are note, tip, "),
        ("!!! warning Beware\n    B", 1, 'is no admonition: write !!! note "Title"'),
        ("A\n\nTitle\n=====", 3, "'# Title' is a second page title"),
    ],
)
def test_it_says_what_would_be_lost(tmp_path: Path, text: str, line: int, message: str) -> None:
    for path, head in ((SECOND, HEAD), (BRIEF, "")):
        found = problems(tmp_path / path.rpartition("/")[2], {path: head + text})
        assert found[0].startswith(f"{path}:{line + head.count('\n')}: "), found
        assert message in found[0]


@pytest.mark.parametrize(
    ("target", "message"),
    [
        (
            "/modules/queues/lessons/nope/",
            "no lesson of the course; there are: queues/message-life,",
        ),
        ("/modules/nope/", "leads to no module of the course; there are: queues"),
        ("/modules/queues/labs/nope/", "leads to no lab of the course; there are: queues/worker"),
        (
            "/modules/queues/quizzes/nope/",
            "leads to no quiz of the course; there are: queues/check",
        ),
        ("/modules/queues/lessons/retries", "leads to no page of the site"),
        ("/nowhere/", "leads to no page of the site"),
        ("/modules/queues/lessons/message-life/#nope", "no anchor of its page; there are: who-"),
        ("/modules/queues/labs/worker/#nope", "no anchor of its page; there are: rules"),
        ("/modules/queues/#nope", "no anchor of its page; there are: none"),
    ],
)
def test_it_says_which_link_leads_nowhere(tmp_path: Path, target: str, message: str) -> None:
    [problem] = problems(tmp_path, {SECOND: f"{HEAD}A\n\n[x]({target})\n"})

    assert problem.startswith(f"{SECOND}:9: the link '{target}' ")
    assert message in problem


def test_it_takes_links_that_lead_somewhere(tmp_path: Path) -> None:
    targets = (
        "/",
        "/cohorts/",
        "/modules/queues/",
        "/modules/queues/quizzes/check/",
        "/modules/queues/lessons/message-life/#who-deletes-it",
        "/modules/queues/labs/worker/#rules",
        "https://aws.amazon.com/sqs/#faq",
        "mailto:somebody@example.com",
        "#here",
    )
    text = "## Here\n\n" + "".join(f"- [x]({target})\n" for target in targets)

    assert load_course([write_course(tmp_path, {SECOND: HEAD + text})]).modules


def test_it_does_not_blame_a_link_to_a_lesson_that_is_wrong_itself(tmp_path: Path) -> None:
    changes = {
        FIRST: LESSON.replace("minutes = 10", "minutes = -1"),
        SECOND: f"{HEAD}[x](/modules/queues/lessons/message-life/#who-deletes-it)\n",
    }

    [problem] = problems(tmp_path, changes)

    assert problem.startswith(f"{FIRST}:4: minutes: ")


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        (
            QUESTION,
            WHO_DELETES.replace("Receiving only hides it.", "Receiving <u>only</u> hides it."),
            f"{QUESTION}:8: <u> is not allowed",
        ),
        (
            QUESTION,
            WHO_DELETES.replace("The producer", "The [producer](/)"),
            f"{QUESTION}:10: <a> is possible on a page alone",
        ),
        (
            "queues/questions/how-often.yaml",
            HOW_OFTEN.replace("Duplicates", "All [duplicates](/nowhere/)"),
            "queues/questions/how-often.yaml:8: the link '/nowhere/' leads to no page",
        ),
        (
            "queues/quizzes/check.toml",
            QUIZ.replace("questions =", "intro = 'See [^x]'\nquestions ="),
            "queues/quizzes/check.toml:2: the footnote '[^x]' is not defined",
        ),
        (
            SECOND,
            LESSON.replace("Tell who", "<i>Tell</i> <u>who</u>"),
            f"{SECOND}:5: <u> is not allowed",
        ),
    ],
)
def test_it_reads_every_text(tmp_path: Path, path: str, text: str, expected: str) -> None:
    [problem] = problems(tmp_path, {path: text})

    assert problem.startswith(expected)


def test_it_takes_what_authors_need(tmp_path: Path) -> None:
    text = (
        "Press <kbd>Ctrl</kbd>.[^1] <!-- for authors -->\n\n"
        '!!! Warning "A \\"quoted\\" title"\n    B\n\n!!! tip\n    C\n\n'
        "```\nplain <b onclick=x>\n```\n\n````text\n```python\n````\n\n"
        '```python hl_lines="1 2"\nx = "[^a]"\ny = 1\n```\n\n'
        "Use `[^abc]` and `<script>`.\n\n    indented <b onclick=x> [^x]\n\n"
        "| a | b |\n|--:|:--|\n| 1 | 2 |\n\n[^1]: Note\n"
    )

    assert load_course([write_course(tmp_path, {SECOND: HEAD + text})]).modules
