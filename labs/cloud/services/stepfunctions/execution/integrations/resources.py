"""The Resource of a Task, read.

https://docs.aws.amazon.com/step-functions/latest/dg/integrate-services.html
"""

from dataclasses import dataclass

FUNCTION, ACTIVITY, OPTIMIZED, SDK = "function", "activity", "optimized", "aws-sdk"
WAITING = ".waitForTaskToken"
SYNC_SUFFIXES = (".sync:2", ".sync")


@dataclass(frozen=True)
class Resource:
    """`service` and `action` as in "sqs" and "sendMessage"; `pattern` is "", ".sync" and so on."""

    arn: str
    kind: str
    service: str = ""
    action: str = ""
    pattern: str = ""

    @property
    def waits_for_token(self) -> bool:
        return self.pattern == WAITING

    @property
    def is_sync(self) -> bool:
        return self.pattern in SYNC_SUFFIXES

    @property
    def told(self) -> dict[str, str]:
        """As events of the history tell it."""
        prefix = "aws-sdk:" if self.kind == SDK else ""
        return {
            "resourceType": prefix + self.service,
            "resource": self.action + self.pattern,
        }


def parse(arn: str) -> Resource:
    parts = arn.split(":")
    if parts[2] == "lambda":
        return Resource(arn, FUNCTION)
    if len(parts) > 5 and parts[5] == "activity":
        return Resource(arn, ACTIVITY)
    kind, names = OPTIMIZED, parts[5:]
    if names[0] == "aws-sdk":
        kind, names = SDK, names[1:]
    action, pattern = _pattern(":".join(names[1:]))
    return Resource(arn, kind, names[0], action, pattern)


def _pattern(action: str) -> tuple[str, str]:
    for suffix in (WAITING, *SYNC_SUFFIXES):
        if action.endswith(suffix):
            return action.removesuffix(suffix), suffix
    return action, ""
