"""The other process behind the pipe: stood in for by small ones that do what the real one may do at its worst."""

from __future__ import annotations

import os
import sys
import time
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from engine.avatar import paper_process
from engine.avatar.paper_process import PaperProcess, PaperRenderer
from engine.avatar.stage import read_background, staged
from engine.errors import Cancelled, InputError, MelismaError
from engine.jobs import CancelToken, JobContext, Progress

SIDE = 4
HEAD = """
import json, os, sys, time
from pathlib import Path
Path(sys.argv[sys.argv.index("--weights") + 1], "pid").write_text(str(os.getpid()))
count = int(sys.argv[sys.argv.index("--num-pictures") + 1])
def say(**facts):
    print(json.dumps(facts), file=sys.stderr, flush=True)
def give(number):
    sys.stdout.buffer.write(bytes([number] * 48))
    sys.stdout.buffer.flush()
"""
DRAW = """
say(stage="Loading", done=0, total=1)
print("a warning of some library", file=sys.stderr)
say(side=4, pictures=count, fps=25)
for number in range(count):
    say(stage="Drawing", done=number, total=count)
    give(number)
"""


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """`stand_in(code)`: a PaperProcess that runs it."""
    monkeypatch.setattr(paper_process, "_NEEDED", ())
    monkeypatch.setattr(paper_process, "MODULE", "melisma_stand_in")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    def made(code: str) -> PaperProcess:
        (tmp_path / "melisma_stand_in.py").write_text(HEAD + code)
        return PaperProcess(tmp_path)

    return made


def drawn(process: PaperProcess, count: int = 3, context: JobContext | None = None) -> list[np.ndarray]:
    return list(process.pictures(Path("v.wav"), Path("p.png"), count, 0, None, context or JobContext()))


def is_alive(folder: Path) -> bool:
    try:
        os.kill(int((folder / "pid").read_text()), 0)
    except ProcessLookupError:
        return False
    return True


def test_pictures_and_progress_come_through(stand_in, tmp_path: Path) -> None:
    seen: list[Progress] = []
    pictures = drawn(stand_in(DRAW), 20, JobContext(seen.append))
    assert [picture.shape for picture in pictures] == [(SIDE, SIDE, 4)] * 20
    assert [int(picture[0, 0, 0]) for picture in pictures] == list(range(20))
    assert all((picture[..., 3] == 255).all() and picture.flags.writeable for picture in pictures)
    assert seen[0] == Progress("Loading", 0, 1)
    drawing = [progress for progress in seen if progress.stage == "Drawing"]  # the last may come after all is done
    assert drawing == [Progress("Drawing", number, 20) for number in range(len(drawing))]
    assert not is_alive(tmp_path)


def test_what_is_asked_for_is_passed_on(stand_in, tmp_path: Path) -> None:
    process = stand_in(DRAW + "Path(sys.argv[2], 'words').write_text(' '.join(sys.argv[1:]))\ntime.sleep(0.3)\n")
    with_more = PaperProcess(process.folder, options=("--device", "cpu"))
    pictures = with_more.pictures(Path("v.wav"), Path("p.png"), 2, 7, 3, JobContext(), Path("l.json"))
    assert next(pictures) is not None
    deadline = time.monotonic() + 20
    while not (tmp_path / "words").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    pictures.close()
    words = (tmp_path / "words").read_text()
    for part in ("--vocals v.wav", "--portrait p.png", "--num-pictures 2", "--seed 7", "--steps 3", "--device cpu"):
        assert part in words
    assert "--landmarks l.json" in words


def test_a_cancel_while_nothing_comes_ends_the_process(stand_in, tmp_path: Path) -> None:
    token = CancelToken()
    process = stand_in(DRAW.partition("for number")[0] + "time.sleep(600)\n")

    def cancel_after_loading(progress: Progress) -> None:
        if progress.stage == "Loading":
            token.cancel()

    with pytest.raises(Cancelled):
        drawn(process, context=JobContext(cancel_after_loading, token))
    assert not is_alive(tmp_path)


def test_whoever_stops_listening_ends_the_process(stand_in, tmp_path: Path) -> None:
    pictures = stand_in(DRAW + "time.sleep(600)\n").pictures(Path("v"), Path("p"), 500, 0, None, JobContext())
    next(pictures)
    assert is_alive(tmp_path)
    pictures.close()
    assert not is_alive(tmp_path)


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="no groups of processes")
def test_what_the_process_started_ends_with_it(stand_in, tmp_path: Path) -> None:
    own = "import subprocess\nhelper = subprocess.Popen(['sleep', '600'])\n"
    own += "Path(sys.argv[2], 'pid').write_text(str(helper.pid))\n"
    pictures = stand_in(own + DRAW).pictures(Path("v"), Path("p"), 500, 0, None, JobContext())
    next(pictures)
    pictures.close()
    deadline = time.monotonic() + 20
    while is_alive(tmp_path) and time.monotonic() < deadline:
        time.sleep(0.05)  # the system takes it away
    assert not is_alive(tmp_path)


@pytest.mark.parametrize(
    ("code", "kind", "words"),
    [
        ("print('No face was found. Place points.', file=sys.stderr)\nsys.exit(2)", InputError, "No face was found"),
        ("raise RuntimeError('the device fell over')", MelismaError, "the device fell over"),
        ("import no_such_package_of_ours", MelismaError, "train extra"),
        ("sys.exit(3)", MelismaError, "exit code 3"),
        ("say(side=4, pictures=3, fps=25)\ngive(1)\nos._exit(1)", MelismaError, "exit code 1"),
        ("say(side=4, pictures=3, fps=25)\ngive(1)\nsys.exit(0)", MelismaError, "exit code 0"),
    ],
)
def test_a_failure_is_its_last_sentence(stand_in, tmp_path: Path, code: str, kind: type, words: str) -> None:
    with pytest.raises(MelismaError, match=words) as failed:
        drawn(stand_in(code))
    assert type(failed.value) is kind
    assert not is_alive(tmp_path)


def test_a_python_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(MelismaError, match="could not be started"):
        drawn(PaperProcess(tmp_path, python=str(tmp_path / "none")))


def test_without_the_train_extra_nothing_is_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper_process, "_NEEDED", ("no_such_package_of_ours",))
    with pytest.raises(MelismaError, match="train extra"):
        drawn(PaperProcess(tmp_path, python=sys.executable))


@pytest.mark.parametrize(("fps", "count"), [(24, 24), (25, 25), (30, 30), (60, 7)])
def test_other_rates_show_the_picture_of_their_time(stand_in, fps: int, count: int) -> None:
    renderer = PaperRenderer(stand_in(DRAW), Path("v.wav"), Path("p.png"))
    found = [int(picture[0, 0, 0]) for picture in renderer.pictures(Fraction(fps), count, JobContext())]
    assert found == [number * 25 // fps for number in range(count)]


def test_it_hangs_on_a_stage_as_a_portrait_does(stand_in) -> None:
    renderer = PaperRenderer(
        stand_in(DRAW),
        Path("v.wav"),
        Path("p.png"),
        on_stage=lambda face: staged(face, 12, 8, read_background("#0000ff")),
    )
    pictures = list(renderer.pictures(Fraction(25), 3, JobContext()))
    assert [picture.shape for picture in pictures] == [(8, 12, 4)] * 3
    assert [int(picture[4, 6, 0]) for picture in pictures] == [0, 1, 2]
    assert pictures[0][4, 0].tolist() == [0, 0, 255, 255]


def test_the_product_needs_no_pytorch_for_it() -> None:
    code = "import sys, engine.avatar.paper_process; sys.exit('torch' in sys.modules or 'engine.train' in sys.modules)"
    assert os.spawnv(os.P_WAIT, sys.executable, [sys.executable, "-c", code]) == 0
