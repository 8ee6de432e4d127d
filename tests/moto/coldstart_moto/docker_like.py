"""What moto's tests expect of functions as moto runs them, in Docker, and AWS does not do.

An event is answered with the payload whatever the invocation type, errors are "Handled", what a
handler returns stands in its log, each invocation has a log stream, and no event is the text "{}".
Mappings are at work as soon as they are made, and those of streams need no starting position.
"""

import json
import zipfile
from io import BytesIO
from typing import Any

from labs.cloud import moto_lambda, moto_mappings
from labs.cloud.lambda_runtime import logs
from labs.cloud.lambda_runtime.environment import Environment
from moto.awslambda.models import LambdaBackend
from moto.awslambda.responses import LambdaResponse

CONTEXT, TYPE = "X-Amz-Client-Context", "X-Amz-Invocation-Type"


def install() -> None:
    """Bend our seams, for these tests alone."""
    LambdaBackend.invoke = _invoking(LambdaBackend.invoke)
    LambdaBackend.create_event_source_mapping = _from_the_start(
        LambdaBackend.create_event_source_mapping
    )
    LambdaResponse.create_event_source_mapping = _answer_enabled
    Environment.invoke = _logging_result(Environment.invoke)  # type: ignore[method-assign]
    moto_lambda.archives = _whole(moto_lambda.archives)


def _invoking(invoke: Any) -> Any:
    def invoke_like_docker(
        self: Any,
        function_name: str,
        qualifier: Any,
        body: Any,
        headers: Any,
        response_headers: Any,
    ) -> Any:
        kept = {CONTEXT: headers.get(CONTEXT)}
        if headers.get(TYPE) == "DryRun":
            kept[TYPE] = "DryRun"
        payload = invoke(self, function_name, qualifier, body or '"{}"', kept, response_headers)
        if "x-amz-function-error" in response_headers:
            response_headers["x-amz-function-error"] = "Handled"
        return payload

    return invoke_like_docker


def _from_the_start(create: Any) -> Any:
    def create_from_the_start(self: Any, spec: dict[str, Any]) -> Any:
        if spec["EventSourceArn"].split(":")[2] != "sqs":
            spec.setdefault("StartingPosition", "TRIM_HORIZON")
        return create(self, spec)

    return create_from_the_start


def _answer_enabled(self: Any) -> Any:
    mapping = self.backend.create_event_source_mapping(self.json_body)
    return moto_mappings._answer(mapping, "Enabled", 201)


def _logging_result(invoke: Any) -> Any:
    def invoke_and_log(self: Any, request: Any) -> Any:
        name = moto_lambda.new_id().replace("-", "")
        self._stream = logs.stream_name(self._version, name)
        outcome, log = invoke(self, request)
        if outcome.error is None:
            moto_lambda.log(
                self._function, self._stream, [json.dumps(outcome.response, separators=(",", ":"))]
            )
        return outcome, log

    return invoke_and_log


def _whole(archives: Any) -> Any:
    def archives_that_are_some(function: Any) -> list[bytes]:
        return [found for found in archives(function) if zipfile.is_zipfile(BytesIO(found))]

    return archives_that_are_some
