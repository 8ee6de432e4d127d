"""Expressions as trees, and trees as text again."""

from collections.abc import Iterator
from dataclasses import dataclass

from labs.cloud.services.dynamodb.expressions.errors import ExpressionError
from labs.cloud.services.dynamodb.expressions.tokens import Token, Tokens

MAX_DEPTH = 100
FUNCTIONS = {
    "attribute_exists": 1,
    "attribute_not_exists": 1,
    "attribute_type": 2,
    "begins_with": 2,
    "contains": 2,
    "size": 1,
}
KEYWORDS = ("AND", "OR", "NOT", "BETWEEN", "IN")


@dataclass(frozen=True)
class Path:
    """`steps` are as they are written: names, #placeholders and indexes ("[0]")."""

    steps: tuple[str, ...]


@dataclass(frozen=True)
class Value:
    """A placeholder, ":v"."""

    name: str


@dataclass(frozen=True)
class Function:
    """A function's call: a condition, or an operand where it is size."""

    name: str
    operands: tuple["Node", ...]


@dataclass(frozen=True)
class Comparison:
    """Two operands, and = <> < <= > or >= between them."""

    operator: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True)
class Between:
    """An operand and its two bounds."""

    operand: "Node"
    low: "Node"
    high: "Node"


@dataclass(frozen=True)
class In:
    """An operand and what it may equal."""

    operand: "Node"
    options: tuple["Node", ...]


@dataclass(frozen=True)
class Not:
    """A negated condition."""

    condition: "Node"


@dataclass(frozen=True)
class Joined:
    """Two or more conditions with AND, or with OR, between them."""

    word: str
    conditions: tuple["Node", ...]


@dataclass(frozen=True)
class Parentheses:
    """A condition in parentheses."""

    condition: "Node"


type Node = Path | Value | Function | Comparison | Between | In | Not | Joined | Parentheses


def parse(text: str) -> Node:
    """The tree of a condition.

    Raises:
        ExpressionError: it is none.
    """
    return _Parser(Tokens(text)).whole()


def children(node: Node) -> tuple[Node, ...]:
    match node:
        case Function(_, operands):
            return operands
        case Comparison(_, left, right):
            return left, right
        case Between(operand, low, high):
            return operand, low, high
        case In(operand, options):
            return operand, *options
        case Not(condition) | Parentheses(condition):
            return (condition,)
        case Joined(_, conditions):
            return conditions
    return ()


def walk(node: Node) -> Iterator[Node]:
    """It and all below it."""
    yield node
    for child in children(node):
        yield from walk(child)


def written(node: Node) -> str:
    """Its text in one line, in the only form that moto reads."""
    match node:
        case Path(steps):
            return ".".join(steps).replace(".[", "[")
        case Value(name):
            return name
        case Function(name, operands):
            return f"{name}({', '.join(map(written, operands))})"
        case Comparison(operator, left, right):
            return f"{written(left)} {operator} {written(right)}"
        case Between(operand, low, high):
            return f"{written(operand)} BETWEEN {written(low)} AND {written(high)}"
        case In(operand, options):
            return f"{written(operand)} IN ({', '.join(map(written, options))})"
        case Not(condition):
            return f"NOT {written(condition)}"
        case Joined(word, conditions):
            return f" {word} ".join(map(written, conditions))
    return f"({written(node.condition)})"


class _Parser:
    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self._depth = 0

    def whole(self) -> Node:
        found = self._condition()
        if not self._tokens.current.is_end:
            raise self._tokens.error()
        return found

    def _condition(self) -> Node:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ExpressionError("The expression is nested too deeply;")
        found = [self._conjunction()]
        while self._tokens.current.is_word("OR"):
            self._tokens.next()
            found.append(self._conjunction())
        self._depth -= 1
        return found[0] if len(found) == 1 else Joined("OR", tuple(found))

    def _conjunction(self) -> Node:
        found = [self._negation()]
        while self._tokens.current.is_word("AND"):
            self._tokens.next()
            found.append(self._negation())
        return found[0] if len(found) == 1 else Joined("AND", tuple(found))

    def _negation(self) -> Node:
        negations = 0
        while self._tokens.current.is_word("NOT"):
            self._tokens.next()
            negations += 1
        found = self._primary()
        if negations > MAX_DEPTH:
            raise ExpressionError("The expression is nested too deeply;")
        for _ in range(negations):
            found = Not(found)
        return found

    def _primary(self) -> Node:
        if self._tokens.current.text != "(":
            return self._test(self._operand())
        self._tokens.next()
        inner = self._condition()
        self._tokens.take(")")
        if isinstance(inner, Parentheses):
            raise ExpressionError("The expression has redundant parentheses;")
        return Parentheses(inner)

    def _test(self, operand: Node) -> Node:
        """What is asked of an operand; a function may be a condition by itself."""
        tokens = self._tokens
        if tokens.current.kind == "comparator":
            return Comparison(tokens.next().text, operand, self._operand())
        if tokens.current.is_word("BETWEEN"):
            tokens.next()
            low = self._operand()
            if not tokens.current.is_word("AND"):
                raise tokens.error()
            tokens.next()
            return Between(operand, low, self._operand())
        if tokens.current.is_word("IN"):
            tokens.next()
            tokens.take("(")
            return In(operand, self._list())
        if not isinstance(operand, Function):
            raise tokens.error()
        return operand

    def _operand(self) -> Node:
        tokens = self._tokens
        token = tokens.current
        if token.kind == "value":
            return Value(tokens.next().text)
        is_word = token.kind == "word" and not token.is_word(*KEYWORDS)
        if is_word and tokens.ahead(1).text == "(":
            return self._function()
        if is_word or token.kind == "name":
            return self._path()
        raise tokens.error()

    def _function(self) -> Function:
        name = self._tokens.next().text
        self._tokens.take("(")
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ExpressionError("The expression is nested too deeply;")
        operands = self._list()
        self._depth -= 1
        return Function(name, operands)

    def _list(self) -> tuple[Node, ...]:
        """Operands up to the closing parenthesis."""
        found = [self._operand()]
        while self._tokens.current.text == ",":
            self._tokens.next()
            found.append(self._operand())
        self._tokens.take(")")
        return tuple(found)

    def _path(self) -> Path:
        tokens = self._tokens
        steps = [tokens.next().text]
        while tokens.current.text in (".", "["):
            if tokens.next().text == ".":
                steps.append(self._step(("word", "name")).text)
            else:
                steps.append(f"[{self._step(('number',)).text}]")
                tokens.take("]")
        return Path(tuple(steps))

    def _step(self, kinds: tuple[str, ...]) -> Token:
        if self._tokens.current.kind not in kinds:
            raise self._tokens.error()
        return self._tokens.next()
