"""What stands in a template but for its directives: text, references, expressions."""

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from labs.cloud.vtl import methods
from labs.cloud.vtl.values import Dialect, TemplateError, Tool, as_text, equal, is_number

MAX_STEPS = 200_000
MAX_RANGE = 10_000


class Scope:
    """The names of a template. A macro has its own, and sees the template's."""

    def __init__(
        self, names: dict[str, Any], dialect: Dialect, outer: "Scope | None" = None
    ) -> None:
        self.names = names
        self.dialect = dialect
        self.outer = outer
        self.macros: dict[str, Any] = outer.macros if outer else {}
        self._steps: list[int] = outer._steps if outer else [0]

    def get(self, name: str) -> Any:
        if name in self.names or self.outer is None:
            return self.names.get(name)
        return self.outer.get(name)

    def set(self, name: str, value: Any) -> None:
        self.names[name] = value

    def step(self) -> None:
        """One step more. Raises TemplateError: it has taken too many."""
        self._steps[0] += 1
        if self._steps[0] > MAX_STEPS:
            raise TemplateError("the template takes too many steps")


class Node(Protocol):
    def render(self, scope: Scope, output: list[str]) -> None: ...


class Value(Protocol):
    def value(self, scope: Scope) -> Any: ...


@dataclass(frozen=True)
class Text:
    text: str

    def render(self, scope: Scope, output: list[str]) -> None:
        output.append(self.text)


@dataclass
class Block:
    nodes: list[Node] = field(default_factory=list)

    def render(self, scope: Scope, output: list[str]) -> None:
        for node in self.nodes:
            scope.step()
            node.render(scope, output)

    def text(self, scope: Scope) -> str:
        output: list[str] = []
        self.render(scope, output)
        return "".join(output)


@dataclass(frozen=True)
class Literal:
    literal: Any

    def value(self, scope: Scope) -> Any:
        return self.literal


@dataclass(frozen=True)
class Interpolated:
    """A text in double quotes."""

    block: Block

    def value(self, scope: Scope) -> str:
        return self.block.text(scope)


@dataclass(frozen=True)
class ListOf:
    items: Sequence[Value]

    def value(self, scope: Scope) -> list[Any]:
        return [part.value(scope) for part in self.items]


@dataclass(frozen=True)
class RangeOf:
    first: Value
    last: Value

    def value(self, scope: Scope) -> list[int]:
        first, last = self.first.value(scope), self.last.value(scope)
        if not isinstance(first, int) or not isinstance(last, int):
            raise TemplateError("a range goes from one whole number to another")
        if abs(last - first) > MAX_RANGE:
            raise TemplateError("the range is too long")
        step = 1 if first <= last else -1
        return list(range(first, last + step, step))


@dataclass(frozen=True)
class MapOf:
    pairs: Sequence[tuple[Value, Value]]

    def value(self, scope: Scope) -> dict[Any, Any]:
        return {_key(key.value(scope)): value.value(scope) for key, value in self.pairs}


def _key(value: Any) -> Any:
    return as_text(value) if isinstance(value, dict | list) else value


@dataclass(frozen=True)
class Field:
    """`.name`"""

    name: str

    def of(self, owner: Any, scope: Scope) -> Any:
        if isinstance(owner, dict):
            return owner.get(self.name)
        if isinstance(owner, Tool):
            return owner.fields.get(self.name)
        if self.name == "empty" and isinstance(owner, list | str):
            return not owner
        return None

    def put(self, owner: Any, value: Any, scope: Scope) -> None:
        methods.set_item(owner, self.name, value)


@dataclass(frozen=True)
class Call:
    """`.name(arguments)`"""

    name: str
    arguments: Sequence[Value]

    def of(self, owner: Any, scope: Scope) -> Any:
        if isinstance(owner, Tool):
            found = owner.methods.get(self.name)
        else:
            found = methods.method(owner, self.name)
        if found is None:
            return None
        given = [argument.value(scope) for argument in self.arguments]
        try:
            return found(*given)
        except (TypeError, ValueError, AttributeError, KeyError, IndexError) as error:
            raise TemplateError(f"{self.name}() cannot be called so: {error}") from None

    def put(self, owner: Any, value: Any, scope: Scope) -> None:
        raise TemplateError(f"nothing can be assigned to {self.name}()")


@dataclass(frozen=True)
class Index:
    """`[key]`"""

    key: Value

    def of(self, owner: Any, scope: Scope) -> Any:
        key = self.key.value(scope)
        if isinstance(owner, Tool):
            return owner.fields.get(str(key))
        return methods.item(owner, _key(key))

    def put(self, owner: Any, value: Any, scope: Scope) -> None:
        methods.set_item(owner, _key(self.key.value(scope)), value)


type Step = Field | Call | Index


@dataclass(frozen=True)
class Reference:
    """`$name.step.step`, written as `source`."""

    name: str
    steps: Sequence[Step]
    source: str
    quiet: bool = False
    default: Value | None = None

    def value(self, scope: Scope) -> Any:
        found = scope.get(self.name)
        if isinstance(found, Define):
            found = found.block.text(scope)
        for step in self.steps:
            if found is None:
                break
            found = step.of(found, scope)
        if found is None and self.default is not None:
            return self.default.value(scope)
        return found

    def render(self, scope: Scope, output: list[str]) -> None:
        found = self.value(scope)
        if found is not None:
            output.append(as_text(found))
        elif not self.quiet and not scope.dialect.missing_is_blank and not self._is_call():
            output.append(self.source)

    def _is_call(self) -> bool:
        """A method that returns nothing was called, and prints nothing."""
        return bool(self.steps) and isinstance(self.steps[-1], Call)

    def assign(self, value: Any, scope: Scope) -> None:
        if not self.steps:
            scope.set(self.name, value)
            return
        owner = Reference(self.name, self.steps[:-1], "").value(scope)
        self.steps[-1].put(owner, value, scope)


@dataclass(frozen=True)
class Escaped:
    """`\\$name`: the name as it is written."""

    reference: Reference

    def render(self, scope: Scope, output: list[str]) -> None:
        output.append(self.reference.source)


@dataclass(frozen=True)
class Not:
    operand: Value

    def value(self, scope: Scope) -> bool:
        return not is_true(self.operand.value(scope))


@dataclass(frozen=True)
class Negative:
    operand: Value

    def value(self, scope: Scope) -> Any:
        found = self.operand.value(scope)
        return -found if is_number(found) else None


@dataclass(frozen=True)
class Binary:
    symbol: str
    left: Value
    right: Value

    def value(self, scope: Scope) -> Any:
        left = self.left.value(scope)
        if self.symbol == "&&":
            return is_true(left) and is_true(self.right.value(scope))
        if self.symbol == "||":
            return is_true(left) or is_true(self.right.value(scope))
        right = self.right.value(scope)
        if self.symbol in ("==", "!="):
            return equal(left, right, scope.dialect) == (self.symbol == "==")
        if self.symbol in COMPARISONS:
            return _compared(self.symbol, left, right)
        return _computed(self.symbol, left, right)


COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def _compared(symbol: str, left: Any, right: Any) -> bool:
    alike = (is_number(left) and is_number(right)) or (
        isinstance(left, str) and isinstance(right, str)
    )
    return alike and COMPARISONS[symbol](left, right)


def _computed(symbol: str, left: Any, right: Any) -> Any:
    """Arithmetic, nothing where there is no result; `+` also joins texts and lists."""
    if symbol == "+" and (isinstance(left, str) or isinstance(right, str)):
        return as_text(left) + as_text(right)
    if not is_number(left) or not is_number(right):
        return None
    if symbol in "/%":
        return _divided(symbol, left, right)
    return {"+": operator.add, "-": operator.sub, "*": operator.mul}[symbol](left, right)


def _divided(symbol: str, left: Any, right: Any) -> Any:
    """Whole numbers are divided towards zero, and nothing by zero."""
    if right == 0:
        return None
    if isinstance(left, float) or isinstance(right, float):
        return left / right if symbol == "/" else left % right
    quotient = abs(left) // abs(right) * (1 if (left < 0) == (right < 0) else -1)
    return quotient if symbol == "/" else left - quotient * right


def is_true(value: Any) -> bool:
    """All but nothing and false."""
    return value is not None and value is not False


@dataclass(frozen=True)
class Define:
    name: str
    block: Block

    def render(self, scope: Scope, output: list[str]) -> None:
        scope.set(self.name, self)
