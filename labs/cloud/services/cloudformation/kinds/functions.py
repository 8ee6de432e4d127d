"""AWS::Lambda::*."""

import io
import zipfile
from typing import Any

from labs.cloud.services.cloudformation.errors import ResourceError
from labs.cloud.services.cloudformation.kinds.kind import Json, Kind, Work, changed, remove
from labs.cloud.services.cloudformation.packages import PACKAGES, package

# The module that Lambda gives to inline code:
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-lambda-function-code-cfnresponsemodule.html
RESPONSE = """
import json
import urllib.request

SUCCESS, FAILED = "SUCCESS", "FAILED"


def send(event, context, responseStatus, responseData,
         physicalResourceId=None, noEcho=False, reason=None):
    stream = context.log_stream_name
    answer = {
        "Status": responseStatus,
        "Reason": reason or f"See the details in CloudWatch Log Stream: {stream}",
        "PhysicalResourceId": physicalResourceId or stream,
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": event["LogicalResourceId"],
        "NoEcho": noEcho,
        "Data": responseData,
    }
    body = json.dumps(answer).encode()
    request = urllib.request.Request(event["ResponseURL"], data=body, method="PUT")
    urllib.request.urlopen(request)
"""
ARN = "arn:aws:lambda:{region}:{account}:function:"


def _zipped(text: str, runtime: str) -> bytes:
    """Inline code is the file index of its language."""
    name = "index.js" if runtime.startswith("nodejs") else "index.py"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(zipfile.ZipInfo(name), text)
        if "cfnresponse" in text:
            archive.writestr(zipfile.ZipInfo("cfnresponse.py"), RESPONSE)
    return packed.getvalue()


def _code(work: Work) -> Json:
    """What CreateFunction takes as Code."""
    code = work.properties.get("Code") or {}
    if isinstance(code, str):
        message = "Code must name an S3 object or hold ZipFile; package local folders first"
        raise ResourceError(f"Properties validation failed for resource {work.name}: {message}")
    if code.get("S3Bucket") == PACKAGES:
        return {"ZipFile": package(str(code["S3Key"]))}
    if "ZipFile" in code:
        text = str(code["ZipFile"])
        return {"ZipFile": _zipped(text, str(work.properties.get("Runtime", "python3.13")))}
    return dict(code)


def _created(work: Work, parameters: Json) -> Json:
    return {**parameters, "Code": _code(work)}


def _configured(work: Work, parameters: Json) -> Json:
    """Code is changed by a call of its own."""
    if changed(work, "Code"):
        work.call("lambda", "UpdateFunctionCode", {"FunctionName": work.ref, **_code(work)})
    return parameters


def _concurrency(work: Work) -> None:
    if not changed(work, "ReservedConcurrentExecutions"):
        return
    value = work.properties.get("ReservedConcurrentExecutions")
    if value is None:
        work.call("lambda", "DeleteFunctionConcurrency", {"FunctionName": work.ref})
        return
    asked = {"FunctionName": work.ref, "ReservedConcurrentExecutions": int(value)}
    work.call("lambda", "PutFunctionConcurrency", asked)


def _permitted(work: Work, parameters: Json) -> Json:
    work.kept["StatementId"] = f"{work.stack}-{work.name}-{work.new_name(12)[-12:]}"
    return {**parameters, "StatementId": work.kept["StatementId"]}


def _published(work: Work, parameters: Json) -> Json:
    content = dict(work.properties.get("Content") or {})
    if content.get("S3Bucket") == PACKAGES:
        content = {"ZipFile": package(str(content["S3Key"]))}
    return {**parameters, "Content": content}


def _weighted(work: Work, parameters: Json) -> Json:
    """Weights of an alias: a list in templates, a map in calls."""
    routing = work.properties.get("RoutingConfig")
    if not routing:
        return parameters
    weights = {
        str(one["FunctionVersion"]): float(one["FunctionWeight"])
        for one in routing.get("AdditionalVersionWeights", ())
    }
    return {**parameters, "RoutingConfig": {"AdditionalVersionWeights": weights}}


def _delete_version(work: Work) -> None:
    keys = {"FunctionName": work.ref.rpartition(":")[0], "Qualifier": work.ref.split(":")[-1]}
    remove(work, "lambda", "DeleteFunction", keys)


def _url_made(work: Work) -> None:
    work.kept["FunctionArn"] = work.answer.get("FunctionArn", work.ref)


KINDS: dict[str, Any] = {
    "AWS::Lambda::Function": Kind(
        service="lambda",
        create="CreateFunction",
        update="UpdateFunctionConfiguration",
        delete="DeleteFunction",
        name="FunctionName",
        ref="{FunctionName}",
        keys={"FunctionName": "{ref}"},
        attributes={"Arn": ARN + "{ref}"},
        apart=frozenset(
            {"Code", "ReservedConcurrentExecutions", "Tags", "RuntimeManagementConfig"}
        ),
        immutable=frozenset({"PackageType"}),
        shape_create=_created,
        shape_update=_configured,
        after=_concurrency,
    ),
    "AWS::Lambda::Version": Kind(
        service="lambda",
        create="PublishVersion",
        ref="{FunctionArn}",
        attributes={"Version": "{Version}", "FunctionArn": "{FunctionArn}"},
        apart=frozenset({"ProvisionedConcurrencyConfig", "RuntimePolicy"}),
        before_delete=_delete_version,
    ),
    "AWS::Lambda::Alias": Kind(
        service="lambda",
        create="CreateAlias",
        update="UpdateAlias",
        delete="DeleteAlias",
        ref="{AliasArn}",
        keys={"FunctionName": "{FunctionName}", "Name": "{Name}"},
        attributes={"AliasArn": "{ref}"},
        apart=frozenset({"RoutingConfig", "ProvisionedConcurrencyConfig"}),
        immutable=frozenset({"Name", "FunctionName"}),
        shape_create=_weighted,
        shape_update=_weighted,
    ),
    "AWS::Lambda::Permission": Kind(
        service="lambda",
        create="AddPermission",
        delete="RemovePermission",
        ref="{StatementId}",
        keys={"FunctionName": "{FunctionName}", "StatementId": "{ref}"},
        attributes={"Id": "{ref}"},
        shape_create=_permitted,
    ),
    "AWS::Lambda::EventSourceMapping": Kind(
        service="lambda",
        create="CreateEventSourceMapping",
        update="UpdateEventSourceMapping",
        delete="DeleteEventSourceMapping",
        ref="{UUID}",
        keys={"UUID": "{ref}"},
        attributes={
            "Id": "{ref}",
            "EventSourceMappingArn": ARN.replace("function:", "event-source-mapping:{ref}"),
        },
        apart=frozenset({"Tags"}),
        immutable=frozenset({"EventSourceArn", "StartingPosition"}),
    ),
    "AWS::Lambda::LayerVersion": Kind(
        service="lambda",
        create="PublishLayerVersion",
        delete="DeleteLayerVersion",
        name="LayerName",
        ref="{LayerVersionArn}",
        keys={"LayerName": "{LayerName}", "VersionNumber": "{Version}"},
        attributes={"LayerVersionArn": "{ref}"},
        apart=frozenset({"Content"}),
        immutable=frozenset({"Content"}),
        shape_create=_published,
    ),
    "AWS::Lambda::Url": Kind(
        service="lambda",
        create="CreateFunctionUrlConfig",
        update="UpdateFunctionUrlConfig",
        delete="DeleteFunctionUrlConfig",
        renamed={"TargetFunctionArn": "FunctionName"},
        ref="{FunctionArn}",
        keys={"FunctionName": "{TargetFunctionArn}", "Qualifier": "{Qualifier}"},
        attributes={"FunctionArn": "{FunctionArn}", "FunctionUrl": "{FunctionUrl}"},
        after=_url_made,
    ),
    "AWS::Lambda::EventInvokeConfig": Kind(
        service="lambda",
        create="PutFunctionEventInvokeConfig",
        update="PutFunctionEventInvokeConfig",
        delete="DeleteFunctionEventInvokeConfig",
        ref="{stack}-{FunctionName}",
        keys={"FunctionName": "{FunctionName}", "Qualifier": "{Qualifier}"},
    ),
}
