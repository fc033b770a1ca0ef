"""What a request asks for is judged before anything is rendered."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from engine.api import ExpressionRequest, SingRequest, expressed, render_clip
from engine.api.sing import MAX_CLIP_S, sing_read
from engine.errors import InputError
from engine.jobs import JobContext
from engine.score import Curve, Note, NoteId
from tests.songs import song


def test_an_option_on_top_of_a_curve_stays_within_the_knobs_range() -> None:
    """Each was allowed; a project clamps the two likewise."""
    request = ExpressionRequest(values={"dynamics": -6.0}, curves={"dynamics": Curve(((0.0, -24.0), (4.0, 0.0)))})
    assert expressed(song("la:60"), request).curves["dynamics"].points == ((0.0, -24.0), (4.0, -6.0))


def test_blended_shares_of_more_than_a_whole_are_told_without_a_place() -> None:
    with pytest.raises(InputError, match=r"The blended shares add up to 1\.1\. Lower") as caught:
        expressed(song("la:60"), ExpressionRequest(blend=(("yuki", 0.5), ("kerstin", 0.6))))
    assert "yuki or kerstin" in caught.value.hint


@pytest.mark.parametrize(
    ("note", "told"),
    [
        (Note(NoteId("n9"), 8.0, 900_000.0, 60, "la"), r"Bar 3, beat 1: this note lasts 7500 minutes"),
        (Note(NoteId("n9"), 900_000.0, 1.0, 60, "la"), r"ends 125\.0 hours after"),
    ],
)
def test_a_note_at_the_end_of_time_is_told_before_it_fills_the_memory(note: Note, told: str) -> None:
    score = song("la:60:2 la:64:2")
    wild = replace(score, notes=(*score.notes, note))
    with pytest.raises(InputError, match=told):
        sing_read(SingRequest(Path("a.mid"), Path("a.wav")), wild, JobContext(), load=nobody)


def test_a_long_song_is_no_slip() -> None:
    score = song("la:60:2", start=2 * (MAX_CLIP_S - 10))
    with pytest.raises(LoadedError):
        sing_read(SingRequest(Path("a.mid"), Path("a.wav")), score, JobContext(), load=nobody)


def test_a_folder_that_cannot_be_written_to_is_told_before_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: object) -> object:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    with pytest.raises(InputError, match="cannot be written to: Read-only file system"):
        render_clip(SingRequest(tmp_path / "none.mid", tmp_path / "a.wav"), JobContext())


class LoadedError(Exception):
    """The score was found good, and a voice asked for."""


def nobody(*_: object) -> object:
    raise LoadedError
