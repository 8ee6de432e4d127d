"""The image and the services, as far as they can be held to something without an engine."""

import re
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.services.confined import ROOT

DEPLOY = ROOT / "deploy"
CONTAINERFILE = (DEPLOY / "Containerfile").read_text()
LAST_STAGE = CONTAINERFILE.rpartition("\nFROM ")[2]


def copied() -> Iterator[str]:
    """What is copied into the image from the checkout."""
    for words in re.findall(r"^COPY (?!--from)(.+)$", CONTAINERFILE, re.MULTILINE):
        yield from words.split()[:-1]


def services() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())[
        "services"
    ]
    return found


@pytest.fixture
def grading() -> dict[str, Any]:
    return services()["grading"]


def test_the_image_copies_what_there_is() -> None:
    sources = list(copied())

    assert sources
    assert [source for source in sources if not (ROOT / source).exists()] == []


def test_the_image_has_all_that_the_programs_need() -> None:
    assert {"manage.py", "labs", "learn", "content", "uv.lock", "pyproject.toml"} <= set(copied())


def test_the_engine_is_sent_no_more_than_the_image_copies() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    sent = {line.removeprefix("!") for line in lines if line.startswith("!")}

    assert "*" in lines
    assert sent == set(copied())
    assert not any(fnmatch(name, pattern) for name in (".git", ".coldstart") for pattern in sent)


def test_the_image_ends_without_root_and_without_tools_that_build() -> None:
    assert re.findall(r"^USER (.+)$", CONTAINERFILE, re.MULTILINE) == ["10001:10001"]
    assert "uv sync --locked --no-dev" in CONTAINERFILE
    assert "pip uninstall --yes pip" in LAST_STAGE
    assert "/usr/local/bin/uv" not in LAST_STAGE
    assert "apt-get" not in LAST_STAGE


def test_the_image_has_the_python_of_the_project() -> None:
    version = (ROOT / ".python-version").read_text().strip()

    images = re.findall(r"^FROM docker\.io/library/python:([\d.]+)-", CONTAINERFILE, re.MULTILINE)

    assert images == [version, version]


def test_the_grading_worker_reaches_the_broker_alone(grading: dict[str, Any]) -> None:
    [network] = grading["networks"]
    neighbours = {name for name, one in services().items() if network in one["networks"]}

    assert "broker" in neighbours
    assert "database" not in neighbours
    assert yaml.safe_load((DEPLOY / "compose.yaml").read_text())["networks"][network]["internal"]


def test_the_grading_worker_holds_no_secret(grading: dict[str, Any]) -> None:
    assert set(grading["environment"]) == {"CELERY_BROKER_URL", "SANDBOX_TIER"}
    assert "secrets" not in grading
    assert "volumes" not in grading


def test_the_grading_worker_has_no_privileges(grading: dict[str, Any]) -> None:
    assert grading["environment"]["SANDBOX_TIER"] == "strict"
    assert grading["cap_drop"] == ["ALL"]
    assert grading["read_only"]
    assert "no-new-privileges:true" in grading["security_opt"]
    assert "privileged" not in grading
    assert {"pids_limit", "mem_limit", "cpus"} <= set(grading)


def test_the_grading_worker_has_our_profile(grading: dict[str, Any]) -> None:
    [profile] = [one for one in grading["security_opt"] if one.startswith("seccomp:")]

    assert (DEPLOY / profile.removeprefix("seccomp:")).samefile(DEPLOY / "seccomp.json")


def test_every_service_has_what_it_names() -> None:
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())

    for service in compose["services"].values():
        assert set(service.get("secrets", [])) <= set(compose["secrets"])
        assert set(service["networks"]) <= set(compose["networks"])
        assert set(service.get("depends_on", {})) <= set(compose["services"])


def test_the_guide_names_every_file_beside_it() -> None:
    guide = (DEPLOY / "README.md").read_text()

    for path in DEPLOY.iterdir():
        assert path.name == "README.md" or path.name in guide, path
    for name in re.findall(r"\]\((?!http)([^)#]+)", guide):
        assert Path(DEPLOY, name).exists(), name
