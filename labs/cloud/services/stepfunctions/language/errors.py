"""Errors with the reserved names of the Amazon States Language."""


class StatesError(Exception):
    """Evaluation failed, as an execution would fail: `error` is "States.Runtime" and so on.

    None: a Fail state, or whoever answered for a task, named none.

    The names: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
    """

    def __init__(self, error: str | None, cause: str | None) -> None:
        super().__init__(f"{error}: {cause}")
        self.error = error
        self.cause = cause
