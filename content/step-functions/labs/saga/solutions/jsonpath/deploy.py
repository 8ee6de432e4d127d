"""Creates the state machine of machine.json. Nothing has to be changed here."""

from pathlib import Path

import boto3

MACHINE = Path(__file__).parent / "machine.json"


def deploy(name, role_arn):
    """Make the state machine, and return its ARN."""
    made = boto3.client("stepfunctions").create_state_machine(
        name=name, definition=MACHINE.read_text(), roleArn=role_arn
    )
    return made["stateMachineArn"]
