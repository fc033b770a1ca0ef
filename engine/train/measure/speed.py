"""How long a voice takes for 30 seconds of song, for one edited note, how much memory a song of minutes costs, and
whether it sings the same twice.

Cold figures are those of whole processes, as a user starts them.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from unittest.mock import patch

import numpy as np

from engine.audio import read_audio
from engine.errors import MelismaError
from engine.files import written_whole
from engine.folders import presets_folder
from engine.jobs import JobContext
from engine.models import InstalledModel
from engine.models.builders import build
from engine.models.hidden_singer import HiddenSinger
from engine.models.manifest import MANIFEST_NAME, ModelId, dump_manifest
from engine.score import Note, NoteId, Score, read_score, write_midi
from engine.singing.clip import sing_score
from engine.singing.settings import SingSettings
from engine.train.measure.edit import measure_edits
from engine.train.measure.progress import Report

CLIP_S = 30.0
DEMO_CLIP = "scarborough-fair.mid"
RUNS = 3
SONG_MINUTES = (1, 5)
"""Their peaks differ by the samples of the song, and by nothing that the networks hold."""
_ROOT = Path(__file__).resolve().parents[3]
# Starts the program and reads its peak memory: a process so small that its own, which the child inherits, is nothing.
_WATCH = """
import json, subprocess, sys, time
try:
    import resource
except ImportError:
    resource = None
started = time.monotonic()
done = subprocess.run(sys.argv[1:], capture_output=True, text=True)
wall_s = time.monotonic() - started
unit = 1 if sys.platform == "darwin" else 1024
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * unit if resource else None
print(json.dumps([wall_s, peak, done.returncode, (done.stdout + done.stderr)[-500:]]))
"""


@dataclass(frozen=True, slots=True)
class SpeedFigures:
    """`cold_s`: seconds of each whole process, started for one 30-second clip without cache; `peak_gb`: its largest
    resident memory in 10^9 bytes (None where the system does not tell).  `warm_factor`: seconds of singing per
    second of sound, voice loaded, second time.  `edit_heard_s`, `edit_s`: as `EditFigures`, the other
    phrases are known.  `song_peaks_gb`: as `peak_gb`, by minutes of song.  `load_before`: processes waiting for a core
    before the start."""

    cold_s: tuple[float, ...]
    cold_median_s: float
    peak_gb: float | None
    warm_factor: float
    edit_heard_s: float
    edit_s: float
    song_peaks_gb: dict[str, float | None]
    clip_s: float
    cores: int
    load_before: float | None
    provider: str


@dataclass(frozen=True, slots=True)
class Determinism:
    """Files of two processes with one seed, samples of two seeds."""

    same_seed_identical: bool
    other_seed_differs: bool


@dataclass(frozen=True, slots=True)
class _Run:
    wall_s: float
    peak_bytes: int | None


@dataclass(frozen=True, slots=True)
class _Workplace:
    """A folder of our own, and an environment in which the voice to measure is installed as `voice`."""

    folder: Path
    voice: str
    environment: dict[str, str]


def measure_speed(model: InstalledModel, settings: SingSettings, report: Report) -> SpeedFigures:
    """Three cold runs, then two warm renderings in this process."""
    load_before = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    with _workplace(model, settings) as place:
        clip = _write_clip(place.folder, CLIP_S)
        runs = []
        for number in range(RUNS):
            report("Singing 30 s, whole process", number, RUNS)
            runs.append(_sing(place, clip, place.folder / f"cold{number}.wav"))
        report("Singing 30 s, warm", 0, 1)
        voice = build(model)
        factor = _warm(voice, settings, read_score(clip))
        report("Singing one edited note", 0, 1)
        with _at_home(place):
            edit = measure_edits(clip, place.voice, voice, RUNS)
        songs = {}
        for number, minutes in enumerate(SONG_MINUTES):
            report("Singing songs of minutes", number, len(SONG_MINUTES))
            song = _sing(place, _write_clip(place.folder, 60.0 * minutes), place.folder / "song.wav")
            songs[str(minutes)] = None if song.peak_bytes is None else song.peak_bytes / 1e9
    walls = tuple(run.wall_s for run in runs)
    peaks = [run.peak_bytes for run in runs if run.peak_bytes is not None]
    return SpeedFigures(
        cold_s=walls,
        cold_median_s=float(np.median(walls)),
        peak_gb=max(peaks) / 1e9 if peaks else None,
        warm_factor=factor,
        edit_heard_s=edit.heard_s,
        edit_s=edit.whole_s,
        song_peaks_gb=songs,
        clip_s=CLIP_S,
        cores=_cores(),
        load_before=load_before,
        provider=voice.provider,
    )


def measure_determinism(model: InstalledModel, settings: SingSettings, report: Report) -> Determinism:
    """Two processes with one seed, a third with another."""
    with _workplace(model, settings) as place:
        clip = _write_clip(place.folder, CLIP_S)
        takes = [place.folder / name for name in ("first.wav", "again.wav", "other.wav")]
        for number, (take, seed) in enumerate(zip(takes, (0, 0, 1), strict=True)):
            report("Singing with the same and another seed", number, len(takes))
            _sing(place, clip, take, seed)
        first, again, other = takes
        return Determinism(
            same_seed_identical=first.read_bytes() == again.read_bytes(),
            # The file names its seed, so that only the samples can be compared.
            other_seed_differs=not np.array_equal(read_audio(first).samples, read_audio(other).samples),
        )


def stretched(score: Score, seconds: float) -> Score:
    """The notes again and again, cut off at `seconds`; for a score of one tempo."""
    end = score.tempo_map.quarters(seconds)
    period = float(np.ceil(score.notes[-1].end))
    notes: list[Note] = []
    while True:
        shift = period * (len(notes) // len(score.notes))
        note = score.notes[len(notes) % len(score.notes)]
        start = note.start + shift
        if start >= end:
            return replace(score, notes=tuple(notes), phrase_breaks=())
        duration = min(note.duration, end - start)
        notes.append(replace(note, id=NoteId(f"n{len(notes)}"), start=start, duration=duration))


def _write_clip(folder: Path, seconds: float) -> Path:
    clip = folder / f"clip{seconds:g}.mid"
    with written_whole(clip) as beside:
        write_midi(stretched(read_score(presets_folder() / "clips" / DEMO_CLIP), seconds), beside)
    return clip


def _warm(voice: HiddenSinger, settings: SingSettings, score: Score) -> float:
    sing_score(score, voice, settings, "en", JobContext())
    started = time.monotonic()
    sung = sing_score(score, voice, settings, "en", JobContext())
    return (time.monotonic() - started) / sung.audio.duration_s


@contextmanager
def _at_home(place: _Workplace) -> Iterator[None]:
    """This process, too, sees the voice that is measured, and keeps its phrases in the folder of our own."""
    with patch.dict(os.environ, place.environment):
        yield


def _sing(place: _Workplace, clip: Path, out: Path, seed: int = 0) -> _Run:
    """`melisma sing` as a process of its own."""
    command = [sys.executable, "-m", "gui.cli.main", "sing", str(clip), "--out", str(out)]
    command += ["--voice", place.voice, "--seed", str(seed), "--no-cache", "--json"]
    watch = subprocess.run(
        [sys.executable, "-S", "-c", _WATCH, *command],
        env=place.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    wall_s, peak_bytes, code, said = json.loads(watch.stdout)
    if code != 0 or not out.is_file():
        raise MelismaError(f"melisma sing ended with {code}: {said.strip()}", "")
    return _Run(wall_s, peak_bytes)


@contextmanager
def _workplace(model: InstalledModel, settings: SingSettings) -> Iterator[_Workplace]:
    """Install `model` under a name that no other voice has, with `settings` as its defaults."""
    sampling = {name: getattr(settings, name) for name in ("num_steps", "temperature", "sampler", "start")}
    voice = ModelId(f"bench-{model.manifest.id}")
    manifest = replace(model.manifest, id=voice, settings={**model.manifest.settings, "sampling": sampling})
    with tempfile.TemporaryDirectory(prefix="melisma-bench-") as name:
        installed = Path(name) / "data" / "models" / voice
        shutil.copytree(model.folder, installed)
        dump_manifest(manifest, installed / MANIFEST_NAME)
        paths = os.pathsep.join([str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
        yield _Workplace(Path(name), voice, os.environ | {"MELISMA_DATA": name, "PYTHONPATH": paths})


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
