"""`manage.py grade LAB PATH`: grade files exactly as a submission, without web or queue."""

import argparse
from pathlib import Path
from typing import Any, override

import labs
from learn.submissions.management.report_command import ReportCommand, described


class Command(ReportCommand[labs.GradeReport]):
    help = "Grade a file or folder against a lab. Exit status: 0 passed, 1 not, 2 error."

    @override
    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("lab", metavar="LAB", help="a lab's name, as in sqs/partial-batch")
        parser.add_argument("path", metavar="PATH", type=Path, help="a file, or a folder of files")
        parser.add_argument("--json", action="store_true", help="print the whole report as JSON")
        parser.add_argument("--trace", action="store_true", help="list the AWS calls as well")
        parser.add_argument(
            "--seed", type=int, default=None, help="repeat the hidden inputs of an earlier report"
        )

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        self._shows_trace = options["trace"]
        spec = self._lab(options["lab"])
        report = labs.grade(spec, self._files(spec, options["path"]), seed=options["seed"])
        self.end_with(report, as_json=options["json"])

    @override
    def print_report(self, report: labs.GradeReport) -> None:
        write = self.stdout.write
        milliseconds = f"{report.duration_ms} ms, {len(report.trace)} AWS calls"
        write(f"{report.verdict}: {report.score} of {report.max_score} points ({milliseconds})")
        if report.message:
            write(report.message)
        for check in report.checks:
            write(f"  {check.verdict:<8} {check.points}/{check.max_points}  {check.title}")
            if check.feedback:
                write(f"             {check.feedback}")
        if report.stdout:
            write(f"\nOutput of your code:\n{report.stdout.rstrip()}")
        if self._shows_trace:
            write("\nAWS calls of your code:")
            for call in report.trace:
                write(f"  {described(call)}")

    def _lab(self, slug: str) -> labs.LabSpec:
        try:
            spec = labs.find_lab(slug)
        except labs.ContentError as error:
            self.refuse(f"The lab cannot be read: {error.problems[0]}")
        if spec is None:
            self.refuse(f"There is no lab {slug!r} in {', '.join(map(str, labs.content_dirs()))}.")
        return spec

    def _files(self, spec: labs.LabSpec, path: Path) -> dict[str, bytes]:
        only_name = spec.file_names[0] if len(spec.file_names) == 1 else ""
        return self.read_files(path, only_name)
