"""The checks for production."""

import pytest
from pytest_django import Settings

from learn.core.checks import check_production, check_sandbox
from tests.services.confined import manage, run, without_user_namespaces


def ids() -> list[str]:
    return [message.id or "" for message in (*check_sandbox(None), *check_production(None))]


@pytest.fixture
def production(settings: Settings) -> Settings:
    """Settings with nothing to complain about."""
    settings.DEBUG = False
    settings.ALLOWED_HOSTS = ["learn.example.com"]
    settings.HTTPS = True
    return settings


def test_it_accepts_production_settings(production: Settings) -> None:
    assert ids() == []


def test_it_refuses_debug(production: Settings) -> None:
    production.DEBUG = True

    assert ids() == ["coldstart.E001"]


def test_it_refuses_every_host_name(production: Settings) -> None:
    production.ALLOWED_HOSTS = ["*"]

    assert ids() == ["coldstart.E002"]


def test_it_warns_of_local_hosts_only(production: Settings) -> None:
    production.ALLOWED_HOSTS = ["localhost", "127.0.0.1"]

    assert ids() == ["coldstart.W001"]


def test_it_warns_of_plain_http(production: Settings) -> None:
    production.HTTPS = False

    assert ids() == ["coldstart.W002"]


def test_it_refuses_a_tier_without_walls(
    production: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SANDBOX_TIER", "none")
    assert ids() == ["coldstart.E003"]

    monkeypatch.setenv("DEBUG", "1")
    assert "coldstart.E003" in ids()

    production.DEBUG = True
    assert "coldstart.E003" not in ids()


def test_it_refuses_an_unknown_tier(production: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANDBOX_TIER", "medium")

    assert ids() == ["coldstart.E003"]


def test_it_wants_the_strict_tier_in_production(
    production: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SANDBOX_TIER", "lite")

    assert "coldstart.E004" in ids()


def test_it_warns_of_a_machine_that_cannot_grade() -> None:
    done = run(without_user_namespaces(manage("check", "--deploy")), DEBUG="1")

    assert "lacks a layer of the sandbox: user namespaces" in done.stderr
    assert "sysctl -w user.max_user_namespaces" in done.stderr
