"""GraphQL APIs of AppSync for the examples: made, connected with data sources, and asked."""

import json

import boto3
import requests

JAVASCRIPT = {"name": "APPSYNC_JS", "runtimeVersion": "1.0.0"}
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "appsync.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


class Api:
    """One GraphQL API; without settings, an API key lets callers in."""

    def __init__(self, name, schema, **settings):
        self.client = boto3.client("appsync")
        settings = {"authenticationType": "API_KEY", **settings}
        made = self.client.create_graphql_api(name=name, **settings)["graphqlApi"]
        self.id, self.url = made["apiId"], made["uris"]["GRAPHQL"]
        self.headers = {}
        if settings["authenticationType"] == "API_KEY":
            key = self.client.create_api_key(apiId=self.id)["apiKey"]["id"]
            self.headers = {"x-api-key": key}
        self.client.start_schema_creation(apiId=self.id, definition=schema.encode())

    def table(self, table, *actions):
        """A table as a data source of the same name, with a role for these actions on it alone."""
        role = _role(f"{table}-of-{self.id}", [f"dynamodb:{each}" for each in actions], table)
        self.client.create_data_source(
            apiId=self.id,
            name=table,
            type="AMAZON_DYNAMODB",
            serviceRoleArn=role,
            dynamodbConfig={"tableName": table, "awsRegion": "us-east-1"},
        )

    def function(self, name, arn):
        """A Lambda function as a data source."""
        role = _role(f"{name}-of-{self.id}", ["lambda:InvokeFunction"], arn=arn)
        self.client.create_data_source(
            apiId=self.id,
            name=name,
            type="AWS_LAMBDA",
            serviceRoleArn=role,
            lambdaConfig={"lambdaFunctionArn": arn},
        )

    def resolver(self, field, source, code, **settings):
        """A unit resolver in JavaScript for a field such as "Query.task"."""
        parent, name = field.split(".")
        settings |= {"dataSourceName": source, "code": code, "runtime": JAVASCRIPT}
        self.client.create_resolver(apiId=self.id, typeName=parent, fieldName=name, **settings)

    def ask(self, query, headers=None, **variables):
        """Send a request; returns the status and the answer's JSON."""
        answer = requests.post(
            self.url,
            json={"query": query, "variables": variables},
            headers=self.headers if headers is None else headers,
            timeout=35,
        )
        return answer.status_code, answer.json()


def _role(name, actions, table=None, arn=None):
    iam = boto3.client("iam")
    role = iam.create_role(RoleName=name[:64], AssumeRolePolicyDocument=json.dumps(TRUST))
    arn = arn or f"arn:aws:dynamodb:us-east-1:123456789012:table/{table}"
    statement = {"Effect": "Allow", "Action": actions, "Resource": [arn, f"{arn}/index/*"]}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    iam.put_role_policy(RoleName=name[:64], PolicyName="work", PolicyDocument=json.dumps(policy))
    return role["Role"]["Arn"]
