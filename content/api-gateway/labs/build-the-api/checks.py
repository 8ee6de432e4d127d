"""What the agencies, their browsers and the company's auditors would notice."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from labs.checks import Cloud, check, expect, setup
from labs.checks.package import zip_files
from labs.checks.program import ProgramError

FUNCTION = "ferry"
WIDE = {"rate": 50, "burst": 100, "per_day": 5000}
WORDS = ("sailings", "ports", "ships", "fares", "crews", "decks")
MINUTE, HOUR, DAY = 60, 3600, 24 * 3600
MISSING = "Missing Authentication Token"
CODE = """
import json


def handler(event, context):
    where = event["requestContext"]
    told = {
        "method": event["httpMethod"],
        "path": event["path"],
        "resource": event["resource"],
        "body": event["body"],
        "query": event["queryStringParameters"],
        "time": where["requestTimeEpoch"],
    }
    headers = {"Access-Control-Allow-Origin": "*"}
    return {"statusCode": 200, "headers": headers, "body": json.dumps(told)}
"""


@dataclass(frozen=True)
class Release:
    """The arguments of one call of `publish`; `keys` are (id, value)."""

    name: str
    routes: tuple[tuple[str, str, bool], ...]
    keys: tuple[tuple[str, str], ...] = ()
    limits: Mapping[str, int] = field(default_factory=lambda: dict(WIDE))
    origin: str = "https://agencies.example"


class Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]
    text: str
    invoked: int


@setup(once=True)
def prepare(cloud: Cloud) -> None:
    cloud.client("lambda").create_function(
        FunctionName=FUNCTION,
        Runtime="python3.13",
        Role=cloud.role("ferry-role"),
        Handler="ferry.handler",
        Code={"ZipFile": zip_files({"ferry.py": CODE})},
    )


@check("Requests reach the function", points=2, visible=True)
def routes(cloud: Cloud) -> None:
    release = new_release(cloud, keys=0)
    url = publish(cloud, release)
    for method, path, _ in release.routes:
        expect_served(cloud, url, method, path)


@check("A browser may ask before it sends", points=2, visible=True)
def preflight(cloud: Cloud) -> None:
    release = new_release(cloud)
    url = publish(cloud, release)
    for path in {path for _, path, _ in release.routes}:
        methods = {method for method, one, _ in release.routes if one == path}
        expect_preflight(cloud, url, path, methods, release.origin)


@check("Some routes need an agency's key", points=1, visible=True)
def keys(cloud: Cloud) -> None:
    release = new_release(cloud, keys=2)
    (stranger,) = new_keys(cloud, 1)
    url = publish(cloud, release)
    for method, path, needs_key in release.routes:
        if needs_key:
            for value in ("", "x" * 20, stranger[1]):
                status = send(cloud, method, url + filled(cloud, path), key=value).status
                shown = "an agency that is not in the list" if value else "nobody's key"
                expect(status == 403, f"{method} {path} answers {status} to {shown}.")
            for _, value in release.keys:
                expect_served(cloud, url, method, path, key=value)
        else:
            expect_served(cloud, url, method, path)


@check("A page can read the gateway's own errors", points=1)
def errors(cloud: Cloud) -> None:
    release = new_release(cloud, keys=1, is_small=True)
    url = publish(cloud, release)
    method, path, _ = next(route for route in release.routes if route[2])
    refused = {
        "a request without a key": send(cloud, method, url + filled(cloud, path)),
        "a request to no route": send(cloud, "GET", f"{url}/nowhere"),
    }
    functions = cloud.client("lambda")
    functions.put_function_concurrency(FunctionName=FUNCTION, ReservedConcurrentExecutions=0)
    value = release.keys[0][1]
    busy = send(cloud, method, url + filled(cloud, path), key=value)
    functions.delete_function_concurrency(FunctionName=FUNCTION)
    refused["a request that the function could not take"] = busy
    for what, answer in refused.items():
        allowed = answer.headers.get("access-control-allow-origin")
        expect(
            allowed is not None,
            f"The browser keeps the answer to {what} (status {answer.status}) from the page.",
        )
        readable = f"The answer to {what} may be read by pages of {allowed}."
        expect(allowed in (release.origin, "*"), readable)


@check("No other API may call the function", points=2)
def permission(cloud: Cloud) -> None:
    release = new_release(cloud, keys=0, is_small=True)
    url = publish(cloud, release)
    expect_served(cloud, url, *release.routes[0][:2])
    stranger = rest_api(cloud, f"stranger-{cloud.random.randrange(10**6)}")
    answer = send(cloud, "GET", stranger)
    expect(answer.invoked == 0, "An API that is not yours has called the function.")
    policy = json.loads(cloud.client("lambda").get_policy(FunctionName=FUNCTION)["Policy"])
    for statement in policy["Statement"]:
        expect(
            statement.get("Principal") == {"Service": "apigateway.amazonaws.com"},
            f"The function lets others in than API Gateway: {statement.get('Principal')}.",
        )
        expect(
            statement["Action"] == "lambda:InvokeFunction",
            f"API Gateway may do more than invoke the function: {statement['Action']}.",
        )


@check("Each key has its limits", points=2)
def limits(cloud: Cloud) -> None:
    burst = cloud.random.randrange(3, 6)
    per_day = burst * 2 + cloud.random.randrange(1, 3)
    release = new_release(cloud, keys=2, is_small=True)
    release = replace(release, limits={"rate": 1, "burst": burst, "per_day": per_day})
    url = publish(cloud, release)
    method, path, _ = next(route for route in release.routes if route[2])
    one, other = (value for _, value in release.keys)

    answer = send(cloud, method, url + filled(cloud, path), key=other)
    expect(answer.status == 200, f"{method} {path} with a key is answered with {answer.status}.")
    now = json.loads(answer.text)["time"]
    if now // 1000 % DAY > DAY - 3 * HOUR:
        cloud.pass_time(3 * HOUR)  # else the quota would begin anew at midnight
    cloud.pass_time(MINUTE)

    def count(value: str, requests: int) -> int:
        found = [send(cloud, method, url + filled(cloud, path), key=value).status
                 for _ in range(requests)]  # fmt: skip
        odd = set(found) - {200, 429}
        expect(not odd, f"{method} {path} answers {odd} to an agency that is too fast.")
        return found.count(200)

    at_once = count(one, burst + 3)
    expect(
        burst <= at_once <= burst + 1,
        f"Of {burst + 3} requests at once {at_once} were served, with a burst of {burst}.",
    )
    expect(count(other, 1) == 1, "One agency was too fast, and another one is refused.")
    cloud.pass_time(HOUR)
    served = at_once + count(one, burst)
    expect(served >= burst * 2, f"After an hour an agency is still refused ({served} requests).")
    cloud.pass_time(HOUR)
    served += count(one, burst)
    expect(served == per_day, f"{served} requests were served in one day, and not {per_day}.")
    cloud.pass_time(DAY + HOUR)
    expect(count(one, 1) == 1, "A day later an agency is still refused.")


@check("The next release holds, and is all that holds", points=3)
def next_release(cloud: Cloud) -> None:
    first = new_release(cloud, keys=2)
    lost = ("GET", f"/lost-{cloud.random.randrange(1000)}", False)
    first = replace(first, routes=(lost, *first.routes))
    (third,) = new_keys(cloud, 1)
    url = publish(cloud, first)
    for method, path, needs_key in first.routes:
        expect_served(cloud, url, method, path, key=first.keys[0][1] if needs_key else "")
    _, gone, turned, *kept = first.routes
    second = replace(
        first,
        routes=((turned[0], turned[1], not turned[2]), *kept, *new_routes(cloud)[:2]),
        keys=(first.keys[1], third),
        limits={"rate": 1, "burst": 12, "per_day": 2000},
        origin=f"https://agencies-{cloud.random.randrange(1000)}.example",
    )
    expect(publish(cloud, second) == url, "After the second release the API has another address.")
    for method, path, needs_key in second.routes:
        if needs_key:
            open_to_all = send(cloud, method, url + filled(cloud, path)).status != 403
            expect(not open_to_all, f"{method} {path} needs no key, as in the release before.")
        for _, value in second.keys if needs_key else [("", "")]:
            expect_served(cloud, url, method, path, key=value)
    for method, path, _ in (lost, gone):
        answer = send(cloud, method, url + filled(cloud, path), key=third[1])
        expect(answer.invoked == 0, f"{method} {path} was left out, and still is served.")
    needing = next(route for route in second.routes if route[2])
    address = url + filled(cloud, needing[1])
    left = send(cloud, needing[0], address, key=first.keys[0][1]).status
    expect(left == 403, f"A key that is no longer in the list is answered {left}.")
    cloud.pass_time(MINUTE)
    found = [send(cloud, needing[0], address, key=third[1]).status for _ in range(16)]
    expect(found.count(200) in (12, 13), f"With the second burst, {found.count(200)} were served.")
    methods = {method for method, path, _ in second.routes if path == needing[1]}
    expect_preflight(cloud, url, needing[1], methods, second.origin)
    expect_once(cloud, first.name)


@check("A release that broke off is put right by the next", points=2)
def broken_off(cloud: Cloud) -> None:
    release = new_release(cloud, keys=2)
    for service, operation in (("apigateway", "CreateRestApi"), ("lambda", "AddPermission"),
                               ("apigateway", "CreateUsagePlanKey")):  # fmt: skip
        cloud.faults.crash(service, operation)
        break_off(cloud, release)
    url = publish(cloud, release)
    expect_complete(cloud, url, release)
    second = replace(release, routes=new_routes(cloud), keys=release.keys[:1])
    for operation in ("PutIntegration", "CreateDeployment"):
        if operation == "CreateDeployment":
            cloud.faults.fail("apigateway", operation, code="BadRequestException")
        elif cloud.calls("apigateway", operation):
            cloud.faults.crash("apigateway", operation, after=2)
        else:
            continue
        if not break_off(cloud, second):
            what = "A deployment was refused, publish raised nothing, and its release is not there"
            expect_served(cloud, url, *second.routes[0][:2], otherwise=what)
            break
        for method, path, needs_key in release.routes:
            value = release.keys[0][1] if needs_key else ""
            expect_served(cloud, url, method, path, key=value)
    again = publish(cloud, second)
    expect(again == url, "After a release that broke off the API has another address.")
    expect_complete(cloud, url, second)


@check("Other APIs and plans stay as they are", points=1)
def others(cloud: Cloud) -> None:
    release = new_release(cloud, keys=1, is_small=True)
    client, stayed = cloud.client("apigateway"), {}
    for name in (f"{release.name}-test", f"old-{release.name}", release.name.upper()):
        url = rest_api(cloud, name, is_mock=True)
        plan = client.create_usage_plan(name=name, throttle={"rateLimit": 7, "burstLimit": 9})
        stayed[name] = (url, plan["id"])
    for _ in range(2):
        publish(cloud, release)
    for name, (url, plan_id) in stayed.items():
        expect(send(cloud, "GET", url).status == 200, f"The API {name} is out of order.")
        plans = [one for one in everything(cloud, "get_usage_plans") if one["id"] == plan_id]
        same = plans and plans[0]["throttle"] == {"rateLimit": 7.0, "burstLimit": 9}
        expect(same, f"The usage plan {name} was changed.")
        used = client.get_usage_plan_keys(usagePlanId=plan_id)["items"] if plans else []
        expect(not used, f"The usage plan {name} has keys that it had not.")
    expect_complete(cloud, publish(cloud, release), release)


def new_release(cloud: Cloud, *, keys: int = 1, is_small: bool = False) -> Release:
    found = new_routes(cloud)[1:3] if is_small else new_routes(cloud)
    if not keys:
        found = tuple((method, path, False) for method, path, _ in found)
    name = f"ferry-{cloud.random.randrange(10**8)}"
    return Release(name, found, new_keys(cloud, keys))


def new_routes(cloud: Cloud) -> tuple[tuple[str, str, bool], ...]:
    number = cloud.random.randrange(1000)
    one, two, three = (f"{word}{number}" for word in cloud.random.sample(WORDS, 3))
    return (
        ("GET", f"/{one}", False),
        ("GET", f"/{two}/{{id}}", False),
        ("POST", f"/{one}", True),
        ("PUT", f"/{two}/{{id}}/{three}", True),
    )


def new_keys(cloud: Cloud, count: int) -> tuple[tuple[str, str], ...]:
    made = [
        cloud.client("apigateway").create_api_key(
            name=f"agency-{cloud.random.randrange(10**6)}",
            value=f"value-{cloud.random.randrange(10**20):020}",
            enabled=True,
        )
        for _ in range(count)
    ]
    return tuple((one["id"], one["value"]) for one in made)


def publish(cloud: Cloud, release: Release) -> str:
    routes = [{"method": m, "path": path, "key": key} for m, path, key in release.routes]
    ids = [key for key, _ in release.keys]
    limits, origin = dict(release.limits), release.origin
    url = cloud.call("publish.publish", release.name, FUNCTION, routes, ids, limits, origin)
    good = isinstance(url, str) and url.startswith("https://") and url.endswith("/prod")
    expect(good, f"What publish returned is no address of the stage: {str(url)[:80]}")
    return str(url)


def break_off(cloud: Cloud, release: Release) -> bool:
    """A release whose process ends, or that is refused something; False if it says nothing."""
    try:
        publish(cloud, release)
    except ProgramError as error:
        if error.kind == "MissingFunction" or error.limit:
            raise
        return True
    return False


def everything(cloud: Cloud, operation: str) -> list[dict[str, Any]]:
    pages = cloud.client("apigateway").get_paginator(operation).paginate()
    return [item for page in pages for item in page["items"]]


def rest_api(cloud: Cloud, name: str, *, is_mock: bool = False) -> str:
    """An API of somebody else, with GET on /; returns the address."""
    client = cloud.client("apigateway")
    api_id = client.create_rest_api(name=name)["id"]
    root = client.get_resources(restApiId=api_id)["items"][0]["id"]
    where = {"restApiId": api_id, "resourceId": root, "httpMethod": "GET"}
    client.put_method(**where, authorizationType="NONE")
    if is_mock:
        template = {"application/json": '{"statusCode": 200}'}
        client.put_integration(**where, type="MOCK", requestTemplates=template)
        client.put_method_response(**where, statusCode="200")
        client.put_integration_response(**where, statusCode="200")
    else:
        found = cloud.client("lambda").get_function(FunctionName=FUNCTION)
        arn = found["Configuration"]["FunctionArn"]
        uri = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{arn}/invocations"
        client.put_integration(**where, type="AWS_PROXY", integrationHttpMethod="POST", uri=uri)
    client.create_deployment(restApiId=api_id, stageName="prod")
    return f"https://{api_id}.execute-api.us-east-1.amazonaws.com/prod/"


def filled(cloud: Cloud, path: str) -> str:
    return path.replace("{id}", f"n{cloud.random.randrange(10**6)}")


def send(
    cloud: Cloud,
    method: str,
    url: str,
    *,
    key: str = "",
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
) -> Answer:
    sent = {**(headers or {}), **({"X-Api-Key": key} if key else {})}
    if body:
        sent["Content-Type"] = "application/json"
    before = len(cloud.function(FUNCTION).invocations)
    found = cloud.request(method, url, headers=sent, body=body)
    lower = {name.lower(): value for name, value in found.headers.items()}
    invoked = len(cloud.function(FUNCTION).invocations) - before
    return Answer(found.status, lower, found.body.decode("utf-8", "replace"), invoked)


def expect_served(
    cloud: Cloud, url: str, method: str, path: str, *, key: str = "", otherwise: str = ""
) -> None:
    """The request came to the function as it was sent."""
    asked = filled(cloud, path)
    body = b"" if method == "GET" else json.dumps({"n": cloud.random.randrange(1000)}).encode()
    answer = send(cloud, method, f"{url}{asked}?page=2", key=key, body=body)
    shown = f"{method} {path}{' with a key of the list' if key else ''}"
    reason = ": there is no such route at the stage" if MISSING in answer.text else ""
    if answer.status in (500, 502):
        reason = ": the function was not invoked" if not answer.invoked else ": a bad answer"
    told = f"{shown} is answered with {answer.status}{reason}."
    expect(answer.status == 200, f"{otherwise}: {told}" if otherwise else told)
    expect(answer.invoked == 1, f"{shown} is answered without the function.")
    event = json.loads(answer.text)
    sent = (method, asked, path, body.decode() or None, {"page": "2"})
    got = tuple(event.get(name) for name in ("method", "path", "resource", "body", "query"))
    expect(got == sent, f"{shown}: the function got another request than the one sent: {got}.")


def expect_preflight(cloud: Cloud, url: str, path: str, methods: set[str], origin: str) -> None:
    asked = {"Origin": origin, "Access-Control-Request-Headers": "content-type,x-api-key"}
    for method in sorted(methods):
        headers = {**asked, "Access-Control-Request-Method": method}
        answer = send(cloud, "OPTIONS", url + filled(cloud, path), headers=headers)
        what = f"the preflight of {method} {path}"
        expect(answer.status == 200, f"The answer to {what} has the status {answer.status}.")
        expect(answer.invoked == 0, f"For {what} the function was invoked.")
        allowed = answer.headers.get("access-control-allow-origin")
        expect(allowed == origin, f"After {what}, pages of {allowed} may go on.")
        needed = {"methods": {method.lower()}, "headers": {"content-type", "x-api-key"}}
        for header, names in needed.items():
            value = answer.headers.get(f"access-control-allow-{header}", "").lower()
            found = {one.strip() for one in value.split(",")}
            expect(
                names <= found or "*" in found,
                f"After {what} a browser stops: the {header} allowed are '{value}'.",
            )


def expect_complete(cloud: Cloud, url: str, release: Release) -> None:
    """The stage serves this release, for each of its keys, and there is one of everything."""
    for method, path, needs_key in release.routes:
        for _, value in release.keys if needs_key else [("", "")]:
            expect_served(cloud, url, method, path, key=value)
    method, path, _ = release.routes[0]
    methods: Sequence[str] = [one for one, where, _ in release.routes if where == path]
    expect_preflight(cloud, url, path, set(methods), release.origin)
    expect_once(cloud, release.name)


def expect_once(cloud: Cloud, name: str) -> None:
    for operation, what in (("get_rest_apis", "API"), ("get_usage_plans", "usage plan")):
        named = [one["name"] for one in everything(cloud, operation)].count(name)
        expect(named > 0, f"There is no {what} of the name that publish got.")
        expect(named == 1, f"The {what} of the name that publish got is there {named} times.")
