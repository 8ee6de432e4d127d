"""Deploys one of the machines of machines.json. Nothing has to be changed here."""

import json
from pathlib import Path

import boto3

MACHINES = Path(__file__).parent / "machines.json"


def deploy(name, role_arn, values):
    """Make the state machine of that name; `values` replace ${...} in its definition."""
    definition = json.loads(MACHINES.read_text())[name]
    made = boto3.client("stepfunctions").create_state_machine(
        name=name,
        definition=filled(json.dumps(definition), values),
        roleArn=role_arn,
    )
    return made["stateMachineArn"]


def filled(text, values):
    for key, value in values.items():
        text = text.replace("${" + key + "}", value)
    return text
