"""Execution environments: cold, warm, thrown away. Seen through the playground."""

import json
from typing import Any

import pytest

import labs

PRELUDE = """
import boto3, io, json, zipfile
client = boto3.client("lambda")
role = boto3.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
def package(code):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("app.py", code)
    return file.getvalue()
def create(code, name="f", **options):
    client.create_function(FunctionName=name, Runtime="python3.13", Role=role,
                           Handler="app.handler", Code={"ZipFile": package(code)}, **options)
def invoke(payload=None, name="f"):
    answer = client.invoke(FunctionName=name, Payload=json.dumps(payload))
    return json.loads(answer["Payload"].read())
"""


def printed(program: str) -> Any:
    report = labs.play({"main.py": PRELUDE + program})
    assert report.verdict is labs.Verdict.PASSED, report
    return json.loads(report.stdout)


def test_module_globals_survive_in_a_warm_environment() -> None:
    program = """
create("seen = []\\ndef handler(event, context):\\n    seen.append(event)\\n    return seen")
print(json.dumps([invoke("a"), invoke("b")]))
"""
    assert printed(program) == [["a"], ["a", "b"]]


def test_an_upload_starts_cold_even_with_the_same_code() -> None:
    program = """
code = "seen = []\\ndef handler(event, context):\\n    seen.append(event)\\n    return seen"
create(code)
invoke("a")
client.update_function_code(FunctionName="f", ZipFile=package(code))
print(json.dumps(invoke("b")))
"""
    assert printed(program) == ["b"]


def test_a_handler_sees_its_context_and_environment() -> None:
    program = """
create('''
import os
def handler(event, context):
    return [context.function_name, context.memory_limit_in_mb, context.invoked_function_arn,
            0 < context.get_remaining_time_in_millis() <= 7000, os.environ["COLOUR"],
            os.environ["AWS_LAMBDA_FUNCTION_NAME"]]
''', Timeout=7, MemorySize=256, Environment={"Variables": {"COLOUR": "red"}})
print(json.dumps(invoke()))
"""
    arn = "arn:aws:lambda:us-east-1:123456789012:function:f"
    assert printed(program) == ["f", "256", arn, True, "red", "f"]


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("import missing_module", "Runtime.ImportModuleError"),
        ("def handler(", "Runtime.UserCodeSyntaxError"),
        ("def other(event, context): pass", "Runtime.HandlerNotFound"),
        ("def handler(event, context): return object()", "Runtime.MarshalError"),
        ("import os\ndef handler(event, context): os._exit(1)", "Runtime.ExitError"),
        ("def handler(event, context): return {}['k']", "KeyError"),
        ("1 / 0", "ZeroDivisionError"),
    ],
)
def test_an_error_has_the_type_that_lambda_gives(code: str, kind: str) -> None:
    program = (
        f"create({code!r})\nprint(json.dumps([invoke()['errorType'], invoke()['errorType']]))"
    )

    assert printed(program) == [kind, kind]


def test_a_function_that_takes_too_long_is_ended() -> None:
    program = """
create("import time\\ndef handler(event, context):\\n    time.sleep(event)\\n    return 'slept'",
       Timeout=3)
print(json.dumps([invoke(0), invoke(30), invoke(0)]))
"""
    timed_out = {
        "errorType": "Sandbox.Timedout",
        "errorMessage": "Task timed out after 3.00 seconds",
    }

    assert printed(program) == ["slept", timed_out, "slept"]


def test_a_function_that_calls_itself_for_ever_is_ended() -> None:
    program = """
create("import boto3, json\\ndef handler(event, context):\\n"
       "    answer = boto3.client('lambda').invoke(FunctionName='f')\\n"
       "    return json.loads(answer['Payload'].read())", Timeout=10)
print(json.dumps(invoke()["errorType"]))
"""
    assert printed(program) == "RecursiveInvocationException"


def test_old_environments_make_room_for_new_ones() -> None:
    program = """
code = "def handler(event, context): return 'fine'"
create(code)
for _ in range(12):
    client.update_function_code(FunctionName="f", ZipFile=package(code))
    answer = invoke()
print(json.dumps(answer))
"""
    assert printed(program) == "fine"


def test_functions_may_call_the_cloud_and_each_other() -> None:
    program = """
create("import boto3\\ndef handler(event, context):\\n"
       "    boto3.client('s3').create_bucket(Bucket='made')\\n    return 'inner'", "inner")
create("import boto3, json\\ndef handler(event, context):\\n"
       "    answer = boto3.client('lambda').invoke(FunctionName='inner')\\n"
       "    return ['outer', json.loads(answer['Payload'].read())]", "outer")
print(json.dumps([invoke(name="outer"), len(boto3.client("s3").list_buckets()["Buckets"])]))
"""
    assert printed(program) == [["outer", "inner"], 1]


def test_a_package_that_is_no_archive_is_refused_behind_the_walls() -> None:
    program = """
client.create_function(FunctionName="f", Runtime="python3.13", Role=role, Handler="app.handler",
                       Code={"ZipFile": b"no archive"})
print(json.dumps(invoke()["errorType"].startswith("Runtime.")))
"""
    assert printed(program) is True
