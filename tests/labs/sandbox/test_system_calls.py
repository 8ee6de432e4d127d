"""The allow-list: ordinary programs do not notice it, and nothing else gets through."""

import json
import platform

import pytest

import labs
from labs import Verdict
from labs.sandbox import landlock, seccomp

CALL = """
import ctypes, json, os
libc = ctypes.CDLL(None, use_errno=True)
def call(number, *arguments):
    ctypes.set_errno(0)
    result = libc.syscall(ctypes.c_long(number), *map(ctypes.c_long, arguments))
    return 'done' if result >= 0 else os.strerror(ctypes.get_errno())
"""
# Name -> number on x86_64 and arguments that would be taken.
REFUSED = {
    "socket(AF_INET)": (41, 2, 1, 0),
    "socket(AF_UNIX)": (41, 1, 1, 0),
    "socket(AF_NETLINK)": (41, 16, 3, 0),
    "socket(AF_PACKET)": (41, 17, 3, 0),
    "socket(AF_VSOCK)": (41, 40, 1, 0),
    "socketpair(AF_TIPC)": (53, 30, 1, 0, 0),
    "socketpair(SOCK_DGRAM)": (53, 1, 2, 0, 0),
    "setsockopt(SO_ATTACH_FILTER)": (54, 3, 1, 26, 0, 0),
    "getsockopt(SO_PEERCRED)": (55, 3, 1, 17, 0, 0),
    "getsockopt(SO_PEERPIDFD)": (55, 3, 1, 77, 0, 0),
    "sendto(MSG_OOB)": (44, 3, 0, 0, 1, 0, 0),
    "recvfrom(MSG_OOB)": (45, 3, 0, 0, 1, 0, 0),
    "sendmsg(MSG_OOB)": (46, 3, 0, 1),
    "recvmsg(MSG_OOB)": (47, 3, 0, 1),
    "fcntl(F_SETOWN)": (72, 0, 8, 1),
    "fcntl(F_SETSIG)": (72, 0, 10, 9),
    "fcntl(F_SETOWN_EX)": (72, 0, 15, 0),
    "fcntl(F_SETLEASE)": (72, 0, 1024, 0),
    "fcntl(F_NOTIFY)": (72, 0, 1026, 1),
    "fcntl(F_SETPIPE_SZ)": (72, 1, 1031, 1 << 20),
    "fork": (57,),
    "vfork": (58,),
    "clone without CLONE_THREAD": (56, 17, 0, 0, 0, 0),
    "clone(CLONE_THREAD | CLONE_NEWNET)": (56, 0x40010000, 0, 0, 0, 0),
    "execve": (59, 0, 0, 0),
    "execveat": (322, 0, 0, 0, 0, 0),
    "ptrace": (101, 0, 0, 0, 0),
    "process_vm_readv": (310, 1, 0, 0, 0, 0, 0),
    "pidfd_open": (434, 1, 0),
    "pidfd_getfd": (438, 0, 0, 0),
    "process_madvise": (440, 0, 0, 0, 0, 0),
    "get_robust_list of another": (274, 2, 0, 0),
    "kcmp": (312, 1, 1, 0, 0, 0),
    "mount": (165, 0, 0, 0, 0, 0),
    "umount2": (166, 0, 0),
    "pivot_root": (155, 0, 0),
    "chroot": (161, 0),
    "open_tree": (428, 0, 0, 0),
    "fsopen": (430, 0, 0),
    "unshare(CLONE_NEWUSER)": (272, 0x10000000),
    "setns": (308, 0, 0),
    "bpf": (321, 0, 0, 0),
    "perf_event_open": (298, 0, 0, 0, 0, 0),
    "io_uring_setup": (425, 1, 0),
    "userfaultfd": (323, 0),
    "add_key": (248, 0, 0, 0, 0, 0),
    "request_key": (249, 0, 0, 0, 0),
    "keyctl": (250, 0, 0, 0, 0, 0),
    "memfd_create": (319, 0, 0),
    "name_to_handle_at": (303, 0, 0, 0, 0, 0),
    "open_by_handle_at": (304, 0, 0, 0),
    "seccomp": (317, 0, 0, 0),
    "prctl": (157, 4, 1, 0, 0, 0),
    "setuid": (105, 0),
    "setgroups": (116, 0, 0),
    "capset": (126, 0, 0),
    "personality": (135, 0x0040000),
    "init_module": (175, 0, 0, 0),
    "kexec_load": (246, 0, 0, 0, 0),
    "reboot": (169, 0, 0, 0, 0),
    "sethostname": (170, 0, 0),
    "settimeofday": (164, 0, 0),
    "clock_settime": (227, 0, 0),
    "mknod": (133, 0, 0, 0),
    "quotactl": (179, 0, 0, 0, 0),
    "shmget": (29, 0, 4096, 0o1600),
    "msgget": (68, 0, 0o1600),
    "mq_open": (240, 0, 0, 0, 0),
    "inotify_init": (253,),
    "fanotify_init": (300, 0, 0),
    "setpriority": (141, 0, 0, 5),
    "sched_setaffinity": (203, 0, 0, 0),
    "timer_create": (222, 0, 0, 0),
    "mincore": (27, 0, 0, 0),
    "mount_setattr": (442, 0, 0, 0, 0, 0),
    "sched_setscheduler": (144, 0, 1, 0),
    "prlimit of another process": (302, 2, 0, 0, 0),
    "ioctl(TIOCSTI)": (16, 0, 0x5412, 0),
    "landlock_create_ruleset": (444, 0, 0, 1),
}


@pytest.fixture(scope="module")
def answers() -> dict[str, str]:
    """What each call gave. One program makes them all."""
    lines = [f"answers[{name!r}] = call{numbers}" for name, numbers in REFUSED.items()]
    program = CALL + "answers = {}\n" + "\n".join(lines) + "\nprint(json.dumps(answers))"
    program = program.replace("call(57,)", "call(57)").replace("call(58,)", "call(58)")
    report = labs.play({"main.py": program})
    assert report.verdict is Verdict.PASSED, report
    answers: dict[str, str] = json.loads(report.stdout)
    return answers


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the numbers are x86_64's")
@pytest.mark.parametrize("name", REFUSED)
def test_it_refuses(answers: dict[str, str], name: str) -> None:
    assert answers[name] == "Operation not permitted"


@pytest.mark.skipif(platform.machine() != "x86_64", reason="x32 is x86_64's")
def test_a_call_of_another_abi_kills() -> None:
    report = labs.play({"main.py": CALL + "call(0x40000000 + 39)\nprint('alive')"})

    assert report.verdict is Verdict.CRASHED
    assert report.stdout == ""


@pytest.mark.parametrize(
    "program",
    [
        (
            "import threading\n"
            "found = []\n"
            "threads = [threading.Thread(target=found.append, args=(i,)) for i in range(7)]\n"
            "for thread in threads: thread.start()\n"
            "for thread in threads: thread.join()\n"
            "print(len(found))"
        ),
        (
            "from concurrent.futures import ThreadPoolExecutor\n"
            "with ThreadPoolExecutor(7) as pool: print(len(list(pool.map(abs, range(7)))))"
        ),
        (
            "import asyncio\n"
            "async def main():\n"
            "    await asyncio.sleep(0.001)\n"
            "    return await asyncio.to_thread(lambda: 7)\n"
            "print(asyncio.run(main()))"
        ),
        (
            "import tempfile, os, shutil\n"
            "folder = tempfile.mkdtemp()\n"
            "path = os.path.join(folder, 'a')\n"
            "with open(path, 'w') as file: file.write('seven')\n"
            "os.rename(path, path + 'b')\n"
            "print(len(open(path + 'b').read()) + len(os.listdir(folder)) + 1)\n"
            "shutil.rmtree(folder)"
        ),
        (
            "import sqlite3\n"
            "db = sqlite3.connect('/tmp/a.db')\n"
            "db.execute('create table t (x)')\n"
            "db.executemany('insert into t values (?)', [(i,) for i in range(7)])\n"
            "db.commit()\n"
            "print(db.execute('select count(*) from t').fetchone()[0])"
        ),
        (
            "import signal, time\n"
            "signal.signal(signal.SIGALRM, lambda *_: print(7))\n"
            "signal.setitimer(signal.ITIMER_REAL, 0.01)\n"
            "signal.pause()"
        ),
        (
            "import random, secrets, uuid, datetime, zoneinfo, decimal, json, hashlib, gzip\n"
            "now = datetime.datetime.now(zoneinfo.ZoneInfo('Europe/Berlin'))\n"
            "print(7 if now.tzinfo and uuid.uuid4() and secrets.token_hex(4) else 0)"
        ),
    ],
    ids=["threads", "pool", "asyncio", "files", "sqlite", "signals", "library"],
)
def test_an_ordinary_program_does_not_notice(program: str) -> None:
    report = labs.play({"main.py": program})

    assert report.verdict is Verdict.PASSED, report
    assert report.stdout == "7\n"


def test_another_program_cannot_be_started() -> None:
    report = labs.play({"main.py": "import subprocess, sys\nsubprocess.run([sys.executable])"})

    assert report.verdict is Verdict.CRASHED
    assert "Operation not permitted" in report.message


def test_landlock_is_there() -> None:
    assert landlock.version() >= 1


def test_the_filter_knows_both_processors() -> None:
    filters = {machine: [*seccomp.instructions(machine)] for machine in seccomp.MACHINES}
    lengths = {machine: len(b"".join(filters[machine])) for machine in filters}

    assert set(lengths) == {"x86_64", "aarch64"}
    assert all(length % 8 == 0 and length // 8 < 4096 for length in lengths.values())
