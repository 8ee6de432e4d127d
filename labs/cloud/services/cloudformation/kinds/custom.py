"""Custom resources by Lambda, nested stacks, and what only stands in templates.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html
"""

import json
from dataclasses import dataclass, field
from typing import Any, override
from urllib.parse import parse_qs, urlsplit

from botocore.awsrequest import AWSPreparedRequest

from labs.cloud import moto_lambda, routes
from labs.cloud.clock import clock
from labs.cloud.lambda_runtime.invocation import ThrottledError
from labs.cloud.service_calls import noted
from labs.cloud.services.cloudformation.errors import ResourceError
from labs.cloud.services.cloudformation.intrinsics import text
from labs.cloud.services.cloudformation.kinds.kind import Json, Kind, Work
from labs.cloud.simulation import current

HOST = "cloudformation-custom-resource-response-useast1.s3.amazonaws.com"
TIMEOUT_MS = 3600 * 1000
MAX_RESPONSE = 4096


@dataclass
class Responses:
    """What functions have put to their ResponseURL: {request id: response}."""

    found: dict[str, Json] = field(default_factory=dict)


def respond(request: AWSPreparedRequest) -> routes.Answer:
    """Take a function's PUT to its ResponseURL."""
    asked = parse_qs(urlsplit(request.url).query).get("request", [""])[0]
    try:
        found = json.loads(request.body or b"")
    except ValueError:
        return 400, {}, b"no JSON"
    if isinstance(found, dict):
        current().state(Responses).found[asked] = found
    return 200, {}, b""


class Custom(Kind):
    """A resource that a function of the account makes, changes and deletes."""

    @override
    def make(self, work: Work) -> None:
        self._ask(work, "Create")

    @override
    def change(self, work: Work) -> None:
        self._ask(work, "Update", OldResourceProperties=_properties(work.before))

    @override
    def needs_replacement(self, work: Work, changed: set[str]) -> bool:
        return "ServiceToken" in changed

    @override
    def remove(self, work: Work) -> None:
        if work.ref:
            self._ask(work, "Delete")

    def _ask(self, work: Work, kind: str, **more: Any) -> None:
        token = str(work.properties.get("ServiceToken", ""))
        function = moto_lambda.function(token) if ":function:" in token else None
        if function is None:
            raise ResourceError(f"Invalid ServiceToken {token}: no function of this account")
        request_id = moto_lambda.new_id()
        event = {
            "RequestType": kind,
            "ServiceToken": token,
            "ResponseURL": f"https://{HOST}/response?request={request_id}",
            "StackId": work.stack_id,
            "RequestId": request_id,
            "LogicalResourceId": work.name,
            "ResourceType": work.type,
            "ResourceProperties": _properties(work.properties),
            **({"PhysicalResourceId": work.ref} if work.ref else {}),
            **more,
        }
        asked = {"FunctionName": token, "InvocationType": "Event", "Payload": json.dumps(event)}
        with noted(f"stack {work.stack}", "lambda", "Invoke", asked):
            try:
                current().environments.invoke(function, json.dumps(event), arn=token)
            except ThrottledError as error:
                raise ResourceError(str(error)) from None
        self._take(work, current().state(Responses).found.pop(request_id, None), request_id)

    def _take(self, work: Work, response: Json | None, request_id: str) -> None:
        """What the function answered. AWS waits an hour for it."""
        if response is None:
            clock.advance_to(clock.millis() + TIMEOUT_MS)
            raise ResourceError(
                "CloudFormation did not receive a response from your Custom Resource. Please "
                f"check your logs for requestId [{request_id}]. If you are using the Python "
                "cfn-response module, you may need to update your Lambda function code so that "
                "CloudFormation can attach the updated version."
            )
        if response.get("Status") != "SUCCESS":
            reason = response.get("Reason") or "no reason given"
            raise ResourceError(
                f"Received response status [FAILED] from custom resource. Message returned: "
                f"{reason} (RequestId: {request_id})"
            )
        work.ref = str(response.get("PhysicalResourceId") or work.ref)
        if not work.ref:
            raise ResourceError("Invalid PhysicalResourceId")
        work.attributes = dict(response.get("Data") or {})


def _properties(properties: Json) -> Json:
    """Numbers and flags reach the function as text."""
    return {name: _plain(value) for name, value in properties.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else text(value)


class Nested(Kind):
    """AWS::CloudFormation::Stack: a stack of a template in S3."""

    @override
    def make(self, work: Work) -> None:
        name = work.new_name(128)
        answer = work.call("cloudformation", "CreateStack", self._asked(work, name))
        work.ref = answer["StackId"]
        self._outcome(work)

    @override
    def change(self, work: Work) -> None:
        work.call("cloudformation", "UpdateStack", self._asked(work, work.ref))
        self._outcome(work)

    @override
    def needs_replacement(self, work: Work, changed: set[str]) -> bool:
        return False

    @override
    def remove(self, work: Work) -> None:
        work.call("cloudformation", "DeleteStack", {"StackName": work.ref})

    def _asked(self, work: Work, name: str) -> Json:
        parameters = work.properties.get("Parameters") or {}
        return {
            "StackName": name,
            "TemplateURL": str(work.properties.get("TemplateURL", "")),
            "Parameters": [
                {"ParameterKey": key, "ParameterValue": text(value)}
                for key, value in parameters.items()
            ],
            "Capabilities": [
                "CAPABILITY_IAM",
                "CAPABILITY_NAMED_IAM",
                "CAPABILITY_AUTO_EXPAND",
            ],
        }

    def _outcome(self, work: Work) -> None:
        found = work.call("cloudformation", "DescribeStacks", {"StackName": work.ref})
        stack = found["Stacks"][0]
        if not stack["StackStatus"].endswith("_COMPLETE") or "ROLLBACK" in stack["StackStatus"]:
            reason = stack.get("StackStatusReason", stack["StackStatus"])
            raise ResourceError(
                f"Embedded stack {work.ref} was not successfully created: {reason}"
            )
        for output in stack.get("Outputs", ()):
            work.attributes[f"Outputs.{output['OutputKey']}"] = output["OutputValue"]


class Mark(Kind):
    """What stands for nothing: a handle of a wait condition, metadata of a tool."""

    @override
    def make(self, work: Work) -> None:
        work.ref = work.new_name(128)

    @override
    def change(self, work: Work) -> None:
        pass

    @override
    def needs_replacement(self, work: Work, changed: set[str]) -> bool:
        return False


CUSTOM = Custom()
KINDS: dict[str, Any] = {
    "AWS::CDK::Metadata": Mark(),
    "AWS::CloudFormation::CustomResource": CUSTOM,
    "AWS::CloudFormation::Stack": Nested(),
    "AWS::CloudFormation::WaitConditionHandle": Mark(),
}
