"""What the doctor finds, repairs and releases, on each size of the menu and beside it."""

import copy
from typing import Any

from labs.checks import Cloud, check, expect, setup

GB = 1024
MENU: dict[int, tuple[int, ...]] = {
    256: (512, GB, 2 * GB),
    512: tuple(range(GB, 4 * GB + 1, GB)),
    1024: tuple(range(2 * GB, 8 * GB + 1, GB)),
    2048: tuple(range(4 * GB, 16 * GB + 1, GB)),
    4096: tuple(range(8 * GB, 30 * GB + 1, GB)),
    8192: tuple(range(16 * GB, 60 * GB + 1, 4 * GB)),
    16384: tuple(range(32 * GB, 120 * GB + 1, 8 * GB)),
    32768: (60 * GB, 120 * GB, 244 * GB),
}
NOT_ON_IT = (
    (256, 256), (256, 768), (256, 1536), (256, 3 * GB), (256, 4 * GB), (512, 512), (512, 1536),
    (512, 5 * GB), (1024, GB), (1024, 9 * GB), (2048, 3 * GB), (2048, 17 * GB), (4096, 7 * GB),
    (4096, 31 * GB), (8192, 12 * GB), (8192, 17 * GB), (8192, 64 * GB), (16384, 36 * GB),
    (16384, 24 * GB), (16384, 128 * GB), (32768, 64 * GB), (32768, 128 * GB), (32768, 240 * GB),
    (128, 512), (300, 512), (768, 2 * GB), (3072, 8 * GB), (6144, 16 * GB), (65536, 244 * GB),
)  # fmt: skip
MAX_STOP = 120
CLUSTER = "workers"
# Exceptions are known by their name alone; these are surely no ValueError.
OTHER_ERRORS = {
    "AssertionError",
    "AttributeError",
    "ClientError",
    "ClientException",
    "Exception",
    "IndexError",
    "InvalidParameterException",
    "KeyError",
    "NameError",
    "ParamValidationError",
    "RuntimeError",
    "StopIteration",
    "TypeError",
    "UnboundLocalError",
}
LETTERS = "abcdefghijklmnopqrstuvwxyz"

type Json = dict[str, Any]


@setup(once=True)
def build(cloud: Cloud) -> None:
    cloud.client("ecs").create_cluster(clusterName=CLUSTER)


@check("What is healthy has no code", points=1, visible=True)
def finds_nothing_in_the_healthy(cloud: Cloud) -> None:
    expect_codes(cloud, healthy(cloud), set(), "a healthy definition")
    for what, container in (
        ("a host port that is the container's", ports(8080, 8080)),
        ("a port without a host port", ports(8080)),
        ("the longest stop timeout", {"stopTimeout": MAX_STOP}),
        ("a container that is not privileged", {"privileged": False}),
    ):
        expect_codes(cloud, healthy(cloud, container), set(), f"one with {what}")
    two = healthy(cloud, requiresCompatibilities=["EC2", "FARGATE"])
    expect_codes(cloud, two, set(), "one for two platforms")
    expect_codes(cloud, healthy(cloud, without=("taskRoleArn",)), set(), "one without a task role")
    lonely = healthy(cloud, logs("splunk"), without=("taskRoleArn", "executionRoleArn"))
    expect_codes(cloud, lonely, set(), "one without any role, which logs to Splunk")
    both = healthy(cloud)
    side = {**both["containerDefinitions"][0], "name": "side", "essential": False}
    del side["healthCheck"]
    both["containerDefinitions"].insert(cloud.random.randint(0, 1), side)
    expect_codes(cloud, both, set(), "one whose second container is not essential")


@check("Each fault has its code", points=1, visible=True)
def names_each_fault(cloud: Cloud) -> None:
    for code, ill in each_fault(cloud).items():
        expect_codes(cloud, ill, {code}, f"a definition whose only fault is of the kind {code}")


@check("Sizes are those of the menu", points=2)
def knows_the_menu(cloud: Cloud) -> None:
    for cpu, sizes in MENU.items():
        for memory in {sizes[0], sizes[1], cloud.random.choice(sizes), sizes[-1]}:
            expect_codes(cloud, sized(cloud, cpu, memory), set(), f"{cpu} CPU and {memory} MiB")
    for cpu, memory in NOT_ON_IT:
        expect_codes(cloud, sized(cloud, cpu, memory), {"SIZE"}, f"{cpu} CPU and {memory} MiB")
    for name in ("cpu", "memory"):
        expect_codes(cloud, healthy(cloud, without=(name,)), {"SIZE"}, f"one without {name}")


@check("Any container can have any faults", points=2)
def finds_all_faults(cloud: Cloud) -> None:
    empty: Json = {"family": word(cloud), "containerDefinitions": [{"name": "a", "image": "a"}]}
    wanted = {"PLATFORM", "NETWORK", "SIZE", "LOGS", "HEALTH"}
    expect_codes(cloud, empty, wanted, "a definition that says almost nothing")
    for code, ill in each_fault(cloud).items():
        good = {**healthy(cloud)["containerDefinitions"][0], "name": "good"}
        ill["containerDefinitions"].insert(0, good)
        expect_codes(cloud, ill, {code}, f"one whose second container has a fault ({code})")
    ill = healthy(cloud, ports(8080, 0))
    expect_codes(cloud, ill, {"PORT"}, "one that left its host port to an EC2 instance (0)")
    secret = {"name": "PASSWORD", "valueFrom": "arn:aws:ssm:us-east-1:123456789012:parameter/p"}
    ill = healthy(cloud, logs("splunk") | {"secrets": [secret]}, without=("executionRoleArn",))
    expect_codes(cloud, ill, {"ROLE"}, "one with secrets and without an execution role")
    ill = healthy(cloud, without=("executionRoleArn",))
    ill["containerDefinitions"] += [
        {**ill["containerDefinitions"][0], "name": "b", **ports(80, 81)}
    ]
    first, second = ill["containerDefinitions"]
    first.update(privileged=True, stopTimeout=MAX_STOP + 1)
    second["stopTimeout"] = 600
    del second["essential"], second["healthCheck"], first["logConfiguration"]
    wanted = {"PORT", "PRIVILEGED", "STOP", "LOGS", "HEALTH", "ROLE"}
    expect_codes(cloud, ill, wanted, "one with faults in both of its containers")
    side = {"name": "side", "image": "side", "essential": False, "privileged": True}
    ill = healthy(cloud)
    ill["containerDefinitions"].append({**side, **ports(80, 81), "stopTimeout": 600})
    codes = {"PORT", "PRIVILEGED", "STOP", "LOGS"}
    expect_codes(cloud, ill, codes, "one whose second container is not essential, and ill")
    first["portMappings"] = [{"containerPort": 9090}]
    second["portMappings"].insert(0, {"containerPort": 9090, "hostPort": 9090})
    ill["containerDefinitions"] = [first, second]
    del ill["executionRoleArn"]
    expect_codes(cloud, ill, wanted, "one whose third port is wrong")


@check("A cure repairs, and leaves all else alone", points=2)
def cures(cloud: Cloud) -> None:
    sound = healthy(cloud, ports(80, 80) | {"stopTimeout": 45})
    expect_cured(cloud, sound, sound["cpu"], sound["memory"], "a healthy definition")
    ill = healthy(cloud, ports(80, 8080) | {"stopTimeout": 300, "privileged": True})
    other = {**healthy(cloud)["containerDefinitions"][0], "name": "b", **ports(443, 0)}
    ill["containerDefinitions"].append({**other, "stopTimeout": MAX_STOP + 1})
    ill.update(networkMode="bridge", requiresCompatibilities=["EC2"], tags=[{"key": "team"}])
    del ill["containerDefinitions"][0]["logConfiguration"]
    expect_cured(cloud, ill, ill["cpu"], ill["memory"], "a definition with many faults")
    empty: Json = {"family": word(cloud), "containerDefinitions": [{"name": "a", "image": "a"}]}
    expect_cured(cloud, empty, "256", "512", "a definition that says almost nothing")
    for cpu, memory, right in (
        (256, 4 * GB, (512, 4 * GB)),
        (100, 300, (256, 512)),
        (256, 513, (256, GB)),
        (512, 512, (512, GB)),
        (1024, 9 * GB, (2048, 9 * GB)),
        (1500, GB, (2048, 4 * GB)),
        (2048, 16 * GB + 1, (4096, 17 * GB)),
        (8192, 17 * GB, (8192, 20 * GB)),
        (8192, 61 * GB, (16384, 64 * GB)),
        (256, 121 * GB, (32768, 244 * GB)),
        (20_000, 61 * GB, (32768, 120 * GB)),
    ):
        what = f"a definition that asks for {cpu} CPU and {memory} MiB"
        expect_cured(cloud, sized(cloud, cpu, memory), str(right[0]), str(right[1]), what)
    for cpu, memory in ((32769, GB), (256, 244 * GB + 1)):
        error = cloud.raised("doctor.cure", sized(cloud, cpu, memory))
        expect_value_error(error, f"{cpu} CPU and {memory} MiB, which Fargate does not have")


@check("A service runs what was released", points=1, visible=True)
def releases(cloud: Cloud) -> None:
    name = word(cloud)
    release(cloud, name, healthy(cloud), count=3, sure=1)


@check("A second release changes the service", points=2)
def releases_again(cloud: Cloud) -> None:
    name, other, definition = word(cloud), word(cloud), healthy(cloud)
    release(cloud, other, healthy(cloud), count=4, sure=2, public=False)
    before = service(cloud, other)
    first = release(cloud, name, definition, count=2, sure=2, public=False)
    made = service(cloud, name)["createdAt"]
    changed = copy.deepcopy(definition)
    changed["containerDefinitions"][0]["image"] = f"{word(cloud)}:2"
    second = release(cloud, name, changed, count=5, sure=3, public=True)
    expect(first != second, "A changed definition did not become a revision of its own.")
    release(cloud, name, changed, count=1, sure=1, public=False)
    expect(service(cloud, name)["createdAt"] == made,
           "Between two releases there was no service, and no task ran.")  # fmt: skip
    expect(service(cloud, other) == before, "The release of a service changed another one.")


@check("What is ill is not released", points=1)
def refuses_the_ill(cloud: Cloud) -> None:
    name, definition = word(cloud), healthy(cloud)
    arn = release(cloud, name, definition, count=2, sure=1)
    faults = each_fault(cloud, definition)
    for code in ("SHARED", "SIZE", "PRIVILEGED", "HEALTH"):
        arguments = (CLUSTER, name, faults[code], network(cloud, public=True), 3, 1)
        error = cloud.raised("doctor.release", *arguments)
        expect_value_error(error, f"the release of a definition with {code}")
        made = cloud.client("ecs").list_task_definitions(familyPrefix=definition["family"])
        expect(made["taskDefinitionArns"] == [arn], f"A definition with {code} was registered.")
    new = word(cloud)
    error = cloud.raised(
        "doctor.release", CLUSTER, new, faults["LOGS"], network(cloud, public=True), 1, 1
    )
    expect_value_error(error, "the first release of a definition with LOGS")
    found = cloud.client("ecs").describe_services(cluster=CLUSTER, services=[new])["services"]
    expect(not found, "A service was created for a definition with LOGS.")
    shown = service(cloud, name)
    expect((shown["taskDefinition"], shown["desiredCount"]) == (arn, 2),
           "A release that was refused changed the service.")  # fmt: skip


def word(cloud: Cloud) -> str:
    return "".join(cloud.random.choices(LETTERS, k=8))


def ports(container: int, host: int | None = None) -> Json:
    mapping = {"containerPort": container} | ({} if host is None else {"hostPort": host})
    return {"portMappings": [mapping]}


def logs(driver: str) -> Json:
    return {"logConfiguration": {"logDriver": driver, "options": {}}}


def healthy(
    cloud: Cloud, container: Json | None = None, *, without: tuple[str, ...] = (), **given: Any
) -> Json:
    """A definition without a fault; `container` are more settings of its only one."""
    family, cpu = word(cloud), cloud.random.choice(list(MENU))
    role = f"arn:aws:iam::123456789012:role/{family}"
    first = {
        "name": "work",
        "image": f"{word(cloud)}:1.4",
        "essential": True,
        "healthCheck": {"command": ["CMD-SHELL", "python healthy.py || exit 1"]},
        "logConfiguration": {
            "logDriver": "awslogs",
            "options": {
                "awslogs-group": f"/ecs/{family}",
                "awslogs-region": "us-east-1",
                "awslogs-stream-prefix": "work",
            },
        },
        **(container or {}),
    }
    made = {
        "family": family,
        "requiresCompatibilities": ["FARGATE"],
        "networkMode": "awsvpc",
        "cpu": str(cpu),
        "memory": str(cloud.random.choice(MENU[cpu])),
        "executionRoleArn": f"{role}-execution",
        "taskRoleArn": f"{role}-task",
        "containerDefinitions": [first],
        **given,
    }
    return {name: value for name, value in made.items() if name not in without}


def sized(cloud: Cloud, cpu: int, memory: int) -> Json:
    return healthy(cloud, cpu=str(cpu), memory=str(memory))


def each_fault(cloud: Cloud, base: Json | None = None) -> dict[str, Json]:
    """One definition for each code, which has this fault and no other."""
    found: dict[str, Json] = {}

    def ill(code: str, container: Json | None = None, **changes: Any) -> None:
        definition = copy.deepcopy(base) if base else healthy(cloud)
        definition.update(changes)
        definition["containerDefinitions"][0].update(container or {})
        found[code] = definition

    ill("PLATFORM", requiresCompatibilities=["EC2"])
    ill("NETWORK", networkMode=cloud.random.choice(["bridge", "host"]))
    ill("SIZE", cpu="256", memory="4096")
    ill("PORT", ports(8080, 80))
    ill("PRIVILEGED", {"privileged": True})
    ill("STOP", {"stopTimeout": MAX_STOP + 1})
    ill("LOGS")
    del found["LOGS"]["containerDefinitions"][0]["logConfiguration"]
    ill("HEALTH")
    del found["HEALTH"]["containerDefinitions"][0]["healthCheck"]
    ill("ROLE")
    del found["ROLE"]["executionRoleArn"]
    ill("SHARED")
    found["SHARED"]["taskRoleArn"] = found["SHARED"]["executionRoleArn"]
    return found


def expect_codes(cloud: Cloud, definition: Json, wanted: set[str], what: str) -> None:
    found = cloud.call("doctor.diagnose", definition)
    is_list = isinstance(found, list) and all(isinstance(each, str) for each in found)
    expect(is_list, f"The diagnosis of {what} is no list of codes: {str(found)[:60]}.")
    strange, missing = set(found) - wanted, wanted - set(found)
    expect(not strange, f"The diagnosis of {what} has a code too many: {sorted(strange)}.")
    expect(not missing, f"The diagnosis of {what} has {len(missing)} code(s) too few.")
    expect(len(found) == len(wanted), f"The diagnosis of {what} has a code twice.")


def expect_cured(cloud: Cloud, ill: Json, cpu: str, memory: str, what: str) -> None:
    found = cloud.call("doctor.cure", ill)
    expect(isinstance(found, dict), f"The cure of {what} is no definition.")
    size = (found.get("cpu"), found.get("memory"))
    expect(size == (cpu, memory), f"The cure of {what} got the size {size}, which is not right.")
    expect("FARGATE" in (found.get("requiresCompatibilities") or []),
           f"The cure of {what} is still not for Fargate.")  # fmt: skip
    expect(found.get("networkMode") == "awsvpc", f"The cure of {what} kept its network mode.")
    containers = found.get("containerDefinitions")
    are_there = isinstance(containers, list) and len(containers) == len(
        ill["containerDefinitions"]
    )
    expect(are_there, f"The cure of {what} does not have all of its containers.")
    for container, before in zip(containers, ill["containerDefinitions"], strict=True):
        expect(not container.get("privileged"), f"After the cure of {what} one is privileged.")
        mappings = [(one.get("containerPort"), one.get("hostPort", one.get("containerPort")))
                    for one in container.get("portMappings") or []]  # fmt: skip
        right = [(one["containerPort"],) * 2 for one in before.get("portMappings", [])]
        expect(mappings == right, f"The cure of {what} left wrong ports.")
        seconds = before.get("stopTimeout")
        wanted = min(seconds, MAX_STOP) if seconds else seconds
        expect(container.get("stopTimeout") == wanted,
               f"The cure of {what} left a stop timeout that is not right.")  # fmt: skip
        cured = ("privileged", "portMappings", "stopTimeout")
        expect(rest(container, *cured) == rest(before, *cured),
               f"The cure of {what} changed more of a container than its faults.")  # fmt: skip
    settings = ("cpu", "memory", "requiresCompatibilities", "networkMode", "containerDefinitions")
    expect(rest(found, *settings) == rest(ill, *settings),
           f"The cure of {what} changed more than its faults.")  # fmt: skip


def rest(given: Json, *without: str) -> Json:
    return {name: value for name, value in given.items() if name not in without}


def expect_value_error(error: str, what: str) -> None:
    expect(error != "", f"There was no exception for {what}.")
    expect(error not in OTHER_ERRORS, f"The exception for {what} was {error}.")


def network(cloud: Cloud, *, public: bool) -> Json:
    return {
        "subnets": [f"subnet-{cloud.random.randrange(16**8):08x}" for _ in range(2)],
        "securityGroups": [f"sg-{cloud.random.randrange(16**8):08x}"],
        "public": public,
    }


def service(cloud: Cloud, name: str) -> Json:
    shown = cloud.client("ecs").describe_services(cluster=CLUSTER, services=[name])["services"]
    expect(bool(shown), "After a release there is no such service.")
    found: Json = shown[0]
    return found


def release(
    cloud: Cloud, name: str, definition: Json, *, count: int, sure: int, public: bool = True
) -> str:
    """Have it released, which has to succeed; returns the revision's ARN."""
    given = network(cloud, public=public)
    arn = cloud.call("doctor.release", CLUSTER, name, definition, given, count, sure)
    shown = service(cloud, name)
    expect(shown["status"] == "ACTIVE", "After a release the service is not active.")
    expect(shown["taskDefinition"] == arn, "The service does not run the revision of the release.")
    registered = cloud.client("ecs").describe_task_definition(taskDefinition=arn)["taskDefinition"]
    image = definition["containerDefinitions"][0]["image"]
    expect(registered["containerDefinitions"][0]["image"] == image,
           "The service runs another image than the definition's.")  # fmt: skip
    expect(shown["desiredCount"] == count,
           f"A service of {count} tasks wants {shown['desiredCount']}.")  # fmt: skip
    expect_network(shown, given)
    expect_placement(shown, sure)
    settings = shown["deploymentConfiguration"].get("deploymentCircuitBreaker") or {}
    expect(bool(settings.get("enable") and settings.get("rollback")),
           "A deployment whose tasks do not start goes on, or does not go back.")  # fmt: skip
    return str(arn)


def expect_network(shown: Json, given: Json) -> None:
    found = (shown.get("networkConfiguration") or {}).get("awsvpcConfiguration") or {}
    for name in ("subnets", "securityGroups"):
        expect(sorted(found.get(name) or []) == sorted(given[name]),
               f"The tasks do not have the {name} of the release.")  # fmt: skip
    address = found.get("assignPublicIp")
    if given["public"]:
        expect(address == "ENABLED", "In public subnets the tasks cannot pull their image.")
    else:
        expect(address in (None, "DISABLED"), "In private subnets the tasks get public addresses.")


def expect_placement(shown: Json, sure: int) -> None:
    places = {one["capacityProvider"]: one for one in shown.get("capacityProviderStrategy") or []}
    expect("FARGATE_SPOT" in places, "No task of the service runs on Fargate Spot.")
    spot, fargate = places["FARGATE_SPOT"], places.get("FARGATE", {})
    expect(fargate.get("base", 0) == sure and spot.get("base", 0) == 0,
           f"Of {sure} task(s) that Spot must not take, {fargate.get('base', 0)} are "
           "sure to be on Fargate.")  # fmt: skip
    expect(fargate.get("weight", 0) == 0, "Of the other tasks some run on Fargate, too.")
    expect(spot.get("weight", 0) > 0, "Of the other tasks none runs on Fargate Spot.")
