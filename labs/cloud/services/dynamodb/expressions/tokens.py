"""An expression's text, token by token."""

import re
from dataclasses import dataclass

from labs.cloud.services.dynamodb.expressions.errors import ExpressionError

MAX_BYTES = 4096  # of one expression
_TOKEN = re.compile(
    r"(?P<space>\s+)|(?P<name>\#[\w-]+)|(?P<value>:\w+)|(?P<word>[A-Za-z_]\w*)"
    r"|(?P<number>\d+)|(?P<comparator><>|<=|>=|=|<|>)|(?P<sign>[().,\[\]])|(?P<other>.)",
    re.DOTALL | re.ASCII,
)
END = "end"


@dataclass(frozen=True)
class Token:
    """`kind` is the name of its group in the pattern, or END; the text lies at `start`."""

    kind: str
    text: str
    start: int

    @property
    def is_end(self) -> bool:
        return self.kind == END

    def is_word(self, *words: str) -> bool:
        return self.kind == "word" and self.text.upper() in words


class Tokens:
    """What is read, one after the other."""

    def __init__(self, text: str) -> None:
        """Raises ExpressionError for what is empty or too long."""
        if not text.strip():
            raise ExpressionError("The expression can not be empty;")
        if (size := len(text.encode())) > MAX_BYTES:
            raise ExpressionError(
                f"Expression size has exceeded the maximum allowed size; expression size: {size}"
            )
        self._text = text
        self._tokens = [
            Token(str(found.lastgroup), found[0], found.start())
            for found in _TOKEN.finditer(text)
            if found.lastgroup != "space"
        ]
        self._at = 0

    @property
    def current(self) -> Token:
        return self.ahead(0)

    def ahead(self, count: int) -> Token:
        at = self._at + count
        return self._tokens[at] if at < len(self._tokens) else Token(END, "<EOF>", len(self._text))

    def next(self) -> Token:
        """The current token; the one after it becomes current."""
        found = self.current
        self._at += 1
        return found

    def take(self, text: str) -> None:
        """Raises ExpressionError if the current token is another."""
        if self.current.text != text:
            raise self.error()
        self._at += 1

    def error(self) -> ExpressionError:
        """That the current token does not fit."""
        around = self._tokens[max(0, self._at - 1) : self._at + 2]
        end = around[-1].start + len(around[-1].text)
        near = self._text[around[0].start : end]
        return ExpressionError(f'Syntax error; token: "{self.current.text}", near: "{near}"')
