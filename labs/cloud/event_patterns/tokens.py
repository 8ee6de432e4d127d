"""A pattern's JSON, token by token, with the places that EventBridge's errors name.

Its parser is Jackson's, and a place is where that had read to: after a bracket, number or word;
after a string's first quote, or its last one once the text was looked at; after a field's name,
at the beginning of its value.
"""

import json
import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass

from labs.cloud.event_patterns.errors import InvalidPatternError

SHOWN_CHARS = 500  # of the pattern, in an error
MAX_DEPTH = 100
SPACE = re.compile(r"[ \t\r\n]*")
STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"')
NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])")
WORD = re.compile(r"[\w$.+-]+")
WORDS = ("true", "false", "null")
EXPECTED_VALUE = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"


@dataclass(frozen=True)
class Token:
    """`kind` is "{", "}", "[", "]", "name", "string", "number", "true", "false" or "null".

    `seen` and `end` are how far was read before and after its text was looked at.
    """

    kind: str
    text: str
    seen: int
    end: int


class Tokens:
    """What is read, one after the other."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = self._read()
        self._current = Token("", "", 0, 0)
        self._is_looked_at = False

    def next(self) -> str:
        """Go to the next token; its kind."""
        self._current = next(self._tokens)
        self._is_looked_at = False
        return self._current.kind

    def finish(self) -> None:
        """Read on to the end, for errors that are there."""
        for _ in self._tokens:
            pass

    @property
    def kind(self) -> str:
        return self._current.kind

    @property
    def name(self) -> str:
        """A field's name: it is known without a further look."""
        return self._current.text

    @property
    def text(self) -> str:
        """The text of a string, number or word."""
        self._is_looked_at = True
        return self._current.text

    def error(self, reason: str) -> InvalidPatternError:
        """An error at the place to which was read."""
        place = self._current.end if self._is_looked_at else self._current.seen
        return InvalidPatternError(f"{reason}\n at {self.source(place)}")

    def source(self, offset: int) -> str:
        line = self._text.count("\n", 0, offset) + 1
        column = offset - (self._text.rfind("\n", 0, offset) + 1) + 1
        shown, rest = self._text[:SHOWN_CHARS], len(self._text) - SHOWN_CHARS
        cut = f"[truncated {rest} chars]" if rest > 0 else ""
        return f'[Source: (String)"{shown}"{cut}; line: {line}, column: {column}]'

    def _read(self) -> Iterator[Token]:
        end = yield from self._value(self._skip(0), 0)
        rest = self._skip(end)
        if rest < len(self._text):
            raise self._unexpected(rest, f"a valid value {EXPECTED_VALUE}")

    def _value(self, start: int, depth: int) -> Generator[Token, None, int]:
        """The tokens of the value that begins here; gives the place after it."""
        if depth > MAX_DEPTH:
            raise self._syntax_error(f"Document nesting depth exceeds {MAX_DEPTH}", start)
        kind = self._text[start : start + 1]
        if kind == "{":
            return (yield from self._object(start, depth))
        if kind == "[":
            return (yield from self._array(start, depth))
        token = self._scalar(start)
        yield token
        return token.end

    def _object(self, start: int, depth: int) -> Generator[Token, None, int]:
        yield Token("{", "", start + 1, start + 1)
        place = self._skip(start + 1)
        while self._at(place, "Object", start) != "}":
            name = self._string(place)
            colon = self._skip(name.end)
            if self._at(colon, "Object", start) != ":":
                raise self._unexpected(colon, "a colon to separate field name and value")
            value = self._skip(colon + 1)
            self._at(value, "Object", start)
            ahead = value + 1 if self._text[value] in '"{[' else self._scalar(value).end
            yield Token("name", name.text, ahead, ahead)
            end = yield from self._value(value, depth + 1)
            place = self._after_item(end, "}", "Object", start)
        yield Token("}", "", place + 1, place + 1)
        return place + 1

    def _array(self, start: int, depth: int) -> Generator[Token, None, int]:
        yield Token("[", "", start + 1, start + 1)
        place = self._skip(start + 1)
        while self._at(place, "Array", start) != "]":
            end = yield from self._value(place, depth + 1)
            place = self._after_item(end, "]", "Array", start)
        yield Token("]", "", place + 1, place + 1)
        return place + 1

    def _after_item(self, end: int, closing: str, what: str, start: int) -> int:
        """The place of the next item, or of the closing bracket."""
        place = self._skip(end)
        found = self._at(place, what, start)
        if found == closing:
            return place
        if found != ",":
            raise self._unexpected(place, f"comma to separate {what} entries")
        place = self._skip(place + 1)
        if self._at(place, what, start) == closing:
            raise self._unexpected(place, "double-quote to start field name")
        return place

    def _string(self, start: int) -> Token:
        if self._text[start] != '"':
            raise self._unexpected(start, "double-quote to start field name")
        found = STRING.match(self._text, start)
        if not found:
            raise self._syntax_error(
                "Unexpected end-of-input: was expecting closing quote for a string value",
                len(self._text),
            )
        return Token("string", json.loads(found.group()), start + 1, found.end())

    def _scalar(self, start: int) -> Token:
        if start >= len(self._text):
            raise self._syntax_error("Unexpected end-of-input", start)
        if self._text[start] == '"':
            return self._string(start)
        if found := NUMBER.match(self._text, start):
            return Token("number", found.group(), found.end(), found.end())
        word = WORD.match(self._text, start)
        if word and word.group() in WORDS:
            return Token(word.group(), word.group(), word.end(), word.end())
        if not word:
            raise self._unexpected(start, f"a valid value {EXPECTED_VALUE}")
        reason = f"Unrecognized token '{word.group()}': was expecting {EXPECTED_VALUE}"
        raise self._syntax_error(reason, word.end())

    def _skip(self, place: int) -> int:
        found = SPACE.match(self._text, place)
        return found.end() if found else place

    def _at(self, place: int, what: str, start: int) -> str:
        if place < len(self._text):
            return self._text[place]
        raise self._syntax_error(
            f"Unexpected end-of-input: expected close marker for {what} "
            f"(start marker at {self.source(start)})",
            place,
        )

    def _unexpected(self, place: int, expected: str) -> InvalidPatternError:
        found = self._text[place]
        reason = f"Unexpected character ('{found}' (code {ord(found)})): was expecting {expected}"
        return self._syntax_error(reason, place + 1)

    def _syntax_error(self, reason: str, place: int) -> InvalidPatternError:
        return InvalidPatternError(f"{reason}\n at {self.source(place)}")
