"""What of the sandbox this machine offers, found out by trying, and how to mend the rest."""

import json
import os
import platform
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from labs.errors import SandboxUnavailableError
from labs.sandbox.remedies import Facts, remedy
from labs.sandbox.tiers import Tier, configured
from labs.version import __version__

_BOOT = "import sys; sys.path.insert(0, sys.argv[1]); from labs.sandbox.trial import main; main()"
TRIAL_SECONDS = 30
# Layer -> (what it is for, the tiers that need it, the layer without which it cannot be tried).
LAYERS: dict[str, tuple[str, tuple[Tier, ...], str]] = {
    "processor": ("system calls are known by number", (Tier.STRICT, Tier.LITE), ""),
    "/proc": ("user maps and the OOM score are written there", (Tier.STRICT, Tier.LITE), ""),
    "user namespaces": ("walls without being root", (Tier.STRICT,), "/proc"),
    "other namespaces": ("own network, mounts, processes", (Tier.STRICT,), "user namespaces"),
    "mounts": ("a read-only root with Python alone", (Tier.STRICT,), "other namespaces"),
    "child namespaces": ("the same again for each submission", (Tier.STRICT,), "mounts"),
    "landlock": ("a second lock on files", (Tier.STRICT, Tier.LITE), ""),
    "landlock 3": ("also guards truncate()", (Tier.LITE,), "landlock"),
    "python": ("its folders can be read without being root", (Tier.LITE,), ""),
    "seccomp": ("the allow-list of system calls", (Tier.STRICT, Tier.LITE), "processor"),
    "namespace limit": ("a second lock on new namespaces", (), "user namespaces"),
    "cgroups": ("equal shares of the processor", (), ""),
}


@dataclass(frozen=True)
class Finding:
    """One layer: what it is for, who needs it, whether it works, what the system said, what to do.

    `remedy` is empty where there is nothing to mend.
    """

    layer: str
    purpose: str
    tiers: tuple[Tier, ...]
    works: bool
    said: str = ""
    remedy: str = ""


@dataclass(frozen=True)
class MachineReport:
    """What this machine offers. `tier` is the configured one, or "" if `problem` says why not."""

    tier: str
    problem: str
    runs: dict[str, bool]
    kernel: str
    engine_version: str
    findings: tuple[Finding, ...]

    @property
    def is_ready(self) -> bool:
        """Whether the configured tier runs here."""
        return self.runs.get(self.tier, False)

    @property
    def missing(self) -> tuple[Finding, ...]:
        """What the configured tier needs, and does not find."""
        needed = [finding for finding in self.findings if self.tier in finding.tiers]
        return tuple(finding for finding in needed if not finding.works)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def examine() -> MachineReport:
    """Try every layer, in processes that end at once. Takes about a quarter of a second."""
    tier, problem = "", ""
    try:
        tier = configured()
    except SandboxUnavailableError as error:
        problem = str(error)
    findings = _findings()
    missing = {tier for finding in findings if not finding.works for tier in finding.tiers}
    return MachineReport(
        tier=tier,
        problem=problem,
        runs={tier: tier not in missing for tier in Tier},
        kernel=f"{platform.system()} {platform.release()} {platform.machine()}",
        engine_version=__version__,
        findings=findings,
    )


def advice() -> str:
    """What the configured tier misses and how to mend it: sentences with a space after each."""
    missing = [finding for finding in examine().missing if finding.remedy]
    return "".join(f"Of {finding.layer}: {finding.remedy} " for finding in missing)


def _findings() -> tuple[Finding, ...]:
    if sys.platform != "linux":
        return tuple(
            Finding(layer, purpose, tiers, works=False, said="Linux alone has it")
            for layer, (purpose, tiers, _needs) in LAYERS.items()
        )
    found = _try()
    facts = Facts.read(forbidden=tuple(found["forbidden"]))
    return tuple(_finding(layer, found["layers"], facts) for layer in LAYERS)


def _finding(layer: str, outcomes: dict[str, Any], facts: Facts) -> Finding:
    purpose, tiers, needs = LAYERS[layer]
    outcome = outcomes[layer]
    if outcome["errno"] is None:
        return Finding(layer, purpose, tiers, works=True, said=outcome["said"])
    if needs and outcomes[needs]["errno"] is not None:
        return Finding(layer, purpose, tiers, works=False, said=f"cannot be tried without {needs}")
    mend = remedy(layer, outcome["errno"], facts)
    return Finding(layer, purpose, tiers, works=False, said=outcome["said"], remedy=mend)


def _try() -> dict[str, Any]:
    project = Path(__file__).resolve().parents[2]
    done = subprocess.run(  # noqa: S603 - our own interpreter and our own arguments
        [sys.executable, "-s", "-P", "-B", "-c", _BOOT, str(project)],
        env={name: os.environ[name] for name in ("TMPDIR",) if name in os.environ},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=TRIAL_SECONDS,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found
