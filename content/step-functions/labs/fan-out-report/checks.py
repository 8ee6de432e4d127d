"""What the evening's workflow says of a day, and what it leaves in tables and queues."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from labs.checks import Cloud, check, expect, setup

type Json = dict[str, Any]

ROLE = "report"
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
TABLES = {"Bookings": "id", "Reports": "day"}
QUEUES = ("BankQueue", "OfficeQueue")
RESULTS = {"cash": "booked", "card": "sent"}
REPORT = "report"
KINDS = ("cash", "coupon", "card", "voucher", "coupon")
AT_ONCE = 5
MOST = 40
ENDS = ("MapIterationSucceeded", "MapIterationFailed", "MapIterationAborted")


@setup(once=True)
def build(cloud: Cloud) -> None:
    for table, key in TABLES.items():
        cloud.create_table(table, key=key)
    for queue in QUEUES:
        cloud.create_queue(queue)
    cloud.client("iam").create_role(RoleName=ROLE, AssumeRolePolicyDocument=json.dumps(TRUST))
    deploy(cloud, REPORT)


def deploy(cloud: Cloud, name: str, *, missing: str = "", **other: str) -> str:
    """The learner's workflow, with other tables, or one table or queue that does not exist."""
    role = cloud.client("iam").get_role(RoleName=ROLE)["Role"]["Arn"]
    values = {table: table for table in TABLES}
    values |= {queue: cloud.queue(queue).url for queue in QUEUES}
    if missing:
        values[missing] += "-closed"
    return str(cloud.call("deploy.deploy", name, role, values | other))


def deployed(cloud: Cloud) -> str:
    """The workflow of the setup."""
    machines = cloud.client("stepfunctions").list_state_machines()["stateMachines"]
    arns = [str(found["stateMachineArn"]) for found in machines if found["name"] == REPORT]
    expect(len(arns) == 1, f"deploy made no state machine with the name {REPORT}.")
    return arns[0]


@dataclass(frozen=True)
class Night:
    """One execution, for a day with these takings."""

    day: str
    takings: Sequence[Json]
    ended: Json

    @property
    def output(self) -> Json:
        """Of an execution that has to end well."""
        what = f"{self.ended['status']}: {self.ended.get('error')} {self.ended.get('cause', '')}"
        expect(self.ended["status"] == "SUCCEEDED", f"{self._named} has no report, as the "
               f"execution is {what[:300]}")  # fmt: skip
        output = json.loads(self.ended["output"])
        expect(isinstance(output, dict) and isinstance(output.get("lines"), list),
               f"{self._named} has no list of lines in its output, which is "
               f"{shown(output)}.")  # fmt: skip
        return dict(output)

    @property
    def _named(self) -> str:
        return f"A day with {len(self.takings)} taking(s)"

    def expect_lines(self, expected: Mapping[str, str] | None = None) -> Json:
        """Each taking has its line, in order; the results are of its kind, or as `expected`."""
        output = self.output
        ids = [taking["id"] for taking in self.takings]
        lines = output["lines"]
        expect(all(isinstance(line, dict) for line in lines), f"A line is {shown(lines)}.")
        found = [line.get("id") for line in lines]
        expect(len(found) == len(ids), f"{self._named} got {len(found)} line(s).")
        expect(found == ids, f"{self._named} has its lines in another order, or for other "
               f"takings: {shown(found)}.")  # fmt: skip
        for taking, line in zip(self.takings, lines, strict=True):
            result = (expected or {}).get(taking["id"]) or RESULTS[taking["kind"]]
            expect(line.get("result") == result, f"The taking {shown(taking)} got the result "
                   f"{shown(line.get('result'))}.")  # fmt: skip
            more = sorted(set(line) - {"id", "result"})
            expect(not more, f"A line of the report also has: {', '.join(more)}.")
        return output


def night(cloud: Cloud, takings: Sequence[Json], workflow: str = "") -> Night:
    """Run one evening."""
    sfn = cloud.client("stepfunctions")
    numbers = [cloud.random.randrange(*limits) for limits in ((1000, 9999), (10, 13), (10, 29))]
    day = "-".join(str(number) for number in numbers)
    given = json.dumps({"day": day, "takings": takings})
    started = sfn.start_execution(stateMachineArn=workflow or deployed(cloud), input=given)
    cloud.settle()
    return Night(day, takings, sfn.describe_execution(executionArn=started["executionArn"]))


def taking(cloud: Cloud, kind: str, **other: Any) -> Json:
    draw = cloud.random
    number = draw.randrange(10**9)
    cents = draw.randrange(100, 90000)
    kiosk = f"k-{draw.randrange(99)}"
    return {"id": f"t-{number}", "kiosk": kiosk, "kind": kind, "cents": cents, **other}


def is_unknown(one: Json) -> bool:
    return one.get("kind") not in RESULTS


@check("An evening with cash and cards is reported", points=2, visible=True)
def evening(cloud: Cloud) -> None:
    one = night(cloud, [taking(cloud, kind) for kind in ("cash", "card", "cash")])
    output = one.expect_lines()
    expect_done(cloud, one.takings)
    report, told = expect_report(cloud, one, failed=0)
    expect(output.get("day") == one.day, f"The report is for the day {shown(output.get('day'))}.")
    expect(output.get("message_id") == told, "Nobody can find the office's message by the id "
           f"{shown(output.get('message_id'))}.")  # fmt: skip
    more = sorted(set(output) - {"day", "lines", "message_id"})
    expect(not more, f"The output also has: {', '.join(more)}.")
    more = sorted(set(report) - {"day", "lines", "failed"})
    expect(not more, f"The stored report also has: {', '.join(more)}.")


@check("A bad taking costs one line", points=2, visible=True)
def bad_takings(cloud: Cloud) -> None:
    takings = [taking(cloud, cloud.random.choice(["cash", "card"])) for _ in range(5)]
    bad = [taking(cloud, "cash", cents="12,50"), taking(cloud, "cash", cents=None)]
    for one in bad:
        takings.insert(cloud.random.randrange(len(takings)), one)
    expect_costs_lines(cloud, takings, bad)


@check("A card's taking without a number does not reach the bank", points=2)
def bad_cards(cloud: Cloud) -> None:
    takings = [taking(cloud, "cash"), taking(cloud, "card")]
    bad = [taking(cloud, "card", cents="900"), taking(cloud, "card"), taking(cloud, "cash")]
    del bad[1]["cents"], bad[2]["cents"]
    expect_costs_lines(cloud, [bad[0], takings[0], bad[1], takings[1], bad[2]], bad)


@check("A kind that nobody knows gets its line as well", points=2)
def unknown_kinds(cloud: Cloud) -> None:
    takings = [taking(cloud, kind) for kind in ("coupon", "cash", "Cash", "card", "")]
    takings += [taking(cloud, "cash") | {"kind": kind} for kind in (None, 7)]
    without = taking(cloud, "cash")
    del without["kind"]
    takings.insert(1, without)
    unknown = [one for one in takings if is_unknown(one)]
    one = night(cloud, takings)
    one.expect_lines({taking["id"]: "unknown" for taking in unknown})
    expect_done(cloud, [one for one in takings if one not in unknown])
    expect_nothing(cloud, unknown)
    expect_report(cloud, one, failed=0)


@check("Days without takings, with one and with forty have reports", points=2)
def sizes(cloud: Cloud) -> None:
    for count in (0, 1, MOST):
        takings = [taking(cloud, KINDS[number % len(KINDS)]) for number in range(count)]
        one = night(cloud, takings)
        one.expect_lines({taking["id"]: "unknown" for taking in takings if is_unknown(taking)})
        expect_report(cloud, one, failed=0)


@check("Five takings at once, and no more", points=1)
def at_once(cloud: Cloud) -> None:
    one = night(cloud, [taking(cloud, "cash") for _ in range(2 * AT_ONCE)])
    one.expect_lines()
    most = most_at_once(cloud, one.ended["executionArn"])
    expect(most <= AT_ONCE, f"{most} takings were worked on at once.")
    expect(most > 1, "The takings were worked on one after the other.")


@check("A busy table delays a taking and does not fail it", points=1)
def busy(cloud: Cloud) -> None:
    table = cloud.create_table("BusyBookings", key="id")
    cloud.faults.throttle("dynamodb", "PutItem", times=2, where={"TableName": table.name})
    workflow = deploy(cloud, "busy", Bookings=table.name)
    one = night(cloud, [taking(cloud, "cash")], workflow)
    one.expect_lines()
    expect(len(table.items()) == 1, "A taking whose table was busy has no booking.")
    expect_report(cloud, one, failed=0)


@check("When a table or queue fails, its takings have failed and no others", points=2)
def calls_fail(cloud: Cloud) -> None:
    for missing, hit in (("Bookings", "cash"), ("BankQueue", "card")):
        workflow = deploy(cloud, f"no-{missing}", missing=missing)
        takings = [taking(cloud, kind) for kind in ("card", "cash", "card")]
        one = night(cloud, takings, workflow)
        expected = {one["id"]: "failed" for one in takings if one["kind"] == hit}
        one.expect_lines(expected)
        expect_done(cloud, [one for one in takings if one["kind"] != hit])
        expect_report(cloud, one, failed=len(expected))


@check("The report counts, and the message to the office is an extra", points=1)
def report_counts(cloud: Cloud) -> None:
    takings = [taking(cloud, "cash"), taking(cloud, "card")]
    one = night(cloud, takings, deploy(cloud, "no-office", missing="OfficeQueue"))
    output = one.expect_lines()
    expect_stored(cloud, one, failed=0)
    expect("message_id" in output and output["message_id"] is None, "The office got no message, "
           f"and the message's id is {shown(output.get('message_id', 'missing'))}.")  # fmt: skip
    one = night(cloud, takings, deploy(cloud, "no-reports", missing="Reports"))
    expect(one.ended["status"] == "FAILED", "The report could not be stored, and the execution is "
           f"{one.ended['status']}.")  # fmt: skip


def expect_costs_lines(cloud: Cloud, takings: Sequence[Json], bad: Sequence[Json]) -> None:
    one = night(cloud, takings)
    one.expect_lines({taking["id"]: "failed" for taking in bad})
    expect_done(cloud, [taking for taking in takings if taking not in bad])
    expect_nothing(cloud, bad)
    expect_report(cloud, one, failed=len(bad))


def expect_done(cloud: Cloud, takings: Sequence[Json]) -> None:
    """Each has its booking or its message to the bank."""
    bookings = {item["id"]: item for item in cloud.table("Bookings").items()}
    messages = read(cloud.queue("BankQueue").messages())
    for one in takings:
        if one["kind"] == "cash":
            wanted = {name: one[name] for name in ("id", "kiosk", "cents")}
            found = bookings.get(one["id"])
            expect(found == wanted, f"The taking {shown(one)} is booked as {found}.")
        else:
            wanted = {name: one[name] for name in ("id", "cents")}
            sent = [message for message in messages if message.get("id") == one["id"]]
            expect(len(sent) == 1, f"The bank got {len(sent)} messages of the taking "
                   f"{shown(one)}.")  # fmt: skip
            expect(sent[0] == wanted, f"The bank was told {shown(sent[0])} of the taking "
                   f"{shown(one)}.")  # fmt: skip


def expect_nothing(cloud: Cloud, takings: Sequence[Json]) -> None:
    found = {item["id"] for item in cloud.table("Bookings").items()}
    found |= {message.get("id") for message in read(cloud.queue("BankQueue").messages())}
    for one in takings:
        expect(one["id"] not in found, f"The taking {shown(one)} was booked or sent.")


def expect_report(cloud: Cloud, one: Night, *, failed: int) -> tuple[Json, str]:
    """The stored report, and the id of the office's message."""
    report = expect_stored(cloud, one, failed=failed)
    sqs, office = cloud.client("sqs"), cloud.queue("OfficeQueue")
    told = []
    while messages := sqs.receive_message(QueueUrl=office.url, MaxNumberOfMessages=10).get(
        "Messages"
    ):
        for message in messages:
            sqs.delete_message(QueueUrl=office.url, ReceiptHandle=message["ReceiptHandle"])
            (body,) = read([message["Body"]])
            if body.get("day") == one.day:
                told.append((body, str(message["MessageId"])))
    expect(len(told) == 1, f"The office got {len(told)} messages about the day.")
    body, found = told[0]
    wanted = {"day": one.day, "lines": len(one.takings), "failed": failed}
    expect(body == wanted and isinstance(body["lines"], int), "Of a day with "
           f"{len(one.takings)} taking(s), the office was told {shown(body)}.")  # fmt: skip
    return report, found


def expect_stored(cloud: Cloud, one: Night, *, failed: int) -> Json:
    stored = {item["day"]: item for item in cloud.table("Reports").items()}
    report: Json = stored.get(one.day, {})
    expect(bool(report), "The day has no report in the table.")
    for name, wanted in (("lines", len(one.takings)), ("failed", failed)):
        expect(report.get(name) == wanted, f"Of a day with {len(one.takings)} taking(s), the "
               f"report has {name}: {report.get(name)!s}.")  # fmt: skip
    return report


def most_at_once(cloud: Cloud, execution: str) -> int:
    """How many iterations of a Map were open at once, or may be where the Map is distributed."""
    sfn = cloud.client("stepfunctions")
    if runs := sfn.list_map_runs(executionArn=execution)["mapRuns"]:
        told = [sfn.describe_map_run(mapRunArn=run["mapRunArn"]) for run in runs]
        return max(run["maxConcurrency"] or MOST for run in told)
    pages = sfn.get_paginator("get_execution_history").paginate(executionArn=execution)
    now = most = 0
    for page in pages:
        for event in page["events"]:
            if event["type"] == "MapIterationStarted":
                now += 1
            elif event["type"] in ENDS:
                now -= 1
            most = max(most, now)
    return most


def read(bodies: Sequence[str]) -> list[Json]:
    """Messages that are JSON objects; what cannot be read has nothing in it."""
    found = []
    for body in bodies:
        try:
            message = json.loads(body)
        except ValueError:
            message = {}
        found.append(message if isinstance(message, dict) else {})
    return found


def shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 200 else f"{text[:200]}..."
