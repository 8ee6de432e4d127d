"""Addresses that the account answers beside AWS's own APIs: an API that was deployed, a URL."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from botocore.awsrequest import AWSPreparedRequest

# (status, headers, body). A header whose value has several lines is sent several times.
type Answer = tuple[int, dict[str, str], bytes]
# None, of an API alone: moto is to answer
type Handler = Callable[[AWSPreparedRequest], Answer | None]


@dataclass(frozen=True)
class Route:
    """`service` is the name in the trace, where the operation is then "GET /orders/17".

    `is_api`: it is an API of AWS, whose operations have names, answered in moto's place.
    """

    service: str
    host: re.Pattern[str]
    handler: Handler
    is_api: bool = False


_routes: list[Route] = []


def add(service: str, host: str, handler: Handler, *, is_api: bool = False) -> None:
    """Let `handler` answer requests to hosts that match the whole pattern; once in a process."""
    if not any(route.service == service and route.host.pattern == host for route in _routes):
        _routes.append(Route(service, re.compile(host), handler, is_api))


def find(host: str) -> Route | None:
    """Who answers requests to this host (without its port), or None."""
    return next((route for route in _routes if route.host.fullmatch(host)), None)
