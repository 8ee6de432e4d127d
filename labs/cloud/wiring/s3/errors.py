"""What S3 refuses."""


class InvalidConfigurationError(ValueError):
    """AWS's InvalidArgument; `name` and `value` say which argument."""

    def __init__(self, message: str, name: str = "", value: str = "") -> None:
        super().__init__(message)
        self.name, self.value = name, value
