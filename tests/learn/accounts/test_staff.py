"""`manage.py staff`."""

import pytest
from django.core.management import call_command

from learn.accounts.models import User


def test_it_makes_and_unmakes_staff(alice: User) -> None:
    call_command("staff", "Alice@example.com")
    alice.refresh_from_db()
    assert alice.is_staff

    call_command("staff", "alice@example.com", "--remove")
    alice.refresh_from_db()
    assert not alice.is_staff


@pytest.mark.django_db
def test_it_refuses_an_unknown_address(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        call_command("staff", "nobody@example.com")

    assert end.value.code == 2
    assert "There is no account nobody@example.com" in capsys.readouterr().err
