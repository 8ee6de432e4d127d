"""What a function's role must allow before Lambda polls a queue or a stream for it.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html
"""

from collections.abc import Mapping
from typing import Any

from labs.cloud import moto_iam, moto_lambda
from labs.cloud.iam.enforcement import decide
from labs.cloud.iam.need import Need

QUEUE = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
STREAM = (
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:DescribeStream",
    "dynamodb:ListStreams",
)


def refusal(parameters: Mapping[str, Any], region: str) -> str:
    """Why CreateEventSourceMapping is refused (InvalidParameterValueException), or ""."""
    source = str(parameters.get("EventSourceArn") or "")
    name = str(parameters.get("FunctionName") or "")
    arn = f"arn:aws:lambda:{region}:{moto_iam.ACCOUNT}:function:{name.rpartition('function:')[2]}"
    function = moto_lambda.function(arn)
    if function is None or (":sqs:" not in source and ":dynamodb:" not in source):
        return ""
    role = moto_iam.role_identity(str(function.role), function.function_name)
    is_queue = ":sqs:" in source
    for action in QUEUE if is_queue else STREAM:
        resource = "*" if action == "dynamodb:ListStreams" else source
        if not decide(role, Need(action, resource), region).is_allowed:
            operation = action.partition(":")[2]
            if is_queue:
                return (
                    "The provided execution role does not have permissions to call "
                    f"{operation} on SQS"
                )
            return (
                f"Cannot access stream {source}. Please ensure the role can perform the "
                "GetRecords, GetShardIterator, DescribeStream, and ListStreams Actions on your "
                "stream in IAM."
            )
    return ""
