"""SINGER at the paper's size behind a pipe: it needs PyTorch, which this program does not, so it runs beside.

The other process tells on its standard error what it does, in JSON, and gives pictures on its standard output, raw.
"""

from __future__ import annotations

import importlib.util
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import IO, Any

import numpy as np

from engine.avatar.params import NUM_PARAMS, Floats
from engine.avatar.renderer import Face, Picture
from engine.errors import InputError, MelismaError
from engine.jobs import JobContext

MODULE = "engine.train.avatar.paper_render"
FPS = 25
_ROOT = Path(__file__).resolve().parents[2]
_WAITING_PICTURES = 8
"""Made and not yet taken; more would only fill memory."""
_LOOK_EVERY_S = 0.2
"""How often a wish to cancel is looked for while nothing comes."""
_NEEDED = ("torch", "diffusers", "safetensors", "torchaudio")
_LONGEST_SENTENCE = 500
_LAST_WORDS_S = 10.0


@dataclass(frozen=True, slots=True)
class PaperProcess:
    """A folder of weights, and the Python that has PyTorch.  `options`: further words for the command line."""

    folder: Path
    python: str = sys.executable
    options: tuple[str, ...] = ()

    def pictures(
        self,
        vocals: Path,
        portrait: Path,
        num_frames: int,
        seed: int,
        num_steps: int | None,
        context: JobContext,
        landmarks: Path | None = None,
    ) -> Generator[Picture, None, None]:
        """`num_frames` pictures of one size, 25 a second, each clip as soon as it is made.

        `num_steps` None: as the paper.  The other process ends with the iterator, however that ends.  Raises
        `InputError` for what it cannot use, `MelismaError` when it fails or PyTorch is missing, `Cancelled`.
        """
        words = ["--weights", self.folder, "--vocals", vocals, "--portrait", portrait]
        words += ["--num-pictures", num_frames, "--seed", seed]
        words += [] if num_steps is None else ["--steps", num_steps]
        words += [] if landmarks is None else ["--landmarks", landmarks]
        with _running([self.python, "-m", MODULE, *map(str, words), *self.options]) as child:
            yield from child.pictures(num_frames, context)


@dataclass(frozen=True, slots=True)
class PaperRenderer:
    """An `AvatarRenderer`: one portrait that sings one vocal.  `on_stage` puts the square picture onto a canvas."""

    process: PaperProcess
    vocals: Path
    portrait: Path
    seed: int = 0
    num_steps: int | None = None
    landmarks: Path | None = None
    on_stage: Callable[[Face], Face] = field(default=lambda face: face)

    def pictures(self, fps: Fraction, num_frames: int, context: JobContext) -> Iterator[Picture]:
        """At other rates than 25, the picture that is shown at that time.  Raises as `PaperProcess.pictures`."""
        wanted = [int(number * FPS / fps) for number in range(num_frames)]
        if not wanted:
            return
        made = self.process.pictures(
            self.vocals, self.portrait, wanted[-1] + 1, self.seed, self.num_steps, context, self.landmarks
        )
        stage: Face | None = None
        number = 0
        with closing(made):
            for at, picture in enumerate(made):
                while number < num_frames and wanted[number] == at:
                    if stage is None:
                        shown = _Shown(picture)
                        stage = self.on_stage(shown)
                    shown.picture = picture
                    yield stage.draw(_AT_REST).copy()
                    number += 1


_AT_REST = np.zeros(NUM_PARAMS, np.float32)


class _Shown:
    """A face that is always as its last picture: stages take faces."""

    def __init__(self, picture: Picture) -> None:
        self.picture = picture
        self.height, self.width = picture.shape[:2]

    def draw(self, values: Floats) -> Picture:  # noqa: ARG002 - the picture is made already
        return self.picture


class _Child:
    """The other process, and what two threads read of it into one line."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._told: queue.Queue[dict[str, Any] | bytes | None] = queue.Queue(_WAITING_PICTURES)
        self._size: queue.Queue[int] = queue.Queue(1)
        self._last_words = ""
        assert process.stderr is not None
        assert process.stdout is not None
        readers = ((self._listen, process.stderr), (self._look, process.stdout))
        self._threads = [threading.Thread(target=read, args=(pipe,), daemon=True) for read, pipe in readers]
        for thread in self._threads:
            thread.start()

    def pictures(self, num_frames: int, context: JobContext) -> Iterator[Picture]:
        """Reports on the caller's thread."""
        side, given, open_pipes = 0, 0, len(self._threads)
        while given < num_frames and open_pipes:
            try:
                told = self._told.get(timeout=_LOOK_EVERY_S)
            except queue.Empty:
                context.token.raise_if_cancelled()
                continue
            if told is None:
                open_pipes -= 1
            elif isinstance(told, bytes):
                context.token.raise_if_cancelled()
                yield _picture(told, side)
                given += 1
            elif "side" in told:
                side = int(told["side"])
            else:
                context.step(str(told["stage"]), int(told["done"]), int(told["total"]))
        if given < num_frames:
            raise self._failure()

    def end(self) -> None:
        """Whatever it is doing; nothing of it is left behind."""
        _kill(self._process)
        self._size_known(0)
        deadline = time.monotonic() + _LAST_WORDS_S
        while any(thread.is_alive() for thread in self._threads) and time.monotonic() < deadline:
            try:  # a reader may wait for room
                self._told.get(timeout=0.05)
            except queue.Empty:
                continue
        self._process.wait()
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()

    def _listen(self, pipe: IO[bytes]) -> None:
        """The standard error: JSON, or a sentence for people."""
        for raw in pipe:
            line = raw.decode(errors="replace").strip()
            facts = _as_facts(line)
            if facts is None:
                self._last_words = line or self._last_words
                continue
            self._told.put(facts)
            if "side" in facts:
                self._size_known(int(facts["side"]) ** 2 * 3)
        self._size_known(0)
        self._told.put(None)

    def _look(self, pipe: IO[bytes]) -> None:
        """The standard output: whole pictures."""
        size = self._size.get()
        while size and len(raw := pipe.read(size)) == size:
            self._told.put(raw)
        self._told.put(None)

    def _size_known(self, size: int) -> None:
        """Bytes of a picture; 0: there will be none.  Only the first word counts."""
        try:
            self._size.put_nowait(size)
        except queue.Full:
            return

    def _failure(self) -> MelismaError:
        code = self._process.wait()
        words = self._last_words[:_LONGEST_SENTENCE]
        if "ModuleNotFoundError" in words or "No module named" in words:
            return _without_torch()
        kind = InputError if code == InputError.exit_code else MelismaError
        return kind(words or f"Drawing ended without a word (exit code {code}).", "" if words else "Try again.")


def _kill(process: subprocess.Popen[bytes]) -> None:
    """With all that it started: `python` may be a script that starts one."""
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()


@contextmanager
def _running(command: list[str]) -> Iterator[_Child]:
    if command[0] == sys.executable and any(importlib.util.find_spec(name) is None for name in _NEEDED):
        raise _without_torch()
    paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(paths)}
    try:
        process = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as error:
        what = f"{command[0]} could not be started: {error.strerror or error}."
        raise MelismaError(what, "Name the Python that has PyTorch.") from error
    child = _Child(process)
    try:
        yield child
    finally:
        child.end()


def _without_torch() -> MelismaError:
    return MelismaError(
        "The paper's networks need the train extra, which is not installed.",
        "Run once as MELISMA_EXTRAS=train ./installer/melisma, or pip install 'melisma[train]'.",
    )


def _as_facts(line: str) -> dict[str, Any] | None:
    """What the child says about its work; None for anything else."""
    try:
        facts = json.loads(line)
    except ValueError:
        return None
    return facts if isinstance(facts, dict) and ({"stage", "done", "total"} <= set(facts) or "side" in facts) else None


def _picture(raw: bytes, side: int) -> Picture:
    """Opaque."""
    picture = np.full((side, side, 4), 255, np.uint8)
    picture[..., :3] = np.frombuffer(raw, np.uint8).reshape(side, side, 3)
    return picture
