"""Requests by hand: addresses, headers and bodies that no client of AWS would send."""

from labs import Verdict
from tests.labs.attacks.attack import Attack

HTTP = """
import boto3, http.client
def send(host, method='GET', path='/', body=b'', **headers):
    connection = http.client.HTTPSConnection(host)
    try:
        connection.putrequest(method, path, skip_host='Host' in headers)
        for name, value in headers.items():
            connection.putheader(name.replace('_', '-'), value)
        connection.putheader('Content-Length', str(len(body)))
        connection.endheaders(body)
        answer = connection.getresponse()
        return answer.status, answer.read()
    except Exception as error:
        return type(error).__name__, str(error)
REGION = boto3.client('sqs').meta.region_name
CREDENTIAL = f'AWS4-HMAC-SHA256 Credential=AKIA/20260101/{REGION}'
SIGNED = CREDENTIAL + '/s3/aws4_request, SignedHeaders=host, Signature=0'
"""
ATTACKS = (
    Attack(
        "ways to moto's own API",
        HTTP
        + """
boto3.client('sqs').create_queue(QueueName='own')
moto, sqs = 'motoapi.amazonaws.com', f'sqs.{REGION}.amazonaws.com'
found = [send(host, path=path) for host in (moto, moto.upper(), f'{moto}.', f'x@{moto}',
         f'{moto}:443', f'a.{moto}') for path in ('/moto-api/data.json', '/moto-api/reset')]
found += [send(sqs, path=path, **host) for path in (f'https://{moto}/moto-api/reset',
              f'//{moto}/moto-api/reset', f'https://evil@{moto}/moto-api/reset',
              '/moto-api/reset', f'https://{moto}:99999/moto-api/reset', 'file:///etc/passwd',
              'https://MotoAPI.amazonaws.com/moto-api/reset', f'https://{moto}\\\\@x/moto-api/reset')
          for host in ({}, {'Host': moto}, {'Host': sqs})]
print([one for one in found if not isinstance(one[0], str)])
print(len(boto3.client('sqs').list_queues()['QueueUrls']))
""",
        prints=("[]", "1"),
        wall_seconds=20,
    ),
    Attack(
        "a role of another account",
        HTTP
        + """
sts = boto3.client('sts')
for arn in ('arn:aws:iam::999999999999:role/r', 'arn:aws-cn:iam::999999999999:role/r'):
    tried('assume', lambda: sts.assume_role(RoleArn=arn, RoleSessionName='session'))
tried('token', lambda: sts.assume_role_with_web_identity(RoleSessionName='session',
    WebIdentityToken='token', RoleArn='arn:aws:iam::999999999999:role/r'))
""",
        prints=("assume ClientError", "assume ClientError", "token ClientError"),
    ),
    Attack(
        "XML that names files, or unfolds to billions",
        HTTP
        + """
boto3.client('s3').create_bucket(Bucket='bucket')
bomb = ''.join(f'<!ENTITY a{n + 1} "' + f'&a{n};' * 10 + '">' for n in range(12))
for entity in ('<!ENTITY a0 "lol">' + bomb, '<!ENTITY a12 SYSTEM "file:///etc/passwd">'):
    for query, tags in (('?delete', ('Delete', 'Object', 'Key')),
                        ('?tagging', ('Tagging', 'TagSet', 'Tag', 'Key')),
                        ('?notification', ('NotificationConfiguration', 'Id'))):
        body = ''.join(f'<{tag}>' for tag in tags) + '&a12;'
        body += ''.join(f'</{tag}>' for tag in reversed(tags))
        status, found = send('bucket.s3.amazonaws.com', 'POST' if 'delete' in query else 'PUT',
            '/' + query, f'<!DOCTYPE l [{entity}]>{body}'.encode(), Authorization=SIGNED)
        print(status == 200, 'root:' in str(found), 'lollol' in str(found))
""",
        prints=("False False False",) * 6,
        wall_seconds=20,
    ),
    Attack(
        "forms and addresses that nobody signed",
        HTTP
        + """
s3 = boto3.client('s3')
s3.create_bucket(Bucket='bucket')
s3.put_object(Bucket='bucket', Key='secret', Body=b'SECRET')
limit = ['content-length-range', 0, 5]
form = s3.generate_presigned_post('bucket', 'k', Conditions=[limit])['fields']
def post(fields, kind='multipart/form-data; boundary=X'):
    head = '--X\\r\\nContent-Disposition: form-data; name='
    body = ''.join(f'{head}"{name}"\\r\\n\\r\\n{value}\\r\\n'
                   for name, value in fields.items()) + '--X--\\r\\n'
    return send('bucket.s3.amazonaws.com', 'POST', '/', body.encode(), Content_Type=kind)[0]
form['file'] = 'x'
print(post(form), post({**form, 'file': 'too long'}), post({**form, 'key': '../../x'}),
      post({**form, 'policy': 'W1tb' * 30000}), post({f'a{n}': 'x' for n in range(5000)}),
      post(form, 'multipart/form-data; boundary=' + 'X' * 60000), post({'key': 'k', 'file': 'x'}))
signed = '?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-SignedHeaders=host&X-Amz-Signature=0'
for query in ('', signed, signed + '&X-Amz-Credential=a/b/c/d/e&X-Amz-Date=x&X-Amz-Expires=y',
              '?AWSAccessKeyId=a&Signature=b&Expires=99999999999999999999999', '?versionId=../x',
              signed + '&X-Amz-Expires=' + '9' * 5000, '?' + 'a=1&' * 20000):
    print([path for path in ('/secret', '/bucket/secret', '//secret', '/%2e%2e/bucket/secret')
           for host in ('bucket.s3.amazonaws.com', 's3.amazonaws.com')
           if (found := send(host, path=path + query))[0] == 200 or 'SECRET' in str(found)])
""",
        prints=("204 400 403 403 400 400 403", *("[]",) * 7),
        wall_seconds=30,
    ),
    Attack(
        "rules and schedules with which nobody can compute",
        HTTP
        + """
events = boto3.client('events')
def refused(**rule):
    try:
        events.put_rule(Name='r', **rule)
    except Exception as error:
        return type(error).__name__ != 'NotSimulatedError'
    return False
print([refused(EventPattern=pattern) for pattern in (
    '{"a": ' * 500 + '["x"]' + '}' * 500, '{"a": [{"numeric": ["=", 1e999999999]}]}',
    '{"a": [{"cidr": "1.1.1.1/99999999999999999999"}]}', '{"a": [' + '[' * 3000)])
print([refused(ScheduleExpression=one) for one in ('rate(' + '9' * 200 + ' days)',
    'rate(99999999999 days)', 'cron(0-99999999999 * * * ? *)', 'cron(* * ? * 1#99999 *)')])
""",
        prints=("[True, True, True, True]",) * 2,
    ),
    Attack(
        "a URL that is none",
        HTTP
        + """
print('begin', flush=True)
send('sqs.us-east-1.amazonaws.com', path='https://[/x', Host='sqs.us-east-1.amazonaws.com')
boto3.client('sqs').list_queues()
""",
        prints=("begin",),
        verdict=Verdict.CRASHED,
    ),
)
