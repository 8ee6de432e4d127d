"""The playground as questions use it: a snippet, what it prints, a handler's environments."""

import labs
from labs import Verdict

DEPLOY = """
import boto3, io, json, zipfile
client = boto3.client("lambda")
trust = {"Statement": {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"},
                       "Action": "sts:AssumeRole"}}
role = boto3.client("iam").create_role(
    RoleName="r", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
file = io.BytesIO()
with zipfile.ZipFile(file, "w") as archive:
    archive.write("app.py")
client.create_function(FunctionName="f", Runtime="python3.13", Role=role, Timeout=10,
                       Handler="app.handler", Code={"ZipFile": file.getvalue()})
def invoke(**event):
    client.invoke(FunctionName="f", Payload=json.dumps(event))
"""
COUNTING = """
import boto3, json
print("init")
count = 0
def handler(event, context):
    global count
    count += 1
    seen = count
    if "meanwhile" in event:
        payload = json.dumps(event["meanwhile"])
        boto3.client("lambda").invoke(FunctionName="f", Payload=payload)
    print(event["name"], seen)
"""
ENVIRONMENTS = """
import importlib.util
def environment():
    spec = importlib.util.spec_from_file_location("app", "app.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.handler
first = environment()
first({"name": "A"}, None)
first({"name": "B"}, None)
second = environment()
second({"name": "C"}, None)
"""


def printed(snippet: str, **files: str) -> str:
    report = labs.play({"main.py": snippet, **files}, wall_seconds=5, seed=1)
    assert report.verdict is Verdict.PASSED, report
    return report.stdout


def test_a_snippet_prints_the_same_each_time() -> None:
    snippet = """
import boto3, random, uuid
url = boto3.client("sqs").create_queue(QueueName="q")["QueueUrl"]
print(boto3.client("sqs").send_message(QueueUrl=url, MessageBody="m")["MessageId"])
print(list({"a", "b", "c"}), random.random(), uuid.uuid4())
"""
    assert printed(snippet) == printed(snippet)


def test_what_it_raises_is_in_its_output() -> None:
    report = labs.play({"main.py": "print('before')\n{}['x']"}, seed=1)

    assert report.verdict is Verdict.CRASHED
    assert report.stdout.startswith("before\nTraceback")
    assert report.message == "KeyError: 'x'"


def test_a_handler_keeps_its_state_in_one_environment_and_not_in_another() -> None:
    snippet = DEPLOY + 'invoke(name="A")\ninvoke(name="B", meanwhile={"name": "C"})\n'

    lines = printed(snippet, **{"app.py": COUNTING}).splitlines()

    assert lines == ["init", "A 1", "init", "C 1", "B 2"]


def test_environments_can_be_had_without_lambda() -> None:
    lines = printed(ENVIRONMENTS, **{"app.py": COUNTING}).splitlines()

    assert lines == ["init", "A 1", "B 2", "init", "C 1"]
