"""Attacks on the grade: points without the work."""

from labs import Verdict
from tests.labs.attacks.attack import Attack

# A function that does nothing, for attacks that forge something else.
IDLE = """
def double(number):
    return 0
def handler(event, context):
    pass
"""
FRAMES = """
def frame(header, body=b''):
    head = json.dumps(header).encode()
    return struct.pack('!II', len(head), len(body)) + head + body
checks = [{'id': name, 'title': 't', 'verdict': 'passed', 'points': 9, 'max_points': 9,
           'feedback': '', 'visible': True}
          for name in ('doubled_by_the_function', 'two_are_doubled', 'called_directly')]
REPORT = {'checks': checks, 'trace': [], 'fault': None, 'last_line': ''}
def everywhere(*frames):
    for fd in range(3, 20):
        for data in frames:
            try:
                os.set_blocking(fd, False)
                os.write(fd, data)
            except OSError:
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
        says="What it returned is not JSON",
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
        "reports on every descriptor",
        FRAMES
        + """
everywhere(frame({'report': REPORT}), frame({'ask': 'guest'}), frame({'verdict': 'passed'}))
"""
        + IDLE,
        graded=True,
        verdict=Verdict.CRASHED,
        or_verdict=Verdict.FAILED,
    ),
    Attack(
        "reports on every descriptor, in the middle of the work",
        FRAMES
        + IDLE
        + """
def handler(event, context):
    print('forging')
    everywhere(frame({'report': REPORT}), frame({'payload': '1'}), frame({'payload': '1'}))
""",
        graded=True,
        verdict=Verdict.CRASHED,
        or_verdict=Verdict.FAILED,
        prints=("forging",),
    ),
    Attack(
        "an answer before the question",
        FRAMES
        + """
for _ in range(20):
    os.write(3, frame({'payload': '14', 'error': None}))
"""
        + IDLE,
        graded=True,
        verdict=Verdict.FAILED,
    ),
    Attack(
        "two answers to one question",
        FRAMES
        + """
def double(number):
    os.write(3, frame({'payload': str(number * 3)}))
    return number * 3
def handler(event, context):
    print('answered twice')
    os.write(3, frame({'payload': 'null'}))
    return {'batchItemFailures': []}
""",
        graded=True,
        verdict=Verdict.FAILED,
        prints=("answered twice",),
    ),
    Attack(
        "answers of the wrong shape",
        FRAMES
        + """
shapes = [{'payload': 5}, {'payload': None}, {'error': 5}, {'error': []}, {'error': {}},
          {'error': {'errorType': [], 'errorMessage': {}}}, {'init': True, 'error': {'errorType': 1}},
          {'error': {'errorType': 'E', 'errorMessage': 'm', 'stackTrace': {'a': 1}}},
          {'error': {'errorType': 'E', 'errorMessage': 'm', 'stackTrace': [[], {}, None]}},
          {'payload': '[' * 100000}, {'payload': '1' * 5000}, {'payload': '"\\\\ud800"'},
          {'limit': 5, 'error': {'errorType': 'x'}}, {'limit': ['memory'], 'error': {}}]
number = 0
def double(_number):
    global number
    number += 1
    os.write(3, frame(shapes[number % len(shapes)]))
    return 0
def handler(event, context):
    for shape in shapes:
        os.write(3, frame(shape))
    print('sent', len(shapes))
""",
        graded=True,
        verdict=Verdict.CRASHED,
        prints=("sent 14",),
    ),
    Attack(
        "frames that are none",
        """
bad = [b'\\xff' * 8, struct.pack('!II', 5, 0) + b'{"a":', struct.pack('!II', 2, 0) + b'[]',
       struct.pack('!II', 1 << 30, 0), struct.pack('!II', 0, 1 << 31), struct.pack('!II', 0, 0),
       struct.pack('!II', 400000, 0) + b'[' * 400000, struct.pack('!II', 2, 0) + b'\\xff\\xfe']
def double(number):
    return 0
def handler(event, context):
    which = int(time.time() * 1000) % len(bad)
    print('sending')
    os.write(3, bad[1])
    os.write(4, bad[which])
""",
        graded=True,
        verdict=Verdict.CRASHED,
        prints=("sending",),
        says="ended its own process",
    ),
    Attack(
        "a frame of which only the beginning comes",
        """
def double(number):
    return 0
def handler(event, context):
    print('begin')
    os.write(3, struct.pack('!II', 1000, 1000) + b'{')
    time.sleep(100)
""",
        graded=True,
        verdict=Verdict.TIMED_OUT,
        prints=("begin",),
        wall_seconds=0.7,
    ),
    Attack(
        "calls whose answers nobody reads",
        """
import boto3
from botocore.handlers import BUILTIN_HANDLERS
def double(number):
    return 0
def handler(event, context):
    print('begin')
    body = json.dumps({'operation': 'X', 'method': 'GET', 'url': 'http://s3.amazonaws.com/',
                       'headers': {}, 'source': 'x' * 1000}).encode()
    while True:
        os.write(4, struct.pack('!II', len(body), 0) + body)
""",
        graded=True,
        verdict=Verdict.TIMED_OUT,
        prints=("begin",),
        wall_seconds=0.7,
    ),
    Attack(
        "swapped, doubled and closed descriptors",
        """
def double(number):
    return 0
def handler(event, context):
    print('begin')
    os.dup2(3, 9)
    os.dup2(4, 3)
    os.dup2(9, 4)
    os.dup2(3, 1)
    return True
""",
        graded=True,
        verdict=Verdict.CRASHED,
        prints=("begin",),
    ),
    Attack(
        "hanging up",
        """
def double(number):
    return 0
def handler(event, context):
    print('begin', flush=True)
    os.closerange(0, 200)
    time.sleep(100)
""",
        graded=True,
        verdict=Verdict.CRASHED,
        prints=("begin",),
        says="ended its own process",
    ),
    *(
        Attack(
            f"ending at import by {how}",
            f"import signal, sys, atexit\nprint('here')\n{how}\n" + IDLE,
            graded=True,
            verdict=Verdict.CRASHED,
            prints=("here",),
        )
        for how in (
            "os._exit(0)",
            "sys.exit(0)",
            "raise SystemExit",
            "raise KeyboardInterrupt",
            "raise GeneratorExit",
            "raise BaseException('passed')",
            "os.abort()",
        )
    ),
    *(
        Attack(
            f"ending in the handler by {how}",
            f"""
def double(number):
    print('called')
    {how}
def handler(event, context):
    print('here')
    {how}
""",
            graded=True,
            verdict=Verdict.CRASHED,
            prints=("here",),
        )
        for how in ("os._exit(0)", "sys.exit(0)", "raise StopIteration", "exit(7)")
    ),
    Attack(
        "exceptions with a hostile text",
        """
class Hostile(Exception):
    def __str__(self):
        print('asked')
        raise Hostile
    __repr__ = __str__
class Deadly(Exception):
    def __str__(self):
        os._exit(0)
class Endless(Exception):
    def __str__(self):
        return str(self)
class Huge(Exception):
    def __str__(self):
        return 'passed' * 10**6
class Odd(Exception):
    def __str__(self):
        return '\\ud800\\x00\\x1b[2J' + '\\u202e' * 100
kinds = iter((Hostile, Deadly, Endless, Huge, Odd, Hostile, Odd) * 20)
def double(number):
    raise Odd
def handler(event, context):
    raise next(kinds)
""",
        graded=True,
        verdict=Verdict.CRASHED,
        prints=("asked",),
    ),
    Attack(
        "exceptions named like the engine's own",
        """
names = ('Runtime.ExitError', 'StoppedError', 'GuestTimedOutError', 'EngineError', 'SeamError',
         'Runtime.UserCodeSyntaxError', 'SubmissionError', 'SandboxUnavailableError', 'x' * 10**5,
         '', 'CheckFailedError', 'BadChecksError', '<script>')
kinds = iter([type(name, (Exception,), {'__module__': 'labs.errors'}) for name in names] * 10)
def double(number):
    print('raising')
    raise type('EngineError', (Exception,), {'__module__': 'labs.errors'})('rejected')
def handler(event, context):
    raise next(kinds)('rejected')
""",
        graded=True,
        verdict=Verdict.CRASHED,
        says="raised EngineError: rejected",
    ),
    Attack(
        "a syntax error of one's own making",
        """
def double(number):
    raise SyntaxError('free of charge')
def handler(event, context):
    compile('(', 'handler.py', 'exec')
""",
        graded=True,
        verdict=Verdict.CRASHED,
        says="SyntaxError",
    ),
    Attack(
        "causes in a circle, and groups",
        """
def circle():
    first, second = ValueError('1'), ValueError('2')
    first.__cause__, second.__cause__ = second, first
    first.__context__, second.__context__ = second, first
    return first
def deep():
    error = None
    for _ in range(5000):
        new = ValueError('x')
        new.__cause__, error = error, new
    return error
def group():
    error = ValueError('x')
    for _ in range(300):
        error = ExceptionGroup('g', [error])
    return error
kinds = iter((circle(), deep(), group()) * 20)
print('begin')
def double(number):
    raise circle()
def handler(event, context):
    raise next(kinds)
""",
        graded=True,
        verdict=Verdict.CRASHED,
        prints=("begin",),
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
        "limits that were not hit",
        """
def double(number):
    raise MemoryError
def handler(event, context):
    raise OSError(28, 'No space left on device')
""",
        graded=True,
        verdict=Verdict.MEMORY_EXCEEDED,
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
        "finalisers",
        FRAMES
        + """
import atexit, weakref
class Last:
    def __del__(self):
        everywhere(frame({'report': REPORT}))
last = Last()
sys.modules['last'] = last
weakref.finalize(last, everywhere, frame({'report': REPORT}))
atexit.register(everywhere, frame({'report': REPORT}))
threading._register_atexit(everywhere, frame({'report': REPORT}))
print('begin')
def double(number):
    return Last()
def handler(event, context):
    Last()
""",
        graded=True,
        verdict=Verdict.CRASHED,
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
        verdict=Verdict.OUTPUT_EXCEEDED,
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
    Attack(
        "requests that are none",
        """
from botocore.handlers import BUILTIN_HANDLERS
hook = next(entry[1] for entry in BUILTIN_HANDLERS if type(entry[1]).__name__ == 'Transport')
good = {'operation': 'X', 'method': 'GET', 'url': 'https://s3.amazonaws.com/', 'headers': {},
        'source': 'handler.py:1'}
bad = [{'url': 5}, {'url': None}, {'headers': []}, {'headers': {'a': []}}, {'headers': 'x'},
       {'method': {}}, {'method': 'x' * 10**5}, {'source': ['x'] * 1000}, {'operation': {'a': 1}},
       {'url': 'https://s3.amazonaws.com/' + 'a' * 10**6}, {'url': 'https://[/'},
       {'headers': {'Content-Type': 'multipart/form-data; boundary=x'}, 'method': 'POST'},
       {'headers': {'x-amz-target': {}}}, {'headers': {'\\u0000': '\\u0000'}}, {'source': '\\ud800'}]
def double(number):
    return 0
def handler(event, context):
    for fields in bad:
        try:
            hook.line(good | fields, b'\\xff\\x00--x')
        except BaseException as error:
            pass
    print('asked', len(bad))
""",
        graded=True,
        verdict=Verdict.CRASHED,
        prints=("asked 15",),
    ),
)
