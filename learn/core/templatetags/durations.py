"""How long something takes, for people."""

from django import template
from django.utils.translation import gettext, ngettext

register = template.Library()

HOUR = 60
# From so many minutes on, nobody cares for single ones.
LONG = 5 * HOUR


@register.filter
def duration(minutes: int) -> str:
    """ "45 min", "2 h 10 min"; from five hours on "12 hours"."""
    if minutes < HOUR:
        return gettext("%(minutes)d min") % {"minutes": minutes}
    hours, rest = divmod(minutes, HOUR)
    if minutes >= LONG:
        hours = round(minutes / HOUR)
        return ngettext("%(hours)d hour", "%(hours)d hours", hours) % {"hours": hours}
    if not rest:
        return gettext("%(hours)d h") % {"hours": hours}
    return gettext("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": rest}
