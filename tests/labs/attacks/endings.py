"""Attacks on the grade by how the code ends: exits, exceptions, limits that were not hit."""

from labs import Verdict
from tests.labs.attacks.attack import Attack
from tests.labs.attacks.forgery import IDLE

ATTACKS = (
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
        "limits that were not hit",
        """
def double(number):
    raise MemoryError
def handler(event, context):
    raise OSError(28, 'No space left on device')
""",
        graded=True,
        verdict=Verdict.DISK_EXCEEDED,
    ),
)
