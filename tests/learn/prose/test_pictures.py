"""SVG files of lessons."""

from pathlib import Path

import pytest

from labs import ContentError
from learn.prose.pictures import read_picture, with_pictures

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 200">'
GOOD = f"""{HEAD}
<defs><marker id="head" class="head" viewBox="0 0 10 10" refX="9" refY="5"
 markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0L10 5L0 10z"/></marker></defs>
<rect class="box" x="10" y="10" width="100" height="40" rx="6"/>
<path class="arrow" d="M110 30H200" marker-end="url(#head)"/>
<text class="label" x="60" y="35" text-anchor="middle">Queue &amp; co</text>
</svg>"""


def picture(folder: Path, text: str) -> Path:
    path = folder / "queue.svg"
    path.write_text(text)
    return path


def test_it_puts_a_picture_into_the_page_with_its_label(tmp_path: Path) -> None:
    pictures = {"queue.svg": picture(tmp_path, GOOD)}
    body = with_pictures(
        '<p>A</p><p><img alt="A queue, &quot;waiting&quot;" src="queue.svg" title="One"></p>',
        pictures,
    )
    assert body.startswith('<p>A</p><figure class="picture"><svg role="img" aria-label="A queue, ')
    assert "&quot;waiting&quot;" in body
    assert "<figcaption>One</figcaption></figure>" in body
    assert "Queue &amp; co</text>" in body


def test_it_keeps_the_ids_of_two_pictures_apart(tmp_path: Path) -> None:
    svg = read_picture(picture(tmp_path, GOOD))
    assert 'id="queue-head"' in svg
    assert 'marker-end="url(#queue-head)"' in svg


def test_it_leaves_an_image_that_it_does_not_know() -> None:
    assert with_pictures('<p><img src="x.svg"></p>', {}) == '<p><img src="x.svg"></p>'


@pytest.mark.parametrize(
    ("inside", "message"),
    [
        ("<script>alert(1)</script>", "<script> is not allowed"),
        ('<rect onclick="x()"/>', "the attribute onclick of <rect> is not allowed"),
        ('<rect fill="#fff"/>', "the attribute fill of <rect> is not allowed: colours come from"),
        ('<rect style="fill:red"/>', "the attribute style of <rect>"),
        ('<image href="https://example.com/x.png"/>', "<image> is not allowed"),
        ('<a href="javascript:x"/>', "<a> is not allowed"),
        ('<path d="M0 0" marker-end="url(https://x)"/>', "marker-end must name a marker of this"),
        ('<rect class="red"/>', "unknown class 'red'; there are: arrow"),
        ("<foreignObject/>", "<foreignObject> is not allowed"),
        ("<g xmlns='http://www.w3.org/1999/xhtml'/>", "<g> is not allowed"),
        ("<rect", "is not XML"),
        ("<![CDATA[x]]>", "has a DOCTYPE or CDATA"),
    ],
)
def test_it_refuses_what_a_page_must_not_have(tmp_path: Path, inside: str, message: str) -> None:
    with pytest.raises(ContentError, match=r"queue\.svg:[12]:") as caught:
        read_picture(picture(tmp_path, f"{HEAD}\n{inside}</svg>"))
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("head", "message"),
    [
        ('<svg xmlns="http://www.w3.org/2000/svg"/>', "needs viewBox"),
        ('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1e3 9"/>', "needs viewBox"),
        ('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 900 9"/>', "is 900 wide: 720"),
    ],
)
def test_it_asks_for_a_size_that_can_be_read(tmp_path: Path, head: str, message: str) -> None:
    with pytest.raises(ContentError, match=message):
        read_picture(picture(tmp_path, head))
