"""What is wrong with an event pattern, as EventBridge says it."""


class InvalidPatternError(ValueError):
    """`reason` is what follows "Event pattern is not valid. Reason: "."""

    def __init__(self, reason: str, *, has_location: bool = True) -> None:
        super().__init__(f"Event pattern is not valid. Reason: {reason}")
        self.reason = reason
        # One without is none of the syntax, and no other reading of the pattern is tried.
        self.has_location = has_location

    @property
    def message(self) -> str:
        return str(self)
