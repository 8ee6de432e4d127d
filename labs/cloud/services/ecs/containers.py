"""A container of a task: its state, its program and its log."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from labs.cloud.clock import clock
from labs.cloud.guest import GuestError, StoppedError
from labs.cloud.missing import MissingError
from labs.cloud.moto_lambda import new_id
from labs.cloud.service_calls import call, noted
from labs.cloud.services.ecs import commands
from labs.cloud.services.ecs.process import Process
from labs.cloud.simulation import current

if TYPE_CHECKING:
    from labs.cloud.services.ecs.tasks import Task

MADE_BY = "service ecs"
STOP_SECONDS = 30
type Json = dict[str, Any]


@dataclass
class Container:
    """`definition` is the task definition's, with the task's overrides."""

    task: "Task"
    definition: Json
    on_end: Callable[["Container"], None]
    status: str = "PENDING"
    exit_code: int | None = None
    reason: str = ""
    id: str = field(default_factory=new_id)
    process: Process | None = None

    @property
    def name(self) -> str:
        return str(self.definition["name"])

    @property
    def is_essential(self) -> bool:
        return bool(self.definition.get("essential", True))

    @property
    def stop_ms(self) -> int:
        return int(self.definition.get("stopTimeout") or STOP_SECONDS) * 1000

    def start(self) -> None:
        """It runs; its program too, if it is the learner's."""
        self.status = "RUNNING"
        command = commands.of(self.definition, current().files)
        if command is None:
            self._only_stored()
            return
        task = self.task
        role = str(task.role_arn)
        self.process = Process(task.family, role, self, background=task.is_of_service)
        try:
            self.process.start(command, self._environment(), 0)
        except StoppedError:
            raise
        except GuestError as error:
            self.process = None
            self.reason = str(error)
            self.ended(1)

    def stop(self) -> None:
        """Ask it to end."""
        if self.status != "RUNNING":
            self.status = "STOPPED"
        elif self.process:
            self.process.terminate()
        else:
            self.ended(0)

    def kill(self) -> None:
        if self.process and self.status == "RUNNING":
            self.process.kill()

    def printed(self, lines: list[str]) -> None:
        """Write to the log that the definition names."""
        settings = self.definition.get("logConfiguration") or {}
        options = settings.get("options") or {}
        if settings.get("logDriver") != "awslogs" or "awslogs-group" not in options:
            return
        prefix = options.get("awslogs-stream-prefix", "ecs")
        stream = f"{prefix}/{self.name}/{self.task.id}"
        now = int(clock.millis())
        asked = {
            "logGroupName": options["awslogs-group"],
            "logStreamName": stream,
            "logEvents": [{"timestamp": now, "message": line or " "} for line in lines],
        }
        region = options.get("awslogs-region", self.task.region)
        try:
            call(MADE_BY, "logs", "PutLogEvents", asked, region=region)
        except ClientError:
            return  # the group was deleted meanwhile

    def ended(self, status: int) -> None:
        self.status, self.exit_code = "STOPPED", status
        self.on_end(self)

    def prepare_log(self) -> str:
        """Make its log stream; why that is not possible, or ""."""
        settings = self.definition.get("logConfiguration") or {}
        options = settings.get("options") or {}
        if settings.get("logDriver") != "awslogs" or "awslogs-group" not in options:
            return ""
        region = options.get("awslogs-region", self.task.region)
        group = {"logGroupName": options["awslogs-group"]}
        stream = f"{options.get('awslogs-stream-prefix', 'ecs')}/{self.name}/{self.task.id}"
        try:
            if str(options.get("awslogs-create-group", "")).lower() == "true":
                try:
                    call(MADE_BY, "logs", "CreateLogGroup", group, region=region)
                except ClientError as error:
                    if "AlreadyExists" not in str(error):
                        raise
            asked = {**group, "logStreamName": stream}
            call(MADE_BY, "logs", "CreateLogStream", asked, region=region)
        except ClientError as error:
            message = error.response["Error"]["Message"]
            return (
                "ResourceInitializationError: failed to validate logger args: create stream has "
                "been retried 1 times: failed to create Cloudwatch log stream: "
                f"{error.response['Error']['Code']}: {message} : exit status 1"
            )
        return ""

    def _only_stored(self) -> None:
        """What is no Python of the learner's is there, and does nothing."""
        self.reason = "Its program is not simulated."
        asked = {"image": self.definition.get("image"), "command": self.definition.get("command")}
        try:
            with noted(MADE_BY, "ecs", "RunContainer", asked):
                raise MissingError("for this image and command")
        except MissingError:
            pass

    def _environment(self) -> dict[str, str]:
        own = {
            str(one["name"]): str(one.get("value", ""))
            for one in self.definition.get("environment") or ()
        }
        region = self.task.region
        known = {
            "AWS_REGION": region,
            "AWS_DEFAULT_REGION": region,
            "AWS_EXECUTION_ENV": "AWS_ECS_FARGATE",
        }
        return {**known, **self._secrets(), **own}

    def _secrets(self) -> dict[str, str]:
        """From Secrets Manager and Parameter Store."""
        found = {}
        for one in self.definition.get("secrets") or ():
            place = str(one["valueFrom"])
            try:
                found[str(one["name"])] = _secret(place, self.task.region)
            except ClientError:
                found[str(one["name"])] = ""
        return found

    def shown(self) -> Json:
        task = self.task
        found: Json = {
            "containerArn": f"{task.arn.replace(':task/', ':container/')}/{self.id}",
            "taskArn": task.arn,
            "name": self.name,
            "image": self.definition.get("image"),
            "runtimeId": f"{task.id}-{self.id[:10]}",
            "lastStatus": self.status,
            "networkInterfaces": [
                {"attachmentId": task.attachment_id, "privateIpv4Address": task.address}
            ],
            "healthStatus": "UNKNOWN",
            "cpu": str(self.definition.get("cpu", 0)),
        }
        if self.exit_code is not None:
            found["exitCode"] = self.exit_code
        if self.reason:
            found["reason"] = self.reason
        if memory := self.definition.get("memory"):
            found["memory"] = str(memory)
        return found


def _secret(place: str, region: str) -> str:
    if ":secretsmanager:" in place:
        asked = {"SecretId": ":".join(place.split(":")[:7])}
        found = call(MADE_BY, "secretsmanager", "GetSecretValue", asked, region=region)
        return str(found["SecretString"])
    name = place.partition(":parameter")[2] or place
    named: Json = {"Name": name, "WithDecryption": True}
    return str(call(MADE_BY, "ssm", "GetParameter", named, region=region)["Parameter"]["Value"])
