"""AppSync's APIs, asked over their address."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from labs.cloud.account import Account
from labs.cloud.clock import clock
from labs.cloud.services.appsync import endpoint
from tests.labs.cloud.services.appsync.conftest import Api, client

type MakeApi = Callable[..., Api]

SCHEMA = """
type Order { id: ID!, title: String, total: Float, made: AWSDateTime, items: [Item] }
type Item { name: String, price: Float }
type Page { items: [Order], nextToken: String }
input OrderInput { id: ID!, title: String!, total: Float }
type Query {
    order(id: ID!): Order
    orders(limit: Int, nextToken: String): Page
    hello(name: String): String
    twice(number: Int!): Int
    all: [Order]
}
type Mutation {
    putOrder(order: OrderInput!): Order
    addToTotal(id: ID!, amount: Float!): Order
    removeOrder(id: ID!): Order
}
type Subscription {
    onPut(title: String): Order @aws_subscribe(mutations: ["putOrder"])
}
schema { query: Query, mutation: Mutation, subscription: Subscription }
"""
HELLO = """
import { util } from '@aws-appsync/utils';
export function request(ctx) { return { payload: `Hello, ${ctx.args.name ?? 'you'}` }; }
export function response(ctx) { return ctx.result; }
"""
PUT = """
import { util } from '@aws-appsync/utils';
import * as ddb from '@aws-appsync/utils/dynamodb';
export function request(ctx) {
  const { id, ...item } = ctx.args.order;
  return ddb.put({
    key: { id }, item: { ...item, made: util.time.nowISO8601() },
    condition: { id: { attributeExists: false } },
  });
}
export function response(ctx) {
  if (ctx.error) util.error(ctx.error.message, ctx.error.type, ctx.result);
  return ctx.result;
}
"""
GET = """
import { get } from '@aws-appsync/utils/dynamodb';
export const request = (ctx) => get({ key: { id: ctx.args.id } });
export const response = (ctx) => ctx.result;
"""


@pytest.fixture
def api(make_api: MakeApi) -> Api:
    api = make_api(SCHEMA)
    api.table()
    api.resolver("Query.hello", "none", HELLO)
    api.resolver("Query.order", "orders", GET)
    api.resolver("Mutation.putOrder", "orders", PUT)
    return api


def put(api: Api, identifier: str, title: str = "Tea", total: float = 2.5) -> dict[str, Any]:
    return api.ask(
        "mutation($order: OrderInput!) { putOrder(order: $order) { id title total made } }",
        order={"id": identifier, "title": title, "total": total},
    )


def test_a_resolver_without_a_source_answers_itself(api: Api) -> None:
    assert api.ask('{ hello(name: "Ann") other: hello }') == {
        "data": {"hello": "Hello, Ann", "other": "Hello, you"}
    }


def test_items_go_into_a_table_and_come_back(api: Api) -> None:
    made = put(api, "1")["data"]["putOrder"]
    found = api.ask('{ order(id: "1") { id title total } none: order(id: "2") { id } }')

    assert made["made"] == clock.now().isoformat(timespec="seconds").replace(
        "+00:00", made["made"][19:]
    )
    assert found == {"data": {"order": {"id": "1", "title": "Tea", "total": 2.5}, "none": None}}


def test_a_failed_condition_is_the_fields_error(api: Api) -> None:
    put(api, "1")

    found = put(api, "1", title="Other")

    (error,) = found["errors"]
    assert found["data"] == {"putOrder": None}
    assert error["errorType"] == "DynamoDB:ConditionalCheckFailedException"
    assert error["path"] == ["putOrder"]
    assert error["message"].startswith("The conditional request failed (Service: DynamoDB")
    assert error["locations"] == [{"line": 1, "column": 33, "sourceName": None}]


def test_an_update_counts_in_the_table(api: Api) -> None:
    put(api, "1", total=2)
    api.resolver(
        "Mutation.addToTotal",
        "orders",
        """
        import { update, operations } from '@aws-appsync/utils/dynamodb';
        export function request(ctx) {
          return update({
            key: { id: ctx.args.id },
            update: { total: operations.increment(ctx.args.amount), title: operations.remove() },
          });
        }
        export function response(ctx) { return ctx.result; }
        """,
    )

    found = api.ask('mutation { addToTotal(id: "1", amount: 0.5) { id total title } }')

    assert found == {"data": {"addToTotal": {"id": "1", "total": 2.5, "title": None}}}


def test_a_scan_goes_on_at_its_token(api: Api) -> None:
    for number in range(3):
        put(api, str(number))
    api.resolver(
        "Query.orders",
        "orders",
        """
        import * as ddb from '@aws-appsync/utils/dynamodb';
        export function request({ args: { limit, nextToken } }) {
          return ddb.scan({ limit, nextToken, filter: { total: { gt: 1 } } });
        }
        export function response(ctx) { return ctx.result; }
        """,
    )

    query = "query($n: String) { orders(limit: 2, nextToken: $n) { items { id } nextToken } }"
    first = api.ask(query)["data"]["orders"]
    second = api.ask(query, n=first["nextToken"])["data"]["orders"]

    assert [len(first["items"]), len(second["items"])] == [2, 1]
    assert second["nextToken"] is None


def test_a_template_is_a_resolver_too(api: Api) -> None:
    put(api, "1")
    api.resolver(
        "Mutation.removeOrder",
        "orders",
        requestMappingTemplate="""{
            "version": "2018-05-29", "operation": "DeleteItem",
            "key": {"id": $util.dynamodb.toDynamoDBJson($ctx.args.id)}
        }""",
        responseMappingTemplate="$util.toJson($ctx.result)",
    )

    found = api.ask('mutation { removeOrder(id: "1") { id title } }')

    assert found == {"data": {"removeOrder": {"id": "1", "title": "Tea"}}}
    assert api.ask('{ order(id: "1") { id } }') == {"data": {"order": None}}


def test_a_template_raises_errors_and_returns_early(api: Api) -> None:
    api.resolver(
        "Query.twice",
        "none",
        requestMappingTemplate="""
        #set($number = $ctx.args.number)
        #if ($number < 0) $util.error("Too small", "Negative", {"n": $number}) #end
        #if ($ctx.args.number == 0) #return(100) #end
        {"version": "2018-05-29", "payload": $ctx.args.number}""",
        responseMappingTemplate="#set($twice = $ctx.result * 2) $twice",
    )

    assert api.ask("{ twice(number: 4) }") == {"data": {"twice": 8}}
    assert api.ask("{ twice(number: 0) }") == {"data": {"twice": 100}}
    (error,) = api.ask("{ twice(number: -1) }")["errors"]
    assert (error["message"], error["errorType"], error["data"]) == (
        "Too small",
        "Negative",
        {"n": -1},
    )


def test_a_pipeline_hands_results_and_stash_on(api: Api) -> None:
    put(api, "1", total=4)
    first = api.pipeline_function("read", "orders", GET)
    second = api.pipeline_function(
        "shout",
        "none",
        """
        export function request(ctx) { return { payload: ctx.prev.result.title.toUpperCase() }; }
        export function response(ctx) { ctx.stash.title = ctx.result; return ctx.prev.result; }
        """,
    )
    api.resolver(
        "Mutation.removeOrder",
        "",
        """
        export function request(ctx) { ctx.stash.seen = ['before']; return {}; }
        export function response(ctx) {
          return { ...ctx.prev.result, title: ctx.stash.title + ctx.stash.seen.length };
        }
        """,
        kind="PIPELINE",
        pipelineConfig={"functions": [first, second]},
    )

    found = api.ask('mutation { removeOrder(id: "1") { title total } }')

    assert found == {"data": {"removeOrder": {"title": "TEA1", "total": 4}}}


def test_a_function_resolves_fields(api: Api, handlers: dict[str, Any]) -> None:
    api.function("resolve")
    handlers["resolve"] = lambda event: [
        {"id": "1", "title": event["info"]["fieldName"], "total": 1}
    ]
    api.resolver("Query.all", "resolve")

    assert api.ask("{ all { id title } }") == {"data": {"all": [{"id": "1", "title": "all"}]}}


def test_an_error_of_a_function_has_its_type(api: Api, handlers: dict[str, Any]) -> None:
    def fail(_event: Any) -> None:
        raise ValueError("no luck")

    api.function("resolve")
    handlers["resolve"] = fail
    api.resolver("Query.all", "resolve")

    found = api.ask("{ all { id } }")

    assert found["data"] == {"all": None}
    assert found["errors"][0]["errorType"] == "Lambda:Unhandled"
    assert found["errors"][0]["message"] == "no luck"


def test_a_batch_asks_once_for_all_of_a_list(api: Api, handlers: dict[str, Any]) -> None:
    asked: list[Any] = []

    def items(event: Any) -> Any:
        asked.append(event)
        return [{"data": [{"name": f"of {one['id']}"}]} for one in event]

    api.function("orders-of")
    api.function("items-of")
    handlers["orders-of"] = lambda _event: [{"id": str(number)} for number in range(5)]
    handlers["items-of"] = items
    api.resolver("Query.all", "orders-of")
    api.resolver(
        "Order.items",
        "items-of",
        """
        export function request(ctx) {
          return { operation: 'BatchInvoke', payload: { id: ctx.source.id } };
        }
        export function response(ctx) { return ctx.result; }
        """,
        maxBatchSize=3,
    )

    found = api.ask("{ all { id items { name } } }")

    assert [len(batch) for batch in asked] == [3, 2]
    assert found["data"]["all"][4] == {"id": "4", "items": [{"name": "of 4"}]}


BATCH_OF_ITEMS = """
import { runtime, util } from '@aws-appsync/utils';
export function request(ctx) {
  if (ctx.source.id === '0') runtime.earlyReturn([]);
  if (ctx.source.id === '1') util.error('Not this one');
  return { operation: 'BatchInvoke', payload: ctx.source.id };
}
export function response(ctx) {
  if (ctx.error) util.error(`seen: ${ctx.error.message}`, 'Seen');
  return ctx.result;
}
"""


def test_who_needs_no_call_is_in_no_batch(api: Api, handlers: dict[str, Any]) -> None:
    asked: list[Any] = []

    def items(event: Any) -> Any:
        asked.append(event)
        return [[{"name": one}] for one in event]

    api.function("orders-of")
    api.function("items-of")
    handlers["orders-of"] = lambda _event: [None, *({"id": str(number)} for number in range(4))]
    handlers["items-of"] = items
    api.resolver("Query.all", "orders-of")
    api.resolver("Order.items", "items-of", BATCH_OF_ITEMS, maxBatchSize=10)

    found = api.ask("{ all { items { name } } }")

    assert asked == [["2", "3"]]
    assert found["data"]["all"][3:] == [{"items": [{"name": "2"}]}, {"items": [{"name": "3"}]}]
    assert found["data"]["all"][:3] == [None, {"items": []}, {"items": None}]
    assert [error["path"] for error in found["errors"]] == [["all", 2, "items"]]


def test_a_batch_that_fails_is_seen_by_its_responses(api: Api, handlers: dict[str, Any]) -> None:
    def items(event: Any) -> Any:
        return [] if "2" in event else [[{"name": one}] for one in event]

    api.function("orders-of")
    api.function("items-of")
    handlers["orders-of"] = lambda _event: [{"id": str(number)} for number in range(2, 6)]
    handlers["items-of"] = items
    api.resolver("Query.all", "orders-of")
    api.resolver("Order.items", "items-of", BATCH_OF_ITEMS, maxBatchSize=2)

    found = api.ask("{ all { items { name } } }")

    assert [each["items"] for each in found["data"]["all"]] == [
        None,
        None,
        [{"name": "4"}],
        [{"name": "5"}],
    ]
    assert {error["errorType"] for error in found["errors"]} == {"Seen"}


def test_what_is_no_graphql_is_told(api: Api) -> None:
    assert api.ask("{ nope }")["errors"][0]["message"] == (
        "Validation error of type FieldUndefined: Field 'nope' in type 'Query' is undefined "
        "@ 'nope'"
    )
    assert "Invalid syntax" in api.ask("{ hello")["errors"][0]["message"]
    assert api.ask('{ order(id: "1") { made } }') == {"data": {"order": None}}


def test_a_scalar_that_is_none_is_an_error(api: Api) -> None:
    api.resolver(
        "Query.all",
        "none",
        "export const request = () => ({ payload: [{ id: '1', made: 'today' }] });\n"
        "export const response = (ctx) => ctx.result;",
    )

    found = api.ask("{ all { id made } }")

    assert found["data"] == {"all": [{"id": "1", "made": None}]}
    assert (
        "Unable to serialize `today` as a valid DateTime Object" in found["errors"][0]["message"]
    )


def test_json_goes_in_and_comes_out_as_text(make_api: MakeApi) -> None:
    api = make_api("type Query { twice(value: AWSJSON!): AWSJSON }")
    api.resolver(
        "Query.twice",
        "none",
        "export const request = (ctx) => ({ payload: { a: ctx.args.value.a * 2 } });\n"
        "export const response = (ctx) => ctx.result;",
    )

    literal = api.ask('{ twice(value: "{\\"a\\": 2}") }')
    variable = api.ask("query($v: AWSJSON!) { twice(value: $v) }", v='{"a": 3}')

    assert literal == {"data": {"twice": '{"a":4}'}}
    assert variable == {"data": {"twice": '{"a":6}'}}
    assert "errors" in api.ask('{ twice(value: "{") }')


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        ({}, "Valid authorization header not provided."),
        ({"x_api_key": "da2-wrong"}, "You are not authorized to make this call."),
    ],
)
def test_who_has_no_key_does_not_get_in(api: Api, headers: dict[str, str], message: str) -> None:
    status, found = api.post({"query": "{ hello }"}, **headers)

    assert status == 401
    assert found == {"errors": [{"errorType": "UnauthorizedException", "message": message}]}


def test_a_key_expires(api: Api) -> None:
    clock.advance(400 * 24 * 3600 * 1_000_000_000)

    assert api.post({"query": "{ hello }"}, x_api_key=api.key)[0] == 401


def test_an_authorizer_decides_and_is_asked_once(
    make_api: MakeApi, handlers: dict[str, Any]
) -> None:
    asked: list[Any] = []

    def authorize(event: Any) -> Any:
        asked.append(event)
        return {
            "isAuthorized": event["authorizationToken"] == "open",
            "resolverContext": {"name": "Ann"},
            "deniedFields": ["Query.twice"],
        }

    handlers["authorize"] = authorize
    arn = "arn:aws:lambda:us-east-1:123456789012:function:authorize"
    api = make_api(
        SCHEMA, authenticationType="AWS_LAMBDA", lambdaAuthorizerConfig={"authorizerUri": arn}
    )
    api.resolver(
        "Query.hello",
        "none",
        "export const request = (ctx) => ({ payload: ctx.identity.resolverContext.name });\n"
        "export const response = (ctx) => ctx.result;",
    )

    for _ in range(2):
        _status, found = api.post({"query": "{ hello }"}, authorization="open")
        assert found == {"data": {"hello": "Ann"}}
    assert len(asked) == 1
    assert api.post({"query": "{ hello }"}, authorization="shut")[0] == 401
    _status, found = api.post({"query": "{ twice(number: 1) }"}, authorization="open")
    assert found["errors"][0]["message"] == "Not Authorized to access twice on type Query"


def test_a_directive_keeps_a_way_in_out(make_api: MakeApi) -> None:
    api = make_api(
        "type Query { open: String @aws_api_key, shut: String @aws_iam, plain: String }",
        additionalAuthenticationProviders=[{"authenticationType": "AWS_IAM"}],
    )

    found = api.ask("{ open shut plain }")

    assert found["data"] == {"open": None, "shut": None, "plain": None}
    (error,) = found["errors"]
    assert (error["errorType"], error["path"]) == ("Unauthorized", ["shut"])


def test_subscribers_get_what_they_asked_for(api: Api) -> None:
    headers = {"x-api-key": api.key}
    all_orders = endpoint.subscribe(api.id, "subscription { onPut { id title } }", {}, headers)
    tea_only = endpoint.subscribe(
        api.id, 'subscription { onPut(title: "Tea") { id } }', {}, headers
    )

    put(api, "1", title="Tea")
    put(api, "2", title="Milk")
    put(api, "2", title="Milk")  # refused: nobody hears of it

    assert all_orders.received == [
        {"data": {"onPut": {"id": "1", "title": "Tea"}}},
        {"data": {"onPut": {"id": "2", "title": "Milk"}}},
    ]
    assert tea_only.received == [{"data": {"onPut": {"id": "1"}}}]


def test_a_null_that_is_given_is_not_an_argument_left_out(api: Api) -> None:
    headers = {"x-api-key": api.key}
    query = "subscription($title: String) { onPut(title: $title) { id } }"
    without_title = endpoint.subscribe(api.id, query, {"title": None}, headers)
    everything = endpoint.subscribe(api.id, query, {}, headers)

    put(api, "1", title="Tea")

    assert without_title.received == []
    assert everything.received == [{"data": {"onPut": {"id": "1"}}}]


def test_a_database_is_a_source(api: Api) -> None:
    from tests.labs.cloud.services.rds_data.test_rds_data import Database

    database = Database()
    database.run("create table orders (id text primary key, title text, total numeric(8, 2))")
    database.run("insert into orders values ('1', 'Tea', 2.5)")
    api.appsync.create_data_source(
        apiId=api.id,
        name="sql",
        type="RELATIONAL_DATABASE",
        relationalDatabaseConfig={
            "relationalDatabaseSourceType": "RDS_HTTP_ENDPOINT",
            "rdsHttpEndpointConfig": {
                "awsRegion": "us-east-1",
                "dbClusterIdentifier": database.names["resourceArn"],
                "awsSecretStoreArn": database.names["secretArn"],
            },
        },
    )
    api.resolver(
        "Query.all",
        "sql",
        """
        import { select, createPgStatement, toJsonObject } from '@aws-appsync/utils/rds';
        export function request(ctx) {
          return createPgStatement(select({ table: 'orders', where: { id: { eq: "1" } } }));
        }
        export function response(ctx) { return toJsonObject(ctx.result)[0]; }
        """,
    )

    assert api.ask("{ all { id title } }") == {"data": {"all": [{"id": "1", "title": "Tea"}]}}


def test_a_bad_schema_fails_with_its_reason(make_api: MakeApi) -> None:
    api = make_api("type Query { order: Order }")

    status = api.appsync.get_schema_creation_status(apiId=api.id)

    assert status["status"] == "FAILED"
    assert "Order" in status["details"]


def test_names_that_are_not_there_are_refused(api: Api) -> None:
    with pytest.raises(ClientError, match="No data source found for nope"):
        api.resolver("Query.twice", "nope", HELLO)
    with pytest.raises(ClientError, match="Only one resolver is allowed per field"):
        api.resolver("Query.hello", "none", HELLO)
    with pytest.raises(ClientError, match="still in use"):
        api.appsync.delete_data_source(apiId=api.id, name="orders")
    with pytest.raises(NotImplementedError, match="AMAZON_OPENSEARCH_SERVICE"):
        api.appsync.create_data_source(
            apiId=api.id, name="search", type="AMAZON_OPENSEARCH_SERVICE"
        )


def test_code_is_tried_without_an_api(account: Account) -> None:
    answer = client("appsync").evaluate_code(
        runtime={"name": "APPSYNC_JS", "runtimeVersion": "1.0.0"},
        code=HELLO,
        context=json.dumps({"arguments": {"name": "Ann"}}),
        function="request",
    )

    assert json.loads(answer["evaluationResult"]) == {"payload": "Hello, Ann"}


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("export function request() { while (true) {} }", "interrupted"),
        ("export function request() { const a = []; while (1) a.push('x'.repeat(9999)); }", "mem"),
        ("export function request() { return f(); function f() { return f(); } }", "stack"),
        ("import fs from 'fs';", "SyntaxError"),
        ("import { readFile } from 'fs';", "Could not resolve module fs"),
        ("export function request( {", "SyntaxError"),
    ],
)
def test_hostile_code_is_an_error_of_its_field(account: Account, code: str, message: str) -> None:
    answer = client("appsync").evaluate_code(
        runtime={"name": "APPSYNC_JS", "runtimeVersion": "1.0.0"},
        code=code,
        context="{}",
        function="request",
    )

    assert message in answer["error"]["message"]


def test_javascript_that_aws_refuses_runs(account: Account) -> None:
    """AWS takes no `for (;;)`, no promise and no class in APPSYNC_JS."""
    answer = client("appsync").evaluate_code(
        runtime={"name": "APPSYNC_JS", "runtimeVersion": "1.0.0"},
        code="export function request() { let n = 0; for (; n < 3; n++); return n; }",
        context="{}",
        function="request",
    )

    assert json.loads(answer["evaluationResult"]) == 3


def test_caches_and_cognito_are_not_simulated(api: Api, make_api: MakeApi) -> None:
    caching = {"ttl": 60, "cachingKeys": ["$context.arguments.number"]}
    with pytest.raises(NotImplementedError, match="cachingConfig"):
        api.resolver("Query.twice", "none", HELLO, cachingConfig=caching)

    pool = {"userPoolId": "us-east-1_a", "awsRegion": "us-east-1", "defaultAction": "ALLOW"}
    people = make_api(SCHEMA, authenticationType="AMAZON_COGNITO_USER_POOLS", userPoolConfig=pool)
    with pytest.raises(NotImplementedError, match="AMAZON_COGNITO_USER_POOLS"):
        people.post({"query": "{ hello }"}, authorization="x.y.z")


@pytest.mark.parametrize(
    "schema", ["type Query {", "union A = A type Query { a: A }", "interface Query { a: Int }"]
)
def test_an_api_whose_schema_is_none_says_so(make_api: MakeApi, schema: str) -> None:
    api = make_api(schema)

    status, answer = api.post({"query": "{ a }"}, x_api_key=api.key)

    assert (status, answer["errors"][0]["errorType"]) == (400, "GraphQLSchemaException")
    created = api.appsync.get_schema_creation_status(apiId=api.id)
    assert created["status"] == "FAILED"


def test_what_is_nested_too_deeply_is_no_request(api: Api) -> None:
    status, answer = api.post(b'{"query": ' * 20_000, x_api_key=api.key)

    assert (status, answer["errors"][0]["errorType"]) == (400, "MalformedHttpRequestException")
