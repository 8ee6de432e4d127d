"""The data folder."""

import os
from pathlib import Path

import pytest

from learn.core.data_folder import DataFolder, DataFolderInUseError


def test_it_closes_a_new_folder_to_other_users(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "new" / "data")

    folder.create()

    assert folder.path.stat().st_mode & 0o777 == 0o700


def test_it_closes_a_folder_that_holds_only_the_message_folders(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    (folder.path / "messages").mkdir(parents=True)
    folder.path.chmod(0o755)

    folder.create()

    assert folder.path.stat().st_mode & 0o777 == 0o700


def test_it_leaves_the_mode_of_a_folder_in_use_alone(tmp_path: Path) -> None:
    tmp_path.chmod(0o750)
    (tmp_path / "somebody's file").touch()

    DataFolder(tmp_path).create()

    assert tmp_path.stat().st_mode & 0o777 == 0o750


def test_it_makes_the_secret_key_once(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)

    folder.create_secret_key()
    first = (tmp_path / "secret_key").read_text()
    folder.create_secret_key()

    assert (tmp_path / "secret_key").read_text() == first
    assert len(first) >= 50
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


def test_it_gives_the_lock_to_one_at_a_time(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    lock = folder.lock()

    with pytest.raises(DataFolderInUseError):
        folder.lock()

    os.close(lock)
    os.close(folder.lock())
