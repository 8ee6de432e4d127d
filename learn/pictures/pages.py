"""What the templates of the pictures ask for."""

from collections.abc import Mapping
from typing import Any

from learn.pictures.account import account_of
from learn.pictures.evidence import Evidence, Picture
from learn.pictures.service_map import service_map
from learn.pictures.trace import Filters, trace_of


def picture_context(
    evidence: Evidence, picture: Picture | None, query: Mapping[str, str]
) -> dict[str, Any]:
    """The context of `pictures/_pictures.html`: with None, all pictures are closed."""
    context: dict[str, Any] = {"evidence": evidence, "picture": picture}
    match picture:
        case Picture.TRACE:
            context["trace"] = trace_of(evidence, Filters.of(query))
        case Picture.MAP:
            context["map"] = service_map(evidence)
        case Picture.ACCOUNT:
            context["account"] = account_of(evidence, query)
    return context
