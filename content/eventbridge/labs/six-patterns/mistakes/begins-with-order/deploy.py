"""Puts a rule on the bus for each pattern in patterns.json. There is nothing to change here."""

import json
from pathlib import Path

import boto3

events = boto3.client("events")


def main():
    patterns = json.loads(Path(__file__).with_name("patterns.json").read_text())
    for name, pattern in patterns.items():
        try:
            events.put_rule(Name=name, EventBusName="shop", EventPattern=json.dumps(pattern))
        except events.exceptions.InvalidEventPatternException as error:
            print(f"{name}: {error}")


if __name__ == "__main__":
    main()
