"""AWS::DynamoDB::*, AWS::S3::*, AWS::SecretsManager::*, AWS::SSM::*, AWS::Logs::*, AWS::RDS::*,
AWS::KMS::*."""

import json
from collections.abc import Callable
from typing import Any

from labs.cloud.services.cloudformation.errors import ResourceError
from labs.cloud.services.cloudformation.intrinsics import text
from labs.cloud.services.cloudformation.kinds.kind import Json, Kind, Work, changed

# Properties of a bucket that are put by a call each: property -> (operation, parameter).
_BUCKET_PUTS = {
    "CorsConfiguration": ("PutBucketCors", "CORSConfiguration"),
    "LifecycleConfiguration": ("PutBucketLifecycleConfiguration", "LifecycleConfiguration"),
    "NotificationConfiguration": (
        "PutBucketNotificationConfiguration",
        "NotificationConfiguration",
    ),
    "BucketEncryption": ("PutBucketEncryption", "ServerSideEncryptionConfiguration"),
    "PublicAccessBlockConfiguration": (
        "PutPublicAccessBlock",
        "PublicAccessBlockConfiguration",
    ),
    "OwnershipControls": ("PutBucketOwnershipControls", "OwnershipControls"),
    "Tags": ("PutBucketTagging", "Tagging"),
    "VersioningConfiguration": ("PutBucketVersioning", "VersioningConfiguration"),
    "WebsiteConfiguration": ("PutBucketWebsite", "WebsiteConfiguration"),
}


def _bucket_region(work: Work, parameters: Json) -> Json:
    if work.region == "us-east-1":
        return parameters
    return {**parameters, "CreateBucketConfiguration": {"LocationConstraint": work.region}}


def _bucket_settings(work: Work) -> None:
    for name, (operation, parameter) in _BUCKET_PUTS.items():
        if changed(work, name) and (value := work.properties.get(name)) is not None:
            shape = _BUCKET_SHAPES.get(name, _as_it_is)
            work.call("s3", operation, {"Bucket": work.ref, parameter: shape(value)})
    if changed(work, "NotificationConfiguration") and not work.properties.get(
        "NotificationConfiguration"
    ):
        empty: Json = {"Bucket": work.ref, "NotificationConfiguration": {}}
        work.call("s3", "PutBucketNotificationConfiguration", empty)


def _as_it_is(value: Any) -> Any:
    return value


def _notifications(value: Json) -> Json:
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-notificationconfiguration.html"""
    names = {
        "LambdaConfigurations": ("LambdaFunctionConfigurations", "Function", "LambdaFunctionArn"),
        "QueueConfigurations": ("QueueConfigurations", "Queue", "QueueArn"),
        "TopicConfigurations": ("TopicConfigurations", "Topic", "TopicArn"),
    }
    found: Json = {}
    for name, (kind, target, arn) in names.items():
        if value.get(name):
            found[kind] = [_notification(one, target, arn) for one in value[name]]
    if "EventBridgeConfiguration" in value:
        enabled = text(value["EventBridgeConfiguration"].get("EventBridgeEnabled", True))
        if enabled == "true":
            found["EventBridgeConfiguration"] = {}
    return found


def _notification(one: Json, target: str, arn: str) -> Json:
    found: Json = {arn: one[target], "Events": [one["Event"]]}
    if rules := one.get("Filter", {}).get("S3Key", {}).get("Rules"):
        found["Filter"] = {"Key": {"FilterRules": rules}}
    return found


def _lifecycle(value: Json) -> Json:
    return {"Rules": [_lifecycle_rule(rule) for rule in value.get("Rules", ())]}


def _lifecycle_rule(rule: Json) -> Json:
    found: Json = {"Status": rule["Status"], "Filter": {"Prefix": rule.get("Prefix", "")}}
    if "Id" in rule:
        found["ID"] = rule["Id"]
    if tags := rule.get("TagFilters"):
        found["Filter"] = {"And": {"Prefix": rule.get("Prefix", ""), "Tags": tags}}
    if days := rule.get("ExpirationInDays"):
        found["Expiration"] = {"Days": int(days)}
    if date := rule.get("ExpirationDate"):
        found["Expiration"] = {"Date": date}
    noncurrent = rule.get("NoncurrentVersionExpiration")
    days = (noncurrent or {}).get("NoncurrentDays", rule.get("NoncurrentVersionExpirationInDays"))
    if days:
        found["NoncurrentVersionExpiration"] = {"NoncurrentDays": int(days)}
    if transitions := rule.get("Transitions"):
        found["Transitions"] = [
            {"Days": int(one["TransitionInDays"]), "StorageClass": one["StorageClass"]}
            for one in transitions
        ]
    if upload := rule.get("AbortIncompleteMultipartUpload"):
        days = int(upload["DaysAfterInitiation"])
        found["AbortIncompleteMultipartUpload"] = {"DaysAfterInitiation": days}
    return found


def _cors(value: Json) -> Json:
    names = {"Id": "ID", "MaxAge": "MaxAgeSeconds", "ExposedHeaders": "ExposeHeaders"}
    return {
        "CORSRules": [
            {names.get(name, name): item for name, item in rule.items()}
            for rule in value.get("CorsRules", ())
        ]
    }


def _encryption(value: Json) -> Json:
    rules = []
    for rule in value.get("ServerSideEncryptionConfiguration", ()):
        found = {key: item for key, item in rule.items() if key != "ServerSideEncryptionByDefault"}
        default = dict(rule.get("ServerSideEncryptionByDefault", {}))
        found["ApplyServerSideEncryptionByDefault"] = default
        rules.append(found)
    return {"Rules": rules}


def _website(value: Json) -> Json:
    found: Json = {}
    if "IndexDocument" in value:
        found["IndexDocument"] = {"Suffix": value["IndexDocument"]}
    if "ErrorDocument" in value:
        found["ErrorDocument"] = {"Key": value["ErrorDocument"]}
    return found


def _flags(value: Json) -> Json:
    return {name: text(flag) == "true" for name, flag in value.items()}


_BUCKET_SHAPES: dict[str, Callable[[Any], Any]] = {
    "BucketEncryption": _encryption,
    "CorsConfiguration": _cors,
    "LifecycleConfiguration": _lifecycle,
    "NotificationConfiguration": _notifications,
    "PublicAccessBlockConfiguration": _flags,
    "Tags": lambda value: {"TagSet": value},
    "WebsiteConfiguration": _website,
}


def _table_made(work: Work, parameters: Json) -> Json:
    if stream := work.properties.get("StreamSpecification"):
        parameters["StreamSpecification"] = {"StreamEnabled": True, **stream}
    if encryption := work.properties.get("SSESpecification"):
        found = {name: value for name, value in encryption.items() if name != "SSEEnabled"}
        enabled = text(encryption.get("SSEEnabled", True)) == "true"
        parameters["SSESpecification"] = {**found, "Enabled": enabled}
    return parameters


def _table_settings(work: Work) -> None:
    table = {"TableName": work.ref}
    lifetime = work.properties.get("TimeToLiveSpecification")
    if lifetime and changed(work, "TimeToLiveSpecification"):
        enabled = text(lifetime.get("Enabled", True)) == "true"
        asked = {**lifetime, "Enabled": enabled}
        work.call("dynamodb", "UpdateTimeToLive", {**table, "TimeToLiveSpecification": asked})
    backups = work.properties.get("PointInTimeRecoverySpecification")
    if backups and changed(work, "PointInTimeRecoverySpecification"):
        enabled = text(backups.get("PointInTimeRecoveryEnabled", False)) == "true"
        asked = {"PointInTimeRecoveryEnabled": enabled}
        name = "PointInTimeRecoverySpecification"
        work.call("dynamodb", "UpdateContinuousBackups", {**table, name: asked})
    found = work.call("dynamodb", "DescribeTable", table)["Table"]
    work.kept["StreamArn"] = found.get("LatestStreamArn", "")


def _table_changed(work: Work, parameters: Json) -> Json:
    """Only what changed, as indexes are created and deleted one by one."""
    known = {
        name: value
        for name, value in parameters.items()
        if name == "TableName" or changed(work, name)
    }
    if "StreamSpecification" in known:
        known = _table_made(work, known)
    wanted = {one["IndexName"]: one for one in work.properties.get("GlobalSecondaryIndexes", ())}
    there = {one["IndexName"]: one for one in work.before.get("GlobalSecondaryIndexes", ())}
    converted = {one["IndexName"]: one for one in parameters.get("GlobalSecondaryIndexes", ())}
    updates = [{"Delete": {"IndexName": name}} for name in there if name not in wanted]
    updates += [
        {"Create": converted.get(name, one)} for name, one in wanted.items() if name not in there
    ]
    if updates:
        known["GlobalSecondaryIndexUpdates"] = updates
        known["AttributeDefinitions"] = work.properties["AttributeDefinitions"]
    return known


def _secret_made(work: Work, parameters: Json) -> Json:
    made = work.properties.get("GenerateSecretString")
    if made is None:
        return parameters
    own = {"SecretStringTemplate", "GenerateStringKey"}
    asked = {name: value for name, value in made.items() if name not in own}
    for name, value in asked.items():
        if name.startswith(("Exclude", "Include", "Require")) and name != "ExcludeCharacters":
            asked[name] = text(value) == "true"
    if "PasswordLength" in asked:
        asked["PasswordLength"] = int(asked["PasswordLength"])
    password = work.call("secretsmanager", "GetRandomPassword", asked)["RandomPassword"]
    if key := made.get("GenerateStringKey"):
        whole = {**json.loads(made.get("SecretStringTemplate", "{}")), key: password}
        password = json.dumps(whole)
    return {**parameters, "SecretString": password}


def _secret_attached(work: Work, parameters: Json) -> Json:
    """The secret with where its database is; only of clusters and instances of RDS."""
    asked = {"SecretId": work.properties["SecretId"]}
    secret = json.loads(work.call("secretsmanager", "GetSecretValue", asked)["SecretString"])
    target, kind = work.properties["TargetId"], work.properties["TargetType"]
    if kind == "AWS::RDS::DBCluster":
        asked = {"DBClusterIdentifier": target}
        found = work.call("rds", "DescribeDBClusters", asked)["DBClusters"][0]
        place = {"host": found["Endpoint"], "port": found["Port"], "dbClusterIdentifier": target}
    else:
        asked = {"DBInstanceIdentifier": target}
        found = work.call("rds", "DescribeDBInstances", asked)["DBInstances"][0]
        host = found.get("Endpoint", {})
        place = {
            "host": host.get("Address"),
            "port": host.get("Port"),
            "dbInstanceIdentifier": target,
        }
    whole = {**secret, "engine": found["Engine"].removeprefix("aurora-"), **place}
    return {**parameters, "SecretString": json.dumps(whole)}


def _log_group(work: Work) -> None:
    if days := work.properties.get("RetentionInDays"):
        asked = {"logGroupName": work.ref, "retentionInDays": int(days)}
        work.call("logs", "PutRetentionPolicy", asked)


def _parameter_made(work: Work, parameters: Json) -> Json:
    if work.properties.get("Type") == "SecureString":
        raise ResourceError("CloudFormation does not support SSM parameters of type SecureString.")
    tags = work.properties.get("Tags") or {}
    if isinstance(tags, dict) and tags:
        parameters["Tags"] = [{"Key": name, "Value": value} for name, value in tags.items()]
    return parameters


def _cluster_described(work: Work) -> None:
    asked = {"DBClusterIdentifier": work.ref}
    found = work.call("rds", "DescribeDBClusters", asked)["DBClusters"][0]
    work.answer = {"DBCluster": found}


KINDS: dict[str, Any] = {
    "AWS::DynamoDB::Table": Kind(
        service="dynamodb",
        create="CreateTable",
        update="UpdateTable",
        delete="DeleteTable",
        name="TableName",
        name_length=255,
        ref="{TableName}",
        keys={"TableName": "{ref}"},
        attributes={
            "Arn": "arn:aws:dynamodb:{region}:{account}:table/{ref}",
            "StreamArn": "{StreamArn}",
        },
        apart=frozenset(
            {
                "StreamSpecification",
                "SSESpecification",
                "TimeToLiveSpecification",
                "PointInTimeRecoverySpecification",
                "ContributorInsightsSpecification",
                "KinesisStreamSpecification",
            }
        ),
        immutable=frozenset({"KeySchema", "LocalSecondaryIndexes"}),
        shape_create=_table_made,
        shape_update=_table_changed,
        after=_table_settings,
    ),
    "AWS::S3::Bucket": Kind(
        service="s3",
        create="CreateBucket",
        delete="DeleteBucket",
        name="BucketName",
        name_length=63,
        renamed={"BucketName": "Bucket", "AccessControl": "ACL"},
        ref="{BucketName}",
        keys={"Bucket": "{ref}"},
        attributes={
            "Arn": "arn:aws:s3:::{ref}",
            "DomainName": "{ref}.s3.amazonaws.com",
            "RegionalDomainName": "{ref}.s3.{region}.amazonaws.com",
            "WebsiteURL": "http://{ref}.s3-website-{region}.amazonaws.com",
        },
        apart=frozenset(_BUCKET_PUTS),
        shape_create=_bucket_region,
        after=_bucket_settings,
    ),
    "AWS::S3::BucketPolicy": Kind(
        service="s3",
        create="PutBucketPolicy",
        update="PutBucketPolicy",
        delete="DeleteBucketPolicy",
        renamed={"PolicyDocument": "Policy"},
        ref="{Bucket}",
        keys={"Bucket": "{ref}"},
        immutable=frozenset({"Bucket"}),
    ),
    "AWS::SecretsManager::Secret": Kind(
        service="secretsmanager",
        create="CreateSecret",
        update="UpdateSecret",
        delete="DeleteSecret",
        name="Name",
        ref="{ARN}",
        keys={"SecretId": "{ref}"},
        attributes={"Id": "{ref}"},
        apart=frozenset({"GenerateSecretString"}),
        shape_create=_secret_made,
    ),
    "AWS::SecretsManager::SecretTargetAttachment": Kind(
        service="secretsmanager",
        create="PutSecretValue",
        update="PutSecretValue",
        ref="{SecretId}",
        keys={"SecretId": "{SecretId}"},
        apart=frozenset({"TargetId", "TargetType"}),
        shape_create=_secret_attached,
        shape_update=_secret_attached,
    ),
    "AWS::SSM::Parameter": Kind(
        service="ssm",
        create="PutParameter",
        update="PutParameter",
        delete="DeleteParameter",
        name="Name",
        ref="{Name}",
        keys={"Name": "{ref}"},
        attributes={"Type": "{Type}", "Value": "{Value}"},
        apart=frozenset({"Tags"}),
        shape_create=_parameter_made,
        shape_update=lambda _work, parameters: {**parameters, "Overwrite": True},
    ),
    "AWS::Logs::LogGroup": Kind(
        service="logs",
        create="CreateLogGroup",
        delete="DeleteLogGroup",
        name="LogGroupName",
        ref="{LogGroupName}",
        keys={"logGroupName": "{ref}"},
        attributes={"Arn": "arn:aws:logs:{region}:{account}:log-group:{ref}:*"},
        apart=frozenset({"RetentionInDays", "DataProtectionPolicy"}),
        after=_log_group,
    ),
    "AWS::Logs::MetricFilter": Kind(
        service="logs",
        create="PutMetricFilter",
        update="PutMetricFilter",
        delete="DeleteMetricFilter",
        name="FilterName",
        ref="{FilterName}",
        keys={"logGroupName": "{LogGroupName}", "filterName": "{ref}"},
    ),
    "AWS::Logs::SubscriptionFilter": Kind(
        service="logs",
        create="PutSubscriptionFilter",
        update="PutSubscriptionFilter",
        delete="DeleteSubscriptionFilter",
        name="FilterName",
        ref="{FilterName}",
        keys={"logGroupName": "{LogGroupName}", "filterName": "{ref}"},
    ),
    "AWS::RDS::DBCluster": Kind(
        service="rds",
        create="CreateDBCluster",
        update="ModifyDBCluster",
        delete="DeleteDBCluster",
        name="DBClusterIdentifier",
        name_length=63,
        ref="{DBCluster.DBClusterIdentifier}",
        keys={"DBClusterIdentifier": "{ref}", "SkipFinalSnapshot": "{SkipFinalSnapshot}"},
        attributes={
            "DBClusterArn": "{DBCluster.DBClusterArn}",
            "DBClusterResourceId": "{DBCluster.DbClusterResourceId}",
            "Endpoint.Address": "{DBCluster.Endpoint}",
            "Endpoint.Port": "{DBCluster.Port}",
            "MasterUserSecret.SecretArn": "{DBCluster.MasterUserSecret.SecretArn}",
            "ReadEndpoint.Address": "{DBCluster.ReaderEndpoint}",
        },
        after=_cluster_described,
        before_delete=lambda work: work.kept.update(SkipFinalSnapshot=True),
    ),
    "AWS::RDS::DBInstance": Kind(
        service="rds",
        create="CreateDBInstance",
        update="ModifyDBInstance",
        delete="DeleteDBInstance",
        name="DBInstanceIdentifier",
        name_length=63,
        ref="{DBInstance.DBInstanceIdentifier}",
        keys={"DBInstanceIdentifier": "{ref}", "SkipFinalSnapshot": "{SkipFinalSnapshot}"},
        attributes={"DBInstanceArn": "{DBInstance.DBInstanceArn}"},
        before_delete=lambda work: work.kept.update(SkipFinalSnapshot=True),
    ),
    "AWS::Kinesis::Stream": Kind(
        service="kinesis",
        create="CreateStream",
        delete="DeleteStream",
        renamed={"Name": "StreamName"},
        name="Name",
        ref="{Name}",
        keys={"StreamName": "{ref}"},
        attributes={"Arn": "arn:aws:kinesis:{region}:{account}:stream/{ref}"},
        apart=frozenset({"RetentionPeriodHours", "StreamEncryption", "Tags"}),
        immutable=frozenset({"ShardCount"}),
    ),
    "AWS::KMS::Key": Kind(
        service="kms",
        create="CreateKey",
        renamed={"KeyPolicy": "Policy"},
        ref="{KeyMetadata.KeyId}",
        attributes={"Arn": "{KeyMetadata.Arn}", "KeyId": "{ref}"},
        apart=frozenset({"EnableKeyRotation", "PendingWindowInDays", "Enabled", "Tags"}),
        before_delete=lambda work: _schedule_deletion(work),
    ),
    "AWS::KMS::Alias": Kind(
        service="kms",
        create="CreateAlias",
        delete="DeleteAlias",
        ref="{AliasName}",
        keys={"AliasName": "{ref}"},
    ),
}


def _schedule_deletion(work: Work) -> None:
    work.call("kms", "ScheduleKeyDeletion", {"KeyId": work.ref, "PendingWindowInDays": 30})
