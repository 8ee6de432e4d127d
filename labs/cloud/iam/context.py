"""Condition keys that a request brings along, beside those of the one who makes it.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from collections.abc import Iterator, Mapping
from typing import Any

from labs.cloud.clock import clock
from labs.cloud.iam.statements import listed
from labs.cloud.iam.variables import Context

SOURCE_IP = "203.0.113.25"  # of the block for documentation: who asks has no real address

# {prefix: {parameter: condition key}}, for parameters whose text is the key's value.
PARAMETERS = {
    "dynamodb": {"Select": "Select", "ReturnValues": "ReturnValues"},
    "ecs": {"cluster": "cluster", "taskDefinition": "task-definition", "service": "service"},
    "iam": {"PolicyArn": "PolicyARN", "PermissionsBoundary": "PermissionsBoundary"},
    "kms": {"EncryptionAlgorithm": "EncryptionAlgorithm", "KeyId": "RequestAlias"},
    "lambda": {
        "Principal": "Principal",
        "FunctionUrlAuthType": "FunctionUrlAuthType",
        "AuthType": "FunctionUrlAuthType",
        "FunctionName": "FunctionArn",
    },
    "s3": {
        "Prefix": "prefix",
        "Delimiter": "delimiter",
        "MaxKeys": "max-keys",
        "VersionId": "VersionId",
        "ACL": "x-amz-acl",
        "ServerSideEncryption": "x-amz-server-side-encryption",
        "SSEKMSKeyId": "x-amz-server-side-encryption-aws-kms-key-id",
        "StorageClass": "x-amz-storage-class",
        "CopySource": "x-amz-copy-source",
    },
    "secretsmanager": {"SecretId": "SecretId", "VersionStage": "VersionStage", "Name": "Name"},
    "sns": {"Endpoint": "Endpoint", "Protocol": "Protocol"},
    "ssm": {"Overwrite": "Overwrite", "Recursive": "Recursive"},
    "sts": {"ExternalId": "ExternalId", "RoleSessionName": "RoleSessionName"},
}


def of_request(region: str) -> Context:
    """The keys of every request."""
    now = clock.now()
    return {
        "aws:currenttime": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "aws:epochtime": str(int(now.timestamp())),
        "aws:requestedregion": region,
        "aws:securetransport": "true",
        "aws:sourceip": SOURCE_IP,
        "aws:principalisawsservice": "false",
        "aws:viaawsservice": "false",
    }


def of_call(prefix: str, operation: str, parameters: Mapping[str, Any]) -> Context:
    """The keys that the call's parameters give."""
    keys: dict[str, str | tuple[str, ...]] = {}
    for parameter, key in PARAMETERS.get(prefix, {}).items():
        value = parameters.get(parameter)
        if value not in (None, "") and isinstance(value, str | int | bool):
            text = str(value).lower() if isinstance(value, bool) else str(value)
            keys[f"{prefix}:{key}".lower()] = text
    tags = dict(_tags(parameters))
    for name, value in tags.items():
        keys[f"aws:requesttag/{name}".lower()] = value
    removed = parameters.get("TagKeys") or parameters.get("tagKeys") or ()
    if names := (*tags, *map(str, listed(removed) if removed else ())):
        keys["aws:tagkeys"] = tuple(names)
    return keys


def _tags(parameters: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Those of {"Tags": {"a": "b"}}, of [{"Key": "a", "Value": "b"}] and of the same in small."""
    for found in (parameters.get("Tags"), parameters.get("tags")):
        if isinstance(found, Mapping):
            yield from ((str(name), str(value)) for name, value in found.items())
        for tag in found if isinstance(found, list) else ():
            if isinstance(tag, Mapping):
                name, value = tag.get("Key", tag.get("key")), tag.get("Value", tag.get("value"))
                yield str(name), str(value)
