"""PartiQL statements of DynamoDB, turned into the expressions of its other operations.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.html
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

TOKEN = re.compile(
    r"""\s*(?:
        (?P<text>'(?:[^']|'')*') | (?P<quoted>"[^"]*")
      | (?P<number>-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)
      | (?P<word>[A-Za-z_][A-Za-z0-9_]*) | (?P<sign><<|>>|<>|!=|<=|>=|[=<>(),.?\[\]{}:*+-])
    )""",
    re.VERBOSE,
)
OPERATORS = {"AND", "OR", "NOT", "BETWEEN", "IN"}
FUNCTIONS = {"begins_with", "contains", "size", "attribute_type", "list_append"}
ENDS = {"ORDER", "RETURNING", "SET", "REMOVE", "WHERE"}


class StatementError(ValueError):
    """A statement is none, or says what is not understood here."""


@dataclass
class Statement:
    """A statement as expressions: `where`, `updates` and `paths` use `names` and `values`.

    `equal` are the attributes that must have a value: {name: value}. `item` is what INSERT puts.
    `returning` is "ALL OLD", "MODIFIED NEW" ..., or "".
    """

    kind: str
    table: str = ""
    index: str = ""
    paths: list[str] = field(default_factory=list)
    where: str = ""
    updates: list[str] = field(default_factory=list)
    removes: list[str] = field(default_factory=list)
    item: dict[str, Any] = field(default_factory=dict)
    equal: dict[str, Any] = field(default_factory=dict)
    is_descending: bool = False
    returning: str = ""
    names: dict[str, str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)


def parse(text: str, parameters: list[Any]) -> Statement:
    """Read a statement; `parameters` are those of its question marks, {"S": "text"}.

    Raises:
        StatementError: it is none.
    """
    return _Parser(text, parameters).statement()


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    place, text = 0, text.rstrip().rstrip(";")
    while place < len(text.rstrip()):
        found = TOKEN.match(text, place)
        if not found:
            raise StatementError(f"Unexpected character: {text[place : place + 20].strip()}")
        place = found.end()
        yield str(found.lastgroup), found[found.lastgroup or 0]


class _Parser:
    def __init__(self, text: str, parameters: list[Any]) -> None:
        self._tokens = list(_tokens(text))
        self._place = 0
        self._parameters = iter(parameters)
        self._found = Statement("")

    def statement(self) -> Statement:
        kind = self._word()
        self._found.kind = kind
        read = {
            "SELECT": self._select,
            "INSERT": self._insert,
            "UPDATE": self._update,
            "DELETE": self._delete,
        }.get(kind)
        if read is None:
            raise StatementError(f"Unexpected keyword: {kind}")
        read()
        if self._place < len(self._tokens):
            raise StatementError(f"Unexpected term: {self._tokens[self._place][1]}")
        return self._found

    def _select(self) -> None:
        while not self._takes("FROM"):
            if not (self._takes("*") or self._takes(",")):
                self._found.paths.append(self._path()[0])
        self._from()
        if self._takes("WHERE"):
            self._where()
        if self._takes("ORDER"):
            self._expect("BY")
            self._path()
            self._found.is_descending = self._takes("DESC")
            self._takes("ASC")

    def _insert(self) -> None:
        self._expect("INTO")
        self._from()
        self._expect("VALUE")
        value = self._value()
        if "M" not in value:
            raise StatementError("VALUE must be a tuple")
        self._found.item = value["M"]

    def _update(self) -> None:
        self._from()
        while not self._takes("WHERE"):
            if self._takes("SET"):
                self._found.updates.append(self._assignment())
                while self._takes(","):
                    self._found.updates.append(self._assignment())
            else:
                self._expect("REMOVE")
                self._found.removes.append(self._path()[0])
        self._where()
        self._returning()

    def _delete(self) -> None:
        self._expect("FROM")
        self._from()
        self._expect("WHERE")
        self._where()
        self._returning()

    def _from(self) -> None:
        self._found.table = self._name()
        if self._takes("."):
            self._found.index = self._name()

    def _returning(self) -> None:
        if self._takes("RETURNING"):
            self._found.returning = f"{self._word()} {self._word()}"
            self._expect("*")

    def _assignment(self) -> str:
        path, _name = self._path()
        self._expect("=")
        parts = [self._operand()]
        while self._peek()[1] in ("+", "-"):
            parts += [self._next()[1], self._operand()]
        return f"{path} = {' '.join(parts)}"

    def _where(self) -> None:
        """The rest of the condition, token by token, as a condition expression."""
        parts: list[str] = []
        is_free = True  # of alternatives, so that an equality must hold
        begin = self._place
        while self._place < len(self._tokens) and self._peek()[1].upper() not in ENDS:
            word = self._peek()[1].upper()
            is_free = is_free and word not in ("OR", "NOT")
            if self._peek()[0] == "word" and word in OPERATORS:
                parts.append(self._next()[1].upper())
                if word == "IN":
                    parts.append(self._list())
            elif self._peek()[1] in ("(", ")", "=", "<", ">", "<=", ">=", "<>", "!="):
                sign = self._next()[1]
                parts.append("<>" if sign == "!=" else sign)
            elif word == "IS":
                parts.append(self._is(parts.pop()))
            else:
                parts.append(self._operand())
        if begin == self._place:
            raise StatementError("Unexpected end of the WHERE clause")
        self._found.where = " ".join(parts)
        if is_free:
            self._note_equalities(parts)

    def _note_equalities(self, parts: list[str]) -> None:
        names, values = self._found.names, self._found.values
        for left, sign, right in zip(parts, parts[1:], parts[2:], strict=False):
            for name, value in ((left, right), (right, left)):
                if sign == "=" and name in names and value in values:
                    self._found.equal[names[name]] = values[value]

    def _is(self, operand: str) -> str:
        self._next()
        is_not = self._takes("NOT")
        if self._takes("NULL"):
            test = f"attribute_type({operand}, {self._placed({'S': 'NULL'})})"
            return f"NOT {test}" if is_not else test
        self._expect("MISSING")
        return f"attribute_exists({operand})" if is_not else f"attribute_not_exists({operand})"

    def _list(self) -> str:
        """The values of IN, in brackets of one kind or the other."""
        opening = self._next()[1]
        closing = {"[": "]", "(": ")"}.get(opening)
        if closing is None:
            raise StatementError("IN needs a list")
        values = [self._operand()]
        while self._takes(","):
            values.append(self._operand())
        self._expect(closing)
        return f"({', '.join(values)})"

    def _operand(self) -> str:
        kind, text = self._peek()
        is_name = kind == "quoted" or (kind == "word" and text.lower() not in ("true", "false"))
        if kind == "word" and text.lower() in FUNCTIONS | {"if_not_exists", "null"}:
            return self._placed(self._value()) if text.lower() == "null" else self._function()
        return self._path()[0] if is_name else self._placed(self._value())

    def _function(self) -> str:
        name = self._next()[1].lower()
        self._expect("(")
        arguments = [self._operand()]
        while self._takes(","):
            arguments.append(self._operand())
        self._expect(")")
        return f"{name}({', '.join(arguments)})"

    def _path(self) -> tuple[str, str]:
        """A path with placeholders, and the name with which it begins."""
        first = self._name()
        path = self._named(first)
        while self._peek()[1] in (".", "["):
            if self._takes("."):
                path += f".{self._named(self._name())}"
            else:
                self._next()
                path += f"[{int(self._next()[1])}]"
                self._expect("]")
        return path, first

    def _value(self) -> dict[str, Any]:
        kind, text = self._next()
        if kind == "text":
            return {"S": text[1:-1].replace("''", "'")}
        if kind == "number":
            return {"N": text}
        if kind == "word" and text.lower() in ("true", "false"):
            return {"BOOL": text.lower() == "true"}
        if kind == "word" and text.lower() == "null":
            return {"NULL": True}
        if text == "?":
            found: dict[str, Any] | None = next(self._parameters, None)
            if found is None:
                raise StatementError("Number of parameters in request and statement don't match.")
            return found
        if text == "[":
            return {"L": list(self._values("]"))}
        if text == "<<":
            return _as_set(list(self._values(">>")))
        if text == "{":
            return {"M": dict(self._members())}
        raise StatementError(f"Unexpected term: {text}")

    def _values(self, closing: str) -> Iterator[dict[str, Any]]:
        while not self._takes(closing):
            yield self._value()
            self._takes(",")

    def _members(self) -> Iterator[tuple[str, dict[str, Any]]]:
        while not self._takes("}"):
            name = self._next()[1].strip("'\"")
            self._expect(":")
            yield name, self._value()
            self._takes(",")

    def _named(self, name: str) -> str:
        return self._kept(self._found.names, "#n", name)

    def _placed(self, value: Any) -> str:
        return self._kept(self._found.values, ":v", value)

    def _kept(self, kept: dict[str, Any], prefix: str, found: Any) -> str:
        for placeholder, known in kept.items():
            if known == found:
                return placeholder
        kept[f"{prefix}{len(kept)}"] = found
        return f"{prefix}{len(kept) - 1}"

    def _name(self) -> str:
        kind, text = self._next()
        if kind not in ("word", "quoted"):
            raise StatementError(f"Unexpected term: {text}")
        return text.strip('"')

    def _word(self) -> str:
        return self._next()[1].upper()

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._place] if self._place < len(self._tokens) else ("", "")

    def _next(self) -> tuple[str, str]:
        if self._place >= len(self._tokens):
            raise StatementError("Unexpected end of the statement")
        self._place += 1
        return self._tokens[self._place - 1]

    def _takes(self, word: str) -> bool:
        if self._peek()[0] == "text" or self._peek()[1].upper() != word:
            return False
        self._place += 1
        return True

    def _expect(self, word: str) -> None:
        if not self._takes(word):
            raise StatementError(f"Expected {word}, not {self._peek()[1] or 'the end'}")


def _as_set(values: list[dict[str, Any]]) -> dict[str, Any]:
    kinds = {next(iter(value)) for value in values}
    if len(kinds) != 1 or not kinds <= {"S", "N", "B"}:
        raise StatementError("A set has values of one kind")
    return {f"{kinds.pop()}S": [next(iter(value.values())) for value in values]}
