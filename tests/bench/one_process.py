"""The same gradings in one process: no split, no walls. What isolation is compared with."""

import gc
import os
import sys
from collections.abc import Mapping
from types import ModuleType
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.handlers import BUILTIN_HANDLERS
from moto.core.models import botocore_stubber

from labs.checks import session
from labs.checks.cloud import Cloud
from labs.checks.registry import collect
from labs.cloud.account import Account
from labs.cloud.guest import Guest, Serve
from labs.sandbox.environment import ENVIRONMENT
from labs.sandbox.guest import aws, clients


class Switch:
    """Sends the learner's calls to `line`; with none, moto's own hook gets them."""

    def __init__(self) -> None:
        self._transport = aws.Transport()
        self.canned = self._transport.line

    def to(self, line: Any) -> None:
        """Where calls go from now on; botocore asks all hooks, so that moto's must be off."""
        self._transport.line = line
        botocore_stubber.enabled = line is None

    def __call__(self, request: AWSPreparedRequest, **options: Any) -> AWSResponse | None:
        return None if botocore_stubber.enabled else self._transport(request, **options)


class OneProcess:
    """The account, the checks and the learner's code side by side."""

    def __init__(self, checks: str, files: Mapping[str, str]) -> None:
        os.environ.update(ENVIRONMENT)
        self._switch = Switch()
        BUILTIN_HANDLERS.append(("before-send", self._switch))
        self._switch.to(None)
        session.warm()
        self._switch.to(self._switch.canned)
        clients.Ready().make()
        self._switch.to(None)
        gc.freeze()
        self._checks = checks
        self._files = files

    def grade(self) -> bool:
        """Whether all checks pass; to be called in a fork, as it leaves everything as it is."""
        setup, checks = collect(vars(session._module(self._checks, "checks.py")))
        account = Account(_no_guest, seed=1)
        program = Program(self._switch, account, self._files)
        cloud = Cloud(account, self._files, seed="1", program=program)  # type: ignore[arg-type]
        assert setup
        setup.function(cloud)
        for check in checks:
            check.function(cloud)
        return True


class Program:
    """The learner's code in this process."""

    def __init__(self, switch: Switch, account: Account, files: Mapping[str, str]) -> None:
        self._switch = switch
        self._account = account
        self._files = files

    def call(self, function: str) -> Any:
        module_name, _, name = function.rpartition(".")
        module = sys.modules[module_name] = ModuleType(module_name)
        self._switch.to(self._account.serve)
        try:
            code = compile(self._files[f"{module_name}.py"], "handler.py", "exec")
            exec(code, vars(module))  # noqa: S102 - our own workload
            return getattr(module, name)()
        finally:
            self._switch.to(None)


def _no_guest(_serve: Serve, _memory_mb: int) -> Guest:
    raise AssertionError("this workload has no functions")
