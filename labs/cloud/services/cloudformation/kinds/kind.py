"""One type of resource: which calls make, change and delete it, and what it is known by."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError, ParamValidationError
from moto.core.utils import get_service_model

from labs.cloud import service_calls
from labs.cloud.services.cloudformation.conversion import convert, members
from labs.cloud.services.cloudformation.errors import ResourceError

type Json = dict[str, Any]

_PLACE = re.compile(r"\{([\w.]+)\}")
GONE = ("NotFound", "NonExistent", "NoSuch", "ResourceNotFound", "DoesNotExist")


@dataclass
class Work:
    """One resource while it is made, changed or deleted.

    `properties` are the template's, filled in; `before` those of the last deployment. `ref` is
    what Ref gives; `attributes` what GetAtt gives; `answer` what the call that made it returned.
    """

    stack: str
    name: str  # in the template
    type: str
    region: str
    account: str
    properties: Json
    new_name: Callable[[int], str]
    stack_id: str = ""
    before: Json = field(default_factory=dict)
    ref: str = ""
    attributes: Json = field(default_factory=dict)
    answer: Json = field(default_factory=dict)
    kept: Json = field(default_factory=dict)  # what a hook wants to find again

    def call(self, service: str, operation: str, parameters: Mapping[str, Any]) -> Json:
        """A call of the stack. Its own errors are ResourceErrors, in CloudFormation's words."""
        try:
            return service_calls.call(
                f"stack {self.stack}", service, operation, parameters, region=self.region
            )
        except ClientError as error:
            raise ResourceError(_reason(error, service)) from error
        except ParamValidationError as error:
            raise ResourceError(f"Properties validation failed: {error}") from error

    def place(self, template: str) -> Any:
        """ "{Arn}" or "arn:...:{QueueName}" with what is known of the resource filled in."""
        if (whole := _PLACE.fullmatch(template)) is not None:
            return self._known(whole[1])
        return _PLACE.sub(lambda found: str(self._known(found[1])), template)

    def _known(self, path: str) -> Any:
        own = {
            "ref": self.ref,
            "region": self.region,
            "account": self.account,
            **self.kept,
        }
        for known in (own, self.answer, self.properties, self.attributes):
            found: Any = known
            for part in path.split("."):
                found = found.get(part) if isinstance(found, Mapping) else None
            if found is not None:
                return found
        return ""


def _nothing(_work: Work) -> None:
    pass


def _same(_work: Work, parameters: Json) -> Json:
    return parameters


@dataclass(frozen=True)
class Kind:
    """`ref`, `attributes` and `keys` are templates of `Work.place`.

    `name` is the property with the resource's own name, which is made up where it is missing,
    of `name_length` characters at most. `renamed` are properties whose parameters have another
    name. `apart` are properties that the shaping functions or `after` see to, `patched` those
    that `after` can change. `after` runs after the resource is made and after it is changed.
    `keys` name the resource to `update` and `delete`; without `update`, a change makes a new one.
    """

    service: str = ""
    create: str = ""
    ref: str = "{ref}"
    attributes: Mapping[str, str] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)
    delete: str = ""
    update: str = ""
    name: str = ""
    name_length: int = 64
    renamed: Mapping[str, str] = field(default_factory=dict)
    apart: frozenset[str] = frozenset()
    immutable: frozenset[str] = frozenset()
    patched: frozenset[str] = frozenset()
    shape_create: Callable[[Work, Json], Json] = _same
    shape_update: Callable[[Work, Json], Json] = _same
    after: Callable[[Work], None] = _nothing
    before_delete: Callable[[Work], None] = _nothing

    def make(self, work: Work) -> None:
        """Make it; `work.ref` and `work.attributes` are set.

        Raises:
            ResourceError: it is refused.
        """
        if self.name and self.name not in work.properties:
            work.properties[self.name] = work.new_name(self.name_length)
        parameters = self._parameters(work, self.create)
        work.answer = work.call(self.service, self.create, self.shape_create(work, parameters))
        work.ref = str(work.place(self.ref))
        self.after(work)
        self.describe(work)

    def describe(self, work: Work) -> None:
        """Fill in what GetAtt gives."""
        for name, template in self.attributes.items():
            work.attributes[name] = work.place(template)

    def needs_replacement(self, work: Work, changed: set[str]) -> bool:
        """Whether what changed cannot be changed in place."""
        if changed & self.immutable or (self.name and self.name in changed):
            return True
        if changed <= self.apart | self.patched:
            return False
        if not self.update:
            return True
        known = members(self._shape(self.update))
        renamed = {self.renamed.get(name, name).lower() for name in changed - self.apart}
        return self.shape_update is _same and not renamed <= known.keys()

    def change(self, work: Work) -> None:
        """Bring it to `work.properties`; `work.ref` and `work.attributes` are known."""
        if self.name and self.name not in work.properties and self.name in work.before:
            work.properties[self.name] = work.before[self.name]
        if self.update:
            shape = self._shape(self.update)
            known = members(shape)
            parameters = {
                name: value
                for name, value in self._parameters(work, self.create).items()
                if name.lower() in known
            }
            asked = {known[name.lower()]: value for name, value in parameters.items()}
            asked |= self._keys(work, known)
            work.call(self.service, self.update, self.shape_update(work, asked))
        self.after(work)
        self.describe(work)

    def remove(self, work: Work) -> None:
        """Delete it; one that is gone already is no error."""
        self.before_delete(work)
        if not self.delete:
            return
        keys = self._keys(work, members(self._shape(self.delete)))
        remove(work, self.service, self.delete, keys)

    def _keys(self, work: Work, known: Mapping[str, str]) -> Json:
        """What names the resource in a call with these members; what is empty is left out."""
        return {
            known[name.lower()]: value
            for name, template in self.keys.items()
            if name.lower() in known and (value := work.place(template)) != ""
        }

    def _parameters(self, work: Work, operation: str) -> Json:
        given = {
            self.renamed.get(name, name): value
            for name, value in work.properties.items()
            if name not in self.apart
        }
        return convert(given, self._shape(operation))

    def _shape(self, operation: str) -> Any:
        return get_service_model(self.service).operation_model(operation).input_shape


def remove(work: Work, service: str, operation: str, keys: Mapping[str, Any]) -> None:
    """A call that deletes; what is gone already is no error."""
    try:
        work.call(service, operation, keys)
    except ResourceError as error:
        cause = error.__cause__
        code = cause.response["Error"]["Code"] if isinstance(cause, ClientError) else ""
        if not any(word in str(code) for word in GONE):
            raise


def changed(work: Work, name: str) -> bool:
    """Whether a property is new or another one now."""
    return work.properties.get(name) != work.before.get(name)


def _reason(error: ClientError, service: str) -> str:
    """As a resource handler of AWS words what a service said."""
    details, meta = error.response["Error"], error.response.get("ResponseMetadata", {})
    code, message = details.get("Code", ""), details.get("Message", "")
    status = meta.get("HTTPStatusCode", 400)
    handler = (
        "AlreadyExists" if "Exist" in str(code) or "Conflict" in str(code) else "InvalidRequest"
    )
    if any(word in str(code) for word in GONE) and "Already" not in str(code):
        handler = "NotFound"
    if "AccessDenied" in str(code):
        handler = "AccessDenied"
    title = get_service_model(service).metadata.get("serviceId", service)
    return (
        f'Resource handler returned message: "{message} (Service: {title}, '
        f'Status Code: {status}, Request ID: {meta.get("RequestId", "")})" '
        f"(HandlerErrorCode: {handler})"
    )
