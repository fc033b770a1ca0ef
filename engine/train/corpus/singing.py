"""The synthetic singing corpus: phrases of songs sung by a teacher, with all that is known of them.

One .npz per phrase: the audio and f0 (as `shards`), the timed phones and the notes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.codec.harmonic import BandFilters
from engine.singing.pitch import PitchStyle, f0_curve
from engine.singing.timing import ConsonantTable, SungNote, TimedPhone, time_phones
from engine.train.corpus.gains import GAIN_BANDS, band_gains
from engine.train.corpus.shards import PCM_PEAK
from engine.train.corpus.songs import SongPhrase, song_phrases
from engine.train.corpus.speech import UNIT_HOP_LENGTH
from engine.train.corpus.teacher import SAMPLE_RATE, Teacher, frames_of
from engine.train.corpus.world import synthesise


@dataclass(frozen=True, slots=True)
class SungPhrase:
    """audio int16 [T * hop]; f0 [T * 2], gains [T * 2, 2, bands] at subframe middles; times in the phrase's seconds."""

    name: str
    speaker: int
    tempo_bpm: float
    audio: np.ndarray
    f0: np.ndarray
    gains: np.ndarray
    phones: tuple[TimedPhone, ...]
    notes: tuple[SungNote, ...]
    language: int = 0


def sing_phrase(
    phrase: SongPhrase,
    teacher: Teacher,
    table: ConsonantTable,
    speaker: int,
    seed: int,
    hop_length: int,
    language: int = 0,
) -> SungPhrase:
    """Let the teacher sing one phrase."""
    phones = time_phones(phrase.notes, table)
    frames = frames_of(phones, hop_length)
    subframes = frames * hop_length // UNIT_HOP_LENGTH
    hop_s = UNIT_HOP_LENGTH / SAMPLE_RATE
    edges = phones[0].start_s + np.arange(subframes) * hop_s
    f0 = f0_curve(phrase.notes, edges, PitchStyle(), seed).astype(np.float64)
    middles = f0_curve(phrase.notes, edges + hop_s / 2, PitchStyle(), seed)
    samples = np.zeros(frames * hop_length)
    parameters = teacher.parameters(phones, f0)
    sung = synthesise(parameters, SAMPLE_RATE, UNIT_HOP_LENGTH)[: len(samples)]
    gains = band_gains(parameters, BandFilters(SAMPLE_RATE, UNIT_HOP_LENGTH, GAIN_BANDS))
    samples[: len(sung)] = sung
    audio = np.round(np.clip(samples, -1, 1) * PCM_PEAK).astype(np.int16)
    return SungPhrase(phrase.name, speaker, phrase.tempo_bpm, audio, middles, gains, phones, phrase.notes, language)


def sing_songs(
    songs: list[Path],
    teacher: Teacher,
    table: ConsonantTable,
    out: Path,
    minutes: float,
    speaker: int = 0,
    seed: int = 0,
    hop_length: int = 512,
) -> float:
    """Write phrases of `songs`, in random order, until `out` holds `minutes`; the minutes it holds."""
    out.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    held_s = 0.0
    rounds = [(int(s), r) for r in range(4) for s in rng.permutation(len(songs))]
    for index, repeat in rounds:
        for number, phrase in enumerate(song_phrases(songs[index], "en", seed + repeat)):
            target = out / f"{phrase.name}-{repeat}.npz"
            if not target.exists():
                sung = sing_phrase(phrase, teacher, table, speaker, seed + 1000 * repeat + number, hop_length)
                write_phrase(sung, target)
            held_s += (phrase.notes[-1].end_s - phrase.notes[0].start_s) + 0.5
            if held_s > 60 * minutes:
                return held_s / 60
    return held_s / 60


def write_phrase(phrase: SungPhrase, target: Path) -> None:
    """Arrays only, written beside and renamed."""
    beside = target.with_suffix(".part")
    with beside.open("wb") as file:
        np.savez(
            file,
            audio=phrase.audio,
            f0=phrase.f0,
            gains=phrase.gains,
            speaker=np.int64(phrase.speaker),
            language=np.int64(phrase.language),
            tempo_bpm=np.float64(phrase.tempo_bpm),
            labels=np.array([p.label for p in phrase.phones], "U4"),
            phone_spans=np.array([(p.start_s, p.end_s) for p in phrase.phones]),
            phone_notes=np.array([p.note for p in phrase.phones]),
            note_spans=np.array([(n.start_s, n.end_s) for n in phrase.notes]),
            keys=np.array([n.key for n in phrase.notes]),
        )
    beside.replace(target)


def read_phrases(folder: Path) -> Iterator[SungPhrase]:
    """The phrases that `write_phrase` wrote, in name order (notes come back without their phones)."""
    for path in sorted(folder.glob("*.npz")):
        with np.load(path, allow_pickle=False) as data:
            phones = tuple(
                TimedPhone(str(label), float(start), float(end), int(note))
                for label, (start, end), note in zip(
                    data["labels"], data["phone_spans"], data["phone_notes"], strict=True
                )
            )
            notes = tuple(
                SungNote(float(start), float(end), int(key))
                for (start, end), key in zip(data["note_spans"], data["keys"], strict=True)
            )
            yield SungPhrase(
                name=path.stem,
                speaker=int(data["speaker"]),
                tempo_bpm=float(data["tempo_bpm"]),
                audio=data["audio"],
                f0=data["f0"],
                gains=data["gains"],
                phones=phones,
                notes=notes,
                language=int(data["language"]) if "language" in data else 0,
            )
