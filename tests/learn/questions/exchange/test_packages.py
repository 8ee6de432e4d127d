import contextlib
import stat
import time
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from learn.questions.exchange import archive, sources
from learn.questions.exchange.archive import Archive
from learn.questions.exchange.carried import ExchangeError
from learn.questions.exchange.qti.packages import read_package
from learn.questions.exchange.sources import read_data, read_file
from tests.learn.questions.exchange.test_qti_reading import CHOICE, ESSAY, ONE, item


def manifest(*hrefs: str, kind: str = "imsqti_item_xmlv2p1") -> str:
    resources = "".join(
        f'<resource identifier="r{place}" type="{kind}" href="{href}"><file href="{href}"/>'
        "</resource>"
        for place, href in enumerate(hrefs)
    )
    return (
        '<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" identifier="m">'
        f"<organizations/><resources>{resources}</resources></manifest>"
    )


def zipped(files: dict[str, str | bytes]) -> bytes:
    data = BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in files.items():
            package.writestr(name, content)
    return data.getvalue()


def refused(data: bytes) -> str:
    with pytest.raises(ExchangeError) as caught:
        read_package(data)
    return str(caught.value)


def test_it_reads_the_items_that_the_manifest_names() -> None:
    files: dict[str, str | bytes] = {
        "imsmanifest.xml": manifest("items/a%20b.xml", "items/c.xml"),
        "items/a b.xml": CHOICE,
        "items/c.xml": item(ONE, ESSAY),
        "items/unnamed.xml": CHOICE,
    }
    reading = read_package(zipped(files))
    assert [draft.name for draft in reading.drafts] == ["Unattended Luggage"]
    (note,) = reading.notes
    assert str(note).startswith("items/c.xml is left out: there is no kind")


def test_it_reads_a_package_inside_a_folder() -> None:
    files: dict[str, str | bytes] = {
        "export/imsmanifest.xml": manifest("q1.xml"),
        "export/q1.xml": CHOICE,
    }
    assert len(read_package(zipped(files)).drafts) == 1


def test_it_goes_on_after_a_broken_item() -> None:
    files: dict[str, str | bytes] = {
        "imsmanifest.xml": manifest("a.xml", "gone.xml", "b.xml", "../../etc/passwd"),
        "a.xml": "<broken",
        "b.xml": CHOICE,
    }
    reading = read_package(zipped(files))
    assert len(reading.drafts) == 1
    assert [note.text.split(":")[0] for note in reading.notes] == [
        "a.xml",
        "The package has no file 'gone.xml'.",
        "The package has no file '../../etc/passwd'.",
    ]


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"a.xml": CHOICE}, "no package of QTI: it has no imsmanifest.xml"),
        ({"imsmanifest.xml": manifest()}, "names no items"),
        ({"imsmanifest.xml": manifest("a.png", kind="webcontent")}, "names no items"),
        ({"imsmanifest.xml": "<x"}, "imsmanifest.xml: is not XML"),
        ({"imsmanifest.xml": manifest(*map(str, range(1001)))}, "more than 1,000 items"),
        ({"/etc/passwd": "x"}, "names a path outside itself: '/etc/passwd'"),
        ({"a/../../b": "x"}, "names a path outside itself"),
        ({"C:/b": "x"}, "names a path outside itself"),
        ({f"{place}": "" for place in range(2001)}, "more than 2,000 files"),
        ({"bomb.xml": "0" * 3_000_000}, "it is a bomb"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_it_refuses_a_package(files: dict[str, str | bytes], reason: str) -> None:
    assert reason in refused(zipped(files))


def test_it_refuses_what_unpacks_to_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_UNPACKED_BYTES", 1000)
    assert "larger than 1,000 bytes" in refused(zipped({"a": "x" * 600, "b": "y" * 600}))


def test_it_reads_no_more_than_the_limit_of_a_file_that_lies() -> None:
    data = zipped({"imsmanifest.xml": "a" * 90_000})
    # The size in the directory says 10; what is packed is longer.
    lying = data.replace((90_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert lying != data
    assert "damaged" in refused(lying)


def test_it_refuses_a_link() -> None:
    data = BytesIO()
    with zipfile.ZipFile(data, "w") as package:
        link = zipfile.ZipInfo("imsmanifest.xml")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        package.writestr(link, "/etc/passwd")
    assert "is a link to another place" in refused(data.getvalue())


def test_it_refuses_two_files_of_one_name() -> None:
    data = BytesIO()
    with zipfile.ZipFile(data, "w") as package:
        package.writestr("a", "1")
        with pytest.warns(UserWarning, match="Duplicate"):
            package.writestr("a", "2")
    assert "two files with the same name" in refused(data.getvalue())


def test_it_refuses_a_package_with_a_password() -> None:
    data = bytearray(zipped({"imsmanifest.xml": manifest("a.xml")}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    assert "has a password" in refused(bytes(data))


def damaged(data: bytes) -> bytes:
    middle = data.index(b"imsmanifest.xml") + 20
    return data[:middle] + b"\xff" * 40 + data[middle + 40 :]


@pytest.mark.parametrize(
    "spoil",
    [lambda data: data[:-30], lambda data: b"PK" + b"\0" * 50, damaged],
    ids=["cut", "empty", "damaged"],
)
def test_it_refuses_a_damaged_package(spoil: Callable[[bytes], bytes]) -> None:
    good = zipped({"imsmanifest.xml": manifest("a.xml"), "a.xml": CHOICE})
    assert "damaged" in refused(spoil(good))


def test_it_does_not_read_a_file_of_50_mb(tmp_path: Path) -> None:
    large = tmp_path / "large.zip"
    with large.open("wb") as file:
        file.truncate(50_000_000)
    with pytest.raises(ExchangeError, match="larger than 20,000,000 bytes: split it"):
        read_file(large)


@pytest.mark.parametrize("sign", ["~", "\\=", "{", "\n", "::", "<a>", "// x\n", "Q{T}\n\n"])
def test_it_is_soon_done_with_a_large_text(sign: str) -> None:
    text = (sign * sources.MAX_TEXT_BYTES)[: sources.MAX_TEXT_BYTES]
    started = time.process_time()
    with contextlib.suppress(ExchangeError):
        read_data(f"Q{text}".encode()[: sources.MAX_TEXT_BYTES], "file")
    assert time.process_time() - started < 20
    with pytest.raises(ExchangeError, match="larger than 5,000,000 bytes: split it"):
        read_data(text.encode() + b"more", "file")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"<?xml version='1.0'?><quiz><question/></quiz>", "Moodle XML"),
        (b"<questestinterop/>", "QTI 1.2"),
        (b"\xff\xfe<\0a\0", "is not UTF-8"),
        (b"", "no questions in GIFT"),
    ],
)
def test_it_knows_what_it_cannot_read(data: bytes, reason: str) -> None:
    with pytest.raises(ExchangeError, match=reason):
        read_data(data, "file")


def test_it_says_which_file_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ExchangeError, match="no such file"):
        read_file(tmp_path / "none.txt")


def test_it_reads_an_item_alone() -> None:
    assert len(read_data(CHOICE.encode(), "item.xml").drafts) == 1
    (note,) = read_data(item(ONE, ESSAY).encode(), "item.xml").notes
    assert note.is_left_out


def test_it_opens_an_archive_without_unpacking_it(tmp_path: Path) -> None:
    opened = Archive(zipped({"a/b.txt": "x"}))
    assert opened.names == ("a/b.txt",)
    assert opened.read("a/b.txt") == b"x"
    assert sources.MAX_BYTES < 50_000_000
    assert list(tmp_path.iterdir()) == []
