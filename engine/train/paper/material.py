"""The corpus that the paper's networks are trained on: that of the shipped voices, made where it is missing."""

from __future__ import annotations

from pathlib import Path

from engine.errors import InputError
from engine.singing.timing import ConsonantTable
from engine.train.corpus.aligned import align_english
from engine.train.corpus.recordings import prepare_recordings, recordings
from engine.train.voices.cast import CAST
from engine.train.voices.prepare import align_bank, align_german
from engine.train.voices.sets import HELD_SONGS
from engine.train.voices.sing import HELD_MINUTES, sing, table_of

NEEDED = ("speech/kathleen", "speech/kerstin", "voicebanks/yuki", "scores/openscore-lieder")


def make_corpus(data: Path, work: Path, minutes: float, workers: int = 1) -> None:
    """Analyse and align what `data` holds, and let each voice sing `minutes` into `work`; what is there is kept.

    Raises `InputError` when a folder is missing.
    """
    for name in NEEDED:
        if not (data / name).is_dir():
            raise InputError(f"{data / name} is missing.", f"Give --data a folder that holds {', '.join(NEEDED)}.")
    prepare_recordings(recordings(data), work, workers)
    align_english(data / "speech" / "kathleen", work, "kathleen")
    align_german(data / "speech" / "kerstin", work)
    align_bank(data / "voicebanks" / "yuki", work)
    for voice in CAST:
        sing(work, data, voice, min(HELD_MINUTES, minutes), held_out=True)
        sing(work, data, voice, minutes)


def has_corpus(work: Path) -> bool:
    """Whether there are songs to train on, and songs to judge by."""
    return all(any((work / folder).glob("*/*.npz")) for folder in ("sung", HELD_SONGS))


def consonants(work: Path) -> ConsonantTable:
    """How long consonants last: the first voice's own, and of the others what she never says."""
    known = [voice for voice in CAST if (work / "aligned" / voice.name).is_dir()]
    table = ConsonantTable({}, {}, {})
    for voice in known:
        other = table_of(work, voice, table if table.onset else None)
        table = ConsonantTable(
            {**other.onset, **table.onset}, {**other.cluster, **table.cluster}, {**other.coda, **table.coda}
        )
    return table
