"""Files with several parts, and what was wrong with them, as songs of the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import mido
import pytest

from engine.errors import InputError
from engine.score import NoteId
from gui.document import lyrics, notes
from gui.document.song import Song
from gui.document.song_file import SongFile, read_song
from tests.clips import clip_of, part
from tests.unit.gui.songs_to_edit import TRACK, check_sound, row, song

MakeClip = Callable[..., Path]


@pytest.fixture
def clip(tmp_path: Path) -> MakeClip:
    return lambda *parts: clip_of(tmp_path / "choir.mid", *parts)


def tracks(file: SongFile) -> list[tuple[str, bool]]:
    return [(track.name, track.mute) for track in file.project.tracks]


def sentences(edited: Song, track: str = TRACK) -> list[str]:
    now = next(part for part in edited.project.tracks if part.id == track)
    return [problem.sentence for problem in edited.problems[track].still(now)]


def test_each_part_is_a_track(clip: MakeClip) -> None:
    file = read_song(clip(part("Soprano", 72, 74), part("Alto", 67, 67), part("Tenor", 60, 62)))
    assert tracks(file) == [("Soprano", False), ("Alto", False), ("Tenor", False)]
    assert file.remark == "choir.mid has 3 parts: each is a track."
    check_sound(file.project)


def test_parts_without_words_are_muted_beside_one_that_has_some(clip: MakeClip) -> None:
    file = read_song(clip(part("Piano", 48, 50), part("Voice", 72, 74, words=["so ", "far "])))
    assert tracks(file) == [("Voice", False), ("Piano", True)]
    assert [note.lyric for note in file.project.tracks[0].notes] == ["so", "far"]
    assert file.remark.endswith("The one without words is muted.")


def test_the_band_behind_a_singer_is_left_out_and_told(clip: MakeClip) -> None:
    band = [part(name, 40, 41) for name in ("Bass", "Piano", "Strings", "Brass", "Guitar")]
    drums = part("Drums", 36, 38, channel=9)
    file = read_song(clip(*band, drums, part("Voice", 72, 74, words=["so ", "far "])))
    assert tracks(file) == [("Voice", False)]
    assert file.remark == "5 parts without words were left out: Bass, Piano, Strings, Brass …."


def test_one_part_is_no_news(clip: MakeClip) -> None:
    assert read_song(clip(part("Voice", 72, 74))).remark == ""


def test_a_clip_without_notes_says_so_in_words_of_the_window(clip: MakeClip) -> None:
    with pytest.raises(InputError) as caught:
        read_song(clip(part("Empty")))
    assert "choir.mid has no notes to sing." in str(caught.value)
    assert "--" not in str(caught.value)


def test_added_parts_bring_their_problems_along(clip: MakeClip) -> None:
    edited = Song(SongFile(song(*row("la"))))
    edited.add_tracks("Add clip", read_song(clip(part("One", 60, [60, 64, 67]), part("Two", [50, 53]))))
    assert [track.id for track in edited.project.tracks] == [TRACK, "t2", "t3"]
    assert sentences(edited, "t2")[-1] == "Bar 1, beat 2: 3 notes start together; only the highest (G4) is sung."
    assert sentences(edited, "t3")[-1] == "Bar 1, beat 1: 2 notes start together; only the highest (F3) is sung."
    assert edited.undo_label == "Add clip"
    edited.undo()
    assert len(edited.project.tracks) == 1


def test_a_problem_goes_with_what_it_is_about(clip: MakeClip) -> None:
    words = part("Voice", 60, [60, 64], 62, words=["so ", "far "])
    words.insert(-2, mido.Message("note_on", note=1, velocity=0, time=480))  # a rest before the last note
    edited = Song.open(clip(words))
    chord = "Bar 1, beat 2: 2 notes start together; only the highest (E4) is sung."
    silent = 'Bar 1, beat 4: this note has no lyric; it is sung as "la".'
    assert sentences(edited) == [chord, silent]
    edited.do("type", lambda project: lyrics.set_lyric(project, TRACK, NoteId("n2"), "away"))
    assert sentences(edited) == [chord]
    edited.do("move", lambda project: notes.move(project, TRACK, [NoteId("n1")], 0.0, 3))
    assert sentences(edited) == []
    edited.undo()
    assert sentences(edited) == [chord]


def test_no_words_at_all_is_told_until_some_are_typed(clip: MakeClip) -> None:
    edited = Song.open(clip(part("Voice", 60, 62)))
    assert sentences(edited) == ['No note has a lyric; every note is sung as "la".']
    edited.do("type", lambda project: lyrics.set_lyric(project, TRACK, NoteId("n1"), "away"))
    assert sentences(edited) == []
    other = edited.file()
    edited.become(replace(other, problems={}))
    assert edited.problems == {}
