"""Builds the workflow: the step of a taking is wrapped, so that each of its errors is one line."""

import json

import boto3

PUT = "arn:aws:states:::dynamodb:putItem"
SEND = "arn:aws:states:::sqs:sendMessage"
BUSY = {"ErrorEquals": ["DynamoDB.ProvisionedThroughputExceededException"], "MaxAttempts": 5}


def deploy(name, role_arn, values):
    made = boto3.client("stepfunctions").create_state_machine(
        name=name, definition=json.dumps(report(values)), roleArn=role_arn
    )
    return made["stateMachineArn"]


def report(values):
    takings = {
        "Type": "Map",
        "ItemsPath": "$.takings",
        "ItemSelector": {
            "id.$": "$$.Map.Item.Value.id",
            "taking.$": "States.JsonMerge($.nothing, $$.Map.Item.Value, false)",
        },
        "MaxConcurrency": 5,
        "ItemProcessor": machine(guarded(values), line("failed")),
        "ResultPath": "$.lines",
        "Next": "Summary",
    }
    nothing = {"kind": "none", "cents": "none"}
    return machine(
        {"Nothing": {"Type": "Pass", "Result": nothing, "ResultPath": "$.nothing"}},
        {"Takings": takings},
        {"Summary": summary()},
        {"Tell": tell(values)},
        {"Output": output()},
    )


def guarded(values):
    catch = [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "failed"}]
    work = {"Type": "Parallel", "Branches": [work_on(values)], "OutputPath": "$[0]"}
    return {"Guarded": {**work, "Catch": catch, "End": True}}


def work_on(values):
    numeric = {"Variable": "$.taking.cents", "IsNumeric": True}
    choices = [
        {"And": [of_kind("cash"), numeric], "Next": "Book"},
        {"And": [of_kind("card"), numeric], "Next": "Send"},
        {"Or": [of_kind("cash"), of_kind("card")], "Next": "NoNumber"},
    ]
    item = {
        "id": {"S.$": "$.id"},
        "kiosk": {"S.$": "$.taking.kiosk"},
        "cents": {"N.$": "States.JsonToString($.taking.cents)"},
    }
    body = {"id.$": "$.id", "cents.$": "$.taking.cents"}
    states = {
        "Kind": {"Type": "Choice", "Choices": choices, "Default": "unknown"},
        "Book": task(PUT, {"TableName": values["Bookings"], "Item": item}, Next="booked"),
        "Send": task(SEND, {"QueueUrl": values["BankQueue"], "MessageBody": body}, Next="sent"),
        "NoNumber": {"Type": "Fail", "Error": "NoNumber"},
        **line("booked"),
        **line("sent"),
        **line("unknown"),
    }
    return {"StartAt": "Kind", "States": states}


def of_kind(kind):
    return {"Variable": "$.taking.kind", "StringEquals": kind}


def line(result):
    return {
        result: {"Type": "Pass", "Parameters": {"id.$": "$.id", "result": result}, "End": True}
    }


def summary():
    failed = "States.ArrayLength($.lines[?(@.result == 'failed')])"
    return {
        "Type": "Pass",
        "Parameters": {"lines.$": "States.ArrayLength($.lines)", "failed.$": failed},
        "ResultPath": "$.summary",
    }


def tell(values):
    item = {
        "day": {"S.$": "$.day"},
        "lines": {"N.$": "States.Format('{}', $.summary.lines)"},
        "failed": {"N.$": "States.Format('{}', $.summary.failed)"},
    }
    body = {"day.$": "$.day", "lines.$": "$.summary.lines", "failed.$": "$.summary.failed"}
    office = task(SEND, {"QueueUrl": values["OfficeQueue"], "MessageBody": body}, End=True)
    office["Catch"] = [{"ErrorEquals": ["States.ALL"], "Next": "NotTold"}]
    office["ResultPath"] = "$"
    store = task(PUT, {"TableName": values["Reports"], "Item": item}, End=True)
    not_told = {"Type": "Pass", "Parameters": {"MessageId": None}, "End": True}
    return {
        "Type": "Parallel",
        "Branches": [
            {"StartAt": "Office", "States": {"Office": office, "NotTold": not_told}},
            {"StartAt": "Store", "States": {"Store": store}},
        ],
        "ResultSelector": {"id.$": "$[0].MessageId"},
        "ResultPath": "$.told",
    }


def output():
    fields = {"day.$": "$.day", "lines.$": "$.lines", "message_id.$": "$.told.id"}
    return {"Type": "Pass", "Parameters": fields}


def task(resource, parameters, **fields):
    return {
        "Type": "Task",
        "Resource": resource,
        "Parameters": parameters,
        "ResultPath": None,
        "Retry": [BUSY],
        **fields,
    }


def machine(*parts):
    """States one after the other, unless they say themselves where to go on."""
    states, names = {}, [next(iter(part)) for part in parts]
    for number, part in enumerate(parts):
        for name, state in part.items():
            last = number == len(parts) - 1
            follow = {"End": True} if last else {"Next": names[number + 1]}
            states[name] = state if {"Next", "End"} & set(state) else {**state, **follow}
    return {"StartAt": names[0], "States": states}
