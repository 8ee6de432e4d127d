"""What moto's tests expect of functions as moto runs them, in Docker, and AWS does not do."""


def install() -> None:
    """Bend our seams, for these tests alone."""
