"""Tiers: how much stands between the learner's code and the machine.

    strict  namespaces, Landlock, seccomp, limits: the default, and what a hosted site needs
    lite    the same without namespaces: for a container that holds grading workers and no more
    none    no walls: for a laptop without Linux, and for nothing else

SANDBOX_TIER chooses. A tier that this machine refuses is never replaced by a weaker one: nothing
runs then.
"""

import os
from enum import StrEnum
from typing import TYPE_CHECKING

from labs.errors import SandboxUnavailableError

if TYPE_CHECKING:
    from labs.sandbox.tiers.walls import Walls

VARIABLE = "SANDBOX_TIER"


class Tier(StrEnum):
    """See above."""

    STRICT = "strict"
    LITE = "lite"
    NONE = "none"


def configured() -> Tier:
    """The tier that the environment asks for.

    Raises:
        SandboxUnavailableError: there is no such tier, or it may not be used here.
    """
    name = os.environ.get(VARIABLE) or Tier.STRICT
    if name not in list(Tier):
        raise SandboxUnavailableError(
            f"{VARIABLE} is {name!r}, which is no tier: set it to {', '.join(Tier)}."
        )
    if name == Tier.NONE and not _is_debugging():
        raise SandboxUnavailableError(
            f"{VARIABLE}=none lets submitted code do all that this user may do. It is for your "
            "own code on your own laptop: there, set DEBUG=1 as well."
        )
    return Tier(name)


def make_walls(tier: Tier) -> "Walls":
    """The walls of a tier, not yet raised. What other tiers need of the system is not loaded."""
    match tier:
        case Tier.STRICT:
            from labs.sandbox.tiers.strict import StrictWalls

            return StrictWalls()
        case Tier.LITE:
            from labs.sandbox.tiers.lite import LiteWalls

            return LiteWalls()
        case Tier.NONE:
            from labs.sandbox.tiers.none import NoWalls

            return NoWalls()


def _is_debugging() -> bool:
    # As the site reads it: a site that is open to others has it off.
    return os.environ.get("DEBUG", "").strip().lower() in {"1", "true", "yes", "on"}
