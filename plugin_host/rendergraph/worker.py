"""Work in a child process that may hang, crash or eat memory: it is watched, and ended, and we go on."""

from __future__ import annotations

import json
import os
import queue
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from engine.errors import InputError, MelismaError
from engine.jobs import JobContext

_ROOT = Path(__file__).resolve().parents[2]
_START_LIMIT_S = 60.0
_POLL_S = 0.05
_READER_LIMIT_S = 5.0  # a helper that nobody could end may hold the pipe open
_WITHOUT_IT = "Leave it out, update it, or use another."


@dataclass(frozen=True, slots=True)
class Task:
    """A command that says how it goes as `rendergraph.child` does.

    `stage`: for the user's progress.  `plugins`: who may be at fault; `limit_s`: overrides every limit (for tests and
    impatient callers), None: as the child says.
    """

    command: Sequence[str]
    stage: str
    plugins: tuple[str, ...] = ()
    limit_s: float | None = None


def run_task(task: Task, context: JobContext) -> dict[str, Any]:
    """The child's result.

    Raises `InputError` when it says so, or when a plugin hangs or takes it down; `MelismaError` when that happens
    without plugins; `Cancelled`, and then the child is gone too.
    """
    context.step(task.stage, 0, 1)
    child = _start(task.command)
    says: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
    assert child.stdout is not None
    reader = threading.Thread(target=_read, args=(child.stdout, says), daemon=True)
    reader.start()
    try:
        with context.token.calling(lambda: _kill(child)):
            result = _watch(task, child, says, context)
        context.step(task.stage, 1, 1)
        return result
    finally:
        _kill(child)
        child.wait()
        _kill_group(child)
        reader.join(_READER_LIMIT_S)
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()


def child_command(*words: str) -> list[str]:
    """`python -m plugin_host.rendergraph.child ...`"""
    return [sys.executable, "-m", "plugin_host.rendergraph.child", *words]


def _start(command: Sequence[str]) -> subprocess.Popen[str]:
    paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(paths), "PYTHONUTF8": "1"}
    try:
        return subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # plugins are talkative
            encoding="utf-8",
            errors="replace",
            start_new_session=os.name == "posix",  # what a plugin starts ends with it; Ctrl-C is ours
        )
    except OSError as error:
        raise MelismaError(f"No process could be started for the effects: {error.strerror}.", "Try again.") from error


def _watch(
    task: Task, child: subprocess.Popen[str], says: queue.SimpleQueue[dict[str, Any] | None], context: JobContext
) -> dict[str, Any]:
    doing, deadline = "starting", time.monotonic() + (task.limit_s or _START_LIMIT_S)
    while True:
        context.token.raise_if_cancelled()
        try:
            fact = says.get(timeout=_POLL_S)
        except queue.Empty:
            if time.monotonic() > deadline:
                raise _hung(task, doing) from None
            continue
        if fact is None:
            context.token.raise_if_cancelled()
            raise _crashed(task, doing, child.wait())
        if "doing" in fact:
            doing = str(fact["doing"])
            deadline = time.monotonic() + (task.limit_s or float(fact["limit_s"]))
        elif "error" in fact:
            error = fact["error"]
            kind = InputError if error["kind"] == "input" else MelismaError
            raise kind(str(error["message"]), str(error["hint"]))
        elif "result" in fact:
            return dict(fact["result"])


def _read(stdout: IO[str], says: queue.SimpleQueue[dict[str, Any] | None]) -> None:
    """Every line that is one of ours; None at the end."""
    for line in stdout:
        with suppress(json.JSONDecodeError):
            fact = json.loads(line)
            if isinstance(fact, dict):
                says.put(fact)
    says.put(None)


def _kill(child: subprocess.Popen[str]) -> None:
    if child.poll() is None:
        child.kill()
        _kill_group(child)


def _kill_group(child: subprocess.Popen[str]) -> None:
    """What a plugin started (a bridge to plugins of another system) ends with it, where systems know groups."""
    if os.name == "posix":
        with suppress(OSError):
            os.killpg(child.pid, signal.SIGKILL)


def _hung(task: Task, doing: str) -> MelismaError:
    guilty = _guilty(task, doing)
    if not guilty:
        return MelismaError(f"The effects did not answer in time ({doing}).", "Try again with nothing else running.")
    return InputError(f"{guilty} did not answer in time ({doing}) and was ended.", _WITHOUT_IT)


def _crashed(task: Task, doing: str, code: int) -> MelismaError:
    how = f"exit code {code}"
    if code < 0:
        with suppress(ValueError):
            how = signal.Signals(-code).name
    guilty = _guilty(task, doing)
    if how == "SIGKILL":
        return MelismaError(
            f"The system ended the effects ({doing}), which it does when memory runs out.", "Bounce less at once."
        )
    if not guilty:
        return MelismaError(f"The effects crashed ({doing}, {how}).", "Please report this.")
    return InputError(f"{guilty} crashed ({doing}, {how}).", _WITHOUT_IT)


def _guilty(task: Task, doing: str) -> str:
    """The plugin that was being worked on; all of them where that cannot be known."""
    named = [title for title in task.plugins if re.search(rf"(?<![\w-]){re.escape(title)}(?![\w-])", doing)]
    several = named or list(task.plugins)
    if not several:
        return ""
    return f"The plugin {several[0]}" if len(several) == 1 else f"One of the plugins {', '.join(several)}"
