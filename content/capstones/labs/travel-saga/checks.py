"""Trips are sold, given up, interrupted and repeated; then seats, rooms and money are counted."""

import json
from typing import Any

from labs.checks import Cloud, ProgramError, check, expect, setup

type Json = dict[str, Any]

MINUTE = 60
MAX_EVENTS = 200
SEATS, CENTS = 5, 100_000
PLACES = ("flights", "hotels")
KEYS = {
    "flights": "flight",
    "hotels": "hotel",
    "wallets": "customer",
    "trips": "trip_id",
    "holds": "hold_id",
}
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "states.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


@setup
def build(cloud: Cloud) -> None:
    for table, key in KEYS.items():
        cloud.create_table(table, key=key)
    cloud.client("iam").create_role(RoleName="trips", AssumeRolePolicyDocument=json.dumps(TRUST))
    cloud.deploy_function("travel", handler="travel.handler")


@check("A trip is held, confirmed, paid and booked", points=3, visible=True)
def booked(cloud: Cloud) -> None:
    trip = offer(cloud)
    execution = start(cloud, trip)
    is_held(cloud, trip, execution)
    counts(cloud, trip, seats=SEATS - 1, cents=CENTS, after="a trip was held")
    cloud.pass_time(19 * MINUTE)
    is_told(cloud, trip, execution, "booked", yes=True)
    counts(cloud, trip, seats=SEATS - 1, cents=CENTS - trip["cents"], after="a trip was booked")
    is_short(cloud, execution)


@check("Without a booking, all is as before", points=3, visible=True)
def not_booked(cloud: Cloud) -> None:
    trip = offer(cloud)
    execution = start(cloud, trip)
    is_told(cloud, trip, execution, "cancelled", yes=False)
    counts(cloud, trip, seats=SEATS, cents=CENTS, after="a customer had said no")
    for seats, rooms, closed in ((0, SEATS, ()), (SEATS, 0, ()), (SEATS, SEATS, PLACES)):
        trip = offer(cloud, seats=seats, rooms=rooms, closed=closed)
        execution = start(cloud, trip)
        ends(cloud, trip, execution, "rejected")
        counts(cloud, trip, seats=seats, rooms=rooms, cents=CENTS, after="a trip was rejected")
    is_told(cloud, trip, execution, "rejected", yes=True)
    trip = offer(cloud, wallet=cloud.random.randrange(5000))
    execution = start(cloud, trip)
    is_told(cloud, trip, execution, "declined", yes=True)
    counts(cloud, trip, seats=SEATS, cents=trip["wallet"], after="a trip was declined")


@check("Who has paid is booked, or gets the money back", points=3)
def closed_in_between(cloud: Cloud) -> None:
    for table in ("flights", "hotels"):
        trip = offer(cloud)
        execution = start(cloud, trip)
        is_held(cloud, trip, execution)
        close(cloud, table, trip)
        is_told(cloud, trip, execution, "refunded", yes=True)
        counts(cloud, trip, seats=SEATS, cents=CENTS, after="a trip was refunded")
        is_told(cloud, trip, execution, "refunded", yes=True)
        counts(cloud, trip, seats=SEATS, cents=CENTS, after="a second click on a refunded trip")


@check("Clicks that come late or twice change nothing", points=3)
def late(cloud: Cloud) -> None:
    trip = offer(cloud)
    execution = start(cloud, trip)
    cloud.pass_time(21 * MINUTE)
    ends(cloud, trip, execution, "expired")
    is_short(cloud, execution)
    counts(cloud, trip, seats=SEATS, cents=CENTS, after="a customer had not answered")
    is_told(cloud, trip, execution, "expired", yes=True)
    cloud.pass_time(cloud.random.randrange(60, 5000))
    is_told(cloud, trip, execution, "expired", yes=False)
    counts(cloud, trip, seats=SEATS, cents=CENTS, after="a customer had clicked too late")
    trip = offer(cloud)
    execution = start(cloud, trip)
    is_told(cloud, trip, execution, "booked", yes=True)
    is_told(cloud, trip, execution, "booked", yes=True)
    is_told(cloud, trip, execution, "booked", yes=False)
    counts(cloud, trip, seats=SEATS - 1, cents=CENTS - trip["cents"], after="three clicks")


@check("A trip that is started twice is one trip", points=2)
def started_once(cloud: Cloud) -> None:
    trip = offer(cloud)
    cloud.faults.lose_response("stepfunctions", "StartExecution")
    execution = start(cloud, trip)
    start(cloud, trip)
    start(cloud, dict(reversed(trip.items())))
    counts(cloud, trip, seats=SEATS - 1, cents=CENTS, after="a trip was started three times")
    other = {**shop_data(trip), "cents": trip["cents"] + 1}
    raised = cloud.raised("travel.start", machine(cloud), other)
    expect(raised == "ValueError", "A trip was started whose id another one has, and "
           f"{f'a {raised} was raised' if raised else 'nobody noticed'}.")  # fmt: skip
    is_told(cloud, trip, execution, "booked", yes=True)
    start(cloud, trip)
    raised = cloud.raised("travel.start", machine(cloud), {**other, "cents": trip["cents"] - 1})
    expect(raised == "ValueError", "A trip was booked, another one was started with its id, and "
           f"{f'a {raised} was raised' if raised else 'nobody noticed'}.")  # fmt: skip
    cloud.settle()
    counts(cloud, trip, seats=SEATS - 1, cents=CENTS - trip["cents"],
           after="a trip was started again after its end")  # fmt: skip
    cloud.pass_time(21 * MINUTE)
    counts(cloud, trip, seats=SEATS - 1, cents=CENTS - trip["cents"],
           after="a trip was started again after its end")  # fmt: skip


@check("What a stopped execution held is given back", points=3)
def stopped(cloud: Cloud) -> None:
    done = offer(cloud)
    is_told(cloud, done, start(cloud, done), "booked", yes=True)
    trips = [offer(cloud) for _ in range(2)]
    for trip in trips:
        execution = start(cloud, trip)
        cloud.client("stepfunctions").stop_execution(executionArn=execution)
    cloud.pass_time(15 * MINUTE)
    waits = offer(cloud)
    execution = start(cloud, waits)
    cloud.pass_time(cloud.random.randrange(12, 14) * MINUTE)
    cloud.call("travel.sweep")
    for trip in (*trips, waits):
        counts(cloud, trip, seats=SEATS - 1, cents=CENTS,
               after="a sweep came less than 30 minutes after a trip was held")  # fmt: skip
    cloud.pass_time(4 * MINUTE)
    cloud.faults.crash("dynamodb", "TransactWriteItems")
    try:
        cloud.call("travel.sweep")
    except ProgramError as error:
        if error.kind != "Runtime.ExitError":
            raise
    for _ in range(2):
        cloud.call("travel.sweep")
        for trip in trips:
            counts(cloud, trip, seats=SEATS, cents=CENTS,
                   after="sweeps came more than 30 minutes after a trip was held")  # fmt: skip
    told = cloud.call("travel.confirm", trips[0]["trip_id"], True)
    wanted = {"trip_id": trips[0]["trip_id"], "status": "expired"}
    expect(told == wanted, "A trip was swept. Its customer confirmed it, and was told "
           f"{shown(told)}.")  # fmt: skip
    counts(cloud, trips[0], seats=SEATS, cents=CENTS, after="a click on a trip that was swept")
    is_told(cloud, waits, execution, "booked", yes=True)
    counts(cloud, waits, seats=SEATS - 1, cents=CENTS - waits["cents"], after="a booking")
    cloud.pass_time(40 * MINUTE)
    cloud.call("travel.sweep")
    for trip in (done, waits):
        counts(cloud, trip, seats=SEATS - 1, cents=CENTS - trip["cents"],
               after="a sweep after it was booked")  # fmt: skip


@check("The last seats are sold once", points=2)
def rush(cloud: Cloud) -> None:
    first = offer(cloud, seats=2)
    trips = [first, *(offer(cloud, flight=first["flight"]) for _ in range(2))]
    executions = [start(cloud, trip) for trip in trips]
    for trip, execution in zip(trips[:2], executions[:2], strict=True):
        is_held(cloud, trip, execution)
    for trip, execution in zip(trips[2:], executions[2:], strict=True):
        ends(cloud, trip, execution, "rejected")
    told = [cloud.call("travel.confirm", trip["trip_id"], True) for trip in trips]
    found = [one.get("status") for one in told if isinstance(one, dict)]
    expect(found.count("booked") == 2, f"Of a flight with two seats, {found.count('booked')} were "
           "booked.")  # fmt: skip
    trip = offer(cloud, seats=1)
    for operation in ("TransactWriteItems", "UpdateItem"):
        cloud.faults.interleave("dynamodb", operation, lambda: sell_out(cloud, trip))
    execution = start(cloud, trip)
    ends(cloud, trip, execution, "rejected")
    counts(cloud, trip, seats=0, rooms=SEATS, cents=CENTS,
           after="somebody else was faster, and took the last seat")  # fmt: skip


@check("DynamoDB is busy, and nobody is turned away for it", points=2)
def conflicts(cloud: Cloud) -> None:
    for fault in ("conflict", "lost"):
        trip = offer(cloud)
        hurt(cloud, fault)
        execution = start(cloud, trip)
        is_held(cloud, trip, execution)
        hurt(cloud, fault)
        is_told(cloud, trip, execution, "booked", yes=True)
        counts(cloud, trip, seats=SEATS - 1, cents=CENTS - trip["cents"],
               after="a trip was booked while DynamoDB was busy")  # fmt: skip
    trip = offer(cloud)
    execution = start(cloud, trip)
    hurt(cloud, "conflict")
    is_told(cloud, trip, execution, "cancelled", yes=False)
    counts(cloud, trip, seats=SEATS, cents=CENTS,
           after="a trip was cancelled while DynamoDB was busy")  # fmt: skip


@check("Steps that break off are finished", points=3)
def broken_steps(cloud: Cloud) -> None:
    for wanted, after_calls in (("booked", 2), ("cancelled", 2), ("cancelled", 1)):
        if wanted == "booked":
            cloud.faults.kill("travel")
        trip = offer(cloud)
        execution = start(cloud, trip)
        cloud.faults.kill("travel", after_calls=after_calls)
        cloud.faults.lose_response("lambda", "Invoke", after=1)
        is_told(cloud, trip, execution, wanted, yes=wanted == "booked")
        gone = wanted == "booked"
        counts(cloud, trip, seats=SEATS - gone, cents=CENTS - gone * trip["cents"],
               after=f"steps of a trip broke off that was {wanted} in the end")  # fmt: skip


def hurt(cloud: Cloud, fault: str) -> None:
    """Some of the next writes do not go as they should."""
    if fault == "conflict":
        cloud.faults.cancel_transaction("TransactionConflict", at=1, times=2)
        return
    for operation in ("TransactWriteItems", "UpdateItem", "PutItem"):
        cloud.faults.lose_response("dynamodb", operation)


def machine(cloud: Cloud) -> str:
    if known := cloud.client("stepfunctions").list_state_machines()["stateMachines"]:
        return str(known[0]["stateMachineArn"])
    role = cloud.client("iam").get_role(RoleName="trips")["Role"]["Arn"]
    function = cloud.client("lambda").get_function(FunctionName="travel")
    values = {"TravelFunctionArn": function["Configuration"]["FunctionArn"]}
    arn = cloud.call("deploy.deploy", role, values)
    expect(isinstance(arn, str), "deploy gave no ARN.")
    return str(arn)


def offer(
    cloud: Cloud,
    *,
    seats: int = SEATS,
    rooms: int = SEATS,
    wallet: int = CENTS,
    flight: str = "",
    closed: tuple[str, ...] = (),
) -> Json:
    """A flight, a hotel, a customer with money, and the trip that is wanted."""
    number = cloud.random.randrange(10**9)
    trip: Json = {
        "trip_id": f"t-{number}",
        "customer": f"c-{number % 7919}-{number}",
        "flight": flight or f"KL-{number}",
        "hotel": f"Oslo-{number}",
        "cents": cloud.random.randrange(6000, CENTS - 10),
    }
    if not flight:
        put(cloud, "flights", flight=trip["flight"], seats=seats)
    put(cloud, "hotels", hotel=trip["hotel"], rooms=rooms)
    put(cloud, "wallets", customer=trip["customer"], cents=wallet)
    if closed:
        close(cloud, cloud.random.choice(closed), trip)
    return {**trip, "wallet": wallet}


def put(cloud: Cloud, table: str, **row: str | int) -> None:
    item = {name: {"S": one} if isinstance(one, str) else {"N": str(one)}
            for name, one in row.items()}  # fmt: skip
    cloud.client("dynamodb").put_item(TableName=table, Item=item)


def close(cloud: Cloud, table: str, trip: Json) -> None:
    cloud.client("dynamodb").update_item(
        TableName=table,
        Key={KEYS[table]: {"S": trip[KEYS[table]]}},
        UpdateExpression="SET closed = :yes",
        ExpressionAttributeValues={":yes": {"BOOL": True}},
    )


def sell_out(cloud: Cloud, trip: Json) -> None:
    put(cloud, "flights", flight=trip["flight"], seats=0)


def shop_data(trip: Json) -> Json:
    return {name: value for name, value in trip.items() if name != "wallet"}


def start(cloud: Cloud, trip: Json) -> str:
    """The ARN of the trip's execution."""
    arn = machine(cloud)
    cloud.call("travel.start", arn, shop_data(trip))
    cloud.settle()
    name = f"{arn.replace(':stateMachine:', ':execution:')}:{trip['trip_id']}"
    sfn = cloud.client("stepfunctions")
    try:
        sfn.describe_execution(executionArn=name)
    except sfn.exceptions.ExecutionDoesNotExist:
        expect(False, "A trip was started, and no execution has its id as its name.")
    return name


def is_held(cloud: Cloud, trip: Json, execution: str) -> None:
    ended = described(cloud, execution)
    expect(ended["status"] == "RUNNING", "A trip waits for its customer, and its execution is "
           f"{ended['status']}: {ended.get('output') or ended.get('cause', '')}.")  # fmt: skip
    found = row(cloud, "trips", trip).get("status")
    expect(found == "held", f"A trip waits for its customer, and its row has the status {found}.")


def is_told(cloud: Cloud, trip: Json, execution: str, status: str, *, yes: bool) -> None:
    """A customer clicks; what the click is told, the execution's output and the row agree."""
    told = cloud.call("travel.confirm", trip["trip_id"], yes)
    ends(cloud, trip, execution, status)
    wanted = {"trip_id": trip["trip_id"], "status": status}
    said = "yes" if yes else "no"
    expect(told == wanted, f"A customer said {said}, the trip is {status}, and the customer was "
           f"told {shown(told)}.")  # fmt: skip


def ends(cloud: Cloud, trip: Json, execution: str, status: str) -> None:
    ended = described(cloud, execution)
    what = f"{ended['status']}: {ended.get('error', '')} {ended.get('cause', '')}"
    expect(ended["status"] == "SUCCEEDED", f"An execution is {what[:400]}.")
    found = json.loads(ended["output"])
    wanted = {"trip_id": trip["trip_id"], "status": status}
    expect(found == wanted, f"An execution ended with {shown(found)}: {WHY[status]}.")
    found = row(cloud, "trips", trip).get("status")
    expect(found == status, f"An execution ended with {status}, and the table says {found}.")


def is_short(cloud: Cloud, execution: str) -> None:
    sfn = cloud.client("stepfunctions")
    events = sfn.get_execution_history(executionArn=execution, maxResults=1000)["events"]
    expect(len(events) < MAX_EVENTS, f"An execution has {len(events)} events.")


WHY = {
    "booked": "the customer had confirmed, and all was there",
    "rejected": "there was no seat or no room, or one was closed",
    "cancelled": "the customer had said no",
    "expired": "the customer had not answered in 20 minutes",
    "declined": "there was too little money",
    "refunded": "flight or hotel was closed when the customer confirmed",
}


def counts(
    cloud: Cloud, trip: Json, *, seats: int, cents: int, after: str, rooms: int | None = None
) -> None:
    wanted = {
        "flights": ("seats", seats),
        "hotels": ("rooms", seats if rooms is None else rooms),
        "wallets": ("cents", cents),
    }
    for table, (name, number) in wanted.items():
        found = row(cloud, table, trip).get(name)
        change = found - number if isinstance(found, float) else 0
        less = f"{abs(change):g} too {'many' if change > 0 else 'few'}"
        expect(found == number, f"The table {table} has {less} {name}, after {after}.")


def row(cloud: Cloud, table: str, trip: Json) -> Json:
    """A row's texts and numbers."""
    found = cloud.client("dynamodb").get_item(
        TableName=table, Key={KEYS[table]: {"S": trip[KEYS[table]]}}
    )
    item = found.get("Item", {})
    texts = {name: one["S"] for name, one in item.items() if "S" in one}
    return texts | {name: float(one["N"]) for name, one in item.items() if "N" in one}


def described(cloud: Cloud, execution: str) -> Json:
    cloud.settle()
    found: Json = cloud.client("stepfunctions").describe_execution(executionArn=execution)
    return found


def shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 300 else f"{text[:300]}..."
