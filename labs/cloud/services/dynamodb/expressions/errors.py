"""What is wrong with an expression."""


class ExpressionError(ValueError):
    """The text is AWS's; `is_whole` says that no "Invalid FilterExpression: " stands before it."""

    def __init__(self, message: str, *, is_whole: bool = False) -> None:
        super().__init__(message)
        self.is_whole = is_whole
