"""Objects of a zygote live for ever, so that using them writes nothing."""

import json
import subprocess
import sys
from pathlib import Path

PROGRAM = """
import json, sys
from labs.sandbox.immortal import make_all_immortal

class Shop:
    def __init__(self):
        self.orders = {"a": [1.5, "x" * 50], "b": (2**70, b"bytes" * 9)}

def count():
    return sys.getrefcount(function_name)

function_name = "count-" + sys.argv[0]
shop = Shop()
made = make_all_immortal()
values = [shop, shop.orders, shop.orders["a"], shop.orders["b"], shop.orders["b"][0],
          function_name, count, count.__code__, Shop, sys.modules]
before = [sys.getrefcount(value) for value in values]
kept = [values, list(values)]
after = [sys.getrefcount(value) for value in values]
new = object()
print(json.dumps([made, before, after, sys.getrefcount(new)]))
shop.orders["c"] = 3
del shop.orders["a"], shop
for _ in range(1000):
    json.loads(json.dumps([{"a": number} for number in range(10)]))
print(count())
"""


def test_counts_of_what_is_there_stay_as_they_are() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=True,
    )

    (made, before, after, new), last = map(json.loads, done.stdout.splitlines())
    assert made > 10_000
    assert set(before) == set(after) == {last} == {0xFFFFFFFF}
    assert new == 2
