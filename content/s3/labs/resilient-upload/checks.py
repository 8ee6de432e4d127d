"""What is in the archive, what was sent over the line, and what is on the bill."""

import json
import random
import re
from typing import Any

from labs.checks import Cloud, check, expect, setup

BUCKET, ARCHIVE = "archive-of-recordings", "archive"
KIB = 1024  # all is a hundredth of what it is on AWS
SMALLEST_PART = 50 * KIB
MAX_REQUEST = 80 * KIB
BLOCK = KIB
LARGE = 210 * KIB
ATTEMPTS = 5
SENDS = ("UploadPart", "PutObject")


@setup(once=True)
def build(cloud: Cloud) -> None:
    cloud.shrink_parts(SMALLEST_PART)
    cloud.client("s3").create_bucket(Bucket=BUCKET)
    cloud.deploy_function(
        ARCHIVE,
        handler="handler.handler",
        environment={"ARCHIVE_BUCKET": BUCKET},
        timeout_seconds=60,
    )


@check("A large recording arrives", points=1, visible=True)
def large_recording(cloud: Cloud) -> None:
    one = Recording(cloud, LARGE)
    answer = one.archive()
    one.expect_stored(answer)
    one.expect_requests()


@check("A small recording arrives", points=1, visible=True)
def small_recording(cloud: Cloud) -> None:
    one = Recording(cloud, cloud.random.randrange(5000, 50_000))
    one.expect_stored(one.archive())
    one.expect_stored(one.archive())


@check("Recordings of any size arrive", points=1)
def any_size(cloud: Cloud) -> None:
    for size in (
        0,
        1,
        SMALLEST_PART,
        SMALLEST_PART + 1,
        MAX_REQUEST,
        MAX_REQUEST + 1,
        2 * MAX_REQUEST,
    ):
        one = Recording(cloud, size)
        one.expect_stored(one.archive())
        one.expect_requests()


@check("What is there is never written over", points=2)
def taken(cloud: Cloud) -> None:
    small = cloud.random.randrange(1000, 40_000)
    for size in (small, LARGE):
        one = Recording(cloud, size)
        one.put_by_others(b"older")
        one.expect_taken(one.archive(), b"older")
        expect(not one.sent(), "A recording was sent although its key was taken before.")
    same = Recording(cloud, small)
    same.put_by_others(other := bytes(small))
    same.expect_taken(same.archive(), other)
    for size, operations in (
        (small, ("PutObject", "CompleteMultipartUpload")),
        (LARGE, ("CompleteMultipartUpload",)),
    ):
        one = Recording(cloud, size)
        for operation in operations:
            cloud.faults.interleave("s3", operation, one.put_by_others)
        one.expect_taken(one.archive(), b"faster")


@check("A repeated event sends nothing again", points=1)
def repeated(cloud: Cloud) -> None:
    one = Recording(cloud, LARGE)
    one.expect_stored(one.archive())
    before, written = one.sent(), one.written()
    cloud.pass_time(cloud.random.randrange(600, 9000))
    cloud.client("lambda").update_function_configuration(FunctionName=ARCHIVE, Description="anew")
    one.expect_stored(one.archive())
    expect(one.sent() == before, "A recording was sent again that was in the archive already.")
    expect(one.written() == written, "A recording was stored anew by a repeated event.")


@check("An interrupted upload goes on", points=3)
def goes_on(cloud: Cloud) -> None:
    for calls in (3, 6, 8, 10):
        one = Recording(cloud, LARGE)
        cloud.faults.kill(ARCHIVE, after_calls=calls)
        one.invoke()
        kept = one.parts()
        count = len(one.sent())
        one.expect_stored(one.archive())
        again = [number for number in one.sent()[count:] if number in kept]
        expect(not again, f"Part {again[:1]} was sent again after a crash, though S3 had it.")
        one.expect_requests()
    one = Recording(cloud, LARGE)
    cloud.faults.fail("s3", "UploadPart", code="AccessDenied", status=403, after=1)
    answer = one.invoke()
    if answer is not None:
        one.expect_stored(answer)  # it has tried once more
        return
    cloud.pass_time(cloud.random.randrange(600, 90_000))
    kept = one.parts()
    expect(bool(kept), "After a refused part, the parts that S3 had are gone.")
    count = len(one.sent())
    one.expect_stored(one.archive())
    again = [number for number in one.sent()[count:] if number in kept]
    expect(not again, f"Part {again[:1]} was sent again after an error, though S3 had it.")


@check("Trouble on the line is survived", points=2)
def trouble(cloud: Cloud) -> None:
    busy: dict[str, Any] = {"code": "InternalError", "status": 500, "message": "We are sorry."}
    cloud.faults.fail("s3", "UploadPart", **busy, after=1, times=2)
    cloud.faults.fail("s3", "CompleteMultipartUpload", **busy, times=6)
    one = Recording(cloud, LARGE)
    one.expect_stored(one.archive())
    for operation in ("CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload"):
        cloud.faults.lose_response("s3", operation)
    one = Recording(cloud, LARGE)
    one.expect_stored(one.archive())
    cloud.faults.lose_response("s3", "PutObject")
    one = Recording(cloud, 5000)
    one.expect_stored(one.archive())
    conflict: dict[str, Any] = {"code": "ConditionalRequestConflict", "status": 409}
    for operation in ("PutObject", "CompleteMultipartUpload"):
        cloud.faults.fail("s3", operation, **conflict)
    one = Recording(cloud, 6000)
    one.expect_stored(one.archive())


@check("Nothing of it is left open, and nothing else is touched", points=2)
def nothing_open(cloud: Cloud) -> None:
    s3 = cloud.client("s3")
    one = Recording(cloud, LARGE)
    others = {}
    for key in (f"{one.key}.tmp", f"{one.key}/a", f"{one.key[:-1]}"):
        place = {"Bucket": BUCKET, "Key": key}
        others[key] = s3.create_multipart_upload(**place)["UploadId"]
        s3.upload_part(**place, UploadId=others[key], PartNumber=1, Body=bytes(SMALLEST_PART))
    cloud.faults.kill(ARCHIVE, after_calls=4)
    one.invoke()
    one.put_by_others()
    one.expect_taken(one.archive(), b"faster")
    two = Recording(cloud, 2000)
    two.expect_stored(two.archive())
    # As of an attempt that died after the completion, and had begun two uploads.
    s3.create_multipart_upload(Bucket=BUCKET, Key=two.key)
    two.expect_stored(two.archive())
    found = s3.list_multipart_uploads(Bucket=BUCKET).get("Uploads", [])
    left = {upload["Key"]: upload["UploadId"] for upload in found}
    for key, upload in others.items():
        expect(left.get(key) == upload, "An upload of another key is gone.")


@check("A refusal ends the attempt", points=1)
def refused(cloud: Cloud) -> None:
    # The last check: what is left of this fault would hit others.
    one = Recording(cloud, LARGE)
    cloud.faults.fail("s3", "UploadPart", code="AccessDenied", status=403, times=12)
    before = len(cloud.calls("s3", "UploadPart"))
    answer = one.invoke()
    expect(answer is None, f"S3 refused every part, and the function answered {answer}.")
    tries = len(cloud.calls("s3", "UploadPart")) - before
    expect(tries <= 5, f"A part that S3 refuses was sent {tries} times in one attempt.")


class Recording:
    """One of a camera, and the key that it is to have."""

    def __init__(self, cloud: Cloud, size: int) -> None:
        self._cloud, self._s3 = cloud, cloud.client("s3")
        number = cloud.random.randrange(10**8)
        self.name, self.key, self.size = f"r-{number}", f"2026/{number}.bin", size
        self._begin = len(cloud.calls())

    def event(self) -> dict[str, Any]:
        return {"recording": self.name, "size": self.size, "key": self.key}

    def invoke(self) -> Any:
        """One attempt: its answer, None if it failed."""
        body = json.dumps(self.event()).encode()
        functions = self._cloud.client("lambda")
        answer = functions.invoke(FunctionName=ARCHIVE, Payload=body)
        return None if "FunctionError" in answer else json.load(answer["Payload"])

    def archive(self) -> Any:
        """The answer of the first attempt that gives one."""
        for _ in range(ATTEMPTS):
            if (answer := self.invoke()) is not None:
                return answer
            self._cloud.pass_time(60)
        return None

    def expect_stored(self, answer: Any) -> None:
        what = f"A recording of {self.size} bytes"
        expect(
            answer is not None, f"{what} has not arrived in {ATTEMPTS} attempts.{self._error()}"
        )
        expect(answer == {"status": "stored"}, f"{what} was answered with {str(answer)[:80]}.")
        found = self._read()
        expect(found is not None, f"{what} is not in the archive, and was told as stored.")
        expect(
            found == content(self.name, self.size), f"{what} is in the archive with other bytes."
        )
        self.expect_closed()

    def expect_taken(self, answer: Any, body: bytes) -> None:
        expect(self._read() == body, "Something that was in the archive was written over.")
        expect(
            answer == {"status": "taken"},
            f"The key held something else, and the answer was {str(answer)[:80]}.{self._error()}",
        )
        self.expect_closed()

    def expect_closed(self) -> None:
        count = len(self._uploads())
        expect(not count, f"{count} upload(s) of a finished key are still open, and billed.")

    def expect_requests(self) -> None:
        """None of them was too large."""
        for call in self._calls():
            size = sent_bytes(call.parameters)
            expect(size <= MAX_REQUEST, f"A request carried {size} bytes.")

    def put_by_others(self, body: bytes = b"faster") -> None:
        self._s3.put_object(Bucket=BUCKET, Key=self.key, Body=body)

    def sent(self) -> list[int]:
        """The part numbers that were sent, in order; 0 for a whole object."""
        return [part_number(call.parameters) for call in self._calls()]

    def parts(self) -> set[int]:
        """Those that S3 has."""
        return {
            part["PartNumber"]
            for upload in self._uploads()
            for part in self._s3.list_parts(Bucket=BUCKET, Key=self.key, UploadId=upload).get(
                "Parts", []
            )
        }

    def written(self) -> Any:
        return self._s3.head_object(Bucket=BUCKET, Key=self.key)["LastModified"]

    def _calls(self) -> list[Any]:
        calls = self._cloud.calls("s3")
        return [
            call
            for call in calls
            if call.operation in SENDS and f'"{self.key}"' in call.parameters
        ]

    def _uploads(self) -> list[str]:
        found = self._s3.list_multipart_uploads(Bucket=BUCKET, Prefix=self.key).get("Uploads", [])
        return [one["UploadId"] for one in found if one["Key"] == self.key]

    def _read(self) -> bytes | None:
        try:
            found: bytes = self._s3.get_object(Bucket=BUCKET, Key=self.key)["Body"].read()
        except self._s3.exceptions.NoSuchKey:
            return None
        return found

    def _error(self) -> str:
        errors = [one.error for one in self._cloud.function(ARCHIVE).invocations if one.error]
        if not errors:
            return ""
        kind, message = errors[-1].get("errorType"), str(errors[-1].get("errorMessage"))
        return f" The function's last error was {kind}: {message[:200]}"


def sent_bytes(parameters: str) -> int:
    """What the trace says of a request's body: "<6 bytes>"."""
    found = re.search(r'"Body": "<([\d,]+) ', parameters)
    return int(found[1].replace(",", "")) if found else 0


def part_number(parameters: str) -> int:
    found = re.search(r'"PartNumber": (\d+)', parameters)
    return int(found[1]) if found else 0


def content(recording: str, size: int) -> bytes:
    """What the camera gives."""
    blocks = range(-(-size // BLOCK))
    whole = b"".join(random.Random(f"{recording}:{n}").randbytes(BLOCK) for n in blocks)  # noqa: S311 - no secret
    return whole[:size]
