"""How much is tried: the same inputs in each run, as many as a minute allows."""

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st


def examples(count: int) -> Callable[..., Any]:
    """Settings of a test that tries so many inputs."""
    return settings(
        max_examples=count,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )


# What JSON can carry, and Python's reader takes: huge integers, NaN, lone surrogates.
texts = st.text(max_size=20) | st.sampled_from(["\ud800", "\0", "passed", "handler.py:1", ""])
numbers = st.integers() | st.floats() | st.sampled_from([10**400, -(10**30), True])
values = st.recursive(
    st.none() | texts | numbers,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


def objects(*names: str) -> st.SearchStrategy[dict[str, Any]]:
    """JSON objects with some of these names, and others."""
    known = st.dictionaries(st.sampled_from(names), values, max_size=len(names))
    return st.builds(lambda one, other: {**other, **one}, known, st.dictionaries(texts, values))
