"""The engine's front door stays small and light."""

import subprocess
import sys

import labs


def test_it_loads_neither_moto_nor_django() -> None:
    code = "import sys, labs; print([m for m in ('moto', 'django', 'boto3') if m in sys.modules])"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"


def test_it_offers_what_it_lists() -> None:
    assert sorted(labs.__all__) == sorted(set(labs.__all__))
    for name in labs.__all__:
        assert hasattr(labs, name), name


def test_it_knows_no_other_name() -> None:
    assert not hasattr(labs, "nonsense")
