"""`manage.py playground PATH`: run any program in the sandbox, against an empty account."""

import argparse
import contextlib
import re
from pathlib import Path
from typing import Any, override

import labs
from learn.submissions.management.report_command import ReportCommand, described

MAIN = "main.py"
MAX_WALL_SECONDS = 60
SAFE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")


class Command(ReportCommand[labs.PlaygroundReport]):
    help = "Run a Python file, or a folder with main.py, against an empty simulated account."

    @override
    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("path", metavar="PATH", type=Path, help="a file, or a folder")
        parser.add_argument("--json", action="store_true", help="print the report as JSON")
        parser.add_argument("--wall-seconds", type=_wall_seconds, default=10.0, metavar="N")

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["path"]
        main = path.name if path.is_file() and SAFE_NAME.fullmatch(path.name) else MAIN
        files = self.read_files(path, main)
        report = labs.play(files, main=main, wall_seconds=options["wall_seconds"])
        self.end_with(report, as_json=options["json"])

    @override
    def print_report(self, report: labs.PlaygroundReport) -> None:
        write = self.stdout.write
        if report.stdout:
            write(report.stdout.rstrip("\n"))
        write(f"\n{report.verdict} ({report.duration_ms} ms)")
        if report.message:
            write(report.message)
        if report.trace:
            write("\nAWS calls:")
        for call in report.trace:
            write(f"  {described(call)}")
        if report.resources:
            write("\nResources at the end:")
        for service, lines in report.resources.items():
            for line in lines:
                write(f"  {service}: {line}")


def _wall_seconds(text: str) -> float:
    with contextlib.suppress(ValueError):
        if 0 < (seconds := float(text)) <= MAX_WALL_SECONDS:
            return seconds
    raise argparse.ArgumentTypeError(f"give a number above 0 and up to {MAX_WALL_SECONDS}")
