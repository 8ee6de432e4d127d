"""What the web page, the tills and an operator of the nursery would notice."""

import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from boto3.dynamodb.types import TypeDeserializer

from labs.checks import Cloud, check, expect, setup

API = "nursery"
FUNCTION = "catalogue"
ORIGIN = "https://nursery.example"
JSON = "application/json"
TILL = "application/vnd.till"
NAMES = ("Süßholz", "Rosé 🌹", "芍药", 'Aster "blue"', "Ivy\n(hardy)", "L'été", "Ølandsroot")
PRICES = (12.5, 0.1, 7, 1234.56, 0, 0.07, 100000, 99999.99)
READ = TypeDeserializer().deserialize
SOME = 0.3
OTHER = {"name": "of somebody else", "price": 1}

type Product = dict[str, Any]
PLACE: dict[str, str] = {}  # the names that this grading's account has, by what they are


class Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]
    body: bytes
    log: str


@setup(once=True)
def deploy(cloud: Cloud) -> None:
    number = cloud.random.randrange(10**6)
    table, origin = f"catalogue-{number}", f"{ORIGIN}:{cloud.random.randrange(1024, 9999)}"
    cloud.create_table(table, key="sku")
    cloud.deploy_function(
        FUNCTION,
        handler="handler.handler",
        environment={"TABLE": table, "ORIGIN": origin},
        timeout_seconds=10,
    )
    client = cloud.client("apigateway")
    api_id = client.create_rest_api(name=API, binaryMediaTypes=[TILL])["id"]
    arn = cloud.client("lambda").get_function(FunctionName=FUNCTION)["Configuration"][
        "FunctionArn"
    ]
    parent = client.get_resources(restApiId=api_id)["items"][0]["id"]
    for part in ("products", "{sku}"):
        made = client.create_resource(restApiId=api_id, parentId=parent, pathPart=part)
        parent = made["id"]
        where = {"restApiId": api_id, "resourceId": parent, "httpMethod": "ANY"}
        client.put_method(**where, authorizationType="NONE")
        client.put_integration(
            **where,
            type="AWS_PROXY",
            integrationHttpMethod="POST",
            uri=f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{arn}/invocations",
        )
    cloud.client("lambda").add_permission(
        FunctionName=FUNCTION,
        StatementId="api",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
        SourceArn=f"arn:aws:execute-api:us-east-1:123456789012:{api_id}/*/*/products*",
    )
    client.create_deployment(restApiId=api_id, stageName="prod")
    url = f"https://{api_id}.execute-api.us-east-1.amazonaws.com/prod"
    PLACE.update(table=table, origin=origin, url=url)


@check("A product is created, read, changed and deleted", points=2, visible=True)
def life(cloud: Cloud) -> None:
    for _ in range(2):
        product = new_product(cloud)
        where = f"/products/{product['sku']}"
        expect_product(send(cloud, "POST", "/products", product), 201, product, "a POST")
        expect_product(send(cloud, "GET", where), 200, product, "a GET")
        expect_stored(cloud, product)
        changed = new_product(cloud) | {"sku": product["sku"]}
        body = {"name": changed["name"], "price": changed["price"]}
        expect_product(send(cloud, "PUT", where, body), 200, changed, "a PUT")
        expect_product(send(cloud, "GET", where), 200, changed, "a GET after a PUT")
        expect_stored(cloud, changed)
        for attempt in ("a DELETE", "a second DELETE"):
            answer = send(cloud, "DELETE", where)
            expect_status(answer, 204, attempt)
            expect(not answer.body, f"The answer to {attempt} has a body: {text(answer)}")
        expect(stored(cloud, product["sku"]) is None, "A deleted product is still in the table.")


@check("What is not there is not found", points=1, visible=True)
def not_there(cloud: Cloud) -> None:
    product = new_product(cloud)
    where = f"/products/{product['sku']}"
    expect_error(send(cloud, "GET", where), 404, "a GET of a product that is not there")
    answer = send(cloud, "PUT", where, {"name": "Ghost", "price": 1})
    expect_error(answer, 404, "a PUT of a product that is not there")
    expect(stored(cloud, product["sku"]) is None, "A PUT made a product that was not there.")


@check("The page may ask, and may read the answer", points=2, visible=True)
def page(cloud: Cloud) -> None:
    product = new_product(cloud)
    where = f"/products/{product['sku']}"
    for method, path in (("POST", "/products"), ("PUT", where), ("DELETE", where)):
        expect_preflight(cloud, method, path)
    answers = {
        "a POST": send(cloud, "POST", "/products", product),
        "a POST of what is there": send(cloud, "POST", "/products", product),
        "a GET": send(cloud, "GET", where),
        "a PUT": send(cloud, "PUT", where, {"name": "x", "price": 2}),
        "a PUT without a body": send(cloud, "PUT", where),
        "a PATCH": send(cloud, "PATCH", where, {"price": 2}),
        "a DELETE": send(cloud, "DELETE", where),
        "a GET of a product that is not there": send(cloud, "GET", where),
    }
    for what, answer in answers.items():
        expect_readable(answer, what)


@check("Bad bodies are refused, and nothing is stored", points=2)
def bad_bodies(cloud: Cloud) -> None:
    there = new_product(cloud)
    expect_status(send(cloud, "POST", "/products", there), 201, "a POST")
    where = f"/products/{there['sku']}"
    count = len(cloud.table(PLACE["table"]).items())
    broken = [b"", b"{", b"sku=rose", b"[]", b'"rose"', b"null", b"7", b"{}", b"[1]", b"true"]
    asked = [("POST", "/products", raw) for raw in broken]
    asked += [("PUT", where, raw) for raw in (b"", b"{", b"null", b"{}")]
    for method, path, raw in asked:
        expect_error(send(cloud, method, path, raw), 400, f"a {method} with {raw!r}")
    expect_error(
        send(cloud, "POST", "/products", b"\xff\xfe{", kind=TILL), 400, "a POST that is no UTF-8"
    )
    for change in bad_values(cloud):
        body = new_product(cloud) | change
        kept = {key: value for key, value in body.items() if value != "left out"}
        shown = " and ".join(f"{key} {json.dumps(value)[:30]}" for key, value in change.items())
        expect_error(send(cloud, "POST", "/products", kept), 400, f"a POST with {shown}")
        if "sku" not in change and cloud.random.random() < SOME:
            del kept["sku"]
            expect_error(send(cloud, "PUT", where, kept), 400, f"a PUT with {shown}")
    expect(
        len(cloud.table(PLACE["table"]).items()) == count,
        "After bad requests there are more products.",
    )
    expect_stored(cloud, there)


@check("Names and prices arrive unharmed", points=2)
def unharmed(cloud: Cloud) -> None:
    names = [*NAMES, "x" * 100, "y"]
    for index, price in enumerate(PRICES):
        product = new_product(cloud) | {"name": names[index], "price": price}
        sent = product | {"note": "not for the table", "stock": 4.5}
        kinds = (JSON, TILL) if index % 2 else (TILL, JSON)
        answer = send(cloud, "POST", "/products", sent, kind=kinds[0])
        expect_product(answer, 201, product, f"a POST of the type {kinds[0]}")
        where = f"/products/{product['sku']}"
        expect_product(send(cloud, "GET", where), 200, product, "a GET")
        expect_stored(cloud, product)
        product |= {"name": names[-1 - index], "price": PRICES[-1 - index]}
        sent = product | {"sku": "another", "colour": "red"}
        answer = send(cloud, "PUT", where, sent, kind=kinds[1])
        expect_product(answer, 200, product, f"a PUT of the type {kinds[1]}")
        expect_stored(cloud, product)
    long = new_product(cloud)
    long["sku"] = f"{long['sku']}-{'0' * 20}"[:20]
    expect_product(send(cloud, "POST", "/products", long), 201, long, "a POST with a long sku")


@check("Other methods are refused", points=1)
def other_methods(cloud: Cloud) -> None:
    product = new_product(cloud)
    expect_status(send(cloud, "POST", "/products", product), 201, "a POST")
    where = f"/products/{product['sku']}"
    asked = [(method, "/products") for method in ("GET", "PUT", "DELETE", "PATCH")]
    asked += [(method, where) for method in ("POST", "PATCH")]
    for method, path in asked:
        body = product if method in ("POST", "PUT", "PATCH") else None
        expect_error(send(cloud, method, path, body), 405, f"{method} {path}")
    expect_stored(cloud, product)


@check("Two clients at the same time", points=1)
def at_the_same_time(cloud: Cloud) -> None:
    product = new_product(cloud)
    expect_status(send(cloud, "POST", "/products", product), 201, "a POST")
    again = new_product(cloud) | {"sku": product["sku"]}
    expect_error(send(cloud, "POST", "/products", again), 409, "a second POST of one sku")
    expect_stored(cloud, product)

    sku = new_product(cloud)["sku"]
    put = table_client(cloud, "put_item")
    item = {"sku": {"S": sku}, "name": {"S": OTHER["name"]}, "price": {"N": "1"}}
    answer = meanwhile(
        cloud,
        lambda: put(Item=item),
        lambda: send(cloud, "POST", "/products", {"sku": sku, "name": "late", "price": 2}),
    )
    what = "a POST of what somebody else stored a moment before"
    expect_error(answer, 409, what)
    expect_stored(cloud, {"sku": sku, **OTHER})

    delete = table_client(cloud, "delete_item")
    answer = meanwhile(
        cloud,
        lambda: delete(Key={"sku": {"S": sku}}),
        lambda: send(cloud, "PUT", f"/products/{sku}", {"name": "late", "price": 2}),
    )
    expect_error(answer, 404, "a PUT of what somebody else deleted a moment before")
    expect(stored(cloud, sku) is None, "A PUT brought a deleted product back.")


@check("What goes wrong inside stays inside", points=2)
def inside(cloud: Cloud) -> None:
    product = new_product(cloud)
    where = f"/products/{product['sku']}"
    secret = f"worker-{cloud.random.randrange(10**6)}"
    expect_status(send(cloud, "POST", "/products", product), 201, "a POST")
    for operation in ("GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan",
                      "TransactWriteItems", "TransactGetItems", "BatchGetItem"):  # fmt: skip
        cloud.faults.fail(
            "dynamodb",
            operation,
            code="AccessDeniedException",
            message=f"User: arn:aws:sts::123456789012:assumed-role/{secret} is not authorized",
            times=None,
        )
    body = {"name": "x", "price": 2}
    asked = (("GET", where, None), ("PUT", where, body), ("DELETE", where, None),
             ("POST", "/products", new_product(cloud)))  # fmt: skip
    for method, path, sent in asked:
        what = f"a {method} while DynamoDB refuses calls"
        answer = send(cloud, method, path, sent)
        expect_error(answer, 500, what)
        shown = text(answer).lower() + str(answer.headers).lower()
        for word in (
            "arn:aws",
            secret,
            PLACE["table"],
            "accessdenied",
            "traceback",
            "dynamodb",
            ".py",
        ):
            expect(word not in shown, f"The answer to {what} tells a stranger: {text(answer)}")
        expect_readable(answer, what)
        expect(
            "AccessDenied" in answer.log or secret in answer.log,
            f"After {what}, the function's log does not say what went wrong.",
        )


def bad_values(cloud: Cloud) -> list[Product]:
    number = cloud.random.randrange(1, 1000)
    skus = [
        "",
        "a/b",
        "rosé",
        "a b",
        "x" * 21,
        f"rose-{number}\n",
        number,
        None,
        ["a"],
        "left out",
    ]
    names = ["", "x" * 101, number, None, ["Rose"], True, "left out"]
    prices = [f"{number}", "", True, None, -number, -0.01, 1.999, 100000.01, [number],
              float("nan"), float("inf"), "left out"]  # fmt: skip
    found: list[Product] = [{"sku": sku} for sku in skus]
    found += [{"name": name} for name in names]
    return found + [{"price": price} for price in prices]


def new_product(cloud: Cloud) -> Product:
    return {
        "sku": f"{cloud.random.choice(('rose', 'ivy', 'fern'))}-{cloud.random.randrange(10**8)}",
        "name": f"{cloud.random.choice(NAMES)} {cloud.random.randrange(100)}",
        "price": cloud.random.randrange(1, 10**6) / 100,
    }


def send(cloud: Cloud, method: str, path: str, body: object = None, *, kind: str = JSON) -> Answer:
    """A request, and what the function logged about it."""
    raw = b""
    if body is not None:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"Origin": ORIGIN, **({"Content-Type": kind} if raw else {})}
    before = len(cloud.function(FUNCTION).invocations)
    answer = cloud.request(method, PLACE["url"] + path, headers=headers, body=raw)
    log = "".join(one.log for one in cloud.function(FUNCTION).invocations[before:])
    lower = {name.lower(): value for name, value in answer.headers.items()}
    return Answer(answer.status, lower, answer.body, log)


def meanwhile(cloud: Cloud, other: Callable[[], Any], request: Callable[[], Answer]) -> Answer:
    """The answer to a request whose write comes just after somebody else's."""
    done: list[bool] = []

    def act() -> None:
        if not done:
            done.append(True)
            other()

    for operation in ("PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"):
        cloud.faults.interleave("dynamodb", operation, act)
    answer = request()
    done.append(True)
    return answer


def table_client(cloud: Cloud, operation: str) -> Callable[..., Any]:
    call = getattr(cloud.client("dynamodb"), operation)
    return lambda **parameters: call(TableName=PLACE["table"], **parameters)


def stored(cloud: Cloud, sku: str) -> Product | None:
    found = table_client(cloud, "get_item")(Key={"sku": {"S": sku}}).get("Item")
    return found and {name: READ(value) for name, value in found.items()}


def expect_stored(cloud: Cloud, product: Product) -> None:
    """The table has it: prices as numbers, nothing else."""
    found = stored(cloud, product["sku"])
    expect(found is not None, f"The product {product['sku']} is not in the table.")
    found = dict(found or {})
    expect(
        set(found) == set(product),
        f"In the table, {product['sku']} has the attributes {', '.join(sorted(found))}.",
    )
    expect(
        not isinstance(found["price"], str),
        f"In the table, the price of {product['sku']} is a text.",
    )
    same = found["name"] == product["name"] and float(found["price"]) == product["price"]
    expect(same, f"In the table, {product['sku']} is {found['name']!r} at {found['price']}.")


def expect_status(answer: Answer, status: int, what: str) -> None:
    if answer.status == 502:
        raised = "ERROR" in answer.log or "Traceback" in answer.log
        why = "the function failed" if raised else "what it returned is no response for a client"
        expect(False, f"The answer to {what} is 502, Internal server error: {why}.")
    expect(
        answer.status == status,
        f"The answer to {what} has the status {answer.status}: {text(answer)}",
    )


def expect_product(answer: Answer, status: int, product: Product, what: str) -> None:
    expect_status(answer, status, what)
    found = parsed(answer, what)
    same = found == product and not isinstance(found["price"], bool)
    expect(same, f"{product} was meant, and the answer to {what} is {text(answer)}")


def expect_error(answer: Answer, status: int, what: str) -> None:
    expect_status(answer, status, what)
    message = parsed(answer, what).get("message")
    expect(
        isinstance(message, str) and message.strip() != "",
        f"The answer to {what} has no message for people: {text(answer)}",
    )


def parsed(answer: Answer, what: str) -> dict[str, Any]:
    kind = answer.headers.get("content-type", "").partition(";")[0].strip()
    expect(kind == JSON, f"The answer to {what} has the type {kind}.")
    try:
        found = json.loads(answer.body)
    except ValueError:
        found = None
    expect(isinstance(found, dict), f"The answer to {what} is no JSON object: {text(answer)}")
    return dict(found or {})


def expect_readable(answer: Answer, what: str) -> None:
    """A browser shows the page an answer only if the header names the page's origin."""
    allowed = answer.headers.get("access-control-allow-origin")
    expect(
        allowed is not None,
        f"The browser keeps the answer to {what} (status {answer.status}) from the page.",
    )
    expect(
        allowed == PLACE["origin"],
        f"The answer to {what} may be read by pages of {allowed}.",
    )


def expect_preflight(cloud: Cloud, method: str, path: str) -> None:
    """As a browser asks before the request itself."""
    headers = {
        "Origin": PLACE["origin"],
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "content-type",
    }
    found = cloud.request("OPTIONS", PLACE["url"] + path, headers=headers)
    lower = {name.lower(): value for name, value in found.headers.items()}
    answer = Answer(found.status, lower, found.body, "")
    what = f"the preflight of {method} {path}"
    expect(answer.status in (200, 204), f"The answer to {what} has the status {answer.status}.")
    expect_readable(answer, what)
    for header, needed in (("methods", method.lower()), ("headers", "content-type")):
        values = lower.get(f"access-control-allow-{header}", "").lower()
        allowed = {value.strip() for value in values.split(",")}
        expect(
            bool({needed, "*"} & allowed),
            f"After {what} the browser does not send the request: {needed} is not allowed.",
        )


def text(answer: Answer) -> str:
    return answer.body.decode("utf-8", "replace")[:120]
