"""Attacks on what all share: time, processor, disk, memory of the kernel, the account's memory."""

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
        "processor",
        """
print('begin')
while True:
    pass
""",
        prints=("begin",),
        verdict=Verdict.TIMED_OUT,
        wall_seconds=0.5,
        says="the last line reached was main.py:",
    ),
    Attack(
        "processor, deaf to all signals",
        """
import signal
for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
    signal.signal(number, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
print('begin')
while True:
    pass
""",
        prints=("begin",),
        verdict=Verdict.TIMED_OUT,
        wall_seconds=0.5,
        says="still running after 0.5 s",
    ),
    Attack(
        "processor inside one instruction",
        """
print('begin')
x = 7 ** (10 ** 8)
""",
        prints=("begin",),
        verdict=Verdict.TIMED_OUT,
        wall_seconds=0.5,
    ),
    Attack(
        "a pattern that never ends",
        """
import re
print('begin')
re.match('(a+)+$', 'a' * 60 + 'b')
""",
        prints=("begin",),
        verdict=Verdict.TIMED_OUT,
        wall_seconds=0.5,
    ),
    Attack(
        "sleep",
        """
print('begin')
while True:
    time.sleep(10**6)
""",
        prints=("begin",),
        verdict=Verdict.TIMED_OUT,
        wall_seconds=0.5,
    ),
    Attack(
        "waiting for what never comes",
        """
print('begin')
os.read(os.pipe()[0], 1)
""",
        prints=("begin",),
        verdict=Verdict.TIMED_OUT,
        wall_seconds=0.5,
    ),
    Attack(
        "a handler that sleeps for ever",
        """
def handler(event, context):
    print('begin')
    time.sleep(1000)
""",
        graded=True,
        prints=("begin",),
        verdict=Verdict.TIMED_OUT,
        wall_seconds=0.7,
    ),
    Attack(
        "flooding the pipe that tells the last line",
        """
os.set_blocking(5, False)
try:
    while True:
        os.write(5, b'  File "/var/task/../../etc/passwd", line 999\\n' * 1000)
except BlockingIOError:
    print('full')
while True:
    pass
""",
        prints=("full",),
        verdict=Verdict.TIMED_OUT,
        wall_seconds=0.5,
    ),
    Attack(
        "disk: one file",
        """
print('begin')
with open('/tmp/big', 'wb') as file:
    while True:
        file.write(bytes(1 << 20))
""",
        prints=("begin",),
        verdict=Verdict.DISK_EXCEEDED,
        says="MB",
    ),
    Attack(
        "disk: many files, in both folders",
        """
for folder in ('/tmp', '/var/task'):
    written = 0
    try:
        for number in range(500):
            with open(f'{folder}/{number}', 'wb', buffering=0) as file:
                written += file.write(bytes(1 << 20))
    except OSError as error:
        print(folder, errno.errorcode[error.errno], written < 70 << 20)
""",
        prints=("/tmp ENOSPC True", "/var/task ENOSPC True"),
    ),
    Attack(
        "disk: sparse files and allocation",
        """
file = os.open('/tmp/sparse', os.O_RDWR | os.O_CREAT)
tried('truncate', os.ftruncate, file, 10**13)
tried('seek', os.pwrite, file, b'x', 10**13)
tried('allocate', os.posix_fallocate, file, 0, 10**9)
tried('copy', os.copy_file_range, file, file, 10**12, 0, 5)
""",
        prints=("truncate EFBIG", "seek EFBIG", "allocate EFBIG", "copy 0"),
    ),
    Attack(
        "inodes",
        """
def fill(make):
    count = 0
    try:
        while True:
            make(f'/tmp/{make.__name__}-{count}')
            count += 1
    except OSError as error:
        return f'{errno.errorcode[error.errno]} {count <= 4096}'
def touch(path):
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY))
print(fill(touch), fill(os.mkdir), fill(lambda path: os.symlink('x', path)))
touch('/tmp/one-more')
""",
        prints=("ENOSPC True ENOSPC True ENOSPC True",),
        verdict=Verdict.DISK_EXCEEDED,
    ),
    Attack(
        "folders without end",
        """
depth = 0
os.chdir('/tmp')
try:
    while True:
        os.mkdir('d')
        os.chdir('d')
        depth += 1
except OSError as error:
    print(errno.errorcode[error.errno], 1000 < depth < 4100)
""",
        prints=("ENOSPC True",),
    ),
    Attack(
        "pipes and descriptors",
        """
import fcntl, select
kept = []
def many(make):
    count = 0
    try:
        while True:
            kept.append(make())
            count += 1
    except OSError as error:
        return f'{errno.errorcode[error.errno]} {count <= 128}'
for make in (os.pipe, socket.socketpair, select.epoll, lambda: open('/dev/null'),
             lambda: os.dup(1), lambda: os.eventfd(0)):
    print(many(make))
    while kept:
        ends = kept.pop()
        for end in ends if isinstance(ends, tuple) else (ends,):
            end.close() if hasattr(end, 'close') else os.close(end)
""",
        prints=("EMFILE True",) * 6,
    ),
    Attack(
        "memory of the kernel behind pipes and sockets",
        """
import fcntl
total, kept = 0, []
try:
    while True:
        reading, writing = os.pipe()
        os.set_blocking(writing, False)
        try:
            fcntl.fcntl(writing, 1031, 1 << 20)
        except OSError:
            pass
        try:
            while True:
                total += os.write(writing, bytes(65536))
        except BlockingIOError:
            pass
except OSError as error:
    print(errno.errorcode[error.errno], total < 128 << 20)
""",
        prints=("EMFILE True",),
    ),
    Attack(
        "output flood on stdout",
        """
while True:
    print('x' * 1000)
""",
        prints=("x" * 1000,),
        verdict=Verdict.OUTPUT_EXCEEDED,
        says="64 KiB",
    ),
    Attack(
        "output flood on stderr",
        """
while True:
    sys.stderr.write('x' * 1000 + '\\n')
""",
        prints=("x" * 1000,),
        verdict=Verdict.OUTPUT_EXCEEDED,
        says="64 KiB",
    ),
    Attack(
        "output flood past Python, on both streams",
        """
def flood(fd):
    while True:
        os.write(fd, b'\\xff\\x00\\x1b[2J\\r\\n' * 5000)
threading.Thread(target=flood, args=(2,)).start()
flood(1)
""",
        verdict=Verdict.OUTPUT_EXCEEDED,
        says="64 KiB",
    ),
    Attack(
        "output flood when all is over",
        """
import atexit
def flood():
    while True:
        print('y' * 1000)
atexit.register(flood)
print('main ends')
""",
        prints=("main ends", "y" * 1000),
        verdict=Verdict.OUTPUT_EXCEEDED,
    ),
    Attack(
        "deep JSON as an answer",
        """
def double(number):
    deep = []
    for _ in range(10**5):
        deep = [deep]
    return deep
def handler(event, context):
    pass
""",
        graded=True,
        verdict=Verdict.CRASHED,
        says="What it returned is not JSON",
    ),
    Attack(
        "a huge answer",
        """
def double(number):
    return 'x' * 10**7
def handler(event, context):
    pass
""",
        graded=True,
        verdict=Verdict.CRASHED,
        says="ended its own process",
    ),
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
        prints=("deep expression NotSimulatedError", "deep message True"),
    ),
    Attack(
        "zip bomb as a package",
        LAMBDA
        + """
print(invoked('zeros', [(f'{number}.py', bytes(16 << 20)) for number in range(4)]))
""",
        prints=("The package is larger than 32 MB unpacked.",),
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
import os
def b(event, context):
    found = [os.path.join(folder, name) for folder, _, names in os.walk('/var/task') for name in names]
    return sorted(found + os.listdir('/tmp')) + [os.path.islink('/var/task/link')]
'''
entries = [('a.py', code), ('../../up.py', 'x'), ('/tmp/absolute.py', 'x'), (link, '/etc/passwd'),
           ('link/below', 'x'), ('c/../../../d.py', 'x')]
print(invoked('paths', entries[:4]))
print(invoked('below', entries[:5])[:30])
print(invoked('dots', [entries[0], entries[5]]))
""",
        prints=(
            "['/var/task/a.py', '/var/task/link', '/var/task/tmp/absolute.py', "
            "'/var/task/up.py', False]",
            "The package cannot be unpacked",
            "['/var/task/a.py', '/var/task/c/d.py', False]",
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
events.put_rule(Name='r', EventPattern=json.dumps({'source': [{'wildcard': '*a' * 40 + 'b'}]}))
print('begin')
events.put_events(Entries=[{'Source': 'a' * 60, 'DetailType': 'x', 'Detail': '{}'}])
""",
        prints=("begin",),
        verdict=Verdict.TIMED_OUT,
        wall_seconds=0.7,
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
