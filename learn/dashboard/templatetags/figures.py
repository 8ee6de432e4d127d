"""Figures as people read them. None, which is "too few answers", becomes a dash."""

from django import template

register = template.Library()

NONE = "\N{EN DASH}"


@register.filter
def percent(share: float | None) -> str:
    """0.625 -> "62 %"."""
    return NONE if share is None else f"{share * 100:.0f} %"


@register.filter
def correlation(value: float | None) -> str:
    """-0.1234 -> "-0.12", with a real minus sign."""
    if value is None:
        return NONE
    return f"{value:.2f}".replace("-0.00", "0.00").replace("-", "\N{MINUS SIGN}")


@register.filter
def number(value: float | None) -> str:
    """1.05 -> "1.1", 1.0 -> "1"."""
    return NONE if value is None else f"{value:.1f}".removesuffix(".0")


@register.filter
def duration(seconds: float | None) -> str:
    """125.4 -> "2 min 5 s"."""
    if seconds is None:
        return NONE
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


@register.filter
def along(share: float | None) -> str:
    """A share as a length in a drawing that is 100 wide: 0.625 -> "62.5"."""
    return f"{(share or 0) * 100:.1f}"
