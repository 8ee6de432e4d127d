"""kombu's filesystem transport, made safe for readers that poll every 20 ms.

kombu writes a message into its final name and moves it across file systems to take it, so that a
fast reader sees half a message, or two readers the same. Here both steps are one rename.
"""

import json
import os
import time
import uuid
from pathlib import Path
from queue import Empty
from typing import Any, override

from kombu.transport import filesystem


class Channel(filesystem.Channel):
    """A folder of messages, named `<time in ns>_<uuid>.<queue>.msg`, oldest first."""

    @override
    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:
        final = Path(self.data_folder_out, f"{time.time_ns():020}_{uuid.uuid4()}.{queue}.msg")
        unfinished = final.with_suffix(".unfinished")
        unfinished.write_text(json.dumps(payload))
        unfinished.rename(final)

    @override
    def _get(self, queue: str) -> Any:
        suffix = f".{queue}.msg"
        for name in sorted(os.listdir(self.data_folder_in)):
            if not name.endswith(suffix) or name.removesuffix(suffix).count("."):
                continue
            taken = Path(self.processed_folder, name)
            try:
                Path(self.data_folder_in, name).rename(taken)
            except FileNotFoundError:
                continue  # another worker was first
            payload = taken.read_text()
            taken.unlink()
            return json.loads(payload)
        raise Empty


class Transport(filesystem.Transport):
    """Named by `broker_transport` in the Celery settings."""

    Channel = Channel
