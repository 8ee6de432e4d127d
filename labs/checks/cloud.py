"""The account as the author of a check sees it: set it up, use it, read what happened.

What is needed once is plain boto3: `cloud.client("sqs")`.
"""

import json
import random
from collections.abc import Mapping
from typing import Any, NamedTuple

from boto3.dynamodb.types import TypeDeserializer

from labs.checks.failure import expect
from labs.checks.package import zip_files
from labs.checks.program import Program, ProgramError, ProgramGoneError
from labs.cloud import moto_s3, moto_seams
from labs.cloud.account import Account
from labs.cloud.clients import client
from labs.cloud.faults import Faults
from labs.cloud.iam.report import Report, report
from labs.cloud.lambda_runtime.invocation import Invocation
from labs.cloud.services.api_gateway.websocket import Connection, connect
from labs.cloud.services.appsync.endpoint import subscribe
from labs.cloud.services.appsync.subscriptions import Subscription
from labs.verdict import Call

RUNTIME = "python3.13"
SEND_BATCH = 10
_TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "lambda.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
)


class Queue:
    """An SQS queue of the account."""

    def __init__(self, sqs: Any, name: str) -> None:
        self._sqs = sqs
        self.name = name
        self.url: str = sqs.get_queue_url(QueueName=name)["QueueUrl"]
        self.arn = moto_seams.queue_arn(name)

    def send(self, *bodies: str | Mapping[str, Any]) -> list[str]:
        """Send messages in order, ten at a time; returns their message ids.

        A mapping is sent as JSON, a text as it is.
        """
        texts = [body if isinstance(body, str) else json.dumps(body) for body in bodies]
        ids: list[str] = []
        for start in range(0, len(texts), SEND_BATCH):
            part = enumerate(texts[start : start + SEND_BATCH])
            entries = [{"Id": str(index), "MessageBody": text} for index, text in part]
            sent = self._sqs.send_message_batch(QueueUrl=self.url, Entries=entries)
            ids += [entry["MessageId"] for entry in sent["Successful"]]
        return ids

    def messages(self) -> list[str]:
        """The bodies of all messages in the queue, visible or not. They stay as they are."""
        # ReceiveMessage would count as a delivery and hide what it returned.
        return moto_seams.bodies(self.arn)

    def expect_messages(self, count: int, *, because: str) -> None:
        found = len(self.messages())
        expect(
            found == count,
            f"The queue {self.name} holds {found} messages and not {count}: {because}.",
        )

    def expect_empty(self, *, because: str) -> None:
        found = self.messages()
        expect(
            not found,
            f"The queue {self.name} still holds {len(found)} message(s), though {because}.",
        )


class Table:
    """A DynamoDB table of the account."""

    def __init__(self, dynamodb: Any, name: str) -> None:
        self._dynamodb = dynamodb
        self.name = name

    def items(self) -> list[dict[str, Any]]:
        """All items as Python values (numbers are Decimal), in the table's order."""
        read = TypeDeserializer().deserialize
        return [
            {name: read(value) for name, value in item.items()}
            for page in self._dynamodb.get_paginator("scan").paginate(TableName=self.name)
            for item in page["Items"]
        ]


class Function:
    """A Lambda function of the account."""

    def __init__(self, account: Account, name: str) -> None:
        self._account = account
        self.name = name

    @property
    def invocations(self) -> tuple[Invocation, ...]:
        """All invocations since the check began, in order."""
        return tuple(
            invocation
            for invocation in self._account.environments.invocations
            if invocation.function == self.name
        )


class Response(NamedTuple):
    """What a request from outside was answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Cloud:
    """One check's account, and the learner's files to put into it or to run against it.

    `program` is None while warming up, when no code of a learner runs.
    """

    def __init__(
        self,
        account: Account,
        files: Mapping[str, str],
        *,
        seed: str,
        program: Program | None = None,
    ) -> None:
        self._account = account
        self._program = program
        self._files = files
        self._queues: dict[str, Queue] = {}
        self.random = random.Random(seed)  # noqa: S311 - hidden inputs, the same for the same seed

    def client(self, service: str) -> Any:
        """A boto3 client. What it does is not in the learner's trace."""
        return client(service, moto_seams.REGION)

    def settle(self) -> None:
        """Deliver all that is in flight until nothing moves. Time passes, nobody waits."""
        self._account.settle()

    def run(self, file: str = "main.py") -> None:
        """Run one of the learner's files as a script, with the account as its AWS.

        What it raises ends the check as crashed; catch `ProgramError` to look at it.
        """
        self._learner().run(file)

    def call(self, function: str, *args: Any, **kwargs: Any) -> Any:
        """Call "module.function" of the learner's files; arguments and result are JSON.

        Module globals live on from call to call. The result is the learner's word: test what it
        did to the account where you can, and give it inputs from `random` where you cannot.
        """
        return self._learner().call(function, *args, **kwargs)

    def raised(self, function: str, *args: Any, **kwargs: Any) -> str:
        """The class of the exception in which such a `call` ends ("KeyError"); "" if it returns.

        A function that is missing, a limit that is hit and a process that ends are no exceptions
        that a caller could see: they end the check, as in `call`.
        """
        try:
            self.call(function, *args, **kwargs)
        except ProgramGoneError:
            raise
        except ProgramError as error:
            if error.kind == "MissingFunction" or error.limit:
                raise
            return error.kind
        return ""

    def _learner(self) -> Program:
        if self._program is None:
            raise RuntimeError("no code of a learner runs here")
        return self._program

    def enforce_iam(self) -> None:
        """From now on calls need the permissions of whoever makes them.

        A function's calls are made by its execution role, those of state machines, pipes and
        schedules by their roles, a script's by the account's administrator.
        """
        self._account.simulation.enforces_iam = True

    def permissions(self, role: str) -> Report:
        """What a role (name or ARN) was allowed, what it used, and what was denied to it."""
        return report(role)

    def request(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> Response:
        """A request from outside without credentials, as of a browser; it is not in the trace."""
        return Response(*self._account.request(method, url, dict(headers or {}), body))

    def shrink_parts(self, smallest_bytes: int) -> None:
        """Let S3 take smaller parts of uploads than 5 MiB, so that a grading is quick.

        The brief and the lab's label have to say so.
        """
        moto_s3.take_parts_from(smallest_bytes)

    def websocket(self, url: str, headers: Mapping[str, str] | None = None) -> Connection:
        """Connect to a WebSocket API as a client: `send`, `received`, `close`.

        Raises:
            HandshakeError: the API does not let it in.
        """
        return connect(url, dict(headers or {}))

    def subscribe(
        self,
        api_id: str,
        query: str,
        variables: Mapping[str, Any] | None = None,
        *,
        headers: Mapping[str, str],
    ) -> Subscription:
        """Subscribe to a GraphQL API of AppSync; `received` are the messages, oldest first.

        Raises:
            UnauthorizedError: `headers` ({"x-api-key": ...}) do not let it in.
            ValueError: the query is no subscription of the API.
        """
        return subscribe(api_id, query, dict(variables or {}), dict(headers))

    def pass_time(self, seconds: float) -> None:
        """Let so much time pass for everybody, and deliver what becomes due meanwhile."""
        self._account.let_pass(seconds)

    @property
    def faults(self) -> Faults:
        """What is to go wrong with the calls of the learner's code; see CONTRIBUTING.md."""
        return self._account.faults

    def calls(self, service: str = "", operation: str = "") -> tuple[Call, ...]:
        """The calls that the learner's code made since the check began: all, or some."""
        return tuple(
            call
            for call in self._account.trace.calls
            if call.is_by_learner
            and service in ("", call.service)
            and operation in ("", call.operation)
        )

    def queue(self, name: str) -> Queue:
        if name not in self._queues:
            self._queues[name] = Queue(self.client("sqs"), name)
        return self._queues[name]

    def table(self, name: str) -> Table:
        return Table(self.client("dynamodb"), name)

    def function(self, name: str) -> Function:
        return Function(self._account, name)

    def create_queue(
        self,
        name: str,
        *,
        visibility_seconds: int = 30,
        dead_letter: str = "",
        max_receive_count: int = 3,
    ) -> Queue:
        """A standard queue; `dead_letter` names an existing queue for what keeps failing."""
        attributes = {"VisibilityTimeout": str(visibility_seconds)}
        if dead_letter:
            target = {
                "deadLetterTargetArn": self.queue(dead_letter).arn,
                "maxReceiveCount": max_receive_count,
            }
            attributes["RedrivePolicy"] = json.dumps(target)
        self.client("sqs").create_queue(QueueName=name, Attributes=attributes)
        return self.queue(name)

    def create_table(self, name: str, *, key: str) -> Table:
        """An on-demand table whose partition key is the string attribute `key`."""
        self.client("dynamodb").create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"}],
            KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
        )
        return self.table(name)

    def deploy_function(
        self,
        name: str,
        *,
        handler: str,
        environment: Mapping[str, str] | None = None,
        timeout_seconds: int = 3,
        memory_mb: int = 128,
    ) -> Function:
        """The learner's files as a Lambda function."""
        self.client("lambda").create_function(
            FunctionName=name,
            Runtime=RUNTIME,
            Role=self.role(f"{name}-role"),
            Handler=handler,
            Code={"ZipFile": zip_files(self._files)},
            Timeout=timeout_seconds,
            MemorySize=memory_mb,
            Environment={"Variables": dict(environment or {})},
        )
        return self.function(name)

    def map_queue(
        self,
        queue: str,
        function: str,
        *,
        batch_size: int = 10,
        report_batch_item_failures: bool = False,
    ) -> None:
        """An event source mapping: Lambda polls the queue and invokes the function."""
        self.client("lambda").create_event_source_mapping(
            EventSourceArn=self.queue(queue).arn,
            FunctionName=function,
            BatchSize=batch_size,
            FunctionResponseTypes=["ReportBatchItemFailures"] * report_batch_item_failures,
        )

    def role(self, name: str) -> str:
        """A role that Lambda may assume; returns its ARN."""
        iam = self.client("iam")
        arn: str = iam.create_role(RoleName=name, AssumeRolePolicyDocument=_TRUST)["Role"]["Arn"]
        return arn
