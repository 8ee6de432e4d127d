"""Intrinsic functions: what a template's values become.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
"""

import base64
import ipaddress
import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, override

from labs.cloud.services.cloudformation.errors import TemplateError


class _NoValue:
    """Where a text is wanted all the same, it is an empty one."""

    @override
    def __repr__(self) -> str:
        return ""


NO_VALUE = _NoValue()  # AWS::NoValue: the property is not there
MAX_SUBNETS = 256  # of Fn::Cidr
_VARIABLE = re.compile(r"\$\{(!?)\s*([^}]*?)\s*\}")
_CONDITIONS = {"Fn::And", "Fn::Or", "Fn::Not", "Fn::Equals", "Condition"}
type Json = Mapping[str, Any]


class Resolver:
    """Fills in a template's values, with what is known of parameters, resources and exports.

    `ref` and `attribute` look at resources: they raise TemplateError where there is none.
    """

    def __init__(
        self,
        template: Json,
        parameters: Mapping[str, Any],
        pseudo: Mapping[str, Any],
        *,
        ref: Callable[[str], Any],
        attribute: Callable[[str, str], Any],
        imported: Callable[[str], str],
    ) -> None:
        self._template = template
        self._values = {**pseudo, **parameters}
        self._ref = ref
        self._attribute = attribute
        self._imported = imported
        self._conditions: dict[str, bool] = {}
        self._functions: dict[str, Callable[[Any], Any]] = {
            "Ref": self._refer,
            "Condition": self.condition,
            "Fn::And": lambda parts: all(map(self._truth, parts)),
            "Fn::Base64": lambda text: base64.b64encode(str(self.value(text)).encode()).decode(),
            "Fn::Cidr": self._cidr,
            "Fn::Equals": self._equals,
            "Fn::FindInMap": self._find_in_map,
            "Fn::GetAZs": self._zones,
            "Fn::GetAtt": self._get_att,
            "Fn::If": self._if,
            "Fn::ImportValue": lambda name: self._imported(str(self.value(name))),
            "Fn::Join": self._join,
            "Fn::Length": lambda items: len(self.value(items)),
            "Fn::Not": lambda parts: not self._truth(parts[0]),
            "Fn::Or": lambda parts: any(map(self._truth, parts)),
            "Fn::Select": self._select,
            "Fn::Split": self._split,
            "Fn::Sub": self._sub,
            "Fn::ToJsonString": self._to_json,
        }

    def value(self, raw: Any) -> Any:
        """A value with all functions in it done; NO_VALUE disappears from what contains it."""
        if isinstance(raw, list):
            return [one for item in raw if (one := self.value(item)) is not NO_VALUE]
        if not isinstance(raw, dict):
            return raw
        if len(raw) == 1:
            ((name, argument),) = raw.items()
            # In a policy Condition is an element like others.
            if name in self._functions and (name != "Condition" or isinstance(argument, str)):
                return self._done(name, argument)
            if name.startswith("Fn::"):
                raise TemplateError(f"Template error: {name} is not simulated")
        found = {key: self.value(item) for key, item in raw.items()}
        return {key: item for key, item in found.items() if item is not NO_VALUE}

    def condition(self, name: str) -> bool:
        """Whether a condition of the template holds."""
        if name not in self._conditions:
            declared = self._template.get("Conditions") or {}
            if name not in declared:
                message = (
                    f"Template format error: Unresolved condition dependency {name} in the "
                    "Conditions block of the template"
                )
                raise TemplateError(message)
            self._conditions[name] = self._truth(declared[name])
        return self._conditions[name]

    def _done(self, name: str, argument: Any) -> Any:
        try:
            return self._functions[name](argument)
        except (AttributeError, IndexError, KeyError, TypeError, ValueError):
            message = f"Template error: every {name} object must have a well-formed argument"
            raise TemplateError(message) from None

    def _truth(self, raw: Any) -> bool:
        value = self.value(raw)
        return value if isinstance(value, bool) else str(value).lower() == "true"

    def _refer(self, name: str) -> Any:
        if name == "AWS::NoValue":
            return NO_VALUE
        return self._values[name] if name in self._values else self._ref(name)

    def _get_att(self, argument: Any) -> Any:
        parts = argument.split(".", 1) if isinstance(argument, str) else argument
        name, attribute = str(parts[0]), ".".join(str(self.value(part)) for part in parts[1:])
        return self._attribute(name, attribute)

    def _if(self, argument: list[Any]) -> Any:
        name, then, otherwise = argument
        return self.value(then if self.condition(name) else otherwise)

    def _equals(self, argument: list[Any]) -> bool:
        left, right = map(self.value, argument)
        return text(left) == text(right)

    def _join(self, argument: list[Any]) -> str:
        between, items = self.value(argument[0]), self.value(argument[1])
        return str(between).join(map(text, items))

    def _split(self, argument: list[Any]) -> list[str]:
        between, whole = map(self.value, argument)
        return str(whole).split(str(between))

    def _select(self, argument: list[Any]) -> Any:
        index, items = int(self.value(argument[0])), self.value(argument[1])
        if not 0 <= index < len(items):
            raise TemplateError(
                "Template error: Fn::Select cannot select nonexistent value at index " + str(index)
            )
        return items[index]

    def _find_in_map(self, argument: list[Any]) -> Any:
        names = [str(self.value(part)) for part in argument[:3]]
        found: Any = self._template.get("Mappings") or {}
        for name in names:
            if name not in found:
                if len(argument) > 3 and "DefaultValue" in argument[3]:
                    return self.value(argument[3]["DefaultValue"])
                message = f"Template error: Unable to get mapping for {'::'.join(names)}"
                raise TemplateError(message)
            found = found[name]
        return found

    def _sub(self, argument: Any) -> str:
        pattern, own = (argument, {}) if isinstance(argument, str) else argument
        values = {name: self.value(item) for name, item in own.items()}

        def filled(found: re.Match[str]) -> str:
            is_literal, name = found[1], found[2]
            if is_literal:
                return "${" + name + "}"
            if name in values:
                return text(values[name])
            return text(self._get_att(name) if "." in name else self._refer(name))

        return _VARIABLE.sub(filled, pattern)

    def _cidr(self, argument: list[Any]) -> list[str]:
        block, count, *bits = (self.value(part) for part in argument)
        if not 1 <= int(count) <= MAX_SUBNETS:
            raise TemplateError(f"Template error: Fn::Cidr makes 1 to {MAX_SUBNETS} blocks")
        network = ipaddress.ip_network(str(block))
        size = network.max_prefixlen - int(bits[0] if bits else 8)
        return [
            str(one)
            for one, _ in zip(network.subnets(new_prefix=size), range(int(count)), strict=False)
        ]

    def _zones(self, argument: Any) -> list[str]:
        region = self.value(argument) or self._values["AWS::Region"]
        return [f"{region}{letter}" for letter in "abc"]

    def _to_json(self, argument: Any) -> str:
        return json.dumps(self.value(argument), separators=(",", ":"))


def text(value: Any) -> str:
    """A value inside a text."""
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(map(text, value)) if isinstance(value, list) else str(value)


def references(raw: Any) -> Iterator[str]:
    """The names that a value refers to: resources, and parameters too."""
    if isinstance(raw, list):
        for item in raw:
            yield from references(item)
    elif isinstance(raw, dict):
        for name, argument in raw.items():
            yield from _named(name, argument)
            yield from references(argument)


def _named(function: str, argument: Any) -> Iterator[str]:
    if function == "Ref" and isinstance(argument, str):
        yield argument
    elif function == "Fn::GetAtt" and argument:
        yield str(argument[0]) if isinstance(argument, list) else str(argument).split(".")[0]
    elif function == "Fn::Sub":
        pattern, own = (
            argument if isinstance(argument, list) and len(argument) == 2 else (argument, {})
        )
        for literal, name in _VARIABLE.findall(str(pattern)):
            if not literal and name not in own:
                yield name.split(".")[0]
