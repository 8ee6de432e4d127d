"""The checks for production."""

import pytest
from pytest_django import Settings

from learn.core.checks import check_production


def ids() -> list[str]:
    return [message.id or "" for message in check_production(None)]


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
