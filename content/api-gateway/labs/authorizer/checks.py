"""What users, forgers, the function behind and a security review would notice."""

import base64
import hashlib
import hmac
import json
from typing import Any, NamedTuple

from labs.checks import Cloud, check, expect, setup
from labs.checks.package import zip_files
from labs.cloud.services.api_gateway import policies

AUTHORIZER, FUNCTION = "authorizer", "reports"
STAGES = ("prod", "test")
ROLES = ("admin", "clerk", "reader")
KEEP_SECONDS = 300
PLACE: dict[str, str] = {}  # of this grading's account: the address, the key, the tenant
CODE = """
import json


def handler(event, context):
    told = {"who": event["requestContext"]["authorizer"]}
    return {"statusCode": 200, "body": json.dumps(told)}
"""

type Claims = dict[str, Any]


class Answer(NamedTuple):
    status: int
    body: dict[str, Any]


@setup(once=True)
def deploy(cloud: Cloud) -> None:
    number = cloud.random.randrange(10**6)
    PLACE.update(
        key=f"{cloud.random.randrange(10**30):030}",
        secret=f"token-key-{number}",
        tenant=f"north-{number}",
    )
    secrets = cloud.client("secretsmanager")
    secrets.create_secret(Name=PLACE["secret"], SecretString=PLACE["key"])
    cloud.client("lambda").create_function(
        FunctionName=FUNCTION,
        Runtime="python3.13",
        Role=cloud.role("reports-role"),
        Handler="reports.handler",
        Code={"ZipFile": zip_files({"reports.py": CODE})},
    )
    PLACE["url"] = api(cloud, AUTHORIZER)


@check("Each role may do its part", points=2, visible=True)
def roles(cloud: Cloud) -> None:
    for role in ROLES:
        expect_rights(cloud, [role])


@check("Without a valid token nobody comes in", points=1, visible=True)
def no_token(cloud: Cloud) -> None:
    good = token(cloud, claims(cloud, ROLES))
    expect_status(send(cloud, "GET", reports(), None), 401, "a request without a token")
    for given in ("x", "Bearer", "Bearer x", good.replace("Bearer", "Basic"), good[:-9]):
        expect_status(send(cloud, "GET", reports(), given), 401, f"the token '{given[:20]}...'")
    expect_status(send(cloud, "GET", reports(), good), 200, "a valid token")


@check("One token serves many requests", points=2)
def many_requests(cloud: Cloud) -> None:
    for count in (1, 2, 3, 2):
        had = cloud.random.sample(ROLES, count)
        for _ in range(2):
            given = token(cloud, claims(cloud, had))
            for _ in range(2):
                expect_rights(cloud, had, given)
            cloud.pass_time(KEEP_SECONDS + 1)


@check("Forged and expired tokens are refused", points=2)
def forged(cloud: Cloud) -> None:
    for _ in range(2):
        real = claims(cloud, ["reader"])
        head, body, tail = token(cloud, real).removeprefix("Bearer ").split(".")
        wanted = encoded(json.dumps(real | {"roles": list(ROLES)}).encode())
        none = encoded(b'{"alg": "none", "typ": "JWT"}')
        empty = {
            "with changed claims": f"{head}.{wanted}.{tail}",
            "without a signature": f"{head}.{body}.",
            "of the algorithm none": f"{none}.{body}.",
            "of the algorithm none with a signature": f"{none}.{wanted}.{tail}",
            "with a part of a signature": f"{head}.{body}.{tail[:8]}",
            "with another header": f"{none}.{body}.{tail}",
            "without its header": f"{body}.{tail}",
        }
        for what, text in empty.items():
            answer = send(cloud, "GET", reports(), f"Bearer {text}")
            expect_status(answer, 401, f"a token {what}")
        for key in ("", "secret", PLACE["secret"], PLACE["key"][:-1]):
            answer = send(cloud, "GET", reports(), token(cloud, real, key=key))
            expect_status(answer, 401, "a token that was signed with another key")
    for seconds, status in ((-(10**6), 401), (-5, 401), (30, 200), (10**6, 200)):
        given = token(cloud, claims(cloud, ["reader"], seconds=seconds))
        what = "a token that has expired" if seconds < 0 else "a token that is still valid"
        expect_status(send(cloud, "GET", reports(), given), status, what)


@check("Odd tokens are the client's fault", points=2)
def odd(cloud: Cloud) -> None:
    good = claims(cloud, ["reader"])
    for raw in (b"", b"{", b"[]", b"null", b"7", b'"text"', b"\xff\xfe"):
        answer = send(cloud, "GET", reports(), token(cloud, raw))
        expect_status(answer, 401, f"a token that is signed and holds {raw!r}")
    changes: list[Claims] = [{"sub": None}, {"sub": ""}, {"sub": 7}, {"tenant": None},
                             {"tenant": ""}, {"tenant": ["a"]}, {"roles": None},
                             {"roles": "reader"}, {"roles": ["reader", 7]},
                             {"roles": {"reader": True}}, {"exp": None}, {"exp": "tomorrow"},
                             {"exp": f"{good['exp']}"}, {"exp": [good["exp"]]}]  # fmt: skip
    changes += [{name: "left out"} for name in good]
    for change in changes:
        sent = {name: value for name, value in (good | change).items() if value != "left out"}
        (shown,) = change.items()
        answer = send(cloud, "GET", reports(), token(cloud, sent))
        expect_status(answer, 401, f"a signed token with {shown[0]} {json.dumps(shown[1])}")
    for text in ("Bearer ä.ö.ü", "Bearer ...", "Bearer a.b.c.d", "Bearer  ", "Bearer a"):
        expect_status(send(cloud, "GET", reports(), text), 401, f"'{text}'")


@check("Nobody sees another tenant or another stage", points=1)
def tenants(cloud: Cloud) -> None:
    own = PLACE["tenant"]
    for other in (f"{own}-2", own[:-1], "south", own.upper(), f"x{own}", "*"):
        given = token(cloud, claims(cloud, ROLES))
        for _ in range(2):
            for method, path in routes(cloud, other):
                what = f"{method} of the tenant {other} by a user of {own}"
                expect_status(send(cloud, method, path, given), 403, what)
            expect_status(send(cloud, "GET", reports(), given), 200, "GET of the own tenant")
    for stage, other in (STAGES, STAGES[::-1]):
        given = token(cloud, claims(cloud, ROLES))
        expect_status(send(cloud, "GET", reports(), given, stage=stage), 200, f"GET at {stage}")
        last = cloud.function(AUTHORIZER).invocations[-1]
        arn = last.event["methodArn"].replace(f"/{stage}/", f"/{other}/", 1)
        opens = policies.by_authorizer(last.response["policyDocument"], "x", arn).is_allowed
        expect(not opens, f"The policy for a request at {stage} opens the stage {other}.")


@check("The function knows who calls", points=1)
def context(cloud: Cloud) -> None:
    for had in (["reader"], ["reader", "clerk"], ["reader", "admin", "clerk"], ["reader", "a b"]):
        sent = claims(cloud, cloud.random.sample(had, len(had)))
        given = token(cloud, sent)
        for _ in range(2):
            answer = send(cloud, "GET", reports(), given)
            expect_status(answer, 200, f"GET by somebody with the roles {had}")
            who = answer.body["who"]
            found = {name: who.get(name) for name in ("principalId", "tenant", "roles")}
            wanted = {
                "principalId": sent["sub"],
                "tenant": PLACE["tenant"],
                "roles": ",".join(sorted(had)),
            }
            expect(found == wanted, f"For {sent}, the function got {found}.")
    for had in ([], ["guest"]):
        given = token(cloud, claims(cloud, had))
        expect_status(send(cloud, "GET", reports(), given), 403, f"GET with the roles {had}")


@check("A key that cannot be read, and a log that can", points=1)
def own_faults(cloud: Cloud) -> None:
    name = f"{AUTHORIZER}-new"
    PLACE["url"], before = api(cloud, name), PLACE["url"]
    cloud.faults.fail("secretsmanager", "GetSecretValue", code="AccessDeniedException")
    given = token(cloud, claims(cloud, ["reader"]))
    status = send(cloud, "GET", reports(), given).status
    expect(status != 401, "The key could not be read, and the user was told to log in again.")
    expect(status in (200, 500), f"The key could not be read, and the user was answered {status}.")
    expect_status(send(cloud, "GET", reports(), given), 200, "the next request, with the key")
    bad = token(cloud, claims(cloud, ["reader"]), key="another")
    old = token(cloud, claims(cloud, ["reader"], seconds=-5))
    for one in (bad, old, f"{given}x"):
        expect_status(send(cloud, "GET", reports(), one), 401, "a token that is no good")
    log = "".join(one.log for one in cloud.function(name).invocations)
    for one in (given, bad, old):
        for part in one.removeprefix("Bearer ").split(".")[1:]:
            expect(part not in log, "Whoever reads the log of the authorizer has a token.")
    PLACE["url"] = before


def api(cloud: Cloud, name: str) -> str:
    """An API with an authorizer of this name before the function; returns the address."""
    environment = {"KEY_SECRET": PLACE["secret"]}
    cloud.deploy_function(
        name, handler="authorizer.handler", environment=environment, timeout_seconds=10
    )
    client, functions = cloud.client("apigateway"), cloud.client("lambda")
    api_id = client.create_rest_api(name=name)["id"]
    uris = {}
    for function in (name, FUNCTION):
        found = functions.get_function(FunctionName=function)["Configuration"]["FunctionArn"]
        path = f"2015-03-31/functions/{found}/invocations"
        uris[function] = f"arn:aws:apigateway:us-east-1:lambda:path/{path}"
        functions.add_permission(
            FunctionName=function,
            StatementId=name,
            Action="lambda:InvokeFunction",
            Principal="apigateway.amazonaws.com",
            SourceArn=f"arn:aws:execute-api:us-east-1:123456789012:{api_id}/*",
        )
    guard = client.create_authorizer(
        restApiId=api_id,
        name="guard",
        type="TOKEN",
        authorizerUri=uris[name],
        identitySource="method.request.header.Authorization",
        authorizerResultTtlInSeconds=KEEP_SECONDS,
    )
    parent = client.get_resources(restApiId=api_id)["items"][0]["id"]
    methods = {"{tenant}": (), "reports": ("GET", "POST"), "{id}": ("GET", "DELETE")}
    for part, names in methods.items():
        made = client.create_resource(restApiId=api_id, parentId=parent, pathPart=part)
        parent = made["id"]
        for method in names:
            where = {"restApiId": api_id, "resourceId": parent, "httpMethod": method}
            client.put_method(**where, authorizationType="CUSTOM", authorizerId=guard["id"])
            client.put_integration(
                **where, type="AWS_PROXY", integrationHttpMethod="POST", uri=uris[FUNCTION]
            )
    for stage in STAGES:
        client.create_deployment(restApiId=api_id, stageName=stage)
    return f"https://{api_id}.execute-api.us-east-1.amazonaws.com"


def reports(tenant: str = "") -> str:
    return f"/{tenant or PLACE['tenant']}/reports"


def routes(cloud: Cloud, tenant: str = "") -> list[tuple[str, str]]:
    """One request of each route, in any order."""
    one = f"{reports(tenant)}/r-{cloud.random.randrange(1000)}"
    found = [("GET", reports(tenant)), ("GET", one), ("POST", reports(tenant)), ("DELETE", one)]
    return cloud.random.sample(found, len(found))


def claims(cloud: Cloud, roles: Any, *, seconds: int = 1800) -> Claims:
    """Of a new user, so that no answer is known yet."""
    return {
        "sub": f"user-{cloud.random.randrange(10**9)}",
        "tenant": PLACE["tenant"],
        "roles": list(roles),
        "exp": now(cloud) + seconds,
    }


def now(cloud: Cloud) -> int:
    """The account's time, which the checks have no other way to learn."""
    made = cloud.client("sts").get_session_token(DurationSeconds=3600)["Credentials"]
    return int(made["Expiration"].timestamp()) - 3600


def token(cloud: Cloud, content: Claims | bytes, *, key: str | None = None) -> str:
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    signed = f"{encoded(b'{"alg": "HS256", "typ": "JWT"}')}.{encoded(raw)}"
    used = PLACE["key"] if key is None else key
    return (
        f"Bearer {signed}.{encoded(hmac.digest(used.encode(), signed.encode(), hashlib.sha256))}"
    )


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def send(
    cloud: Cloud, method: str, path: str, given: str | None, *, stage: str = "prod"
) -> Answer:
    headers = {} if given is None else {"Authorization": given}
    found = cloud.request(method, f"{PLACE['url']}/{stage}{path}", headers=headers)
    try:
        return Answer(found.status, json.loads(found.body))
    except ValueError:
        return Answer(found.status, {})


def expect_status(answer: Answer, status: int, what: str) -> None:
    told = {
        200: "was let in",
        401: "was not known (401)",
        403: "was not allowed (403)",
        500: "got a 500, as if the server were broken",
    }.get(answer.status, f"got a {answer.status}")
    expect(answer.status == status, f"{what[0].upper()}{what[1:]} {told}.")


def expect_rights(cloud: Cloud, had: list[str], given: str = "") -> None:
    """Each route answers by the roles; without a token each request has one of its own."""
    needed = {"GET": "reader", "POST": "clerk", "DELETE": "admin"}
    for method, path in routes(cloud):
        used = given or token(cloud, claims(cloud, had))
        status = 200 if needed[method] in had else 403
        what = f"{method} {path} by somebody with the roles {', '.join(sorted(had))}"
        expect_status(send(cloud, method, path, used), status, what)
