"""How a check says that something is not right."""


class CheckFailedError(Exception):
    """A check did not pass. The text is shown to the learner: the symptom, never the answer."""


def expect(condition: bool, message: str) -> None:
    """Go on if `condition` holds, else fail the check with a sentence for the learner."""
    if not condition:
        raise CheckFailedError(message)
