"""Settings for what fails, in two steps that add up."""

import boto3

NAME = "book-van"


def main():
    lambda_ = boto3.client("lambda")
    queue = boto3.resource("sqs").get_queue_by_name(QueueName="failed-orders")
    lambda_.update_function_event_invoke_config(
        FunctionName=NAME, MaximumRetryAttempts=2, MaximumEventAgeInSeconds=60 * 60
    )
    lambda_.update_function_event_invoke_config(
        FunctionName=NAME,
        DestinationConfig={"OnFailure": {"Destination": queue.attributes["QueueArn"]}},
    )


if __name__ == "__main__":
    main()
