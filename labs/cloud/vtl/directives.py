"""The directives of a template, and what each does."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from labs.cloud.vtl.nodes import Block, Reference, Scope, Value, is_true


class Returned(Exception):  # noqa: N818 - no error: it ends a template
    """The template ended by `#return(value)`."""

    def __init__(self, value: Any) -> None:
        super().__init__("#return")
        self.value = value


class _Break(Exception):  # noqa: N818 - no error: it leaves a loop
    pass


@dataclass(frozen=True)
class Set:
    target: Reference
    expression: Value

    def render(self, scope: Scope, output: list[str]) -> None:
        self.target.assign(self.expression.value(scope), scope)


@dataclass(frozen=True)
class If:
    branches: Sequence[tuple[Value | None, Block]]

    def render(self, scope: Scope, output: list[str]) -> None:
        for condition, block in self.branches:
            if condition is None or is_true(condition.value(scope)):
                block.render(scope, output)
                return


@dataclass(frozen=True)
class Foreach:
    name: str
    values: Value
    block: Block
    otherwise: Block | None = None

    def render(self, scope: Scope, output: list[str]) -> None:
        found = self.values.value(scope)
        items = list(found.values()) if isinstance(found, dict) else found
        if not isinstance(items, list) or not items:
            if self.otherwise:
                self.otherwise.render(scope, output)
            return
        kept = {name: scope.names.get(name) for name in (self.name, "foreach", "velocityCount")}
        try:
            self._rounds(list(items), scope, output, kept["foreach"])
        except _Break:
            pass
        finally:
            scope.names.update(kept)

    def _rounds(self, items: list[Any], scope: Scope, output: list[str], parent: Any) -> None:
        for number, found in enumerate(items):
            last = number == len(items) - 1
            scope.names["foreach"] = {
                "index": number,
                "count": number + 1,
                "hasNext": not last,
                "first": number == 0,
                "last": last,
                "parent": parent,
            }
            scope.names["velocityCount"] = number + 1
            scope.names[self.name] = found
            self.block.render(scope, output)


@dataclass(frozen=True)
class Break:
    def render(self, scope: Scope, output: list[str]) -> None:
        raise _Break


@dataclass(frozen=True)
class Stop:
    def render(self, scope: Scope, output: list[str]) -> None:
        raise StopIteration


@dataclass(frozen=True)
class Return:
    expression: Value | None

    def render(self, scope: Scope, output: list[str]) -> None:
        raise Returned(self.expression.value(scope) if self.expression else None)


@dataclass(frozen=True)
class Macro:
    name: str
    parameters: Sequence[str]
    block: Block

    def render(self, scope: Scope, output: list[str]) -> None:
        scope.macros[self.name] = self


@dataclass(frozen=True)
class MacroCall:
    """`#name($a $b)`, as it is written where there is no such macro."""

    name: str
    arguments: Sequence[Value]
    source: str

    def render(self, scope: Scope, output: list[str]) -> None:
        macro = scope.macros.get(self.name)
        if macro is None:
            output.append(self.source)
            return
        given = [argument.value(scope) for argument in self.arguments]
        names = dict(zip(macro.parameters, given, strict=False))
        macro.block.render(Scope(names, scope.dialect, scope), output)
