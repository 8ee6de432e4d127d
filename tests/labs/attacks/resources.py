"""Attacks on what all share: time, processor, disk, descriptors, output, memory of the kernel."""

from labs import Verdict
from tests.labs.attacks.attack import Attack

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
        "a handler that waits for ever",
        """
def handler(event, context):
    print('begin')
    os.read(os.pipe()[0], 1)
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
        print(folder[1:], errno.errorcode[error.errno], written < 70 << 20)
""",
        prints=("tmp ENOSPC True", "var/task ENOSPC True"),
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
        says="returned is not JSON",
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
        verdict=Verdict.FAILED,
        says="That is not the double.",
    ),
)
