"""Reads a template."""

import functools
import re
from typing import TYPE_CHECKING

from labs.cloud.vtl import directives, nodes
from labs.cloud.vtl.values import TemplateError

if TYPE_CHECKING:
    from collections.abc import Callable

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
FIELD = re.compile(r"\.([A-Za-z_][A-Za-z0-9_-]*)")
TEXT = re.compile(r"[^$#\\]+")
START = re.compile(r"\$(!?)(\{?)(?=[A-Za-z_])")
DIRECTIVE = re.compile(r"#(?:\{([a-z]+)\}|([A-Za-z_][A-Za-z0-9_]*))")
REST_OF_LINE = re.compile(r"[ \t]*(?:\r\n|\n|\r)")
SPACE = re.compile(r"\s*")
SPACE_OR_COMMA = re.compile(r"[\s,]*")
NUMBER = re.compile(r"\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
RANGE = re.compile(r"\s*\.\.\s*")
SINGLE = re.compile(r"'((?:[^']|'')*)'")
DOUBLE = re.compile(r'"((?:[^"]|"")*)"')
WORDS = {"true": True, "false": False, "null": None}
# From what binds least to what binds most: https://velocity.apache.org/engine/1.7/user-guide.html
LEVELS: tuple[dict[str, str], ...] = (
    {"||": "||", "or": "||"},
    {"&&": "&&", "and": "&&"},
    {"==": "==", "!=": "!=", "eq": "==", "ne": "!="},
    {"<=": "<=", ">=": ">=", "<": "<", ">": ">", "le": "<=", "ge": ">=", "lt": "<", "gt": ">"},
    {"+": "+", "-": "-"},
    {"*": "*", "/": "/", "%": "%"},
)
ENDS = frozenset({"end", "else", "elseif"})


@functools.lru_cache(maxsize=256)
def parse(template: str) -> nodes.Block:
    """The template's parts.

    Raises:
        TemplateError: it is none; the message names the line.
    """
    reader = _Reader(template)
    block = reader.block()
    if reader.at < len(template):
        raise reader.error("no #end is open here")
    return block


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def error(self, what: str) -> TemplateError:
        line = self.text.count("\n", 0, self.at) + 1
        return TemplateError(f"line {line} of the template: {what}")

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        found = pattern.match(self.text, self.at)
        if found:
            self.at = found.end()
        return found

    def takes(self, text: str) -> bool:
        if not self.text.startswith(text, self.at):
            return False
        self.at += len(text)
        return True

    def need(self, text: str) -> None:
        self.take(SPACE)
        if not self.takes(text):
            got = self.text[self.at : self.at + 20] or "the end"
            raise self.error(f"expected {text!r}, found {got!r}")

    # Blocks

    def block(self) -> nodes.Block:
        """Up to the end, or an #end, #else or #elseif that is left to who asked."""
        block = nodes.Block()
        while self.at < len(self.text):
            if found := self.take(TEXT):
                block.nodes.append(nodes.Text(found[0]))
                continue
            node = self.special(self.text[self.at])
            if node is None:
                break
            block.nodes.append(node)
        return block

    def special(self, first: str) -> nodes.Node | None:
        """What begins with `$`, `#` or a backslash. None: the block ends here."""
        if first == "\\":
            return self.escaped()
        if first == "$":
            return self.reference() or self.character()
        if self.is_comment():
            return nodes.Text("")
        if self.takes("#[["):
            end = self.text.find("]]#", self.at)
            raw = self.text[self.at : end if end >= 0 else len(self.text)]
            self.at += len(raw) + 3
            return nodes.Text(raw)
        found = DIRECTIVE.match(self.text, self.at)
        if found is None:
            return self.character()
        name = found[1] or found[2]
        if name in ENDS:
            return None
        # "#elsewhere" is text, and so is "#else" run into a word: "#elsefoo".
        return self.directive(name, found.end())

    def character(self) -> nodes.Text:
        self.at += 1
        return nodes.Text(self.text[self.at - 1])

    def escaped(self) -> nodes.Node:
        self.at += 1
        if self.text.startswith("$", self.at) and (found := self.reference()):
            return nodes.Escaped(found)
        if self.text.startswith("#", self.at) and DIRECTIVE.match(self.text, self.at):
            return self.character()
        return nodes.Text("\\")

    def is_comment(self) -> bool:
        if self.takes("##"):
            end = self.text.find("\n", self.at)
            self.at = end + 1 if end >= 0 else len(self.text)
            return True
        if self.takes("#*"):
            end = self.text.find("*#", self.at)
            self.at = end + 2 if end >= 0 else len(self.text)
            return True
        return False

    # Directives

    def directive(self, name: str, end: int) -> nodes.Node:
        start = self.at
        makers: dict[str, Callable[[], nodes.Node]] = {
            "set": self.set,
            "if": self.if_,
            "foreach": self.foreach,
            "macro": self.macro,
            "define": self.define,
            "return": self.return_,
        }
        self.at = end
        if name in makers:
            return makers[name]()
        if name in ("break", "stop"):
            self.take(REST_OF_LINE)
            return directives.Break() if name == "break" else directives.Stop()
        if name in ("include", "parse", "evaluate"):
            raise self.error(f"#{name} is not available")
        if not self.text.startswith("(", self.at):
            return nodes.Text(self.text[start : self.at])
        arguments = self.arguments(SPACE_OR_COMMA)
        return directives.MacroCall(name, arguments, self.text[start : self.at])

    def set(self) -> nodes.Node:
        self.need("(")
        self.take(SPACE)
        target = self.reference()
        if target is None:
            raise self.error("#set begins with a reference")
        self.need("=")
        value = self.expression()
        self.close()
        return directives.Set(target, value)

    def close(self) -> None:
        self.need(")")
        self.take(REST_OF_LINE)

    def end(self) -> None:
        found = self.take(DIRECTIVE)
        if not found or (found[1] or found[2]) != "end":
            raise self.error("expected #end")
        self.take(REST_OF_LINE)

    def condition(self) -> nodes.Value:
        self.need("(")
        value = self.expression()
        self.close()
        return value

    def if_(self) -> nodes.Node:
        branches: list[tuple[nodes.Value | None, nodes.Block]] = []
        branches.append((self.condition(), self.block()))
        while found := DIRECTIVE.match(self.text, self.at):
            name = found[1] or found[2]
            if name == "end":
                break
            self.at = found.end()
            condition = self.condition() if name == "elseif" else None
            if name == "else":
                self.take(REST_OF_LINE)
            branches.append((condition, self.block()))
        self.end()
        return directives.If(branches)

    def foreach(self) -> nodes.Node:
        self.need("(")
        self.take(SPACE)
        variable = self.reference()
        if variable is None or variable.steps:
            raise self.error("#foreach begins with a name: #foreach($item in $list)")
        self.need("in")
        values = self.expression()
        self.close()
        block = self.block()
        otherwise = None
        found = DIRECTIVE.match(self.text, self.at)
        if found and (found[1] or found[2]) == "else":
            self.at = found.end()
            self.take(REST_OF_LINE)
            otherwise = self.block()
        self.end()
        return directives.Foreach(variable.name, values, block, otherwise)

    def macro(self) -> nodes.Node:
        self.need("(")
        self.take(SPACE)
        name = self.take(NAME)
        if name is None:
            raise self.error("a macro needs a name")
        parameters = []
        while self.take(SPACE_OR_COMMA) and (found := self.reference()):
            parameters.append(found.name)
        self.close()
        block = self.block()
        self.end()
        return directives.Macro(name[0], parameters, block)

    def define(self) -> nodes.Node:
        self.need("(")
        self.take(SPACE)
        found = self.reference()
        if found is None:
            raise self.error("#define needs a name: #define($block)")
        self.close()
        block = self.block()
        self.end()
        return nodes.Define(found.name, block)

    def return_(self) -> nodes.Node:
        value = None
        if self.takes("("):
            self.take(SPACE)
            value = None if self.text.startswith(")", self.at) else self.expression()
            self.close()
        return directives.Return(value)

    # References

    def reference(self) -> nodes.Reference | None:
        """`$name`, `$!{name.step}`; None, with nothing read, if it is none."""
        start = self.at
        opening = self.take(START)
        name = self.take(NAME) if opening else None
        if not opening or not name:
            self.at = start
            return None
        steps, default = self.steps(), None
        if opening[2]:
            if self.takes("|"):
                default = self.expression()
            if not self.takes("}"):
                raise self.error("expected '}' after the reference")
        return nodes.Reference(
            name[0], steps, self.text[start : self.at], bool(opening[1]), default
        )

    def steps(self) -> list[nodes.Step]:
        steps: list[nodes.Step] = []
        while True:
            if self.text.startswith("[", self.at):
                self.at += 1
                steps.append(nodes.Index(self.expression()))
                self.need("]")
            elif found := self.take(FIELD):
                if self.text.startswith("(", self.at):
                    steps.append(nodes.Call(found[1], self.arguments()))
                else:
                    steps.append(nodes.Field(found[1]))
            else:
                return steps

    def arguments(self, between: re.Pattern[str] | None = None) -> list[nodes.Value]:
        """`(a, b)`; those of a macro may stand without commas."""
        self.need("(")
        found: list[nodes.Value] = []
        while self.take(SPACE) and not self.takes(")"):
            found.append(self.expression() if between is None else self.operand())
            self.take(between or SPACE)
            if between is None and not self.text.startswith(")", self.at):
                self.need(",")
        return found

    # Expressions

    def expression(self, level: int = 0) -> nodes.Value:
        if level == len(LEVELS):
            return self.operand()
        left = self.expression(level + 1)
        while symbol := self.symbol(LEVELS[level]):
            left = nodes.Binary(symbol, left, self.expression(level + 1))
        return left

    def symbol(self, level: dict[str, str]) -> str:
        start = self.at
        self.take(SPACE)
        for written, meant in level.items():
            end = self.at + len(written)
            is_whole = not written.isalpha() or not NAME.match(self.text, end)
            if self.text.startswith(written, self.at) and is_whole:
                self.at = end
                return meant
        self.at = start
        return ""

    def operand(self) -> nodes.Value:
        self.take(SPACE)
        if self.takes("!"):
            return nodes.Not(self.operand())
        if self.takes("-"):
            return nodes.Negative(self.operand())
        if self.takes("("):
            value = self.expression()
            self.need(")")
            return value
        if self.takes("["):
            return self.list()
        if self.takes("{"):
            return self.map()
        found = self.reference() or self.literal()
        if found is None:
            got = self.text[self.at : self.at + 20] or "the end"
            raise self.error(f"expected a value, found {got!r}")
        return found

    def literal(self) -> nodes.Value | None:
        if found := self.take(NUMBER):
            is_whole = found[0].isdigit()
            return nodes.Literal(int(found[0]) if is_whole else float(found[0]))
        if found := self.take(SINGLE):
            return nodes.Literal(found[1].replace("''", "'"))
        if found := self.take(DOUBLE):
            return nodes.Interpolated(parse(found[1].replace('""', '"')))
        start = self.at
        if found := self.take(NAME):
            if found[0] in WORDS:
                return nodes.Literal(WORDS[found[0]])
            if found[0] == "not":
                return nodes.Not(self.operand())
            self.at = start
        return None

    def list(self) -> nodes.Value:
        items: list[nodes.Value] = []
        while self.take(SPACE) and not self.takes("]"):
            items.append(self.expression())
            if len(items) == 1 and self.take(RANGE):
                last = self.expression()
                self.need("]")
                return nodes.RangeOf(items[0], last)
            self.take(SPACE)
            if not self.text.startswith("]", self.at):
                self.need(",")
        return nodes.ListOf(items)

    def map(self) -> nodes.Value:
        pairs: list[tuple[nodes.Value, nodes.Value]] = []
        while self.take(SPACE) and not self.takes("}"):
            name = self.take(NAME)
            key = nodes.Literal(name[0]) if name else self.expression()
            self.need(":")
            pairs.append((key, self.expression()))
            self.take(SPACE)
            if not self.text.startswith("}", self.at):
                self.need(",")
        return nodes.MapOf(pairs)
