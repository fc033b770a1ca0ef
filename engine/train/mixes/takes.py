"""Who sings what: the ways in which the made songs get their vocals.

Records hold more than sung verses: spoken samples with echoes, chopped syllables, held vowels in chords.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from engine.singing.timing import SungNote
from engine.train.mixes import vocals as singing
from engine.train.mixes.band import Plan
from engine.train.mixes.lieder import Excerpt
from engine.train.mixes.patterns import STEPS, Sung, draw_melody, harmony
from engine.train.mixes.samples import pitched
from engine.train.mixes.speakers import Speaker, draw_singing, draw_speaker, read_mono
from engine.train.mixes.vocals import Take
from engine.train.mixes.writing import SAMPLE_RATE

REAL_SINGING = "singing/nit-song070"
VOWELS = "singing/berklee-vowels"
MAX_CLIP_S = 9.0
_CLASSES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}


@dataclass(frozen=True, slots=True)
class Sources:
    """Where voices come from: the data folder, its speakers, the split to draw from."""

    data: Path
    speakers: Sequence[Speaker]
    split: str


def shipped_takes(excerpt: Excerpt, seed: int, rng: np.random.Generator) -> tuple[int, list[Take], str]:
    """(transposition in semitones, takes, who) of the shipped voice singing the words of a score."""
    from engine.train.mixes.shipped import shipped_range, sing_shipped

    low, high = shipped_range()
    keys = [n.key for n in excerpt.score.notes]
    middle = 0.5 * (low + high) - 0.5 * (min(keys) + max(keys))
    shift = round(middle + float(rng.normal(0, 2)))
    return shift, [Take(sing_shipped(excerpt.score, excerpt.seconds, shift, seed))], "the shipped voice"


def lied_takes(excerpt: Excerpt, sources: Sources, seed: int, rng: np.random.Generator) -> tuple[int, list[Take], str]:
    """(transposition, takes, who) of a speaker singing the melody of a score."""
    notes = excerpt.sung_notes()
    speaker, source = draw_singing(sources.speakers, sources.split, sources.data, min(len(notes), 60), rng)
    shift = round(singing.centre_key(source, rng) - float(np.median([n.key for n in notes])))
    samples = singing.sing(source, singing.moved(notes, 0.0, shift), singing.draw_singer(rng), excerpt.seconds, seed)
    # The accompaniment follows to the nearest octave, so that basses stay basses.
    return (shift + 6) % 12 - 6, [Take(samples, float(rng.normal(0, 0.06)))], speaker.name


def sung_takes(plan: Plan, sources: Sources, seed: int, rng: np.random.Generator) -> tuple[list[Take], str]:
    """A drawn melody; now and then doubles left and right, or a harmony."""
    speaker, source = draw_singing(sources.speakers, sources.split, sources.data, 50, rng)
    centre = singing.centre_key(source, rng)
    melody = draw_melody(plan.scale, plan.tonic, plan.chords, plan.sung_bars, centre, rng)
    singer = singing.draw_singer(rng)
    notes = _seconds(melody, plan)
    takes = [Take(singing.sing(source, notes, singer, plan.seconds, seed), float(rng.normal(0, 0.04)))]
    if rng.random() < 0.3:
        gain = float(rng.uniform(-12, -5))
        for number, pan in enumerate((-0.85, 0.85)):
            late = singing.moved(notes, float(rng.normal(0, 0.015)))
            takes.append(Take(singing.sing(source, late, singer, plan.seconds, seed, number + 1), pan, gain))
    if rng.random() < 0.25:
        other = harmony(melody, plan.scale, plan.tonic, int(rng.choice([2, 2, -3, 4])))
        half = int(rng.integers(2))
        some = [n for n in other if int(n.start // (8 * STEPS)) % 2 == half] or other
        line = singing.sing(source, _seconds(some, plan), singer, plan.seconds, seed, 3)
        takes.append(Take(line, float(rng.uniform(-0.7, 0.7)), float(rng.uniform(-9, -3))))
    return takes, speaker.name


def spoken_takes(plan: Plan, sources: Sources, rng: np.random.Generator) -> tuple[list[Take], str]:
    """Recordings as they are, or bent by up to four semitones, each from the beginning of a sung bar on."""
    speaker = draw_speaker(sources.speakers, sources.split, rng)
    samples = np.zeros(round(plan.seconds * SAMPLE_RATE))
    bend = float(rng.uniform(-4, 3)) if rng.random() < 0.5 else 0.0
    order = rng.permutation(len(speaker.files)).tolist()
    longest = float(rng.uniform(1.5, MAX_CLIP_S))
    free_s, used = 0.0, 0
    for bar in plan.sung_bars:
        start_s = bar * STEPS * plan.step_s
        if start_s < free_s:
            continue
        clip = _clip(speaker.files[order[used % len(order)]], bend, longest)
        singing.add(samples, clip, start_s)
        free_s, used = start_s + len(clip) / SAMPLE_RATE, used + 1
    return [Take(samples)], f"{speaker.name} (spoken)"


def chopped_takes(plan: Plan, sources: Sources, rng: np.random.Generator) -> tuple[list[Take], str]:
    """Slices of a recording on a rhythm that comes back, bent to the keys of the scale."""
    speaker = draw_speaker(sources.speakers, sources.split, rng)
    clip = _clip(speaker.files[int(rng.integers(len(speaker.files)))], 0.0, MAX_CLIP_S)
    slices = [_slice(clip, float(rng.uniform(0.09, 0.45)), rng) for _ in range(int(rng.integers(2, 5)))]
    steps = sorted(rng.choice(STEPS, int(rng.integers(3, 9)), replace=False).tolist())
    scale_bends = [b for b in (-5, -3, 0, 0, 0, 2, 4, 7) if rng.random() < 0.6] or [0]
    row = [(s, int(rng.integers(len(slices))), float(rng.choice(scale_bends))) for s in steps]
    samples = np.zeros(round(plan.seconds * SAMPLE_RATE))
    for bar in plan.sung_bars:
        for step, index, bend in row:
            if rng.random() < 0.92:
                singing.add(samples, pitched(slices[index], bend), (bar * STEPS + step) * plan.step_s)
    return [Take(samples, float(rng.normal(0, 0.2)))], f"{speaker.name} (chopped)"


def vowel_takes(plan: Plan, sources: Sources, rng: np.random.Generator) -> tuple[list[Take], str]:
    """Real sung vowels, held in the chords of the song: one to four voices across the stereo picture."""
    pool = _vowels(sources.data / VOWELS)
    ending = str(rng.choice(["_aa", "_oo"]))
    bars = 1 if rng.random() < 0.6 else 2
    lowest = int(rng.choice([48, 53, 57, 60]))
    takes = []
    voices = int(rng.integers(1, 5))
    for voice in range(voices):
        samples = np.zeros(round(plan.seconds * SAMPLE_RATE))
        for bar in plan.sung_bars:
            if bar % bars or rng.random() < 0.1:
                continue
            keys = plan.chords[bar].keys(lowest)
            key = keys[voice % len(keys)] + 12 * (voice // len(keys))
            path, own = min((p for p in pool if ending in p[0].name), key=lambda p: abs(p[1] - key))
            singing.add(samples, _held(path, key - own, bars * STEPS * plan.step_s), bar * STEPS * plan.step_s)
        pan = 0.0 if voices == 1 else 1.6 * voice / (voices - 1) - 0.8
        takes.append(Take(samples, pan, float(rng.uniform(-3, 0))))
    return takes, "berklee-vowels"


def real_takes(plan: Plan, sources: Sources, rng: np.random.Generator) -> tuple[list[Take], str]:
    """A recording of real singing, bent at random, again and again."""
    files = sorted((sources.data / REAL_SINGING).glob("*.wav"))
    path = files[int(rng.integers(len(files)))]
    bent = pitched(read_mono(path), float(rng.uniform(-4, 3))).astype(np.float64)
    start = int(rng.integers(len(bent) // 2))
    samples = np.zeros(round(plan.seconds * SAMPLE_RATE))
    singing.add(samples, np.concatenate([bent[start:], bent]), 0.5 * plan.sung_bars[0] * STEPS * plan.step_s)
    return [Take(samples)], path.stem


def _seconds(melody: Sequence[Sung], plan: Plan) -> list[SungNote]:
    return [
        SungNote(n.start * plan.step_s, (n.start + n.steps) * plan.step_s, n.key, () if n.holds else ("a",))
        for n in melody
    ]


def _clip(path: Path, bend: float, longest_s: float) -> np.ndarray:
    """Float64 [N], its peak at 1, faded out where it is cut."""
    samples = read_mono(path)
    bent = (pitched(samples, bend) if bend else samples)[: round(longest_s * SAMPLE_RATE)].astype(np.float64)
    return _faded(bent / max(float(np.abs(bent).max()), 1e-3), 0.02)


def _slice(clip: np.ndarray, seconds: float, rng: np.random.Generator) -> np.ndarray:
    """A loud stretch of the clip."""
    count = min(round(seconds * SAMPLE_RATE), len(clip))
    starts = rng.integers(0, len(clip) - count + 1, 12)
    start = max(starts.tolist(), key=lambda s: float((clip[s : s + count] ** 2).sum()))
    return _faded(clip[start : start + count], 0.005)


def _held(path: Path, bend: float, seconds: float) -> np.ndarray:
    """A vowel for `seconds` (less where the recording is shorter), soft at both ends."""
    samples = _trimmed(path)
    return _faded(pitched(samples, bend)[: round(seconds * SAMPLE_RATE)].astype(np.float64), 0.08)


def _faded(samples: np.ndarray, seconds: float) -> np.ndarray:
    count = min(len(samples) // 2, round(seconds * SAMPLE_RATE))
    if not count:
        return samples
    faded = samples.copy()
    faded[:count] *= np.linspace(0, 1, count)
    faded[-count:] *= np.linspace(1, 0, count)
    return faded


@lru_cache(maxsize=64)
def _trimmed(path: Path) -> np.ndarray:
    """Without the silence before, its loud part at one level."""
    samples = read_mono(path)
    loud = np.flatnonzero(np.abs(samples) > 0.1 * np.abs(samples).max())
    samples = samples[max(0, loud[0] - 1000) :]
    return samples / max(singing.active_rms(samples), 1e-4) * 0.1


@lru_cache(maxsize=1)
def _vowels(folder: Path) -> tuple[tuple[Path, int], ...]:
    """(file, MIDI number) by the note that ends the file's name."""
    found = []
    for path in sorted(folder.glob("*.mp3")):
        match = re.search(r"_([A-Ga-g])([#b]?)(\d)$", path.stem)
        if match:
            key = _CLASSES[match[1].upper()] + {"#": 1, "b": -1, "": 0}[match[2]] + 12 * (int(match[3]) + 1)
            found.append((path, key))
    return tuple(found)
