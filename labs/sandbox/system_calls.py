"""The allow-list of system calls, and of arguments where a call can do too much: syscalls(2).

What is missing here is missing on purpose. Of what a descriptor can be asked for: F_SETOWN makes
the kernel send signals to any process, F_SETPIPE_SZ takes memory that all sandboxes share,
SO_PEERPIDFD gives a handle on the worker, setsockopt() attaches filter programs, a datagram socket
sends to any address, be it connected or not, and out-of-band data of local sockets, which nobody
uses, has been a way into the kernel (CVE-2025-38236).
"""

type Numbers = tuple[int | None, int | None]

# Name -> number on (x86_64, aarch64); None where the call does not exist there.
ALLOWED: dict[str, Numbers] = {
    # files
    "read": (0, 63), "write": (1, 64), "open": (2, None), "close": (3, 57),
    "stat": (4, None), "fstat": (5, 80), "lstat": (6, None), "lseek": (8, 62),
    "pread64": (17, 67), "pwrite64": (18, 68), "readv": (19, 65), "writev": (20, 66),
    "access": (21, None), "sendfile": (40, 71), "flock": (73, 32),
    "fsync": (74, 82), "fdatasync": (75, 83), "truncate": (76, 45), "ftruncate": (77, 46),
    "getdents64": (217, 61), "getcwd": (79, 17), "chdir": (80, 49), "fchdir": (81, 50),
    "rename": (82, None), "mkdir": (83, None), "rmdir": (84, None), "link": (86, None),
    "unlink": (87, None), "symlink": (88, None), "readlink": (89, None), "chmod": (90, None),
    "fchmod": (91, 52), "umask": (95, 166), "statfs": (137, 43), "fstatfs": (138, 44),
    "fadvise64": (221, 223), "openat": (257, 56), "mkdirat": (258, 34), "newfstatat": (262, 79),
    "unlinkat": (263, 35), "renameat": (264, 38), "linkat": (265, 37), "symlinkat": (266, 36),
    "readlinkat": (267, 78), "fchmodat": (268, 53), "faccessat": (269, 48),
    "utimensat": (280, 88), "fallocate": (285, 47), "renameat2": (316, 276),
    "copy_file_range": (326, 285), "statx": (332, 291), "faccessat2": (439, 439),
    "close_range": (436, 436),
    # memory
    "mmap": (9, 222), "mprotect": (10, 226), "munmap": (11, 215), "brk": (12, 214),
    "mremap": (25, 216), "msync": (26, 227), "madvise": (28, 233),
    # waiting and pipes
    "poll": (7, None), "pipe": (22, None), "select": (23, None), "dup": (32, 23),
    "dup2": (33, None), "pselect6": (270, 72), "ppoll": (271, 73), "dup3": (292, 24),
    "pipe2": (293, 59), "epoll_create": (213, None), "epoll_wait": (232, None),
    "epoll_ctl": (233, 21), "epoll_pwait": (281, 22), "epoll_create1": (291, 20),
    "eventfd2": (290, 19),
    # the sockets that it was given, and pairs of its own
    "shutdown": (48, 210), "getsockname": (51, 204), "getpeername": (52, 205),
    # time
    "nanosleep": (35, 101), "getitimer": (36, 102), "alarm": (37, None), "setitimer": (38, 103),
    "gettimeofday": (96, 169), "time": (201, None), "clock_gettime": (228, 113),
    "clock_getres": (229, 114), "clock_nanosleep": (230, 115),
    # signals and threads
    "rt_sigaction": (13, 134), "rt_sigprocmask": (14, 135), "rt_sigreturn": (15, 139),
    "pause": (34, None), "rt_sigpending": (127, 136), "rt_sigtimedwait": (128, 137),
    "rt_sigsuspend": (130, 133), "sigaltstack": (131, 132), "restart_syscall": (219, 128),
    "futex": (202, 98), "set_tid_address": (218, 96), "set_robust_list": (273, 99),
    "rseq": (334, 293), "membarrier": (324, 283), "sched_yield": (24, 124),
    "sched_getaffinity": (204, 123), "exit": (60, 93), "exit_group": (231, 94),
    # who am I
    "getpid": (39, 172), "uname": (63, 160), "getuid": (102, 174), "getgid": (104, 176),
    "geteuid": (107, 175), "getegid": (108, 177), "getppid": (110, 173), "getpgrp": (111, None),
    "getgroups": (115, 158), "getresuid": (118, 148), "getresgid": (120, 150),
    "getpgid": (121, 155), "getsid": (124, 156), "gettid": (186, 178), "getcpu": (309, 168),
    "getrlimit": (97, 163), "getrusage": (98, 165), "sysinfo": (99, 179), "times": (100, 153),
    "getrandom": (318, 278),
}  # fmt: skip

AF_UNIX, SOCK_STREAM = 1, 1
SOCK_NONBLOCK, SOCK_CLOEXEC = 0o4000, 0o2000000
# isatty(), and what sockets and pipes are asked: TCGETS, FIONREAD, FIONBIO, FIONCLEX, FIOCLEX.
# See ioctl_tty(2).
IOCTLS = (0x5401, 0x541B, 0x5421, 0x5450, 0x5451)
# fcntl(2): F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL, record locks, F_DUPFD_CLOEXEC.
FCNTLS = (0, 1, 2, 3, 4, 5, 6, 7, 36, 37, 38, 1030)
# socket(7): SO_TYPE, SO_ERROR, SO_SNDBUF, SO_RCVBUF, SO_ACCEPTCONN, SO_PROTOCOL, SO_DOMAIN.
SOCKET_OPTIONS = (3, 4, 7, 8, 30, 38, 39)
STREAMS = tuple(
    SOCK_STREAM | flags for flags in (0, SOCK_NONBLOCK, SOCK_CLOEXEC, SOCK_NONBLOCK | SOCK_CLOEXEC)
)
# Name -> (numbers, {which argument: the values that it may have}).
BY_ARGUMENT: dict[str, tuple[Numbers, dict[int, tuple[int, ...]]]] = {
    "ioctl": ((16, 29), {1: IOCTLS}),
    "fcntl": ((72, 25), {1: FCNTLS}),
    "getsockopt": ((55, 209), {2: SOCKET_OPTIONS}),
    "socketpair": ((53, 199), {0: (AF_UNIX,), 1: STREAMS}),
    # Of the process itself: getrlimit() and setrlimit().
    "prlimit64": ((302, 261), {0: (0,)}),
}
# Name -> (numbers, which argument has the flags), where MSG_OOB must not be among them.
MSG_OOB = 0x1
BY_FLAG: dict[str, tuple[Numbers, int]] = {
    "sendto": ((44, 206), 3),
    "recvfrom": ((45, 207), 3),
    "sendmsg": ((46, 211), 2),
    "recvmsg": ((47, 212), 2),
}
CLONE: Numbers = (56, 220)
CLONE3: Numbers = (435, 435)
KILL: Numbers = (62, 129)
TGKILL: Numbers = (234, 131)
# Landlock does not guard what these change, so where files are shared they do nothing.
ATTRIBUTES = ("chmod", "fchmod", "fchmodat", "utimensat")
