"""Archives, and the replay of what they kept.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-replay-archived-event.html
"""

from datetime import datetime, timedelta
from typing import Any

from labs.cloud import moto_events
from labs.cloud.clock import clock
from labs.cloud.moto_events import Archive, EventBus, Replay, ReplayState
from labs.cloud.simulation import current
from labs.cloud.wiring.eventbridge import buses

START_MS = 1000  # until a replay runs, and until it has ended

type Json = dict[str, Any]


def replay_events(self: Replay, archive: Archive) -> None:
    """Let a replay that was accepted begin a little later."""
    name = self.destination["Arn"].split("event-bus/")[-1]
    bus = moto_events.backend(self.region).event_buses[name]
    current().agenda.put(
        lambda: _run(self, bus, archive),
        what=f"replay {self.name} to bus {name}",
        after_ms=START_MS,
    )


def _run(replay: Replay, bus: EventBus, archive: Archive) -> None:
    """Send what was kept of that time, oldest first; then the replay is over."""
    if replay.state != ReplayState.STARTING:
        return
    replay.state = ReplayState.RUNNING
    _forget(archive)
    begin, end = float(replay.event_start_time), float(replay.event_end_time)
    kept: list[Json] = [dict(event) for event in archive.events]
    rules = replay.destination.get("FilterArns") or None
    for event in sorted(kept, key=_moment):
        if begin <= _moment(event) < end:
            buses.publish(bus, buses.received({**event, "replay-name": replay.name}), rules)
    agenda = current().agenda
    agenda.put(lambda: _end(replay), what=f"the end of replay {replay.name}", after_ms=START_MS)


def _end(replay: Replay) -> None:
    if replay.state == ReplayState.RUNNING:
        replay.state = ReplayState.COMPLETED
        replay.end_time = clock.millis() / 1000


def _forget(archive: Archive) -> None:
    """Drop what is older than the archive keeps."""
    if days := int(archive.retention or 0):
        oldest = (clock.now() - timedelta(days=days)).timestamp()
        archive.events = [event for event in archive.events if _moment(event) >= oldest]


def _moment(event: Any) -> float:
    return datetime.fromisoformat(event["time"]).timestamp()
