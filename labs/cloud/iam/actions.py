"""Which permission a call takes, by AWS's Service Authorization Reference.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
In most services an operation is the action of the same name, on the resource that one parameter
names. `SERVICES` says so; what is not that simple stands in `special`.
"""

from dataclasses import dataclass, field

IN = "{region}:{account}"


@dataclass(frozen=True)
class Service:
    """How one service's calls become permissions.

    `arns`: {parameter: ARN with {0} for its value}, the first that a call has counts. `renamed`:
    operations that are other actions. `roles`: {operation: (path to a role's ARN, ...)} for which
    iam:PassRole is asked, as `passed_to`. `anywhere`: operations that know no resource.
    """

    prefix: str
    arns: dict[str, str] = field(default_factory=dict)
    renamed: dict[str, str] = field(default_factory=dict)
    roles: dict[str, tuple[str, ...]] = field(default_factory=dict)
    passed_to: str = ""
    anywhere: frozenset[str] = frozenset()


def _arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{IN}:{resource}"


def _each(operations: str, *paths: str) -> dict[str, tuple[str, ...]]:
    return dict.fromkeys(operations.split(), paths)


SERVICES = {
    "apigateway": Service("apigateway"),
    "apigatewayv2": Service("apigateway"),
    "appsync": Service(
        "appsync",
        {"apiId": _arn("appsync", "/v1/apis/{0}"), "resourceArn": "{0}"},
        roles=_each("CreateDataSource UpdateDataSource", "serviceRoleArn"),
        passed_to="appsync.amazonaws.com",
    ),
    "cloudformation": Service(
        "cloudformation",
        {"StackName": _arn("cloudformation", "stack/{0}/*")},
        roles=_each("CreateStack UpdateStack DeleteStack CreateChangeSet", "RoleARN"),
        passed_to="cloudformation.amazonaws.com",
        anywhere=frozenset({"ValidateTemplate", "ListStacks"}),
    ),
    "dynamodb": Service(
        "dynamodb",
        {
            "TableName": _arn("dynamodb", "table/{0}"),
            "ResourceArn": "{0}",
            "TableArn": "{0}",
            "BackupArn": "{0}",
            "TargetTableName": _arn("dynamodb", "table/{0}"),
        },
        anywhere=frozenset({"ListTables", "DescribeLimits", "DescribeEndpoints"}),
    ),
    "dynamodbstreams": Service(
        "dynamodb", {"StreamArn": "{0}", "TableName": _arn("dynamodb", "table/{0}/stream/*")}
    ),
    "ecs": Service(
        "ecs",
        {
            "taskDefinition": _arn("ecs", "task-definition/{0}"),
            "service": _arn("ecs", "service/{cluster}/{0}"),
            "services": _arn("ecs", "service/{cluster}/{0}"),
            "task": _arn("ecs", "task/{cluster}/{0}"),
            "tasks": _arn("ecs", "task/{cluster}/{0}"),
            "clusterName": _arn("ecs", "cluster/{0}"),
            "clusters": _arn("ecs", "cluster/{0}"),
            "cluster": _arn("ecs", "cluster/{0}"),
            "resourceArn": "{0}",
        },
        roles=_each("RegisterTaskDefinition", "taskRoleArn", "executionRoleArn")
        | _each("RunTask", "overrides.taskRoleArn", "overrides.executionRoleArn"),
        passed_to="ecs-tasks.amazonaws.com",
        anywhere=frozenset(
            [
                "RegisterTaskDefinition",
                "DescribeTaskDefinition",
                "DeregisterTaskDefinition",
                "ListClusters",
                "ListTaskDefinitions",
                "ListTaskDefinitionFamilies",
            ]
        ),
    ),
    "events": Service(
        "events",
        {
            "ReplayName": _arn("events", "replay/{0}"),
            "ArchiveName": _arn("events", "archive/{0}"),
            "Rule": _arn("events", "rule/{bus}{0}"),
            "Name": _arn("events", "rule/{bus}{0}"),
            "EventBusName": _arn("events", "event-bus/{0}"),
            "ResourceARN": "{0}",
        },
        roles=_each("PutTargets", "Targets.RoleArn") | _each("PutRule", "RoleArn"),
        passed_to="events.amazonaws.com",
        anywhere=frozenset({"ListRules", "ListEventBuses", "ListArchives", "TestEventPattern"}),
    ),
    "iam": Service(
        "iam",
        {
            "RoleName": "arn:aws:iam::{account}:role/{0}",
            "UserName": "arn:aws:iam::{account}:user/{0}",
            "GroupName": "arn:aws:iam::{account}:group/{0}",
            "PolicyArn": "{0}",
            "PolicySourceArn": "{0}",
            "PolicyName": "arn:aws:iam::{account}:policy/{0}",
        },
        anywhere=frozenset({"ListRoles", "ListUsers", "ListPolicies", "ListGroups"}),
    ),
    "kinesis": Service(
        "kinesis", {"StreamName": _arn("kinesis", "stream/{0}"), "StreamARN": "{0}"}
    ),
    "kms": Service("kms", {"KeyId": _arn("kms", "key/{0}")}, anywhere=frozenset({"CreateKey"})),
    "lambda": Service(
        "lambda",
        {
            "FunctionName": _arn("lambda", "function:{0}"),
            "LayerName": _arn("lambda", "layer:{0}"),
            "UUID": _arn("lambda", "event-source-mapping:{0}"),
            "Resource": "{0}",
        },
        renamed={"Invoke": "InvokeFunction", "InvokeWithResponseStream": "InvokeFunction"},
        roles=_each("CreateFunction UpdateFunctionConfiguration", "Role"),
        passed_to="lambda.amazonaws.com",
        anywhere=frozenset(
            [
                "ListFunctions",
                "ListLayers",
                "ListEventSourceMappings",
                "CreateEventSourceMapping",
                "GetAccountSettings",
            ]
        ),
    ),
    "logs": Service(
        "logs",
        {
            "logGroupName": _arn("logs", "log-group:{0}"),
            "logGroupIdentifier": _arn("logs", "log-group:{0}"),
            "logGroupNames": _arn("logs", "log-group:{0}"),
            "logGroupNamePrefix": _arn("logs", "log-group:{0}"),
        },
    ),
    "pipes": Service(
        "pipes",
        {"Name": _arn("pipes", "pipe/{0}"), "resourceArn": "{0}"},
        roles=_each("CreatePipe UpdatePipe", "RoleArn"),
        passed_to="pipes.amazonaws.com",
        anywhere=frozenset({"ListPipes"}),
    ),
    "rds": Service(
        "rds",
        {
            "DBClusterIdentifier": _arn("rds", "cluster:{0}"),
            "DBInstanceIdentifier": _arn("rds", "db:{0}"),
            "ResourceName": "{0}",
        },
    ),
    "rds-data": Service("rds-data", {"resourceArn": "{0}"}),
    "s3": Service("s3"),
    "scheduler": Service(
        "scheduler",
        {
            "ClientToken": "",
            "Name": _arn("scheduler", "schedule/{group}/{0}"),
            "ResourceArn": "{0}",
        },
        roles=_each("CreateSchedule UpdateSchedule", "Target.RoleArn"),
        passed_to="scheduler.amazonaws.com",
        anywhere=frozenset({"ListSchedules", "ListScheduleGroups"}),
    ),
    "secretsmanager": Service(
        "secretsmanager",
        {
            "SecretId": _arn("secretsmanager", "secret:{0}"),
            "Name": _arn("secretsmanager", "secret:{0}"),
        },
        anywhere=frozenset({"ListSecrets", "GetRandomPassword", "BatchGetSecretValue"}),
    ),
    "sns": Service(
        "sns",
        {
            "TopicArn": "{0}",
            "TargetArn": "{0}",
            "SubscriptionArn": "{0}",
            "Name": _arn("sns", "{0}"),
            "ResourceArn": "{0}",
        },
        renamed={"PublishBatch": "Publish"},
        anywhere=frozenset({"ListTopics", "ListSubscriptions"}),
    ),
    "sqs": Service(
        "sqs",
        {
            "QueueUrl": _arn("sqs", "{0}"),
            "QueueName": _arn("sqs", "{0}"),
            "SourceArn": "{0}",
        },
        renamed={
            "SendMessageBatch": "SendMessage",
            "DeleteMessageBatch": "DeleteMessage",
            "ChangeMessageVisibilityBatch": "ChangeMessageVisibility",
        },
        anywhere=frozenset({"ListQueues"}),
    ),
    "ssm": Service(
        "ssm",
        {
            "Name": _arn("ssm", "parameter/{0}"),
            "Names": _arn("ssm", "parameter/{0}"),
            "Path": _arn("ssm", "parameter/{0}"),
        },
        anywhere=frozenset({"DescribeParameters"}),
    ),
    "stepfunctions": Service(
        "states",
        {
            "stateMachineArn": "{0}",
            "executionArn": "{0}",
            "activityArn": "{0}",
            "stateMachineAliasArn": "{0}",
            "stateMachineVersionArn": "{0}",
            "mapRunArn": "{0}",
            "resourceArn": "{0}",
            "name": _arn("states", "stateMachine:{0}"),
        },
        roles=_each("CreateStateMachine UpdateStateMachine TestState", "roleArn"),
        passed_to="states.amazonaws.com",
        anywhere=frozenset(
            [
                "ListStateMachines",
                "ListActivities",
                "SendTaskSuccess",
                "SendTaskFailure",
                "SendTaskHeartbeat",
                "ValidateStateMachineDefinition",
                "TestState",
            ]
        ),
    ),
    "sts": Service("sts", {"RoleArn": "{0}"}),
}

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
S3_ACTIONS = {
    "HeadObject": "GetObject",
    "HeadBucket": "ListBucket",
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "ListObjectVersions": "ListBucketVersions",
    "ListBuckets": "ListAllMyBuckets",
    "ListMultipartUploads": "ListBucketMultipartUploads",
    "ListParts": "ListMultipartUploadParts",
    "CreateMultipartUpload": "PutObject",
    "UploadPart": "PutObject",
    "UploadPartCopy": "PutObject",
    "CompleteMultipartUpload": "PutObject",
    "CopyObject": "PutObject",
    "DeleteObjects": "DeleteObject",
    "SelectObjectContent": "GetObject",
    "GetObjectAttributes": "GetObjectAttributes",
    "PutBucketNotificationConfiguration": "PutBucketNotification",
    "GetBucketNotificationConfiguration": "GetBucketNotification",
    "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "DeleteBucketLifecycle": "PutLifecycleConfiguration",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "DeleteBucketEncryption": "PutEncryptionConfiguration",
    "PutBucketCors": "PutBucketCORS",
    "GetBucketCors": "GetBucketCORS",
    "DeleteBucketCors": "PutBucketCORS",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "DeletePublicAccessBlock": "PutBucketPublicAccessBlock",
    "DeleteBucketTagging": "PutBucketTagging",
}

# DynamoDB's actions for what is in a batch or transaction, and for PartiQL.
TRANSACTED = {
    "Get": "GetItem",
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}
PARTIQL = {
    "SELECT": "PartiQLSelect",
    "INSERT": "PartiQLInsert",
    "UPDATE": "PartiQLUpdate",
    "DELETE": "PartiQLDelete",
}
