"""How settings read the environment, in a process that has only that environment."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from learn import settings

ROOT = Path(__file__).resolve().parents[3]


def load(names: str, **environment: str) -> dict[str, object]:
    """The named settings as a new process sees them."""
    code = f"""
import json
from learn import settings
print(json.dumps({{name: getattr(settings, name) for name in {names.split()!r}}}, default=str))
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_it_puts_everything_into_the_data_folder(tmp_path: Path) -> None:
    found = load("DATA_DIR STATIC_ROOT DATABASES SECRET_KEY", COLDSTART_DATA=str(tmp_path))

    assert found["DATA_DIR"] == str(tmp_path)
    assert found["STATIC_ROOT"] == str(tmp_path / "static")
    database = found["DATABASES"]
    assert isinstance(database, dict)
    assert database["default"]["NAME"] == str(tmp_path / "db.sqlite3")
    assert database["default"]["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert found["SECRET_KEY"] == ""


def test_it_reads_the_key_of_the_data_folder(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("from the folder\n")

    found = load("SECRET_KEY", COLDSTART_DATA=str(tmp_path))

    assert found["SECRET_KEY"] == "from the folder"


def test_it_prefers_a_mounted_secret(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("from the folder")
    (tmp_path / "mounted").write_text("mounted\n")

    found = load(
        "SECRET_KEY",
        COLDSTART_DATA=str(tmp_path),
        SECRET_KEY="from the environment",
        SECRET_KEY_FILE=str(tmp_path / "mounted"),
    )

    assert found["SECRET_KEY"] == "mounted"


def test_it_uses_the_named_database(tmp_path: Path) -> None:
    found = load(
        "DATABASES",
        COLDSTART_DATA=str(tmp_path),
        DATABASE_URL="postgres://someone:secret@db.example.com/coldstart",
    )

    database = found["DATABASES"]
    assert isinstance(database, dict)
    assert database["default"]["ENGINE"] == "django.db.backends.postgresql"
    assert "transaction_mode" not in database["default"].get("OPTIONS", {})


def test_it_secures_cookies_behind_https(tmp_path: Path) -> None:
    names = "SESSION_COOKIE_SECURE CSRF_COOKIE_SECURE SECURE_SSL_REDIRECT"

    plain = load(names, COLDSTART_DATA=str(tmp_path))
    secure = load(names, COLDSTART_DATA=str(tmp_path), HTTPS="1")

    assert set(plain.values()) == {False}
    assert set(secure.values()) == {True}


@pytest.mark.parametrize("text", ["1", "true", "Yes", " on "])
def test_it_reads_truth(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("SOME_SWITCH", text)

    assert settings.env_bool("SOME_SWITCH")


@pytest.mark.parametrize("text", ["0", "false", "no", "off", "nonsense"])
def test_it_reads_anything_else_as_untrue(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("SOME_SWITCH", text)

    assert not settings.env_bool("SOME_SWITCH", default=True)


def test_it_splits_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_LIST", "a.example.com, b.example.com,")

    assert settings.env_list("SOME_LIST") == ["a.example.com", "b.example.com"]
