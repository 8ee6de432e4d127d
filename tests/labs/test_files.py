"""What may be submitted, and the sentences for what may not."""

from pathlib import Path

import pytest

from labs import MAX_FILE_BYTES, SubmissionError, check_files, read_files


def test_it_passes_over_a_byte_order_mark() -> None:
    assert check_files({"handler.py": b"\xef\xbb\xbfx = 1"}) == {"handler.py": "x = 1"}


def test_it_returns_the_texts_with_plain_line_ends() -> None:
    assert check_files({"handler.py": b"a\r\nb\rc"}) == {"handler.py": "a\nb\nc"}


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({}, "Nothing was submitted"),
        ({"handler.py": b"x" * (MAX_FILE_BYTES + 1)}, "larger than 64 KiB"),
        ({"handler.py": b"ok\n\xff\xfe"}, r"not UTF-8 text \(line 2\)"),
        ({"handler.py": "\ud800"}, "not UTF-8 text"),
        ({"handler.py": "a\0b"}, "contains a NUL byte"),
        ({"../handler.py": "a"}, "cannot be used"),
        ({"/etc/passwd": "a"}, "cannot be used"),
        ({"a\nb.py": "a"}, "cannot be used"),
        ({"café.py": "a"}, "cannot be used"),
        ({".hidden": "a"}, "cannot be used"),
        ({"": "a"}, "cannot be used"),
        ({"a//b.py": "a"}, "cannot be used"),
        ({"a/": "a"}, "cannot be used"),
        ({"a/../b.py": "a"}, "cannot be used"),
        ({"./a.py": "a"}, "cannot be used"),
        ({"a\\b.py": "a"}, "cannot be used"),
        ({"C:a.py": "a"}, "cannot be used"),
        ({"a.py\0.txt": "a"}, "cannot be used"),
        ({"a.py.": "a"}, "cannot be used"),
        ({"a.py ": "a"}, "cannot be used"),
        ({"lib./a.py": "a"}, "cannot be used"),
        ({"nul.py": "a"}, "cannot be used"),
        ({"lib/COM1.tar.gz": "a"}, "cannot be used"),
        ({"a\u202eyp.b": "a"}, "cannot be used"),
        ({"\ud800.py": "a"}, "cannot be used"),
        ({"²": "a"}, "cannot be used"),
        ({"x" * 101: "a"}, "cannot be used"),
        # The same letter as one character, and as two.
        ({"caf\xe9.py": "", "cafe\u0301.py": ""}, "cannot be used"),
        ({"a.py": "", "A.py": ""}, "have the same name"),
        ({"lib/a.py": "", "Lib/A.PY": ""}, "have the same name"),
        ({"lib": "", "lib/a.py": ""}, "'lib' is a file, and the folder of 'lib/a.py'"),
        ({"a/b/c.py": "", "A": ""}, "'A' is a file, and the folder of 'a/b/c.py'"),
        ({f"f{number}.py": "é" * 25_000 for number in range(6)}, "256 KiB together"),
        ({f"f{number}.py": "" for number in range(21)}, "More than 20 files"),
    ],
)
def test_it_refuses(files: dict[str, str | bytes], sentence: str) -> None:
    with pytest.raises(SubmissionError, match=sentence):
        check_files(files)


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"main.py": "a"}, "The file handler.py is missing. Submit handler.py."),
        ({"handler.py": "a", "b.py": ""}, "The file 'b.py' does not belong to this lab."),
    ],
)
def test_it_wants_the_labs_files(files: dict[str, str | bytes], sentence: str) -> None:
    with pytest.raises(SubmissionError) as error:
        check_files(files, allowed=("handler.py",))

    assert sentence in str(error.value)


def test_it_reads_a_folder_without_caches(tmp_path: Path) -> None:
    for name in ("handler.py", "lib/helper.py", "__pycache__/x.pyc", ".git/config"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)

    assert set(read_files(tmp_path)) == {"handler.py", "lib/helper.py"}


def test_it_reads_no_more_of_a_file_than_it_may_hold(tmp_path: Path) -> None:
    (tmp_path / "big.py").write_bytes(b"x" * (MAX_FILE_BYTES * 4))

    assert len(read_files(tmp_path)["big.py"]) == MAX_FILE_BYTES + 1
