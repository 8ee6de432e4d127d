"""A doctor that walks through a definition once."""

import json
import math

import boto3

ECS = boto3.client("ecs")
# CPU units: the least memory, the most, and the step between, in GB.
STEPS = {
    512: (1, 4, 1),
    1024: (2, 8, 1),
    2048: (4, 16, 1),
    4096: (8, 30, 1),
    8192: (16, 60, 4),
    16384: (32, 120, 8),
}


def sizes():
    """All pairs, the smallest first."""
    for memory in (512, 1024, 2048):
        yield 256, memory
    for cpu, (least, most, step) in STEPS.items():
        for number in range(math.ceil((most - least + 1) / step)):
            yield cpu, 1024 * (least + number * step)
    for memory in (60, 120, 244):
        yield 32768, 1024 * memory


def diagnose(definition):
    codes = set()
    if "FARGATE" not in (definition.get("requiresCompatibilities") or []):
        codes.add("PLATFORM")
    if definition.get("networkMode") != "awsvpc":
        codes.add("NETWORK")
    asked = (definition.get("cpu"), definition.get("memory"))
    if asked not in {(str(cpu), str(memory)) for cpu, memory in sizes()}:
        codes.add("SIZE")
    execution = definition.get("executionRoleArn")
    if execution and execution == definition.get("taskRoleArn"):
        codes.add("SHARED")
    for container in definition["containerDefinitions"]:
        codes |= set(of_container(container))
        logs = container.get("logConfiguration", {}).get("logDriver")
        if not execution and ("awslogs" == logs or container.get("secrets")):
            codes.add("ROLE")
    return sorted(codes)


def of_container(container):
    for mapping in container.get("portMappings") or []:
        host = mapping.get("hostPort")
        if host is not None and host != mapping["containerPort"]:
            yield "PORT"
    if container.get("privileged"):
        yield "PRIVILEGED"
    if (container.get("stopTimeout") or 30) > 120:
        yield "STOP"
    if "logConfiguration" not in container:
        yield "LOGS"
    if container.get("essential") is not False and "healthCheck" not in container:
        yield "HEALTH"


def cure(definition):
    patient = json.loads(json.dumps(definition))
    cpu, memory = (int(patient.get(name, "0")) for name in ("cpu", "memory"))
    fitting = [pair for pair in sizes() if pair[0] >= cpu and pair[1] >= memory]
    if not fitting:
        raise ValueError("too large for Fargate")
    patient["cpu"], patient["memory"] = map(str, min(fitting))
    patient["networkMode"] = "awsvpc"
    others = patient.get("requiresCompatibilities", [])
    patient["requiresCompatibilities"] = sorted({*others, "FARGATE"})
    for container in patient["containerDefinitions"]:
        if "privileged" in container:
            container["privileged"] = False
        if "stopTimeout" in container:
            container["stopTimeout"] = min(container["stopTimeout"], 120)
        for mapping in container.get("portMappings", []):
            if "hostPort" in mapping:
                mapping["hostPort"] = mapping["containerPort"]
    return patient


def release(cluster, service, definition, network, count, sure):
    try:
        made = ECS.register_task_definition(**definition)
    except ECS.exceptions.ClientException as error:
        raise ValueError("ECS refuses the definition") from error
    revision = made["taskDefinition"]["taskDefinitionArn"]
    codes = diagnose(definition)
    if codes:
        raise ValueError(" ".join(codes))
    address = "ENABLED" if network["public"] else "DISABLED"
    wanted = dict(
        cluster=cluster,
        taskDefinition=revision,
        desiredCount=count,
        networkConfiguration=dict(
            awsvpcConfiguration=dict(
                subnets=network["subnets"],
                securityGroups=network["securityGroups"],
                assignPublicIp=address,
            )
        ),
        capacityProviderStrategy=[
            dict(capacityProvider="FARGATE_SPOT", weight=1, base=0),
            dict(capacityProvider="FARGATE", weight=0, base=sure),
        ],
        deploymentConfiguration=dict(
            deploymentCircuitBreaker=dict(enable=True, rollback=True),
            minimumHealthyPercent=100,
            maximumPercent=200,
        ),
    )
    try:
        ECS.update_service(service=service, **wanted, forceNewDeployment=True)
    except (ECS.exceptions.ServiceNotFoundException, ECS.exceptions.ServiceNotActiveException):
        ECS.create_service(serviceName=service, **wanted)
    return revision
