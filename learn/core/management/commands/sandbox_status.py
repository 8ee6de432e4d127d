"""`manage.py sandbox_status`: which tier of the sandbox runs here, and how to mend the rest."""

import argparse
import json
from typing import Any, override

import labs
from learn.core.commands import PlainCommand


class Command(PlainCommand):
    """Tries every layer, then attacks the sandbox."""

    help = "Try the sandbox. Exit status: 0 the configured tier runs and holds, 1 not, 2 error."

    @override
    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print all findings as JSON")

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        machine = labs.examine_machine()
        problem = machine.problem
        canaries: tuple[labs.Canary, ...] = ()
        if machine.is_ready:
            try:
                canaries = labs.release_canaries()
            except labs.EngineError as error:
                problem = str(error)
        holds = machine.tier == labs.Tier.NONE or all(canary.is_held for canary in canaries)
        runs = machine.is_ready and holds and not problem
        if options["json"]:
            self._print_json(machine, problem, canaries, runs=runs)
        else:
            self._print(machine, problem, canaries, runs=runs)
        raise SystemExit(0 if runs else 1)

    def _print_json(
        self,
        machine: labs.MachineReport,
        problem: str,
        canaries: tuple[labs.Canary, ...],
        *,
        runs: bool,
    ) -> None:
        attacks = [{"tried": one.tried, "held": one.is_held, "got": one.got} for one in canaries]
        found = {"ok": runs, **machine.to_json(), "problem": problem, "canaries": attacks}
        self.stdout.write(json.dumps(found, indent=2))

    def _print(
        self,
        machine: labs.MachineReport,
        problem: str,
        canaries: tuple[labs.Canary, ...],
        *,
        runs: bool,
    ) -> None:
        write = self.stdout.write
        verb = "runs" if runs else "does not run"
        write(f"Tier {machine.tier or '?'} {verb} here: {machine.kernel}.")
        if problem:
            write(problem)
        for tier in (labs.Tier.STRICT, labs.Tier.LITE):
            if machine.runs[tier] and tier != machine.tier:
                write(f"Tier {tier} could run here.")
        write("")
        for finding in machine.findings:
            self._print_finding(finding)
        if canaries:
            self._print_canaries(canaries)

    def _print_finding(self, finding: labs.Finding) -> None:
        state = "works" if finding.works else "missing" if finding.tiers else "absent"
        self.stdout.write(f"  {state:<8} {finding.layer:<17} {finding.purpose}")
        if finding.said:
            self.stdout.write(f"{'':<29}{finding.said}")
        if finding.remedy:
            self.stdout.write(f"{'':<29}-> {finding.remedy}")

    def _print_canaries(self, canaries: tuple[labs.Canary, ...]) -> None:
        held = sum(canary.is_held for canary in canaries)
        self.stdout.write(f"\nAttacks from inside: {held} of {len(canaries)} were held.")
        for canary in canaries:
            if not canary.is_held:
                self.stdout.write(f"  not held: {canary.tried} ({canary.got})")
