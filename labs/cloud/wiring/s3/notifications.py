"""From a bucket to functions, queues, topics and EventBridge, after the call was answered."""

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from botocore.exceptions import ClientError

from labs.cloud.clock import clock, iso_of
from labs.cloud.simulation import current
from labs.cloud.wiring import targets
from labs.cloud.wiring.eventbridge import put_service_event
from labs.cloud.wiring.s3.events import Event, as_detail, as_record, host_id, new_request_id
from labs.cloud.wiring.targets import Sender


def sender(bucket: str) -> Sender:
    return Sender(f"bucket {bucket}", "s3.amazonaws.com", f"arn:aws:s3:::{bucket}")


def notify(bucket: Any, event: Event) -> None:
    """Tell everybody who is configured in moto's bucket about an event, once each."""
    configuration = bucket.notification_configuration
    if configuration is None:
        return
    name = f"s3:{event.name}"
    for destinations, send in (
        (configuration.cloud_function, targets.to_function),
        (configuration.queue, targets.to_queue),
        (configuration.topic, _to_topic),
    ):
        for one in destinations:
            if one.matches(name, event.key):
                _later(event, one.arn, _sending(send, event, one.arn, one.id))
    if configuration.event_bridge is not None:
        kind, detail = as_detail(event, bucket.account_id)
        arn = sender(event.bucket).arn
        put_service_event("aws.s3", kind, detail, [arn], event.region)


def send_test(bucket: Any) -> None:
    """What queues and topics get when a bucket is told of them."""
    configuration = bucket.notification_configuration
    for destinations, send in (
        (configuration.queue, targets.to_queue),
        (configuration.topic, _to_topic),
    ):
        for arn in dict.fromkeys(one.arn for one in destinations):
            message = _test_message(bucket.name)

            def act(send: Any = send, arn: str = arn, message: str = message) -> None:
                with suppress(ClientError):
                    send(sender(bucket.name), arn, message)

            current().agenda.put(act, what=f"a test event of bucket {bucket.name} to {arn}")


def _test_message(bucket: str) -> str:
    request_id = new_request_id()
    return json.dumps(
        {
            "Service": "Amazon S3",
            "Event": "s3:TestEvent",
            "Time": iso_of(clock.millis()),
            "Bucket": bucket,
            "RequestId": request_id,
            "HostId": host_id(request_id),
        }
    )


def _sending(
    send: Callable[[Sender, str, str], None], event: Event, arn: str, configuration_id: str
) -> Callable[[], None]:
    message = json.dumps({"Records": [as_record(event, configuration_id)]})

    def act() -> None:
        # S3 does not try again what the destination does not let in; it stands in the trace.
        with suppress(ClientError):
            send(sender(event.bucket), arn, message)

    return act


def _to_topic(by: Sender, arn: str, message: str) -> None:
    targets.to_topic(by, arn, message, Subject="Amazon S3 Notification")


def _later(event: Event, arn: str, action: Callable[[], None]) -> None:
    target = arn.rpartition(":")[2]
    what = f"{event.name} of bucket {event.bucket} to {arn.split(':')[2]} {target}"
    current().agenda.put(action, what=what)
