"""Every system on every held song: what its vocals are worth."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from engine.audio import read_audio
from engine.separation.separator import Refine
from engine.train.measure import baselines
from engine.train.measure.hold import HeldSong, most_sung
from engine.train.measure.isolating import Isolate
from engine.train.measure.progress import Report
from engine.train.measure.separation import Sound, null_db, score_song
from engine.train.mixes.songs import SAMPLE_RATE

Separate = Callable[[HeldSong, Sound, Sound], "tuple[Sound, Sound | None]"]
"""(song, true vocals, mixture), float32 [2, N] -> vocals, and the instrumental where the system has one."""
Facts = dict[str, Any]
STEPS = (1, 2, 5, 10, 20, 50)
_LOWEST = {"sdr_db", "si_sdr_db", "stft_distance", "seconds_per_second"}
_HIGHEST = {"bleed_db", "bleed_stretch_db", "bleed_p95_db", "null_db"}


def bounds_and_baselines() -> dict[str, Separate]:
    """The ideal mask, silence, and what has learned nothing."""
    return {
        "ideal-mask": lambda _, vocals, mix: (baselines.ideal_ratio_mask(mix, vocals), None),
        "silence": lambda _, __, mix: (np.zeros_like(mix), None),
        "mixture": lambda _, __, mix: (mix, None),
        "centre": lambda _, __, mix: (baselines.centre(mix, SAMPLE_RATE), None),
        "harmonic-percussive": lambda _, __, mix: (baselines.harmonic_percussive(mix, SAMPLE_RATE), None),
        "repeating": lambda _, __, mix: (baselines.repeating(mix, SAMPLE_RATE), None),
    }


def by_files(isolate: Isolate, refine: Refine | None) -> Separate:
    """The separator under test, from the song's file to files."""

    def separate(song: HeldSong, _: Sound, mixture: Sound) -> tuple[Sound, Sound | None]:
        vocals, instrumental = _isolated(isolate, song.mixture, None, refine)
        return _fit(vocals, mixture), _fit(instrumental, mixture)

    return separate


def measure_quality(
    songs: Sequence[HeldSong],
    systems: Mapping[str, Separate],
    report: Report,
    show: Callable[[HeldSong, slice, dict[str, Sound]], None] | None = None,
) -> dict[str, Facts]:
    """Of each system: `songs`, figures by name, and `sets`, means of the real and of the synthetic ones.

    `show(song, excerpt, sounds)` is given 12 s of each song by every system, and as "truth".
    """
    figures: dict[str, dict[str, Facts]] = {name: {} for name in systems}
    for number, song in enumerate(songs):
        vocals, mixture = song.read()
        excerpt = most_sung(vocals, 12)
        sounds = {"truth": vocals[:, excerpt].copy()}  # copies, that the whole songs can go
        for done, (name, separate) in enumerate(systems.items()):
            report(f"Separating {song.name}", done, len(systems))
            figures[name][song.name], estimate = _one(song, vocals, mixture, separate)
            sounds[name] = estimate[:, excerpt].copy()
        if show is not None:
            report("Drawing", number, len(songs))
            show(song, excerpt, sounds)
    return {name: {"songs": found, "sets": set_means(songs, found)} for name, found in figures.items()}


def measure_steps(
    songs: Sequence[HeldSong], isolate: Isolate, refinements: Sequence[Refine | None], seconds: int, report: Report
) -> list[Facts]:
    """The separator at `STEPS` steps on `seconds` of each song: an entry for each number and refinement."""
    entries = []
    with tempfile.TemporaryDirectory(prefix="melisma-bench-") as name:
        cuts = [_cut(song, seconds, Path(name)) for song in songs]
        for number, num_steps in enumerate(STEPS):
            report("Separating with more and more steps", number, len(STEPS))
            for refine in refinements:
                found = {song.name: _stepped(path, vocals, isolate, num_steps, refine) for song, path, vocals in cuts}
                entries.append({"num_steps": num_steps, "refine": refine, "sets": set_means(songs, found)})
    return entries


def set_means(songs: Sequence[HeldSong], found: Mapping[str, Facts]) -> dict[str, Facts]:
    """Means, and the worst of bleed and null, over the real songs, the synthetic ones and all."""
    groups = {
        "real": [found[s.name] for s in songs if s.real],
        "synthetic": [found[s.name] for s in songs if not s.real],
        "all": list(found.values()),
    }
    return {name: _means(group) for name, group in groups.items() if group}


def _means(group: Sequence[Facts]) -> Facts:
    known = {key: [f[key] for f in group if f.get(key) is not None] for key in (*sorted(_LOWEST | _HIGHEST), "lag")}
    means: Facts = {key: float(np.mean(known[key])) if known[key] else None for key in sorted(_LOWEST)}
    means["bleed_mean_db"] = float(np.mean(known["bleed_db"])) if known["bleed_db"] else None
    means |= {key: max(known[key], default=None) for key in sorted(_HIGHEST)}
    return means | {"lag": max(known["lag"], key=abs, default=None)}


def _one(song: HeldSong, vocals: Sound, mixture: Sound, separate: Separate) -> tuple[Facts, Sound]:
    started = time.monotonic()
    estimate, instrumental = separate(song, vocals, mixture)
    taken = (time.monotonic() - started) / (mixture.shape[1] / SAMPLE_RATE)
    facts: Facts = asdict(score_song(vocals, estimate, SAMPLE_RATE)) | {"seconds_per_second": taken}
    facts["null_db"] = None if instrumental is None else null_db(mixture, estimate, instrumental)
    return facts, estimate


def _stepped(path: Path, vocals: Sound, isolate: Isolate, num_steps: int, refine: Refine | None) -> Facts:
    started = time.monotonic()
    estimate = _fit(_isolated(isolate, path, num_steps, refine)[0], vocals)
    taken = (time.monotonic() - started) / (vocals.shape[1] / SAMPLE_RATE)
    return asdict(score_song(vocals, estimate, SAMPLE_RATE)) | {"seconds_per_second": taken}


def _cut(song: HeldSong, seconds: int, folder: Path) -> tuple[HeldSong, Path, Sound]:
    vocals, mixture = song.read()
    excerpt = most_sung(vocals, seconds)
    path = folder / f"{song.name}.wav"
    soundfile.write(str(path), mixture[:, excerpt].T, SAMPLE_RATE, subtype="FLOAT")
    return song, path, vocals[:, excerpt].copy()


def _isolated(isolate: Isolate, mix: Path, num_steps: int | None, refine: Refine | None) -> tuple[Sound, Sound]:
    with tempfile.TemporaryDirectory(prefix="melisma-bench-") as name:
        paths = isolate(mix, Path(name), num_steps, refine)
        vocals, instrumental = (read_audio(path).samples for path in paths)
    return vocals, instrumental


def _fit(sound: Sound, like: Sound) -> Sound:
    """As many samples as the truth, for a song that had to be cut to its shorter file."""
    return sound[:, : like.shape[1]]
