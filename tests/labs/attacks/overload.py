"""Attacks on the account: packages, templates and calls that are too much for it."""

from labs import Verdict
from tests.labs.attacks.attack import Attack

LAMBDA = """
import boto3, io, zipfile
iam, functions = boto3.client('iam'), boto3.client('lambda')
role = iam.create_role(RoleName='r', AssumeRolePolicyDocument='{}')['Role']['Arn']
def package(entries):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, 'w', zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return packed.getvalue()
def invoked(name, entries):
    functions.create_function(FunctionName=name, Runtime='python3.13', Role=role,
        Handler='a.b', Code={'ZipFile': package(entries)}, Timeout=5)
    answer = functions.invoke(FunctionName=name, Payload='{}')
    payload = json.loads(answer['Payload'].read())
    return payload.get('errorMessage', payload) if isinstance(payload, dict) else payload
"""

ATTACKS = (
    Attack(
        "deep expressions and messages",
        """
import boto3
boto3.resource('dynamodb').create_table(TableName='t', BillingMode='PAY_PER_REQUEST',
    KeySchema=[{'AttributeName': 'k', 'KeyType': 'HASH'}],
    AttributeDefinitions=[{'AttributeName': 'k', 'AttributeType': 'S'}])
client = boto3.client('dynamodb')
expression = '(' * 20000 + 'a = :a' + ')' * 20000
tried('deep expression', lambda: client.scan(TableName='t', FilterExpression=expression,
    ExpressionAttributeValues={':a': {'S': '1'}}))
queue = boto3.client('sqs')
url = queue.create_queue(QueueName='q')['QueueUrl']
tried('deep message', lambda: bool(queue.send_message(QueueUrl=url, MessageBody='[' * 10**5)))
""",
        prints=("deep expression ClientError", "deep message True"),
    ),
    Attack(
        "zip bomb as a package",
        LAMBDA
        + """
print(invoked('zeros', [(f'{number}.py', bytes(16 << 20)) for number in range(4)])[:54])
""",
        prints=("Function code combined with layers exceeds the maximum",),
    ),
    Attack(
        "zip of very many files as a package",
        LAMBDA
        + """
print(invoked('many', [(f'{number}.py', b'') for number in range(9000)])[:30])
""",
        prints=("The package cannot be unpacked",),
    ),
    Attack(
        "paths and links in a package",
        LAMBDA
        + """
link = zipfile.ZipInfo('link')
link.external_attr = 0o120777 << 16
code = '''
import os, sys
def b(event, context):
    found = [os.path.join(folder, name)
             for folder, _, names in os.walk('/var/task') for name in names]
    found = sorted(name.removeprefix('/var/task/') for name in found)
    return ' '.join([*found, 'linked', str(os.path.islink('/var/task/link')),
                     'absolute', str(os.path.exists('/tmp/absolute.py'))])
'''
entries = [('a.py', code), ('../../up.py', 'x'), ('/tmp/absolute.py', 'x'), (link, '/etc/passwd'),
           ('link/below', 'x'), ('c/../../../d.py', 'x')]
print(invoked('paths', entries[:4]))
print(invoked('below', entries[:5])[:30])
print(invoked('dots', [entries[0], entries[5]]))
""",
        prints=(
            "a.py link tmp/absolute.py up.py linked False absolute False",
            "The package cannot be unpacked",
            "a.py c/d.py linked False absolute False",
        ),
    ),
    Attack(
        "a package that is none",
        LAMBDA
        + """
for name, data in (('text', b'PK but no zip'), ('cut', package([('a.py', b'x' * 1000)])[:-30])):
    functions.create_function(FunctionName=name, Runtime='python3.13', Role=role, Handler='a.b',
                              Code={'ZipFile': data})
    answer = json.loads(functions.invoke(FunctionName=name)['Payload'].read())
    print(name, answer['errorType'])
""",
        prints=("text Runtime.InvalidZip", "cut Runtime.InvalidZip"),
    ),
    Attack(
        "functions that start each other without end",
        LAMBDA
        + """
code = '''
import boto3, json
def b(event, context):
    answer = boto3.client('lambda').invoke(FunctionName='again', Payload='{}')
    return json.loads(answer['Payload'].read())
'''
print(invoked('again', [('a.py', code)]))
""",
        prints=("Functions invoked each other more than 6 levels deep.",),
    ),
    Attack(
        "a function that feeds itself",
        """
import boto3
sqs = boto3.client('sqs')
def double(number):
    return 0
def handler(event, context):
    url = sqs.get_queue_url(QueueName='numbers')['QueueUrl']
    sqs.send_message(QueueUrl=url, MessageBody='{}')
""",
        graded=True,
        verdict=Verdict.FAILED,
        says="set each other off",
        wall_seconds=30,
    ),
    Attack(
        "calls without end",
        """
import boto3
sqs = boto3.client('sqs')
print('begin')
while True:
    sqs.list_queues()
""",
        prints=("begin",),
        verdict=Verdict.CALLS_EXCEEDED,
        says="2000 AWS calls",
        wall_seconds=30,
    ),
    Attack(
        "filling the account's memory and disk",
        """
import boto3
s3 = boto3.client('s3')
s3.create_bucket(Bucket='bucket')
s3.put_object(Bucket='bucket', Key='0', Body=bytes(30 << 20))
for number in range(1, 60):
    try:
        s3.copy_object(Bucket='bucket', Key=str(number), CopySource='bucket/0')
    except Exception as error:
        print(type(error).__name__)
        break
""",
        prints=("NotSimulatedError",),
    ),
    Attack(
        "a template that unfolds to billions",
        """
import boto3
lines = ['a: &a [x, x, x, x, x, x, x, x, x, x]']
for above, name in zip('abcdefgh', 'bcdefghi'):
    lines.append(f'{name}: &{name} [' + ', '.join([f'*{above}'] * 10) + ']')
lines.append('Resources: {Q: {Type: AWS::SQS::Queue, Properties: {QueueName: *i}}}')
try:
    boto3.client('cloudformation').create_stack(StackName='s', TemplateBody='\\n'.join(lines))
except Exception as error:
    print(type(error).__name__)
""",
        verdict=Verdict.TIMED_OUT,
        wall_seconds=1,
    ),
    Attack(
        "patterns that the account would match for ever",
        """
import boto3
events = boto3.client('events')
print('begin')
events.put_rule(Name='r', EventPattern=json.dumps({'source': [{'wildcard': '*a' * 40 + 'b'}]}))
events.put_events(Entries=[{'Source': 'a' * 60, 'DetailType': 'x', 'Detail': '{}'}])
""",
        prints=("begin",),
        verdict=Verdict.CRASHED,  # too complex, says EventBridge
    ),
    Attack(
        "waiting in the account",
        """
import boto3
sqs = boto3.client('sqs')
url = sqs.create_queue(QueueName='q')['QueueUrl']
began = time.monotonic()
for _ in range(20):
    sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20)
print(len(sqs.list_queues()['QueueUrls']))
""",
        prints=("1",),
    ),
)
