"""Templates as text: JSON, or YAML with its short forms of intrinsic functions.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
"""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import yaml

from labs.cloud.services.cloudformation.errors import TemplateError

type Json = dict[str, Any]

SECTIONS = {
    "AWSTemplateFormatVersion",
    "Conditions",
    "Description",
    "Globals",
    "Hooks",
    "Mappings",
    "Metadata",
    "Outputs",
    "Parameters",
    "Resources",
    "Rules",
    "Transform",
}
ATTRIBUTES = {
    "Condition",
    "CreationPolicy",
    "DeletionPolicy",
    "DependsOn",
    "Metadata",
    "Properties",
    "Type",
    "UpdatePolicy",
    "UpdateReplacePolicy",
    # Of resources of SAM.
    "Connectors",
    "IgnoreGlobals",
}
VERSION = "2010-09-09"
# Or without end: YAML's aliases can make a value that contains itself.
TOO_DEEP = "Template format error: it is nested too deeply."
SERVERLESS = "AWS::Serverless-2016-10-31"
_PLAIN_TAGS = {"Ref", "Condition"}


class _Loader(yaml.SafeLoader):
    """YAML as CloudFormation reads it: dates stay text."""


def _short_form(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> Json:
    """!Sub, !GetAtt and the others, written out."""
    name = suffix if suffix in _PLAIN_TAGS else f"Fn::{suffix}"
    value: Any
    match node:
        case yaml.ScalarNode():
            value = loader.construct_scalar(node)
        case yaml.SequenceNode():
            value = loader.construct_sequence(node, deep=True)
        case yaml.MappingNode():
            value = loader.construct_mapping(node, deep=True)
        case _:
            value = None
    if name == "Fn::GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {name: value}


_Loader.add_multi_constructor("!", _short_form)
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def parse(body: str) -> Json:
    """The template, checked in its outer form.

    Raises:
        TemplateError: it is none.
    """
    try:
        found = json.loads(body) if body.lstrip().startswith("{") else _yaml(body)
    except ValueError as error:
        raise TemplateError(f"Template format error: JSON not well-formed. ({error})") from None
    except RecursionError:
        raise TemplateError(TOO_DEEP) from None
    if not isinstance(found, dict):
        raise TemplateError("Template format error: unsupported structure.")
    check(found)
    return found


def read(text: str) -> Any:
    """A document beside a template, JSON or YAML.

    Raises:
        TemplateError: it is neither.
    """
    try:
        return json.loads(text) if text.lstrip().startswith("{") else _yaml(text)
    except ValueError as error:
        raise TemplateError(f"Template format error: JSON not well-formed. ({error})") from None
    except RecursionError:
        raise TemplateError(TOO_DEEP) from None


def _yaml(body: str) -> Any:
    try:
        return _plain(yaml.load(body, Loader=_Loader))  # noqa: S506 - made of SafeLoader
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 1}, column {mark.column + 1})" if mark else ""
        message = f"Template format error: YAML not well-formed.{where}"
        raise TemplateError(message) from None


def _plain(value: Any) -> Any:
    """Keys as text: YAML reads 80 as a number and `on` as true."""
    if isinstance(value, dict):
        return {_key(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, bytes | set):  # of !!binary and !!set
        raise TemplateError("Template format error: YAML not well-formed.")
    return value.isoformat() if isinstance(value, date) else value


def _key(key: Any) -> str:
    return str(key).lower() if isinstance(key, bool) else str(key)


def check(template: Mapping[str, Any]) -> None:
    """Raises TemplateError where a section or a resource is malformed."""
    if unknown := sorted(set(template) - SECTIONS):
        raise TemplateError(f"Invalid template property or properties [{', '.join(unknown)}]")
    if str(template.get("AWSTemplateFormatVersion", VERSION)) != VERSION:
        raise TemplateError("Template format error: unsupported value for the template version.")
    for name in SECTIONS - {"AWSTemplateFormatVersion", "Description", "Transform"}:
        if name in template and not isinstance(template[name], dict):
            raise TemplateError(f"Template format error: {name} must be an object.")
    if not template.get("Resources"):
        message = "Template format error: At least one Resources member must be defined."
        raise TemplateError(message)
    for name, resource in template["Resources"].items():
        _check_resource(name, resource)


def _check_resource(name: str, resource: Any) -> None:
    if name.startswith("Fn::"):
        return
    if not name.isalnum():
        message = f"Template format error: Resource name {name} is non alphanumeric."
        raise TemplateError(message)
    if not isinstance(resource, dict) or not isinstance(resource.get("Properties") or {}, dict):
        message = f"Template format error: [/Resources/{name}] resource definition is malformed"
        raise TemplateError(message)
    if not isinstance(resource.get("Type"), str):
        message = (
            f"Template format error: [/Resources/{name}] Every Resources object must contain a "
            "Type member."
        )
        raise TemplateError(message)
    if unknown := sorted(set(resource) - ATTRIBUTES):
        message = f"Invalid template resource property '{unknown[0]}'"
        raise TemplateError(message)


def transforms(template: Mapping[str, Any]) -> list[str]:
    """The macros that the whole template asks for."""
    found = template.get("Transform") or []
    return [
        str(one.get("Name")) if isinstance(one, dict) else str(one)
        for one in (found if isinstance(found, list) else [found])
    ]
