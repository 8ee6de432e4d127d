"""AWS's own names of its services."""

NAMES = {
    "apigateway": "API Gateway",
    "apigatewayv2": "API Gateway",
    "appsync": "AppSync",
    "dynamodb": "DynamoDB",
    "ecs": "ECS",
    "events": "EventBridge",
    "kinesis": "Kinesis",
    "lambda": "Lambda",
    "pipes": "EventBridge Pipes",
    "rds": "Aurora",
    "rds-data": "Aurora",
    "s3": "S3",
    "scheduler": "EventBridge Scheduler",
    "sns": "SNS",
    "sqs": "SQS",
    "stepfunctions": "Step Functions",
}


def service_name(service: str) -> str:
    """By the name under which boto3 knows it, which unknown ones keep."""
    return NAMES.get(service, service)
