"""Points in a template."""

from django import template

from learn.quizzes.scoring import shown_points

register = template.Library()


@register.filter
def points(score: float | None) -> str:
    """Two decimals at most: 4, 3.5, 0.67. "" for none."""
    return "" if score is None else shown_points(score)
