"""What a task definition needs to run on Fargate, as a table of rules."""

import copy

import boto3

ecs = boto3.client("ecs")

GB = 1024
MENU = {
    256: [512, GB, 2 * GB],
    512: range(GB, 4 * GB + 1, GB),
    1024: range(2 * GB, 8 * GB + 1, GB),
    2048: range(4 * GB, 16 * GB + 1, GB),
    4096: range(8 * GB, 30 * GB + 1, GB),
    8192: range(16 * GB, 60 * GB + 1, 4 * GB),
    16384: range(32 * GB, 120 * GB + 1, 8 * GB),
    32768: [60 * GB, 120 * GB, 244 * GB],
}
MAX_STOP_SECONDS = 120


def size(definition):
    return int(definition.get("cpu") or 0), int(definition.get("memory") or 0)


def containers(definition):
    return definition["containerDefinitions"]


def has_wrong_size(definition):
    cpu, memory = size(definition)
    return memory not in MENU.get(cpu, ())


def is_wrong_port(mapping):
    return mapping.get("hostPort", mapping["containerPort"]) != mapping["containerPort"]


def needs_execution_role(container):
    logs = container.get("logConfiguration") or {}
    return logs.get("logDriver") == "awslogs" or bool(container.get("secrets"))


def some(test):
    return lambda definition: any(test(each) for each in containers(definition))


RULES = {
    "PLATFORM": lambda it: "FARGATE" not in it.get("requiresCompatibilities", []),
    "NETWORK": lambda it: it.get("networkMode") != "awsvpc",
    "SIZE": has_wrong_size,
    "PORT": some(lambda one: any(map(is_wrong_port, one.get("portMappings", [])))),
    "PRIVILEGED": some(lambda one: one.get("privileged")),
    "STOP": some(lambda one: one.get("stopTimeout", 0) > MAX_STOP_SECONDS),
    "LOGS": some(lambda one: not one.get("logConfiguration")),
    "HEALTH": some(lambda one: one.get("essential", True) and not one.get("healthCheck")),
    "ROLE": lambda it: not it.get("executionRoleArn") and some(needs_execution_role)(it),
    "SHARED": lambda it: it.get("taskRoleArn") and it["taskRoleArn"] == it.get("executionRoleArn"),
}


def diagnose(definition):
    """The codes of all that is wrong with a definition."""
    return [code for code, applies in RULES.items() if applies(definition)]


def cure(definition):
    """The definition, with what a program can repair repaired."""
    cured = copy.deepcopy(definition)
    platforms = cured.setdefault("requiresCompatibilities", [])
    if "FARGATE" not in platforms:
        platforms.append("FARGATE")
    cured["networkMode"] = "awsvpc"
    cpu, memory = smallest(*size(definition))
    cured |= {"cpu": str(cpu), "memory": str(memory)}
    for container in containers(cured):
        container.pop("privileged", None)
        if container.get("stopTimeout", 0) > MAX_STOP_SECONDS:
            container["stopTimeout"] = MAX_STOP_SECONDS
        for mapping in container.get("portMappings", []):
            if is_wrong_port(mapping):
                del mapping["hostPort"]
    return cured


def smallest(cpu, memory):
    for units, sizes in MENU.items():
        for mebibytes in sizes:
            if units >= cpu and mebibytes >= memory:
                return units, mebibytes
    raise ValueError(f"Fargate has nothing with {cpu} CPU units and {memory} MiB")


def release(cluster, service, definition, network, count, sure):
    """Have the service run the definition; returns the ARN of its revision."""
    if found := diagnose(definition):
        raise ValueError(f"{definition['family']} is not healthy: {', '.join(found)}")
    made = ecs.register_task_definition(**definition)
    arn = made["taskDefinition"]["taskDefinitionArn"]
    settings = {
        "cluster": cluster,
        "taskDefinition": arn,
        "desiredCount": count,
        "capacityProviderStrategy": [
            {"capacityProvider": "FARGATE", "base": sure, "weight": 1},
            {"capacityProvider": "FARGATE_SPOT", "weight": 1},
        ],
        "networkConfiguration": {
            "awsvpcConfiguration": {
                "subnets": network["subnets"],
                "securityGroups": network["securityGroups"],
                "assignPublicIp": "ENABLED" if network["public"] else "DISABLED",
            }
        },
        "deploymentConfiguration": {
            "deploymentCircuitBreaker": {"enable": True, "rollback": True}
        },
    }
    found = ecs.describe_services(cluster=cluster, services=[service])["services"]
    if any(each["status"] == "ACTIVE" for each in found):
        ecs.update_service(service=service, forceNewDeployment=True, **settings)
    else:
        ecs.create_service(serviceName=service, **settings)
    return arn
