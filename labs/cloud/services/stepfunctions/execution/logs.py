"""What executions write to CloudWatch Logs.

https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
"""

from labs.cloud.services.stepfunctions.execution.model import Execution


def write(execution: Execution) -> None:
    pass
