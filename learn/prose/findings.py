"""What is found while the course is read: problems, and links to check once all of it is known."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from labs import ContentError, Problem


@dataclass(frozen=True)
class Link:
    """A link to a page of the site, and where it stands."""

    path: Path
    line: int
    target: str


class Findings(list[Problem]):
    """The problems found so far. `with findings:` keeps those of a ContentError, and goes on."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[Link] = []

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: object
    ) -> bool:
        if not isinstance(error, ContentError):
            return False
        self.extend(error.problems)
        return True

    def attempt[T](self, read: Callable[[], T]) -> T | None:
        """What `read` returns, or None if the content was wrong."""
        with self:
            return read()
        return None
