"""Renders films from a queue."""

import json
import threading
import time

import boto3

sqs = boto3.client("sqs")
films = boto3.resource("dynamodb").Table("films")
ONE = {":one": 1}


def render(job):
    """Render a film; yields after each scene. After the last one, the film is published."""
    key = {"film": job["film"]}
    for seconds in job["scenes"]:
        time.sleep(seconds)
        films.update_item(
            Key=key, UpdateExpression="ADD scenes :one", ExpressionAttributeValues=ONE
        )
        yield
    films.update_item(Key=key, UpdateExpression="ADD copies :one", ExpressionAttributeValues=ONE)


def is_published(job):
    """Whether somebody has rendered this film to its end."""
    return "copies" in films.get_item(Key={"film": job["film"]}, ConsistentRead=True).get("Item", {})


class TooLongError(Exception):
    """The film will not be finished while its job can be hidden."""


class Heart(threading.Thread):
    """Keeps one message hidden while the main thread works on it."""

    def __init__(self, message, seconds):
        super().__init__(daemon=True)
        self.message, self.seconds = message, seconds
        self.born = time.monotonic()
        self.stopped = threading.Event()

    def run(self):
        while not self.stopped.wait(self.seconds / 3):
            left = 12 * 3600 - 5 - (time.monotonic() - self.born)
            try:
                self.message.change_visibility(VisibilityTimeout=int(min(self.seconds, left)))
            except Exception as error:
                print("no heartbeat:", error)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *failure):
        self.stopped.set()
        self.join()

    def check_age(self):
        if time.monotonic() - self.born >= 11 * 3600:
            raise TooLongError


def run(queue_url, parking_url, timeout_seconds, seconds):
    queue, parking = (boto3.resource("sqs").Queue(url) for url in (queue_url, parking_url))
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        wait = max(1, min(20, int(left)))
        for message in queue.receive_messages(WaitTimeSeconds=wait):
            try:
                job = json.loads(message.body)
                if not is_published(job):
                    work(job, message, timeout_seconds)
            except TooLongError:
                parking.send_message(MessageBody=message.body)
            except Exception as error:
                print("failed:", error)
                message.change_visibility(VisibilityTimeout=0)
                continue
            message.delete()


def work(job, message, timeout_seconds):
    with Heart(message, timeout_seconds) as heart:
        for _scene in render(job):
            heart.check_age()
