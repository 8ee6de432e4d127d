"""What the lite tier holds without namespaces, where all processes have one user."""

from pathlib import Path

import pytest

from tests.labs.sandbox.test_tiers import in_lite, printed_in_lite

# Each test starts workers and zygotes of its own.
pytestmark = pytest.mark.slow


def test_it_reads_python_and_its_own_folders_only() -> None:
    found = printed_in_lite(
        "def readable(path):\n"
        "    try:\n"
        "        return bool(os.listdir(path) if os.path.isdir(path) else open(path).read(1))\n"
        "    except PermissionError:\n"
        "        return False\n"
        "paths = ['/', '/etc', '/etc/passwd', '/proc', '/proc/self/environ', '/tmp', '/sys',\n"
        "         '/dev/shm', os.path.dirname(os.environ['TMPDIR']) + '/..', '/usr/lib']\n"
        "print(json.dumps([path for path in paths if readable(path)]))"
    )

    assert found == ["/usr/lib"]


def test_it_changes_nobody_elses_files(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("mine")
    file.chmod(0o640)

    found = printed_in_lite(
        f"path = {str(file)!r}\n"
        "def refused(call, *arguments):\n"
        "    try:\n"
        "        call(*arguments)\n"
        "    except OSError as error:\n"
        "        return error.strerror\n"
        "print(json.dumps([refused(os.truncate, path, 0), refused(open, path, 'w'),\n"
        "    refused(os.unlink, path), refused(os.link, path, 'a'),\n"
        "    refused(os.chmod, path, 0o777), refused(os.utime, path, (0, 0))]))"
    )

    assert found == ["Permission denied"] * 3 + ["Invalid cross-device link", None, None]
    assert file.read_text() == "mine"
    assert file.stat().st_mode & 0o777 == 0o640
    assert file.stat().st_mtime > 0


def test_it_reaches_no_other_process() -> None:
    found = printed_in_lite(
        "import fcntl, signal, resource\n"
        "F_SETOWN, F_SETOWN_EX, F_SETSIG, F_NOTIFY = 8, 15, 10, 1026\n"
        "other = os.getppid()\n"
        "calls = [lambda: os.kill(other, 0), lambda: os.kill(-1, 0), lambda: os.kill(0, 0),\n"
        "    lambda: os.killpg(0, 0), lambda: os.pidfd_open(other),\n"
        "    lambda: signal.pidfd_send_signal(0, 0),\n"
        "    lambda: fcntl.fcntl(0, F_SETOWN, other), lambda: fcntl.fcntl(0, F_SETSIG, 9),\n"
        "    lambda: fcntl.fcntl(0, F_SETOWN_EX, bytes(8)), lambda: fcntl.fcntl(0, F_NOTIFY, 1),\n"
        "    lambda: os.sched_setaffinity(other, {0}),\n"
        "    lambda: os.setpriority(os.PRIO_PROCESS, other, 19),\n"
        "    lambda: resource.prlimit(other, resource.RLIMIT_CPU)]\n"
        "def refused(call):\n"
        "    try:\n"
        "        call()\n"
        "    except OSError as error:\n"
        "        return error.strerror\n"
        "print(json.dumps([refused(call) for call in calls]))"
    )

    assert found == ["Operation not permitted"] * 13


def test_it_may_signal_itself() -> None:
    program = (
        "import os, signal\n"
        "signal.signal(signal.SIGUSR2, lambda *_: print('itself'))\n"
        "os.kill(os.getpid(), signal.SIGUSR2)\n"
        "signal.raise_signal(signal.SIGUSR2)"
    )

    assert in_lite(program)["out"] == "itself\nitself\n"


def test_a_crash_is_still_a_crash() -> None:
    assert in_lite("import os; os.abort()")["verdict"] == "crashed"
