"""Whether a Task's Resource names something that Step Functions can call.

https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html
"""

import re

from labs.cloud.services.stepfunctions.language.validation.diagnostics import Findings

# AWS asks for the form only: a sample's "your-region" passes.
_ARN = re.compile(r"arn:[a-z-]+:[a-zA-Z0-9-]+:[^:]*:[^:]*:.+", re.DOTALL)
_INTEGRATION = re.compile(
    r"arn:aws[a-z-]*:states:::(?P<service>[a-zA-Z0-9-]+):(?P<action>[^.]+)(?P<pattern>\..*)?"
)
_ACTIVITY = re.compile(r"arn:aws[a-z-]*:states:[a-z0-9-]+:\d{12}:activity:.+")
PATTERNS = ("", ".sync", ".sync:2", ".waitForTaskToken")

# Those whose actions are few. The others take what their service has.
_ACTIONS = {
    "lambda": {"invoke"},
    "dynamodb": {"getItem", "putItem", "deleteItem", "updateItem"},
    "sqs": {"sendMessage"},
    "sns": {"publish"},
    "events": {"putEvents"},
    "states": {"startExecution"},
    "apigateway": {"invoke"},
    "http": {"invoke"},
    "ecs": {"runTask"},
    "batch": {"submitJob"},
    "glue": {"startJobRun"},
    "databrew": {"startJobRun"},
    "mediaconvert": {"createJob"},
}
_SERVICES = {
    *_ACTIONS,
    *("athena", "bedrock", "codebuild", "eks", "elasticmapreduce", "emr-containers"),
    *("emr-serverless", "sagemaker", "s3", "aws-sdk", "glue"),
}
_SYNCHRONOUS = {
    *("athena", "batch", "bedrock", "codebuild", "databrew", "ecs", "eks", "elasticmapreduce"),
    *("emr-containers", "emr-serverless", "glue", "mediaconvert", "sagemaker", "states"),
}
_WITH_TOKEN = {
    "lambda",
    "ecs",
    "sns",
    "sqs",
    "events",
    "states",
    "apigateway",
    "eks",
    "bedrock",
    "aws-sdk",
}


def check(resource: object, kind: str, location: str, findings: Findings) -> None:
    """`kind` is "STANDARD" or "EXPRESS"."""
    if not isinstance(resource, str) or not _ARN.fullmatch(resource):
        findings.add("Value is not a valid resource ARN", location)
        return
    if ":states:::" in resource and not _is_known(resource):
        findings.add(
            f"The resource provided {resource} is not recognized. The value is not a valid "
            "resource ARN, or the resource is not available in this region.",
            location,
        )
    elif kind == "EXPRESS":
        _check_express(resource, location, findings)


def has_pattern(resource: object) -> bool:
    """Whether a task waits for what it started: `.sync`, `.waitForTaskToken`."""
    found = _INTEGRATION.fullmatch(resource) if isinstance(resource, str) else None
    return bool(found and found["pattern"])


def _is_known(resource: str) -> bool:
    found = _INTEGRATION.fullmatch(resource)
    if not found or found["service"] not in _SERVICES:
        return False
    service, action, pattern = found["service"], found["action"], found["pattern"] or ""
    if service == "aws-sdk" and ":" not in action:
        return False
    if pattern not in PATTERNS or action not in _ACTIONS.get(service, {action}):
        return False
    if pattern.startswith(".sync"):
        return service in _SYNCHRONOUS
    return not pattern or service in _WITH_TOKEN


def _check_express(resource: str, location: str, findings: Findings) -> None:
    if _ACTIVITY.fullmatch(resource):
        findings.add("Express state machine does not support Activity ARN", location)
    elif resource.endswith((".sync", ".sync:2")):
        findings.add(
            "Express state machine does not support '.sync' service integration", location
        )
    elif resource.endswith(".waitForTaskToken"):
        # The space is AWS's.
        findings.add(
            "Express state machine does not support '.waitForTaskToken' service integration ",
            location,
        )
