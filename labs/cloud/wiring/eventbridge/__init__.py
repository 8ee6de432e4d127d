"""EventBridge: buses, rules and what they send, on the account's agenda."""

from labs.cloud.wiring.eventbridge.buses import put_service_event

__all__ = ["put_service_event"]
