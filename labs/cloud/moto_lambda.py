"""Every place in which moto's Lambda is bent: what it keeps and logs, and who runs it.

Each seam has a test that fails when a new moto moves what stands here. Beside it:
moto_lambda_invoke (Invoke), moto_lambda_async (its settings), moto_lambda_extras (what moto
drops), moto_lambda_policy (permissions),
moto_lambda_versions (versions and aliases), moto_lambda_urls (function URLs).
"""

import itertools
import re
from collections.abc import Callable, Sequence
from typing import Any, Protocol
from urllib.parse import unquote

from moto.awslambda.exceptions import UnknownFunctionException
from moto.awslambda.models import LambdaFunction, LambdaStorage, lambda_backends
from moto.awslambda.responses import LambdaResponse
from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.exceptions import JsonRESTError
from moto.logs.models import LogsBackend, logs_backends
from moto.moto_api._internal import mock_random

from labs.cloud import lambda_limits as limits
from labs.cloud import moto_lambda_extras
from labs.cloud.clock import clock
from labs.cloud.guest import GuestError
from labs.cloud.lambda_runtime.invocation import Invocation
from labs.cloud.simulation import has_current
from labs.cloud.trace import DEFAULT_REGION

MAX_LOG_BYTES, LOG_EVENT_BYTES = 32 * 1024 * 1024, 500  # of all functions; of one empty line
ARN = re.compile(r"arn:[\w-]+:lambda:([\w-]+):(\d*):function:([^:]+)(?::([^:]+))?")


class Invoke(Protocol):
    """Runs a function with an event (JSON), named by `arn` ("": its own).

    Raises:
        ThrottledError: its reserved concurrency is used up.
    """

    def __call__(
        self,
        function: Any,
        event: str,
        *,
        arn: str = "",
        client_context: dict[str, Any] | None = None,
    ) -> Invocation: ...


def _nothing_runs(function: Any, event: str, **_options: Any) -> Invocation:
    raise GuestError("there is no account in which functions run")


_invoke: Invoke = _nothing_runs
_put_any_function = LambdaStorage.put_function
_update_code = LambdaFunction.update_function_code
_update_configuration = LambdaFunction.update_configuration


def patch() -> None:
    """Put the seams in, before moto starts."""
    moto_lambda_extras.patch()
    LambdaStorage.put_function = _put_function
    LambdaFunction.update_function_code = _checked(_update_code)
    LambdaFunction.update_configuration = _checked(_update_configuration)


def set_invoke(invoke: Invoke) -> None:
    """Let `invoke` run Lambda functions, for whichever service calls them."""
    global _invoke
    _invoke = invoke


def run(
    function: LambdaFunction,
    event: str,
    *,
    arn: str = "",
    client_context: dict[str, Any] | None = None,
) -> Invocation:
    """Run a function by what `set_invoke` was given; see Invoke."""
    return _invoke(function, event, arn=arn, client_context=client_context)


def function(arn: str) -> LambdaFunction | None:
    """The function, the version of it, or what its alias stands for (without its weights)."""
    found = ARN.fullmatch(arn)
    region, account = (found[1], found[2]) if found else (DEFAULT_REGION, DEFAULT_ACCOUNT_ID)
    storage = lambda_backends[account or DEFAULT_ACCOUNT_ID][region]._lambdas
    try:
        return storage.get_function_by_name_or_arn_with_qualifier(arn)
    except UnknownFunctionException:
        return None


def qualifier(arn: str) -> str:
    """The version or alias that a function's ARN names, or ""."""
    found = ARN.fullmatch(arn)
    return (found[4] or "") if found else ""


def unqualified_arn(function: LambdaFunction) -> str:
    return ":".join(str(function.function_arn).split(":")[:7])


def latest(function: LambdaFunction) -> LambdaFunction:
    """$LATEST of the same function, which has what all its versions share."""
    backend = lambda_backends[function.account_id][function.region]
    return backend.get_function(function.function_name)


def named(response: LambdaResponse, tail: int) -> str:
    """A function's name or ARN in the path of a request, `tail` parts from its end."""
    return unquote(response.path.rstrip("/").split("/")[tail])


def asked_qualifier(response: LambdaResponse, name: str) -> str:
    """The qualifier that a request names, beside the name or as a part of it; or ""."""
    plain = name.rpartition(":function:")[2]
    asked = response.querystring.get("Qualifier", [""])[0]
    return str(plain.partition(":")[2] or asked or "")


def policy_statements(function: LambdaFunction) -> list[dict[str, Any]]:
    """Those of the resource policy of a function and all its versions and aliases."""
    statements: list[dict[str, Any]] = latest(function).policy.statements
    return statements


def generation(function: LambdaFunction) -> str:
    """Identifies code and configuration: another one means other execution environments."""
    # Not by time: one that is deleted and made again may be as old as the one before.
    born = vars(function).setdefault("coldstart_born", next(_births))
    updates = vars(function).get("coldstart_updates", 0)
    return f"{function.function_arn}:{function.version}:{born}:{updates}"


_births = itertools.count()


def archives(function: LambdaFunction) -> list[bytes]:
    """A function's package, then its layers in their order, as zips; none of an image."""
    if not hasattr(function, "code_bytes"):
        return []
    layers = (function.coldstart_layers[layer["Arn"]] for layer in function.layers)
    return [function.code_bytes, *layers]


def reserved_concurrency(function: LambdaFunction) -> int | None:
    """That of the function, which its versions share; None if it has none."""
    value = getattr(latest(function), "reserved_concurrency", None)
    return None if value is None else int(value)


def new_id() -> str:
    """A UUID that follows from the account's seed."""
    return str(mock_random.uuid4())


def log(function: LambdaFunction, stream: str, lines: Sequence[str]) -> None:
    """Write lines to a function's log group, and make what is missing of it."""
    backend = logs_backends[DEFAULT_ACCOUNT_ID][function.region]
    group = function.logs_group_name
    moment = int(clock.millis())
    events = [{"timestamp": moment, "message": line} for line in lines]
    try:
        if _stored_bytes(backend) > MAX_LOG_BYTES:
            return
        backend.ensure_log_group(group)
        backend.ensure_log_stream(group, stream)
        backend.put_log_events(group, stream, events)
    except GuestError:
        raise
    except Exception:  # noqa: S110 - the group is subscribed to what is not there, or breaks
        pass


def _stored_bytes(backend: LogsBackend) -> int:
    streams = (stream for group in backend.groups.values() for stream in group.streams.values())
    return sum(stream.stored_bytes + len(stream.events) * LOG_EVENT_BYTES for stream in streams)


def _accept(function: LambdaFunction) -> None:
    """Check its settings, and keep its layers: a function goes on when one is deleted."""
    backend = lambda_backends[function.account_id][function.region]
    kept = dict(getattr(function, "coldstart_layers", {}))
    for layer in function.layers:
        if found := backend.layers_versions_by_arn(layer["Arn"]):
            kept[layer["Arn"]] = found.code_bytes
    function.coldstart_layers = kept
    limits.check_function(function, archives(function))
    if has_current():
        limits.check_runtime(function)


def _put_function(self: LambdaStorage, function: LambdaFunction) -> None:
    _accept(function)
    _put_any_function(self, function)


def _checked(update: Callable[..., Any]) -> Callable[..., Any]:
    """An update that is refused changes nothing; each other one leaves a mark."""

    def updating(self: LambdaFunction, *arguments: Any) -> Any:
        before = dict(vars(self))
        self.coldstart_updates = getattr(self, "coldstart_updates", 0) + 1
        try:
            update(self, *arguments)
            moto_lambda_extras.keep(self, arguments[0])
            _accept(self)
        except JsonRESTError:
            vars(self).clear()
            vars(self).update(before)
            raise
        return self.get_configuration()

    return updating
