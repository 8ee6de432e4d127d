from pathlib import Path

import pytest
import yaml

from learn.questions.exchange.arrival import place, prove, to_yaml
from learn.questions.exchange.carried import Draft, ExchangeError, Reading
from tests.learn.questions.exchange.samples import MULTIPLE_CHOICE, SHORT_TEXT, Json

SILENT: Json = {
    "kind": "multiple_choice",
    "prompt": "Q?",
    "options": [{"text": "a", "correct": True}, {"text": "b"}, {"text": "c"}],
}


def reading(*documents: Json, name: str = "Who deletes it?") -> Reading:
    return Reading(drafts=[Draft(name, document) for document in documents])


def test_it_names_files_after_titles() -> None:
    files, notes = prove(reading(SHORT_TEXT, SHORT_TEXT, name="Wer löscht: es?"))
    assert list(files) == ["wer-loscht-es", "wer-loscht-es-2"]
    assert notes == []
    assert list(prove(reading(SHORT_TEXT, name="???"))[0]) == ["question"]
    assert len(next(iter(prove(reading(SHORT_TEXT, name="x" * 300))[0]))) <= 60


def test_it_says_what_the_other_system_lacked() -> None:
    files, (note,) = prove(reading(SILENT))
    assert files == {}
    assert str(note) == (
        "Who deletes it? is left out: it has no feedback on 2 wrong options and no explanation "
        "(general feedback); write it there, or give --fill a sentence"
    )


def test_it_fills_what_lacks_if_it_is_told_to() -> None:
    files, notes = prove(reading(SILENT), fill="Read the lesson again.")
    assert notes == []
    (text,) = files.values()
    document = yaml.safe_load(text)
    assert [option.get("feedback") for option in document["options"]] == [
        None,
        "Read the lesson again.",
        "Read the lesson again.",
    ]
    assert document["explanation"] == "Read the lesson again."


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"prompt": "![x](a.png)"}, "is not in the module's pictures/"),
        ({"prompt": "<div onclick='x()'>a</div>"}, "onclick"),
        ({"accept": []}, "accept"),
        ({"concepts": ["Not A Slug"]}, "concepts"),
        ({"prompt": "x" * 6_000}, "prompt"),
    ],
)
def test_it_leaves_out_what_our_reader_refuses(changes: Json, reason: str) -> None:
    files, (note,) = prove(reading({**SHORT_TEXT, **changes}))
    assert files == {}
    assert reason in note.text
    assert "question.yaml" not in note.text


def test_it_writes_yaml_that_people_can_read() -> None:
    text = to_yaml(MULTIPLE_CHOICE)
    assert yaml.safe_load(text) == MULTIPLE_CHOICE
    assert "prompt: |-\n  Who *deletes* it" in text
    assert "\n  - text: The **consumer** = it\n" in text


def test_it_places_all_files_or_none(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text("mine")
    files = {tmp_path / name: "new" for name in ("a.yaml", "b.yaml")}
    with pytest.raises(ExchangeError, match=r"there already: b.yaml. Rename .* --force"):
        place(files)
    assert [path.name for path in tmp_path.iterdir()] == ["b.yaml"]
    place(files, force=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.yaml", "b.yaml"]
    assert (tmp_path / "b.yaml").read_text() == "new"


def test_it_makes_the_folder(tmp_path: Path) -> None:
    place({tmp_path / "questions" / "a.yaml": "new"})
    assert (tmp_path / "questions" / "a.yaml").read_text() == "new"


def test_it_says_why_a_folder_cannot_be_written_to(tmp_path: Path) -> None:
    (tmp_path / "questions").write_text("a file")
    with pytest.raises(ExchangeError, match="Nothing was written: "):
        place({tmp_path / "questions" / "a.yaml": "new"})


def test_it_takes_back_what_it_placed_when_the_disk_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.yaml").write_text("mine")
    replace = Path.replace

    def fail_at_c(path: Path, target: Path) -> Path:
        if target.name == "c.yaml":
            raise OSError(28, "No space left on device")
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", fail_at_c)
    with pytest.raises(ExchangeError, match="Nothing was written: No space left"):
        place({tmp_path / f"{name}.yaml": "new" for name in "abc"}, force=True)
    assert [path.name for path in tmp_path.iterdir()] == ["a.yaml"]
    assert (tmp_path / "a.yaml").read_text() == "mine"


def test_it_does_not_write_over_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").mkdir()
    with pytest.raises(ExchangeError, match="Nothing was written: "):
        place({tmp_path / "a.yaml": "new"}, force=True)
