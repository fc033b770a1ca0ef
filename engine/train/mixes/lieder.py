"""Songs with piano, from scores: an excerpt played by other instruments, its melody sung by someone."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from engine.errors import MelismaError
from engine.score import Note, Score, TempoMap, read_score
from engine.score.musicxml_file import read_root, unpack_mxl
from engine.score.musicxml_part import PartReader
from engine.singing.timing import SungNote
from engine.train.corpus.songs import split_songs
from engine.train.mixes.midi import Event, Track

TICKS_PER_QUARTER = 10_080
MIN_NOTES = 25
PAUSE_S = (6.0, 14.0)
LEFT_BELOW = 58
"""Keys under this may be played by another instrument than those above."""
PROGRAMS = (
    (0, 0), (0, 0), (1, 1), (4, 4), (5, 5), (6, 6), (0, 48), (48, 48), (49, 49), (44, 48), (16, 16), (19, 19), (18, 18),
    (24, 24), (25, 25), (27, 27), (28, 28), (32, 24), (33, 26), (46, 46), (11, 48), (89, 0), (89, 88), (90, 90),
    (38, 81), (39, 80), (38, 87), (95, 5), (21, 21), (57, 61), (42, 40), (43, 45), (70, 73), (71, 71), (88, 12),
    (92, 99), (50, 51),
)  # fmt: skip
"""(below, above) in General MIDI; the choirs and the voice lead are left out, since they are neither one nor other."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A stretch of a song: its melody as a score from quarter 0 on, and what is played to it."""

    score: Score
    events: tuple[Event, ...]
    seconds: float
    bpm: float

    def sung_notes(self) -> list[SungNote]:
        """The melody in seconds; held notes carry no phones."""
        seconds = self.score.tempo_map.seconds
        return [SungNote(seconds(n.start), seconds(n.end), n.key, () if n.holds else ("a",)) for n in self.score.notes]


def scores_of(folder: Path, split: str, language: str | None = None) -> list[Path]:
    """Scores of a split; the held ones are those that no training of a voice reads either."""
    held = split_songs(folder, "en")[1]
    if split == "held":
        return held
    with (folder / "index.csv").open(encoding="utf-8") as file:
        names = [r["file"] for r in csv.DictReader(file) if language in (None, r["lang_guess"])]
    return [folder / n for n in sorted(names) if folder / n not in held]


def draw_excerpt(path: Path, seconds: float, rng: np.random.Generator) -> Excerpt | None:
    """A stretch of about `seconds` at a pace near the written one; None where the score does not serve."""
    try:
        score, played = _read(path)
    except MelismaError:
        return None
    if len(score.notes) < MIN_NOTES or not played:
        return None
    pace = float(np.exp(rng.uniform(np.log(0.85), np.log(1.25))))
    total = score.duration_s / pace
    start_s = float(rng.uniform(0, max(0.0, total - seconds))) * pace
    origin = np.floor(score.tempo_map.quarters(start_s))
    origin = max(0.0, min(origin, score.notes[-MIN_NOTES].start - 2))
    tempo_map = _moved_tempo(score.tempo_map, origin, pace)
    last = tempo_map.quarters(seconds - 0.8)
    notes = [replace(n, start=n.start - origin) for n in score.notes if n.start >= origin and n.end - origin <= last]
    notes = _with_pauses(notes, [tempo_map.seconds(n.start) for n in notes], seconds, rng)
    if len(notes) < 8:
        return None
    events = tuple(
        Event(tempo_map.seconds(start - origin), min(tempo_map.seconds(end - origin), seconds), key, velocity)
        for start, end, key, velocity in played
        if start >= origin and start - origin < last
    )
    excerpt = replace(score, notes=tuple(notes), tempo_map=tempo_map, phrase_breaks=())
    return Excerpt(excerpt, events, seconds, tempo_map.bpm_at(0.0))


def _with_pauses(
    notes: Sequence[Note], starts_s: Sequence[float], seconds: float, rng: np.random.Generator
) -> list[Note]:
    """Without the words that begin in a pause or two: a network must also learn when nobody sings."""
    lengths = rng.uniform(*PAUSE_S, int(rng.integers(1, 3)))
    pauses = [(at, at + length) for at, length in zip(rng.uniform(0, seconds, len(lengths)), lengths, strict=True)]
    kept: list[Note] = []
    silent = new_word = True
    for note, start_s in zip(notes, starts_s, strict=True):
        if new_word and not (note.holds or note.continues_word):
            silent = any(begin <= start_s < end for begin, end in pauses)
        if not silent:
            kept.append(note)
        new_word = note.ends_word
    return kept


def play(excerpt: Excerpt, keys: int, rng: np.random.Generator) -> list[Track]:
    """Instruments for the excerpt, `keys` semitones higher."""
    below, above = PROGRAMS[int(rng.integers(len(PROGRAMS)))]
    loud = float(rng.uniform(0.75, 1.15))
    events = [
        replace(
            e,
            key=e.key + keys,
            start_s=e.start_s + float(rng.normal(0, 0.006)),
            velocity=int(np.clip(loud * e.velocity + rng.normal(0, 6), 20, 120)),
        )
        for e in excerpt.events
    ]
    left = tuple(e for e in events if e.key < LEFT_BELOW)
    right = tuple(e for e in events if e.key >= LEFT_BELOW)
    tracks = [Track(below, left, pan=int(rng.integers(44, 74))), Track(above, right, pan=int(rng.integers(54, 84)))]
    if rng.random() < 0.12:
        # Someone doubles the melody: the network must tell them apart by timbre alone.
        melody = tuple(Event(n.start_s, n.end_s, n.key + keys, 70) for n in excerpt.sung_notes())
        tracks.append(Track(int(rng.choice([40, 68, 73, 81])), melody, pan=int(rng.integers(30, 98)), volume=70))
    return tracks


@lru_cache(maxsize=8)
def _read(path: Path) -> tuple[Score, tuple[tuple[float, float, int, int], ...]]:
    """The melody and the notes (start, end in quarters, key, velocity) of all parts without words."""
    score = read_score(path)
    root = read_root(unpack_mxl(path.read_bytes()))
    parts = [
        PartReader(part.get("id", ""), "", TICKS_PER_QUARTER).read(part.findall("measure"))
        for part in root.findall("part")
        if part.find(".//lyric") is None
    ]
    played = [
        (note.start / TICKS_PER_QUARTER, note.end / TICKS_PER_QUARTER, note.key, note.velocity)
        for part in parts
        for note in part.notes
    ]
    return score, tuple(sorted(played))


def _moved_tempo(tempo_map: TempoMap, origin: float, pace: float) -> TempoMap:
    """The tempo map from quarter `origin` on, `pace` times as fast."""
    later = [(q - origin, bpm * pace) for q, bpm in tempo_map.tempi if q > origin]
    return TempoMap.from_events([(0.0, tempo_map.bpm_at(origin) * pace), *later])
