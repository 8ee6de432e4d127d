"""Schedule expressions, as AWS documents them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from labs.cloud.wiring.cron import BadExpressionError, read_at, read_cron, read_rate

NOW = datetime(2026, 1, 30, 9, 40, tzinfo=UTC)  # a Friday


def times(text: str, count: int = 3, zone: str = "UTC") -> list[str]:
    """The next moments in UTC."""
    cron, moment, found = read_cron(text, ZoneInfo(zone)), NOW, []
    for _ in range(count):
        due = cron.after(moment)
        if due is None:
            break
        moment = due
        found.append(moment.strftime("%Y-%m-%d %H:%M"))
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cron(0 10 * * ? *)", ["2026-01-30 10:00", "2026-01-31 10:00", "2026-02-01 10:00"]),
        ("cron(15 12 * * ? *)", ["2026-01-30 12:15", "2026-01-31 12:15", "2026-02-01 12:15"]),
        (
            "cron(0 18 ? * MON-FRI *)",
            ["2026-01-30 18:00", "2026-02-02 18:00", "2026-02-03 18:00"],
        ),
        ("cron(0 8 1 * ? *)", ["2026-02-01 08:00", "2026-03-01 08:00", "2026-04-01 08:00"]),
        ("cron(0/15 * * * ? *)", ["2026-01-30 09:45", "2026-01-30 10:00", "2026-01-30 10:15"]),
        (
            "cron(0/30 20-2 ? * MON *)",
            ["2026-02-02 00:00", "2026-02-02 00:30", "2026-02-02 01:00"],
        ),
        ("cron(0 9 L * ? *)", ["2026-01-31 09:00", "2026-02-28 09:00", "2026-03-31 09:00"]),
        ("cron(0 9 ? * 6L *)", ["2026-02-27 09:00", "2026-03-27 09:00", "2026-04-24 09:00"]),
        ("cron(0 9 ? * 3#2 *)", ["2026-02-10 09:00", "2026-03-10 09:00", "2026-04-14 09:00"]),
        ("cron(0 9 ? * L *)", ["2026-01-31 09:00", "2026-02-07 09:00", "2026-02-14 09:00"]),
        ("cron(0 9 1W * ? *)", ["2026-02-02 09:00", "2026-03-02 09:00", "2026-04-01 09:00"]),
        ("cron(0 9 LW * ? *)", ["2026-02-27 09:00", "2026-03-31 09:00", "2026-04-30 09:00"]),
        ("cron(0 0 29 FEB ? *)", ["2028-02-29 00:00", "2032-02-29 00:00", "2036-02-29 00:00"]),
        (
            "cron(0 9 1,15 JAN,MAR ? 2027)",
            ["2027-01-01 09:00", "2027-01-15 09:00", "2027-03-01 09:00"],
        ),
        ("cron(0 9 1 1 ? 2026)", []),
    ],
)
def test_it_finds_the_next_moments(text: str, expected: list[str]) -> None:
    assert times(text) == expected


def test_it_follows_a_time_zone() -> None:
    found = times("cron(30 2 28-30 MAR ? 2026)", zone="Europe/Berlin")
    # On the 29th there is no half past two.
    assert found == ["2026-03-28 01:30", "2026-03-30 00:30"]


@pytest.mark.parametrize(
    "text",
    [
        "cron(0 9 * * * *)",
        "cron(0 9 ? * ? *)",
        "cron(0 9 * * ?)",
        "cron(60 9 * * ? *)",
        "cron(0 24 * * ? *)",
        "cron(0 9 32 * ? *)",
        "cron(0 9 ? * 8 *)",
        "cron(0 9 ? * MOO *)",
        "cron(0 9 ? * 3#6 *)",
        "cron(0 9 * 13 ? *)",
        "cron(0/0 9 * * ? *)",
        "cron(0 9 * * ? 1969)",
        "0 9 * * ? *",
    ],
)
def test_it_refuses_what_is_no_cron_expression(text: str) -> None:
    with pytest.raises(BadExpressionError):
        read_cron(text)


def test_a_rate_begins_one_interval_later() -> None:
    rate = read_rate("rate(2 hours)", NOW)
    assert rate.after(NOW) == datetime(2026, 1, 30, 11, 40, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "rate(0 minutes)",
        "rate(1 minutes)",
        "rate(5 minute)",
        "rate(1 week)",
        "rate(99999999999 days)",
        f"rate({'9' * 5000} days)",
    ],
)
def test_it_refuses_what_is_no_rate(text: str) -> None:
    with pytest.raises(BadExpressionError):
        read_rate(text, NOW)


def test_once_is_once() -> None:
    once = read_at("at(2026-02-01T09:00:00)", ZoneInfo("America/New_York"))
    assert once.after(NOW) == datetime(2026, 2, 1, 14, tzinfo=UTC)
    assert once.after(once.at) is None
    with pytest.raises(BadExpressionError):
        read_at("at(2026-02-01)")
