"""Says what Lambda does with events that fail."""

import boto3

functions = boto3.client("lambda")

functions.update_function_event_invoke_config(FunctionName="book-van", MaximumRetryAttempts=1)
