"""What checks hear of APIs that talk back: WebSocket APIs and GraphQL subscriptions."""

import labs
from labs import Verdict
from tests.labs.conftest import MakeLab

CHECKS = """
import json

from labs.checks import Cloud, check, expect

ECHO = "arn:aws:lambda:us-east-1:123456789012:function:echo"
SCHEMA = b'''
type Query { last: String }
type Mutation { say(text: String!): Said }
type Subscription { said: Said @aws_subscribe(mutations: ["say"]) }
type Said { text: String }
'''
SAY = '''
export function request(ctx) { return { payload: { text: ctx.args.text } }; }
export function response(ctx) { return ctx.result; }
'''


@check("A client hears its echo")
def echo(cloud: Cloud) -> None:
    cloud.deploy_function("echo", handler="handler.handler")
    cloud.client("lambda").add_permission(
        FunctionName="echo", StatementId="api", Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
    )
    apis = cloud.client("apigatewayv2")
    api = apis.create_api(
        Name="chat", ProtocolType="WEBSOCKET", RouteSelectionExpression="$request.body.action"
    )
    integration = apis.create_integration(
        ApiId=api["ApiId"],
        IntegrationType="AWS_PROXY",
        IntegrationUri=f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{ECHO}/invocations",
    )
    route = apis.create_route(
        ApiId=api["ApiId"],
        RouteKey="$default",
        Target=f"integrations/{integration['IntegrationId']}",
    )
    apis.create_route_response(
        ApiId=api["ApiId"], RouteId=route["RouteId"], RouteResponseKey="$default"
    )
    apis.create_stage(ApiId=api["ApiId"], StageName="live", AutoDeploy=True)
    client = cloud.websocket(f"{api['ApiEndpoint']}/live")
    client.send("hello")
    expect(client.received == ["you said hello"], f"{client.received}")


@check("A subscriber hears what was said")
def subscriber(cloud: Cloud) -> None:
    appsync = cloud.client("appsync")
    api = appsync.create_graphql_api(name="talk", authenticationType="API_KEY")["graphqlApi"]
    key = appsync.create_api_key(apiId=api["apiId"])["apiKey"]["id"]
    appsync.start_schema_creation(apiId=api["apiId"], definition=SCHEMA)
    appsync.create_data_source(apiId=api["apiId"], name="none", type="NONE")
    appsync.create_resolver(
        apiId=api["apiId"], typeName="Mutation", fieldName="say", dataSourceName="none",
        code=SAY, runtime={"name": "APPSYNC_JS", "runtimeVersion": "1.0.0"},
    )
    headers = {"x-api-key": key}
    heard = cloud.subscribe(api["apiId"], "subscription { said { text } }", headers=headers)
    cloud.call("handler.say", api["uris"]["GRAPHQL"], key)
    expect(heard.received == [{"data": {"said": {"text": "hi"}}}], f"{heard.received}")
"""
HANDLER = """
import json
import urllib.request


def handler(event, context):
    return {"statusCode": 200, "body": f"you said {event['body']}"}


def say(url, key):
    body = json.dumps({"query": 'mutation { say(text: "hi") { text } }'}).encode()
    request = urllib.request.Request(url, data=body, headers={"x-api-key": key})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)
"""


def test_checks_hear_websockets_and_subscriptions(make_lab: MakeLab) -> None:
    report = labs.grade(make_lab(checks=CHECKS), {"handler.py": HANDLER}, seed=1)

    assert report.verdict is Verdict.PASSED, [check.feedback for check in report.checks]
