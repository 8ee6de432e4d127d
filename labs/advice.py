"""What to write instead, where pydantic and YAML speak to programmers."""

from typing import Any

_IN_WORDS = {
    "string_type": "write a text, in quotes if it looks like a number or a date",
    "bool_type": "write true or false, without quotes",
    "tuple_type": "write a list, as in [first, second]",
    "list_type": "write a list, as in [first, second]",
    "dict_type": "write keys with values",
    "model_type": "write keys with values",
}
# The patterns that many models share.
_PATTERNS = {
    r"\S": "write a text",
    r"^\S[^\n]*$": "write one line, which begins without a space",
    r"^[a-z0-9]+(-[a-z0-9]+)*$": "write small letters, digits and hyphens, as in first-steps",
    r"^[a-z0-9-]+#[^\s#]+$": "write <lesson>#<anchor>, as in first-steps#the-queue",
}
_YAML = {
    r"'\t'": "indent by spaces, not by tabs",
    "cannot start any token": "put a text that begins with it into quotes, or below '|'",
    "mapping values are not allowed": "put a text that has ': ' in it into quotes, or below '|'",
    "expected <block end>": "indent the line like those that it belongs to",
}


def on_value(error: Any) -> str:
    """On one of pydantic's errors: ": write ...", or ""."""
    pattern = error.get("ctx", {}).get("pattern", "")
    told = _IN_WORDS.get(error["type"]) or _PATTERNS.get(pattern)
    return f": {told}" if told else ""


def on_yaml(problem: str) -> str:
    """On what PyYAML says is wrong: ": write ...", or ""."""
    told = (advice for words, advice in _YAML.items() if words in problem)
    return next((f": {advice}" for advice in told), "")
