"""What was listened to once is known, until the words beside it are mended."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from engine.jobs import JobContext
from engine.train.corpus.align import Segment
from engine.train.own.pieces import Studio, listen
from engine.train.own.recordings import SAMPLE_RATE, find_takes
from engine.train.own.words import read_labels
from tests.tiny_base import voice

LABELS = "0.0 0.28 pau\n0.28 0.5 l\n0.5 1.9 {vowel}\n1.9 2.3 pau\n2.3 2.5 m\n2.5 3.9 iy\n3.9 4.4 pau\n"


class Finder:
    """Reads label files, and counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    def find(self, words: Path, _samples: object) -> list[Segment]:
        self.asked += 1
        return read_labels(words)


class Session:
    """A folder with one recording, listened to as often as a test likes."""

    def __init__(self, folder: Path) -> None:
        self.recordings, self.studio, self.finder = folder / "recordings", Studio(folder / "work"), Finder()
        self.recordings.mkdir()
        soundfile.write(self.recordings / "one.wav", voice(4.4), SAMPLE_RATE)
        self.words = self.recordings / "one.lab"

    def listen(self) -> list[str]:
        """Phones of all pieces."""
        finder: Any = self.finder
        _, self.lost = listen(find_takes(self.recordings), self.studio, finder, JobContext())
        return [segment.label for name in self.pieces for segment in self.studio.files(name).segments]

    @property
    def known(self) -> dict[str, Any]:
        (take,) = find_takes(self.recordings)
        found: dict[str, Any] = json.loads(self.studio.take(take).read_text(encoding="utf-8"))
        return found

    @property
    def pieces(self) -> list[str]:
        return list(self.known["pieces"])


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return Session(tmp_path)


def test_words_that_are_added_mended_and_taken_away_count(session: Session) -> None:
    assert session.listen() == []
    names = session.pieces
    session.words.write_text(LABELS.format(vowel="aa"))
    assert "AA" in session.listen()
    session.studio.refined.write_text("1")
    session.words.write_text(LABELS.format(vowel="uw"))
    os.utime(session.words, ns=(1, 1))  # as short as before, mended within one tick of the clock
    mended = session.listen()
    assert "UW" in mended
    assert "AA" not in mended
    assert not session.studio.refined.exists()  # their boundaries are to be found anew
    session.words.unlink()
    assert session.listen() == []
    assert session.pieces == names


def test_nothing_is_listened_to_twice(session: Session) -> None:
    session.words.write_text(LABELS.format(vowel="aa"))
    session.listen()
    session.studio.refined.write_text("1")
    cut = {path: path.stat().st_mtime_ns for path in session.studio.work.glob("cut/*.npy")}
    session.listen()
    assert session.finder.asked == 1
    assert {path: path.stat().st_mtime_ns for path in session.studio.work.glob("cut/*.npy")} == cut
    assert session.studio.refined.exists()


@pytest.mark.parametrize("worded", [True, False])
def test_a_work_folder_that_knows_nothing_of_words_files_goes_on(session: Session, worded: bool) -> None:
    if worded:
        session.words.write_text(LABELS.format(vowel="aa"))
    before = session.listen()
    (take,) = find_takes(session.recordings)
    told = session.known
    sounds = [np.load(session.studio.raw(name)) for name in session.pieces]
    del told["words"]
    session.studio.take(take).write_text(json.dumps(told))
    assert session.listen() == before
    assert session.pieces == told["pieces"]
    assert session.finder.asked == 2 * worded
    for name, sound in zip(session.pieces, sounds, strict=True):
        assert np.array_equal(np.load(session.studio.raw(name)), sound)
