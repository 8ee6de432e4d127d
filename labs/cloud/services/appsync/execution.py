"""One GraphQL request: parsed, validated, executed, answered as AppSync does."""

import re
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLResolveInfo,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    execute,
    get_operation_ast,
    parse,
    print_ast,
    specified_rules,
    validate,
)

from labs.cloud.missing import MissingError
from labs.cloud.services.appsync import identity as identities
from labs.cloud.services.appsync import schema as schemas
from labs.cloud.services.appsync.evaluation import Context, ResolverError
from labs.cloud.services.appsync.identity import Identity
from labs.cloud.services.appsync.resolvers import Batch, Resolvers, Siblings

_UNDEFINED = re.compile(r"Cannot query field '(\w+)' on type '(\w+)'")

type Json = dict[str, Any]


@dataclass
class Request:
    """One request, while it is executed."""

    resolvers: Resolvers
    identity: Identity
    default_mode: str
    headers: Json
    variables: Json
    # The list to which an object of a result belongs, by the object's id().
    lists: dict[int, tuple[Siblings, int]] = field(default_factory=dict)
    appended: list[Json] = field(default_factory=list)
    subscription_filter: Any = None

    def resolve(self, source: Any, info: GraphQLResolveInfo[Any], /, **arguments: Any) -> Any:
        """graphql-core's field resolver."""
        if not identities.may_see(self.identity, self.default_mode, info):
            message = f"Not Authorized to access {info.field_name} on type {info.parent_type.name}"
            raise ResolverError(message, "Unauthorized")
        key = info.parent_type.name, info.field_name
        resolver = self.resolvers.api.resolvers.get(key)
        if resolver is None:
            value = source.get(info.field_name) if isinstance(source, dict) else None
        else:
            value = self._resolved(resolver, source, info, arguments)
        self._remember_list(value)
        return value

    def _resolved(
        self, resolver: Json, source: Any, info: GraphQLResolveInfo[Any], arguments: Json
    ) -> Any:
        context = Context(
            arguments,
            source,
            self.identity.fields,
            {"headers": self.headers, "domainName": None},
            _info(info, self.variables),
            self.resolvers.api.variables,
            identities.NAMES[self.identity.mode],
        )
        siblings = self.lists.get(id(source))
        batch = (
            Batch(*siblings, str(info.path.key))
            if siblings
            else Batch(Siblings([source]), 0, str(info.path.key))
        )
        try:
            return self.resolvers.resolve(resolver, context, batch)
        finally:
            path = info.path.as_list()
            self.appended += [{**error, "path": path} for error in context.out_errors]
            self.subscription_filter = context.subscription_filter or self.subscription_filter

    def _remember_list(self, value: Any) -> None:
        if isinstance(value, list):
            siblings = Siblings(value)
            for index, each in enumerate(value):
                self.lists[id(each)] = siblings, index


def run(request: Request, sdl: str, asked: Json) -> Json:
    """The answer's JSON: `data`, and `errors` if there are any."""
    schema = schemas.build(sdl)
    document, errors = _document(asked.get("query"))
    if document is not None:
        errors = [
            _validation_error(error) for error in validate(schema, document, specified_rules)
        ]
    if document is None or errors:
        return {"data": None, "errors": errors}
    operation = get_operation_ast(document, asked.get("operationName"))
    if operation is None:
        return {"data": None, "errors": [_plain_error("Unknown operation.")]}
    result = execute(
        schema,
        document,
        root_value=None,
        context_value=request,
        variable_values=request.variables,
        operation_name=asked.get("operationName"),
        field_resolver=request.resolve,
        type_resolver=lambda value, *_: (
            value.get("__typename") if isinstance(value, dict) else None
        ),
    )
    if not isinstance(result, ExecutionResult):
        raise MissingError("with what resolves later")
    _raise_missing(result)
    return _answer(result, request)


def _type_name(value: Any, *_context: Any) -> str | None:
    """Which of an interface's or union's types a value is of."""
    return value.get("__typename") if isinstance(value, dict) else None


def operation_of(asked: Json) -> OperationDefinitionNode | None:
    """Which operation a request is for, if it is one."""
    document, _errors = _document(asked.get("query"))
    return get_operation_ast(document, asked.get("operationName")) if document else None


def _document(query: Any) -> tuple[DocumentNode | None, list[Json]]:
    try:
        return parse(str(query)), []
    except GraphQLSyntaxError as error:
        message = error.message.removeprefix("Syntax Error: ")
        where = error.locations[0] if error.locations else None
        place = f"line {where.line} column {where.column}" if where else ""
        return None, [
            {
                **_plain_error(f"Invalid syntax with offending token at {place}: {message}"),
                "locations": _locations(error),
            }
        ]


def _raise_missing(result: ExecutionResult) -> None:
    for error in result.errors or []:
        if isinstance(error.original_error, NotImplementedError):
            raise error.original_error


def _answer(result: ExecutionResult, request: Request) -> Json:
    errors = [_field_error(error) for error in result.errors or []]
    errors += [
        {"data": None, "errorInfo": None, "locations": None, **error} for error in request.appended
    ]
    return {"data": result.data, **({"errors": errors} if errors else {})}


def _field_error(error: GraphQLError) -> Json:
    found = error.original_error
    if isinstance(found, ResolverError):
        kind, data, info, message = found.kind, found.data, found.info, found.message
    else:
        kind, data, info, message = None, None, None, error.message
    return {
        "path": list(error.path) if error.path else None,
        "data": data,
        "errorType": kind,
        "errorInfo": info,
        "locations": _locations(error),
        "message": message,
    }


def _validation_error(error: GraphQLError) -> Json:
    message = error.message
    if found := _UNDEFINED.match(message):
        name, parent = found[1], found[2]
        message = (
            f"Validation error of type FieldUndefined: Field '{name}' in type '{parent}' is "
            f"undefined @ '{name}'"
        )
    elif not message.startswith("Variable"):
        message = f"Validation error: {message}"
    return {**_plain_error(message), "locations": _locations(error)}


def _plain_error(message: str) -> Json:
    return {"path": None, "locations": None, "message": message}


def _locations(error: GraphQLError) -> list[Json]:
    return [
        {"line": place.line, "column": place.column, "sourceName": None}
        for place in error.locations or []
    ]


def _info(info: GraphQLResolveInfo[Any], variables: Json) -> Json:
    names = [name for node in info.field_nodes for name in _selected(node.selection_set)]
    return {
        "fieldName": info.field_name,
        "parentTypeName": info.parent_type.name,
        "variables": variables,
        "selectionSetList": names,
        "selectionSetGraphQL": "\n".join(
            print_ast(node.selection_set) for node in info.field_nodes if node.selection_set
        ),
    }


def _selected(selections: Any, prefix: str = "") -> list[str]:
    found = []
    for selection in selections.selections if selections else ():
        name = getattr(selection, "name", None)
        inner = getattr(selection, "selection_set", None)
        path = f"{prefix}{name.value}" if name else prefix.rstrip("/")
        if name:
            found.append(path)
        found += _selected(inner, f"{path}/" if path else "")
    return found
