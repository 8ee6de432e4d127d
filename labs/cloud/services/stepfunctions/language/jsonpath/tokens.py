"""The steps of a path."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, override

# Whether an item passes: (item, root of the document).
Predicate = Callable[[Any, Any], bool]


class PathSyntaxError(ValueError):
    """A text is no JSONPath."""


@dataclass(frozen=True)
class Names:
    """`.a`, `['a']`, `['a', 'b']`."""

    names: tuple[str, ...]

    @property
    def is_definite(self) -> bool:
        return len(self.names) == 1

    @override
    def __str__(self) -> str:
        return f"[{','.join(f"'{name}'" for name in self.names)}]"


@dataclass(frozen=True)
class Indexes:
    """`[0]`, `[-1]`, `[0, 2]`."""

    indexes: tuple[int, ...]

    @property
    def is_definite(self) -> bool:
        return len(self.indexes) == 1

    @override
    def __str__(self) -> str:
        return f"[{','.join(map(str, self.indexes))}]"


@dataclass(frozen=True)
class Slice:
    """`[1:3]`, `[:2]`, `[-2:]`, `[::2]`."""

    start: int | None
    stop: int | None
    step: int | None = None
    is_definite = False

    @override
    def __str__(self) -> str:
        start, stop = ("" if end is None else end for end in (self.start, self.stop))
        return f"[{start}:{stop}]"


@dataclass(frozen=True)
class Wildcard:
    """`.*`, `[*]`."""

    is_definite = False

    @override
    def __str__(self) -> str:
        return "[*]"


@dataclass(frozen=True)
class DeepScan:
    """`..`: what follows is looked for in everything below."""

    is_definite = False

    @override
    def __str__(self) -> str:
        return ".."


@dataclass(frozen=True)
class Filter:
    """`[?( )]`."""

    holds: Predicate
    is_definite = False

    @override
    def __str__(self) -> str:
        return "[?]"


@dataclass(frozen=True)
class Function:
    """`.length()`; its arguments are numbers, texts or paths, read with the root."""

    name: str
    arguments: tuple[Callable[[Any], Any], ...]
    is_definite = True

    @override
    def __str__(self) -> str:
        return f".{self.name}()"


Token = Names | Indexes | Slice | Wildcard | DeepScan | Filter | Function


def is_definite(tokens: tuple[Token, ...]) -> bool:
    """Whether such a path names one place at most; several names make an object at the end."""
    last = tokens[-1:]
    merges = bool(last) and isinstance(last[0], Names)
    return all(token.is_definite for token in (tokens[:-1] if merges else tokens))


def text(tokens: tuple[Token, ...]) -> str:
    """The path as Jayway's messages write it: "$['a'][0]"."""
    return "$" + "".join(map(str, tokens))
