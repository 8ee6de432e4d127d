"""How a field gets its value: unit and pipeline resolvers, and batches of Lambda calls."""

from dataclasses import dataclass, field
from typing import Any

from labs.cloud.services.appsync import data_sources, evaluation
from labs.cloud.services.appsync.data_sources import Caller
from labs.cloud.services.appsync.evaluation import Context, ResolverError, Returned
from labs.cloud.services.appsync.registry import Api, Json


@dataclass
class Siblings:
    """The objects of one list: a batch asks for a field of all of them at once."""

    objects: list[Any]
    # By response key: what became of each object's part of a batch.
    batches: dict[str, list["Part"]] = field(default_factory=dict)


@dataclass(frozen=True)
class Result:
    """What a function returned for one object of a batch."""

    value: Any


# Its request went into no batch (it returned early, or failed), or the batch failed.
type Part = Returned | ResolverError | Result


@dataclass(frozen=True)
class Resolvers:
    """Those of one API."""

    api: Api
    caller: Caller

    def resolve(self, resolver: Json, context: Context, batch: "Batch | None" = None) -> Any:
        """A field's value.

        Raises:
            ResolverError: it has none, for a reason.
        """
        if resolver["kind"] == "PIPELINE":
            return self._pipeline(resolver, context)
        return self._unit(resolver, context, batch)

    def _unit(self, resolver: Json, context: Context, batch: "Batch | None") -> Any:
        source = self.api.sources[resolver["dataSourceName"]]
        if batch and batch.is_done:
            return self._part(resolver, context, batch)
        request = evaluation.run("request", resolver, context)
        if request.early:
            return request.value
        if batch and source["type"] == "AWS_LAMBDA" and _is_batch(request.value):
            batch.siblings.batches[batch.key] = self._ask_for_all(source, resolver, context, batch)
            return self._part(resolver, context, batch)
        self._ask(source, resolver, request, context)
        return _answered(resolver, context)

    def _pipeline(self, resolver: Json, context: Context) -> Any:
        before = evaluation.run("request", resolver, context)
        if before.early:
            return before.value
        context.prev = None if before.is_missing else before.value
        for identifier in resolver.get("pipelineConfig", {}).get("functions", []):
            function = self.api.functions[identifier]
            source = self.api.sources[function["dataSourceName"]]
            request = evaluation.run("request", function, context)
            if request.early:
                context.prev = request.value
                continue
            self._ask(source, function, request, context)
            context.prev = _answered(function, context)
        context.result, context.error = context.prev, None
        after = evaluation.run("response", resolver, context)
        return context.prev if after.is_missing else after.value

    def _ask(self, source: Json, unit: Json, request: Returned, context: Context) -> None:
        """Ask the data source; an error waits in the context for the response step."""
        asked = request.value
        if request.is_missing:
            asked = _direct(source, context)
        context.result, context.error = None, None
        try:
            context.result = data_sources.run(source, asked, self.caller)
        except ResolverError as error:
            if not _handles_errors(unit, asked):
                raise
            context.result = error.data
            context.error = {"message": error.message, "type": error.kind, "data": error.data}

    def _part(self, resolver: Json, context: Context, batch: "Batch") -> Any:
        """What this object has of the batch that was asked for once, for all its siblings."""
        part = batch.siblings.batches[batch.key][batch.index]
        if isinstance(part, Returned):
            return part.value
        if isinstance(part, ResolverError):
            if not _handles_errors(resolver, None):
                raise part
            context.result = part.data
            context.error = {"message": part.message, "type": part.kind, "data": part.data}
            return _answered(resolver, context)
        result = part.value
        if isinstance(result, dict) and result.get("errorMessage"):
            kind = result.get("errorType") or "Lambda:Unhandled"
            raise ResolverError(str(result["errorMessage"]), str(kind), result.get("data"))
        context.result = (
            result.get("data") if isinstance(result, dict) and ("data" in result) else result
        )
        context.error = None
        return _answered(resolver, context)

    def _ask_for_all(
        self, source: Json, resolver: Json, context: Context, batch: "Batch"
    ) -> list[Part]:
        parts = [self._request_of(each, resolver, context) for each in batch.siblings.objects]
        asked = [at for at, part in enumerate(parts) if not _is_done(part)]
        size = int(resolver.get("maxBatchSize") or 0) or len(asked)
        for start in range(0, len(asked), size):
            chunk = asked[start : start + size]
            try:
                found = data_sources.invoke_batch(
                    source, [_payload(parts[at]) for at in chunk], self.caller
                )
            except ResolverError as error:
                parts = [error if at in chunk else part for at, part in enumerate(parts)]
                continue
            for at, value in zip(chunk, found, strict=True):
                parts[at] = Result(value)
        return parts

    def _request_of(self, source: Any, resolver: Json, context: Context) -> Part:
        """What the request step makes of one object of the list."""
        if source is None:
            return Returned(None, early=True)
        own = Context(
            context.arguments,
            source,
            context.identity,
            context.request,
            context.info,
            context.env,
            context.auth_type,
        )
        try:
            return evaluation.run("request", resolver, own)
        except ResolverError as error:
            return error


@dataclass(frozen=True)
class Batch:
    """Which object of which list a field belongs to."""

    siblings: Siblings
    index: int
    key: str

    @property
    def is_done(self) -> bool:
        """Whether its siblings have asked already."""
        return self.key in self.siblings.batches


def _is_done(part: Part) -> bool:
    """Whether it needs no place in a batch."""
    return not isinstance(part, Returned) or part.early


def _payload(part: Part) -> Any:
    asked = part.value if isinstance(part, Returned) else None
    return asked.get("payload") if isinstance(asked, dict) else None


def _is_batch(request: Any) -> bool:
    return isinstance(request, dict) and request.get("operation") == "BatchInvoke"


def _direct(source: Json, context: Context) -> Json:
    """A direct Lambda resolver: the context is the event."""
    if source["type"] != "AWS_LAMBDA":
        raise ResolverError("The resolver has no request", "MappingTemplate")
    given = context.as_json()
    names = ("arguments", "identity", "source", "request", "prev", "info", "stash")
    return {"operation": "Invoke", "payload": {name: given[name] for name in names}}


def _handles_errors(unit: Json, request: Any) -> bool:
    """Whether its response step sees errors: templates of the first version do not."""
    if unit.get("code"):
        return True
    has_response = bool(unit.get("responseMappingTemplate"))
    version = request.get("version") if isinstance(request, dict) else None
    return has_response and version != "2017-02-28"


def _answered(unit: Json, context: Context) -> Any:
    """What the response step makes of the result."""
    response = evaluation.run("response", unit, context)
    if not response.is_missing:
        return response.value
    if context.error:
        raise ResolverError(
            str(context.error["message"]), context.error["type"], context.error.get("data")
        )
    return context.result
