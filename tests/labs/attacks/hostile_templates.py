"""Attacks by templates: CloudFormation's and Velocity's, which are read beside the checks."""

from labs import Verdict
from tests.labs.attacks.attack import Attack

STACKS = """
import boto3, itertools
stacks, numbers = boto3.client('cloudformation'), itertools.count()
def made(template):
    '''The outputs of its stack, "refused", or what else became of it.'''
    body, name = template if isinstance(template, str) else json.dumps(template), next(numbers)
    try:
        stacks.create_stack(StackName=f's{name}', TemplateBody=body, Capabilities=[
            'CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND'])
    except Exception as error:
        return 'refused' if 'ValidationError' in str(error) else str(error)[-60:]
    time.sleep(60)
    found = stacks.describe_stacks(StackName=f's{name}')['Stacks'][0]
    is_made = found['StackStatus'] == 'CREATE_COMPLETE'
    return [one['OutputValue'] for one in found.get('Outputs', [])] if is_made else 'refused'
def refused(*bodies):
    print([(str(body)[:60], found) for body in bodies if (found := made(body)) != 'refused'])
QUEUE = 'Resources: {Q: {Type: AWS::SQS::Queue}}\\n'
"""
VELOCITY = """
import boto3, urllib.request, urllib.error
api = boto3.client('apigateway')
rest = api.create_rest_api(name='a')['id']
root = api.get_resources(restApiId=rest)['items'][0]['id']
where = {'restApiId': rest, 'resourceId': root, 'httpMethod': 'POST'}
api.put_method(**where, authorizationType='NONE')
api.put_method_response(**where, statusCode='200')
api.put_integration(**where, type='MOCK',
                    requestTemplates={'application/json': '{"statusCode": 200}'})
def rendered(template):
    api.put_integration_response(**where, statusCode='200',
                                 responseTemplates={'application/json': template})
    api.create_deployment(restApiId=rest, stageName='s')
    address = f'https://{rest}.execute-api.{api.meta.region_name}.amazonaws.com/s/'
    kind = {'Content-Type': 'application/json'}
    try:
        request = urllib.request.Request(address, b'{"a": [1, 2, 3]}', kind)
        return urllib.request.urlopen(request).read().decode()
    except urllib.error.HTTPError as error:
        return error.code
HOG = '#foreach($i in [1..10000])'
"""

ATTACKS = (
    Attack(
        "templates with Python's tags",
        STACKS
        + """
refused(*(QUEUE + f'Outputs: {{A: {{Value: {value}}}}}' for value in (
    '!!python/object/apply:os.system [id]', '!!python/name:os.environ', '!!python/module:os',
    '!python/name:os.environ', '!!binary aGk=', '!!set {a}', '!Fn::Sub x',
    '!Transform {Name: AWS::Include, Parameters: {Location: /etc/passwd}}')))
""",
        prints=("[]",),
        wall_seconds=20,
    ),
    Attack(
        "templates that are too deep, or hold themselves",
        STACKS
        + """
refused('[' * 3000, '{' * 3000, '{"a":' * 20000, 'a: ' + '[' * 5000 + ']' * 5000, '? ' * 5000,
    '- ' * 3000, '&a ' * 3000, QUEUE + 'Metadata: &a {x: *a}')
""",
        prints=("[]",),
        wall_seconds=50,
    ),
    Attack(
        "a small template that is a large one",
        STACKS
        + """
lines = ['a: &a [x, x, x, x, x, x, x, x, x, x]']
for above, name in zip('abcdefghijk', 'bcdefghijkl'):
    lines.append(f'{name}: &{name} [' + ', '.join([f'*{above}'] * 10) + ']')
print('begin', flush=True)
made(QUEUE + 'Metadata:\\n  ' + '\\n  '.join(lines))
""",
        prints=("begin",),
        verdict=Verdict.TIMED_OUT,
        wall_seconds=2,
    ),
    Attack(
        "functions in templates that reach too far",
        STACKS
        + """
queue = {'Q': {'Type': 'AWS::SQS::Queue'}}
refused(*({'Resources': queue, 'Outputs': {'A': {'Value': value}}} for value in (
    {'Fn::Cidr': ['10.0.0.0/8', 10**9, 1]}, {'Fn::Sub': '${AWS::__class__}'},
    {'Fn::Sub': '${Q.__class__}'}, {'Fn::GetAtt': ['Q', '__class__']}, {'Fn::Sub': ['x']},
    {'Fn::FindInMap': ['__class__', 'a', 'b']}, {'Fn::Select': ['99999999999', ['a']]},
    {'Fn::Transform': {'Name': 'AWS::Include', 'Parameters': {'Location': '/etc/passwd'}}})))
print(made({'Resources': queue, 'Outputs': {'A': {'Value': {'Ref': 'AWS::NoValue'}}}}))
""",
        prints=("[]", "['']"),
        wall_seconds=30,
    ),
    Attack(
        "SAM templates that name files, classes and properties of no form",
        STACKS
        + """
def sam(kind, properties):
    return {'Transform': 'AWS::Serverless-2016-10-31',
            'Resources': {'F': {'Type': kind, 'Properties': properties}}}
refused(*(sam('AWS::Serverless::Function', {'CodeUri': uri, 'Handler': 'a.b',
              'Runtime': 'python3.13'}) for uri in (
    '/etc/passwd', '../../../etc', 'file:///etc/passwd', '/proc/self/environ', '..', 5, ['x'])))
refused(*(sam(kind, properties) for kind in (
    'AWS::Serverless::StateMachine', 'AWS::SQS::Queue::__init__', 'AWS::CloudFormation::Stack',
    'Custom::X') for properties in (5, 'x', {'__class__': 1}, {'TemplateURL': 'file:///etc/x'},
                                    {'DefinitionUri': '/etc/passwd'})))
""",
        prints=("[]", "[]"),
        wall_seconds=40,
    ),
    Attack(
        "Velocity that looks for Python",
        VELOCITY
        + """
print([found for template in ('$util.__class__', '$input.getClass()', '$context.__init__',
    '$util.methods', '$util.fields', '$input.params().__class__', '#set($a = [])$a.append',
    '#set($a = "")$a.__class__.__mro__', '$util.escapeJavaScript.__globals__',
    '$input.path("$.__class__")', '#include("/etc/passwd")', '#parse("/etc/passwd")',
    '#evaluate("$x")', '${util["__class__"]}', '$stageVariables.__class__', '#return($util)')
    if (found := rendered(template)) not in ('', 500)])
""",
        prints=("[]",),
        wall_seconds=30,
    ),
    Attack(
        "Velocity without end",
        VELOCITY
        + """
print([rendered(template) for template in (HOG * 3 + 'x' + '#end' * 3, '#macro(a)#a()#end#a()',
    '#set($s="x")' + HOG + '#set($s="$s$s")#end', '#set($l=[])$l.add($l)$l', '#if(true)' * 3000,
    '#set($l=[1..9999])' + HOG + '$l.addAll($l)#end', '#define($a)$a#end$a',
    '#if(' + '(' * 3000 + '1' + ')' * 3000 + ')#end')])
""",
        prints=(f"{[500] * 8}",),
        wall_seconds=50,
    ),
    Attack(
        "Velocity with a pattern that is never done",
        VELOCITY
        + """
print('begin', flush=True)
rendered('#set($s = "' + 'a' * 40 + '!")$s.matches("(a+)+")')
""",
        prints=("begin",),
        verdict=Verdict.TIMED_OUT,
        wall_seconds=2,
    ),
)
