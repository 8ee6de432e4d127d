"""CloudWatch Logs and the log tail of Invoke."""

import re

import labs
from tests.labs.cloud.lambda_runtime.programs import played, shown
from tests.labs.conftest import MakeLab

CODE = """
import logging, sys
print("init")
def handler(event, context):
    print("hello", event)
    sys.stderr.write("on stderr\\n")
    logging.info("too fine")
    logging.warning("two\\nlines")
    logging.getLogger("shop").error("sold out")
    return event
"""
UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
MOMENT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"


def test_an_invocation_leaves_its_lines_in_its_log_group() -> None:
    first, second = (
        shown(f"create({CODE!r})\nid = [invoke(n) for n in range({count})]\nshow(events())")
        for count in (1, 2)
    )

    for line, pattern in zip(
        first,
        [
            "init",
            rf"START RequestId: {UUID} Version: \$LATEST",
            "hello 0",
            "on stderr",
            rf"\[WARNING\]\t{MOMENT}\t{UUID}\ttwo\nlines",
            rf"\[ERROR\]\t{MOMENT}\t{UUID}\tsold out",
            f"END RequestId: {UUID}",
            (
                rf"REPORT RequestId: {UUID}\tDuration: \d+\.\d\d ms\tBilled Duration: \d+ ms"
                r"\tMemory Size: 128 MB\tMax Memory Used: \d+ MB\tInit Duration: 100\.00 ms"
            ),
        ],
        strict=True,
    ):
        assert re.fullmatch(pattern, line)
    assert second[0] == "init"
    assert "init" not in second[1:]
    assert "Init Duration" not in second[-1]
    assert len({line.split()[2] for line in second if line.startswith("START")}) == 2


def test_the_output_of_a_function_is_shown_to_the_learner_as_well() -> None:
    report = played(f"create({CODE!r})\ninvoke(7)")

    lines = report.stdout.splitlines()
    assert lines[:3] == ["init", "hello 7", "on stderr"]
    assert lines[3].startswith("[WARNING]\t")
    assert "START" not in report.stdout


def test_each_environment_has_a_stream_of_its_own() -> None:
    program = """
create("def handler(event, context): return context.log_stream_name")
warm = {invoke(), invoke()}
client.update_function_configuration(FunctionName="f", Timeout=4)
cold = invoke()
show([len(warm), sorted([*warm, cold]) == streams()])
"""
    assert shown(program) == [1, True]


def test_the_tail_of_the_log_comes_with_the_answer() -> None:
    program = """
create("def handler(event, context): print('x' * event)")
def tail(**options):
    answer = client.invoke(FunctionName="f", Payload=json.dumps(5000), **options)
    return answer.get("LogResult", "")
log = base64.b64decode(tail(LogType="Tail")).decode()
show([tail(), len(log), log.splitlines()[-1]])
"""
    nothing, length, last = shown(program)

    assert (nothing, length) == ("", 4096)
    assert last.startswith("REPORT RequestId: ")


def test_an_error_is_logged_as_the_runtime_does() -> None:
    program = """
create("def handler(event, context):\\n    raise ValueError('no')")
invoke()
show(events())
"""
    [error] = [line for line in shown(program) if line.startswith("[ERROR]")]

    assert error == (
        "[ERROR] ValueError: no\nTraceback (most recent call last):\n"
        "  File \"/var/task/app.py\", line 2, in handler\n    raise ValueError('no')"
    )


def test_an_end_that_the_runtime_cannot_log_is_logged_for_it() -> None:
    program = """
create("import os\\ndef handler(event, context): os._exit(7)")
create("import time\\ndef handler(event, context): time.sleep(30)", "slow", Timeout=1)
invoke()
invoke(name="slow")
show([events(), events("slow")])
"""
    ended, slow = shown(program)

    assert re.fullmatch(
        f"RequestId: {UUID} Error: Runtime exited with error: exit status 7\nRuntime.ExitError",
        ended[1],
    )
    assert ended[-1].endswith("\tStatus: error\tError Type: Runtime.ExitError")
    assert re.fullmatch(f"{MOMENT} {UUID} Task timed out after 1.00 seconds", slow[1])
    assert "\tDuration: 1000.00 ms\tBilled Duration: 1100 ms\t" in slow[-1]
    assert slow[-1].endswith("\tStatus: timeout")


def test_what_a_function_slept_is_its_duration() -> None:
    program = """
create("import time\\ndef handler(event, context): time.sleep(event)")
invoke(0)
invoke(0.25)
show(events()[-1])
"""
    found = re.search(r"\tDuration: ([\d.]+) ms\tBilled Duration: (\d+) ms", shown(program))

    assert found
    assert 250 <= float(found[1]) < 260
    assert float(found[1]) <= int(found[2]) < float(found[1]) + 1


def test_what_a_function_printed_before_it_was_ended_is_shown() -> None:
    report = played(
        "create(\"import os\\ndef handler(e, c):\\n    print('last words')\\n    os._exit(1)\")\n"
        "invoke()"
    )

    assert report.stdout == "last words\n"


def test_a_flood_is_cut_in_the_log() -> None:
    program = """
create("def handler(event, context):\\n    for n in range(event): print(n)")
invoke(3000)
flooded = len(events())
invoke(1)
show([flooded, len(events())])
"""
    assert shown(program) == [2003, 2007]


def test_memory_is_reported_in_coarse_steps() -> None:
    program = """
create("def handler(event, context): return len(bytearray(event << 20))", MemorySize=256)
used = []
for megabytes in (0, 0, 100):
    invoke(megabytes)
    used.append(events()[-1].partition("Max Memory Used: ")[2].partition(" ")[0])
show(used)
"""
    assert shown(program) == ["40", "40", "136"]


CHECKS = """
from labs.checks import Cloud, check, expect

@check("The log is shown")
def log(cloud: Cloud) -> None:
    function = cloud.deploy_function("f", handler="handler.handler")
    for number in range(3):
        cloud.client("lambda").invoke(FunctionName="f", Payload=str(number))
    expect(False, "".join(invocation.log for invocation in function.invocations))
"""


def test_the_same_seed_leaves_the_same_log(make_lab: MakeLab) -> None:
    lab = make_lab(checks=CHECKS)
    code = f"import boto3, uuid\n{CODE}\n    boto3.client('s3').list_buckets()\n    uuid.uuid4()\n"

    logs = [
        labs.grade(lab, {"handler.py": code}, seed=seed).checks[0].feedback for seed in (1, 1, 2)
    ]

    assert logs[0].count("REPORT") == 3
    assert logs[0] == logs[1] != logs[2]
