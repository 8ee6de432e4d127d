"""Every place in which moto's IAM and STS are bent, and what policies moto keeps for others."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC
from typing import Any

from moto.awslambda.exceptions import UnknownFunctionException
from moto.awslambda.models import lambda_backends
from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.exceptions import AccessDeniedError
from moto.core.responses import ActionResult
from moto.iam import models as iam_models
from moto.iam.exceptions import NotFoundException
from moto.iam.models import AWSManagedPolicy, IAMBackend, ManagedPolicy, Role, User, iam_backends
from moto.iam.responses import IamResponse
from moto.sts.models import AssumedRole, STSBackend, sts_backends

from labs.cloud.clock import clock
from labs.cloud.iam import simulator
from labs.cloud.iam.evaluator import Guard, Identity
from labs.cloud.iam.statements import Policy, Principal
from labs.cloud.simulation import current, has_current

ACCOUNT, PARTITION = DEFAULT_ACCOUNT_ID, "aws"
AWS_POLICIES = "arn:aws:iam::aws:policy/"
ADMINISTRATOR = f"arn:aws:iam::{DEFAULT_ACCOUNT_ID}:user/administrator"
ADMINISTRATOR_ID = "AIDACKCEVSQ6C2EXAMPLE"
ALLOW_ALL = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
    }
)

# What takes the ARN of a managed policy, and so needs that one to be there.
_TAKE_POLICY = (
    "attach_role_policy",
    "attach_user_policy",
    "attach_group_policy",
    "get_policy",
    "put_role_permissions_boundary",
)
_any_caller_identity = STSBackend.get_caller_identity
_any_session_key = STSBackend._create_access_key


def patch() -> None:
    """Put the seams in, before moto starts."""
    for name in _TAKE_POLICY:
        replaced = getattr(IAMBackend, name)
        if not hasattr(replaced, "coldstart_original"):
            setattr(IAMBackend, name, _with_policies_of_aws(replaced))
    STSBackend.get_caller_identity = _caller_identity
    STSBackend._create_access_key = _session_key
    IamResponse.simulate_principal_policy = _simulate_principal
    IamResponse.simulate_custom_policy = _simulate_custom


def administrator() -> Identity:
    """Who runs the scripts: the account's administrator."""
    context: dict[str, str | tuple[str, ...]] = {
        **_context(ADMINISTRATOR, ADMINISTRATOR_ID, "User"),
        "aws:username": "administrator",
    }
    return Identity(Principal(ADMINISTRATOR, DEFAULT_ACCOUNT_ID), (ALLOW_ALL,), context=context)


def role_identity(role_arn: str, session_name: str, session_policy: Policy = None) -> Identity:
    """A session of a role. One of a role that is not there may do nothing."""
    account, name = role_arn.split(":")[4], role_arn.rpartition("/")[2]
    arn = f"arn:aws:sts::{account}:assumed-role/{name}/{session_name}"
    principal = Principal(arn, account, role_arn)
    role = find_role(role_arn)
    if role is None:
        return Identity(principal, session=session_policy)
    context = _context(role_arn, f"{role.id}:{session_name}", "AssumedRole")
    for tag in role.tags or []:
        context[f"aws:principaltag/{_tag(tag, 'Key')}".lower()] = _tag(tag, "Value")
    policies = tuple(text for _, text in policies_of(role))
    return Identity(principal, policies, _boundary(role), session_policy, context)


def key_identity(access_key_id: str) -> Identity | None:
    """Who signs with this access key: a user, or a session of a role; None if it is neither's."""
    session = _session(access_key_id)
    if session:
        return role_identity(session.role_arn, session.session_name, session.policy or None)
    backend = _iam()
    key = backend.access_keys.get(access_key_id)
    user = backend.users.get(getattr(key, "user_name", None) or "")
    return user_identity(user) if user else None


def secret_of(access_key_id: str) -> tuple[str, str]:
    """The secret of an access key and the token that goes with it; "" if there is none."""
    if session := _session(access_key_id):
        return str(session.secret_access_key), str(session.session_token)
    key = _iam().access_keys.get(access_key_id)
    return (str(key.secret_access_key) if key and key.status == "Active" else ""), ""


def is_over(access_key_id: str) -> bool:
    """Whether the key is of a role's session that has ended."""
    session = _session(access_key_id)
    return session is not None and session.expiration.replace(tzinfo=UTC) < clock.now()


def user_identity(user: User) -> Identity:
    context = {
        **_context(user.arn, user.id, "User"),
        "aws:username": user.name,
    }
    with suppress(NotFoundException):
        for tag in _iam().tagger.list_tags_for_resource(user.arn)["Tags"]:
            context[f"aws:principaltag/{tag['Key']}".lower()] = tag["Value"]
    own = [*policies_of(user)]
    for group in _iam().get_groups_for_user(user.name):
        own += policies_of(group)
    principal = Principal(user.arn, user.account_id)
    return Identity(principal, tuple(text for _, text in own), None, None, context)


def find_role(arn: str) -> Role | None:
    """The role of an ARN, or None."""
    account = arn.split(":")[4] if arn.count(":") > 4 else ""
    backend = iam_backends[account or DEFAULT_ACCOUNT_ID][PARTITION]
    return next((role for role in backend.roles.values() if role.arn == arn), None)


def find_user(arn: str) -> User | None:
    return next((user for user in _iam().users.values() if user.arn == arn), None)


def policies_of(holder: Any) -> list[tuple[str, str]]:
    """[(name, document), ...] of a role, user or group: inline ones, then managed ones."""
    inline = [
        (name, found if isinstance(found, str) else json.dumps(found))
        for name, found in holder.policies.items()
    ]
    managed = [(policy.name, _document(policy)) for policy in holder.managed_policies.values()]
    return inline + managed


def roles() -> list[Role]:
    return list(_iam().roles.values())


def functions_that_ran() -> list[Any]:
    """moto's functions that were invoked since the account began."""
    names = {invocation.function for invocation in current().environments.invocations}
    backends = lambda_backends[DEFAULT_ACCOUNT_ID]
    found = (
        function for region in list(backends) for function in backends[region].list_functions()
    )
    return [function for function in found if function.function_name in names]


def hash_key(table: str, index: str, region: str) -> str:
    """The partition key's name of a table, or of an index of it; "" if there is none."""
    found = _of("dynamodb", region, "tables").get(table)
    if found is None:
        return ""
    schema = found.schema
    for one in (*found.global_indexes, *found.indexes):
        if one.name == index:
            schema = one.schema
    return next((str(key["AttributeName"]) for key in schema if key["KeyType"] == "HASH"), "")


def role_of_service(made_by: str) -> str:
    """The role by which a service's resource makes its calls ("pipe orders"), or ""."""
    kind, _, name = made_by.rpartition(" ")
    finder = _ROLES.get(kind)
    return next(filter(None, finder(name)), "") if finder else ""


def guard(service: str, resource: str, region: str, action: str) -> Guard:
    """What the policy of a resource says, as far as its service has such policies."""
    if action == "sts:AssumeRole":
        role = find_role(resource)
        trust = role.assume_role_policy_document if role else None
        return Guard(trust, resource.split(":")[4], is_needed=True)
    if service == "s3":
        return Guard(_bucket_policy(resource))
    reader = _GUARDS.get(service)
    policy = reader(resource, region) if reader else None
    account = resource.split(":")[4] if resource.count(":") > 4 else ""
    return Guard(policy, account, is_needed=service == "kms" and policy is not None)


def _iam() -> IAMBackend:
    return iam_backends[DEFAULT_ACCOUNT_ID][PARTITION]


def _session(access_key_id: str) -> AssumedRole | None:
    for account in list(sts_backends):
        backend = sts_backends[account][PARTITION]
        if found := backend.get_assumed_role_from_access_key(access_key_id):
            return found
    return None


def _boundary(holder: Role) -> Policy:
    if not holder.permissions_boundary_arn:
        return None
    _load(_iam(), holder.permissions_boundary_arn)
    found = _iam().managed_policies.get(holder.permissions_boundary_arn)
    return _document(found) if found else "{}"


def _document(policy: ManagedPolicy) -> str:
    """Of the version that is the default."""
    return next((str(one.document) for one in policy.versions if one.is_default), "{}")


def _context(arn: str, user_id: str, kind: str) -> dict[str, str | tuple[str, ...]]:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html"""
    return {
        "aws:principalarn": arn,
        "aws:principalaccount": arn.split(":")[4],
        "aws:principaltype": kind,
        "aws:userid": user_id,
    }


def _tag(tag: Any, name: str) -> str:
    return str(tag.get(name, tag.get(name.lower(), ""))) if isinstance(tag, Mapping) else ""


def _of(service: str, region: str, attribute: str) -> Mapping[str, Any]:
    """What moto's backend of a service keeps; {} if nobody has used the service yet.

    Looking must not import a service that the grading does not use.
    """
    module = sys.modules.get(f"moto.{service}.models")
    backends = getattr(module, f"{service}_backends", None)
    if backends is None:
        return {}
    found = getattr(backends[DEFAULT_ACCOUNT_ID][region], attribute, {})
    return found if isinstance(found, Mapping) else {each.name: each for each in found}


def _everywhere(service: str, attribute: str) -> Iterator[tuple[str, Any]]:
    module = sys.modules.get(f"moto.{service}.models")
    backends = getattr(module, f"{service}_backends", None)
    if backends is not None:
        for region in list(backends[DEFAULT_ACCOUNT_ID]):
            yield from _of(service, region, attribute).items()


def _machine_roles(name: str) -> Iterator[str]:
    for _, machine in _everywhere("stepfunctions", "state_machines"):
        if machine.name == name:
            yield str(machine.roleArn)


def _pipe_roles(name: str) -> Iterator[str]:
    for key, pipe in _everywhere("pipes", "pipes"):
        if key == name:
            yield str(pipe.role_arn)


def _schedule_roles(name: str) -> Iterator[str]:
    for _, group in _everywhere("scheduler", "schedule_groups"):
        if schedule := group.schedules.get(name):
            yield str(schedule.target.get("RoleArn", ""))


_ROLES: dict[str, Callable[[str], Iterator[str]]] = {
    "state machine": _machine_roles,
    "pipe": _pipe_roles,
    "schedule": _schedule_roles,
}


def _bucket_policy(resource: str) -> Policy:
    name = resource.rpartition(":")[2].partition("/")[0]
    # Buckets are of no region.
    bucket = _of("s3", PARTITION, "buckets").get(name)
    return bucket.policy.decode() if bucket is not None and bucket.policy else None


def _queue_policy(resource: str, region: str) -> Policy:
    queue = _of("sqs", region, "queues").get(resource.rpartition(":")[2])
    policy: Policy = getattr(queue, "policy", None)
    return policy


def _topic_policy(resource: str, region: str) -> Policy:
    topic = _of("sns", region, "topics").get(resource)
    policy: Policy = getattr(topic, "policy", None)
    return policy


def _function_policy(resource: str, region: str) -> Policy:
    name = resource.partition(":function:")[2].partition(":")[0]
    storage = getattr(_backend("lambda", region), "_lambdas", None)
    with suppress(UnknownFunctionException):
        if storage is not None and name:
            found = storage.get_function_by_name_or_arn_with_qualifier(name)
            return {"Version": "2012-10-17", "Statement": found.policy.statements}
    return None


def _backend(service: str, region: str) -> Any:
    module = sys.modules.get(f"moto.{'awslambda' if service == 'lambda' else service}.models")
    backends = getattr(module, f"{service}_backends", None)
    return backends[DEFAULT_ACCOUNT_ID][region] if backends is not None else None


def _key_policy(resource: str, region: str) -> Policy:
    key = _of("kms", region, "keys").get(resource.rpartition("/")[2])
    policy: Policy = getattr(key, "policy", None)
    return policy


def _secret_policy(resource: str, region: str) -> Policy:
    backend = _backend("secretsmanager", region)
    for secret in backend.secrets.values() if backend else ():
        if secret.arn == resource:
            return str(secret.policy) if getattr(secret, "policy", None) else None
    return None


def _table_policy(resource: str, region: str) -> Policy:
    found = _of("dynamodb", region, "resource_policies").get(resource.partition("/index/")[0])
    return str(found.policy_doc) if found else None


def _bus_policy(resource: str, region: str) -> Policy:
    bus = _of("events", region, "event_buses").get(resource.rpartition("/")[2])
    with suppress(AttributeError):
        return json.dumps(bus._policy) if bus is not None and bus._policy else None
    return None


_GUARDS: dict[str, Callable[[str, str], Policy]] = {
    "dynamodb": _table_policy,
    "events": _bus_policy,
    "kms": _key_policy,
    "lambda": _function_policy,
    "secretsmanager": _secret_policy,
    "sns": _topic_policy,
    "sqs": _queue_policy,
}


def _with_policies_of_aws(replaced: Callable[..., Any]) -> Callable[..., Any]:
    """AWS's own managed policies are there; moto would read all 1,300 of them or none."""

    def taking(self: IAMBackend, *arguments: Any, **named: Any) -> Any:
        for value in (*arguments, *named.values()):
            if isinstance(value, str) and value.startswith(AWS_POLICIES) and has_current():
                _load(self, value)
        return replaced(self, *arguments, **named)

    taking.coldstart_original = replaced  # type: ignore[attr-defined]
    return taking


def policy_of_aws(name: str) -> str:
    """The ARN of the managed policy of AWS's with this name, or ""."""
    data = iam_models.aws_managed_policies_data
    mark = f'\n "{name}":'
    start = data.find(mark)
    if start < 0:
        return ""
    found, _ = json.JSONDecoder().raw_decode(data, start + len(mark))
    return f"arn:aws:iam::aws:policy{found['Path']}{name}"


def _load(backend: IAMBackend, arn: str) -> None:
    """Have this managed policy of AWS's in the account, if there is one of the name."""
    if arn in backend.managed_policies or not arn.startswith(AWS_POLICIES):
        return
    name = arn.rpartition("/")[2]
    data = iam_models.aws_managed_policies_data
    mark = f'\n "{name}":'
    start = data.find(mark)
    if start < 0:
        return
    document, _ = json.JSONDecoder().raw_decode(data, start + len(mark))
    policy = AWSManagedPolicy.from_data(name, backend.account_id, backend.region_name, document)
    if policy.arn == arn:
        backend.managed_policies[arn] = policy
        backend.aws_managed_policies.append(policy)


def _caller_identity(self: STSBackend, access_key_id: str, region: str) -> tuple[str, str, str]:
    """Whose call it is: a function's is its role's, a script's the administrator's."""
    if has_current() and not key_identity(access_key_id):
        from labs.cloud.iam import enforcement

        identity = enforcement.identity(access_key_id)
        user_id = str(identity.context.get("aws:userid", ""))
        return user_id, identity.principal.arn, identity.principal.account
    user_id, arn, account = _any_caller_identity(self, access_key_id, region)
    return user_id, arn, account


def _session_key(self: STSBackend, role: str) -> Any:
    """Of a role of this account: moto would lead into any other, at which no check looks."""
    account = role.split(":")[4] if role.count(":") > 4 else ACCOUNT
    if has_current() and account != ACCOUNT:
        from labs.cloud.iam import enforcement

        arn = enforcement.identity("").principal.arn
        raise AccessDeniedError(arn, f"sts:AssumeRole on resource: {role}")
    return _any_session_key(self, role)


def _simulate_principal(self: IamResponse) -> ActionResult:
    source = self._get_param("PolicySourceArn")
    holder = find_role(source) or find_user(source) or _group(source)
    if holder is None:
        raise NotFoundException(f"The entity {source} cannot be found.")
    found = policies_of(holder)
    if isinstance(holder, User):
        for group in _iam().get_groups_for_user(holder.name):
            found += policies_of(group)
    boundary = _boundary(holder) if isinstance(holder, Role) else None
    return ActionResult(simulator.simulate(self._get_params(), found, boundary))


def _simulate_custom(self: IamResponse) -> ActionResult:
    return ActionResult(simulator.simulate(self._get_params(), [], None))


def _group(arn: str) -> Any:
    return next((group for group in _iam().groups.values() if group.arn == arn), None)
