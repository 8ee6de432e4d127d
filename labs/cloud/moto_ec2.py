"""moto's RDS, ECS and SSM, loaded without all of EC2, of which they need next to nothing.

EC2 takes a second to import, and 100 MB that each fork of a zygote would carry. It is loaded when
one of the three really looks something up in it, as a subnet. Whoever wants something of their
modules takes it from here: `from labs.cloud.moto_ec2 import rds_models`.
"""

import importlib
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import moto

NAMES = ("moto.ec2", "moto.ec2.models")
USERS = ("moto.rds.models", "moto.rds.responses", "moto.ecs.models", "moto.ssm.models")


class Ec2Backends:
    """Stands for moto's `ec2_backends` until one of them is asked for."""

    def __getitem__(self, account: str) -> Any:
        return importlib.import_module("moto.ec2.models").ec2_backends[account]


def _load() -> None:
    """Import the users with a stand-in for EC2, unless something has loaded it already."""
    if any(name in sys.modules for name in NAMES):
        return
    for name in NAMES:
        stand_in = ModuleType(name)
        stand_in.__path__ = [str(Path(moto.__file__).parent / "ec2")]  # ECS wants its exceptions
        stand_in.ec2_backends = Ec2Backends()  # type: ignore[attr-defined]
        sys.modules[name] = stand_in
    try:
        for name in USERS:
            importlib.import_module(name)
    finally:
        for name in NAMES:
            del sys.modules[name]


_load()
rds_models, ecs_models, ssm_models = (
    importlib.import_module(f"moto.{name}.models") for name in ("rds", "ecs", "ssm")
)
