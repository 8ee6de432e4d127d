from pathlib import Path

import pytest

from learn.prose.findings import Findings
from learn.prose.reading import Prose, read_fragment, read_page
from learn.prose.rendering import render_page


def findings_of(text: str) -> list[str]:
    findings = Findings()
    read_page(Prose(Path("lesson.md"), text), findings)
    return [str(problem) for problem in findings]


def test_it_cuts_a_page_where_questions_are_asked() -> None:
    page = render_page("One.\n\n[[check: who-deletes]]\n\nTwo.\n\n[[check: how-often]]\n")
    found = [(part.html.strip(), part.question) for part in page.parts]
    assert found == [
        ("<p>One.</p>", ""),
        ("", "who-deletes"),
        ("<p>Two.</p>", ""),
        ("", "how-often"),
    ]
    assert page.checks == ("who-deletes", "how-often")


def test_it_leaves_a_page_without_questions_whole() -> None:
    (part,) = render_page("One.\n\nTwo.").parts
    assert part.html == "<p>One.</p>\n<p>Two.</p>"


def test_it_asks_below_a_heading() -> None:
    assert render_page("## Who\n[[check: who]]\n").checks == ("who",)


@pytest.mark.parametrize(
    "text",
    ["```text\n[[check: who]]\n```", "    [[check: who]]", "Write `[[check: who]]`."],
    ids=["fence", "indented", "inline"],
)
def test_it_shows_code_as_code(text: str) -> None:
    assert render_page(text).checks == ()
    assert findings_of(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Now [[check: who]] then.",
        "Text above\n[[check: who]]",
        "[[check: who]]\ntext below",
        "> [[check: who]]",
        "- item\n\n    [[check: who]]",
        '!!! note "N"\n    [[check: who]]',
        "[[check: Who]]",
        "[[check: who deletes]]",
        "[[check: ]]",
        "[[check:]]",
        "[[chek: who]]",
        "[[who]]",
        "[check: who]",
        "[[check: who",
        "  [[check: who]]",
    ],
)
def test_it_refuses_what_would_show_as_plain_text(text: str) -> None:
    (finding,) = findings_of(f"First.\n\n{text}\n")
    assert finding.startswith("lesson.md:")
    assert "asks no question here: write [[check: <question>]] in a lesson" in finding
    assert render_page(text).checks == ()


def test_it_names_the_line() -> None:
    assert findings_of("```text\n[[chek: a]]\n```\n\n[[chek: a]]\n")[0].startswith("lesson.md:5: ")


def test_it_asks_nothing_inside_a_question() -> None:
    findings = Findings()
    read_fragment(Prose(Path("manage.py"), "[[check: who]]"), findings)
    assert "asks no question here" in str(findings[0])


def test_it_takes_no_markup_from_a_slug() -> None:
    assert render_page("[[check: <b>x</b>]]").checks == ()
