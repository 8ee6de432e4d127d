"""Which fields each type of state has, and in which query language.

https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html
"""

TYPES = ("Task", "Wait", "Pass", "Succeed", "Fail", "Choice", "Parallel", "Map")
EVERYWHERE = {"Type", "Comment", "QueryLanguage"}
_FLOW = {"Next", "End"}
_PATHS = {"InputPath", "OutputPath"}
_RESULT = {"ResultPath", "ResultSelector"}
_FAILING = {"Retry", "Catch"}

ALLOWED: dict[str, set[str]] = {
    "Pass": {*_FLOW, *_PATHS, "Result", "ResultPath", "Parameters", "Output", "Assign"},
    "Task": {
        *_FLOW,
        *_PATHS,
        *_RESULT,
        *_FAILING,
        *("Resource", "Parameters", "Arguments", "Output", "Assign", "Credentials"),
        *("TimeoutSeconds", "TimeoutSecondsPath", "HeartbeatSeconds", "HeartbeatSecondsPath"),
    },
    "Choice": {*_PATHS, "Choices", "Default", "Output", "Assign"},
    "Wait": {
        *_FLOW,
        *_PATHS,
        *("Seconds", "SecondsPath", "Timestamp", "TimestampPath", "Output", "Assign"),
    },
    "Succeed": {*_PATHS, "Output"},
    "Fail": {"Error", "ErrorPath", "Cause", "CausePath"},
    "Parallel": {
        *_FLOW,
        *_PATHS,
        *_RESULT,
        *_FAILING,
        *("Branches", "Parameters", "Arguments", "Output", "Assign"),
    },
    "Map": {
        *_FLOW,
        *_PATHS,
        *_RESULT,
        *_FAILING,
        *("ItemProcessor", "Iterator", "ItemsPath", "Items", "ItemSelector", "Parameters"),
        *("ItemReader", "ItemBatcher", "ResultWriter", "Label", "MaxConcurrency"),
        *("MaxConcurrencyPath", "ToleratedFailureCount", "ToleratedFailureCountPath"),
        *("ToleratedFailurePercentage", "ToleratedFailurePercentagePath", "Output", "Assign"),
    },
}
REQUIRED = {"Task": ["Resource"], "Choice": ["Choices"], "Parallel": ["Branches"]}
# Those that end the machine or choose say neither.
WITH_TRANSITION = {"Pass", "Task", "Wait", "Parallel", "Map"}

JSONPATH_ONLY = {
    *_PATHS,
    *_RESULT,
    *("Parameters", "Result", "ItemsPath", "SecondsPath", "TimestampPath", "ErrorPath"),
    *("CausePath", "TimeoutSecondsPath", "HeartbeatSecondsPath", "MaxConcurrencyPath"),
    *("ToleratedFailureCountPath", "ToleratedFailurePercentagePath", "MaxItemsPath"),
    *("MaxItemsPerBatchPath", "MaxInputBytesPerBatchPath", "Variable"),
}
JSONATA_ONLY = {"Arguments", "Output", "Items", "Condition"}

EXCLUSIVE = (
    ("TimeoutSeconds", "TimeoutSecondsPath"),
    ("HeartbeatSeconds", "HeartbeatSecondsPath"),
    ("Error", "ErrorPath"),
    ("Cause", "CausePath"),
    ("MaxConcurrency", "MaxConcurrencyPath"),
    ("ToleratedFailureCount", "ToleratedFailureCountPath"),
    ("ToleratedFailurePercentage", "ToleratedFailurePercentagePath"),
    ("ItemProcessor", "Iterator"),
    ("ItemSelector", "Parameters"),
    ("MaxItems", "MaxItemsPath"),
    ("MaxItemsPerBatch", "MaxItemsPerBatchPath"),
    ("MaxInputBytesPerBatch", "MaxInputBytesPerBatchPath"),
)
WAITS = ("Seconds", "SecondsPath", "Timestamp", "TimestampPath")

# Least and greatest value of a number; None: no limit.
RANGES: dict[str, tuple[float, float | None]] = {
    "TimeoutSeconds": (1, 99_999_999),
    "HeartbeatSeconds": (1, 99_999_999),
    "Seconds": (0, 99_999_999),
    "MaxConcurrency": (0, None),
    "ToleratedFailureCount": (0, None),
    "ToleratedFailurePercentage": (0.0, 100.0),
    "MaxItems": (0, 100_000_000),
    "MaxItemsPerBatch": (1, None),
    "MaxInputBytesPerBatch": (1, None),
    "IntervalSeconds": (1, 99_999_999),
    "MaxAttempts": (0, 99_999_999),
    "BackoffRate": (1.0, None),
    "MaxDelaySeconds": (1, 31_622_400),
}
FRACTIONS = {"ToleratedFailurePercentage", "BackoffRate"}

# How a path in these fields may look.
PATHS = {"InputPath", "OutputPath", "ItemsPath"}
REFERENCES = {
    *("SecondsPath", "TimestampPath", "TimeoutSecondsPath", "HeartbeatSecondsPath"),
    *("MaxConcurrencyPath", "ToleratedFailureCountPath", "ToleratedFailurePercentagePath"),
    *("MaxItemsPath", "MaxItemsPerBatchPath", "MaxInputBytesPerBatchPath"),
}
TEMPLATES = ("Parameters", "ResultSelector", "ItemSelector", "Assign", "Arguments", "Output")
EXPRESSIONS = ("Items", *WAITS[::2], "TimeoutSeconds", "HeartbeatSeconds", "Error", "Cause")

# What a field must be, unless it is JSONata.
KINDS: dict[str, tuple[type, str]] = {
    **dict.fromkeys(("Comment", "Error", "Cause"), (str, "String")),
    **dict.fromkeys(("Retry", "Catch", "CSVHeaders"), (list, "Array")),
    **dict.fromkeys(
        (
            *("ItemReader", "ItemBatcher", "ResultWriter", "ReaderConfig", "WriterConfig"),
            *("Credentials", "Assign", "ItemSelector", "ResultSelector"),
        ),
        (dict, "Object"),
    ),
}
