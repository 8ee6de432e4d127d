"""What must hold of conditions on keys, and of filters beside them.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.KeyConditionExpressions.html
"""

from collections.abc import Iterator, Mapping

from labs.cloud.services.dynamodb.expressions.errors import ExpressionError
from labs.cloud.services.dynamodb.expressions.syntax import (
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
from labs.cloud.services.dynamodb.expressions.validation import Placeholders

FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "="}
_NESTED = "KeyConditionExpressions cannot contain nested operations"


def check_key_condition(node: Node, placeholders: Placeholders, types: Mapping[str, str]) -> Node:
    """The condition in the order that moto reads: keys first, without parentheses.

    `types` are those of the key's attributes, {"pk": "S"}, the partition key first.

    Raises:
        ExpressionError: it is none for this key.
    """
    found: dict[str, Node] = {}
    for condition in _conditions(node):
        name, plain = _key(condition, placeholders)
        if name in found:
            raise _refused("KeyConditionExpressions must only contain one condition per key")
        found[name] = plain
    if len(found) > 2:
        raise _whole("Conditions can be of length 1 or 2 only")
    _check_schema(found, list(types))
    for name, condition in found.items():
        _check_types(condition, placeholders, types[name])
    return Joined("AND", tuple(found.values())) if len(found) > 1 else next(iter(found.values()))


def check_filter(node: Node, placeholders: Placeholders, keys: list[str]) -> None:
    """A query's filter may not speak of the key that is queried.

    Raises:
        ExpressionError: it does.
    """
    for one in walk(node):
        if isinstance(one, Path) and (name := placeholders.path(one)[0]) in keys:
            raise _whole(
                "Filter Expression can only contain non-primary key attributes: Primary key "
                f"attribute: {name}"
            )


def _conditions(node: Node) -> Iterator[Node]:
    match node:
        case Parentheses(inner):
            yield from _conditions(inner)
        case Joined("AND", conditions):
            for condition in conditions:
                yield from _conditions(condition)
        case Joined(word, _):
            raise _operator(word)
        case Not():
            raise _operator("NOT")
        case In():
            raise _operator("IN")
        case _:
            yield node


def _key(node: Node, placeholders: Placeholders) -> tuple[str, Node]:
    """The key attribute of one condition, and the condition with that on its left."""
    if isinstance(node, Comparison) and node.operator == "<>":
        raise _operator("<>")
    if isinstance(node, Function) and node.name != "begins_with":
        raise _operator(node.name)
    operands = children(node)
    if any(isinstance(one, Function) for one in operands):
        raise _whole(_NESTED)
    if isinstance(node, Comparison) and isinstance(operands[0], Value):
        node = Comparison(FLIPPED[node.operator], operands[1], operands[0])
        operands = children(node)
    first, *others = operands
    if any(isinstance(one, Path) for one in others):
        if isinstance(first, Path):
            raise _refused("Multiple attribute names used in one condition")
        name = "BETWEEN" if isinstance(node, Between) else "begins_with"
        raise _refused(f"{name} operator must have the key attribute as its first operand")
    if not isinstance(first, Path):
        raise _refused("No key attribute specified")
    if len(first.steps) > 1:
        raise _whole("KeyConditionExpressions cannot have conditions on nested attributes")
    return placeholders.path(first)[0], node


def _check_schema(found: Mapping[str, Node], keys: list[str]) -> None:
    hash_key = keys[0]
    if hash_key not in found:
        raise _whole(f"Query condition missed key schema element: {hash_key}")
    condition = found[hash_key]
    if not isinstance(condition, Comparison) or condition.operator != "=":
        raise _whole("Query key condition not supported")
    if any(name not in keys for name in found):
        told = f"missed key schema element: {keys[1]}" if len(keys) > 1 else ""
        raise _whole(f"Query condition {told}" if told else "Query key condition not supported")


def _check_types(condition: Node, placeholders: Placeholders, kind: str) -> None:
    for operand in children(condition):
        if isinstance(operand, Value) and kind not in placeholders.value(operand.name):
            raise _whole(
                "One or more parameter values were invalid: Condition parameter type does not "
                "match schema type"
            )


def _operator(name: str) -> ExpressionError:
    return _whole(f"Invalid operator used in KeyConditionExpression: {name}")


def _refused(told: str) -> ExpressionError:
    if told.startswith("KeyCondition"):
        return _whole(told)
    return _whole(f"Invalid condition in KeyConditionExpression: {told}")


def _whole(message: str) -> ExpressionError:
    return ExpressionError(message, is_whole=True)
