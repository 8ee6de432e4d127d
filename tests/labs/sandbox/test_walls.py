"""What code behind the walls can see and do. Each program runs in the real sandbox."""

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

import labs
from labs import Verdict
from tests.services import confined
from tests.services.confined import python
from tests.services.processes import descendants
from tests.services.programs import wait_until


def run(program: str) -> labs.PlaygroundReport:
    return labs.play({"main.py": program}, wall_seconds=10)


def printed(program: str) -> Any:
    """What the program printed, as JSON."""
    report = run("import json, os\n" + program)
    assert report.verdict is Verdict.PASSED, report
    return json.loads(report.stdout)


def test_it_sees_no_files_of_the_host() -> None:
    found = printed(
        "paths = ['/etc', '/home', '/proc', '/sys', '/run', '/etc/passwd']\n"
        "print(json.dumps([path for path in paths if os.path.exists(path)]))"
    )

    assert found == []


def test_it_sees_no_content_and_no_data() -> None:
    repository = labs.content_dirs()[0].parent

    found = printed(f"print(json.dumps(sorted(os.listdir({str(repository)!r}))))")

    assert set(found) <= {".venv", "labs"}


@pytest.mark.parametrize("path", ["/x", "/usr/lib/x", "/var/x", "/dev/x", "/lib/x"])
def test_it_cannot_write_outside_of_its_own_folders(path: str) -> None:
    report = run(f"open({path!r}, 'w')")

    assert report.verdict is Verdict.CRASHED
    assert "Read-only file system" in report.message or "Permission denied" in report.message


def test_it_may_write_to_tmp_up_to_its_limit() -> None:
    report = run(
        "open('/tmp/a', 'wb').write(b'x' * 1000)\nopen('/tmp/b', 'wb').write(b'x' * 10**8)"
    )

    assert report.verdict is Verdict.DISK_EXCEEDED
    assert report.message == "Your code wrote more than 64 MB, or 4096 files, to /tmp."


def test_it_finds_nothing_of_the_run_before() -> None:
    run("open('/tmp/left', 'w').write('secret')")

    assert printed("print(json.dumps(os.path.exists('/tmp/left')))") is False


def test_it_has_no_environment_of_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "hidden")

    environment = printed("print(json.dumps(dict(os.environ)))")

    assert "SECRET_KEY" not in environment
    assert environment["AWS_REGION"] == "us-east-1"


@pytest.mark.parametrize("url", ["http://127.0.0.1", "http://169.254.169.254/latest/meta-data"])
def test_it_reaches_no_network(url: str) -> None:
    report = run(f"import urllib.request\nurllib.request.urlopen({url!r}, timeout=5)")

    assert report.verdict is Verdict.CRASHED
    assert "Network is unreachable" in report.message


def test_it_opens_no_socket() -> None:
    report = run("import socket\nsocket.socket().connect(('127.0.0.1', 80))")

    assert report.verdict is Verdict.CRASHED
    assert "Operation not permitted" in report.message


def test_it_sees_no_other_process() -> None:
    report = run("import os\nprint(os.getpid())\nos.kill(2, 0)")

    assert report.stdout.startswith("1\n")
    assert "ProcessLookupError" in report.message


def test_it_has_no_privileges() -> None:
    report = printed(
        "results = []\n"
        "for call in (lambda: os.setuid(0), lambda: os.unshare(os.CLONE_NEWUSER),\n"
        "             lambda: os.chroot('/tmp'), lambda: os.mknod('/tmp/d', 0o60600, 1)):\n"
        "    try:\n"
        "        call()\n"
        "        results.append('done')\n"
        "    except OSError as error:\n"
        "        results.append('refused')\n"
        "print(json.dumps(results))"
    )

    assert report == ["refused"] * 4


def test_it_holds_no_descriptor_but_its_own() -> None:
    open_descriptors = printed(
        "found = []\n"
        "for fd in range(1000):\n"
        "    try:\n"
        "        os.fstat(fd)\n"
        "        found.append(fd)\n"
        "    except OSError:\n"
        "        pass\n"
        "print(json.dumps(found))"
    )

    # stdin, stdout, stderr, control, seam, and the pipe that tells where the code is
    assert open_descriptors == [0, 1, 2, 3, 4, 5]


def test_it_cannot_run_code_from_its_own_files() -> None:
    report = run(
        "import mmap\n"
        "file = open('/tmp/code', 'w+b'); file.write(bytes(4096)); file.flush()\n"
        "mmap.mmap(file.fileno(), 4096, flags=mmap.MAP_PRIVATE, prot=mmap.PROT_EXEC)"
    )

    assert report.verdict is Verdict.CRASHED
    assert "Operation not permitted" in report.message


def test_it_may_throw_its_output_away() -> None:
    assert printed("print(json.dumps(open(os.devnull, 'w').write('x')))") == 1


def test_what_is_mounted_in_a_folder_of_python_is_read_only_too(tmp_path: Path) -> None:
    (tmp_path / "outer").mkdir()
    program = (
        "from pathlib import Path\n"
        "from labs.sandbox import linux\n"
        f"outer = Path({str(tmp_path / 'outer')!r})\n"
        "linux.mount('tmpfs', str(outer), 'tmpfs')\n"
        "(outer / 'inner').mkdir()\n"
        "linux.mount('tmpfs', str(outer / 'inner'), 'tmpfs')\n"
        "linux.make_read_only(str(outer))\n"
        "(outer / 'inner' / 'file').touch()"
    )

    done = confined.run(confined.as_ordinary_user(python(program), "--keep-caps", "--mount"))

    assert "Read-only file system" in done.stderr


def test_its_processes_are_what_the_kernel_ends_when_memory_runs_out() -> None:
    labs.play({"main.py": ""})  # the zygotes run, and have spare children
    wait_until(lambda: scores_behind_walls() == {"1000\n"}, 10, "spare children")
    assert Path("/proc/self/oom_score_adj").read_text() != "1000\n"


def scores_behind_walls() -> set[str]:
    """Of the processes that have raised the last wall."""
    found = set()
    for running in descendants(os.getpid()):
        with suppress(FileNotFoundError, ProcessLookupError):  # it has ended meanwhile
            folder = Path(f"/proc/{running.pid}")
            if "Seccomp:\t2" in (folder / "status").read_text():
                found.add((folder / "oom_score_adj").read_text())
    return found
