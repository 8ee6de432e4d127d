from collections.abc import Callable
from html.parser import HTMLParser
from typing import override
from urllib.parse import urlsplit

import pytest

from learn.prose.rendering import render_fragment, render_line, render_page

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "<svg onload=alert(1)></svg>",
    "<iframe src='https://example.com'></iframe>",
    "<form action='https://example.com'><input name=password></form>",
    "<style>* { display: none }</style>",
    "<p style='position: fixed'>x</p>",
    "<math><mtext></mtext><mglyph><svg><style><img src=x onerror=alert(1)>",
    "<details ontoggle=alert(1) open>x</details>",
    "<meta http-equiv=refresh content='0;url=https://example.com'>",
    "<base href='https://example.com'>",
    "<object data='x.swf'></object>",
    "x {: onclick=alert(1) style='color: red' }",
    "# T {: onclick=alert(1) }",
    '![x](x "t\\" onerror=alert(1) y=\\"")',
    "`<script>alert(1)</script>`",
    "```html\n<script>alert(1)</script>\n```",
    '!!! note "<script>alert(1)</script>"\n    x',
    "x[^1]\n\n[^1]: <script>alert(1)</script>",
    "<div hx-get='/accounts/logout/' hx-trigger=load>x</div>",
    "<div data-hx-post='/x'>x</div>",
    "| a |\n|---|\n| <script>alert(1)</script> |",
]
HARMLESS_TAGS = (
    "a abbr b blockquote br code dd details div dl dt em figure h1 h2 h3 h4 h5 h6 hr i img kbd li "
    "ol p pre span strong sub summary sup table tbody td th thead tr ul"
)
HARMLESS_ATTRIBUTES = {
    *("align", "alt", "class", "href", "id", "open", "rel", "src", "tabindex", "title"),
}


class Inventory(HTMLParser):
    """Every tag, attribute and address of a piece of HTML, as a browser would find them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.schemes: set[str] = set()
        self.feed(html)

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            self.attributes.add(name)
            if name in ("href", "src"):
                self.schemes.add(urlsplit((value or "").strip()).scheme.lower())


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize(
    "render", [lambda text: render_page(text).html, render_fragment, render_line]
)
def test_it_removes_what_could_act(text: str, render: Callable[[str], str]) -> None:
    found = Inventory(render(text))
    assert found.tags <= set(HARMLESS_TAGS.split())
    assert found.attributes <= HARMLESS_ATTRIBUTES
    assert found.schemes <= {"", "http", "https", "mailto"}


def test_it_keeps_what_authors_need() -> None:
    page = render_page(
        "## Who deletes\n\nA[^1] `queue`\n\n```python\nx = 1\n```\n\n"
        "| a |\n|--:|\n| 1 |\n\n!!! warning\n    Look.\n\n[^1]: B\n"
    )
    assert '<h2 id="who-deletes">' in page.html
    assert '<div class="codehilite">' in page.html
    assert '<span class="n">x</span>' in page.html
    assert '<td align="right">1</td>' in page.html
    assert '<div class="admonition warning">' in page.html
    assert 'href="#fn:1"' in page.html
    assert '<li id="fn:1">' in page.html


def test_it_lists_headings_with_their_anchors() -> None:
    page = render_page("## One & `two`\n\n### Deep\n\n#### Deeper\n\n## One & `two`\n")
    assert [(h.level, h.anchor, h.title) for h in page.contents] == [
        (2, "one-two", "One & two"),
        (3, "deep", "Deep"),
        (2, "one-two_1", "One & two"),
    ]
    assert page.heading("deeper") is not None
    assert page.heading("nowhere") is None


def test_it_keeps_classes_of_its_own_design_from_authors() -> None:
    assert "button" not in render_page('<div class="button admonition">x</div>').html


def test_it_cuts_other_sites_off_from_the_page() -> None:
    html = render_fragment("[AWS](https://aws.amazon.com/)")
    assert 'rel="noopener noreferrer"' in html


def test_it_renders_a_line_without_blocks() -> None:
    assert render_line("Call `DeleteMessage` **now**") == (
        "Call <code>DeleteMessage</code> <strong>now</strong>"
    )


def test_it_survives_deep_nesting() -> None:
    assert "x" in render_page("> " * 300 + "x").html


def test_it_lets_a_keyboard_scroll_code() -> None:
    assert '<pre tabindex="0">' in render_fragment("```text\na\n```")
