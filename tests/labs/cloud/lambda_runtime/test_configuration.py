"""What a function knows of itself: its environment variables and the context."""

import re

import pytest

from tests.labs.cloud.lambda_runtime.programs import shown

ARN = "arn:aws:lambda:us-east-1:123456789012:function:f"


def test_a_handler_sees_its_environment_variables() -> None:
    program = """
create('''
import os
def handler(event, context):
    return {name: os.environ.get(name) for name in event}
''', MemorySize=256, Environment={"Variables": {"COLOUR": "red"}})
show(invoke(["COLOUR", "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_VERSION",
             "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_REGION",
             "AWS_EXECUTION_ENV", "LAMBDA_TASK_ROOT", "_HANDLER"]))
"""
    assert shown(program) == {
        "COLOUR": "red",
        "AWS_LAMBDA_FUNCTION_NAME": "f",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
        "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/f",
        "AWS_REGION": "us-east-1",
        "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13",
        "LAMBDA_TASK_ROOT": "/var/task",
        "_HANDLER": "app.handler",
    }


def test_a_handler_sees_its_context() -> None:
    program = """
create('''
import os
def handler(event, context):
    return {name: getattr(context, name) for name in event} | {
        "stream": [context.log_stream_name, os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]],
        "left": context.get_remaining_time_in_millis(), "shown": repr(context),
        "identity": context.identity.cognito_identity_id}
''', Timeout=7, MemorySize=256)
show(invoke(["function_name", "function_version", "memory_limit_in_mb", "invoked_function_arn",
             "aws_request_id", "log_group_name", "client_context"]))
"""
    found = shown(program)

    stream, variable = found.pop("stream")
    assert stream == variable
    assert re.fullmatch(r"\d{4}/\d\d/\d\d/\[\$LATEST\][0-9a-f]{32}", stream)
    request_id = found.pop("aws_request_id")
    assert f"LambdaContext([aws_request_id={request_id},log_group_name=/aws" in found.pop("shown")
    assert 6000 < found.pop("left") <= 7000
    assert found == {
        "function_name": "f",
        "function_version": "$LATEST",
        "memory_limit_in_mb": "256",
        "invoked_function_arn": ARN,
        "log_group_name": "/aws/lambda/f",
        "client_context": None,
        "identity": None,
    }


def test_time_runs_out_in_the_context() -> None:
    program = """
create('''
import time
def handler(event, context):
    before = context.get_remaining_time_in_millis()
    time.sleep(0.2)
    return before - context.get_remaining_time_in_millis()
''')
show(invoke())
"""
    assert 195 <= shown(program) <= 400


@pytest.mark.parametrize(
    ("named", "arn", "version"),
    [
        ('FunctionName="f"', ARN, "$LATEST"),
        ('FunctionName="f", Qualifier="$LATEST"', f"{ARN}:$LATEST", "$LATEST"),
        ('FunctionName="f", Qualifier="1"', f"{ARN}:1", "1"),
        ('FunctionName="f:live"', f"{ARN}:live", "1"),
        (f'FunctionName="{ARN}:live"', f"{ARN}:live", "1"),
        (f'FunctionName="{ARN}"', ARN, "$LATEST"),
    ],
)
def test_the_context_names_what_was_invoked(named: str, arn: str, version: str) -> None:
    program = f"""
create("def handler(event, context):\\n"
       "    return [context.invoked_function_arn, context.function_version]")
client.publish_version(FunctionName="f")
client.create_alias(FunctionName="f", Name="live", FunctionVersion="1")
answer = client.invoke({named})
show([*json.loads(answer["Payload"].read()), answer["ExecutedVersion"]])
"""
    assert shown(program) == [arn, version, version]


def test_a_version_keeps_its_code_and_its_variables() -> None:
    program = """
code = "import os\\ndef handler(event, context): return ['{}', os.environ['COLOUR']]"
create(code.format("old"), Environment={"Variables": {"COLOUR": "red"}})
client.publish_version(FunctionName="f")
client.update_function_code(FunctionName="f", ZipFile=package(code.format("new")))
client.update_function_configuration(FunctionName="f",
                                     Environment={"Variables": {"COLOUR": "blue"}})
show([invoke(Qualifier="1"), invoke()])
"""
    assert shown(program) == [["old", "red"], ["new", "blue"]]


def test_a_client_context_reaches_the_handler() -> None:
    program = """
create('''
def handler(event, context):
    found = context.client_context
    return [found.custom, found.env, found.client.app_title, found.client.installation_id]
''')
context = {"custom": {"a": 1}, "env": {"locale": "de"}, "client": {"app_title": "shop"}}
show(invoke(ClientContext=base64.b64encode(json.dumps(context).encode()).decode()))
"""
    assert shown(program) == [{"a": 1}, {"locale": "de"}, "shop", None]


def test_decimals_of_dynamodb_can_be_returned() -> None:
    program = """
create('''
from decimal import Decimal
def handler(event, context):
    return [Decimal("7"), Decimal("1.5"), Decimal("-0")]
''')
show(invoke())
"""
    assert shown(program) == [7, 1.5, 0]


def test_each_version_of_python_is_one_here() -> None:
    program = """
create("import sys\\ndef handler(event, context): return sys.version_info[:2]")
client.update_function_configuration(FunctionName="f", Runtime="python3.12")
show([invoke(), list(__import__("sys").version_info[:2])])
"""
    function, script = shown(program)

    assert function == script
