"""A call's answer as a short text for people, as its parameters are told."""

import json
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

from labs.cloud.parameters import as_text, size

MAX_READ = 20_000


def answer_text(headers: Mapping[str, str], body: bytes) -> str:
    """What the service answered: JSON or XML as short JSON, other content as its size."""
    if not body:
        return ""
    kind = next((value for name, value in headers.items() if name.lower() == "content-type"), "")
    if len(body) > MAX_READ:
        return size(len(body))
    # No document of AWS's has a DOCTYPE; an object of the learner's may.
    if "xml" in kind and b"<!" in body:
        return size(len(body))
    try:
        if "xml" in kind:
            found = _of_element(ElementTree.fromstring(body))  # noqa: S314 - written by moto
        elif "json" in kind or body[:1] in (b"{", b"["):
            found = json.loads(body)
        else:
            return size(len(body))
    except (ValueError, ElementTree.ParseError, RecursionError):
        return size(len(body))
    return as_text(found if isinstance(found, Mapping) else {"": found})


def _of_element(element: ElementTree.Element) -> Any:
    """Members by name; those of one name as a list. Metadata says nothing about the answer."""
    if not len(element):
        return element.text or ""
    members: dict[str, Any] = {}
    for child in element:
        name = child.tag.rpartition("}")[2]
        if name == "ResponseMetadata":
            continue
        value = _of_element(child)
        members[name] = [*_listed(members[name]), value] if name in members else value
    return members


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
