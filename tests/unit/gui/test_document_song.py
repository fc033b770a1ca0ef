"""The song in the window: undo, what counts as modified, and its file."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest

from engine.api.project import Project, edit_project, read_project
from engine.errors import InputError
from engine.score import NoteId
from gui.document import notes
from gui.document.history import STEPS, History
from gui.document.song import Song
from gui.document.song_file import SongFile, empty_song, opens, read_song
from tests.unit.gui.songs_to_edit import TRACK, notes_of, row, song

NOTE = {NoteId("n0")}


class Clock:
    """Seconds that a test sets."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def named(name: str) -> Project:
    return replace(song(), name=name)


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MELISMA_DATA", str(tmp_path / "user"))


def test_steps_go_back_and_forth() -> None:
    history = History(named("0"))
    for number in range(1, 4):
        history.do(f"to {number}", named(str(number)))
    assert (history.undo_label, history.redo_label) == ("to 3", "")
    assert history.undo()
    assert history.undo()
    assert (history.present.name, history.undo_label, history.redo_label) == ("1", "to 1", "to 2")
    assert history.redo()
    assert history.present.name == "2"
    history.do("elsewhere", named("5"))
    assert not history.redo()


def test_only_so_many_steps_are_kept() -> None:
    history = History(named("0"))
    for number in range(1, STEPS + 10):
        history.do("x", named(str(number)))
    while history.undo():
        pass
    assert history.present.name == "9"


def test_steps_that_belong_together_are_one() -> None:
    clock = Clock()
    history = History(named("0"), clock)
    for number in range(1, 4):
        clock.now += 0.9
        history.do("arrow", named(str(number)), "arrows")
    clock.now += 1.1
    history.do("arrow", named("4"), "arrows")
    history.undo()
    assert history.present.name == "3"
    history.undo()
    assert history.present.name == "0"
    history.do("arrow", named("1"), "arrows")
    assert history.undo_label == "arrow"


def test_a_drag_takes_its_time_and_may_end_where_it_began() -> None:
    clock = Clock()
    start = named("0")
    history = History(start, clock)
    history.do("drag", named("1"), "drag 1", math.inf)
    clock.now += 60
    history.do("drag", named("2"), "drag 1", math.inf)
    assert history.undo()
    assert history.present is start
    history.do("drag", named("1"), "drag 2", math.inf)
    history.do("drag", start, "drag 2", math.inf)
    assert history.undo_label == ""


def test_an_abandoned_drag_has_never_been() -> None:
    start = named("0")
    history = History(start)
    history.do("drag", named("1"), "drag 1", math.inf)
    history.do("drag", named("2"), "drag 1", math.inf)
    assert history.drop("drag 1")
    assert (history.present, history.undo_label, history.redo_label) == (start, "", "")
    assert not history.drop("drag 1")


def test_modified_means_another_than_the_one_that_was_saved(tmp_path: Path) -> None:
    edited = Song(SongFile(song(*row("a", "b"))))
    told: list[bool] = []
    edited.changed.connect(lambda: told.append(edited.modified))
    edited.do("move", lambda project: notes.move(project, TRACK, NOTE, 0.0, 1))
    edited.do("nothing", lambda project: project)
    edited.undo()
    edited.redo()
    edited.save(tmp_path / "a.melisma")
    edited.undo()
    assert told == [True, False, True, False, True]
    assert Song(SongFile(song(), unsaved=True)).modified is not False


def test_what_an_edit_raises_changes_nothing() -> None:
    edited = Song(SongFile(song(*row("a"))))

    def broken(project: Project) -> Project:
        raise InputError("no", "do")

    with pytest.raises(InputError):
        edited.do("x", broken)
    assert not edited.modified
    with pytest.raises(InputError):
        edited.do("x", lambda project: notes.move(project, "gone", NOTE, 1.0))


def test_saving_writes_what_can_be_opened(tmp_path: Path) -> None:
    path = tmp_path / "my song"
    edited = Song(SongFile(song(*row("a", "b"))))
    with pytest.raises(InputError):
        edited.save()
    edited.save(path)
    assert edited.path == path.with_name("my song.melisma")
    assert edited.name == "my song"
    again = Song.open(edited.path)
    assert again.project == edited.project
    again.do("move", lambda project: notes.move(project, TRACK, NOTE, 0.0, 1))
    again.save()
    assert notes_of(read_song(edited.path).project)[0].key == 61


def test_another_program_s_work_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "a.melisma"
    Song(SongFile(song(*row("a")))).save(path)
    edited = Song.open(path)
    edit_project(path, lambda project: notes.move(project, TRACK, NOTE, 0.0, 5))
    edited.do("move", lambda project: notes.move(project, TRACK, NOTE, 0.0, 1))
    with pytest.raises(InputError):
        edited.save()
    assert edited.modified
    edited.save(tmp_path / "b.melisma")
    assert notes_of(read_project(path).project)[0].key == 65
    path.unlink()
    back = Song(SongFile(edited.project, path, "stamp of old"))
    back.save()
    assert path.exists()


def test_a_clip_becomes_a_song_beside_it_and_knows_its_clip(tmp_path: Path) -> None:
    from engine.score import Note, Score, write_midi

    clip = tmp_path / "verse.mid"
    write_midi(Score((Note(NoteId("n0"), 0.0, 1.0, 60, "la"),)), clip)
    made = Song.open(clip)
    assert (made.path, made.name, made.folder, made.modified) == (None, "verse", tmp_path, False)
    assert notes_of(made.project)[0].lyric == "la"
    (tmp_path / "songs").mkdir()
    made.save(tmp_path / "songs" / "first.melisma")
    made.save(tmp_path / "second.melisma")
    clips = [read_project(tmp_path / name).project.clip for name in ("songs/first.melisma", "second.melisma")]
    assert [made and made.path for made in clips] == ["", "verse.mid"]


def test_files_of_other_kinds_are_refused_in_a_sentence(tmp_path: Path) -> None:
    other = tmp_path / "mix.wav"
    other.write_bytes(b"RIFF")
    broken = tmp_path / "a.melisma"
    broken.write_text("{")
    assert not opens(other)
    for path in (other, broken, tmp_path / "none.mid"):
        with pytest.raises(InputError):
            read_song(path)


def test_a_new_song_is_named_by_its_first_file(tmp_path: Path) -> None:
    fresh = Song(empty_song())
    assert fresh.file_name(".wav").endswith(".wav")
    fresh.save(tmp_path / "night.melisma")
    fresh.save()
    assert read_project(tmp_path / "night.melisma").project.name == "night"
    assert not fresh.modified


def test_names_of_files_fit_every_system() -> None:
    odd = Song(SongFile(replace(song(), name='a/b:c*"d"?\n ..')))
    kept = odd.file_name(".wav")
    assert not set(kept) & set('<>:"/\\|?*\n')
    assert kept.endswith(".wav")


def test_another_song_in_its_place(tmp_path: Path) -> None:
    window = Song(empty_song())
    window.do("draw", lambda project: notes.add(project, TRACK, 0.0, 1.0, 60))
    other = Song(SongFile(song(*row("a"))))
    other.do("move", lambda project: notes.move(project, TRACK, NOTE, 0.0, 1))
    told: list[str] = []
    window.replaced.connect(lambda: told.append("replaced"))
    window.changed.connect(lambda: told.append("changed"))
    window.become(other)
    assert told == ["replaced", "changed"]
    assert (window.project, window.undo_label, window.modified) == (other.project, "", True)
