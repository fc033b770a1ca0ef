"""What the voice is measured on: held-out songs sung by the teacher, and plain sentences.

Made once from ../shared/data and kept in a work folder.
"""

from __future__ import annotations

import csv
import hashlib
import inspect
import os
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from engine.errors import InputError, MelismaError
from engine.singing.timing import ConsonantTable
from engine.train.corpus import singing, songs, speech, teacher, units
from engine.train.corpus.align import read_mono
from engine.train.corpus.singing import SungPhrase, read_phrases, sing_phrase, write_phrase
from engine.train.corpus.songs import SongPhrase, song_phrases, split_songs
from engine.train.corpus.speech import Sentence
from engine.train.corpus.teacher import Teacher
from engine.train.corpus.units import build_inventory, measure_consonants
from engine.train.measure.progress import Report

LANGUAGE = "en"
SPEAKER = "kathleen"
PLAIN_SENTENCES = 40
_ROOT = Path(__file__).resolve().parents[3]


def data_folder(asked: Path | None) -> Path:
    """`asked`, else MELISMA_SHARED_DATA, else ../shared/data beside the checkout.  Raises `InputError` without it."""
    folder = asked or Path(os.environ.get("MELISMA_SHARED_DATA") or _ROOT.parent / "shared" / "data").expanduser()
    if not (folder / "scores" / "openscore-lieder" / "index.csv").is_file():
        raise InputError(
            f"There is no measuring data in {folder}.",
            "Name its folder with --data, or measure only --only speed,determinism.",
        )
    return folder


def held_out_phrases(data: Path, work: Path, minutes: float, hop_length: int, report: Report) -> list[SungPhrase]:
    """Teacher phrases of the held-out songs, drawn from all of them, until they fill `minutes`.

    Those sung before, by the same teacher, are read back.
    """
    folder = work / f"held-{_teacher_version()}-{hop_length}"
    chosen = _draw(data, minutes)
    missing = [p for p in chosen if not (folder / f"{p.name}.npz").is_file()]
    if missing:
        folder.mkdir(parents=True, exist_ok=True)
        singer, table = _teacher(data, work, report)
        for number, phrase in enumerate(missing):
            report("The teacher sings", number, len(missing))
            sung = sing_phrase(phrase, singer, table, 0, zlib.crc32(phrase.name.encode()), hop_length)
            write_phrase(sung, folder / f"{phrase.name}.npz")
    wanted = {p.name for p in chosen}
    return [p for p in read_phrases(folder) if p.name in wanted]


def plain_sentences(data: Path, work: Path, report: Report) -> Iterator[tuple[Sentence, np.ndarray, int]]:
    """(sentence, samples [N], sample rate) of `PLAIN_SENTENCES` recordings, spread over all."""
    sentences = _sentences(data, work, report)
    source = data / "speech" / SPEAKER
    files = {Path(name).stem: source / name for name in _transcripts(source)}
    picked = np.linspace(0, len(sentences) - 1, min(PLAIN_SENTENCES, len(sentences))).astype(int)
    for index in picked:
        yield sentences[index], *read_mono(files[sentences[index].name])


def _draw(data: Path, minutes: float) -> list[SongPhrase]:
    _, held = split_songs(data / "scores" / "openscore-lieder", LANGUAGE)
    phrases = [p for path in held for p in song_phrases(path, LANGUAGE, seed=0)]
    chosen, seconds = [], 0.0
    for index in np.random.default_rng(0).permutation(len(phrases)):
        if seconds >= 60 * minutes:
            break
        chosen.append(phrases[index])
        seconds += phrases[index].notes[-1].end_s - phrases[index].notes[0].start_s
    return chosen


def _teacher(data: Path, work: Path, report: Report) -> tuple[Teacher, ConsonantTable]:
    sentences = _sentences(data, work, report)
    report("Building the teacher", 0, 1)
    return Teacher(build_inventory(sentences)), measure_consonants(sentences)


def _sentences(data: Path, work: Path, report: Report) -> list[Sentence]:
    source, analysed = data / "speech" / SPEAKER, work / SPEAKER
    if len(list(analysed.glob("*.npz"))) < len(_transcripts(source)):
        report("Analysing speech (once, about 20 minutes)", 0, 1)
        speech.prepare(source, analysed)
    sentences = list(speech.load(analysed))
    if not sentences:
        raise MelismaError(f"No sentence of {source} could be aligned.", f"Delete {analysed} and try again.")
    return sentences


def _transcripts(source: Path) -> list[str]:
    with (source / "transcripts.csv").open(encoding="utf-8") as file:
        return [row["file"] for row in csv.DictReader(file)]


def _teacher_version() -> str:
    """Changes with the code that decides what the teacher sings."""
    digest = hashlib.sha256()
    for module in (singing, songs, speech, teacher, units):
        digest.update(Path(inspect.getfile(module)).read_bytes())
    return digest.hexdigest()[:8]
