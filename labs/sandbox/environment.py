"""Environment variables inside the sandbox: the learner's process and the account agree."""

from labs.sandbox.folders import TASK_ROOT

ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_REGION": "us-east-1",
    # Else some services get host names that begin with the account's number.
    "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
    # The metadata address is not there, and asking for it would cost seconds.
    "AWS_EC2_METADATA_DISABLED": "true",
    "LAMBDA_TASK_ROOT": TASK_ROOT,
    "HOME": "/tmp",  # noqa: S108 - the sandbox's own
    "LANG": "C.UTF-8",
    "TZ": "UTC",
}
