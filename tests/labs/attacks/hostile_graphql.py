"""Attacks by GraphQL, by schemas and by resolvers."""

from labs import Verdict
from tests.labs.attacks.attack import Attack

GRAPHQL = """
import boto3, urllib.request, urllib.error
appsync = boto3.client('appsync')
made = appsync.create_graphql_api(name='shop', authenticationType='API_KEY')['graphqlApi']
api, url = made['apiId'], made['uris']['GRAPHQL']
key = appsync.create_api_key(apiId=api)['apiKey']['id']
appsync.create_data_source(apiId=api, name='none', type='NONE')
def schema(text):
    appsync.start_schema_creation(apiId=api, definition=text.encode())
def resolver(field, **more):
    appsync.create_resolver(apiId=api, typeName='Query', fieldName=field,
                            dataSourceName='none', **more)
def javascript(field, code):
    resolver(field, runtime={'name': 'APPSYNC_JS', 'runtimeVersion': '1.0.0'}, code=code)
def ask(query):
    '''"errors", or the data.'''
    body = query if isinstance(query, bytes) else json.dumps({'query': query}).encode()
    try:
        request = urllib.request.Request(url, body, {'x-api-key': key})
        found = json.loads(urllib.request.urlopen(request).read())
    except urllib.error.HTTPError as error:
        return 'errors' if error.code == 400 else error.code
    return 'errors' if found.get('errors') else found['data']
def refused(*queries):
    print([(query[:60], found) for query in queries if (found := ask(query)) != 'errors'])
PAYLOAD = '{"version": "2018-05-29", "payload": {}}'
"""

ATTACKS = (
    Attack(
        "GraphQL that is too deep, or none",
        GRAPHQL
        + """
schema('type Query { a: Query b: String c(x: [String]): String }')
resolver('a', requestMappingTemplate=PAYLOAD, responseMappingTemplate='{}')
refused('{a' * 5000 + '}' * 5000, 'query { ...F } fragment F on Query { a { ...F } }', '"' * 30000,
    '{c(x: ' + '[' * 20000 + ']' * 20000 + ')}', '{b' + ' @skip(if: true)' * 5000 + '}',
    '{' + '...{' * 3000 + 'b' + '}' * 3000 + '}', '{__class__}', '{b(__class__: 1)}',
    b'[' * 100000, b'{"query": ' * 20000, b'{"query": "{b}", "variables": ' + b'[' * 50000,
    b'\\xff', b'', b'[]', b'{"query": 5}')
""",
        prints=("[]",),
        wall_seconds=30,
    ),
    Attack(
        "GraphQL whose fragments unfold to billions",
        GRAPHQL
        + """
schema('type Query { a: Query b: String }')
resolver('a', requestMappingTemplate=PAYLOAD, responseMappingTemplate='{}')
folded = (f' fragment F{n} on Query {{ x{n}: a {{ ...F{n+1} }} y{n}: a {{ ...F{n+1} }} }}'
          for n in range(40))
print('begin', flush=True)
ask('{ ...F0 }' + ''.join(folded) + ' fragment F40 on Query { b }')
""",
        prints=("begin",),
        verdict=Verdict.TIMED_OUT,
        wall_seconds=3,
    ),
    Attack(
        "schemas that are none",
        GRAPHQL
        + """
for text in ('type Query { a: ' + '[' * 5000 + 'Int' + ']' * 5000 + ' }', 'scalar Query',
        'interface A implements A { a: Int } type Query implements A { a: Int }',
        'input A { a: A! } type Query { a(a: A): Int }', 'union A = A type Query { a: A }',
        'type Query { __class__: Int a: Int }', 'extend type Query { a: Int }'):
    schema(text)
    refused('{a}')
""",
        prints=("[]",) * 7,
        wall_seconds=30,
    ),
    Attack(
        "JavaScript that takes too much, or looks for a way out",
        GRAPHQL
        + """
codes = ("while (true) {}", "let s = 'x'; while (true) s += s", "const f = () => f() + 1; f()",
    "const l = []; while (true) l.push(new Array(100000).fill(l))",
    "/(a+)+$/.test('a'.repeat(40) + '!')", "const a = {}; a.a = a; return a",
    "throw {get message() { while (true) {} }}", "require('fs')", "std.getenv('PATH')")
schema('type Query { ' + ' '.join(f'a{n}: String' for n in range(len(codes))) + ' }')
for number, code in enumerate(codes):
    javascript(f'a{number}', 'export function request(ctx) { ' + code + ' }'
               ' export function response(ctx) { return "out" }')
    refused('{a%d}' % number)
""",
        prints=("[]",) * 9,
        wall_seconds=50,
    ),
    Attack(
        "modules that leave their wrapping",
        GRAPHQL
        + """
schema('type Query { a: String }')
for code in ('})()' * 9, 'import * as os from "os"; export function request() {}',
        "import {readFile} from 'std'", 'export function request(ctx) {' + '(' * 20000 + '}',
        '})(); globalThis.__call = () => "[]"; const x = (() => {'):
    javascript('a', code)
    print(ask('{a}') in ('errors', {'a': None}))
    appsync.delete_resolver(apiId=api, typeName='Query', fieldName='a')
""",
        prints=("True",) * 5,
        wall_seconds=30,
    ),
    Attack(
        "mapping templates that show what is behind them",
        GRAPHQL
        + """
schema('type Query { a(x: String): String }')
for template in ('#return($util)', '#return($util.__class__)', '#return("$util $ctx.__class__")',
        '$util.error($util)', '#return($util.dynamodb.toDynamoDB($util))'):
    resolver('a', requestMappingTemplate=template, responseMappingTemplate=PAYLOAD)
    found = str(ask('{a}'))
    print('0x' in found, 'function' in found, 'lambda' in found)
    appsync.delete_resolver(apiId=api, typeName='Query', fieldName='a')
""",
        prints=("False False False",) * 5,
        wall_seconds=30,
    ),
)
