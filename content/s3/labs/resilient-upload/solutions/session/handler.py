"""One attempt to store a recording, as an object; large ones and small ones go the same way."""

import os
from functools import cached_property
from io import BytesIO

import boto3
import camera
from botocore.exceptions import ClientError

READ = 10 * 1024
PART = 8 * READ

bucket = boto3.resource("s3").Bucket(os.environ["ARCHIVE_BUCKET"])


class TakenError(Exception):
    """The key holds something else."""


class Session:
    def __init__(self, recording, size, key):
        self.recording, self.size = recording, size
        self.target = bucket.Object(key)

    def run(self):
        try:
            if not self.is_stored():
                self.send()
        finally:
            if self.exists():
                self.tidy()

    def exists(self):
        try:
            self.target.load()
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                return False
            raise
        return True

    def is_stored(self):
        if not self.exists():
            return False
        if self.target.metadata != self.label or self.target.content_length != self.size:
            raise TakenError
        return True

    @property
    def label(self):
        return {"camera-recording": self.recording}

    def uploads(self):
        found = bucket.multipart_uploads.filter(Prefix=self.target.key)
        return [one for one in found if one.object_key == self.target.key]

    @cached_property
    def upload(self):
        for found in self.uploads():
            return found
        return self.target.initiate_multipart_upload(Metadata=self.label)

    def send(self):
        if self.size == 0:
            self.create(lambda: self.target.put(Body=b"", Metadata=self.label, IfNoneMatch="*"))
            return
        known = {part.part_number: part.e_tag for part in self.upload.parts.all()}
        parts = []
        for index in range(-(-self.size // PART)):
            etag = known.get(index + 1) or self.send_part(index)
            parts.append({"ETag": etag, "PartNumber": index + 1})
        self.create(
            lambda: self.upload.complete(MultipartUpload={"Parts": parts}, IfNoneMatch="*")
        )

    def create(self, call):
        try:
            call()
        except ClientError as error:
            if error.response["Error"]["Code"] != "PreconditionFailed" or not self.is_stored():
                raise

    def send_part(self, index):
        body = BytesIO()
        begin, end = index * PART, min((index + 1) * PART, self.size)
        for offset in range(begin, end, READ):
            body.write(camera.read(self.recording, offset, min(READ, end - offset)))
        return self.upload.Part(index + 1).upload(Body=body.getvalue())["ETag"]

    def tidy(self):
        for upload in self.uploads():
            upload.abort()


def handler(event, context):
    try:
        Session(**event).run()
    except TakenError:
        return {"status": "taken"}
    return {"status": "stored"}
