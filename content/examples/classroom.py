"""What the examples of all lessons may import: functions are deployed and called."""

import io
import json
import zipfile
from pathlib import Path

import boto3

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


def deploy(name, *files, handler="handler.handler", **settings):
    """Create a function from files of the lesson; returns its ARN."""
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        for file in files or ("handler.py",):
            archive.writestr(file, Path(file).read_text())
    role = boto3.client("iam").create_role(
        RoleName=f"{name}-role", AssumeRolePolicyDocument=json.dumps(TRUST)
    )["Role"]["Arn"]
    made = boto3.client("lambda").create_function(
        FunctionName=name,
        Runtime="python3.13",
        Role=role,
        Handler=handler,
        Code={"ZipFile": package.getvalue()},
        **settings,
    )
    return made["FunctionArn"]


def invoke(name, event=None, **settings):
    """Call a function and wait; returns what it returned, or AWS's description of its error."""
    answer = boto3.client("lambda").invoke(
        FunctionName=name, Payload=json.dumps(event or {}), **settings
    )
    body = answer["Payload"].read()
    return json.loads(body) if body else None
