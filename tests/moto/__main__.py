"""Run moto's own tests on moto with our seams: `python -m tests.moto [part | directory ...]`.

    functions  those that need Docker to run Lambda functions: they run in our sandbox
    others     all others of the services that we change

Its sdist, which holds the tests, is fetched once with pip. Where there is no network, nothing is
run, and a line says so. Known failures stand in exceptions.json, each with its reason; any other
one fails. An exception that passes is named: some depend on the machine.
"""

import json
import os
import subprocess
import sys
import tarfile
import tempfile
import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
VERSION = version("moto")
CACHE = Path(tempfile.gettempdir()) / f"coldstart-moto-{VERSION}"
PACKAGES = ("freezegun", "flask", "flask-cors", "pytest-timeout", "pyparsing", "jinja2")
SERVICES = (
    *("apigateway", "apigatewayv2", "appsync", "awslambda", "cloudformation", "dynamodb"),
    *("dynamodbstreams", "ecs", "events", "iam", "kinesis", "logs", "pipes", "rds", "rdsdata"),
    *("s3", "scheduler", "sns", "sqs", "stepfunctions"),
)
FUNCTION_TESTS = (
    "test_awslambda/test_lambda_eventsourcemapping.py",
    "test_awslambda/test_lambda_invoke.py",
    "test_awslambda/test_lambda_layers_invoked.py",
    "test_cloudformation/test_cloudformation_custom_resources.py",
    "test_cloudformation/test_cloudformation_stack_integration.py",
    "test_events/test_events_lambdatriggers_integration.py",
    "test_logs/test_integration.py",
    "test_s3/test_s3_lambda_integration.py",
    "test_secretsmanager/test_server.py",
    "test_sqs/test_sqs_integration.py",
    "test_stepfunctions/parser/test_stepfunctions_lambda_integration.py",
    "test_stepfunctions/parser/test_stepfunctions_lambda_retry_integration.py",
)
TIMEOUT_SECONDS = 60


def main(arguments: Sequence[str]) -> int:
    """The exit status: 0 if everything is as expected, or could not be fetched."""
    if (folder := sources()) is None:
        print("moto's own tests: its sdist cannot be fetched here, so they are skipped.")  # noqa: T201
        return 0
    parts = [name for name in arguments if name in ("functions", "others")]
    folders = [name for name in arguments if name not in ("functions", "others")]
    status = 0
    if "functions" in parts or not arguments:
        paths = [f"tests/{path}" for path in FUNCTION_TESTS]
        status |= run(folder, "functions", "requires_docker", paths, workers=0)
    if "others" in parts or folders or not arguments:
        names = folders or SERVICES
        paths = [path for name in names if (folder / (path := f"tests/test_{name}")).exists()]
        status |= run(
            folder, "others", "not requires_docker and not network", paths, workers=workers()
        )
    return status


def workers() -> int:
    return int(os.environ.get("MOTO_TESTS_WORKERS", "2"))


def sources() -> Path | None:
    """The unpacked sdist, or None where it cannot be had."""
    folder = CACHE / f"moto-{VERSION}"
    if folder.exists():
        return folder
    # Beside the project's own: sandboxed processes see no other environment than that.
    target = str(CACHE / "packages")
    install = ["uv", "pip", "install", "--python", sys.executable, "--target", target, *PACKAGES]
    if subprocess.run(install, capture_output=True, check=False).returncode:
        return None
    command = ["pip", "download", "--no-binary", "moto", "--no-deps", f"moto=={VERSION}"]
    with tempfile.TemporaryDirectory() as target:
        done = subprocess.run([*command, "--dest", target], capture_output=True, check=False)
        archives = list(Path(target).glob("*.tar.gz"))
        if done.returncode or not archives:
            return None
        with tarfile.open(archives[0]) as archive:
            archive.extractall(CACHE, filter="data")
    return folder


def run(folder: Path, part: str, marks: str, paths: Sequence[str], *, workers: int) -> int:
    """Run one part with pytest; the exit status."""
    report = CACHE / f"{part}.xml"
    report.unlink(missing_ok=True)
    command = [
        *(sys.executable, "-m", "pytest"),
        *("-q", "-c", "/dev/null", "--rootdir", ".", "-p", "no:randomly"),
        *("-p", "coldstart_moto.plugin", f"-n{workers}", "-m", marks),
        *(f"--timeout={TIMEOUT_SECONDS}", "--tb=short", f"--junitxml={report}", *paths),
    ]
    environment = {
        **os.environ,
        "PYTHONPATH": f"{HERE}:{ROOT}:{CACHE / 'packages'}",
        "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
        "AWS_DEFAULT_REGION": "us-east-1",
        "MOTO_TESTS_RUN": "1" if part == "functions" else "0",
    }
    subprocess.run(command, cwd=folder, env=environment, check=False)
    return judge(report, part)


def judge(report: Path, part: str) -> int:
    """Compare the failures with those that are expected; the exit status."""
    if not report.exists():
        print(f"moto's own tests ({part}): pytest has written no report.")  # noqa: T201
        return 1
    expected = json.loads((HERE / "exceptions.json").read_text())[part]
    results = {
        f"{case.get('classname')}::{case.get('name')}": case.find("failure") is None
        and case.find("error") is None
        for case in ElementTree.parse(report).iter("testcase")  # noqa: S314 - pytest's own
    }
    failed = {name for name, has_passed in results.items() if not has_passed}
    surprises = sorted(failed - expected.keys())
    mended = sorted(name for name in expected if results.get(name))
    for name in surprises:
        print(f"Unexpected failure: {name}")  # noqa: T201
    for name in mended:
        print(f"Passes, though it is an exception: {name}")  # noqa: T201
    print(  # noqa: T201
        f"moto's own tests ({part}): {len(results) - len(failed)} of {len(results)} passed, "
        f"{len(failed - set(surprises))} exceptions with a reason, {len(surprises)} surprises."
    )
    return 1 if surprises else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
