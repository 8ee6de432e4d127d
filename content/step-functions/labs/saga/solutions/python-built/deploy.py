"""Builds the saga from a table of its steps; machine.json is not used."""

import json

import boto3

UPDATE = "arn:aws:states:::aws-sdk:dynamodb:updateItem"
REFUSED = "DynamoDb.ConditionalCheckFailedException"
# table: key, number, how much, refusal
STEPS = {
    "stock": ("article", "pieces", {"N.$": "States.JsonToString($.order.count)"}, "OutOfStock"),
    "wallets": (
        "customer",
        "cents",
        {"N.$": "States.JsonToString($.order.cents)"},
        "PaymentDeclined",
    ),
    "vans": ("van", "places", {"N": "1"}, "VanFull"),
}
RETRY = [
    {
        "ErrorEquals": [
            "DynamoDb.ProvisionedThroughputExceededException",
            "DynamoDb.ThrottlingException",
            "DynamoDb.InternalServerErrorException",
            "DynamoDb.SdkClientException",
        ],
        "IntervalSeconds": 1,
        "MaxAttempts": 5,
        "BackoffRate": 1.5,
        "MaxDelaySeconds": 10,
    }
]


def deploy(name, role_arn):
    made = boto3.client("stepfunctions").create_state_machine(
        name=name, definition=json.dumps(saga()), roleArn=role_arn
    )
    return made["stateMachineArn"]


def saga():
    states = {"Start": {"Type": "Pass", "Parameters": {"order.$": "$"}, "Next": "Take_stock"}}
    tables = list(STEPS)
    for number, table in enumerate(tables):
        last = number == len(tables) - 1
        states |= take(table, "Succeeded" if last else f"Take_{tables[number + 1]}")
        states |= undo(table, f"Undo_{tables[number - 1]}" if number else "Tell")
    states["Succeeded"] = {"Type": "Succeed", "OutputPath": "$.order"}
    repair = {"Variable": "$.repair", "IsPresent": True, "Next": "NeedsRepair"}
    states["Tell"] = {"Type": "Choice", "Choices": [repair], "Default": "GivenBack"}
    states["NeedsRepair"] = {"Type": "Fail", "Error": "NeedsRepair"}
    states["GivenBack"] = {"Type": "Fail", "ErrorPath": "$.why.Error"}
    return {"StartAt": "Start", "States": states}


def take(table, following):
    """Was it refused, or done before by a call whose answer was lost? A look tells."""
    key, number, _, refusal = STEPS[table]
    parameters = update(table, f"SET {number} = {number} - :n ADD orders :ids")
    parameters["ConditionExpression"] = f"{number} >= :n AND NOT contains(orders, :id)"
    return {
        f"Take_{table}": {
            "Type": "Task",
            "Resource": UPDATE,
            "Parameters": parameters,
            "ResultPath": None,
            "Retry": RETRY,
            "Catch": [
                {"ErrorEquals": [REFUSED], "ResultPath": "$.why", "Next": f"Look_{table}"},
                {"ErrorEquals": ["States.ALL"], "ResultPath": "$.why", "Next": f"Undo_{table}"},
            ],
            "Next": following,
        },
        f"Look_{table}": {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:dynamodb:getItem",
            "Parameters": {
                "TableName": table,
                "Key": {key: {"S.$": f"$.order.{key}"}},
                "ConsistentRead": True,
            },
            "ResultSelector": {"ids.$": "$..SS[*]"},
            "ResultPath": "$.look",
            "Retry": RETRY,
            "Catch": [
                {"ErrorEquals": ["States.ALL"], "ResultPath": "$.why", "Next": f"Undo_{table}"}
            ],
            "Next": f"Compare_{table}",
        },
        f"Compare_{table}": {
            "Type": "Pass",
            "Parameters": {"mine.$": "States.ArrayContains($.look.ids, $.order.order_id)"},
            "ResultPath": "$.look",
            "Next": f"Was_{table}",
        },
        f"Was_{table}": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.look.mine", "BooleanEquals": True, "Next": following}],
            "Default": f"Refused_{table}",
        },
        f"Refused_{table}": {
            "Type": "Pass",
            "Result": {"Error": refusal},
            "ResultPath": "$.why",
            "Next": f"Undo_{table}",
        },
    }


def undo(table, following):
    number = STEPS[table][1]
    parameters = update(table, f"SET {number} = {number} + :n DELETE orders :ids")
    parameters["ConditionExpression"] = "contains(orders, :id)"
    return {
        f"Undo_{table}": {
            "Type": "Task",
            "Resource": UPDATE,
            "Parameters": parameters,
            "ResultPath": None,
            "Retry": RETRY,
            "Catch": [
                {"ErrorEquals": [REFUSED], "ResultPath": None, "Next": following},
                {"ErrorEquals": ["States.ALL"], "ResultPath": "$.repair", "Next": following},
            ],
            "Next": following,
        }
    }


def update(table, expression):
    key, _, amount, _ = STEPS[table]
    return {
        "TableName": table,
        "Key": {key: {"S.$": f"$.order.{key}"}},
        "UpdateExpression": expression,
        "ExpressionAttributeValues": {
            ":n": amount,
            ":id": {"S.$": "$.order.order_id"},
            ":ids": {"SS.$": "States.Array($.order.order_id)"},
        },
    }
