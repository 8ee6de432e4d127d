"""Invocations for whose answer nobody waits: InvocationType=Event, and what services send."""

from labs.cloud import moto_lambda
from labs.cloud.lambda_runtime.invocation import ThrottledError
from labs.cloud.simulation import current


def invoke_later(arn: str, event: str, *, made_by: str) -> None:
    """Put an event (JSON) into the function's queue; `arn` may name a version or alias."""
    name = arn.split(":function:")[-1]
    current().agenda.put(lambda: _invoke(arn, event), what=f"{made_by} to function {name}")


def _invoke(arn: str, event: str) -> None:
    function = moto_lambda.function(arn)
    if function is None:
        return
    try:
        current().environments.invoke(function, event, arn=arn)
    except ThrottledError:
        return
