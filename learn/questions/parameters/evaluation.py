"""What an expression is worth, with exact numbers."""

import ast
import operator
from collections.abc import Callable
from fractions import Fraction

from learn.questions.parameters.functions import (
    FUNCTIONS,
    called,
    number,
    orderable,
    same_kind,
    whole,
)
from learn.questions.parameters.language import Expression, ExpressionError, parse
from learn.questions.parameters.values import (
    LARGEST,
    NoValueError,
    Value,
    Values,
    checked,
    exact,
)

MAX_EXPONENT = 200


def evaluate(expression: str, values: Values) -> Value:
    """What the expression is worth.

    Raises:
        ExpressionError: it is no expression, names what is not there, or has no value.
    """
    parsed = parse(expression)
    for name in sorted(parsed.names - values.keys()):
        known = ", ".join(values) or "none"
        reason = f"names '{name}', which is no parameter; there are: {known}"
        raise ExpressionError(expression, reason)
    try:
        return _Evaluation(parsed, values).value(parsed.root)
    except NoValueError as fault:
        raise ExpressionError(expression, str(fault)) from None


def evaluate_number(expression: float | str, values: Values) -> Fraction:
    """What the expression is worth, which must be a number. A number is worth itself.

    Raises:
        ExpressionError: as `evaluate`, or it is no number.
    """
    if isinstance(expression, str):
        value = evaluate(expression, values)
        if isinstance(value, Fraction):
            return value
        raise ExpressionError(expression, f"gives {called(value)}, and a number is needed")
    try:
        return number(exact(expression))
    except NoValueError as fault:
        raise ExpressionError(str(expression), str(fault)) from None


def _add(left: Value, right: Value) -> Value:
    if isinstance(left, str) and isinstance(right, str):
        return left + right
    if isinstance(left, tuple) and isinstance(right, tuple):
        return left + right
    return number(left) + number(right)


def _power(left: Value, right: Value) -> Value:
    base, exponent = number(left), whole(right)
    if abs(exponent) > MAX_EXPONENT:
        raise NoValueError(f"has an exponent above {MAX_EXPONENT}")
    size = max(abs(base.numerator), base.denominator).bit_length() - 1
    if size * abs(exponent) > LARGEST.bit_length():
        raise NoValueError("gives a number of more than 60 digits")
    return base**exponent


def _numeric(calculate: Callable[[Fraction, Fraction], Fraction | int]) -> Callable[..., Value]:
    return lambda left, right: Fraction(calculate(number(left), number(right)))


_OPERATORS: dict[type[ast.operator], Callable[[Value, Value], Value]] = {
    ast.Add: _add,
    ast.Sub: _numeric(operator.sub),
    ast.Mult: _numeric(operator.mul),
    ast.Div: _numeric(operator.truediv),
    ast.FloorDiv: _numeric(operator.floordiv),
    ast.Mod: _numeric(operator.mod),
    ast.Pow: _power,
}
_ORDERS: dict[type[ast.cmpop], Callable[..., bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


class _Evaluation:
    """One walk through an expression."""

    def __init__(self, expression: Expression, values: Values) -> None:
        self._source = expression.source
        self._values = values

    def value(self, node: ast.expr) -> Value:
        return checked(self._value(node))

    def _value(self, node: ast.expr) -> Value:  # noqa: C901 - one line for each kind of node
        match node:
            case ast.Constant():
                return self._constant(node)
            case ast.Name():
                return self._values[node.id]
            case ast.List() | ast.Tuple():
                return tuple(map(self.value, node.elts))
            case ast.Subscript():
                return self._item(node)
            case ast.BinOp():
                return self._operation(node)
            case ast.UnaryOp(op=ast.Not()):
                return not self._truth(node.operand)
            case ast.UnaryOp():
                operand = number(self.value(node.operand))
                return -operand if isinstance(node.op, ast.USub) else operand
            case ast.BoolOp():
                decide = all if isinstance(node.op, ast.And) else any
                return decide(map(self._truth, node.values))
            case ast.IfExp():
                return self.value(node.body if self._truth(node.test) else node.orelse)
            case ast.Compare():
                return self._comparison(node)
            case ast.Call():
                return self._call(node)
        raise NoValueError("has what expressions do not have")

    def _constant(self, node: ast.Constant) -> Value:
        if isinstance(node.value, bool | str):
            return node.value
        # From the source, as a float would have lost digits. Offsets of the tree count bytes.
        return Fraction(self._source.encode()[node.col_offset : node.end_col_offset].decode())

    def _truth(self, node: ast.expr) -> bool:
        value = self.value(node)
        if isinstance(value, bool):
            return value
        raise NoValueError(f"takes {called(value)} for true or false: compare it with something")

    def _item(self, node: ast.Subscript) -> Value:
        items, index = self.value(node.value), whole(self.value(node.slice))
        if not isinstance(items, str | tuple):
            raise NoValueError(f"takes an item of {called(items)}, which is no list")
        if not -len(items) <= index < len(items):
            raise NoValueError(f"takes item {index} of {len(items)}; the first is item 0")
        return items[index]

    def _operation(self, node: ast.BinOp) -> Value:
        try:
            calculate = _OPERATORS[type(node.op)]
            return calculate(self.value(node.left), self.value(node.right))
        except ZeroDivisionError:
            raise NoValueError("divides by zero") from None

    def _comparison(self, node: ast.Compare) -> bool:
        left = self.value(node.left)
        for operation, operand in zip(node.ops, node.comparators, strict=True):
            right = self.value(operand)
            if not _compare(operation, left, right):
                return False
            left = right
        return True

    def _call(self, node: ast.Call) -> Value:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        function, fewest, most = FUNCTIONS[name]
        if not fewest <= len(node.args) <= most:
            count = str(fewest) if fewest == most else f"{fewest} to {most}"
            raise NoValueError(f"gives {len(node.args)} values to {name}(), which takes {count}")
        return function(*map(self.value, node.args))


def _compare(operation: ast.cmpop, left: Value, right: Value) -> bool:
    if isinstance(operation, ast.In | ast.NotIn):
        return _is_in(left, right) is isinstance(operation, ast.In)
    if isinstance(operation, ast.Eq | ast.NotEq):
        same_kind((left, right))
        return (left == right) is isinstance(operation, ast.Eq)
    orderable((left, right))
    return _ORDERS[type(operation)](left, right)


def _is_in(left: Value, right: Value) -> bool:
    if isinstance(right, str) and isinstance(left, str):
        return left in right
    if isinstance(right, tuple):
        return left in right
    raise NoValueError(f"looks for {called(left)} in {called(right)}")
