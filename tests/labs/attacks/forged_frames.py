"""Attacks on the grade by what is written to the descriptors, and by what is not."""

from labs import Verdict
from tests.labs.attacks.attack import Attack
from tests.labs.attacks.forgery import IDLE

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
    everywhere(frame({'report': REPORT}), frame({}, b'1'), frame({}, b'1'))
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
    os.write(3, frame({'error': None}, b'14'))
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
    os.write(3, frame({}, str(number * 3).encode()))
    return number * 3
def handler(event, context):
    print('answered twice')
    os.write(3, frame({}, b'null'))
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
odd = [5, None, [], {}, 'x', True, -1, 1.5, '\\ud800', 10**30, [[[]]], {'a': {}}]
shapes = [{name: value} for value in odd for name in
          ('error', 'limit', 'log', 'exit', 'grown_kb', 'slept_ns', 'skipped_ns', 'payload')]
shapes += [{'error': {name: value}} for value in odd for name in
           ('errorType', 'errorMessage', 'stackTrace', 'requestId')]
bodies = [b'', b'[' * 100000, b'1' * 5000, b'"\\\\ud800"', b'\\xff', b'NaN',
          b'{"a":' * 900, b'null']
def send(start):
    for number, shape in enumerate(shapes[start:]):
        os.write(3, frame(shape, bodies[number % len(bodies)]))
def double(number):
    send(start=11)
    return 0
def handler(event, context):
    print('sent')
    send(start=0)
""",
        graded=True,
        verdict=Verdict.CRASHED,
        prints=("sent",),
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
    select.select([], [], [], 100)
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
    select.select([], [], [], 100)
""",
        graded=True,
        verdict=Verdict.CRASHED,
        prints=("begin",),
        says="ended its own process",
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
       {'headers': {'x-amz-target': {}}}, {'headers': {'\\u0000': '\\u0000'}},
       {'source': '\\ud800'}]
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
