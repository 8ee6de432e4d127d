"""What AWS says of a text that is no JSON: the words of Jackson, which reads it there."""

import json
import re

from labs.cloud.services.stepfunctions.language import strict_json

_EXPECTED = "was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')"


def complaint(text: str) -> str:
    """Of a text that cannot be read: "Unrecognized token 'not': was expecting ..."."""
    try:
        strict_json.loads(text)
    except json.JSONDecodeError as error:
        return _words(error.doc, error.pos)
    except ValueError:
        return "Document nesting depth exceeds the maximum allowed"
    return ""


def _words(text: str, position: int) -> str:
    rest = text[position:]
    if word := re.match(r"[A-Za-z_$][\w$]*", rest):
        return f"Unrecognized token '{word[0]}': {_EXPECTED}"
    if not rest.strip():
        return "Unexpected end-of-input"
    sign = rest.lstrip()[0]
    return f"Unexpected character ('{sign}' (code {ord(sign)})): was expecting a valid value"
