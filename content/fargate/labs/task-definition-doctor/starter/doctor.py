"""What a task definition needs to run on Fargate."""

import boto3

ecs = boto3.client("ecs")


def diagnose(definition):
    """The codes of all that is wrong with a definition."""
    found = []
    if definition["networkMode"] != "awsvpc":
        found.append("NETWORK")
    return found


def cure(definition):
    """The definition, with what a program can repair repaired."""
    return definition


def release(cluster, service, definition, network, count, sure):
    """Have the service run the definition; returns the ARN of its revision."""
    made = ecs.register_task_definition(**definition)
    arn = made["taskDefinition"]["taskDefinitionArn"]
    ecs.create_service(
        cluster=cluster,
        serviceName=service,
        taskDefinition=arn,
        desiredCount=count,
        launchType="FARGATE",
        networkConfiguration={"awsvpcConfiguration": {"subnets": network["subnets"]}},
    )
    return arn
