"""First-class integrations of HTTP APIs with AWS's services.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-aws-services-reference.html
"""

import json
from typing import Any

from labs.cloud.http_payloads import HttpResponse
from labs.cloud.missing import MissingError
from labs.cloud.services.api_gateway import aws_services
from labs.cloud.services.api_gateway.http_api.call import Call, Refusal

# {subtype: (host, parameters that must be there)}
SUBTYPES = {
    "EventBridge-PutEvents": ("events", ("Detail", "DetailType", "Source")),
    "SQS-SendMessage": ("sqs", ("QueueUrl", "MessageBody")),
    "SQS-ReceiveMessage": ("sqs", ("QueueUrl",)),
    "SQS-DeleteMessage": ("sqs", ("QueueUrl", "ReceiptHandle")),
    "SQS-PurgeQueue": ("sqs", ("QueueUrl",)),
    "Kinesis-PutRecord": ("kinesis", ("StreamName", "Data", "PartitionKey")),
    "StepFunctions-StartExecution": ("states", ("StateMachineArn",)),
    "StepFunctions-StartSyncExecution": ("sync-states", ("StateMachineArn",)),
    "StepFunctions-StopExecution": ("states", ("ExecutionArn",)),
}


def answer(call: Call, integration: dict[str, Any]) -> HttpResponse:
    """What the service answers.

    Raises:
        Refusal: a parameter is missing.
        MissingError: this subtype is not simulated.
    """
    subtype = str(integration["integrationSubtype"])
    if subtype not in SUBTYPES:
        raise MissingError(f"with the integration subtype {subtype}")
    host, needed = SUBTYPES[subtype]
    mapping = integration.get("requestParameters") or {}
    values = {name: call.text(str(source)) for name, source in mapping.items()}
    given = {name: value for name, value in values.items() if value is not None}
    missing = [name for name in needed if name not in given]
    if missing:
        raise Refusal(
            400,
            f"Unable to resolve property {missing[0]} from source {mapping.get(missing[0])}. "
            "Please make sure that the required property is specified",
        )
    region = given.pop("Region", call.api.region)
    uri = f"arn:aws:apigateway:{region}:{host}:action/{subtype.partition('-')[2]}"
    return _sent(call, uri, host, _document(subtype, given))


def _document(subtype: str, given: dict[str, str]) -> dict[str, Any]:
    """The parameters as the operation wants them."""
    if subtype == "EventBridge-PutEvents":
        entry: dict[str, Any] = dict(given)
        if "Resources" in entry:
            entry["Resources"] = _list(entry["Resources"])
        return {"Entries": [entry]}
    found: dict[str, Any] = {
        name[0].lower() + name[1:] if subtype.startswith("StepFunctions") else name: value
        for name, value in given.items()
    }
    return found


def _list(text: str) -> list[Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return [text]
    return found if isinstance(found, list) else [text]


def _sent(call: Call, uri: str, host: str, document: dict[str, Any]) -> HttpResponse:
    if host == "sqs":
        query = tuple((name, str(value)) for name, value in document.items())
        headers = {"Accept": "application/xml"}
        asked = aws_services.outgoing(uri, "POST", query, headers, b"")
    else:
        body = json.dumps(document).encode()
        asked = aws_services.outgoing(uri, "POST", (), {"Accept": "application/json"}, body)
    received = aws_services.send(call.api.trace_name, asked)
    kind = received.header("content-type") or "application/json"
    kind = "text/xml" if received.body.lstrip().startswith(b"<") else kind
    return HttpResponse(received.status, (("Content-Type", kind),), received.body)
