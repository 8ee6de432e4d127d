"""Creates the state machine of machine.json. Nothing has to be changed here."""

from pathlib import Path

import boto3

MACHINE = Path(__file__).parent / "machine.json"


def deploy(name, role_arn, values):
    """Make the state machine, and return its ARN; `values` replace ${...} in its definition."""
    definition = MACHINE.read_text()
    for key, value in values.items():
        definition = definition.replace("${" + key + "}", value)
    made = boto3.client("stepfunctions").create_state_machine(
        name=name, definition=definition, roleArn=role_arn
    )
    return made["stateMachineArn"]
