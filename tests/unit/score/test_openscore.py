"""Four hundred real songs, where they are at hand."""

import csv
import os
from itertools import pairwise
from pathlib import Path

import pytest

from engine.score import midi_bytes, read_score, read_score_bytes, split_phrases

BESIDE = Path(__file__).resolve().parents[4] / "shared" / "data"
FOLDER = Path(os.environ.get("MELISMA_SHARED_DATA", BESIDE)) / "scores" / "openscore-lieder"

pytestmark = pytest.mark.skipif(not (FOLDER / "index.csv").is_file(), reason=f"no OpenScore Lieder corpus in {FOLDER}")


def rows(every):
    with (FOLDER / "index.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))[::every]


def check(row):
    score = read_score(FOLDER / row["file"])
    syllables = sum(bool(n.lyric) for n in score.notes)
    # The index counts every verse's notes and all voices of a part; we sing one.
    assert abs(syllables - int(row["lyric_notes"])) <= max(4, 0.2 * int(row["lyric_notes"])) or row["file"] in CHOIRS
    assert all(a.end <= b.start + 1e-9 for a, b in pairwise(score.notes))
    phrases = split_phrases(score)
    assert [n for p in phrases for n in p.notes] == list(score.notes)
    again = read_score_bytes(midi_bytes(score))
    assert [(n.key, n.lyric, n.holds) for n in again.notes if n.lyric] == [
        (n.key, n.lyric, n.holds) for n in score.notes if n.lyric
    ]


CHOIRS = {"lc8718660.mxl", "lc8702982.mxl"}


@pytest.mark.parametrize("row", rows(40) if (FOLDER / "index.csv").is_file() else [], ids=lambda row: row["file"])
def test_some_songs(row):
    check(row)


@pytest.mark.slow
def test_all_songs():
    for row in rows(1):
        check(row)
