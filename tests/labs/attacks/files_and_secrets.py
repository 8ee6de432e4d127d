"""Attacks on files and secrets: of the host, of the worker, of others, of the lab."""

from labs import Verdict
from tests.labs.attacks.attack import Attack

HOST_FILES = (
    "/etc/passwd", "/etc/shadow", "/etc/hosts", "/etc/resolv.conf", "/root/.ssh", "/home",
    "/run/secrets", "/var/run/docker.sock", "/old", "/mnt", "/boot", "/bin/sh", "/usr/bin/env",
)  # fmt: skip
PROC_AND_SYS = (
    "/proc", "/proc/self/environ", "/proc/1/environ", "/proc/self/mem", "/proc/self/maps",
    "/proc/self/fd/1", "/proc/kcore", "/sys", "/sys/kernel/security", "/sys/fs/cgroup",
)  # fmt: skip
DEVICES = (
    "/dev/mem", "/dev/kmsg", "/dev/sda", "/dev/vda", "/dev/tty", "/dev/ptmx",
    "/dev/fd", "/dev/stdout", "/dev/kvm", "/dev/fuse", "/dev/net/tun", "/dev/loop-control",
)  # fmt: skip

LOOK = """
for path in {paths!r}:
    tried(path, lambda: os.open(path, os.O_RDONLY))
    tried(path, lambda: os.stat(path).st_size)
"""

# Whatever a process holds can be reached from here; texts are in no collector's list.
SEARCH = """
import gc
def reachable():
    todo = gc.get_objects() + list(sys._current_frames().values()) + list(sys.modules.values())
    seen = set()
    while todo:
        thing = todo.pop()
        if id(thing) in seen or thing is todo or thing is seen:
            continue
        seen.add(id(thing))
        yield thing
        todo += gc.get_referents(thing)
def found(marks):
    counts = dict.fromkeys(marks, 0)
    for thing in reachable():
        text = thing if isinstance(thing, str) else (
            thing.decode('latin-1') if isinstance(thing, (bytes, bytearray)) else '')
        for mark in marks:
            counts[mark] += mark in text and mark != text
    return counts
"""

ATTACKS = (
    Attack(
        "files of the host",
        LOOK.format(paths=HOST_FILES),
        prints=tuple(f"{path} ENOENT" for path in HOST_FILES for _ in range(2)),
    ),
    Attack(
        "proc and sys",
        LOOK.format(paths=PROC_AND_SYS),
        prints=tuple(f"{path} ENOENT" for path in PROC_AND_SYS for _ in range(2)),
    ),
    Attack(
        "devices",
        LOOK.format(paths=DEVICES),
        prints=tuple(f"{path} ENOENT" for path in DEVICES for _ in range(2)),
    ),
    Attack(
        "writing to devices that are there",
        """
for name in ('zero', 'random', 'urandom'):
    tried(name, lambda: os.open(f'/dev/{name}', os.O_WRONLY))
tried('read', lambda: len(open('/dev/urandom', 'rb').read(8)))
""",
        prints=("zero EACCES", "random EACCES", "urandom EACCES", "read 8"),
    ),
    Attack(
        "climbing out of the root",
        """
tried('dots', lambda: open('/' + '../' * 40 + 'etc/passwd').read())
root = os.open('/', os.O_RDONLY)
for _ in range(20):
    root = os.open('..', os.O_RDONLY, dir_fd=root)
tried('descriptor', lambda: os.open('etc/passwd', os.O_RDONLY, dir_fd=root))
tried('fchdir', lambda: os.fchdir(root))
tried('chroot', lambda: os.chroot('/tmp'))
tried('here', lambda: sorted(os.listdir('/')) == sorted(os.listdir(root)))
""",
        prints=(
            "dots ENOENT",
            "descriptor ENOENT",
            "fchdir None",
            "chroot EPERM",
            "here True",
        ),
    ),
    Attack(
        "symbolic links out of the own folder",
        """
for target in ('/etc/passwd', '../../../etc/passwd', '/proc/self/environ', '/proc/1/root'):
    os.symlink(target, '/tmp/link')
    tried(target, lambda: open('/tmp/link').read())
    os.unlink('/tmp/link')
""",
        prints=(
            "/etc/passwd ENOENT",
            "../../../etc/passwd ENOENT",
            "/proc/self/environ ENOENT",
            "/proc/1/root ENOENT",
        ),
    ),
    Attack(
        "changing the code that others run",
        """
import boto3, json
for path in (boto3.__file__, json.__file__, sys.executable):
    tried('write', lambda: os.open(path, os.O_WRONLY))
    tried('append', lambda: open(path, 'a'))
    tried('truncate', lambda: os.truncate(path, 0))
    tried('remove', lambda: os.unlink(path))
    tried('rename', lambda: os.rename(path, path + 'x'))
    tried('mode', lambda: os.chmod(path, 0o777))
    tried('link', lambda: os.link(path, '/tmp/link'))
    tried('beside', lambda: open(os.path.join(os.path.dirname(path), 'x.py'), 'w'))
""",
        prints=(
            "write EACCES",
            "append EACCES",
            "truncate EACCES",
            "remove EROFS",
            "rename EROFS",
            "mode EROFS",
            "link EXDEV",
            "beside EROFS",
        )
        * 3,
    ),
    Attack(
        "writing anywhere else",
        """
import sysconfig
folders = ['/', '/usr/lib', '/lib', '/dev', '/var', '/usr', sys.prefix, *sys.path[-3:]]
for folder in folders:
    for action in (lambda path: open(path, 'w'), os.mkdir, lambda path: os.symlink('x', path)):
        try:
            action(os.path.join(folder, 'left-behind'))
        except OSError as error:
            if error.errno not in (errno.EROFS, errno.EACCES, errno.ENOENT):
                print(folder, error)
        else:
            print('wrote to', folder)
print('tried', len(folders) > 8)
""",
        prints=("tried True",),
    ),
    Attack(
        "the environment, and what libc kept of it",
        """
block = ctypes.POINTER(ctypes.c_char_p).in_dll(libc, 'environ')
names, index = set(os.environ), 0
while block[index]:
    names.add(block[index].decode().partition('=')[0])
    index += 1
public = {'HOME', 'LANG', 'TZ', 'LAMBDA_TASK_ROOT', 'PYTHONHASHSEED', 'LC_CTYPE'}
print(sorted(name for name in names if name not in public and not name.startswith('AWS_')))
print('AWS_REGION' in names)
""",
        prints=("[]", "True"),
    ),
    Attack(
        "secrets of the worker in inherited memory",
        SEARCH
        + """
planted = {'key': ['PLANTED' + '-SECRET-1']}
counts = found(('PLANTED-SECRET', 'WORKERS' + '-SECRET', 'lab_' + 'checks.py'))
print(list(counts.values()))
""",
        prints=("[1, 0, 0]",),
    ),
    Attack(
        "what the submission before left",
        """
import boto3, tempfile
def left():
    yield os.path.exists('/tmp/left')
    yield os.path.exists('/var/task/left.py')
    yield hasattr(boto3, 'left')
    yield 'LEFT' in os.environ
    yield len(in_tmp())
    yield boto3.client('sqs').list_queues().get('QueueUrls', [])
print(list(left()))
open('/tmp/left', 'w').write('secret')
open('/var/task/left.py', 'w').write('secret')
boto3.left = os.environ['LEFT'] = 'secret'
boto3.client('sqs').create_queue(QueueName='left')
print(list(left())[:4])
""",
        rounds=2,
        prints=("[False, False, False, False, 0, []]", "[True, True, True, True]"),
    ),
    Attack(
        "the checks, solutions and data on the disk",
        """
wanted = {'checks.py', 'lab.toml', 'course.toml', 'manage.py', 'db.sqlite3', 'brief.md',
          'solutions', 'mistakes', 'content', 'learn', '.git', 'secret_key', '.env', 'tests'}
found, count = [], 0
for folder, folders, files in os.walk('/'):
    folders[:] = [name for name in folders if name not in ('site-packages', '__pycache__')]
    folders[:] = [name for name in folders if not folder.startswith(sys.base_prefix)]
    count += len(files)
    if not folder.startswith(('/usr', '/lib')):
        found += [os.path.join(folder, name) for name in wanted & {*files, *folders}]
print(found, count > 100)
""",
        prints=("[] True",),
    ),
    Attack(
        "descriptors that were inherited",
        """
import stat
kinds = {stat.S_ISCHR: 'device', stat.S_ISFIFO: 'pipe', stat.S_ISSOCK: 'socket',
         stat.S_ISDIR: 'folder', stat.S_ISREG: 'file'}
for fd in range(1000):
    try:
        mode = os.fstat(fd).st_mode
    except OSError:
        continue
    print(fd, *[kind for test, kind in kinds.items() if test(mode)])
tried('stdin', lambda: os.read(0, 10))
tried('stdout', lambda: os.read(1, 10))
tried('where', lambda: os.read(5, 10))
""",
        prints=(
            "0 device",
            "1 pipe",
            "2 pipe",
            "3 socket",
            "4 socket",
            "5 pipe",
            "stdin b''",
            "stdout EBADF",
            "where EBADF",
        ),
    ),
    Attack(
        "who made the sockets",
        """
for fd in (3, 4):
    with socket.socket(fileno=os.dup(fd)) as sock:
        tried('peer', sock.getsockopt, socket.SOL_SOCKET, 17, struct.calcsize('3i'))
        tried('name', sock.getpeername)
""",
        prints=("peer EPERM", "name ") * 2,
    ),
    Attack(
        "files by handle instead of by name",
        """
handle = (ctypes.c_char * 136)()
tried('name_to_handle_at', syscall, 303, -100, 0, 0, 0, 0)
tried('open_by_handle_at', syscall, 304, 0, 0, 0)
tried('open_tree', syscall, 428, -100, 0, 0)
""",
        prints=("name_to_handle_at EPERM", "open_by_handle_at EPERM", "open_tree EPERM"),
    ),
    Attack(
        "hidden inputs before they are asked",
        SEARCH
        + """
planted = {'key': ['The double' + ' is planted']}
def search():
    marks = ('is ' + 'planted', 'The double ' + 'is not', 'doubled_by_' + 'the_function',
             'lab_' + 'checks')
    planted, *hidden = found(marks).values()
    print([planted > 0, *hidden])
    frame, names = sys._getframe(), set()
    while frame:
        names.add(frame.f_code.co_filename.rpartition('/')[2])
        frame = frame.f_back
    print(sorted({'session.py', 'checks.py', 'grading.py', 'account.py', 'learner.py'} & names))
search()
def double(number):
    return 0
def handler(event, context):
    pass
""",
        graded=True,
        verdict=Verdict.FAILED,
        prints=("[True, 0, 0, 0]", "['learner.py']") * 3,
    ),
)
