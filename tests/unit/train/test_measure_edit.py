"""How soon an edited note is heard, measured with the tiny voice."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.models.hidden_singer import HiddenSinger
from engine.score import Note, NoteId, Score, write_midi
from engine.train.measure.edit import measure_edits


def test_a_draft_is_heard_before_the_whole(
    user_folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, tiny_singer: HiddenSinger
) -> None:
    monkeypatch.setenv("MELISMA_DATA", str(user_folder))
    clip = tmp_path / "clip.mid"
    write_midi(Score(tuple(Note(NoteId(str(i)), float(i), 1.0, 60 + i % 5, "la") for i in range(18))), clip)

    edit = measure_edits(clip, "tiny", tiny_singer, 2)

    assert 0 < edit.heard_s < edit.whole_s
