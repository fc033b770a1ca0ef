"""The child is watched: it may hang, crash, babble or be cancelled, and we go on."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from engine.errors import Cancelled, InputError, MelismaError
from engine.jobs import CancelToken, JobContext
from plugin_host.rendergraph.worker import Task, run_task
from tests.conftest import ROOT

LOADING = 'print(\'{"doing": "loading Evil", "limit_s": 60}\', flush=True)\n'


def task(code: str, limit_s: float | None = None, plugins: tuple[str, ...] = ("Evil", "Good")) -> Task:
    return Task([sys.executable, "-c", f"import os, sys, time, signal, json\n{code}"], "Bouncing", plugins, limit_s)


def test_the_result_comes_back() -> None:
    code = (
        LOADING + "print('babble')\nprint('{\"half')\nprint('[1]')\nprint(json.dumps({'result': {'n': 3}}), flush=True)"
    )
    assert run_task(task(code), JobContext()) == {"n": 3}


def test_what_hangs_is_named_and_ended(tmp_path: Path) -> None:
    """With what it started itself."""
    code = f"open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid()))\n" + LOADING
    with pytest.raises(InputError, match=r"The plugin Evil did not answer in time \(loading Evil\)") as caught:
        run_task(task(code + "time.sleep(600)", limit_s=1.0), JobContext())
    assert "Good" not in caught.value.message
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


def test_what_crashes_is_named() -> None:
    with pytest.raises(InputError, match=r"The plugin Evil crashed \(loading Evil, SIGABRT\)"):
        run_task(task(LOADING + "os.abort()"), JobContext())


def test_when_nobody_knows_who_all_are_named() -> None:
    code = 'print(\'{"doing": "rendering", "limit_s": 60}\', flush=True)\nos._exit(3)'
    with pytest.raises(InputError, match=r"One of the plugins Evil, Good crashed \(rendering, exit code 3\)"):
        run_task(task(code), JobContext())


def test_without_plugins_it_is_our_fault() -> None:
    for code in ("time.sleep(600)", "os.abort()"):
        with pytest.raises(MelismaError) as caught:
            run_task(task(code, limit_s=0.5, plugins=()), JobContext())
        assert not isinstance(caught.value, InputError)


def test_memory_is_told_from_a_crash() -> None:
    with pytest.raises(MelismaError, match="memory"):
        run_task(task("os.kill(os.getpid(), signal.SIGKILL)"), JobContext())


def test_its_errors_are_ours() -> None:
    code = "print(json.dumps({'error': {'kind': 'input', 'message': 'What.', 'hint': 'Do.'}}), flush=True)"
    with pytest.raises(InputError) as caught:
        run_task(task(code), JobContext())
    assert (caught.value.message, caught.value.hint) == ("What.", "Do.")


def test_cancel_ends_it_at_once() -> None:
    token = CancelToken()
    threading.Timer(0.3, token.cancel).start()
    with pytest.raises(Cancelled):
        run_task(task(LOADING + "time.sleep(600)"), JobContext(token=token))


def test_a_command_that_does_not_exist() -> None:
    with pytest.raises(MelismaError, match="No process"):
        run_task(Task(["/nowhere/python"], "Bouncing"), JobContext())


def test_what_a_plugin_started_ends_with_it(tmp_path: Path) -> None:
    """A helper that outlives the child, holds its pipes and would keep us waiting."""
    code = (
        "import subprocess\n"
        "helper = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        f"open({str(tmp_path / 'pid')!r}, 'w').write(str(helper.pid))\n"
        "print(json.dumps({'result': {}}), flush=True)\nos._exit(0)"
    )
    run_task(task(code), JobContext())
    wait_for_end(int((tmp_path / "pid").read_text()))


def wait_for_end(pid: int) -> None:
    deadline = time.monotonic() + 30
    while alive(pid):
        assert time.monotonic() < deadline, "still there"
        time.sleep(0.02)


def alive(pid: int) -> bool:
    """Not as a zombie that somebody else has yet to bury."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked for in /proc")
def test_when_we_are_killed_the_child_ends_and_cleans_up(tmp_path: Path) -> None:
    """With its folder of sounds and what it started; the child sits in a plugin's code, which hangs."""
    folder = tmp_path / "melisma-x"
    folder.mkdir()
    (folder / "sound.npy").write_bytes(b"")
    evil = (
        "import os, subprocess, sys, time\n"
        "from plugin_host.rendergraph import child\n"
        "def run(folder, order, told):\n"
        "    helper = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        f"    open({str(tmp_path / 'pids')!r} + '.part', 'w').write(f'{{os.getpid()}} {{helper.pid}}')\n"
        f"    os.rename({str(tmp_path / 'pids')!r} + '.part', {str(tmp_path / 'pids')!r})\n"
        "    time.sleep(600)\n"
        "child.run = run\nchild.main()\n"
    )
    (folder / "order.json").write_text("{}")
    us = (
        "import sys\nfrom engine.jobs import JobContext\nfrom plugin_host.rendergraph.worker import Task, run_task\n"
        f"run_task(Task([sys.executable, '-c', {evil!r}, {str(folder)!r}], 'Bouncing'), JobContext())\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", us], cwd=ROOT)
    try:
        deadline = time.monotonic() + 60
        while not (tmp_path / "pids").exists():
            assert time.monotonic() < deadline
            time.sleep(0.02)
    finally:
        parent.kill()
        parent.wait()
    for pid in (tmp_path / "pids").read_text().split():
        wait_for_end(int(pid))
    assert not folder.exists()


def test_a_title_inside_another_is_not_blamed() -> None:
    with pytest.raises(InputError, match="The plugin ZamComp crashed") as caught:
        run_task(
            task(
                'print(\'{"doing": "loading ZamComp", "limit_s": 60}\', flush=True)\nos.abort()',
                plugins=("Comp", "ZamComp"),
            ),
            JobContext(),
        )
    assert "One of" not in caught.value.message
