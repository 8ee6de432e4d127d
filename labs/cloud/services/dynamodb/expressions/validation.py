"""What must hold of a condition that can be read: placeholders, functions, types."""

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from labs.cloud.services.dynamodb.expressions.errors import ExpressionError
from labs.cloud.services.dynamodb.expressions.syntax import (
    FUNCTIONS,
    Between,
    Comparison,
    Function,
    In,
    Joined,
    Node,
    Not,
    Parentheses,
    Path,
    Value,
    children,
    walk,
)

TYPES = ("B", "NULL", "SS", "BOOL", "L", "BS", "N", "NS", "S", "M")
ORDERED = ("S", "N", "B")
OF_PATHS = ("attribute_exists", "attribute_not_exists")
MAX_OPTIONS = 100


class Placeholders:
    """Names and values of a request, and which of them its expressions have used."""

    def __init__(
        self,
        names: Mapping[str, str],
        values: Mapping[str, Mapping[str, Any]],
        is_reserved: Callable[[str], bool],
    ) -> None:
        self.names, self.values, self.is_reserved = names, values, is_reserved
        self.used: set[str] = set()

    def name(self, step: str) -> str:
        """What a step of a path stands for.

        Raises:
            ExpressionError: it is a reserved word, or a placeholder for nothing.
        """
        if step.startswith("#"):
            if step not in self.names:
                raise ExpressionError(
                    "An expression attribute name used in the document path is not defined; "
                    f"attribute name: {step}"
                )
            self.used.add(step)
            return self.names[step]
        if self.is_reserved(step):
            raise ExpressionError(
                f"Attribute name is a reserved keyword; reserved keyword: {step}"
            )
        return step

    def value(self, name: str) -> Mapping[str, Any]:
        """Raises ExpressionError where there is none."""
        if name not in self.values:
            raise ExpressionError(
                "An expression attribute value used in expression is not defined; "
                f"attribute value: {name}"
            )
        self.used.add(name)
        return self.values[name]

    def path(self, path: Path) -> tuple[str, ...]:
        """The path with its placeholders filled in."""
        return tuple(step if step.startswith("[") else self.name(step) for step in path.steps)


def check_condition(node: Node, placeholders: Placeholders) -> None:
    """Check a whole condition.

    Raises:
        ExpressionError: something in it makes no sense.
    """
    for one in walk(node):
        if isinstance(one, Function):
            _check_name(one)
    for one in walk(node):
        match one:
            case Path():
                placeholders.path(one)
            case Value(name):
                placeholders.value(name)
    _Checker(placeholders).condition(node)


def _check_name(function: Function) -> None:
    if function.name not in FUNCTIONS:
        raise ExpressionError(f"Invalid function name; function: {function.name}")


class _Checker:
    def __init__(self, placeholders: Placeholders) -> None:
        self._placeholders = placeholders

    def condition(self, node: Node) -> None:
        match node:
            case Joined() | Not() | Parentheses():
                for child in children(node):
                    self.condition(child)
            case Function():
                if node.name == "size":
                    raise _misused(node.name)
                self._function(node)
            case Comparison():
                self._comparison(node)
            case Between():
                self._between(node)
            case In():
                for operand in children(node):
                    self._operand(operand)
                if len(node.options) > MAX_OPTIONS:
                    raise ExpressionError(
                        "Incorrect number of operands for operator or function; operator or "
                        f"function: IN, number of operands: {len(node.options) + 1}"
                    )

    def _operand(self, node: Node) -> None:
        if isinstance(node, Function):
            if node.name != "size":
                raise _misused(node.name)
            self._function(node)

    def _function(self, function: Function) -> None:
        for operand in function.operands:
            self._operand(operand)
        if len(function.operands) != FUNCTIONS[function.name]:
            raise ExpressionError(
                "Incorrect number of operands for operator or function; operator or function: "
                f"{function.name}, number of operands: {len(function.operands)}"
            )
        first = function.operands[0]
        if function.name in OF_PATHS and not isinstance(first, Path):
            raise ExpressionError(
                "Operator or function requires a document path; operator or function: "
                f"{function.name}"
            )
        if function.name == "size" and self._type(first) in ("N", "BOOL", "NULL"):
            raise _wrong_type(function.name, self._type(first))
        if function.name == "begins_with":
            for operand in function.operands:
                if self._type(operand) not in ("", "S", "B"):
                    raise _wrong_type(function.name, self._type(operand))
        if function.name == "attribute_type":
            self._attribute_type(function.operands[1])
        _check_distinct(function.name, function.operands)

    def _attribute_type(self, operand: Node) -> None:
        kind = self._type(operand)
        if kind != "S" or not isinstance(operand, Value):
            raise _wrong_type("attribute_type", kind or "PATH")
        name = self._placeholders.value(operand.name)["S"]
        if name not in TYPES:
            raise ExpressionError(
                f"Invalid attribute type name found; type: {name}, valid types: "
                f"{{{','.join(TYPES)}}}"
            )

    def _comparison(self, node: Comparison) -> None:
        for operand in children(node):
            self._operand(operand)
        if node.operator not in ("=", "<>"):
            for operand in children(node):
                if self._type(operand) not in ("", *ORDERED):
                    raise _wrong_type(node.operator, self._type(operand))
        _check_distinct(node.operator, children(node))

    def _between(self, node: Between) -> None:
        for operand in children(node):
            self._operand(operand)
            if self._type(operand) not in ("", *ORDERED):
                raise _wrong_type("BETWEEN", self._type(operand))
        if not isinstance(node.low, Value) or not isinstance(node.high, Value):
            return
        low = self._placeholders.value(node.low.name)
        high = self._placeholders.value(node.high.name)
        bounds = (
            f"lower bound operand: AttributeValue: {_shown(low)}, upper bound operand: "
            f"AttributeValue: {_shown(high)}"
        )
        if low.keys() != high.keys():
            raise ExpressionError(
                "The BETWEEN operator requires same data type for lower and upper bounds; "
                f"{bounds}"
            )
        if _ordered(low) > _ordered(high):
            raise ExpressionError(
                "The BETWEEN operator requires upper bound to be greater than or equal to lower "
                f"bound; {bounds}"
            )

    def _type(self, node: Node) -> str:
        """The type of a value, N of size; "" of an attribute, which no request tells."""
        if isinstance(node, Value):
            return next(iter(self._placeholders.value(node.name)))
        return "N" if isinstance(node, Function) else ""


def _check_distinct(name: str, operands: tuple[Node, ...]) -> None:
    first, *others = operands
    if isinstance(first, Path) and first in others:
        raise ExpressionError(
            "The first operand must be distinct from the remaining operands for this operator or "
            f"function; operator: {name}, first operand: [{', '.join(first.steps)}]"
        )


def _misused(name: str) -> ExpressionError:
    return ExpressionError(
        f"The function is not allowed to be used this way in an expression; function: {name}"
    )


def _wrong_type(name: str, kind: str) -> ExpressionError:
    return ExpressionError(
        "Incorrect operand type for operator or function; operator or function: "
        f"{name}, operand type: {kind}"
    )


def _shown(value: Mapping[str, Any]) -> str:
    ((kind, content),) = value.items()
    return f"{{{kind}:{content}}}"


def _ordered(value: Mapping[str, Any]) -> Any:
    ((kind, content),) = value.items()
    if kind != "N":
        return content
    try:
        return Decimal(content)
    except InvalidOperation:
        return Decimal(0)
