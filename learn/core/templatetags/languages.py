"""The languages that the site speaks, for the choice in the footer."""

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def site_languages() -> list[tuple[str, str]]:
    """Code and name of each, the name in the language itself.

    Django's own tag translates the names into the language of the page.
    """
    return settings.LANGUAGES
