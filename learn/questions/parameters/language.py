"""From the text of an expression to a tree in which nothing stands but what the language has.

Python's own parser reads it, after a look at each token: what that parser would warn of, or take
for something else (0x10, 1j, f"", a backslash), does not reach it.
"""

import ast
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

from learn.questions.parameters.functions import FUNCTIONS

MAX_CHARACTERS = 500
MAX_DEPTH = 25

_TOKEN = re.compile(
    r"""\s+
    | (?P<number>\d+(?:_\d+)*(?:\.\d+)?(?:[eE][+-]?\d{1,2})?(?![\w.]))
    | (?P<name>[A-Za-z_][A-Za-z_0-9]*(?!['"]))
    | '[^'\\\n]*' | "[^"\\\n]*"
    | \*\*|//|==|!=|<=|>=|[-+*/%<>()\[\],]
    """,
    re.VERBOSE | re.ASCII,
)

_ALLOWED = (
    *(ast.Expression, ast.Load, ast.Constant, ast.Name, ast.List, ast.Tuple, ast.Subscript),
    *(ast.BinOp, ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow),
    *(ast.UnaryOp, ast.USub, ast.UAdd, ast.Not, ast.BoolOp, ast.And, ast.Or, ast.IfExp, ast.Call),
    *(ast.Compare, ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.In, ast.NotIn),
)


class ExpressionError(ValueError):
    """An expression, or the text around it, cannot be used. The message is one sentence.

    `pattern` finds its line in the author's file.
    """

    def __init__(self, text: str, reason: str, pattern: str = "") -> None:
        short = " ".join(text.split())
        short = short if len(short) <= 80 else f"{short[:77]}..."
        super().__init__(f"'{short}' {reason}")
        self.pattern = pattern or rf":\s*[\"']?{re.escape(text.strip().partition('\n')[0])}"

    def at(self, pattern: str) -> Self:
        """The same error, in the line that the regular expression finds."""
        self.pattern = pattern
        return self


@dataclass(frozen=True)
class Expression:
    """An expression that can be evaluated. `names` are the parameters that it asks for.

    `source` is the text in one line: to it refer the places in the tree.
    """

    text: str
    source: str
    root: ast.expr
    names: frozenset[str]


@lru_cache(maxsize=4096)
def parse(text: str) -> Expression:
    """The expression in the text.

    Raises:
        ExpressionError: it is none, or too long or too deep.
    """
    if len(text) > MAX_CHARACTERS:
        raise ExpressionError(text, f"is longer than {MAX_CHARACTERS} characters: split it up")
    _check_tokens(text)
    source = re.sub(r"\s", " ", text).strip()
    try:
        root = ast.parse(source, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        reason = "cannot be read: write it like (items * size + 1) // 2" if source else "is empty"
        raise ExpressionError(text, reason) from None
    _check_depth(text, root)
    return Expression(text, source, root, frozenset(_names(text, root)))


def names_in(expression: str) -> frozenset[str]:
    """The parameters that an expression asks for.

    Raises:
        ExpressionError: it is no expression.
    """
    return parse(expression).names


def _check_tokens(text: str) -> None:
    place = 0
    while place < len(text):
        token = _TOKEN.match(text, place)
        if not token:
            word = re.match(r"\w[\w.]*|.", text[place:], re.DOTALL)
            found = word[0][:20] if word else ""
            raise ExpressionError(text, f"has '{found}', which expressions do not have")
        place = token.end()


def _check_depth(text: str, root: ast.expr) -> None:
    level: list[ast.AST] = [root]
    for _ in range(MAX_DEPTH):
        for node in level:
            _check_node(text, node)
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if not level:
            return
    raise ExpressionError(text, f"is nested more than {MAX_DEPTH} deep: split it up")


def _check_node(text: str, node: ast.AST) -> None:
    if not isinstance(node, _ALLOWED):
        raise ExpressionError(text, f"has {_called(node)}, which expressions do not have")
    if isinstance(node, ast.Call) and not isinstance(node.func, ast.Name):
        raise ExpressionError(text, "calls what is no function")
    if isinstance(node, ast.Constant) and not isinstance(node.value, bool | int | float | str):
        raise ExpressionError(text, f"has {node.value!r}, which expressions do not have")


def _called(node: ast.AST) -> str:
    names = {"Is": "'is'", "IsNot": "'is not'", "Starred": "a lone '*'", "Await": "'await'"}
    names |= {"Yield": "'yield'", "GeneratorExp": "'for'", "ListComp": "'for'"}
    name = type(node).__name__
    return names.get(name, f"a part of Python ({name})")


def _names(text: str, root: ast.expr) -> list[str]:
    called = {id(node.func): node.func for node in ast.walk(root) if isinstance(node, ast.Call)}
    for function in called.values():
        if isinstance(function, ast.Name) and function.id not in FUNCTIONS:
            known = ", ".join(FUNCTIONS)
            reason = f"calls '{function.id}', which is no function; there are: {known}"
            raise ExpressionError(text, reason)
    named = (node for node in ast.walk(root) if isinstance(node, ast.Name))
    return [node.id for node in named if id(node) not in called]
