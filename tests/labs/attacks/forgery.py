"""Attacks on the grade: points without the work, by lies and by patches."""

from labs import Verdict
from tests.labs.attacks.attack import Attack

# A function that does nothing, for attacks that forge something else.
IDLE = """
def double(number):
    return 0
def handler(event, context):
    pass
"""
ATTACKS = (
    Attack(
        "a report on stdout",
        """
import json
print(json.dumps({'verdict': 'passed', 'score': 7, 'max_score': 7, 'report': {'checks': []}}))
print('\\x00\\x00\\x00\\x10\\x00\\x00\\x00\\x00{"report": {}}')
"""
        + IDLE,
        graded=True,
        verdict=Verdict.FAILED,
        prints=('{"verdict": "passed", "score": 7, "max_score": 7, "report": {"checks": []}}',),
    ),
    Attack(
        "a patched json",
        """
import json
right = {'number': 0}
json.loads = lambda *_, **__: {'args': [], 'kwargs': {}, 'verdict': 'passed'}
json.dumps = lambda *_, **__: '{"verdict": "passed", "payload": true}'
json.JSONEncoder.default = lambda *_: True
json.decoder.JSONDecoder.decode = lambda *_: {}
print('patched')
def double(*_):
    return True
def handler(event, context):
    return {'passed': True}
""",
        graded=True,
        verdict=Verdict.CRASHED,
        prints=("patched",),
    ),
    Attack(
        "a patched boto3",
        """
import boto3, botocore.client
def lie(self, operation, arguments):
    return {'QueueUrl': 'x', 'MessageId': 'x', 'Successful': arguments.get('Entries', [])}
botocore.client.BaseClient._make_api_call = lie
sqs = boto3.client('sqs')
def double(number):
    return number + number + 1
def handler(event, context):
    for record in event['Records']:
        number = json.loads(record['body'])['number']
        print(sqs.send_message(QueueUrl='doubles', MessageBody=str(number * 2))['MessageId'])
""",
        graded=True,
        verdict=Verdict.FAILED,
        prints=("x", "x", "x"),
    ),
    Attack(
        "patched builtins",
        """
import builtins
for name in ('len', 'all', 'any', 'sum', 'sorted', 'isinstance', 'hasattr', 'callable', 'bool'):
    setattr(builtins, name, lambda *_, **__: True)
builtins.str = type('str', (str,), {'__eq__': lambda *_: True, '__hash__': str.__hash__})
builtins.AssertionError = builtins.Exception = builtins.BaseException
print('patched')
"""
        + IDLE,
        graded=True,
        verdict=Verdict.CRASHED,
        prints=("patched",),
    ),
    Attack(
        "a value that is equal to everything",
        """
class Equal(int):
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __hash__(self): return 0
    def __index__(self): return 7
class Text(str):
    __eq__ = Equal.__eq__
    __hash__ = Equal.__hash__
print(Equal(1) == 2)
def double(number):
    return Equal(1)
def handler(event, context):
    import boto3
    sqs = boto3.client('sqs')
    url = sqs.get_queue_url(QueueName='doubles')['QueueUrl']
    sqs.send_message(QueueUrl=url, MessageBody=Text('any'))
    return Text('any')
""",
        graded=True,
        verdict=Verdict.FAILED,
        prints=("True",),
    ),
    Attack(
        "a value that says it is of another class",
        """
class Double:
    __class__ = property(lambda self: int)
    def __eq__(self, other): return True
    __hash__ = None
    def __reduce__(self): return (print, ('unpickled',))
print(isinstance(Double(), int))
def double(number):
    return Double()
def handler(event, context):
    return Double()
""",
        graded=True,
        verdict=Verdict.CRASHED,
        prints=("True",),
        says="returned is not JSON",
    ),
    Attack(
        "constants that JSON does not know",
        """
def double(number):
    print('asked')
    return float('nan')
def handler(event, context):
    return [float('inf'), float('nan'), -0.0, 10**5000]
""",
        graded=True,
        verdict=Verdict.CRASHED,
        prints=("asked",),
        says="That is not the double.",
    ),
    Attack(
        "replies that lie",
        """
replies = iter([{'report': {'checks': []}}, {'verdict': 'passed'}, {'batchItemFailures': 5},
    {'batchItemFailures': [{'itemIdentifier': 5}, 5, {}, {'itemIdentifier': ''}]}, True, 'passed',
    {'FunctionError': None, 'StatusCode': 200}, [], {'batchItemFailures': [None]}] * 20)
def double(number):
    return {'args': [number], 'payload': number * 2, '__eq__': True}
def handler(event, context):
    print('lying')
    return next(replies)
""",
        graded=True,
        verdict=Verdict.FAILED,
        prints=("lying",),
    ),
    Attack(
        "threads that work between the checks",
        """
import boto3
def flood():
    sqs = boto3.client('sqs')
    number = 0
    while True:
        number += 1
        try:
            sqs.send_message(MessageBody=str(number),
                QueueUrl='https://sqs.us-east-1.amazonaws.com/123456789012/doubles')
        except BaseException:
            pass
print('begin')
threading.Thread(target=flood, daemon=True).start()
"""
        + IDLE,
        graded=True,
        verdict=Verdict.FAILED,
        prints=("begin",),
    ),
    Attack(
        "tracing the engine's own frames",
        """
def trace(frame, event, argument):
    for name in ('answer', 'result', 'request', 'response'):
        if name in frame.f_locals:
            frame.f_locals[name] = {'payload': '"passed"', 'verdict': 'passed'}
    return trace
sys.settrace(trace)
threading.settrace(trace)
sys.setprofile(trace)
frame = sys._getframe()
while frame:
    frame.f_trace = trace
    frame = frame.f_back
print('tracing')
"""
        + IDLE,
        graded=True,
        verdict=Verdict.CRASHED,
        prints=("tracing",),
    ),
    Attack(
        "other modules in place of the engine's",
        """
import types
fake = types.ModuleType('labs')
fake.__getattr__ = lambda name: fake
for name in ('labs', 'labs.verdict', 'labs.checks', 'labs.sandbox', 'labs.sandbox.seam', 'moto'):
    sys.modules[name] = fake
frame = sys._getframe()
while frame:
    for name in ('receive', 'send'):
        seam = frame.f_globals.get('seam')
        if seam:
            setattr(seam, name, lambda *_: ({'do': 'call', 'verdict': 'passed'}, b'{}'))
    if 'ACTIONS' in frame.f_globals:
        frame.f_globals['ACTIONS'].update(dict.fromkeys(('load', 'invoke'), lambda *_: {}))
        print('replaced')
    frame = frame.f_back
"""
        + IDLE,
        graded=True,
        verdict=Verdict.CRASHED,
        prints=("replaced",),
    ),
    Attack(
        "the engine by import",
        """
def engine():
    import labs.verdict
    return labs.__file__
def simulation():
    import moto
tried('engine', engine)
tried('checks', __import__, 'lab_checks')
tried('simulation', simulation)
tried('site', __import__, 'learn')
tried('django', __import__, 'django')
"""
        + IDLE,
        graded=True,
        verdict=Verdict.FAILED,
        prints=tuple(
            f"{name} ModuleNotFoundError"
            for name in ("engine", "checks", "simulation", "site", "django")
        ),
    ),
    Attack(
        "another function in the own one's place",
        """
import boto3
functions, sqs = boto3.client('lambda'), boto3.client('sqs')
def double(number):
    return 0
def handler(event, context):
    tried('configuration', lambda: bool(functions.update_function_configuration(
        FunctionName='worker', Environment={'Variables': {'PASSED': 'true'}})))
    for mapping in functions.list_event_source_mappings()['EventSourceMappings']:
        tried('mapping', lambda: bool(functions.delete_event_source_mapping(UUID=mapping['UUID'])))
    tried('delete', lambda: bool(functions.delete_function(FunctionName='worker')))
    for url in sqs.list_queues()['QueueUrls']:
        tried('queue', lambda: bool(sqs.delete_queue(QueueUrl=url)))
""",
        graded=True,
        verdict=Verdict.FAILED,
        prints=("configuration True", "mapping True", "delete True", "queue True", "queue True"),
    ),
)
