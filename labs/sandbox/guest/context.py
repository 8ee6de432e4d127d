"""The `context` argument of a handler.

https://docs.aws.amazon.com/lambda/latest/dg/python-context.html
"""

import os
import time
from typing import Any, override


class Shown:
    """Shows its attributes in its repr(), as `print(context)` does on Lambda."""

    @override
    def __repr__(self) -> str:
        public = {name: value for name, value in vars(self).items() if name[0] != "_"}
        shown = ",".join(f"{name}={value}" for name, value in public.items())
        return f"{type(self).__name__}([{shown}])"


class CognitoIdentity(Shown):
    """Who is logged in to a mobile app; nobody is here."""

    def __init__(self) -> None:
        self.cognito_identity_id = None
        self.cognito_identity_pool_id = None


class Client(Shown):
    """The app that a mobile client told of."""

    def __init__(self, client: dict[str, Any]) -> None:
        self.installation_id = client.get("installation_id")
        self.app_title = client.get("app_title")
        self.app_version_name = client.get("app_version_name")
        self.app_version_code = client.get("app_version_code")
        self.app_package_name = client.get("app_package_name")


class ClientContext(Shown):
    """The parameter ClientContext of Invoke."""

    def __init__(self, context: dict[str, Any]) -> None:
        client = context.get("client")
        self.custom = context.get("custom")
        self.env = context.get("env")
        self.client = Client(client) if isinstance(client, dict) else None


class LambdaContext(Shown):
    """What a handler can ask about its invocation, function and environment."""

    def __init__(
        self,
        *,
        request_id: str,
        arn: str,
        client_context: dict[str, Any] | None,
        deadline_ms: int,
    ) -> None:
        self.aws_request_id = request_id
        self.log_group_name = os.environ.get("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME")
        self.function_name = os.environ.get("AWS_LAMBDA_FUNCTION_NAME")
        self.memory_limit_in_mb = os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.function_version = os.environ.get("AWS_LAMBDA_FUNCTION_VERSION")
        self.invoked_function_arn = arn
        self.client_context = None if client_context is None else ClientContext(client_context)
        self.identity = CognitoIdentity()
        self._deadline_ms = deadline_ms

    def get_remaining_time_in_millis(self) -> int:
        """How long the function may still run, by the account's clock."""
        return max(0, self._deadline_ms - int(time.time() * 1000))
