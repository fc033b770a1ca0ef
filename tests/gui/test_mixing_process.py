"""A mix in the workshop's own process: what the command makes, and nothing left of one that is stopped."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from engine.api.project import Origin, project_bytes, project_line
from engine.audio import Audio, read_audio, write_audio
from engine.jobs import JobContext
from gui.demo_song import demo_song
from gui.engine_process import EngineProcess
from gui.jobs import Job, Jobs, JobState
from gui.viewmodels.mix_wish import OWN_CHAINS, MixBacking, MixVoice, MixWish
from gui.workshop.link import Workshop
from plugin_host.rendergraph import BounceRequest, Stem, bounce
from plugin_host.rendergraph.render import STAGE
from tests.conftest import ROOT
from tests.gui.engine_stand import COMMAND, WAIT_MS, gone

RATE = 44100
LONG_S = 90.0
"""Takes a few seconds through a chain."""


@pytest.fixture
def workshop(qapp: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workshop]:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    engine = EngineProcess(command=COMMAND)
    engine.device = "cpu"
    made = Workshop(engine)
    yield made
    made.close()
    engine.close()


def noise(path: Path, seconds: float, seed: int, stamp_s: float = 0.0) -> Path:
    samples = 0.2 * np.random.default_rng(seed).standard_normal((2, round(seconds * RATE)))
    audio = Audio(samples.astype(np.float32), RATE)
    write_audio(audio, path, subtype="FLOAT", time_reference_samples=round(stamp_s * RATE))
    return path


def begin(jobs: Jobs, wish: MixWish) -> Job:
    return jobs.run("mix", "A mix", "bounce", wish.args(), lambda answer: (Path(answer["out"]),))


def test_it_is_what_the_command_makes(workshop: Workshop, qtbot: QtBot, tmp_path: Path) -> None:
    voice, backing = noise(tmp_path / "v.wav", 1.0, 1, 0.25), noise(tmp_path / "b.wav", 1.5, 2)
    wish = MixWish(
        (MixVoice(voice, "pop-lead", -3.0),), tmp_path / "mix.wav", (MixBacking(backing, 2.0),), ceiling_db=-2.0
    )
    jobs = Jobs(workshop)
    stages: list[str] = []
    job = begin(jobs, wish)
    jobs.changed.connect(lambda _id: stages.append(job.stage))
    qtbot.waitUntil(lambda: job.state.over, timeout=WAIT_MS)
    assert (job.state, job.failure) == (JobState.DONE, None)
    request = BounceRequest(
        voice, tmp_path / "reference.wav", "pop-lead", backings=(Stem(backing, 2.0),), gain_db=-3.0, ceiling_db=-2.0
    )
    expected = bounce(request, JobContext())
    mix, reference = read_audio(wish.out), read_audio(request.out)
    assert mix.sample_rate == reference.sample_rate
    assert np.array_equal(mix.samples, reference.samples)
    assert np.abs(mix.samples).max() > 0.1
    assert job.results == (wish.out,)
    assert job.answer["true_peak_db"] == pytest.approx(expected.true_peak_db)
    assert job.answer["loudness_lufs"] == pytest.approx(expected.loudness_lufs)
    assert "everything was turned by" in " ".join(job.answer["remarks"])
    assert STAGE in stages


def test_the_song_in_hand_is_the_one_that_the_command_sings(
    workshop: Workshop, qtbot: QtBot, tmp_path: Path, user_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Saved nowhere, behind its track's chain; who is mute or empty does not sing along."""
    monkeypatch.setenv("MELISMA_DATA", str(user_folder))
    demo = demo_song().project
    lead = replace(demo.tracks[0], voice="tiny", chain="ballad", notes=demo.tracks[0].notes[:4])
    silent = (replace(lead, id="m", name="Mute", mute=True), replace(lead, id="e", name="Empty", notes=()))
    # Its pre-roll begins before the timeline, which a time stamp cannot say.
    project = replace(demo, tracks=(*silent, lead), clip=Origin("clip.mid", position_s=0.1))
    backing = noise(tmp_path / "b.wav", 2.0, 3)
    wish = MixWish(
        (MixVoice(None, OWN_CHAINS, -1.0),), tmp_path / "mix.wav", (MixBacking(backing),), project_line(project)
    )
    job = begin(Jobs(workshop), wish)
    clip = tmp_path / "song.melisma"
    clip.write_bytes(project_bytes(project))
    out = tmp_path / "reference.wav"
    request = BounceRequest(clip, out, "ballad", backings=(Stem(backing),), gain_db=-1.0, device="cpu")
    expected = bounce(request, JobContext())
    assert expected.offset_s < 0
    qtbot.waitUntil(lambda: job.state.over, timeout=WAIT_MS)
    assert (job.state, job.failure) == (JobState.DONE, None)
    assert job.answer["offset_s"] == pytest.approx(expected.offset_s)
    mix, reference = read_audio(wish.out).samples, read_audio(out).samples
    assert mix.shape == reference.shape
    assert np.abs(mix - reference).max() < 1e-6


@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked for in /proc")
@pytest.mark.parametrize("how", ["cancelled", "closed", "killed"])
def test_nothing_is_left_of_one_that_is_stopped(workshop: Workshop, qtbot: QtBot, tmp_path: Path, how: str) -> None:
    """No file, no half of one, and nobody who goes on computing."""
    folder = tmp_path / "out"
    folder.mkdir()
    voice = noise(tmp_path / "v.wav", LONG_S, 1)
    jobs = Jobs(workshop)
    job = begin(jobs, MixWish((MixVoice(voice, "choir"),), folder / "mix.wav"))
    process = workshop._rooms["mixing"].process
    assert process is not None
    qtbot.waitUntil(lambda: bool(children(process.pid)), timeout=WAIT_MS)
    (child,) = children(process.pid)
    sounds = Path(command_of(child)[-1])
    assert sounds.is_dir()
    if how == "cancelled":
        jobs.cancel(job.id)
    elif how == "closed":
        workshop.close()
    else:
        os.kill(process.pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: job.state.over, timeout=WAIT_MS)
    assert job.state is (JobState.LOST if how == "killed" else JobState.CANCELLED)
    assert gone(child)
    qtbot.waitUntil(lambda: not sounds.exists(), timeout=WAIT_MS)
    assert list(folder.iterdir()) == []


def children(pid: int) -> list[int]:
    """Those in which effects are computed, by now."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parent = entry.joinpath("stat").read_text().rpartition(")")[2].split()[1]
        except OSError:
            continue
        if int(parent) == pid and "plugin_host.rendergraph.child" in command_of(int(entry.name)):
            found.append(int(entry.name))
    return found


def command_of(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")[:-1]
    except OSError:
        return []
