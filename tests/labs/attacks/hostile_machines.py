"""Attacks by state machines: JSONata, JSONPath and intrinsics run beside the checks."""

from labs import Verdict
from tests.labs.attacks.attack import Attack

MACHINES = """
import boto3, itertools
states, names = boto3.client('stepfunctions'), itertools.count()
ROLE = 'arn:aws:iam::123456789012:role/r'
def machine(definition, kind='STANDARD'):
    return states.create_state_machine(name=f'm{next(names)}', roleArn=ROLE, type=kind,
        definition=json.dumps(definition))['stateMachineArn']
def ended(definition, given=None):
    run = states.start_execution(
        stateMachineArn=machine(definition), input=json.dumps(given or {}))['executionArn']
    time.sleep(300)
    return states.describe_execution(executionArn=run)
def passed(state, given=None, **more):
    '''The output, or the error of one who fails.'''
    one = {'Type': 'Pass', 'End': True, **state}
    try:
        found = ended({'StartAt': 'A', 'States': {'A': one}, **more}, given)
    except Exception as error:
        return type(error).__name__
    return found.get('output') or found.get('error')
def evaluated(expression):
    return passed({'Output': '{% ' + expression + ' %}'}, QueryLanguage='JSONata')
def intrinsic(call):
    return passed({'Parameters': {'a.$': call}}, {'l': [1, 2]})
REFUSED = {'States.QueryEvaluationError', 'States.IntrinsicFailure', 'States.Runtime',
           'InvalidDefinition'}
def refused(action, *texts):
    print([(text[:60], found) for text in texts if (found := action(text)) not in REFUSED])
"""

ATTACKS = (
    Attack(
        "JSONata that looks for Python",
        MACHINES
        + """
refused(evaluated, '$states.__class__', '$sum.__globals__', '$keys($sum)', '$spread($sum)',
    '$states.input.__init__.__globals__', '$string.implementation', '$eval("1+1")',
    '$lookup($sum, "__globals__")', '$$.__dict__', '$Jsonata', '$clone($sum)',
    '($f := function($x) { $x }; $f.__class__)', '$merge([$sum, {"a": 1}])',
    '$sift($sum, function($v) { true })', '$each($sum, function($v) { $v })')
""",
        prints=("[]",),
        wall_seconds=20,
    ),
    Attack(
        "JSONata without end",
        MACHINES
        + """
refused(evaluated, '($f := function($n) { $f($n + 1) }; $f(1))', '[1..100000000]',
    '($f := function() { $f() + 1 }; $f())', '$range(1, 1000000000, 1)',
    '$map([1..1000000], function($a) { $map([1..1000000], function($b) { $a * $b }) })',
    '$pad("x", 1000000000)', '$join($map([1..100000], function($i) { $pad("x", 10000) }))',
    '($f := function($s, $n) { $n = 0 ? $s : $f($s & $s, $n - 1) }; $length($f("x", 60)))',
    '$power(10, 100000)', '$fromMillis(1e300, "[Y]")')
""",
        prints=("[]",),
        wall_seconds=50,
    ),
    Attack(
        "JSONata with a pattern that is never done",
        MACHINES
        + """
print('begin', flush=True)
evaluated('$match("' + 'a' * 40 + '!", /^(a+)+$/)')
""",
        prints=("begin",),
        verdict=Verdict.TIMED_OUT,
        wall_seconds=2,
    ),
    Attack(
        "deep JSONata",
        MACHINES
        + """
refused(evaluated, '(' * 5000 + '1' + ')' * 5000, '[' * 5000 + ']' * 5000, '1' + '+1' * 20000,
    '-' * 20000 + '1', 'a' + '.a' * 20000, '$f(' * 3000 + ')' * 3000, '{' * 3000,
    '1?' * 3000 + '1', '/(' * 20000, '"' * 9999)
""",
        prints=("[]",),
        wall_seconds=30,
    ),
    Attack(
        "intrinsics and paths that are too much",
        MACHINES
        + """
refused(intrinsic, 'States.ArrayRange(1, 1000000000, 1)', 'States.Array(' * 3000 + ')' * 3000,
    "States.StringToJson('" + '[' * 20000 + "')", "States.StringToJson('" + '9' * 5000 + "')",
    "States.Format('{.__class__}', $)", 'States.ArrayPartition($.l, 1e-9)', '$' + '[' * 5000,
    '$[?(' + '(' * 5000 + '@' + ')' * 5000 + ')]', '$$.__class__', '$.__class__.__mro__',
    "States.Hash($, 'os.system')", '$.l[-9999999999999999999999]')
""",
        prints=("[]",),
        wall_seconds=30,
    ),
    Attack(
        "a state machine that goes round",
        MACHINES
        + """
round = {'StartAt': 'A', 'States': {'A': {'Type': 'Pass', 'Next': 'B'}, 'C': {'Type': 'Succeed'},
    'B': {'Type': 'Choice', 'Default': 'A', 'Choices': [
        {'Variable': '$.x', 'IsPresent': True, 'Next': 'C'}]}}}
print(ended(round)['cause'])
print(states.start_sync_execution(stateMachineArn=machine(round, 'EXPRESS'))['status'])
""",
        prints=(
            "The execution reached the maximum number of history events (25000).",
            "TIMED_OUT",
        ),
        wall_seconds=40,
    ),
    Attack(
        "maps in maps",
        MACHINES
        + """
inner = {'Type': 'Pass', 'End': True}
for depth in range(6):
    inner = {'Type': 'Map', 'End': True, 'ItemsPath': '$.l', 'ItemSelector': {'l.$': '$.l'},
             'ItemProcessor': {'StartAt': f'A{depth}', 'States': {f'A{depth}': inner}}}
print('begin', flush=True)
passed(inner, {'l': list(range(40))})
""",
        prints=("begin",),
        verdict=Verdict.TIMED_OUT,
        wall_seconds=3,
    ),
    Attack(
        "a map over files that are bombs, or none",
        MACHINES
        + """
import zlib
packer = zlib.compressobj(9, wbits=31)
bomb = b''.join([packer.compress(bytes(1 << 20)) for _ in range(1200)] + [packer.flush()])
s3 = boto3.client('s3')
s3.create_bucket(Bucket='bombs')
for number, (kind, body) in enumerate((('JSON', bomb), ('JSON', b'[' * 500000),
        ('JSONL', b'\\xff'), ('JSON', b'\\x1f\\x8b' + bytes(100)), ('MANIFEST', b'[]'),
        ('CSV', b'a\\n"' + b'x' * 200001))):
    s3.put_object(Bucket='bombs', Key=str(number), Body=body)
    header = {'CSVHeaderLocation': 'FIRST_ROW'} if kind == 'CSV' else {}
    print(passed({'Type': 'Map', 'ItemReader': {'Resource': 'arn:aws:states:::s3:getObject',
        'ReaderConfig': {'InputType': kind, **header},
        'Parameters': {'Bucket': 'bombs', 'Key': str(number)}},
        'ItemProcessor': {'StartAt': 'B', 'States': {'B': {'Type': 'Pass', 'End': True}},
            'ProcessorConfig': {'Mode': 'DISTRIBUTED', 'ExecutionType': 'STANDARD'}}}))
""",
        prints=("States.ItemReaderFailed",) * 6,
        wall_seconds=40,
    ),
)
