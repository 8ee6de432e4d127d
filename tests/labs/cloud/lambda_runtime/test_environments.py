"""Execution environments: cold, warm, thrown away. Seen through the playground."""

from tests.labs.cloud.lambda_runtime.programs import played, shown

COUNTER = "seen = []\\ndef handler(event, context):\\n    seen.append(event)\\n    return seen"


def test_module_globals_survive_in_a_warm_environment() -> None:
    program = f"""
create("{COUNTER}")
show([invoke("a"), invoke("b")])
"""
    assert shown(program) == [["a"], ["a", "b"]]


def test_an_upload_starts_cold_even_with_the_same_code() -> None:
    program = f"""
create("{COUNTER}")
invoke("a")
client.update_function_code(FunctionName="f", ZipFile=package("{COUNTER}"))
show(invoke("b"))
"""
    assert shown(program) == ["b"]


def test_a_changed_configuration_starts_cold() -> None:
    program = f"""
create("{COUNTER}", Timeout=3)
invoke("a")
client.update_function_configuration(FunctionName="f", Timeout=4)
show(invoke("b"))
"""
    assert shown(program) == ["b"]


def test_tmp_survives_in_a_warm_environment_only() -> None:
    program = """
create('''
import os
def handler(event, context):
    with open("/tmp/count", "a+") as file:
        file.write(".")
        file.seek(0)
        return len(file.read())
''')
warm = [invoke(), invoke()]
client.update_function_configuration(FunctionName="f", Timeout=4)
show([*warm, invoke()])
"""
    assert shown(program) == [1, 2, 1]


def test_an_environment_survives_an_exception_of_the_handler() -> None:
    program = """
create('''
seen = []
def handler(event, context):
    seen.append(event)
    if event == "bad":
        raise ValueError
    return seen
''')
show([invoke("a"), invoke("bad")["errorType"], invoke("b")])
"""
    assert shown(program) == [["a"], "ValueError", ["a", "bad", "b"]]


def test_a_function_that_calls_itself_for_ever_is_ended() -> None:
    program = """
create("import boto3, json\\ndef handler(event, context):\\n"
       "    answer = boto3.client('lambda').invoke(FunctionName='f')\\n"
       "    return json.loads(answer['Payload'].read())", Timeout=10)
show(invoke()["errorType"])
"""
    assert shown(program) == "RecursiveInvocationException"


def test_a_function_that_is_subscribed_to_its_own_log_is_ended() -> None:
    program = """
create("def handler(event, context): print('again')")
invoke()
logs.put_subscription_filter(logGroupName="/aws/lambda/f", filterName="s", filterPattern="",
    destinationArn=client.get_function(FunctionName="f")["Configuration"]["FunctionArn"])
invoke()
"""
    assert "service logs to function f" in played(program).message


def test_old_environments_make_room_for_new_ones() -> None:
    program = """
code = "def handler(event, context): return 'fine'"
create(code)
for _ in range(12):
    client.update_function_code(FunctionName="f", ZipFile=package(code))
    answer = invoke()
show(answer)
"""
    assert shown(program) == "fine"


def test_functions_may_call_the_cloud_and_each_other() -> None:
    program = """
create("import boto3\\ndef handler(event, context):\\n"
       "    boto3.client('s3').create_bucket(Bucket='made')\\n    return 'inner'", "inner")
create("import boto3, json\\ndef handler(event, context):\\n"
       "    answer = boto3.client('lambda').invoke(FunctionName='inner')\\n"
       "    return ['outer', json.loads(answer['Payload'].read())]", "outer")
show([invoke(name="outer"), len(boto3.client("s3").list_buckets()["Buckets"])])
"""
    assert shown(program) == [["outer", "inner"], 1]


def test_memory_is_that_of_the_function() -> None:
    program = """
code = "def handler(event, context): return len(bytearray(event * 1024 * 1024)) // 1024 // 1024"
create(code, MemorySize=128)
create(code, "large", MemorySize=512)
failed = invoke(180)
show([failed["errorType"], failed["errorMessage"].partition(" Error: ")[2],
      invoke(20), invoke(180, "large")])
"""
    reason = "Runtime exited with error: signal: killed"
    assert shown(program) == ["Runtime.ExitError", reason, 20, 180]
