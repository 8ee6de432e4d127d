"""`manage.py sandbox_status`, on this machine and on worse ones."""

import json
import re

import pytest

from tests.services.confined import as_ordinary_user, manage, run, without_user_namespaces


@pytest.mark.slow
def test_it_says_that_the_strict_tier_runs_and_holds() -> None:
    done = run(manage("sandbox_status"))

    assert done.returncode == 0, done
    assert done.stdout.startswith("Tier strict runs here: Linux ")
    assert re.search(r"(\d+) of \1 were held", done.stdout)


@pytest.mark.slow
def test_it_says_so_to_an_ordinary_user() -> None:
    done = run(as_ordinary_user(manage("sandbox_status", "--json")))

    found = json.loads(done.stdout)
    assert done.returncode == 0, found
    assert found["ok"]
    assert found["tier"] == "strict"
    assert all(canary["held"] for canary in found["canaries"])


def test_it_says_which_setting_is_missing_and_how_to_mend_it() -> None:
    done = run(without_user_namespaces(manage("sandbox_status", "--json")))

    found = json.loads(done.stdout)
    layers = {finding["layer"]: finding for finding in found["findings"]}
    assert done.returncode == 1
    assert not found["ok"]
    assert "sysctl -w user.max_user_namespaces=15000" in layers["user namespaces"]["remedy"]
    assert layers["mounts"]["said"] == "cannot be tried without other namespaces"
    assert found["runs"]["lite"]
    assert found["canaries"] == []


@pytest.mark.slow
def test_it_says_what_a_machine_without_walls_lets_through() -> None:
    done = run(as_ordinary_user(manage("sandbox_status")), SANDBOX_TIER="none", DEBUG="1")

    assert done.returncode == 0, done
    assert "not held: start a process" in done.stdout


@pytest.mark.parametrize(
    ("tier", "sentence"),
    [("none", "there, set DEBUG=1 as well"), ("medium", "set it to strict, lite, none")],
)
def test_it_refuses_a_wrong_setting(tier: str, sentence: str) -> None:
    done = run(manage("sandbox_status"), SANDBOX_TIER=tier)

    assert done.returncode == 1
    assert sentence in done.stdout


def test_it_refuses_a_wrong_use() -> None:
    done = run(manage("sandbox_status", "--verbose"))

    assert (done.returncode, done.stdout) == (2, "")
