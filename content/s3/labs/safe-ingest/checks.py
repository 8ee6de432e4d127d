"""What the website and the operators of the worker notice."""

import json
from typing import Any
from urllib.parse import quote_plus

from labs.checks import Cloud, check, expect, setup

BUCKET, WORKER = "stations", "ingest"
ACCOUNT = "arn:aws:sqs:us-east-1:123456789012"
VISIBILITY_SECONDS = 30
PURGE_SECONDS = 61  # between two purges of a queue
PUBLISHED = {
    "Id": "website",
    "QueueArn": f"{ACCOUNT}:published",
    "Events": ["s3:ObjectCreated:*"],
    "Filter": {"Key": {"FilterRules": [{"Name": "Prefix", "Value": "out/"}]}},
}
LENGTH = 18  # of a sequencer as S3 usually writes it

mapping: dict[str, str] = {}


@setup(once=True)
def build(cloud: Cloud) -> None:
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    cloud.create_table("state", key="key")
    cloud.create_queue("ingest-dlq")
    cloud.create_queue(
        "ingest",
        visibility_seconds=VISIBILITY_SECONDS,
        dead_letter="ingest-dlq",
        max_receive_count=3,
    )
    cloud.create_queue("published")
    for name in ("ingest", "published"):
        let_s3_send(cloud, name)
    s3.put_bucket_notification_configuration(
        Bucket=BUCKET, NotificationConfiguration={"QueueConfigurations": [PUBLISHED]}
    )
    cloud.deploy_function(
        WORKER,
        handler="handler.handler",
        environment={"TABLE_NAME": "state"},
        timeout_seconds=5,
    )
    cloud.map_queue("ingest", WORKER, batch_size=10, report_batch_item_failures=True)
    (made,) = cloud.client("lambda").list_event_source_mappings()["EventSourceMappings"]
    mapping["id"] = made["UUID"]
    cloud.run("wire.py")


@check("New files have their summaries", points=1, visible=True)
def new_files(cloud: Cloud) -> None:
    station = Station(cloud)
    for name in ("a.csv", "b.csv"):
        station.upload(name)
    station.upload("empty.csv", [])
    cloud.settle()
    station.expect_summaries()
    station.upload("a.csv")
    cloud.settle()
    station.expect_summaries()
    for body in cloud.queue("ingest-dlq").messages():
        expect("Records" in json.loads(body), "What S3 sent first is in the dead-letter queue.")


@check("Removed files have none", points=1, visible=True)
def removed_files(cloud: Cloud) -> None:
    station = Station(cloud)
    for name in ("a.csv", "b.csv", "c.csv"):
        station.upload(name)
    cloud.settle()
    station.remove("b.csv")
    cloud.settle()
    station.expect_summaries()
    station.upload("b.csv")
    cloud.settle()
    station.expect_summaries()


@check("Files may have any name", points=1)
def any_name(cloud: Cloud) -> None:
    station = Station(cloud)
    number = cloud.random.randrange(100)
    for name in (
        f"Nord See/März {number}.csv",
        f"a+b {number}%20.csv",
        "in/out/in/x.csv",
        "cabin/in/.csv",
        "100% & more?#.csv",
        "no-ending",
        "x.json",
    ):
        station.upload(name)
    cloud.settle()
    station.expect_summaries()


@check("Only the folder wakes the worker", points=2)
def only_the_folder(cloud: Cloud) -> None:
    station, s3 = Station(cloud), cloud.client("s3")
    before = len(station.invoked_for())
    station.upload("a.csv")
    s3.put_object(Bucket=BUCKET, Key=f"archive/{station.name}.csv", Body=b"1")
    s3.put_object(Bucket=BUCKET, Key=f"plain-{station.name}", Body=b"1")
    s3.put_object(Bucket=BUCKET, Key=f"inbox-{station.name}", Body=b"1")
    cloud.settle()
    station.expect_summaries()
    foreign = [key for key in station.invoked_for()[before:] if not key.startswith("in/")]
    expect(not foreign, f"The worker was woken by {foreign[:1]}, which is no station's file.")
    station.expect_published("a.csv", 1, "a new file")
    source = {"Bucket": BUCKET, "Key": station.key("a.csv")}
    s3.copy_object(Bucket=BUCKET, Key=station.key("copy.csv"), CopySource=source)
    station.files["copy.csv"] = station.files["a.csv"]
    station.upload_in_parts("parts.csv")
    cloud.settle()
    station.expect_summaries()
    configuration = notifications(cloud)
    cloud.run("wire.py")
    again = notifications(cloud)
    expect(again == configuration, "After a second run of wire.py the bucket tells other things.")
    queues = [one.get("QueueArn") for one in configuration]
    expect(PUBLISHED["QueueArn"] in queues, "The website does not hear of new summaries any more.")


@check("A repeated event writes nothing", points=2)
def repeated(cloud: Cloud) -> None:
    station = Station(cloud, held=True)
    for name in ("a.csv", "b.csv", "c.csv"):
        station.upload(name)
    events = station.told(3)
    station.deliver(*events, *events[:1])
    for name in station.files:
        station.expect_published(name, 1, "one upload")
    cloud.pass_time(cloud.random.randrange(600, 9000))
    cloud.client("lambda").update_function_configuration(FunctionName=WORKER, Description="anew")
    station.deliver(*reversed(events))
    station.expect_summaries()
    for name in station.files:
        station.expect_published(name, 1, "one upload, told three times")
    station.upload("a.csv")
    station.deliver(*station.told(1))
    station.deliver(*events)
    station.expect_summaries()
    station.expect_published("a.csv", 2, "two uploads, of which the first was told again later")
    station.remove("b.csv")
    station.deliver(*station.told(1))
    station.deliver(*events)
    station.expect_summaries()
    station.expect_published("b.csv", 1, "a file that was removed since then")


@check("The order of events is no matter", points=2)
def any_order(cloud: Cloud) -> None:
    station = Station(cloud, held=True)
    for name in ("back.csv", "gone.csv", "twice.csv"):
        station.upload(name)
    station.deliver(*station.told(3))
    station.remove("back.csv")
    station.upload("back.csv")
    station.upload("gone.csv")
    station.remove("gone.csv")
    station.upload("twice.csv")
    station.upload("twice.csv")
    station.deliver(*reversed(station.told(6)))
    station.expect_summaries()
    # An event of a removal comes long after the file is back, with a sequencer of another length.
    for longer in (True, False):
        name = f"{longer}.csv"
        older, newer = sequencers(cloud, longer_is_older=longer)
        station.upload(name)
        station.told(1)
        station.deliver(station.event("ObjectCreated:Put", name, newer))
        station.deliver(station.event("ObjectRemoved:Delete", name, older))
        station.expect_summaries()
        other = f"other-{longer}.csv"
        older, newer = sequencers(cloud, longer_is_older=longer)
        station.upload(other)
        station.told(1)
        station.deliver(station.event("ObjectCreated:Put", other, older))
        station.upload(other)
        station.told(1)
        station.deliver(station.event("ObjectCreated:Put", other, newer))
        station.expect_summaries()


@check("A file that is gone is no failure", points=1)
def gone(cloud: Cloud) -> None:
    station = Station(cloud, held=True)
    station.upload("a.csv")
    station.upload("short.csv")
    station.remove("short.csv")
    station.upload("replaced.csv")
    station.deliver(*station.told(4))
    station.upload("replaced.csv")
    station.remove("replaced.csv")
    created, removed = station.told(2)
    station.deliver(created)
    station.expect_no_dead_letters("a file was gone before it could be read")
    station.deliver(removed)
    station.expect_summaries()
    station.expect_no_dead_letters("a file was gone before it could be read")
    expect(
        len(set(station.deliveries().values()) - {1}) == 0,
        "A message about a file that is gone was delivered again and again.",
    )


@check("A bad file holds nobody up", points=1)
def bad_files(cloud: Cloud) -> None:
    station = Station(cloud, held=True)
    bad = {"gap.csv": b"12\n\n3", "half.csv": b"1.5\n", "bytes.csv": b"1\n2\xff\n"}
    for number, (name, body) in enumerate(bad.items()):
        station.upload(f"good-{number}.csv")
        station.put(name, body)
    station.deliver(*station.told(2 * len(bad)))
    station.expect_summaries()
    dead = [body for body in cloud.queue("ingest-dlq").messages() if station.name in body]
    expect(
        len(dead) == len(bad),
        f"Three files cannot be read, and {len(dead)} messages are in the dead-letter queue.",
    )
    for told, count in station.deliveries().items():
        is_bad = any(name in told for name in bad)
        expect(is_bad or count == 1, "A message came again although its file was fine.")


@check("What fails is done later", points=3)
def done_later(cloud: Cloud) -> None:
    # The last check: faults that hit nothing here would hit others.
    station = Station(cloud, held=True)
    denied: dict[str, Any] = {"code": "AccessDenied", "status": 403, "message": "Access Denied"}
    busy: dict[str, Any] = {"code": "SlowDown", "status": 503, "times": 2}
    for operation, fault in (("GetObject", denied), ("GetObject", busy), ("PutObject", denied)):
        station.upload(f"{operation}-{fault['code']}.csv")
        cloud.faults.fail("s3", operation, **fault)
        station.deliver(*station.told(1))
        station.expect_summaries()
    for operation in ("GetItem", "PutItem", "UpdateItem"):
        station.upload(f"{operation}.csv")
        cloud.faults.fail("dynamodb", operation, code="AccessDeniedException")
        station.deliver(*station.told(1))
        station.expect_summaries()
    station.remove("GetItem.csv")
    cloud.faults.fail("s3", "DeleteObject", **denied)
    station.deliver(*station.told(1))
    station.expect_summaries()
    station.expect_no_dead_letters("S3 refused one call only")
    for change, calls in (
        (station.upload, 2),
        (station.upload, 3),
        (station.upload, 4),
        (station.remove, 2),
    ):
        change(f"crash-{min(calls, 3)}.csv")
        cloud.faults.kill(WORKER, after_calls=calls)
        station.deliver(*station.told(1))
        station.expect_summaries()


class Station:
    """A folder of its own in `in/`. If it is `held`, a check delivers what S3 tells of it."""

    def __init__(self, cloud: Cloud, *, held: bool = False) -> None:
        self._cloud, self._s3 = cloud, cloud.client("s3")
        self.name = f"inland-{cloud.random.randrange(10**8)}"
        self.files: dict[str, list[int]] = {}
        # Of each file the numbers and the summary's ETag that fitted: they need no second look.
        self._fitted: dict[str, tuple[list[int], str]] = {}
        self._uploads = cloud.random.randrange(2)
        self._listen(is_on=not held)

    def key(self, name: str) -> str:
        return f"in/{self.name}/{name}"

    def put(self, name: str, body: bytes) -> None:
        self._cloud.pass_time(1)
        self._s3.put_object(Bucket=BUCKET, Key=self.key(name), Body=body)

    def upload(self, name: str, numbers: list[int] | None = None) -> None:
        random = self._cloud.random
        if numbers is None:
            numbers = [random.randrange(-400, 500) for _ in range(random.randrange(2, 9))]
        self.files[name] = numbers
        text = "\n".join(map(str, numbers))
        self._uploads += 1
        end = "\n" * (self._uploads % 2) if text else ""
        self.put(name, (text + end).encode())

    def upload_in_parts(self, name: str) -> None:
        place = {"Bucket": BUCKET, "Key": self.key(name)}
        upload = {**place, "UploadId": self._s3.create_multipart_upload(**place)["UploadId"]}
        part = self._s3.upload_part(**upload, PartNumber=1, Body=b"5\n6\n")
        done = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
        self._s3.complete_multipart_upload(**upload, MultipartUpload=done)
        self.files[name] = [5, 6]

    def remove(self, name: str) -> None:
        self._cloud.pass_time(1)
        self._s3.delete_object(Bucket=BUCKET, Key=self.key(name))
        del self.files[name]

    def told(self, count: int) -> list[str]:
        """What S3 has told the queue since the last time; the worker did not get it."""
        self._cloud.settle()
        queue = self._cloud.queue("ingest")
        found = queue.messages()
        expect(
            len(found) == count,
            f"In the folder in/ {count} thing(s) happened, and the queue heard of {len(found)}.",
        )
        self._cloud.client("sqs").purge_queue(QueueUrl=queue.url)
        self._cloud.pass_time(PURGE_SECONDS)
        return found

    def deliver(self, *events: str) -> None:
        """These events, in this order, until all is done or put aside."""
        self._cloud.queue("ingest").send(*events)
        self._listen(is_on=True)
        self._cloud.settle()
        self._listen(is_on=False)

    def _listen(self, *, is_on: bool) -> None:
        """Let the worker get what is in its queue, or not."""
        functions = self._cloud.client("lambda")
        functions.update_event_source_mapping(UUID=mapping["id"], Enabled=is_on)

    def event(self, kind: str, name: str, sequencer: str) -> str:
        body = {"key": quote_plus(self.key(name)), "size": 1, "eTag": "", "sequencer": sequencer}
        record = {
            "eventVersion": "2.1",
            "eventSource": "aws:s3",
            "awsRegion": "us-east-1",
            "eventTime": "2026-05-04T12:00:00.000Z",
            "eventName": kind,
            "s3": {
                "s3SchemaVersion": "1.0",
                "configurationId": "ingest",
                "bucket": {"name": BUCKET, "arn": f"arn:aws:s3:::{BUCKET}"},
                "object": body,
            },
        }
        return json.dumps({"Records": [record]})

    def expect_summaries(self) -> None:
        """The summaries of this station fit its files."""
        prefix = f"out/{self.name}/"
        listed = self._s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", [])
        found = {one["Key"].removeprefix(prefix): one["ETag"] for one in listed}
        wanted = {f"{name}.json": name for name in self.files}
        for summary, name in wanted.items():
            expect(summary in found, f"The file '{name}' has no summary.{self._last_error()}")
            numbers = self.files[name]
            if self._fitted.get(name) == (numbers, found[summary]):
                continue
            body = self._s3.get_object(Bucket=BUCKET, Key=prefix + summary)["Body"].read()
            right: dict[str, Any] = {"count": len(numbers), "sum": sum(numbers)}
            expect(parsed(body) == right, f"The summary of '{name}' does not fit the file.")
            self._fitted[name] = (numbers, found[summary])
        more = sorted(found.keys() - wanted.keys())
        expect(not more, f"There is a summary '{more[:1]}' of no file that is there.")

    def expect_published(self, name: str, count: int, what: str) -> None:
        key = quote_plus(f"out/{self.name}/{name}.json", safe="/")
        bodies = self._cloud.queue("published").messages()
        found = sum(
            record["s3"]["object"]["key"] == key
            for body in bodies
            for record in json.loads(body).get("Records", [])
        )
        expect(found <= count, f"For {what} the website was built {found} times.")
        expect(found == count, f"For {what} the website was built {found} time(s) only.")

    def expect_no_dead_letters(self, why: str) -> None:
        dead = [one for one in self._cloud.queue("ingest-dlq").messages() if self.name in one]
        expect(not dead, f"A message is in the dead-letter queue, though {why}.")

    def invoked_for(self) -> list[str]:
        """The keys that the worker was told of, in order."""
        return [
            record["s3"]["object"]["key"]
            for invocation in self._cloud.function(WORKER).invocations
            for message in invocation.event.get("Records", [])
            for record in json.loads(message["body"]).get("Records", [])
        ]

    def deliveries(self) -> dict[str, int]:
        """How often each message of this station was delivered, by its body."""
        counts: dict[str, int] = {}
        for invocation in self._cloud.function(WORKER).invocations:
            for message in invocation.event.get("Records", []):
                if self.name in message["body"]:
                    counts[message["body"]] = counts.get(message["body"], 0) + 1
        return counts

    def _last_error(self) -> str:
        errors = [one.error for one in self._cloud.function(WORKER).invocations if one.error]
        if not errors:
            return ""
        kind, message = errors[-1].get("errorType"), str(errors[-1].get("errorMessage"))
        return f" The function's last error was {kind}: {message[:200]}"


def parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None


def sequencers(cloud: Cloud, *, longer_is_older: bool) -> tuple[str, str]:
    """An older and a newer one, of different lengths."""
    stem = cloud.random.randrange(16**8, 16**9)
    long, short = LENGTH, LENGTH - 6
    tail = f"{cloud.random.randrange(16**5):05X}"
    older, newer = f"00{stem:09X}", f"00{stem + 1:09X}"
    if longer_is_older:
        return f"{older}F{tail}F"[:long], newer[:short]
    return older[:short], f"{newer}0{tail}1"[:long]


def notifications(cloud: Cloud) -> list[dict[str, Any]]:
    """What the bucket tells whom, without order and names."""
    told = cloud.client("s3").get_bucket_notification_configuration(Bucket=BUCKET)
    told.pop("ResponseMetadata", None)
    found = [one for entries in told.values() if isinstance(entries, list) for one in entries]
    for one in found:
        one.pop("Id", None)
    return sorted(found, key=lambda one: json.dumps(one, sort_keys=True))


def let_s3_send(cloud: Cloud, name: str) -> None:
    queue = cloud.queue(name)
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue.arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": f"arn:aws:s3:::{BUCKET}"}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    cloud.client("sqs").set_queue_attributes(QueueUrl=queue.url, Attributes={"Policy": policy})
