"""Workflows for the examples: a state machine is made with its role, started and waited for."""

import json
import time

import boto3

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "states.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


def create_workflow(name, definition, allow=None, **settings):
    """Make a state machine that may do what `allow` says, {action: ARN}; returns its ARN."""
    iam = boto3.client("iam")
    role = iam.create_role(RoleName=f"{name}-role", AssumeRolePolicyDocument=json.dumps(TRUST))
    if allow:
        statements = [
            {"Effect": "Allow", "Action": action, "Resource": resource}
            for action, resource in allow.items()
        ]
        policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
        iam.put_role_policy(RoleName=f"{name}-role", PolicyName="tasks", PolicyDocument=policy)
    made = boto3.client("stepfunctions").create_state_machine(
        name=name, definition=json.dumps(definition), roleArn=role["Role"]["Arn"], **settings
    )
    return made["stateMachineArn"]


def run(workflow, data):
    """Start an execution, wait for its end, and return its description."""
    started = boto3.client("stepfunctions").start_execution(
        stateMachineArn=workflow, input=json.dumps(data)
    )
    return finish(started["executionArn"])


def finish(execution):
    """Wait for the end of an execution, and return its description."""
    sfn = boto3.client("stepfunctions")
    while (found := sfn.describe_execution(executionArn=execution))["status"] == "RUNNING":
        time.sleep(1)
    return found
