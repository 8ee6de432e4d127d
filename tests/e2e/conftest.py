"""What the tests of the whole site share: programs, and code to submit."""

from pathlib import Path

from tests.services.browser import chromium, chromium_program
from tests.services.databases import postgresql_url, redis_url

__all__ = ["chromium", "chromium_program", "postgresql_url", "redis_url"]

LAB_FOLDER = Path(__file__).resolve().parents[2] / "content/sqs/labs/partial-batch"


def lab_code(name: str) -> str:
    """A handler that ships with the lab: "solutions/loop"."""
    return (LAB_FOLDER / name / "handler.py").read_text()


def slow_code() -> str:
    """Right, but its grading takes two seconds longer: each of the eight checks loads it anew."""
    return "import time\n\ntime.sleep(0.25)\n\n" + lab_code("solutions/loop")
