"""Attacks with processes and signals, and on the memory of others."""

from tests.labs.attacks.attack import Attack

ATTACKS = (
    Attack(
        "every way to a second process",
        """
import multiprocessing, pty, subprocess
tried('fork', os.fork)
tried('vfork', syscall, 58)
tried('clone', syscall, 56, 17, 0, 0, 0, 0)
tried('clone3', syscall, 435, 0, 0)
tried('spawn', os.posix_spawn, sys.executable, [sys.executable], {})
tried('subprocess', subprocess.run, [sys.executable])
tried('forkserver', multiprocessing.get_context('forkserver').Process(target=print).start)
tried('multiprocessing', multiprocessing.get_context('fork').Process(target=print).start)
tried('pty', pty.fork)
tried('system', lambda: os.system('true') != 0)
tried('popen', os.popen, 'true')
""",
        prints=(
            "fork EPERM",
            "vfork EPERM",
            "clone EPERM",
            "clone3 ENOSYS",
            "spawn EPERM",
            "subprocess EPERM",
            "forkserver EPERM",
            "multiprocessing EPERM",
            "pty OSError",
            "system True",
            "popen EPERM",
        ),
    ),
    Attack(
        "another program in this process's place",
        """
open('/tmp/program', 'w').write('#!' + sys.executable)
os.chmod('/tmp/program', 0o6755)
handle = os.open(sys.executable, os.O_RDONLY)
tried('execve', os.execv, sys.executable, [sys.executable, '-c', 'print(1)'])
tried('script', os.execv, '/tmp/program', ['x'])
tried('fexecve', os.execve, handle, ['x'], {})
tried('execveat', syscall, 322, handle, 0, 0, 0, 0x1000)
tried('memfd', os.memfd_create, 'x')
tried('same', lambda: os.getpid())
""",
        prints=(
            "execve EPERM",
            "script EPERM",
            "fexecve EPERM",
            "execveat EPERM",
            "memfd EPERM",
            "same 1",
        ),
    ),
    Attack(
        "fork bomb",
        """
made = 0
for _ in range(5000):
    try:
        made += os.fork() >= 0
    except PermissionError:
        pass
print('made', made)
""",
        prints=("made 0",),
    ),
    Attack(
        "double-forked daemon",
        """
def daemon():
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            while True:
                time.sleep(1)
tried('daemon', daemon)
tried('setsid', os.setsid)
tried('setpgid', os.setpgid, 0, 0)
""",
        prints=("daemon EPERM", "setsid EPERM", "setpgid EPERM"),
    ),
    Attack(
        "signals to others",
        """
import signal
answers = set()
for pid in (*range(2, 3000), -2, -500):
    try:
        os.kill(pid, signal.SIGKILL)
        answers.add('sent')
    except OSError as error:
        answers.add(errno.errorcode[error.errno])
print(answers)
tried('all', os.kill, -1, signal.SIGKILL)
for pid in (0, 2, 3, 4):
    tried('tgkill', syscall, 234, max(pid, 2), max(pid, 2), 9)
print('me', os.getpid(), 'parent', os.getppid())
""",
        prints=("{'ESRCH'}", "all ESRCH", *["tgkill ESRCH"] * 4, "me 1 parent 0"),
    ),
    Attack(
        "signals to the process group",
        """
import signal
signal.signal(signal.SIGTERM, lambda *_: print('mine'))
print('group', os.getpgrp(), 'session', os.getsid(0))
os.kill(0, signal.SIGTERM)
os.kill(0, 0)
time.sleep(0)
""",
        prints=("group 1 session 1", "mine"),
    ),
    Attack(
        "signals through descriptors' owners",
        """
import fcntl, signal
left, right = socket.socketpair()
for owner in (2, 100, -2):
    tried('owner', fcntl.fcntl, left, fcntl.F_SETOWN, owner)
tried('ioctl', fcntl.ioctl, left, 0x8901, struct.pack('i', 2))
""",
        prints=(*["owner EPERM"] * 3, "ioctl EPERM"),
    ),
    Attack(
        "the memory of other processes",
        """
tried('ptrace', syscall, 101, 16, 1, 0, 0)
tried('seize', syscall, 101, 0x4206, 2, 0, 0)
tried('traceme', syscall, 101, 0, 0, 0, 0)
tried('process_vm_readv', syscall, 310, 1, 0, 0, 0, 0, 0)
tried('process_vm_writev', syscall, 311, 1, 0, 0, 0, 0, 0)
tried('process_madvise', syscall, 440, 0, 0, 0, 21, 0)
tried('kcmp', syscall, 312, 1, 1, 0, 3, 4)
tried('move_pages', syscall, 279, 1, 0, 0, 0, 0, 0)
""",
        prints=tuple(
            f"{name} EPERM"
            for name in (
                "ptrace",
                "seize",
                "traceme",
                "process_vm_readv",
                "process_vm_writev",
                "process_madvise",
                "kcmp",
                "move_pages",
            )
        ),
    ),
    Attack(
        "descriptors of processes",
        """
tried('pidfd_open', os.pidfd_open, 1)
tried('pidfd_getfd', syscall, 438, 3, 0, 0)
tried('pidfd_send_signal', syscall, 424, 3, 9, 0, 0)
tried('waitid', syscall, 247, 0, 0, 0, 4, 0)
tried('process_mrelease', syscall, 448, 3, 0)
""",
        prints=(
            "pidfd_open EPERM",
            "pidfd_getfd EPERM",
            "pidfd_send_signal EPERM",
            "waitid EPERM",
            "process_mrelease EPERM",
        ),
    ),
    Attack(
        "more processor than others",
        """
import resource
tried('nice', os.nice, -5)
tried('setpriority', os.setpriority, os.PRIO_PROCESS, 0, -5)
tried('affinity', os.sched_setaffinity, 0, {0})
tried('realtime', os.sched_setscheduler, 0, os.SCHED_FIFO, os.sched_param(1))
tried('ioprio', syscall, 251, 1, 0, 0)
tried('cpu', resource.setrlimit, resource.RLIMIT_CPU, (10**6, 10**6))
tried('memory', resource.setrlimit, resource.RLIMIT_AS, (-1, -1))
tried('processes', resource.setrlimit, resource.RLIMIT_NPROC, (10**6, 10**6))
tried('files', resource.setrlimit, resource.RLIMIT_NOFILE, (10**5, 10**5))
tried('other', resource.prlimit, 2, resource.RLIMIT_CPU)
""",
        prints=(
            "nice EPERM",
            "setpriority EPERM",
            "affinity EPERM",
            "realtime EPERM",
            "ioprio EPERM",
            "cpu ValueError",
            "memory ValueError",
            "processes ValueError",
            "files ValueError",
            "other EPERM",
        ),
    ),
)
