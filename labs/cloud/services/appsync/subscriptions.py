"""Subscriptions as a recorded stream: what a connected client would have received.

https://docs.aws.amazon.com/appsync/latest/devguide/aws-appsync-real-time-data.html
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    Undefined,
    execute_sync,
    get_operation_ast,
    parse,
    value_from_ast_untyped,
)

from labs.cloud.services.appsync import schema as schemas

type Json = dict[str, Any]


@dataclass
class Subscription:
    """One client's; `received` are the messages that it got, oldest first."""

    api_id: str
    document: DocumentNode
    variables: Json
    field_name: str
    arguments: Json
    enhanced_filter: Any = None
    received: list[Json] = field(default_factory=list)


class Subscriptions(list[Subscription]):
    """All of the account, in the order in which they were opened."""

    def publish(self, api_id: str, sdl: str, mutation: str, result: Any) -> None:
        """Tell the subscribers of a mutation's field what it returned."""
        schema = schemas.build(sdl)
        for each in self:
            if each.api_id != api_id or mutation not in _mutations(schema, each.field_name):
                continue
            if isinstance(result, dict) and _is_wanted(each, result):
                told = execute_sync(
                    schema,
                    each.document,
                    {each.field_name: result},
                    variable_values=each.variables,
                )
                each.received.append({"data": told.data})


def read(api_id: str, sdl: str, query: str, variables: Json) -> Subscription:
    """The subscription that a query asks for.

    Raises:
        ValueError: it is no subscription of one field.
    """
    document = parse(query)
    operation = get_operation_ast(document)
    if operation is None or operation.operation is not OperationType.SUBSCRIPTION:
        raise ValueError("the query is no subscription")
    selected = only_field(operation)
    subscription_type = schemas.build(sdl).subscription_type
    name = selected.name.value
    if subscription_type is None or name not in subscription_type.fields:
        raise ValueError(f"the schema has no subscription {name}")
    given = {
        argument.name.value: value_from_ast_untyped(argument.value, variables)
        for argument in selected.arguments or ()
    }
    arguments = {name: value for name, value in given.items() if value is not Undefined}
    return Subscription(api_id, document, variables, name, arguments)


def only_field(operation: OperationDefinitionNode) -> FieldNode:
    """The first field that an operation selects."""
    selected = operation.selection_set.selections[0]
    if not isinstance(selected, FieldNode):
        raise ValueError("the operation selects no field")
    return selected


def _mutations(schema: GraphQLSchema, field_name: str) -> list[str]:
    found = schema.subscription_type
    node = found.fields[field_name].ast_node if found else None
    for directive in node.directives or () if node else ():
        if directive.name.value == "aws_subscribe" and directive.arguments:
            return [value.value for value in getattr(directive.arguments[0].value, "values", ())]
    return []


def _is_wanted(subscription: Subscription, result: Json) -> bool:
    """Arguments that were given have to be those of the mutation's result, and null is given."""
    if subscription.enhanced_filter:
        return _passes(subscription.enhanced_filter, result)
    return all(result.get(name) == value for name, value in subscription.arguments.items())


def _passes(enhanced: Json, result: Json) -> bool:
    """Groups are ORed, the filters of one ANDed."""
    return any(
        all(_holds(rule, result.get(rule["fieldName"])) for rule in group.get("filters", ()))
        for group in enhanced.get("filterGroup", ())
    )


def _holds(rule: Json, found: Any) -> bool:
    value, operator = rule.get("value"), str(rule.get("operator"))
    if operator in _EQUALITY:
        return _EQUALITY[operator](found, value)
    if found is None or value is None or operator not in _COMPARISONS:
        return False
    return _COMPARISONS[operator](found, value)


_EQUALITY: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": lambda found, value: bool(found == value),
    "ne": lambda found, value: bool(found != value),
    "in": lambda found, value: found in (value or ()),
    "notIn": lambda found, value: found not in (value or ()),
}
_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "lt": lambda found, value: bool(found < value),
    "le": lambda found, value: bool(found <= value),
    "gt": lambda found, value: bool(found > value),
    "ge": lambda found, value: bool(found >= value),
    "contains": lambda found, value: value in found,
    "notContains": lambda found, value: value not in found,
    "beginsWith": lambda found, value: str(found).startswith(str(value)),
    "between": lambda found, value: bool(value[0] <= found <= value[1]),
}
