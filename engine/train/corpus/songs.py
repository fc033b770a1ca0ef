"""Melodies, rhythms and words for the synthetic singing corpus, from a folder of songs (MusicXML).

Twenty songs are put aside by name for measuring; no training may read them.
"""

from __future__ import annotations

import csv
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.errors import MelismaError
from engine.phonemize.phones import BREATH
from engine.score import Note, Score, read_score
from engine.singing.timing import SungNote
from engine.singing.words import phones_of_notes

HELD_OUT = 20
MAX_PHRASE_S = 10.0
MIN_PHRASE_S = 1.5
REST_S = 0.35
KEY_RANGE = (53, 81)
KEY_CENTRE, KEY_SPREAD = 66.0, 3.0


@dataclass(frozen=True, slots=True)
class SongPhrase:
    """A phrase ready to be sung: notes in seconds with their phones, and the song it came from."""

    name: str
    notes: tuple[SungNote, ...]
    tempo_bpm: float


def split_songs(folder: Path, language: str = "en") -> tuple[list[Path], list[Path]]:
    """(training songs, held-out songs) of a language: the twenty smallest checksums of names are held out."""
    with (folder / "index.csv").open(encoding="utf-8") as file:
        names = [r["file"] for r in csv.DictReader(file) if r["lang_guess"] == language]
    ranked = sorted(names, key=lambda n: zlib.crc32(n.encode()))
    return [folder / n for n in sorted(ranked[HELD_OUT:])], [folder / n for n in sorted(ranked[:HELD_OUT])]


def song_phrases(
    path: Path, language: str, seed: int, other_words: Iterator[tuple[str, ...]] | None = None
) -> Iterator[SongPhrase]:
    """Phrases of one song, moved into the voice's range and to a tempo drawn with `seed`.

    `other_words`: phones of one syllable after the other, sung instead of the song's own.
    """
    rng = np.random.default_rng([seed, zlib.crc32(path.name.encode())])
    try:
        score = read_score(path)
        if other_words is None:
            phones = phones_of_notes(score.notes, language, score.tempo_map).phones
        else:
            phones = tuple(
                () if note.holds else (BREATH,) if note.breath else next(other_words) for note in score.notes
            )
    except MelismaError:
        return
    if not score.notes:
        return
    shift = _shift(score, rng)
    pace = float(np.exp(rng.uniform(np.log(0.85), np.log(1.2))))
    for number, (start, end) in enumerate(_runs(score)):
        notes = _sung(score, score.notes[start:end], phones[start:end], shift, pace)
        length = notes[-1].end_s - notes[0].start_s
        if length >= MIN_PHRASE_S and notes[0].phones and all(KEY_RANGE[0] <= n.key <= KEY_RANGE[1] for n in notes):
            bpm = score.tempo_map.bpm_at(score.notes[start].start) * pace
            yield SongPhrase(f"{path.stem}-{number:03d}", notes, bpm)


def _shift(score: Score, rng: np.random.Generator) -> int:
    median = float(np.median([n.key for n in score.notes]))
    return round(KEY_CENTRE + KEY_SPREAD * float(rng.standard_normal()) - median)


def _runs(score: Score) -> list[tuple[int, int]]:
    """Index ranges of notes without a rest, cut where they grow too long (before a new word)."""
    seconds = score.tempo_map.seconds
    runs, start = [], 0
    for index in range(1, len(score.notes)):
        before, note = score.notes[index - 1], score.notes[index]
        rest = seconds(note.start) - seconds(before.end) > REST_S
        long = seconds(before.end) - seconds(score.notes[start].start) > MAX_PHRASE_S
        if rest or (long and before.ends_word and not note.holds):
            runs.append((start, index))
            start = index
    return [*runs, (start, len(score.notes))]


def _sung(
    score: Score, notes: Sequence[Note], phones: Sequence[tuple[str, ...]], shift: int, pace: float
) -> tuple[SungNote, ...]:
    seconds = score.tempo_map.seconds
    origin = seconds(notes[0].start)
    return tuple(
        SungNote((seconds(n.start) - origin) / pace, (seconds(n.end) - origin) / pace, n.key + shift, p)
        for n, p in zip(notes, phones, strict=True)
    )
