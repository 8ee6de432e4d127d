"""What customers, the warehouse and the bookkeeping of the shop would notice."""

import json
from collections.abc import Callable
from typing import Any

from labs.checks import Cloud, check, expect, setup

TABLES = {"orders": "order_id", "stock": "sku", "wallets": "customer", "requests": "request_key"}
FUNCTIONS = ("api", "relay", "payments", "notices")
BUS, TOPIC, SOURCE = "shop", "customers", "shop.orders"
KINDS = {"payments": ["OrderPlaced"], "notices": ["OrderPaid", "OrderRejected"]}
TRIES = 8  # of a client who gets no answer
CALLS = 16  # for an order, by all functions together
PLACE: dict[str, str] = {}
type Body = dict[str, Any]


@setup(once=True)
def build(cloud: Cloud) -> None:
    for name, key in TABLES.items():
        cloud.create_table(name, key=key)
    made = cloud.client("dynamodb").create_table(
        TableName="outbox",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    topic = build_topic(cloud)
    for name in FUNCTIONS:
        cloud.deploy_function(name, handler=f"{name}.handler", environment={"TOPIC_ARN": topic})
    cloud.client("lambda").create_event_source_mapping(
        EventSourceArn=made["TableDescription"]["LatestStreamArn"],
        FunctionName="relay",
        BatchSize=10,
        StartingPosition="TRIM_HORIZON",
        FunctionResponseTypes=["ReportBatchItemFailures"],
    )
    build_bus(cloud)
    for name in KINDS:
        cloud.map_queue(name, name, batch_size=10, report_batch_item_failures=True)
    build_api(cloud)


@check("An order is paid, and the customer is told", points=1, visible=True)
def paid(cloud: Cloud) -> None:
    shop = Shop(cloud)
    customer, sku = shop.customer(cents=5000), shop.goods(pieces=5, cents=700)
    answer = shop.post(customer, sku, 3)
    expect(answer.status == 201, f"An order was answered with the status {answer.status}.")
    shop.settle()
    expect_status(cloud, answer.order_id, "PAID")
    expect_item(cloud, answer.order_id, customer=customer, sku=sku, quantity=3, cents=2100)
    shop.expect_stock(sku, 2)
    shop.expect_wallet(customer, 2900)
    shop.expect_letters({answer.order_id: "PAID"})


@check("An order that cannot be paid gives its goods back", points=1, visible=True)
def rejected(cloud: Cloud) -> None:
    shop = Shop(cloud)
    poor, sku = shop.customer(cents=1399), shop.goods(pieces=5, cents=700)
    answer, stranger = shop.post(poor, sku, 2), shop.post("c-nobody", sku, 1)
    expect(answer.status == 201, f"An order was answered with the status {answer.status}.")
    shop.settle()
    expect_status(cloud, answer.order_id, "REJECTED")
    expect_status(cloud, stranger.order_id, "REJECTED")
    shop.expect_stock(sku, 5)
    shop.expect_wallet(poor, 1399)
    shop.expect_letters({answer.order_id: "REJECTED", stranger.order_id: "REJECTED"})


@check("A request that is repeated is one order", points=1, visible=True)
def repeated(cloud: Cloud) -> None:
    shop = Shop(cloud)
    customer, sku = shop.customer(cents=2000), shop.goods(pieces=2, cents=600)
    key = shop.key()
    first, second = shop.post(customer, sku, 2, key), shop.post(customer, sku, 2, key)
    shop.settle()
    cloud.pass_time(3600)
    third = shop.post(customer, sku, 2, key)
    shop.settle()
    for answer in (first, second, third):
        expect(answer.status == 201, f"A repeated request was answered with {answer.status}.")
        expect(answer.order_id == first.order_id, "A repeated request was answered with another "
               "order.")  # fmt: skip
    shop.expect_stock(sku, 0)
    shop.expect_wallet(customer, 800)
    shop.expect_letters({first.order_id: "PAID"})


@check("What cannot be sold is refused", points=1)
def refused(cloud: Cloud) -> None:
    shop = Shop(cloud)
    customer, sku = shop.customer(cents=99_999), shop.goods(pieces=3, cents=10)
    good = {"customer": customer, "sku": sku, "quantity": 1}
    strange: list[object] = [
        *({**good, "quantity": value} for value in (0, -1, 1.5, "1", True, None)),
        *({name: value for name, value in good.items() if name != left} for left in good),
        {**good, "customer": ""},
        {**good, "customer": 5},
        {**good, "sku": ["a"]},
        {**good, "sku": "nothing-like-this"},
        [good],
        "text",
        None,
    ]
    for body in cloud.random.sample(strange, len(strange)):
        status = shop.send(json.dumps(body), shop.key())[0]
        expect(status == 400, f"The body {body!r:.90} was answered with {status}.")
    expect(shop.send("{", shop.key())[0] == 400, "A body that is no JSON was not refused.")
    expect(shop.send(json.dumps(good), "")[0] == 400, "A request without a key was not refused.")
    status = shop.post(customer, sku, 4).status
    expect(status == 409, f"An order of more than there is was answered with {status}.")
    shop.expect_stock(sku, 3)
    last = shop.post(customer, sku, 3)
    expect(last.status == 201, "The last pieces could not be sold.")
    status = shop.post(customer, sku, 1).status
    expect(status == 409, f"An order of what was sold out was answered with {status}.")
    shop.settle()
    shop.expect_stock(sku, 0)
    shop.expect_letters({last.order_id: "PAID"})


@check("Others are there at the same moment", points=2)
def races(cloud: Cloud) -> None:
    shop = Shop(cloud)
    customer, sku, key = shop.customer(cents=9999), shop.goods(pieces=9, cents=5), shop.key()
    answers: list[Answer] = []
    shop.meanwhile(lambda: answers.append(shop.post(customer, sku, 4, key)))
    answers.append(shop.post_until_done(customer, sku, 4, key))
    ids = {answer.order_id for answer in answers if answer.status == 201}
    expect(len(ids) == 1, f"A request that came twice at the same moment made {len(ids)} orders.")
    shop.settle()
    shop.expect_stock(sku, 5)
    shop.expect_wallet(customer, 9979)

    last, other = shop.goods(pieces=1, cents=7), shop.customer(cents=100)
    answers.clear()
    shop.meanwhile(lambda: answers.append(shop.post_until_done(other, last, 1)))
    answers.append(shop.post_until_done(customer, last, 1))
    sold = [answer.status for answer in answers].count(201)
    expect(sold == 1, f"The last piece was sold {sold} times.")
    shop.settle()
    shop.expect_stock(last, 0)


@check("Goods and money move meanwhile", points=1)
def meanwhile(cloud: Cloud) -> None:
    shop, answers = Shop(cloud), list[Answer]()
    many, third = shop.goods(pieces=9, cents=1), shop.customer(cents=100)
    shop.meanwhile(lambda: answers.append(shop.post_until_done(third, many, 2)))
    answers.append(shop.post_until_done(third, many, 3))
    sold = [answer.status for answer in answers].count(201)
    expect(sold == 2, f"Of two orders at the same moment, for which there was enough, {sold} was "
           "accepted.")  # fmt: skip
    shop.settle()
    shop.expect_stock(many, 4)
    shop.expect_wallet(third, 95)

    one = shop.post_until_done(third, many, 3)
    is_spent = shop.meanwhile(lambda: shop.spend(third, 93))
    shop.settle()
    expect_status(cloud, one.order_id, "REJECTED" if is_spent else "PAID")
    held, left = (2, 4) if is_spent else (92, 1)
    shop.expect_wallet(third, held)
    shop.expect_stock(many, left)

    two = shop.post_until_done(third, many, 1)
    is_earned = shop.meanwhile(lambda: shop.spend(third, -1))
    shop.settle()
    expect_status(cloud, two.order_id, "PAID")
    shop.expect_wallet(third, held - 1 + len(is_earned))


@check("A conflict is no answer", points=2)
def conflicts(cloud: Cloud) -> None:
    shop = Shop(cloud)
    customer, sku = shop.customer(cents=9999), shop.goods(pieces=9, cents=100)
    orders = []
    for at in range(3):
        cloud.faults.cancel_transaction("TransactionConflict", at=at)
        key = shop.key()
        first = shop.post(customer, sku, 1, key)
        fine = first.status == 201 or first.status >= 500
        expect(
            fine, f"Two orders met at the same goods, and one was answered with {first.status}."
        )
        last = first if first.status == 201 else shop.post_until_done(customer, sku, 1, key)
        expect(last.status == 201, "After a conflict, an order could not be placed any more.")
        orders.append(last.order_id)
        cloud.faults.cancel_transaction("TransactionConflict", at=at)
        shop.settle()
    for order_id in orders:
        expect_status(cloud, order_id, "PAID")
    shop.expect_stock(sku, 6)
    shop.expect_wallet(customer, 9699)


@check("Everything comes twice", points=2)
def twice(cloud: Cloud) -> None:
    shop = Shop(cloud)
    rich, poor, sku = shop.customer(cents=999), shop.customer(cents=1), shop.goods(9, cents=100)
    seen = len(cloud.queue("seen").messages())
    for name in KINDS:
        cloud.faults.deliver_twice(name, times=2)
    first, second = (shop.post_until_done(*one) for one in ((rich, sku, 2), (poor, sku, 3)))
    shop.settle()
    events = [json.loads(body) for body in cloud.queue("seen").messages()[seen:]]
    for name in KINDS:  # deployed again, so that no environment is left
        cloud.client("lambda").update_function_configuration(FunctionName=name, Description="2")
    for event in (*events, *events[::-1]):
        shop.publish(event["detail-type"], json.dumps(event["detail"]))
    shop.settle()
    expect_status(cloud, first.order_id, "PAID")
    expect_status(cloud, second.order_id, "REJECTED")
    shop.expect_wallet(rich, 799)
    shop.expect_wallet(poor, 1)
    shop.expect_stock(sku, 7)
    shop.expect_letters({first.order_id: "PAID", second.order_id: "REJECTED"})


@check("What nobody can read is put aside", points=1)
def poison(cloud: Cloud) -> None:
    shop = Shop(cloud)
    customer, sku = shop.customer(cents=500), shop.goods(pieces=5, cents=100)
    unknown = {"detail-type": "OrderPlaced", "detail": {"order_id": shop.key()}}
    bad = ("{", json.dumps({"detail": {}}), json.dumps(unknown))
    answer = shop.post_until_done(customer, sku, 1)
    for name in KINDS:
        cloud.queue(name).send(*bad)
    shop.settle()
    expect_status(cloud, answer.order_id, "PAID")
    shop.expect_letters({answer.order_id: "PAID"})
    dead = cloud.queue("dead").messages()
    for body in bad:
        count = dead.count(body)
        expect(count == 2, f"The message {body!r:.60} came into two queues, and {count} of them "
               "were put aside.")  # fmt: skip
    good = len(dead) - 2 * len(bad)
    expect(not good, f"{good} good messages were put aside with the bad ones.")


@check("Many orders take few calls", points=1)
def budget(cloud: Cloud) -> None:
    shop = Shop(cloud)
    sku, before = shop.goods(pieces=99, cents=10), len(cloud.calls())
    orders = [shop.post_until_done(shop.customer(cents=500), sku, 1).order_id for _ in range(4)]
    shop.settle()
    for order_id in orders:
        expect_status(cloud, order_id, "PAID")
    calls = (len(cloud.calls()) - before) / len(orders)
    expect(calls <= CALLS, f"An order took {calls:.1f} calls of AWS, from request to letter.")


@check("It may die anywhere", points=3)
def dies(cloud: Cloud) -> None:
    shop, wanted, faults = Shop(cloud), dict[str, str](), cloud.faults
    rich, poor, sku = shop.customer(cents=9999), shop.customer(cents=5), shop.goods(60, cents=10)
    for operation in ("TransactWriteItems", "PutItem", "UpdateItem"):
        faults.crash("dynamodb", operation)
    shop.post(rich, sku, 1)  # and a client who gives up at once
    shop.more(wanted, sku, rich)
    for function in FUNCTIONS[1:]:
        for count in (1, 2):
            faults.kill(function, after_calls=count)
    shop.more(wanted, sku, rich, poor)
    for operation in (
        "TransactWriteItems",
        "DeleteItem",
        "BatchWriteItem",
        "PutItem",
        "UpdateItem",
    ):
        faults.crash("dynamodb", operation)
    faults.crash("events", "PutEvents")
    faults.crash("sns", "Publish")
    shop.more(wanted, sku, rich, poor)
    faults.fail_entries("events", "PutEvents", code="InternalFailure", times=2)
    faults.fail("events", "PutEvents", code="InternalFailure", status=400)
    faults.fail("sns", "Publish", code="InternalError", status=400)
    faults.lose_response("dynamodb", "UpdateItem")
    faults.lose_response("dynamodb", "TransactWriteItems")
    faults.throttle("dynamodb", "TransactWriteItems", times=2)
    shop.more(wanted, sku, rich, poor)
    bought = shop.orders(rich)
    wanted |= dict.fromkeys(bought, "PAID")
    letters = shop.letters()
    for order_id, status in wanted.items():
        expect_status(cloud, order_id, status)
        heard = (order_id, status) in letters
        expect(heard, f"An order is {status}, and its customer never heard of it.")
    shop.expect_stock(sku, 60 - len(bought))
    shop.expect_wallet(rich, 9999 - 10 * len(bought))
    shop.expect_wallet(poor, 5)


class Answer:
    """What a client was told."""

    def __init__(self, status: int, body: bytes) -> None:
        self.status = status
        self.order_id = ""
        if status == 201:
            self.order_id = order_id_of(body)


class Shop:
    """The shop in one check, with goods and customers of its own."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._told = len(cloud.queue("letters").messages())

    def key(self) -> str:
        return f"k-{self._cloud.random.randrange(10**9)}"

    def customer(self, *, cents: int) -> str:
        name = f"c-{self._cloud.random.randrange(10**9)}"
        self._put("wallets", {"customer": {"S": name}, "cents": {"N": str(cents)}})
        return name

    def goods(self, pieces: int, *, cents: int) -> str:
        sku = f"s-{self._cloud.random.randrange(10**9)}"
        numbers = {"available": {"N": str(pieces)}, "cents": {"N": str(cents)}}
        self._put("stock", {"sku": {"S": sku}, **numbers})
        return sku

    def _put(self, table: str, item: Body) -> None:
        self._cloud.client("dynamodb").put_item(TableName=table, Item=item)

    def spend(self, customer: str, cents: int) -> None:
        """Somewhere else."""
        self._cloud.client("dynamodb").update_item(
            TableName="wallets",
            Key={"customer": {"S": customer}},
            UpdateExpression="ADD cents :spent",
            ExpressionAttributeValues={":spent": {"N": str(-cents)}},
        )

    def send(self, body: str, key: str) -> tuple[int, bytes]:
        headers = {"content-type": "application/json"}
        if key:
            headers["Idempotency-Key"] = key
        found = self._cloud.request(
            "POST", f"{PLACE['url']}/orders", headers=headers, body=body.encode()
        )
        return found.status, found.body

    def post(self, customer: str, sku: str, quantity: int, key: str = "") -> Answer:
        body = {"customer": customer, "sku": sku, "quantity": quantity}
        return Answer(*self.send(json.dumps(body), key or self.key()))

    def post_until_done(self, customer: str, sku: str, quantity: int, key: str = "") -> Answer:
        """As a client does, who repeats what had no answer."""
        key = key or self.key()
        for _ in range(TRIES):
            answer = self.post(customer, sku, quantity, key)
            if answer.status < 500:
                return answer
        return answer

    def more(self, wanted: dict[str, str], sku: str, rich: str, *poor: str) -> None:
        """Place an order for each customer, and note what must become of it."""
        for customer, status in ((rich, "PAID"), *((one, "REJECTED") for one in poor)):
            answer = self.post_until_done(customer, sku, 1)
            expect(answer.status == 201, "A client repeated a request, and was answered with "
                   f"{answer.status} each time.")  # fmt: skip
            wanted[answer.order_id] = status
        self.settle()

    def meanwhile(self, action: Callable[[], object]) -> list[bool]:
        """Have `action` done right before goods or money are written the next time.

        The result is empty until then.
        """
        is_done: list[bool] = []

        def act() -> None:
            if not is_done:
                is_done.append(True)
                action()

        faults = self._cloud.faults
        faults.interleave("dynamodb", "TransactWriteItems", act)
        for table in ("stock", "wallets"):
            for operation in ("UpdateItem", "PutItem"):
                faults.interleave("dynamodb", operation, act, where={"TableName": table})
        return is_done

    def publish(self, kind: str, detail: str) -> None:
        entry = {"EventBusName": BUS, "Source": SOURCE, "DetailType": kind, "Detail": detail}
        self._cloud.client("events").put_events(Entries=[entry])

    def settle(self) -> None:
        """Wait until all is over; nothing may be left in the outbox."""
        self._cloud.settle()
        self._cloud.pass_time(300)
        left = len(self._cloud.table("outbox").items())
        expect(not left, f"The outbox still holds {left} item(s) when all is quiet.")

    def orders(self, customer: str) -> list[str]:
        """The ids of all orders of a customer."""
        found = self._cloud.table("orders").items()
        return [one["order_id"] for one in found if one.get("customer") == customer]

    def letters(self) -> list[tuple[str, str]]:
        found = []
        for body in self._cloud.queue("letters").messages()[self._told :]:
            letter = parsed(body)
            good = isinstance(letter, dict) and {"order_id", "status"} <= set(letter)
            expect(good, f"A letter cannot be read: {body!r:.80}.")
            found.append((letter["order_id"], letter["status"]))
        return found

    def expect_letters(self, wanted: dict[str, str]) -> None:
        letters = self.letters()
        for order_id, status in wanted.items():
            count = letters.count((order_id, status))
            expect(count > 0, f"The customer was not told that the order is {status}.")
            expect(count == 1, f"The customer was told {count} times that the order is {status}.")
        expect(len(letters) == len(wanted), f"There are {len(letters)} letters about "
               f"{len(wanted)} order(s).")  # fmt: skip

    def expect_stock(self, sku: str, pieces: int) -> None:
        found = number_of(self._cloud, "stock", "sku", sku, "available")
        expect(found >= 0, f"The stock shows {found} pieces.")
        expect(found == pieces, f"The stock shows {found} pieces, and the shelf holds another "
               "number.")  # fmt: skip

    def expect_wallet(self, customer: str, cents: int) -> None:
        found = number_of(self._cloud, "wallets", "customer", customer, "cents")
        expect(found <= cents, f"A wallet holds {found - cents} cents too much after its orders.")
        expect(found >= cents, f"A customer has paid {cents - found} cents too much.")


def number_of(cloud: Cloud, table: str, key: str, value: str, name: str) -> int:
    found = [item for item in cloud.table(table).items() if item[key] == value]
    number = found[0].get(name) if found else None
    expect(number is not None, f"An item is gone from {table}, or has no {name} any more.")
    return int(number or 0)


def expect_status(cloud: Cloud, order_id: str, status: str) -> None:
    found = [one for one in cloud.table("orders").items() if one["order_id"] == order_id]
    expect(bool(found), "An order that was accepted is not in the table.")
    is_now = found[0].get("status")
    expect(is_now == status, f"An order is {is_now!r} when all is quiet.")


def expect_item(cloud: Cloud, order_id: str, **wanted: object) -> None:
    (found,) = [one for one in cloud.table("orders").items() if one["order_id"] == order_id]
    for name, value in wanted.items():
        expect(found.get(name) == value, f"An order has the {name} {found.get(name)!r}.")


def order_id_of(body: bytes) -> str:
    answer = parsed(body.decode())
    order_id = answer.get("order_id") if isinstance(answer, dict) else None
    expect(
        isinstance(order_id, str) and order_id != "", f"The answer names no order: {body!r:.80}."
    )
    return str(order_id)


def parsed(body: str) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body


def build_topic(cloud: Cloud) -> str:
    sns, queue = cloud.client("sns"), cloud.create_queue("letters")
    topic: str = sns.create_topic(Name=TOPIC)["TopicArn"]
    let_in(cloud, "letters", "sns.amazonaws.com", topic)
    raw = {"RawMessageDelivery": "true"}
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue.arn, Attributes=raw)
    return topic


def build_bus(cloud: Cloud) -> None:
    cloud.client("events").create_event_bus(Name=BUS)
    cloud.create_queue("dead")
    cloud.create_queue("seen")
    for name in KINDS:
        cloud.create_queue(name, dead_letter="dead", max_receive_count=4)
    for name, kinds in {
        **KINDS,
        "seen": [kind for each in KINDS.values() for kind in each],
    }.items():
        pattern = json.dumps({"source": [SOURCE], "detail-type": kinds})
        events = cloud.client("events")
        rule = events.put_rule(Name=name, EventBusName=BUS, EventPattern=pattern)["RuleArn"]
        let_in(cloud, name, "events.amazonaws.com", rule)
        target = {"Id": name, "Arn": cloud.queue(name).arn}
        events.put_targets(Rule=name, EventBusName=BUS, Targets=[target])


def let_in(cloud: Cloud, queue: str, service: str, source: str) -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sqs:SendMessage",
        "Resource": cloud.queue(queue).arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": source}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    url = cloud.queue(queue).url
    cloud.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})


def build_api(cloud: Cloud) -> None:
    lambda_, client = cloud.client("lambda"), cloud.client("apigatewayv2")
    function = lambda_.get_function(FunctionName="api")["Configuration"]["FunctionArn"]
    made = client.create_api(Name="shop", ProtocolType="HTTP", Target=function)
    lambda_.add_permission(
        FunctionName="api",
        StatementId="api",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
        SourceArn=f"arn:aws:execute-api:us-east-1:123456789012:{made['ApiId']}/*",
    )
    PLACE["url"] = made["ApiEndpoint"]
