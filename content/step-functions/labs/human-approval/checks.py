"""How the workflow ends for each way in which people answer, and what they are told."""

import json
from decimal import Decimal
from typing import Any

from labs.checks import Cloud, ProgramError, check, expect, setup

type Json = dict[str, Any]

HOUR, DAY = 3600, 24 * 3600
FIELDS = ("purchase_id", "decision", "by", "comment")
PEOPLE = ("ines", "mara", "tom", "li", "ada", "otto")
TEXTS = (
    'Monitor, 34" (wide)',
    "C:\\desk\\new {}",
    'He said: "no", \\ and left\nthe room',
    "{0} O'Brien's $.cents {% 1 %}",
)
WRITES = (("dynamodb", "UpdateItem"), ("dynamodb", "PutItem"))
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
    cloud.create_table("requests", key="purchase_id")
    cloud.client("dynamodb").update_time_to_live(
        TableName="requests",
        TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires_at"},
    )
    cloud.create_queue("approvals")
    cloud.client("iam").create_role(RoleName="desk", AssumeRolePolicyDocument=json.dumps(TRUST))


@check("Small purchases pass, large ones wait for somebody else", points=3, visible=True)
def approved(cloud: Cloud) -> None:
    workflow = deploy(cloud, "approval")
    for cents in (100_000, cloud.random.randrange(500, 99_000)):
        passes_by_rule(cloud, workflow, cents)
    for cents in (100_001, cloud.random.randrange(100_100, 900_000)):
        one, execution = ask(cloud, workflow, cents=cents)
        expect(status(cloud, execution) == "RUNNING", f"A purchase of {cents} cents did not wait "
               "for anybody.")  # fmt: skip
        refuses(cloud, one["purchase_id"], one["asked_by"], "PermissionError",
                f"{one['asked_by']} answered a purchase of their own")  # fmt: skip
        expect(status(cloud, execution) == "RUNNING", f"{one['asked_by']} answered a purchase of "
               "their own, and the workflow did not wait for anybody else.")  # fmt: skip
        is_answered(cloud, one, execution, "mara", yes=True, comment="as planned")
    refuses(cloud, new_id(cloud), "mara", "KeyError", "Somebody answered a purchase that nobody "
            "had asked for")  # fmt: skip


@check("No is an answer, and every character arrives", points=2, visible=True)
def declined(cloud: Cloud) -> None:
    workflow = deploy(cloud, "approval")
    for text in cloud.random.sample(TEXTS, 2):
        one, execution = ask(cloud, workflow, text=text, more={"tags": [], "gift": None})
        is_answered(cloud, one, execution, "o'brien", yes=False, comment=text)
    one, execution = ask(cloud, workflow)
    is_answered(cloud, one, execution, "li", yes=False, comment="")


@check("After three days it is too late", points=2)
def expired(cloud: Cloud) -> None:
    clear(cloud)
    one, execution = ask(cloud, deploy(cloud, "approval"))
    keep_alive(cloud, 5)
    cloud.pass_time(11 * HOUR)
    cloud.call("desk.report")
    messages = len(collect(cloud))
    expect(status(cloud, execution) == "RUNNING", "A purchase had not been decided for almost "
           f"three days. Its execution is {status(cloud, execution)}.")  # fmt: skip
    cloud.pass_time(2 * HOUR)
    messages += len(collect(cloud))
    ended = ends_undecided(cloud, one, execution, "expired")
    expect(not messages, "A purchase that nobody decided was asked for again.")
    cloud.pass_time(cloud.random.randrange(DAY // 2, 3 * DAY))
    cloud.call("desk.report")
    told = click(cloud, one, "mara", yes=True, comment="sorry, was away")
    expect(told == ended, f"mara approved a purchase too late, and was told {shown(told)}.")
    told = click(cloud, one, "mara", yes=True, comment="again")
    expect(told == ended, f"mara approved a purchase too late, twice, and was told {shown(told)}.")


@check("A request that got lost is noticed after a day", points=2)
def lost(cloud: Cloud) -> None:
    workflow = deploy(cloud, "approval")
    one, execution = ask(cloud, workflow, lose=True)
    cloud.pass_time(23 * HOUR)
    expect(status(cloud, execution) == "RUNNING", "The desk was silent for less than a day, and "
           f"the execution is {status(cloud, execution)}.")  # fmt: skip
    cloud.pass_time(2 * HOUR)
    ended = ends_undecided(cloud, one, execution, "lost")
    deliver(cloud, one["bodies"])
    told = click(cloud, one, "mara", yes=True, comment="found it")
    expect(told == ended, "A message was found again after the workflow had given it up. mara "
           f"approved, and was told {shown(told)}.")  # fmt: skip


@check("Open requests stay alive, though others have ended", points=2)
def reported(cloud: Cloud) -> None:
    clear(cloud)
    workflow = deploy(cloud, "approval")
    asked = [ask(cloud, workflow) for _ in range(5)]
    cloud.random.shuffle(asked)
    ended, others = asked[:3], asked[3:]
    is_answered(cloud, *ended[0], "mara", yes=True, comment="ok")
    for _, execution in ended[1:]:
        cloud.client("stepfunctions").stop_execution(executionArn=execution)
    keep_alive(cloud, 2)
    late, _ = ask(cloud, workflow)
    keep_alive(cloud, 3)
    for one, execution in others:
        expect(status(cloud, execution) == "RUNNING", "The desk had reported all the time. The "
               f"execution of an open request is {status(cloud, execution)}: "
               f"{described(cloud, execution).get('output', 'no output')}.")  # fmt: skip
        is_answered(cloud, one, execution, "mara", yes=True, comment="ok")
    told = click(cloud, late, "mara", yes=True, comment="ok")
    expect(told.get("decision") == "approved", "A request that came later was alive, and mara was "
           f"told {shown(told)}.")  # fmt: skip


@check("The first answer counts, whatever comes after it", points=2)
def second_click(cloud: Cloud) -> None:
    one, execution = ask(cloud, deploy(cloud, "approval"), twice=True)
    first = is_answered(cloud, one, execution, "tom", yes=False, comment="too much")
    told = click(cloud, one, "mara", yes=True, comment="why not?")
    expect(told == first, f"tom had declined; then mara clicked and was told {shown(told)}.")
    deliver(cloud, one["bodies"])
    told = click(cloud, one, "tom", yes=True, comment="on second thoughts")
    expect(told == first, "tom had declined. The message came once more, he clicked again and was "
           f"told {shown(told)}.")  # fmt: skip


@check("Requests leave the table some day", points=1)
def swept(cloud: Cloud) -> None:
    one, _ = ask(cloud, deploy(cloud, "approval"))
    rows = [row for row in cloud.table("requests").items() if one["purchase_id"] in str(row)]
    expect(bool(rows), "The table has no row of the request.")
    for row in rows:
        expires = row.get("expires_at")
        expect(isinstance(expires, Decimal), "A row of the table would stay for ever.")
        days = (float(str(expires)) - now(cloud)) / DAY
        expect(days < 31, f"A row of the table would stay for {days:,.0f} days.")
        expect(days > 6.9, f"A row would be gone {days:,.1f} days after the request, and nobody "
               "can tell then what became of it.")  # fmt: skip


@check("The same in JSONata", points=3)
def in_jsonata(cloud: Cloud) -> None:
    clear(cloud)
    workflow = deploy(cloud, "approval-jsonata")
    machine = cloud.client("stepfunctions").describe_state_machine(stateMachineArn=workflow)
    language = json.loads(machine["definition"]).get("QueryLanguage")
    expect(language == "JSONata", "The workflow approval-jsonata is not in JSONata.")
    passes_by_rule(cloud, workflow, 100_000)
    text = cloud.random.choice(TEXTS)
    for yes in (True, False):
        one, execution = ask(cloud, workflow, text=text)
        is_answered(cloud, one, execution, "o'brien", yes=yes, comment=text)
    cloud.faults.throttle("sqs", "SendMessage", times=2)
    one, execution = ask(cloud, workflow, cents=100_001)
    gone, gone_execution = ask(cloud, workflow, lose=True)
    keep_alive(cloud, 5)
    expect(status(cloud, execution) == "RUNNING", "Nobody had decided for less than three days, "
           f"and the execution is {status(cloud, execution)}.")  # fmt: skip
    keep_alive(cloud, 2)
    ends_undecided(cloud, one, execution, "expired")
    ends_undecided(cloud, gone, gone_execution, "lost")
    expect(not collect(cloud), "A purchase that nobody decided was asked for again.")


@check("Calls fail, and no click is misunderstood", points=3)
def broken_clicks(cloud: Cloud) -> None:
    workflow = deploy(cloud, "approval")
    cloud.faults.throttle("sqs", "SendMessage", times=2)
    one, execution = ask(cloud, workflow)
    cloud.faults.lose_response("stepfunctions", "SendTaskSuccess")
    is_answered(cloud, one, execution, "mara", yes=True, comment="the answer got lost")
    for operations in ((("stepfunctions", "SendTaskSuccess"),), WRITES):
        one, execution = ask(cloud, workflow)
        for service, operation in operations:
            cloud.faults.crash(service, operation)
        told = persistent_click(cloud, one, "tom")
        ended = output(cloud, execution)
        expect(ended["decision"] == "approved", "tom approved, by clicks of which the first broke "
               f"off. The workflow ended with {shown(ended)}.")  # fmt: skip
        expect(told == ended, "tom approved, by clicks of which the first broke off. He was told "
               f"{shown(told)}.")  # fmt: skip


def deploy(cloud: Cloud, name: str) -> str:
    role = cloud.client("iam").get_role(RoleName="desk")["Role"]["Arn"]
    values = {"ApprovalsQueueUrl": cloud.queue("approvals").url}
    arn = cloud.call("deploy.deploy", name, role, values)
    expect(isinstance(arn, str), f"deploy gave no ARN for the workflow {name}.")
    return str(arn)


def clear(cloud: Cloud) -> None:
    """Forget the requests of earlier checks: a report takes its time for each of them."""
    dynamodb = cloud.client("dynamodb")
    for row in cloud.table("requests").items():
        key = {"purchase_id": {"S": row["purchase_id"]}}
        dynamodb.delete_item(TableName="requests", Key=key)


def new_id(cloud: Cloud) -> str:
    return f"p-{cloud.random.randrange(10**9)}"


def start(cloud: Cloud, workflow: str, purchase: Json) -> str:
    started = cloud.client("stepfunctions").start_execution(
        stateMachineArn=workflow, name=purchase["purchase_id"], input=json.dumps(purchase)
    )
    cloud.settle()
    return str(started["executionArn"])


def ask(
    cloud: Cloud,
    workflow: str,
    *,
    cents: int = 0,
    text: str = "Desk",
    more: Json | None = None,
    twice: bool = False,
    lose: bool = False,
) -> tuple[Json, str]:
    """Start an execution whose purchase is large, and hand its message to the desk."""
    one: Json = {
        "purchase_id": new_id(cloud),
        "cents": cents or cloud.random.randrange(100_100, 900_000),
        "asked_by": "ines",
        "text": text,
        **(more or {}),
    }
    execution = start(cloud, workflow, one)
    found = described(cloud, execution)
    what = f"{found['status']}: {found.get('error', '')} {found.get('cause', '')}"
    expect(found["status"] in ("RUNNING", "SUCCEEDED"),
           f"A purchase was asked for, and its execution is {what[:400]}.")  # fmt: skip
    bodies = collect(cloud)
    expect(len(bodies) == 1, f"For a purchase of {one['cents']} cents, the queue got "
           f"{len(bodies)} messages.")  # fmt: skip
    if not lose:
        deliver(cloud, bodies * (2 if twice else 1))
    return {**one, "bodies": bodies}, execution


def collect(cloud: Cloud) -> list[str]:
    """The messages of the queue, which are then gone from it."""
    sqs, url = cloud.client("sqs"), cloud.queue("approvals").url
    bodies: list[str] = []
    while found := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for message in found:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            bodies.append(message["Body"])
    return bodies


def deliver(cloud: Cloud, bodies: list[str]) -> None:
    for body in bodies:
        cloud.call("desk.take", body)


def keep_alive(cloud: Cloud, times: int) -> None:
    """So often twelve hours pass, and the desk reports."""
    for _ in range(times):
        cloud.pass_time(12 * HOUR)
        cloud.call("desk.report")


def click(cloud: Cloud, one: Json, who: str, *, yes: bool, comment: str) -> Json:
    told = cloud.call("desk.answer", one["purchase_id"], who, yes, comment)
    expect(isinstance(told, dict), f"{who} clicked, and was told {shown(told)}.")
    return dict(told)


def persistent_click(cloud: Cloud, one: Json, who: str) -> Json:
    """Clicks again when the process ends in the middle."""
    for _ in WRITES:
        try:
            return click(cloud, one, who, yes=True, comment="ok")
        except ProgramError as error:
            if error.kind != "Runtime.ExitError":
                raise
    return click(cloud, one, who, yes=True, comment="ok")


def is_answered(
    cloud: Cloud, one: Json, execution: str, who: str, *, yes: bool, comment: str
) -> Json:
    """Somebody's click decides."""
    word = "approved" if yes else "declined"
    told = click(cloud, one, who, yes=yes, comment=comment)
    ended = output(cloud, execution)
    wanted = dict(zip(FIELDS, (one["purchase_id"], word, who, comment), strict=True))
    expect(ended == wanted, f"{who} {word} a purchase and said {shown(comment)}. The workflow "
           f"ended with {shown(ended)}.")  # fmt: skip
    expect(told == ended, f"{who} {word} a purchase, and was told {shown(told)}.")
    return ended


def refuses(cloud: Cloud, purchase_id: str, who: str, error: str, what: str) -> None:
    raised = cloud.raised("desk.answer", purchase_id, who, True, "yes")
    expect(raised == error, f"{what}, and {f'got a {raised}' if raised else 'was let through'}.")


def passes_by_rule(cloud: Cloud, workflow: str, cents: int) -> None:
    one = {"purchase_id": new_id(cloud), "cents": cents, "asked_by": "ines", "text": "Pens"}
    execution = start(cloud, workflow, one)
    bodies = collect(cloud)
    expect(not bodies, f"Somebody was asked about a purchase of {cents} cents.")
    ended = output(cloud, execution)
    wanted = dict(zip(FIELDS, (one["purchase_id"], "approved", "rule", ""), strict=True))
    expect(ended == wanted, f"After a purchase of {cents} cents, the workflow ended with "
           f"{shown(ended)}.")  # fmt: skip


def ends_undecided(cloud: Cloud, one: Json, execution: str, decision: str) -> Json:
    ended = output(cloud, execution)
    wanted = dict(zip(FIELDS, (one["purchase_id"], decision, "nobody", ""), strict=True))
    why = {"expired": "Nobody decided for three days", "lost": "The desk was silent for a day"}
    expect(ended == wanted, f"{why[decision]}. The workflow ended with {shown(ended)}.")
    return ended


def described(cloud: Cloud, execution: str) -> Json:
    cloud.settle()
    found: Json = cloud.client("stepfunctions").describe_execution(executionArn=execution)
    return found


def status(cloud: Cloud, execution: str) -> str:
    return str(described(cloud, execution)["status"])


def output(cloud: Cloud, execution: str) -> Json:
    """What an execution that has to end well has put out."""
    ended = described(cloud, execution)
    what = f"{ended['status']}: {ended.get('error', '')} {ended.get('cause', '')}"
    expect(ended["status"] == "SUCCEEDED", f"The execution of a purchase is {what[:400]}.")
    found = json.loads(ended["output"])
    expect(isinstance(found, dict), f"The output of the workflow is {shown(found)}.")
    return dict(found)


def now(cloud: Cloud) -> float:
    """The account's time, as the newest execution tells it."""
    sfn = cloud.client("stepfunctions")
    machine = sfn.list_state_machines()["stateMachines"][0]["stateMachineArn"]
    newest = sfn.list_executions(stateMachineArn=machine, maxResults=1)["executions"][0]
    return float(newest["startDate"].timestamp())


def shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 300 else f"{text[:300]}..."
