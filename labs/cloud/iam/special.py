"""Calls whose permissions do not follow from their name and one parameter."""

from collections.abc import Callable, Mapping
from typing import Any

from moto.core.utils import get_service_model

from labs.cloud import moto_s3
from labs.cloud.iam import of_dynamodb
from labs.cloud.iam.actions import IN, S3_ACTIONS
from labs.cloud.iam.need import Need, Where
from labs.cloud.iam.statements import listed

type Parameters = Mapping[str, Any]
# (operation, parameters, where) -> needs, or None where the plain rule is right
type Special = Callable[[str, Parameters, Where], list[Need] | None]


def _s3(operation: str, parameters: Parameters, _where: Where) -> list[Need]:
    bucket, key = parameters.get("Bucket"), parameters.get("Key")
    action = f"s3:{S3_ACTIONS.get(operation, operation)}"
    if not bucket:
        # Policies of AWS's samples name all buckets where they let somebody list them.
        return [Need(action, "arn:aws:s3:::*")]
    arn = f"arn:aws:s3:::{bucket}"
    if operation == "DeleteObjects":
        keys = [one["Key"] for one in parameters.get("Delete", {}).get("Objects", [])]
        return [Need(action, f"{arn}/{key}") for key in keys]
    if parameters.get("VersionId") and operation in ("GetObject", "HeadObject", "DeleteObject"):
        action += "Version"
    needs = [Need(action, f"{arn}/{key}" if key else arn)]
    is_read = operation in ("GetObject", "HeadObject") and not parameters.get("VersionId")
    if is_read and moto_s3.is_missing(str(bucket), str(key)):
        needs.append(Need("s3:ListBucket", arn))  # to be told that the key does not exist
    if operation in ("CopyObject", "UploadPartCopy"):
        needs.insert(0, Need("s3:GetObject", f"arn:aws:s3:::{_copied(parameters)}"))
    return needs


def _copied(parameters: Parameters) -> str:
    source = parameters.get("CopySource", "")
    if isinstance(source, Mapping):
        return f"{source.get('Bucket')}/{source.get('Key')}"
    return str(source).lstrip("/").partition("?")[0]


def _queue(operation: str, parameters: Parameters, where: Where) -> list[Need] | None:
    """A queue's URL ends with its name."""
    url = str(parameters.get("QueueUrl", ""))
    if not url:
        return None
    batched = operation.removesuffix("Batch")
    return [Need(f"sqs:{batched}", where.arn("arn:aws:sqs:" + IN + ":{0}", url.split("/")[-1]))]


def _topic(operation: str, parameters: Parameters, _where: Where) -> list[Need] | None:
    """A subscription is its topic's business; a text message has no resource."""
    if arn := parameters.get("SubscriptionArn"):
        return [Need(f"sns:{operation}", ":".join(str(arn).split(":")[:6]))]
    return [Need("sns:Publish")] if parameters.get("PhoneNumber") else None


def _function(operation: str, parameters: Parameters, where: Where) -> list[Need] | None:
    """A function's name may be its ARN or a part of it, with or without a qualifier."""
    name = str(parameters.get("FunctionName", ""))
    if not name or operation == "CreateEventSourceMapping":
        return None
    full = name.rpartition("function:")[2]
    if (qualifier := parameters.get("Qualifier")) and ":" not in full:
        full = f"{full}:{qualifier}"
    arn = ":".join(name.split(":")[:6]) if name.startswith("arn:") else ""
    plain = where.arn("arn:aws:lambda:" + IN + ":function:{0}", full)
    action = "InvokeFunction" if operation.startswith("Invoke") else operation
    return [Need(f"lambda:{action}", f"{arn}:{full}" if arn else plain)]


def _layer(operation: str, parameters: Parameters, where: Where) -> list[Need]:
    version = parameters.get("VersionNumber")
    name = f"{parameters.get('LayerName')}:{version}" if version else parameters.get("LayerName")
    arn = where.arn("arn:aws:lambda:" + IN + ":layer:{0}", str(name))
    return [Need(f"lambda:{operation}", arn)]


def _put_events(_operation: str, parameters: Parameters, where: Where) -> list[Need]:
    return [
        Need(
            "events:PutEvents",
            where.arn(
                "arn:aws:events:" + IN + ":event-bus/{0}", entry.get("EventBusName") or "default"
            ),
            {
                "events:source": str(entry.get("Source", "")),
                "events:detail-type": str(entry.get("DetailType", "")),
            },
        )
        for entry in listed(parameters.get("Entries"))
    ]


def _rule(operation: str, parameters: Parameters, where: Where) -> list[Need] | None:
    bus = str(parameters.get("EventBusName") or "default").rpartition("/")[2]
    name = parameters.get("Rule") or parameters.get("Name")
    kind = "event-bus" if "EventBus" in operation or "Permission" in operation else "rule"
    if not name or operation.endswith(("Archive", "Replay")):
        return None
    within = f"{bus}/" if bus != "default" and kind == "rule" else ""
    arn = where.arn(f"arn:aws:events:{IN}:{kind}/{within}{{0}}", str(name))
    return [Need(f"events:{operation}", arn)]


def _schedule(operation: str, parameters: Parameters, where: Where) -> list[Need] | None:
    name = parameters.get("Name")
    if not name:
        return None
    resource = "schedule/{group}/{0}"
    if operation.endswith("ScheduleGroup"):
        resource = "schedule-group/{0}"
    group = str(parameters.get("GroupName") or "default")
    return [
        Need(
            f"scheduler:{operation}",
            where.arn(f"arn:aws:scheduler:{IN}:{resource}", str(name), group=group),
        )
    ]


def _activity(operation: str, parameters: Parameters, where: Where) -> list[Need] | None:
    name = parameters.get("name")
    if operation == "CreateActivity":
        arn = where.arn("arn:aws:states:" + IN + ":activity:{0}", str(name))
        return [Need("states:CreateActivity", arn)]
    return None


def _statement(operation: str, parameters: Parameters, _where: Where) -> list[Need]:
    """The Data API reads the secret with its caller's permission."""
    needs = [Need(f"rds-data:{operation}", str(parameters.get("resourceArn", "*")))]
    if secret := parameters.get("secretArn"):
        needs.append(Need("secretsmanager:GetSecretValue", str(secret)))
    return needs


def _log(operation: str, parameters: Parameters, where: Where) -> list[Need] | None:
    group, stream = parameters.get("logGroupName"), parameters.get("logStreamName")
    if not group or operation in ("CreateLogGroup", "DescribeLogGroups"):
        return None
    resource = f"log-group:{group}:log-stream:{stream or ''}"
    return [Need(f"logs:{operation}", where.arn(f"arn:aws:logs:{IN}:{{0}}", resource))]


def _parameter(operation: str, parameters: Parameters, where: Where) -> list[Need] | None:
    """A parameter's ARN has one slash before its name, whether or not the name begins with it."""
    names = [parameters.get("Name"), parameters.get("Path"), *listed(parameters.get("Names"))]
    found = [str(name).partition(":")[0] for name in names if name]
    template = "arn:aws:ssm:" + IN + ":parameter/{0}"
    action = f"ssm:{operation}"
    return [Need(action, where.arn(template, name.lstrip("/"))) for name in found] or None


def _api(service: str) -> Special:
    """API Gateway's actions are HTTP methods, its resources paths.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/arn-format-reference.html
    """

    def needs(operation: str, parameters: Parameters, where: Where) -> list[Need]:
        http = get_service_model(service).operation_model(operation).http
        values = {name: str(value) for name, value in parameters.items()}
        by_location = {name[0].lower() + name[1:]: value for name, value in values.items()}
        path = http["requestUri"].partition("?")[0].replace("+}", "}")
        for name, value in {**by_location, **values, **_path_names(service, values)}.items():
            path = path.replace("{" + name + "}", value)
        return [Need(f"apigateway:{http['method']}", f"arn:aws:apigateway:{where.region}::{path}")]

    return needs


def _path_names(service: str, values: Mapping[str, str]) -> dict[str, str]:
    """The names that the paths of REST APIs use: restApiId stands there as restapi_id."""
    if service != "apigateway":
        return {}
    return {
        "restapi_id": values.get("restApiId", ""),
        "resource_id": values.get("resourceId", ""),
        "http_method": values.get("httpMethod", ""),
        "stage_name": values.get("stageName", ""),
        "deployment_id": values.get("deploymentId", ""),
        "authorizer_id": values.get("authorizerId", ""),
        "usageplanId": values.get("usagePlanId", ""),
        "api_Key": values.get("apiKey", ""),
    }


def _task(operation: str, parameters: Parameters, where: Where) -> list[Need] | None:
    cluster = str(parameters.get("cluster") or "default").rpartition("/")[2]
    for name, kind in (("service", "service"), ("serviceName", "service"), ("task", "task")):
        values = listed(parameters.get(name)) or listed(parameters.get(f"{name}s"))
        if values and operation != "RunTask":
            template = f"arn:aws:ecs:{IN}:{kind}/{cluster}/{{0}}"
            return [Need(f"ecs:{operation}", where.arn(template, str(one))) for one in values]
    return None


SPECIAL: dict[tuple[str, str], Special] = {
    ("apigateway", "*"): _api("apigateway"),
    ("apigatewayv2", "*"): _api("apigatewayv2"),
    ("dynamodb", "*"): of_dynamodb.needs,
    ("ecs", "*"): _task,
    ("events", "*"): _rule,
    ("events", "PutEvents"): _put_events,
    ("lambda", "*"): _function,
    ("lambda", "GetLayerVersion"): _layer,
    ("lambda", "DeleteLayerVersion"): _layer,
    ("logs", "*"): _log,
    ("rds-data", "*"): _statement,
    ("s3", "*"): _s3,
    ("scheduler", "*"): _schedule,
    ("sns", "*"): _topic,
    ("sqs", "*"): _queue,
    ("ssm", "*"): _parameter,
    ("stepfunctions", "*"): _activity,
}
