"""How often a page asks whether what it waits for is done."""

import datetime as dt

# (seconds waited, milliseconds between two questions)
STEPS = ((1, 40), (3, 150), (15, 500), (120, 2_000))
SLOWEST_MS = 10_000


def poll_delay_ms(age: dt.timedelta) -> int:
    """Often at first, when the answer is due, and hardly ever once something is wrong."""
    seconds = age.total_seconds()
    return next((delay for limit, delay in STEPS if seconds < limit), SLOWEST_MS)
