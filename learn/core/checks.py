"""System checks for what must not go to production (`manage.py check --deploy`)."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks

import labs


@checks.register(checks.Tags.security, deploy=True)
def check_production(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """Settings that are right on a laptop and wrong on the internet."""
    return [
        *debug_is_off(),
        *hosts_are_named(),
        *https_is_on(),
        *tier_is_strict(),
        *machine_is_able(),
    ]


@checks.register(checks.Tags.security)
def check_sandbox(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """What is wrong everywhere."""
    return [*tier_is_allowed()]


def tier_is_allowed() -> Iterator[checks.CheckMessage]:
    """Without walls, whoever signs up can take the machine over."""
    try:
        tier = labs.configured_tier()
    except labs.SandboxUnavailableError as error:
        yield checks.Error(str(error), hint="Unset SANDBOX_TIER.", id="coldstart.E003")
        return
    if tier is labs.Tier.NONE and not settings.DEBUG:
        yield checks.Error(
            "SANDBOX_TIER is none, but DEBUG is off.",
            hint="Unset SANDBOX_TIER.",
            id="coldstart.E003",
        )


def tier_is_strict() -> Iterator[checks.CheckMessage]:
    """Tier lite is for one's own people."""
    if not settings.DEBUG and not [*tier_is_allowed()] and labs.configured_tier() != "strict":
        yield checks.Error(
            "SANDBOX_TIER is not strict, but DEBUG is off.",
            hint="Unset SANDBOX_TIER; `manage.py sandbox_status` says what is missing for it.",
            id="coldstart.E004",
        )


def machine_is_able() -> Iterator[checks.CheckMessage]:
    """Right where the grading workers run on other machines; else nothing will be graded."""
    for finding in labs.examine_machine().missing:
        yield checks.Warning(
            f"This machine lacks a layer of the sandbox: {finding.layer} ({finding.said}).",
            hint=f"{finding.remedy} Ignore this where grading workers run elsewhere.",
            id="coldstart.W003",
        )


def debug_is_off() -> Iterator[checks.CheckMessage]:
    """The debug page shows settings and source code to everybody."""
    if settings.DEBUG:
        yield checks.Error("DEBUG is on.", hint="Unset DEBUG.", id="coldstart.E001")


def hosts_are_named() -> Iterator[checks.CheckMessage]:
    """With "*", a forged Host header goes into the links of password-reset mails."""
    if "*" in settings.ALLOWED_HOSTS:
        yield checks.Error(
            "ALLOWED_HOSTS accepts every host name.",
            hint="Set ALLOWED_HOSTS to the site's own names, separated by commas.",
            id="coldstart.E002",
        )
    if not set(settings.ALLOWED_HOSTS) - {"localhost", "127.0.0.1", "[::1]"}:
        yield checks.Warning(
            "ALLOWED_HOSTS names this machine only.",
            hint="Set ALLOWED_HOSTS to the names under which browsers reach the site.",
            id="coldstart.W001",
        )


def https_is_on() -> Iterator[checks.CheckMessage]:
    """Session cookies would travel in the clear."""
    if not settings.HTTPS:
        yield checks.Warning(
            "The site does not ask for https.",
            hint="Put it behind a proxy that ends TLS, and set HTTPS=1.",
            id="coldstart.W002",
        )
