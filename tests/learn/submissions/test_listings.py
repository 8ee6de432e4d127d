from learn.submissions.listings import listings


def test_it_numbers_and_colours_code() -> None:
    [listing] = listings({"handler.py": "\nimport os\n"})
    assert '<span class="linenos">2</span>' in listing.html
    assert '<span class="kn">import</span>' in listing.html


def test_it_escapes_code() -> None:
    [listing] = listings({"notes.unknown": "<script>alert(1)</script>"})
    assert "<script>" not in listing.html
