"""`manage.py grade` and `manage.py playground`, as an author calls them."""

import json
from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

import labs

LAB = "sqs/partial-batch"
FOLDER = labs.content_dirs()[0] / "sqs" / "labs" / "partial-batch"


def run(*arguments: str) -> tuple[int, str]:
    """(exit status, standard output) of a command."""
    output = StringIO()
    try:
        call_command(*arguments, stdout=output)
    except SystemExit as end:
        return int(end.code or 0), output.getvalue()
    return 0, output.getvalue()


def refused(*arguments: str) -> str:
    """The one sentence on standard error; the exit status is 2."""
    errors = StringIO()
    with redirect_stderr(errors), pytest.raises(SystemExit) as end:
        call_command(*arguments, stdout=StringIO())
    assert end.value.code == 2
    [sentence] = errors.getvalue().splitlines()
    return sentence


def test_grade_prints_the_report_as_json() -> None:
    status, output = run("grade", LAB, str(FOLDER / "solutions" / "loop"), "--json")

    report: dict[str, Any] = json.loads(output)
    assert status == 0
    assert (report["lab"], report["verdict"]) == (LAB, "passed")
    assert report["score"] == report["max_score"] > 0
    assert set(report["checks"][0]) == {
        "id",
        "title",
        "verdict",
        "points",
        "max_points",
        "feedback",
        "visible",
    }
    call = next(each for each in report["trace"] if each["service"] == "dynamodb")
    assert set(call) == {
        "service",
        "operation",
        "status",
        "source",
        "error",
        "parameters",
        "duration_ms",
        "made_by",
        "request_id",
        "at_ms",
        "answer",
        "resources",
        "check",
    }
    assert call["source"].startswith("handler.py:")
    assert call["made_by"].startswith("function ")
    assert json.loads(call["parameters"])


def test_grade_lists_the_calls_if_asked() -> None:
    solution = str(FOLDER / "solutions" / "loop")

    shown = run("grade", LAB, solution, "--trace")[1].partition("AWS calls of your code:\n")[2]

    lines = (line.split("  ") for line in shown.splitlines())
    first = next(line for line in lines if line[1].startswith("dynamodb."))
    assert first[2:4] == ["200", "1 ms"]
    assert first[4].startswith("handler.py:")
    assert first[5].startswith("function ")
    assert first[6].startswith('{"')


def test_grade_takes_a_single_file_of_any_name(tmp_path: Path) -> None:
    file = tmp_path / "attempt 3.py"
    file.write_bytes((FOLDER / "mistakes" / "raise-on-first-error" / "handler.py").read_bytes())

    status, output = run("grade", LAB, str(file))

    assert status == 1
    assert output.startswith("failed: ")
    assert "is not in the table" in output


def test_grade_repeats_a_seed() -> None:
    folder = str(FOLDER / "mistakes" / "raise-on-first-error")

    reports = [json.loads(run("grade", LAB, folder, "--json", "--seed", "9")[1]) for _ in "ab"]

    assert reports[0]["checks"] == reports[1]["checks"]


def test_grade_rejects_what_is_no_text(tmp_path: Path) -> None:
    file = tmp_path / "handler.py"
    file.write_bytes(b"\xff\xfe\x00")

    status, output = run("grade", LAB, str(file), "--json")

    assert status == 1
    assert json.loads(output)["verdict"] == "rejected"


def test_grade_says_what_is_wrong_with_its_arguments(tmp_path: Path) -> None:
    assert "There is no lab 'sqs/unknown'" in refused("grade", "sqs/unknown", str(tmp_path))
    assert refused("grade", LAB, str(tmp_path / "missing")).endswith(
        "/missing cannot be read: no such file or folder."
    )
    assert refused("grade", LAB) == "The following arguments are required: PATH: see --help."


def test_grade_rejects_too_many_files(tmp_path: Path) -> None:
    for number in range(31):
        (tmp_path / f"f{number}.py").write_text("")

    status, output = run("grade", LAB, str(tmp_path), "--json")

    assert status == 1
    assert json.loads(output)["verdict"] == "rejected"


def test_grade_prints_what_no_terminal_can_show(tmp_path: Path) -> None:
    file = tmp_path / "handler.py"
    file.write_text("def handler(event, context):\n    raise ValueError('\\ud800')\n")

    status, output = run("grade", LAB, str(file))

    assert status == 1
    assert "ValueError" in output
    output.encode()


def test_playground_prints_output_calls_and_resources(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(
        "import boto3\n"
        "import helper\n"
        "boto3.client('sqs').create_queue(QueueName=helper.NAME)\n"
        "print('made')\n"
    )
    (tmp_path / "helper.py").write_text("NAME = 'jobs'\n")

    status, output = run("playground", str(tmp_path), "--json")

    report = json.loads(output)
    assert status == 0
    assert (report["verdict"], report["stdout"]) == ("passed", "made\n")
    assert report["resources"] == {"sqs": ["queue jobs (0 messages)"]}
    [call] = report["trace"]
    assert (call["operation"], call["source"]) == ("CreateQueue", "main.py:3")


def test_playground_runs_a_file_of_any_name(tmp_path: Path) -> None:
    file = tmp_path / "my program.py"
    file.write_text("print(1 + 1)\n")

    assert run("playground", str(file))[1].startswith("2\n")


def test_playground_shows_how_a_program_ended(tmp_path: Path) -> None:
    file = tmp_path / "loop.py"
    file.write_text("print('begun')\nwhile True: pass\n")

    status, output = run("playground", str(file), "--wall-seconds", "3")

    assert status == 1
    assert output.startswith("begun\n")
    assert "timed_out" in output
    assert "still running after 3 s" in output


def test_playground_needs_a_main_file(tmp_path: Path) -> None:
    (tmp_path / "other.py").write_text("")

    status, output = run("playground", str(tmp_path))

    assert status == 1
    assert "The file main.py is missing" in output


def test_playground_tells_what_is_not_simulated(tmp_path: Path) -> None:
    file = tmp_path / "main.py"
    file.write_text("import boto3\nboto3.client('braket').search_devices(filters=[])\n")

    report = json.loads(run("playground", str(file), "--json")[1])

    assert report["trace"][0]["error"] == "NotSimulated"
    assert "braket.SearchDevices is not simulated." in report["message"]


@pytest.mark.parametrize("seconds", ["0", "61", "-1", "many"])
def test_playground_bounds_its_time(tmp_path: Path, seconds: str) -> None:
    sentence = refused("playground", str(tmp_path), f"--wall-seconds={seconds}")

    assert "give a number above 0 and up to 60" in sentence
