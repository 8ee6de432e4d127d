"""Chance in the learner's process, seen through the playground."""

import json

import labs
from labs.cloud.randomness import public_seed

PROGRAM = """
import json, os, random, secrets, uuid, zipfile, io, boto3
chance = lambda: [str(uuid.uuid4()), str(uuid.uuid1()), secrets.token_hex(8), os.urandom(8).hex(),
                  random.random(), random.Random().random(), random.SystemRandom().random()]
client = boto3.client("lambda")
role = boto3.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
code = '''
import uuid, random
def handler(event, context):
    return [str(uuid.uuid4()), random.random()]
'''
def invoke(name):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("app.py", code)
    client.create_function(FunctionName=name, Runtime="python3.13", Role=role,
                           Handler="app.handler", Code={"ZipFile": file.getvalue()})
    return json.loads(client.invoke(FunctionName=name)["Payload"].read())
random.seed(1)
fixed = random.random()
random.seed()
print(json.dumps([fixed, chance(), chance(), invoke("f"), invoke("g")]))
"""


def test_it_differs_from_process_to_process_and_from_draw_to_draw() -> None:
    report = labs.play({"main.py": PROGRAM})
    assert report.verdict is labs.Verdict.PASSED, report
    fixed, *draws = json.loads(report.stdout)

    drawn = [value for draw in draws for value in draw]
    assert fixed == 0.13436424411240122
    assert len(set(drawn)) == len(drawn) == 18


def test_what_the_learner_sees_does_not_follow_from_the_seed_itself() -> None:
    assert public_seed(1) == public_seed(1)
    assert len({public_seed(seed) for seed in range(20)} - set(range(20))) == 20
