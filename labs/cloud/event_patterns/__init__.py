"""The pattern language of EventBridge, pipes, event source mappings and SNS's filter policies."""

from labs.cloud.event_patterns.errors import InvalidPatternError
from labs.cloud.event_patterns.pattern import Pattern, compile  # noqa: A004 - as re.compile

__all__ = ["InvalidPatternError", "Pattern", "compile"]
