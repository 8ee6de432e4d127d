"""Attacks by threads and memory without end, and by breaking the own process."""

from labs import Verdict
from tests.labs.attacks.attack import Attack

ATTACKS = (
    Attack(
        "thread bomb",
        """
def wait():
    threading.Event().wait()
count = 0
try:
    while count < 2000:
        threading.Thread(target=wait, daemon=True).start()
        count += 1
except RuntimeError:
    print(20 < count < 100)
    raise
""",
        prints=("True",),
        verdict=Verdict.PROCESSES_EXCEEDED,
        says="threads",
    ),
    Attack(
        "threads that go on after the program's end",
        """
import boto3
def work(number):
    sqs = boto3.client('sqs')
    while True:
        sqs.create_queue(QueueName=f'left-{number}')
def burn():
    while True:
        pass
for number in range(3):
    threading.Thread(target=work, args=(number,), daemon=True).start()
threading.Thread(target=burn, daemon=True).start()
print('main ends')
os._exit(0)
""",
        prints=("main ends",),
        verdict=Verdict.CRASHED,
    ),
    Attack(
        "threads that must be waited for",
        """
def stay():
    threading.Event().wait()
threading.Thread(target=stay).start()
print('main ends')
""",
        prints=("main ends",),
        verdict=Verdict.TIMED_OUT,
        wall_seconds=0.5,
        says="0.5 s",
    ),
    Attack(
        "memory bomb: one block",
        """
tried('block', lambda: len(bytearray(10**10)))
tried('map', lambda: __import__('mmap').mmap(-1, 10**10))
bytearray(10**10)
""",
        prints=("block MemoryError", "map ENOMEM"),
        verdict=Verdict.MEMORY_EXCEEDED,
        says="256 MB",
    ),
    Attack(
        "memory bomb: many pieces",
        """
kept = []
print('begin')
while True:
    kept.append(bytearray(os.urandom(4096)) * 256)
""",
        prints=("begin",),
        verdict=Verdict.MEMORY_EXCEEDED,
        says="256 MB",
    ),
    Attack(
        "memory bomb: touched in threads",
        """
ready = threading.Event()
def grow():
    ready.wait()
    kept = []
    while True:
        kept.append(bytearray(1 << 20))
threads = [threading.Thread(target=grow) for _ in range(8)]
threading.excepthook = lambda *_: None
for thread in threads: thread.start()
ready.set()
for thread in threads: thread.join()
print('survived')
""",
        prints=("survived",),
    ),
    Attack(
        "recursion without end",
        """
sys.setrecursionlimit(10**9)
def fall():
    fall()
print('begin')
fall()
""",
        prints=("begin",),
        verdict=Verdict.CRASHED,
        says="segmentation fault",
    ),
    Attack(
        "a broken stack in C",
        """
print('begin')
libc.printf.restype = ctypes.c_void_p
ctypes.string_at(0)
""",
        prints=("begin",),
        verdict=Verdict.CRASHED,
    ),
    Attack(
        "killing itself",
        """
import signal
for number in (signal.SIGTERM, signal.SIGKILL, signal.SIGSTOP, signal.SIGHUP, signal.SIGPIPE):
    os.kill(os.getpid(), number)
print('pid 1 does not hear them')
os.abort()
""",
        prints=("pid 1 does not hear them",),
        verdict=Verdict.CRASHED,
    ),
)
