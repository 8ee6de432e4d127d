"""Looks into the fields of an answer that a learner has begun."""

from django import template

from learn.questions.fields import Fields

register = template.Library()


@register.filter
def part(fields: Fields, name: str) -> str:
    """The first value of a part, or "" (`{{ asked.fields|part:item.id }}`)."""
    return next(iter(fields.get(name, ())), "")


@register.filter
def has(fields: Fields, value: str) -> bool:
    """Whether the value is among those of the part "" (`asked.fields|has:option.id`)."""
    return value in fields.get("", ())
