"""Wirings that set each other off: the account stops them, and its sentence names the loop."""

from labs import Verdict
from tests.labs.attacks.attack import Attack

WIRED = """
import boto3, io, zipfile
REGION, ROLE = boto3.client('sqs').meta.region_name, 'arn:aws:iam::123456789012:role/r'
boto3.client('iam').create_role(RoleName='r', AssumeRolePolicyDocument='{}')
sqs, s3, sns, events, states, functions = (
    boto3.client(name) for name in ('sqs', 's3', 'sns', 'events', 'stepfunctions', 'lambda'))
EVENT = {'Source': 'x', 'DetailType': 'y', 'Detail': '{}'}
def function(code):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, 'w') as archive:
        archive.writestr('a.py', f'import boto3\\ndef b(event, context):\\n {code}')
    made = functions.create_function(FunctionName='f', Runtime='python3.13', Handler='a.b',
        Role=ROLE, Code={'ZipFile': packed.getvalue()}, Timeout=10)['FunctionArn']
    for who in ('s3', 'sns', 'events'):
        functions.add_permission(FunctionName='f', StatementId=who,
            Action='lambda:InvokeFunction', Principal=f'{who}.amazonaws.com')
    return made
def machine(state):
    definition = {'StartAt': 'A', 'States': {'A': {**state, 'End': True}}}
    return states.create_state_machine(name='m', roleArn=ROLE,
        definition=json.dumps(definition))['stateMachineArn']
def rule(pattern, target):
    events.put_rule(Name='r', EventPattern=json.dumps(pattern))
    events.put_targets(Rule='r', Targets=[{'Id': '1', 'Arn': target, 'RoleArn': ROLE}])
def set_off(action, **arguments):
    try:
        action(**arguments)
    except Exception:  # the account talks to it no more
        pass
"""


def _loop(name: str, code: str, says: str) -> Attack:
    return Attack(name, WIRED + code, says=says, wall_seconds=40)


ATTACKS = (
    _loop(
        "a rule that matches what its function sends",
        """
code = f"boto3.client('events').put_events(Entries=[{EVENT}])"
rule({'source': ['x']}, function(code))
set_off(events.put_events, Entries=[EVENT])
""",
        "rule r to function f",
    ),
    _loop(
        "a bucket whose function writes to it",
        """
s3.create_bucket(Bucket='round')
made = function("boto3.client('s3').put_object(Bucket='round', Key='k', Body=b'')")
s3.put_bucket_notification_configuration(Bucket='round', NotificationConfiguration={
    'LambdaFunctionConfigurations': [
        {'LambdaFunctionArn': made, 'Events': ['s3:ObjectCreated:*']}]})
set_off(s3.put_object, Bucket='round', Key='k', Body=b'')
""",
        "bucket round to function f",
    ),
    _loop(
        "a topic whose function publishes to it",
        """
topic = sns.create_topic(Name='round')['TopicArn']
made = function(f"boto3.client('sns').publish(TopicArn='{topic}', Message='x')")
sns.subscribe(TopicArn=topic, Protocol='lambda', Endpoint=made)
set_off(sns.publish, TopicArn=topic, Message='x')
""",
        "topic round to function f",
    ),
    _loop(
        "a table whose stream's function writes to it",
        """
client = boto3.client('dynamodb')
stream = client.create_table(TableName='round', BillingMode='PAY_PER_REQUEST',
    KeySchema=[{'AttributeName': 'k', 'KeyType': 'HASH'}],
    AttributeDefinitions=[{'AttributeName': 'k', 'AttributeType': 'S'}],
    StreamSpecification={'StreamEnabled': True, 'StreamViewType': 'NEW_IMAGE'},
)['TableDescription']['LatestStreamArn']
function("import uuid; boto3.client('dynamodb').put_item("
         "TableName='round', Item={'k': {'S': str(uuid.uuid4())}})")
functions.create_event_source_mapping(FunctionName='f', EventSourceArn=stream,
                                      StartingPosition='TRIM_HORIZON')
set_off(client.put_item, TableName='round', Item={'k': {'S': 'x'}})
""",
        "mapping round to function f",
    ),
    _loop(
        "a state machine that starts itself",
        """
arn = f'arn:aws:states:{REGION}:123456789012:stateMachine:m'
machine({'Type': 'Task', 'Resource': 'arn:aws:states:::states:startExecution',
         'Parameters': {'StateMachineArn': arn}})
set_off(states.start_execution, stateMachineArn=arn)
""",
        "state machine m",
    ),
    _loop(
        "a state machine that waits for itself",
        """
arn = f'arn:aws:states:{REGION}:123456789012:stateMachine:m'
machine({'Type': 'Task', 'Resource': 'arn:aws:states:::states:startExecution.sync:2',
         'Parameters': {'StateMachineArn': arn}})
set_off(states.start_execution, stateMachineArn=arn)
""",
        "state machine m",
    ),
    _loop(
        "a bucket, a rule and a state machine in a ring",
        """
s3.create_bucket(Bucket='round')
s3.put_bucket_notification_configuration(
    Bucket='round', NotificationConfiguration={'EventBridgeConfiguration': {}})
arn = machine({'Type': 'Task', 'Resource': 'arn:aws:states:::aws-sdk:s3:putObject',
               'Parameters': {'Bucket': 'round', 'Key': 'k', 'Body': 'x'}})
rule({'source': ['aws.s3']}, arn)
set_off(s3.put_object, Bucket='round', Key='k', Body=b'')
""",
        "rule r to state machine m",
    ),
    _loop(
        "a pipe into its own queue",
        """
url = sqs.create_queue(QueueName='round')['QueueUrl']
queue = f'arn:aws:sqs:{REGION}:123456789012:round'
boto3.client('pipes').create_pipe(Name='p', RoleArn=ROLE, Source=queue, Target=queue)
sqs.send_message(QueueUrl=url, MessageBody='x')
set_off(time.sleep, seconds=30)
""",
        "still coming back",
    ),
    Attack(
        "a ring of a rule and a state machine in a grading",
        WIRED
        + """
arn = machine({'Type': 'Task', 'Resource': 'arn:aws:states:::events:putEvents',
               'Parameters': {'Entries': [{**EVENT, 'Detail': {}}]}})
rule({'source': ['x']}, arn)
def double(number):
    return 0
def handler(event, context):
    events.put_events(Entries=[EVENT])
""",
        graded=True,
        verdict=Verdict.CRASHED,
        or_verdict=Verdict.FAILED,
        wall_seconds=40,
    ),
)
