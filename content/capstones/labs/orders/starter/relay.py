"""Gets the stream of the table outbox. Nothing is written there yet."""


def handler(event, context):
    for record in event["Records"]:
        print(record["eventName"], record["dynamodb"]["Keys"])
