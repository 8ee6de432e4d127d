"""moto with its seams, as the tests of the engine have it."""

from tests.labs.conftest import moto

__all__ = ["moto"]
