"""Settings and people that the tests of the site share."""

import os
from collections.abc import Callable
from tempfile import TemporaryDirectory

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.utils import translation

from learn.accounts.models import User
from learn.celery import app
from learn.cohorts.actions import create_cohort, join
from learn.cohorts.models import Cohort

PASSWORD = "correct horse battery staple"


def pytest_configure(config: pytest.Config) -> None:
    """Takes the tests away from the developer's own data folder and broker."""
    use_database_file(config)
    settings.SECRET_KEY = "only for tests"
    settings.STATIC_ROOT = None
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    # The real hasher takes half a second for each log-in, on purpose.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    app.conf.update(broker_url="memory://")


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: tests of limits, programs and browsers wait a lot."""
    return (os.process_cpu_count() or 1) + 1


def use_database_file(config: pytest.Config) -> None:
    """Has SQLite's test database in a file.

    Of one in memory all threads share one connection, and so each other's transactions: a live
    server and its test would disturb each other, as they never do in production.
    """
    database = settings.DATABASES["default"]
    if "sqlite3" not in database["ENGINE"]:
        return
    folder = TemporaryDirectory(prefix="coldstart-tests-")
    config.add_cleanup(folder.cleanup)
    database["TEST"]["NAME"] = f"{folder.name}/test.sqlite3"
    # Nobody needs this file after a power cut.
    pragmas = f"{database['OPTIONS']['init_command']}PRAGMA synchronous=OFF;"
    database["OPTIONS"] = {**database["OPTIONS"], "init_command": pragmas}


@pytest.fixture(autouse=True)
def _no_rate_limit_is_used_up() -> None:
    cache.clear()


@pytest.fixture(autouse=True)
def _english() -> None:
    """A request in another language leaves it to the thread that served it."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture
def make_user(db: None) -> Callable[[str], User]:
    """Makes a user from a first name: "Alice" is alice@example.com."""

    def make(name: str) -> User:
        return User.objects.create_user(f"{name.lower()}@example.com", PASSWORD, name=name)

    return make


@pytest.fixture
def alice(make_user: Callable[[str], User]) -> User:
    """A learner in `cohort`."""
    return make_user("Alice")


@pytest.fixture
def ines(make_user: Callable[[str], User]) -> User:
    """The instructor of `cohort`."""
    return make_user("Ines")


@pytest.fixture
def mallory(make_user: Callable[[str], User]) -> User:
    """A stranger: instructor of a cohort of her own, nothing in `cohort`."""
    user = make_user("Mallory")
    create_cohort(user, "Mallory's own")
    return user


@pytest.fixture
def cohort(alice: User, ines: User) -> Cohort:
    """Alice learns, Ines teaches."""
    cohort = create_cohort(ines, "Serverless 101")
    join(alice, cohort)
    return cohort


def logged_in(user: User) -> Client:
    """A browser in which this person is logged in."""
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def anonymous(db: None) -> Client:
    """A browser in which nobody is logged in."""
    return Client()


@pytest.fixture
def as_alice(alice: User, cohort: Cohort) -> Client:
    """The learner's browser."""
    return logged_in(alice)


@pytest.fixture
def as_ines(ines: User, cohort: Cohort) -> Client:
    """The instructor's browser."""
    return logged_in(ines)


@pytest.fixture
def as_mallory(mallory: User) -> Client:
    """The stranger's browser."""
    return logged_in(mallory)
