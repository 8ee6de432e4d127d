"""What a pipe writes about its executions into a log group, by the level that it was given.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-logs.html
"""

from typing import Any

from labs.cloud import moto_lambda, moto_logs
from labs.cloud.clock import clock
from labs.cloud.missing import MissingError
from labs.cloud.moto_pipes import Pipe
from labs.cloud.wiring.input_transformer import compact

LEVELS = ("OFF", "ERROR", "INFO", "TRACE")
OTHERS = ("S3LogDestination", "FirehoseLogDestination")


def check(configuration: dict[str, Any] | None) -> None:
    """Raises MissingError for destinations of which nothing would come."""
    for name in OTHERS:
        if (configuration or {}).get(name):
            raise MissingError(f"with {name}")


class ExecutionLog:
    """Of one execution: the work on one batch."""

    def __init__(self, pipe: Pipe) -> None:
        given = pipe.log_configuration or {}
        self._pipe = pipe
        self._group = (given.get("CloudwatchLogsLogDestination") or {}).get("LogGroupArn", "")
        self._level = LEVELS.index(given.get("Level", "OFF")) if self._group else 0
        self._with_data = bool(given.get("IncludeExecutionData"))
        self._execution = moto_lambda.new_id() if self._level else ""

    def write(self, message: str, level: str = "INFO", **more: Any) -> None:
        """One line, "EXECUTION_STARTED"; `more` are other fields, `payload` one with the data."""
        if LEVELS.index(level) > self._level:
            return
        if not self._with_data:
            more.pop("payload", None)
        line = {
            "resourceArn": self._pipe.arn,
            "timestamp": int(clock.millis()),
            "executionId": self._execution,
            "messageType": message,
            "logLevel": LEVELS[self._level],
            **more,
        }
        moto_logs.write(self._group, self._pipe.name, compact(line))
