"""What a resolver's request does: each kind of data source.

https://docs.aws.amazon.com/appsync/latest/devguide/resolver-reference-js-version.html
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from boto3.dynamodb.types import TypeDeserializer
from botocore.awsrequest import AWSPreparedRequest
from botocore.compat import HTTPHeaders
from botocore.exceptions import ClientError, ParamValidationError

from labs.cloud import moto_seams
from labs.cloud.lambda_runtime.asynchronous import invoke_later
from labs.cloud.lambda_runtime.invocation import ThrottledError
from labs.cloud.missing import MissingError
from labs.cloud.moto_lambda import new_id
from labs.cloud.service_calls import call, noted
from labs.cloud.services.appsync import dynamodb
from labs.cloud.services.appsync.evaluation import ResolverError
from labs.cloud.simulation import current
from labs.cloud.wiring.targets import Sender, check_function

type Json = dict[str, Any]

_plain = TypeDeserializer()


@dataclass(frozen=True)
class Caller:
    """The API that calls: `name` as in the trace, `arn`, and its `region`."""

    name: str
    arn: str
    region: str


def run(source: Json, request: Any, caller: Caller) -> Any:
    """The result of a request to a data source, as `ctx.result` has it.

    Raises:
        ResolverError: the data source refuses it, or fails.
        MissingError: it is of a kind that is not simulated.
    """
    kind = str(source["type"])
    if kind == "NONE":
        return (request or {}).get("payload") if isinstance(request, dict) else None
    if not isinstance(request, dict):
        raise ResolverError("The request of a resolver has to be an object", "MappingTemplate")
    try:
        return _KINDS[kind](source, request, caller)
    except ClientError as error:
        raise _error(error, kind) from None
    except ParamValidationError as error:
        raise ResolverError(str(error), "MappingTemplate") from None


def _error(error: ClientError, kind: str) -> ResolverError:
    service = {"AMAZON_DYNAMODB": "DynamoDB", "AWS_LAMBDA": "Lambda"}.get(kind, kind.title())
    found = error.response["Error"]
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 400)
    code, message = found.get("Code"), found.get("Message")
    details = f"(Service: {service}, Status Code: {status}, Request ID: {new_id()})"
    item = error.response.get("Item")
    return ResolverError(
        f"{message} {details}",
        f"{service}:{code}",
        {name: _plain.deserialize(value) for name, value in item.items()} if item else None,
    )


def _dynamodb(source: Json, request: Json, caller: Caller) -> Any:
    config = source["dynamodbConfig"]
    operation, parameters = dynamodb.translate(request, str(config.get("tableName")))
    region = str(config.get("awsRegion") or caller.region)
    answer = call(caller.name, "dynamodb", operation, parameters, region=region)
    return dynamodb.result(str(request["operation"]), request, answer)


def invoke_batch(source: Json, payloads: Sequence[Any], caller: Caller) -> list[Any]:
    """One BatchInvoke; each result is {"data": ...} or {"errorMessage": ...}.

    Raises:
        ResolverError: the function fails, or returns something else than so many results.
    """
    results = _invoke(source, list(payloads), caller)
    if not isinstance(results, list) or len(results) != len(payloads):
        raise ResolverError(
            "The response of the function has to be a list of as many results as the request",
            "Lambda:IllegalArgument",
        )
    return results


def _lambda(source: Json, request: Json, caller: Caller) -> Any:
    if request.get("operation") not in ("Invoke", "BatchInvoke"):
        raise ResolverError(f"Unsupported operation '{request.get('operation')}'.", "Lambda")
    if request.get("invocationType") == "Event":
        arn = str(source["lambdaConfig"]["lambdaFunctionArn"])
        invoke_later(arn, json.dumps(request.get("payload")), made_by=caller.name)
        return None
    return _invoke(source, request.get("payload"), caller)


def _invoke(source: Json, payload: Any, caller: Caller) -> Any:
    arn = str(source["lambdaConfig"]["lambdaFunctionArn"])
    event = json.dumps(payload)
    sender = Sender(caller.name, "appsync.amazonaws.com", caller.arn, has_role=True)
    try:
        with noted(caller.name, "lambda", "Invoke", {"FunctionName": arn, "Payload": event}):
            function = check_function(sender, arn)
            invocation = current().environments.invoke(function, event, arn=arn)
    except ThrottledError:
        raise ResolverError("Rate Exceeded.", "Lambda:TooManyRequestsException") from None
    if invocation.error is not None:
        message = str(invocation.error.get("errorMessage"))
        raise ResolverError(message, "Lambda:Unhandled")
    return invocation.response


def _database(source: Json, request: Json, caller: Caller) -> str:
    """Each statement by itself; the results as the text of which `rds.toJsonObject` knows."""
    config = source["relationalDatabaseConfig"]["rdsHttpEndpointConfig"]
    variables, hints = request.get("variableMap") or {}, request.get("variableTypeHintMap") or {}
    results = []
    for sql in request.get("statements") or []:
        answer = call(
            caller.name,
            "rds-data",
            "ExecuteStatement",
            {
                "resourceArn": config["dbClusterIdentifier"],
                "secretArn": config["awsSecretStoreArn"],
                "sql": sql,
                "parameters": _parameters(sql, variables, hints),
                "includeResultMetadata": True,
                **({"database": config["databaseName"]} if config.get("databaseName") else {}),
            },
            region=str(config.get("awsRegion") or caller.region),
        )
        names = ("records", "columnMetadata", "numberOfRecordsUpdated", "generatedFields")
        results.append({name: answer[name] for name in names if name in answer})
    return json.dumps({"sqlStatementResults": results}, default=str)


def _parameters(sql: str, variables: Json, hints: Json) -> list[Json]:
    found = []
    for variable, value in variables.items():
        name = variable.removeprefix(":")
        if f":{name}" in sql:
            hint = {"typeHint": hints[variable]} if hints.get(variable) else {}
            found.append({"name": name, "value": _field(value), **hint})
    return found


def _field(value: Any) -> Json:
    match value:
        case None:
            return {"isNull": True}
        case bool():
            return {"booleanValue": value}
        case int():
            return {"longValue": value}
        case float():
            return {"doubleValue": value}
    return {"stringValue": value if isinstance(value, str) else json.dumps(value)}


def _events(source: Json, request: Json, caller: Caller) -> Any:
    bus = str(source["eventBridgeConfig"]["eventBusArn"])
    entries = [
        {
            "EventBusName": bus,
            "Source": event.get("source"),
            "DetailType": event.get("detailType"),
            "Detail": json.dumps(event.get("detail")),
            **({"Resources": event["resources"]} if event.get("resources") else {}),
        }
        for event in request.get("events") or []
    ]
    answer = call(
        caller.name, "events", "PutEvents", {"Entries": entries}, region=bus.split(":")[3]
    )
    return {
        "Entries": answer["Entries"],
        "FailedEntryCount": answer["FailedEntryCount"],
    }


def _http(source: Json, request: Json, caller: Caller) -> Json:
    """A request to an address of the account; the rest of the world is not there."""
    params = request.get("params") or {}
    url = f"{str(source['httpConfig']['endpoint']).rstrip('/')}{request.get('resourcePath', '/')}"
    if params.get("query"):
        url += "?" + urlencode(params["query"])
    body = params.get("body")
    content = body if isinstance(body, str) else json.dumps(body) if body is not None else ""
    headers = HTTPHeaders()
    for name, value in (params.get("headers") or {}).items():
        headers[name] = str(value)
    prepared = AWSPreparedRequest(request["method"], url, headers, content.encode(), False)
    with noted(caller.name, "http", f"{request['method']} {url}"[:100], {}):
        answer = moto_seams.process(prepared)
        if answer is None:
            raise MissingError(f"for requests to {url}")
    status, answered, text = answer
    return {"statusCode": status, "headers": answered, "body": text.decode("utf-8", "replace")}


_KINDS: Mapping[str, Callable[[Json, Json, Caller], Any]] = {
    "AMAZON_DYNAMODB": _dynamodb,
    "AWS_LAMBDA": _lambda,
    "RELATIONAL_DATABASE": _database,
    "AMAZON_EVENTBRIDGE": _events,
    "HTTP": _http,
}
