"""Processes are made, ended and never left behind."""

import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from labs import SandboxUnavailableError
from labs.sandbox import namespaces
from labs.sandbox.folders import python_folders
from labs.sandbox.pool import LEARNER_ENTRY, LIMITS
from labs.sandbox.zygote import Zygote

MARK = "labs.sandbox.zygote_process"


def new_zygote(*, spares: int = 0) -> Zygote:
    return Zygote(LEARNER_ENTRY, LIMITS[LEARNER_ENTRY], spares=spares)


def wait_until(condition: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        select.select([], [], [], 0.01)


def descendants(pid: int) -> set[int]:
    """All processes below `pid`, by /proc."""
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found, todo = set(), [pid]
    while todo:
        children = parents.get(todo.pop(), [])
        found.update(children)
        todo += children
    return found


def test_killing_the_first_process_ends_all_that_it_forked() -> None:
    with new_zygote() as zygote:
        zygote.wait_until_ready()
        before = descendants(os.getpid())
        reading, writing = os.pipe()
        sandbox = zygote.start([writing], memory_mb=64, cpu_seconds=5)
        os.close(writing)
        # It finds no control socket and ends by itself; its end shows in the pidfd.
        ready, _, _ = select.select([sandbox], [], [], 10)
        sandbox.close()
        os.close(reading)

        assert ready
        wait_until(lambda: descendants(os.getpid()) <= before)


def test_closing_it_ends_every_process() -> None:
    before = descendants(os.getpid())
    zygote = new_zygote(spares=2)
    zygote.wait_until_ready()
    wait_until(lambda: len(descendants(os.getpid()) - before) == 4)  # two spares
    during = descendants(os.getpid()) - before

    zygote.close()

    wait_until(lambda: not descendants(os.getpid()) & during)


def test_kill_9_of_the_worker_leaves_no_process() -> None:
    program = (
        "import sys; sys.path.insert(0, '.')\n"
        "from labs.sandbox.pool import Zygotes\n"
        "zygotes = Zygotes()\n"
        "zygotes.start()\n"
        "print('ready', flush=True)\n"
        "sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as worker:
        assert worker.stdout
        assert worker.stdout.readline() == "ready\n"
        children = descendants(worker.pid)
        worker.send_signal(signal.SIGKILL)
        worker.wait()

    assert children
    wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in children))


def test_it_leaves_no_folder_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    with new_zygote() as zygote:
        zygote.wait_until_ready()
        assert list(tmp_path.iterdir()) == []


def test_it_says_what_the_machine_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    # A root that is no folder: the first mount is refused.
    monkeypatch.setattr("tempfile.mkdtemp", lambda **_options: "/proc/self/nowhere")

    zygote = new_zygote()
    with pytest.raises(SandboxUnavailableError, match="This machine refuses the sandbox"):
        zygote.wait_until_ready()


def test_it_mounts_no_folder_inside_another() -> None:
    folders = list(python_folders())

    for folder in folders:
        others = [other for other in folders if other != folder]
        assert not any(folder.is_relative_to(other) for other in others)


@pytest.mark.parametrize("layer", ["landlock", "seccomp"])
def test_it_runs_nothing_with_a_layer_missing(tmp_path: Path, layer: str) -> None:
    # A zygote is another process: its engine is a copy whose layer is refused.
    shutil.copytree(Path(namespaces.__file__).parents[1], tmp_path / "labs")
    module = tmp_path / "labs" / "sandbox" / f"{layer}.py"
    refusing = "def restrict(**_options): raise OSError(38, 'Function not implemented')\n"
    module.write_text(module.read_text() + "\n\n" + refusing)
    program = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        "from labs.errors import SandboxUnavailableError\n"
        "from labs.sandbox.pool import Zygotes\n"
        "try: Zygotes().start()\n"
        "except SandboxUnavailableError as error: print(error)\n"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)

    assert "tier strict ([Errno 38] Function not implemented)" in done.stdout
