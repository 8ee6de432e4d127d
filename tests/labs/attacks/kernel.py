"""Attacks on the kernel itself: calls and interfaces that no handler needs.

The numbers are those of x86_64; where another processor runs, they mean other calls.
"""

from labs import Verdict
from tests.labs.attacks.attack import Attack


def _refused(name: str, calls: dict[str, str]) -> Attack:
    """An attack by system calls: number and arguments of each; EPERM for all."""
    lines = [f"tried({call!r}, syscall, {arguments})" for call, arguments in calls.items()]
    # One that is allowed, so that it shows that calls are made at all.
    lines.append("tried('getpid', syscall, 39)")
    return Attack(
        name, "\n".join(lines), prints=(*(f"{call} EPERM" for call in calls), "getpid 1")
    )


# mov eax, <number>; <instruction>; ret, in memory that may be run.
MACHINE_CODE = """
import mmap
def machine_code(instruction, number, argument=0):
    code = (b'\\x48\\xbf' + struct.pack('<Q', argument) + b'\\x31\\xf6' + b'\\x31\\xd2'
            + b'\\xb8' + struct.pack('<I', number) + instruction + b'\\xc3')
    memory = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    memory.write(code)
    address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    function = ctypes.CFUNCTYPE(ctypes.c_int)(address)
    function.memory = memory
    return function()
SYSCALL, INT80, SYSENTER = b'\\x0f\\x05', b'\\xcd\\x80', b'\\x0f\\x34'
print('getpid', machine_code(SYSCALL, 39))
"""

ATTACKS = (
    _refused(
        "mounts",
        {
            "mount": "165, 0, 0, 0, 0, 0",
            "umount2": "166, 0, 2",
            "pivot_root": "155, 0, 0",
            "chroot": "161, 0",
            "open_tree": "428, -100, 0, 1",
            "move_mount": "429, 0, 0, 0, 0, 0",
            "fsopen": "430, 0, 0",
            "fsconfig": "431, 0, 0, 0, 0, 0",
            "fsmount": "432, 0, 0, 0",
            "fspick": "433, -100, 0, 0",
            "mount_setattr": "442, -100, 0, 0, 0, 0",
            "statmount": "457, 0, 0, 0, 0",
            "swapon": "167, 0, 0",
            "quotactl": "179, 0, 0, 0, 0",
        },
    ),
    _refused(
        "namespaces in namespaces",
        {
            **{
                f"unshare {name}": f"272, {flag}"
                for name, flag in (
                    ("user", 0x10000000),
                    ("mount", 0x20000),
                    ("net", 0x40000000),
                    ("pid", 0x20000000),
                    ("ipc", 0x8000000),
                    ("time", 0x80),
                    ("cgroup", 0x2000000),
                )
            },
            "clone with a new user namespace": "56, 0x10000011, 0, 0, 0, 0",
            "setns": "308, 3, 0",
            "unshare of descriptors": "272, 0x400",
        },
    ),
    _refused(
        "privileges",
        {
            "setuid": "105, 0",
            "setgid": "106, 0",
            "setresuid": "117, 0, 0, 0",
            "setgroups": "116, 0, 0",
            "setfsuid": "122, 0",
            "capset": "126, 0, 0",
            "capget": "125, 0, 0",
            "personality": "135, 0x0040000",
            "prctl no_new_privs": "157, 38, 0, 0, 0, 0",
            "prctl dumpable": "157, 4, 1, 0, 0, 0",
            "prctl ptracer": "157, 0x59616d61, -1, 0, 0, 0",
            "prctl seccomp": "157, 22, 1, 0, 0, 0",
            "prctl securebits": "157, 28, 0, 0, 0, 0",
            "seccomp": "317, 1, 0, 0",
            "landlock": "444, 0, 0, 1",
        },
    ),
    _refused(
        "bpf and tracing",
        {
            "bpf": "321, 0, 0, 0",
            "perf_event_open": "298, 0, 0, -1, -1, 0",
            "syslog": "103, 3, 0, 0",
            "lookup_dcookie": "212, 0, 0, 0",
            "fanotify_init": "300, 0, 0",
            "inotify_init1": "294, 0",
        },
    ),
    _refused(
        "asynchronous input and output",
        {
            "io_uring_setup": "425, 8, 0",
            "io_uring_enter": "426, 3, 1, 0, 0, 0",
            "io_uring_register": "427, 3, 0, 0, 0",
            "io_setup": "206, 8, 0",
            "io_submit": "209, 0, 0, 0",
        },
    ),
    _refused(
        "page faults and memory of many kinds",
        {
            "userfaultfd": "323, 1",
            "memfd_create": "319, 0, 0",
            "memfd_secret": "447, 0",
            "mbind": "237, 0, 0, 0, 0, 0, 0",
            "pkey_alloc": "330, 0, 0",
            "remap_file_pages": "216, 0, 0, 0, 0, 0",
            "vmsplice": "278, 1, 0, 0, 0",
            "splice": "275, 0, 0, 1, 0, 1, 0",
            "tee": "276, 0, 1, 1, 0",
            "mlockall": "151, 3",
        },
    ),
    _refused(
        "keyrings",
        {
            "add_key": "248, 0, 0, 0, 0, -3",
            "request_key": "249, 0, 0, 0, 0",
            "keyctl": "250, 0, -3, 0, 0, 0",
        },
    ),
    _refused(
        "objects that processes share",
        {
            "shmget": "29, 0, 4096, 0o1600",
            "shmat": "30, 0, 0, 0",
            "semget": "64, 0, 1, 0o1600",
            "msgget": "68, 0, 0o1600",
            "mq_open": "240, 0, 0o102, 0, 0",
            "futex_waitv": "449, 0, 0, 0, 0, 0",
            "timer_create": "222, 0, 0, 0",
            "signalfd4": "289, -1, 0, 8, 0",
        },
    ),
    _refused(
        "the machine",
        {
            "reboot": "169, 0xfee1dead, 672274793, 0, 0",
            "init_module": "175, 0, 0, 0",
            "finit_module": "313, 0, 0, 0",
            "delete_module": "176, 0, 0",
            "kexec_load": "246, 0, 0, 0, 0",
            "iopl": "172, 3",
            "ioperm": "173, 0, 1, 1",
            "modify_ldt": "154, 0, 0, 0",
            "arch_prctl": "158, 0x1002, 0",
            "acct": "163, 0",
            "settimeofday": "164, 0, 0",
            "clock_settime": "227, 0, 0",
            "adjtimex": "159, 0",
            "sethostname": "170, 0, 0",
            "vhangup": "153",
            "mknod": "133, 0, 0o60600, 1",
            "a call that does not exist": "463, 0",
            "a call far beyond": "99999, 0",
        },
    ),
    Attack(
        "terminals and devices by ioctl",
        """
import fcntl
for name, number in (('TIOCSTI', 0x5412), ('TIOCSCTTY', 0x540E), ('TIOCLINUX', 0x541C),
                     ('RNDADDENTROPY', 0x40085203), ('FITRIM', 0xC0185879),
                     ('FIFREEZE', 0xC0045877)):
    for fd in (0, 1, os.open('/tmp', os.O_RDONLY)):
        tried(name, fcntl.ioctl, fd, number, b'x' * 32)
tried('high half', lambda: syscall(16, 0, (1 << 32) | 0x5412, 0))
print(os.isatty(0))
""",
        prints=(
            *(
                f"{name} EPERM"
                for name in (
                    "TIOCSTI",
                    "TIOCSCTTY",
                    "TIOCLINUX",
                    "RNDADDENTROPY",
                    "FITRIM",
                    "FIFREEZE",
                )
                for _ in range(3)
            ),
            "high half EPERM",
            "False",
        ),
    ),
    Attack(
        "calls in machine code",
        MACHINE_CODE
        + """
tried('socket', machine_code, SYSCALL, 41, 2)
tried('fork', machine_code, SYSCALL, 57)
tried('unshare', machine_code, SYSCALL, 272, 0x10000000)
""",
        prints=("getpid 1", "socket -1", "fork -1", "unshare -1"),
    ),
    Attack(
        "a 32-bit call by int 80",
        MACHINE_CODE
        + """
print('getpid as a 32-bit program', machine_code(INT80, 20))
""",
        prints=("getpid 1",),
        verdict=Verdict.CRASHED,
        says="signal",
    ),
    Attack(
        "a 32-bit call by sysenter",
        MACHINE_CODE
        + """
print('getpid as a 32-bit program', machine_code(SYSENTER, 20))
""",
        prints=("getpid 1",),
        verdict=Verdict.CRASHED,
        says="signal",
    ),
    Attack(
        "an x32 call",
        """
print('begin')
syscall(0x40000000 + 39)
print('alive')
""",
        prints=("begin",),
        verdict=Verdict.CRASHED,
        says="bad system call",
    ),
    Attack(
        "calls with addresses that lead nowhere",
        """
for number in (0, 1, 4, 5, 9, 13, 16, 53, 56, 72, 202, 257, 262, 302, 318, 334, 435, 437, 439):
    for address in (-1, 0, 1, 0x7FFFFFFFFFFF, -4096):
        try:
            libc.syscall(*map(ctypes.c_long, (number, 1000, address, address, address, address)))
        except OSError:
            pass
print('alive')
""",
        prints=("alive",),
    ),
)
