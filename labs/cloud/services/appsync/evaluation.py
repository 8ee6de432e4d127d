"""A resolver's request or response step: what its code or template makes of the context."""

import functools
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from labs.cloud import vtl
from labs.cloud.clock import clock
from labs.cloud.guest import Guest
from labs.cloud.services.appsync import vtl_util
from labs.cloud.simulation import current
from labs.errors import LabsError

SECONDS = 10
_IMPORT = re.compile(
    r"^\s*import\s+(?:\*\s+as\s+(?P<all>\w+)|\{(?P<names>[^}]*)\})\s+from\s+"
    r"['\"](?P<module>[^'\"]+)['\"]\s*;?",
    re.MULTILINE,
)
_EXPORT = re.compile(r"^(\s*)export\s+(?=(?:function|const|let|var|class|async)\b)", re.MULTILINE)
_EXPORTED = re.compile(r"^\s*export\s*\{[^}]*\}\s*;?", re.MULTILINE)

_PARTS = {
    "@aws-appsync/utils/dynamodb": "utils_dynamodb",
    "@aws-appsync/utils/rds": "utils_rds",
}

type Json = dict[str, Any]


class ResolverError(LabsError):
    """A field cannot be resolved; what stands in the answer's `errors`."""

    def __init__(
        self, message: str, kind: str | None = None, data: Any = None, info: Any = None
    ) -> None:
        super().__init__(message)
        self.message, self.kind, self.data, self.info = message, kind, data, info


@dataclass
class Context:
    """`$ctx` of one field. `prev` is what the function before returned, in a pipeline."""

    arguments: Json
    source: Any
    identity: Any
    request: Json
    info: Json
    env: Mapping[str, str] = field(default_factory=dict)
    auth_type: str = ""
    stash: Json = field(default_factory=dict)
    prev: Any = None
    result: Any = None
    error: Json | None = None
    out_errors: list[Json] = field(default_factory=list)
    logs: list[str] = field(default_factory=list)
    subscription_filter: Any = None

    def as_json(self) -> Json:
        return {
            "args": self.arguments,
            "arguments": self.arguments,
            "source": self.source,
            "identity": self.identity,
            "request": self.request,
            "info": self.info,
            "env": dict(self.env),
            "stash": self.stash,
            "prev": {"result": self.prev},
            "result": self.result,
            "error": self.error,
        }


@dataclass(frozen=True)
class Returned:
    """What a step gave. `early` is whether it ends the resolver, or function, here."""

    value: Any
    early: bool = False
    is_missing: bool = False


def run(step: str, unit: Json, context: Context) -> Returned:
    """The step "request" or "response" of a resolver or function.

    `is_missing` is set if there is none: the caller decides what that means.

    Raises:
        ResolverError: it raises one, or fails.
    """
    if unit.get("code"):
        return _javascript(step, str(unit["code"]), context)
    template = unit.get(f"{step}MappingTemplate")
    if not template:
        return Returned(None, is_missing=True)
    return _template(str(template), context)


def _template(template: str, context: Context) -> Returned:
    util = vtl_util.Util(context)
    try:
        text = vtl.render(template, util.names())
    except vtl.Returned as returned:
        return Returned(returned.value, early=True)
    except vtl.TemplateError as error:
        raise ResolverError(str(error), "MappingTemplate") from None
    try:
        return Returned(json.loads(text) if text.strip() else None)
    except ValueError as error:
        message = f"Unable to convert {text.strip()[:200]} to JSON: {error}"
        raise ResolverError(message, "MappingTemplate") from None


def _javascript(step: str, code: str, context: Context) -> Returned:
    answer = evaluate(step, code, context)
    context.stash = answer.get("stash") or {}
    context.out_errors += answer.get("outErrors") or []
    context.logs += answer.get("logs") or []
    context.subscription_filter = answer.get("subscriptionFilter") or context.subscription_filter
    if error := answer.get("error"):
        raise ResolverError(
            str(error.get("message")), error.get("errorType"), error["data"], error["errorInfo"]
        )
    if "unauthorized" in answer:
        unauthorized(context)
    if thrown := answer.get("thrown"):
        raise ResolverError(thrown, "Code")
    if "missing" in answer:
        return Returned(None, is_missing=True)
    return Returned(answer.get("return", answer.get("result")), early="return" in answer)


def unauthorized(context: Context) -> NoReturn:
    """util.unauthorized()."""
    name, parent = context.info["fieldName"], context.info["parentTypeName"]
    message = f"Not Authorized to access {name} on type {parent}"
    raise ResolverError(message, "Unauthorized")


def evaluate(step: str, code: str, context: Context) -> Json:
    """What `__call` of utils.js answers.

    Raises:
        ResolverError: the code is no JavaScript, or hits a limit.
    """
    simulation = current()
    calls = simulation.state(_Calls)
    calls.count += 1
    argument = {
        "name": step,
        "context": context.as_json(),
        "nowMs": int(clock.millis()),
        "seed": (simulation.seed + calls.count) % 2**31,
        "authType": context.auth_type,
    }
    asked = {
        "scripts": [*libraries(code), as_script(code)],
        "function": "__call",
        "argument": argument,
    }
    answer = calls.process().request("javascript", json.dumps(asked).encode(), seconds=SECONDS)
    if error := answer.get("error"):
        raise ResolverError(f"{error['errorType']}: {error['errorMessage']}", "Code")
    found: Json = json.loads(answer["payload"])
    return found


class _Calls:
    """The account's process for JavaScript, and how often it was asked."""

    def __init__(self) -> None:
        self.count = 0
        self._guest: Guest | None = None

    def process(self) -> Guest:
        if self._guest is None:
            self._guest = current().start_guest(0)
        return self._guest


def libraries(code: str) -> list[str]:
    """AWS's modules that the code imports, as we wrote them; to read the others takes time."""
    parts = [part for module, part in _PARTS.items() if module in code]
    return [_script(name) for name in ("utils", *parts)]


@functools.cache
def _script(name: str) -> str:
    return Path(__file__).with_name(f"{name}.js").read_text()


def as_script(code: str) -> str:
    """A module as a script that leaves its functions in `__handlers`.

    Raises:
        ResolverError: it imports what there is not.
    """
    script = _EXPORTED.sub("", _EXPORT.sub(r"\1", _IMPORT.sub(_imported, code)))
    names = ", ".join(
        f"{name}: typeof {name} === 'undefined' ? undefined : {name}"
        for name in ("request", "response")
    )
    return f"const __handlers = (() => {{\n{script}\nreturn {{ {names} }};\n}})();"


def _imported(found: re.Match[str]) -> str:
    module = found["module"]
    if module not in vtl_util.MODULES:
        raise ResolverError(f"Could not resolve module {module}", "Code")
    names = found["all"] or f"{{ {found['names'].replace(' as ', ': ')} }}"
    return f"const {names} = __modules['{module}'];"
