import datetime as dt

import pytest

from learn.core.polling import poll_delay_ms


@pytest.mark.parametrize(
    ("seconds", "delay_ms"),
    [
        (0, 40),
        (1, 150),
        (2.9, 150),
        (3, 500),
        (15, 2_000),
        (119, 2_000),
        (120, 10_000),
        (86_400, 10_000),
    ],
)
def test_it_asks_less_often_the_longer_it_waits(seconds: float, delay_ms: int) -> None:
    assert poll_delay_ms(dt.timedelta(seconds=seconds)) == delay_ms
