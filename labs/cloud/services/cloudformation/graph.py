"""In which order a template's resources are made: each after those that it refers to."""

from collections.abc import Mapping
from typing import Any

from labs.cloud.services.cloudformation.errors import TemplateError
from labs.cloud.services.cloudformation.intrinsics import references

UNRESOLVED = (
    "Template format error: Unresolved resource dependencies [{}] in the {} block of the template"
)


def order(resources: Mapping[str, Any]) -> list[str]:
    """The names of all resources, what is needed before what needs it.

    Raises:
        TemplateError: there is a circle, or a DependsOn that names nothing.
    """
    needed = {name: needs(name, resource, resources) for name, resource in resources.items()}
    found: list[str] = []
    while needed:
        ready = [name for name, before in needed.items() if before <= set(found)]
        if not ready:
            circle = ", ".join(needed)
            raise TemplateError(f"Circular dependency between resources: [{circle}]")
        found += ready
        for name in ready:
            del needed[name]
    return found


def needs(name: str, resource: Mapping[str, Any], resources: Mapping[str, Any]) -> set[str]:
    """The resources that one refers to, or says to depend on."""
    depends = resource.get("DependsOn") or []
    named = [depends] if isinstance(depends, str) else list(depends)
    if unknown := [one for one in named if one not in resources]:
        message = UNRESOLVED.format(unknown[0], "Resources")
        raise TemplateError(message)
    referred = references(resource.get("Properties") or {})
    return ({*named, *referred} & resources.keys()) - {name}


def check_references(template: Mapping[str, Any], pseudo: Mapping[str, Any]) -> None:
    """Raises TemplateError where a value refers to nothing."""
    known = {*template.get("Resources", {}), *(template.get("Parameters") or {}), *pseudo}
    known |= {"AWS::NoValue"}
    for section in ("Resources", "Outputs"):
        unknown = [
            name
            for one in (template.get(section) or {}).values()
            for name in references(one.get("Properties") if section == "Resources" else one)
            if name not in known
        ]
        if unknown:
            names = ", ".join(dict.fromkeys(unknown))
            message = UNRESOLVED.format(names, section)
            raise TemplateError(message)
