"""Users."""

import pytest
from django.db import IntegrityError

from learn.accounts.models import User

pytestmark = pytest.mark.django_db


def test_it_keeps_addresses_in_small_letters() -> None:
    user = User.objects.create_user(" Alice@Example.COM ", "a password", name="Alice")

    assert user.email == "alice@example.com"
    assert user.check_password("a password")


def test_it_lets_nobody_in_without_a_password() -> None:
    user = User.objects.create_user("alice@example.com", name="Alice")

    assert not user.has_usable_password()


def test_it_refuses_the_same_address_in_other_letters() -> None:
    User.objects.create_user("alice@example.com", name="Alice")

    with pytest.raises(IntegrityError):
        User.objects.bulk_create([User(email="Alice@example.com", name="Another")])


def test_it_finds_a_user_by_the_address_in_any_letters(alice: User) -> None:
    assert User.objects.get_by_natural_key("ALICE@example.com") == alice


def test_it_shows_the_name_or_else_the_address() -> None:
    assert str(User(email="alice@example.com", name="Alice")) == "Alice"
    assert str(User(email="alice@example.com")) == "alice@example.com"
