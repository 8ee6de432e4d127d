"""kombu's filesystem transport, made safe for readers that poll every 20 ms.

kombu writes a message into its final name and moves it across file systems to take it, so that a
fast reader sees half a message, or two readers the same. Here both steps are one rename.
"""

import json
import time
import uuid
from pathlib import Path
from queue import Empty
from typing import Any, override

from kombu import Connection
from kombu.transport import filesystem

# Celery waits in rounds of two seconds, and only between two of them it sees that it was told to
# stop: Ctrl-C would take four seconds.
ROUND_SECONDS = 0.2


class Channel(filesystem.Channel):
    """A folder of messages, named `<time in ns>_<uuid>.<queue>.msg`, oldest first."""

    # The two parents of the stubs' Channel disagree on the second argument's name.
    @override
    def _put(  # type: ignore[override]
        self, queue: str, payload: dict[str, Any], **kwargs: Any
    ) -> None:
        final = Path(self.data_folder_out, f"{time.time_ns():020}_{uuid.uuid4()}.{queue}.msg")
        unfinished = final.with_suffix(".unfinished")
        unfinished.write_text(json.dumps(payload))
        unfinished.rename(final)

    @override
    def _get(self, queue: str, timeout: float | None = None) -> Any:
        suffix = f".{queue}.msg"
        for file in sorted(Path(self.data_folder_in).glob(f"*{suffix}")):
            if "." in file.name.removesuffix(suffix):
                continue  # of another queue, whose name ends like this one's
            taken = Path(self.processed_folder, file.name)
            try:
                file.rename(taken)
            except FileNotFoundError:
                continue  # another worker was first
            payload = taken.read_text()
            taken.unlink()
            return json.loads(payload)
        raise Empty


class Transport(filesystem.Transport):
    """Named by `broker_transport` in the Celery settings."""

    Channel = Channel

    @override
    def drain_events(
        self, connection: Connection, timeout: float | None = None, **kwargs: Any
    ) -> None:
        longest = ROUND_SECONDS if timeout is None else min(timeout, ROUND_SECONDS)
        super().drain_events(connection, timeout=longest, **kwargs)
