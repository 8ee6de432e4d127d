"""What Fargate runs: legal sizes and settings of a task definition.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

GB = 1024
# {CPU units: MB of memory}
SIZES: dict[int, Sequence[int]] = {
    256: (512, 1 * GB, 2 * GB),
    512: range(1 * GB, 4 * GB + 1, GB),
    1024: range(2 * GB, 8 * GB + 1, GB),
    2048: range(4 * GB, 16 * GB + 1, GB),
    4096: range(8 * GB, 30 * GB + 1, GB),
    8192: range(16 * GB, 60 * GB + 1, 4 * GB),
    16384: range(32 * GB, 120 * GB + 1, 8 * GB),
    32768: (60 * GB, 120 * GB, 244 * GB),
}
MAX_STOP_SECONDS = 120
# What speaks of the machine below a container, which is not the caller's.
_NOT_OF_CONTAINERS = ("privileged", "links", "extraHosts")
_WITH_UNIT = re.compile(r"(\d+(?:\.\d+)?)\s*(vcpu|gb|mb)?", re.IGNORECASE)


def wrong(asked: Mapping[str, Any]) -> str:
    """Why RegisterTaskDefinition refuses a definition for Fargate, or ""."""
    if asked.get("networkMode") != "awsvpc":
        return "Fargate only supports network mode \u2018awsvpc\u2019."
    for name in ("cpu", "memory"):
        if not asked.get(name):
            return f"Fargate requires that '{name}' be defined at the task level."
    cpu, memory = units(str(asked["cpu"])), units(str(asked["memory"]))
    if memory not in SIZES.get(cpu, ()):
        return (
            f"No Fargate configuration exists for given values: {cpu} CPU, {memory} memory. "
            "See the Amazon ECS documentation for the valid values."
        )
    if asked.get("placementConstraints"):
        return _unsupported("placementConstraints")
    return _wrong_containers(asked, cpu, memory)


def _unsupported(name: str) -> str:
    return f"Tasks using the Fargate launch type do not support {name}."


def units(text: str) -> int:
    """CPU units or MB of "256", "1 vCPU", "2GB"; 0 of what is neither."""
    found = _WITH_UNIT.fullmatch(text.strip())
    if not found:
        return 0
    factor = {"vcpu": 1024, "gb": 1024}.get((found[2] or "").lower(), 1)
    return int(float(found[1]) * factor)


def _wrong_containers(asked: Mapping[str, Any], cpu: int, memory: int) -> str:
    containers = asked.get("containerDefinitions") or []
    if not any(one.get("essential", True) for one in containers):
        return "A task definition must have at least one essential container."
    if sum(int(one.get("cpu") or 0) for one in containers) > cpu:
        return "Invalid 'cpu' setting for task because the containers' sum exceeds it."
    for one in containers:
        if int(one.get("memory") or 0) > memory:
            return f"Invalid 'memory' setting for container '{one.get('name')}'."
        driver = (one.get("logConfiguration") or {}).get("logDriver")
        if driver == "awslogs" and not asked.get("executionRoleArn"):
            return (
                "Fargate requires task definition to have execution role ARN to support log "
                "driver awslogs."
            )
        if unsupported := [name for name in _NOT_OF_CONTAINERS if one.get(name)]:
            return _unsupported(unsupported[0])
        if int(one.get("stopTimeout") or 0) > MAX_STOP_SECONDS:
            return f"The stopTimeout of container '{one.get('name')}' is above {MAX_STOP_SECONDS}."
        for mapping in one.get("portMappings") or ():
            if mapping.get("hostPort", mapping["containerPort"]) != mapping["containerPort"]:
                return (
                    "When networkMode=awsvpc, the host ports and container ports in port "
                    "mappings must match."
                )
    return _wrong_dependencies(containers)


def _wrong_dependencies(containers: Sequence[Mapping[str, Any]]) -> str:
    names = {one.get("name") for one in containers}
    for one in containers:
        for dependency in one.get("dependsOn") or ():
            if dependency["containerName"] not in names:
                return (
                    f"Container '{one['name']}' depends on container "
                    f"'{dependency['containerName']}' which does not exist."
                )
    return ""
