"""The folder that holds everything a laptop's site writes: database, key, messages, logs."""

import fcntl
import os
from dataclasses import dataclass
from pathlib import Path

from django.core.management.utils import get_random_secret_key


class DataFolderInUseError(Exception):
    """Another `manage.py up` runs on this folder."""


@dataclass(frozen=True)
class DataFolder:
    """Owned by one running `manage.py up` at a time."""

    path: Path

    def create(self) -> None:
        """Makes what is missing. Other users of the machine get no access to a new folder."""
        self.path.mkdir(parents=True, exist_ok=True)
        if self._is_new():
            self.path.chmod(0o700)
        (self.path / "logs").mkdir(exist_ok=True)

    def _is_new(self) -> bool:
        # Loading the Celery settings has already made the message folders.
        return {entry.name for entry in self.path.iterdir()} <= {"messages"}

    def lock(self) -> int:
        """Claims the folder for as long as the returned descriptor is open."""
        descriptor = os.open(self.path / "up.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise DataFolderInUseError from None
        return descriptor

    def create_secret_key(self) -> None:
        """Makes the key that signs sessions, once; only its owner can read it."""
        key = self.path / "secret_key"
        if not key.exists():
            unfinished = self.path / "secret_key.unfinished"
            unfinished.touch(mode=0o600)
            unfinished.write_text(get_random_secret_key())
            unfinished.rename(key)

    def log(self, name: str) -> Path:
        """The log file of one program: "web server" -> logs/web-server.log."""
        return self.path / "logs" / f"{name.replace(' ', '-')}.log"
