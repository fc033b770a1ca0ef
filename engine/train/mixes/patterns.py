"""What a band plays, as notes in sixteenths: chords, drums, basses, arpeggios, and a melody to sing.

Everything is drawn with a generator that is handed in: the same state, the same notes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

STEPS = 16
"""Sixteenths in a bar."""

MAJOR, MINOR, SEVENTH, MINOR_SEVENTH, SUSPENDED = (0, 4, 7), (0, 3, 7), (0, 4, 7, 10), (0, 3, 7, 10), (0, 5, 7)
SCALES = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10)}
_QUALITIES = {"M": MAJOR, "m": MINOR, "7": SEVENTH, "n": MINOR_SEVENTH, "s": SUSPENDED}

PROGRESSIONS = {
    "train": (
        ("major", "0M 7M 9m 5M"), ("major", "9m 5M 0M 7M"), ("major", "0M 9m 5M 7M"), ("major", "0M 5M 7M 5M"),
        ("major", "0M 0M 5M 7M"), ("major", "2n 77 0M 9n"), ("major", "0M 4m 5M 7s"), ("major", "5M 7M 4m 9m"),
        ("minor", "0m 8M 3M 10M"), ("minor", "0m 10M 8M 7M"), ("minor", "0m 5m 10M 3M"), ("minor", "0m 0m 8M 10M"),
        ("minor", "0m 3M 10M 5M"), ("minor", "8M 10M 0m 0m"), ("minor", "0n 0n 5n 7n"), ("minor", "0m 0m 0m 0m"),
        ("minor", "0m 7m 8M 5m"), ("minor", "0m 1M 0m 10m"),
    ),
    "held": (
        ("major", "0M 4m 9m 5M"), ("major", "5M 0M 7M 9m"), ("minor", "0m 10M 5m 8M"), ("minor", "0m 8M 5m 7m"),
        ("minor", "5m 0m 8M 10M"), ("major", "0M 10M 5M 0M"),
    ),
}  # fmt: skip
"""By split: (scale, root above the key's tonic and quality for each bar)."""

DRUMS = {
    "house": ("x...x...x...x...", "....x.......x...", "..x...x...x...x."),
    "techno": ("x...x...x...x...", "............x...", "x.xxx.xxx.xxx.xx"),
    "trance": ("x...x...x...x...", "....x.......x...", "..x.x.x...x.x.x."),
    "breaks": ("x.........x.....", "....x..x.x..x...", "x.x.x.x.x.x.x.x."),
    "hiphop": ("x..x......x..x..", "....x.......x...", "x.xxx.x.x.x.xxx."),
    "trap": ("x......x..x.....", "........x.......", "x.x.x.xxx.x.xxxx"),
    "pop": ("x.....x.x.......", "....x.......x...", "x.x.x.x.x.x.x.x."),
    "rock": ("x.......x.x.....", "....x.......x...", "x.x.x.x.x.x.x.x."),
    "half": ("x.............x.", "........x.......", "x...x...x...x..."),
    "none": ("................", "................", "................"),
}
"""Kick, snare and hat of a bar."""

BASSES = {
    "root": "x.......x.......",
    "eighths": "x.x.x.x.x.x.x.x.",
    "offbeat": "..x...x...x...x.",
    "rolling": ".xxx.xxx.xxx.xxx",
    "octaves": "x.o.x.o.x.o.x.o.",
    "syncopated": "x..x..x...x..x..",
    "long": "x...............",
}
"""x: the chord's root, o: an octave higher."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A note from step `start` (sixteenths from the song's beginning) for `steps`; `accent` 0 to 1."""

    start: float
    steps: float
    key: int
    accent: float = 0.7


@dataclass(frozen=True, slots=True)
class Chord:
    """The chord of one bar: the root's pitch class 0-11 and the steps above it."""

    root: int
    tones: tuple[int, ...]

    def keys(self, lowest: int) -> list[int]:
        """The chord in close position, its root at or just above `lowest`."""
        base = lowest + (self.root - lowest) % 12
        return [base + t for t in self.tones]


def draw_chords(split: str, tonic: int, bars: int, rng: np.random.Generator) -> tuple[str, list[Chord]]:
    """(scale, a chord for every bar) around the pitch class `tonic`."""
    pool = PROGRESSIONS[split]
    scale, written = pool[int(rng.integers(len(pool)))]
    cycle = []
    for word in written.split():
        tones = _QUALITIES[word[-1]]
        if len(tones) == 3 and rng.random() < 0.15:
            tones = (*tones, 14)
        cycle.append(Chord((tonic + int(word[:-1])) % 12, tones))
    hold = int(rng.choice([1, 1, 2]))
    return scale, [cycle[bar // hold % len(cycle)] for bar in range(bars)]


def drum_hits(style: str, bars: Sequence[int], rng: np.random.Generator) -> dict[str, list[Hit]]:
    """Hits of "kick", "snare", "hat", "open" and "crash" in the numbered bars; fills end groups of four."""
    found: dict[str, list[Hit]] = {name: [] for name in ("kick", "snare", "hat", "open", "crash")}
    ghosts = {"kick": rng.uniform(0, 0.05), "snare": rng.uniform(0, 0.05), "hat": rng.uniform(0, 0.12)}
    rows = dict(zip(("kick", "snare", "hat"), DRUMS[style], strict=True))
    wants_open = style in ("house", "trance", "pop") and rng.random() < 0.5
    for bar in bars:
        at = bar * STEPS
        fill = bar % 4 == 3 and style != "none" and rng.random() < 0.45
        for name, row in rows.items():
            for step, mark in enumerate(row):
                if mark == "x" or (style != "none" and rng.random() < ghosts[name] * (0.3 + 0.7 * (step % 2))):
                    accent = (0.85 if mark == "x" else 0.35) - 0.15 * (name == "hat" and step % 4 != 2)
                    found[name].append(Hit(at + step, 1, 0, float(np.clip(accent + rng.normal(0, 0.05), 0.1, 1))))
        if wants_open:
            found["open"] += [Hit(at + step, 2, 0, 0.6) for step in (2, 6, 10, 14)]
        if fill:
            found["snare"] += [Hit(at + 12 + i, 1, 0, 0.45 + 0.12 * i) for i in range(4)]
        if bar % 8 == 0 and style != "none" and rng.random() < 0.6:
            found["crash"].append(Hit(at, 12, 0, 0.7))
    return found


def bass_hits(pattern: str, chords: Sequence[Chord], bars: Sequence[int], lowest: int = 33) -> list[Hit]:
    """The bass under the chords of the numbered bars; every note lasts until the next."""
    row = BASSES[pattern]
    marks = [step for step, mark in enumerate(row) if mark != "."]
    hits = []
    for bar in bars:
        root = chords[bar].keys(lowest)[0]
        for step, end in zip(marks, [*marks[1:], STEPS], strict=True):
            hits.append(Hit(bar * STEPS + step, 0.9 * (end - step), root + 12 * (row[step] == "o"), 0.8))
    return hits


def pad_hits(chords: Sequence[Chord], bars: Sequence[int], lowest: int = 52) -> list[Hit]:
    """Whole bars of chords."""
    return [Hit(bar * STEPS, STEPS - 0.2, key, 0.55) for bar in bars for key in chords[bar].keys(lowest)]


def stab_hits(chords: Sequence[Chord], bars: Sequence[int], rng: np.random.Generator, lowest: int = 55) -> list[Hit]:
    """Chords on a rhythm that stays the same for the song."""
    steps = sorted(rng.choice(STEPS, int(rng.integers(2, 7)), replace=False).tolist())
    length = float(rng.choice([1.0, 1.5, 2.5]))
    return [Hit(bar * STEPS + s, length, key, 0.65) for bar in bars for s in steps for key in chords[bar].keys(lowest)]


def arpeggio_hits(
    chords: Sequence[Chord], bars: Sequence[int], rng: np.random.Generator, lowest: int = 60
) -> list[Hit]:
    """Broken chords in eighths or sixteenths, up, down or as they come."""
    pace = int(rng.choice([1, 1, 2]))
    octaves = int(rng.integers(1, 3))
    order = str(rng.choice(["up", "down", "both", "random"]))
    hits = []
    for bar in bars:
        keys = [k + 12 * o for o in range(octaves) for k in chords[bar].keys(lowest)]
        keys = {"up": keys, "down": keys[::-1], "both": keys + keys[-2:0:-1], "random": keys}[order]
        for index, step in enumerate(range(0, STEPS, pace)):
            key = keys[int(rng.integers(len(keys)))] if order == "random" else keys[index % len(keys)]
            hits.append(Hit(bar * STEPS + step, 0.8 * pace, key, 0.5 + 0.2 * (step % 4 == 0)))
    return hits


@dataclass(frozen=True, slots=True)
class Sung:
    """A note of the melody: like a `Hit`; `holds`: the syllable before goes on."""

    start: float
    steps: float
    key: int
    holds: bool = False


def draw_melody(
    scale: str, tonic: int, chords: Sequence[Chord], bars: Sequence[int], centre: float, rng: np.random.Generator
) -> list[Sung]:
    """Phrases of two bars within the numbered ones, around the MIDI number `centre`.

    Strong notes are the chord's, others the scale's; a phrase ends on a long note and a rest.
    """
    scale_keys = _keys_of([(tonic + s) % 12 for s in SCALES[scale]], centre - 9, centre + 9)
    dense = float(rng.uniform(0.2, 0.8))
    starts = [bar for index, bar in enumerate(bars) if index % 2 == 0]
    rhythms = [_rhythm(dense, rng) for _ in range(3)]
    notes: list[Sung] = []
    key = centre + rng.normal(0, 2)
    for bar in starts:
        if bar + 1 not in bars:
            continue
        for step, steps in rhythms[int(rng.integers(3))]:
            chord = chords[bar + int(step // STEPS)]
            allowed = scale_keys
            if step % 4 == 0 and steps >= 2:
                allowed = _keys_of([(chord.root + t) % 12 for t in chord.tones], centre - 9, centre + 9)
            goal = key + rng.normal(0, 2.4) + 0.15 * (centre - key)
            key = min(allowed, key=lambda k: abs(k - goal))
            holds = bool(notes) and rng.random() < 0.1 and notes[-1].start + notes[-1].steps >= bar * STEPS + step - 0.1
            notes.append(Sung(bar * STEPS + step, steps, int(key), holds))
    return notes


def harmony(notes: Sequence[Sung], scale: str, tonic: int, degrees: int) -> list[Sung]:
    """The melody `degrees` of the scale higher."""
    keys = _keys_of([(tonic + s) % 12 for s in SCALES[scale]], 20, 110)
    found = []
    for note in notes:
        nearest = min(range(len(keys)), key=lambda i: abs(keys[i] - note.key))
        found.append(Sung(note.start, note.steps, keys[nearest + degrees], note.holds))
    return found


def _rhythm(dense: float, rng: np.random.Generator) -> list[tuple[float, float]]:
    """(step, steps) in two bars: ends with a long note and half a bar of rest or so."""
    lengths = np.array([1, 2, 3, 4, 6])
    weights = np.array([0.25 * dense, 0.5, 0.2, 0.5 * (1.2 - dense), 0.3 * (1 - dense)])
    weights /= weights.sum()
    step = float(rng.choice([0, 0, 0, 2, 4]))
    last = float(rng.choice([20, 22, 24, 26]))
    found = []
    while step < last:
        steps = float(rng.choice(lengths, p=weights))
        if rng.random() > 0.08:
            found.append((step, 0.95 * steps if rng.random() < 0.2 else steps))
        step += steps
    found.append((step, float(rng.choice([3, 4, 6]))))
    return [(s, n) for s, n in found if s + n <= 2 * STEPS]


def _keys_of(classes: Sequence[int], low: float, high: float) -> list[int]:
    return [k for k in range(int(np.ceil(low)), int(high) + 1) if k % 12 in set(classes)]
