"""A worker's two zygotes: warm for its whole life, replaced when they are worn or lost."""

import os
from collections.abc import Iterator
from pathlib import Path

from labs.errors import EngineError
from labs.sandbox.limits import ProcessLimits
from labs.sandbox.zygote import Zygote

CLOUD_ENTRY = "labs.checks.session"
LEARNER_ENTRY = "labs.sandbox.guest.learner"
# The account keeps large S3 objects on disk, so its own is larger than a learner's.
LIMITS = {
    CLOUD_ENTRY: ProcessLimits(memory_mb=1024, cpu_seconds=120, disk_mb=256),
    LEARNER_ENTRY: ProcessLimits(memory_mb=1024, cpu_seconds=120),
}
# Forked ahead: a job needs one cloud process, and most need one or two of the learner's.
SPARES = {CLOUD_ENTRY: 1, LEARNER_ENTRY: 2}
MAX_STARTED = 2000
MAX_GROWTH_KB = 64 * 1024
_ENGINE = Path(__file__).resolve().parent.parent


class Zygotes:
    """The cloud's and the learners' zygote, started when they are first needed."""

    def __init__(self) -> None:
        self._running: dict[str, Zygote] = {}
        self._replacements: dict[str, Zygote] = {}
        self._code = 0

    def get(self, entry: str) -> Zygote:
        return self._running[entry]

    @property
    def tier(self) -> str:
        """The tier of the sandbox that they make, or "" before the start."""
        return next((zygote.tier for zygote in self._running.values()), "")

    def start(self) -> None:
        """Have both warm, with the code that lies on the disk now.

        Raises:
            SandboxUnavailableError: the machine refuses a layer.
            EngineError: one does not come up.
        """
        if self._code != (code := _newest_change()):
            self.close()
            self._code = code
        for entry in LIMITS:
            if entry not in self._running:
                self._running[entry] = _zygote(entry)
        try:
            for zygote in self._running.values():
                zygote.wait_until_ready()
        except EngineError:
            self.close()
            raise

    def renew(self) -> None:
        """To be called between jobs: put a fresh zygote in the place of a worn one.

        The fresh one warms up in the background; until it is ready, the old one serves.
        """
        for entry, zygote in list(self._running.items()):
            replacement = self._replacements.get(entry)
            if replacement is None and is_worn(zygote):
                self._replacements[entry] = _zygote(entry)
            elif replacement and replacement.is_ready():
                self._running[entry] = self._replacements.pop(entry)
                zygote.close()
                try:
                    replacement.wait_until_ready()
                except EngineError:  # `start` tries with another, before the next job
                    del self._running[entry]

    def any_lost(self) -> bool:
        """Whether one has died, and with it its children."""
        return any(zygote.is_lost() for zygote in self._running.values())

    def close(self) -> None:
        """End all, and every process that they made."""
        for zygotes in (self._running, self._replacements):
            for zygote in zygotes.values():
                zygote.close()
            zygotes.clear()


def is_worn(zygote: Zygote) -> bool:
    """Whether it has served long enough, or has grown."""
    grown_kb = zygote.rss_kb - zygote.first_rss_kb
    return zygote.started >= MAX_STARTED or grown_kb > MAX_GROWTH_KB


def _zygote(entry: str) -> Zygote:
    return Zygote(entry, LIMITS[entry], spares=SPARES[entry])


def _newest_change() -> int:
    """When the engine's code was last changed (ns since 1970)."""
    return max(_changes(os.fspath(_ENGINE)))


def _changes(folder: str) -> Iterator[int]:
    """Asked for with each job, and so without the objects of pathlib."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                yield from _changes(entry.path)
            elif entry.name.endswith(".py"):
                yield entry.stat().st_mtime_ns
