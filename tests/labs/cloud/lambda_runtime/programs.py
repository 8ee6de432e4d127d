"""Programs that deploy functions, run in the real sandbox."""

import json
from typing import Any

import labs

PRELUDE = """
import base64, boto3, io, json, zipfile
from botocore.config import Config
from botocore.exceptions import ClientError
client = boto3.client("lambda", config=Config(retries={"max_attempts": 0}))
logs = boto3.client("logs")
role = boto3.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
def package(code):
    files = {"app.py": code} if isinstance(code, str) else code
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return file.getvalue()
def create(code, name="f", Handler="app.handler", **options):
    return client.create_function(FunctionName=name, Runtime="python3.13", Role=role,
                                  Handler=Handler, Code={"ZipFile": package(code)}, **options)
def invoke(payload=None, name="f", **options):
    answer = client.invoke(FunctionName=name, Payload=json.dumps(payload), **options)
    return json.loads(answer["Payload"].read())
def refusal(call, **options):
    try:
        call(**options)
    except ClientError as error:
        return error.response["Error"]["Code"] + ": " + error.response["Error"]["Message"]
def streams(name="f"):
    found = logs.describe_log_streams(logGroupName="/aws/lambda/" + name)["logStreams"]
    return [stream["logStreamName"] for stream in found]
def events(name="f"):
    found = logs.filter_log_events(logGroupName="/aws/lambda/" + name)["events"]
    return [event["message"] for event in found]
def show(value):
    print("=>" + json.dumps(value))
"""


def played(program: str) -> labs.PlaygroundReport:
    return labs.play({"main.py": PRELUDE + program}, wall_seconds=30)


def shown(program: str) -> Any:
    """What the program handed to `show`; its functions may print as well."""
    report = played(program)
    assert report.verdict is labs.Verdict.PASSED, report
    [line] = [line for line in report.stdout.splitlines() if line.startswith("=>")]
    return json.loads(line[2:])
