"""What a rule's target gets of an event: all, a part, a constant, or a filled template.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from labs.cloud.wiring.json_paths import MISSING, find

PLACEHOLDER = re.compile(r"<([A-Za-z0-9_.\-]+)>")

type Json = dict[str, Any]


@dataclass(frozen=True)
class Rule:
    """What a template may say about the rule; `ingested` is when the event came (ISO 8601)."""

    name: str
    arn: str
    ingested: str


def compact(value: Any) -> str:
    """JSON as AWS writes it into what it delivers."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def target_input(target: Mapping[str, Any], event: Json, rule: Rule) -> str:
    """The text that is delivered to a target of PutTargets."""
    if target.get("Input") is not None:
        return str(target["Input"])
    if path := target.get("InputPath"):
        found = find(path, event)
        return compact({} if found is MISSING else found)
    if transformer := target.get("InputTransformer"):
        values = _values(transformer.get("InputPathsMap") or {}, event, rule)
        return fill(transformer["InputTemplate"], lambda name: values.get(name, MISSING))
    return compact(event)


def fill(
    template: str, lookup: Callable[[str], Any], placeholder: re.Pattern[str] = PLACEHOLDER
) -> str:
    """A template with its placeholders replaced by what `lookup` finds for their names.

    In a string a text stands as it is, and an object without its quotes; elsewhere a value stands
    as JSON, so that a placeholder needs no quotes. What is MISSING is an empty string.
    """
    pieces, end, is_in_string = [], 0, False
    is_json = template.lstrip()[:1] in {"{", "["}
    for found in placeholder.finditer(template):
        before = template[end : found.start()]
        pieces.append(before)
        is_in_string ^= _quotes(before) % 2 == 1
        end = found.end()
        value = lookup(found.group(1))
        given = "" if value is MISSING else value
        pieces.append(_filled(given, as_text=is_in_string, in_json=is_json))
    return "".join([*pieces, template[end:]])


def _filled(value: Any, *, as_text: bool, in_json: bool) -> str:
    if not as_text and (in_json or not isinstance(value, str)):
        return compact(value)
    if isinstance(value, str):
        return compact(value)[1:-1] if as_text else value
    return compact(value).replace('\\"', '"').replace('"', "")


def _quotes(text: str) -> int:
    """How many quotes begin or end a string."""
    return len(re.findall(r'"', re.sub(r"\\.", "", text)))


def _values(paths: Mapping[str, str], event: Json, rule: Rule) -> Json:
    own = {name: find(path, event) for name, path in paths.items()}
    without_detail = {name: value for name, value in event.items() if name != "detail"}
    return {name: value for name, value in own.items() if value is not MISSING} | {
        "aws.events.rule-arn": rule.arn,
        "aws.events.rule-name": rule.name,
        "aws.events.event": without_detail,
        "aws.events.event.json": event,
        "aws.events.event.ingestion-time": rule.ingested,
    }
