"""The sung corpus of several voices: `python -m engine.train.voices.sing --work DIR --data DATA --minutes 30`.

Every voice has a teacher of its own recordings and sings its own language most of the time, the others with its
accent.  Melodies are those of songs of any language; words are the song's own where they are English or German, else
sentences and Japanese words put on the notes.  A second call only adds what is missing.
"""

from __future__ import annotations

import argparse
import csv
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from engine.singing.timing import ConsonantTable
from engine.train.corpus.aligned import sentences as aligned_sentences
from engine.train.corpus.bandwidth import widened
from engine.train.corpus.singing import sing_phrase, write_phrase
from engine.train.corpus.songs import SongPhrase, song_phrases, split_songs
from engine.train.corpus.teacher import Teacher
from engine.train.corpus.units import build_inventory, measure_consonants
from engine.train.voices.cast import CAST, LANGUAGE_IDS, CastVoice
from engine.train.voices.sets import HELD_SONGS
from engine.train.voices.texts import japanese, sentences

HOP_LENGTH = 512
HELD_GERMAN = 5
"""One German song in so many is for judging only."""
HELD_MINUTES = 3.0
MELODY_PHRASES = 6
"""Phrases taken from a song at a time, so that a short corpus has many melodies."""


def table_of(work: Path, voice: CastVoice, fallback: ConsonantTable | None = None) -> ConsonantTable:
    """Lengths of the voice's consonants; what it never said is taken from `fallback`."""
    own = measure_consonants(aligned_sentences(work, voice.name))
    if fallback is None:
        return own
    shared = [label for label in own.onset if label in fallback.onset]
    pace = float(np.mean([own.onset[p] for p in shared]) / np.mean([fallback.onset[p] for p in shared]))
    own = _paced(own, max(pace, 1.0))
    return ConsonantTable(
        {**fallback.onset, **own.onset}, {**fallback.cluster, **own.cluster}, {**fallback.coda, **own.coda}
    )


def _paced(table: ConsonantTable, pace: float) -> ConsonantTable:
    """Lengths as one who speaks would have them: a voicebank is sung slowly."""
    return ConsonantTable(_shorter(table.onset, pace), _shorter(table.cluster, pace), _shorter(table.coda, pace))


def _shorter(lengths: Mapping[str, float], pace: float) -> dict[str, float]:
    return {label: round(seconds / pace, 4) for label, seconds in lengths.items()}


def teacher_of(work: Path, voice: CastVoice) -> Teacher:
    """The voice's diphone singer; one whose recordings are dull borrows the top of the first voice."""
    inventory = build_inventory(aligned_sentences(work, voice.name))
    if voice.knee is not None:
        inventory = widened(inventory, build_inventory(aligned_sentences(work, CAST[0].name)), voice.knee)
    return Teacher(inventory)


def melodies(data: Path, held_out: bool) -> dict[str, list[Path]]:
    """Songs by language of their own words ("" where they are neither English nor German)."""
    folder = data / "scores" / "openscore-lieder"
    english = split_songs(folder)[1 if held_out else 0]
    with (folder / "index.csv").open(encoding="utf-8") as file:
        rows = [(row["file"], row["lang_guess"]) for row in csv.DictReader(file)]
    german = [folder / name for name, language in rows if language == "de" and is_held(name) == held_out]
    others = [folder / name for name, language in rows if language not in {"de", "en"} and is_held(name) == held_out]
    return {"en": english, "de": german, "": others}


def is_held(name: str) -> bool:
    """Whether a song that is not English is put aside for judging."""
    return zlib.crc32(name.encode()) % HELD_GERMAN == 0


def phrases(data: Path, songs: dict[str, list[Path]], language: str, seed: int) -> Iterator[SongPhrase]:
    """A few phrases of one song, drawn with `seed`, with words of `language`."""
    rng = np.random.default_rng(seed)
    every = [path for paths in songs.values() for path in paths]
    if language in {"en", "de"} and rng.random() < (0.85 if language == "en" else 0.5):
        found = list(song_phrases(_one(songs[language], rng), language, seed))
    else:
        words = {
            "de": lambda: sentences(data / "speech" / "kerstin", "de", seed),
            "en": lambda: sentences(data / "speech" / "kathleen", "en", seed),
            "ja": lambda: japanese(seed),
        }[language]()
        found = list(song_phrases(_one(every, rng), "en", seed, words))
    for index in rng.permutation(len(found))[:MELODY_PHRASES]:
        yield found[index]


def _one(paths: list[Path], rng: np.random.Generator) -> Path:
    return paths[int(rng.integers(len(paths)))]


def sing(work: Path, data: Path, voice: CastVoice, minutes: float, held_out: bool = False) -> float:
    """Write phrases until the voice's folder holds `minutes`; the minutes."""
    fallback = table_of(work, CAST[0]) if voice is not CAST[0] else None
    table = table_of(work, voice, fallback)
    teacher = teacher_of(work, voice)
    out = work / (HELD_SONGS if held_out else "sung") / voice.name
    out.mkdir(parents=True, exist_ok=True)
    songs = melodies(data, held_out)
    rng = np.random.default_rng([voice.speaker, int(held_out)])
    others = [v.language for v in CAST if v is not voice]
    held_s, draw = 0.0, 0
    while held_s < 60 * minutes:
        draw += 1
        language = voice.language if rng.random() < voice.own_share else str(rng.choice(others))
        seed = 100_000 * voice.speaker + 7 * draw + held_out
        for phrase in phrases(data, songs, language, seed):
            target = out / f"{phrase.name}-{language}-{draw}.npz"
            if not target.exists():
                number = LANGUAGE_IDS[language]
                sung = sing_phrase(phrase, teacher, table, voice.speaker, seed, HOP_LENGTH, number)
                write_phrase(sung, target)
            held_s += phrase.notes[-1].end_s - phrase.notes[0].start_s + 0.5
    return held_s / 60


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=30.0, help="for each voice")
    parser.add_argument("--voices", nargs="*", default=[voice.name for voice in CAST])
    parser.add_argument("--held", action="store_true", help="sing the songs for judging")
    options = parser.parse_args()
    for voice in CAST:
        if voice.name in options.voices:
            minutes = min(HELD_MINUTES, options.minutes) if options.held else options.minutes
            print(voice.name, sing(options.work, options.data, voice, minutes, options.held), flush=True)


if __name__ == "__main__":
    main()
