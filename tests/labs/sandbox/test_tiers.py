"""The tiers, each as root (if the tests run as root) and as an ordinary user."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

import labs
from labs import SandboxUnavailableError, Tier
from labs.sandbox.tiers import configured
from labs.sandbox.tiers.private import remove
from tests.services.confined import as_ordinary_user, python
from tests.services.processes import look_at
from tests.services.programs import wait_until

# Each test starts workers and zygotes of its own.
pytestmark = pytest.mark.slow

PLAY = """
import json, sys, labs
files = {"main.py": sys.stdin.read()}
report = labs.play(files, wall_seconds=20)
print(json.dumps({"verdict": report.verdict, "message": report.message, "out": report.stdout}))
"""
# What only Linux's Python has, or only a new one.
LINUX_ONLY = """
import os, resource, select, signal, socket
for module, names in (
    (os, [name for name in vars(os) if name.startswith("CLONE_")]),
    (os, ["unshare", "setns", "pidfd_open", "eventfd"]),
    (signal, ["pidfd_send_signal"]),
    (select, ["POLLRDHUP", "epoll"]),
    (socket, ["AF_NETLINK"]),
    (resource, ["RLIMIT_MSGQUEUE", "RLIMIT_SIGPENDING", "prlimit"]),
):
    for name in names:
        delattr(module, name)
"""


def played(command: list[str], program: str, **environment: str) -> dict[str, Any]:
    """What came of a program in the playground of an engine of its own."""
    done = subprocess.run(
        command,
        input=program,
        env={"PATH": "/usr/bin:/bin", **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def in_lite(program: str) -> dict[str, Any]:
    return played(as_ordinary_user(python(PLAY)), program, SANDBOX_TIER="lite")


def printed_in_lite(program: str) -> Any:
    found = in_lite("import json, os\n" + program)
    assert found["verdict"] == "passed", found
    return json.loads(found["out"])


ORDINARY = (
    "import boto3, os, shutil, tempfile, threading\n"
    "boto3.client('sqs').create_queue(QueueName='a')\n"
    "thread = threading.Thread(target=print, args=('thread',)); thread.start(); thread.join()\n"
    "path = os.path.join(tempfile.mkdtemp(), 'a')\n"
    "open(path, 'w').write('x'); shutil.copy(path, path + 'b')\n"
    "open(os.devnull, 'w').write('x')\n"
    "print(os.getuid(), os.path.basename(os.getcwd()))"
)


@pytest.mark.parametrize("tier", Tier)
def test_an_ordinary_user_can_have_every_tier(tier: Tier) -> None:
    found = played(as_ordinary_user(python(PLAY)), ORDINARY, SANDBOX_TIER=tier, DEBUG="1")

    assert found == {"verdict": "passed", "message": "", "out": "thread\n1000 task\n"}


def test_root_becomes_nobody_in_the_strict_tier() -> None:
    found = played(python(PLAY), ORDINARY)

    user = 65534 if os.getuid() == 0 else os.getuid()
    assert found == {"verdict": "passed", "message": "", "out": f"thread\n{user} task\n"}


def test_it_is_strict_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SANDBOX_TIER", raising=False)
    assert configured() is Tier.STRICT

    monkeypatch.setenv("SANDBOX_TIER", "lite")
    assert configured() is Tier.LITE


def test_it_knows_no_other_tier(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANDBOX_TIER", "Strict")

    with pytest.raises(SandboxUnavailableError, match="set it to strict, lite, none"):
        configured()


@pytest.mark.parametrize("debug", ["", "0", "off"])
def test_walls_may_only_be_missing_while_debugging(
    monkeypatch: pytest.MonkeyPatch, debug: str
) -> None:
    monkeypatch.setenv("SANDBOX_TIER", "none")
    monkeypatch.setenv("DEBUG", debug)

    report = labs.play({"main.py": "print(1)"})

    with pytest.raises(SandboxUnavailableError, match="set DEBUG=1 as well"):
        configured()
    assert report.stdout in ("", "1\n")  # zygotes of the strict tier may be running already


def test_the_tier_without_walls_needs_nothing_of_linux(tmp_path: Path) -> None:
    shutil.copytree(Path(labs.__file__).parent, tmp_path / "labs")
    front_door = tmp_path / "labs" / "__init__.py"
    front_door.write_text(LINUX_ONLY + front_door.read_text())
    command = python(f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n{PLAY}")

    found = played(as_ordinary_user(command), ORDINARY, SANDBOX_TIER="none", DEBUG="1")

    assert found == {"verdict": "passed", "message": "", "out": "thread\n1000 task\n"}


def test_without_walls_what_a_program_started_ends_with_it(tmp_path: Path) -> None:
    program = (
        "import os, signal\n"
        "if os.fork() == 0:\n"
        f"    open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid()))\n"
        "    signal.pause()\n"
        f"while not os.path.exists({str(tmp_path / 'pid')!r}): pass\n"
        "print('left')"
    )

    found = played(as_ordinary_user(python(PLAY)), program, SANDBOX_TIER="none", DEBUG="1")

    assert found["out"] == "left\n"
    left = look_at(Path("/proc", (tmp_path / "pid").read_text(), "stat"))
    assert left is None or left.state == "Z"


@pytest.mark.parametrize("tier", [Tier.LITE, Tier.NONE])
def test_it_leaves_no_folder_behind(tmp_path: Path, tier: Tier) -> None:
    program = "import os\nos.mkdir('closed')\nos.mkdir('closed/in'); os.mkdir('shut', 0)\nprint(1)"

    found = played(
        as_ordinary_user(python(PLAY)),
        program,
        SANDBOX_TIER=tier,
        DEBUG="1",
        TMPDIR=str(tmp_path),
    )

    assert found["out"] == "1\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("tier", [Tier.LITE, Tier.NONE])
def test_kill_9_of_the_worker_leaves_no_folder_behind(tmp_path: Path, tier: Tier) -> None:
    program = (
        "import os, signal\n"
        "from labs.grader import warm_up\n"
        "warm_up()\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    environment = {"SANDBOX_TIER": tier, "DEBUG": "1", "TMPDIR": str(tmp_path)}
    with subprocess.Popen(as_ordinary_user(python(program)), env=environment) as worker:
        worker.wait(60)

    wait_until(lambda: not list(tmp_path.iterdir()), 20, "the folders are gone")


def test_it_removes_what_is_closed_to_its_owner(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    (folder / "file").touch()
    (tmp_path / "a" / "link").symlink_to("/etc")
    (tmp_path / "a").chmod(0)

    remove(tmp_path / "a")

    assert list(tmp_path.iterdir()) == []
