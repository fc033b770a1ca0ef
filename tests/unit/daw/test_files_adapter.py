"""Watched folders: which files are taken, when and how often."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.errors import InputError
from plugin_host.adapters.files_intake import PATIENCE_S
from plugin_host.adapters.files_read import LEAD_S
from plugin_host.ports import Action, Ask
from tests.midi import midi, row
from tests.unit.daw.watched_stand import CLIP, RATE, Watched, finish, sound


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    (tmp_path / "in").mkdir()
    return Watched(tmp_path / "in", tmp_path / "state")


def test_a_clip_is_taken_once(watched: Watched) -> None:
    (watched.folder / "verse.mid").write_bytes(CLIP)
    (ask,) = watched.look(6)
    assert ask.action is Action.SING
    (clip,) = ask.clips
    assert (clip.name, clip.session.sample_rate, len(clip.notes)) == ("verse", RATE, 5)
    assert clip.start_samples == pytest.approx(clip.tempo_map.seconds(clip.start_quarters) * RATE, abs=1)
    assert clip.start_samples >= LEAD_S * RATE
    assert clip.tempo_map.bar_beat(clip.start_quarters) == (1, 1.0)
    assert watched.look(20) == []
    finish(watched, ask)
    watched.start()
    assert watched.look(20) == []


def test_every_suffix_and_nothing_else(watched: Watched) -> None:
    for name in ("a.mid", "b.MIDI", "c.kar"):
        (watched.folder / name).write_bytes(CLIP)
    for suffix in ("wav", "flac", "ogg", "mp3"):
        sound(watched.folder / f"s.{suffix}")
    for name in (".hidden.mid", "~lock.mid", "x.part.mid", "x.tmp.wav", "x.mid.part", "notes.txt", "p.als", "x.mid~"):
        (watched.folder / name).write_bytes(CLIP)
    (watched.folder / "folder.mid").mkdir()
    (watched.folder / "more").mkdir()
    (watched.folder / "more" / "deep.mid").write_bytes(CLIP)
    (watched.folder / "config.xml").write_text("<plist/>")
    assert sorted(watched.names(20)) == ["a", "b", "c", "s", "s", "s", "s"]
    assert not list(watched.folder.glob("*.problems.txt"))


def test_a_project_is_taken_as_it_is(watched: Watched) -> None:
    """Its notes are there to be shown; what is sung is the file; saved again it is taken again."""
    from engine.api.project import NewProject, new_project, project_bytes, retake

    watched.state.mkdir(exist_ok=True)
    (watched.state / "clip.mid").write_bytes(CLIP)
    path = watched.folder / "song.melisma"
    project, _ = new_project(NewProject(watched.state / "clip.mid", path, voice="anna", position_s=9.0))
    (watched.folder / "song.lyrics.txt").write_text("not its words")
    (ask,) = watched.look(4)
    (clip,) = ask.clips
    assert (ask.action, clip.project, clip.name) == (Action.SING, path, "song")
    assert [note.key for note in clip.notes] == [note.key for note in project.tracks[0].notes]
    assert clip.start_samples >= LEAD_S * RATE
    assert watched.look(6) == []
    path.write_bytes(project_bytes(retake(project, None, "p1")))
    (again,) = watched.look(4)
    assert again.clips[0].project == path
    path.write_text('{"melisma": 1}')
    assert watched.look(int(PATIENCE_S) + 4) == []
    (line,) = watched.remarks
    assert "song.melisma was not taken" in line


def test_folders_say_what_is_wanted(watched: Watched) -> None:
    for name in ("Sing", "isolate"):
        (watched.folder / name).mkdir()
        (watched.folder / name / "a.mid").write_bytes(CLIP)
        sound(watched.folder / name / "m.wav")
    (watched.folder / "b.mid").write_bytes(CLIP)
    asks = watched.look(6)
    assert [(ask.action, *(Path(i.key).parent.name for i in (*ask.clips, *ask.sounds))) for ask in asks] == [
        (Action.SING, "Sing"),
        (Action.ISOLATE, "isolate"),
    ]


def test_a_file_that_grows_is_waited_for(watched: Watched) -> None:
    whole = sound(watched.folder / "whole.wav").read_bytes()
    (watched.folder / "whole.wav").unlink()
    path = watched.folder / "mix.wav"
    for part in range(1, 8):
        path.write_bytes(whole[: len(whole) * part // 8])
        assert watched.look(2) == []
    # The disk is slow: the rest comes late, but it comes.
    assert watched.look(6) == []
    path.write_bytes(whole)
    assert watched.names() == ["mix"]
    assert not (watched.folder / "mix.problems.txt").exists()


def test_a_file_that_stays_broken_is_told_once(watched: Watched) -> None:
    (watched.folder / "broken.mid").write_bytes(CLIP[:30])
    (watched.folder / "empty.mid").write_bytes(b"")
    (watched.folder / "nothing.wav").write_bytes(b"")
    whole = sound(watched.folder / "mix.wav")
    whole.write_bytes(whole.read_bytes()[:-1000])
    assert watched.look(int(PATIENCE_S)) == []
    assert list(watched.folder.glob("*.txt")) == []  # a DAW may name a file long before it writes it
    assert watched.look(5) == []
    told = {path.name: path.read_text() for path in watched.folder.glob("*.txt")}
    assert set(told) == {f"{name}.problems.txt" for name in ("mix", "broken", "empty", "nothing")}
    assert told["nothing.problems.txt"] == "nothing.wav is empty. Export or copy it once more.\n"
    assert sorted(line.split()[0] for line in watched.remarks) == ["broken.mid", "empty.mid", "mix.wav", "nothing.wav"]
    assert "shorter than it says" in told["mix.problems.txt"]
    assert told["mix.problems.txt"].count("\n") == 1
    # Mended: taken, and once it is done the text is gone.
    sound(watched.folder / "mix.wav")
    (ask,) = [ask for ask in watched.look(6) if ask.action is Action.ISOLATE]
    finish(watched, ask)
    assert not (watched.folder / "mix.problems.txt").exists()


def test_a_stream_without_a_length_is_taken_late(watched: Watched) -> None:
    path = sound(watched.folder / "mix.wav")
    data = bytearray(path.read_bytes())
    data[4:8] = b"\xff\xff\xff\xff"
    path.write_bytes(data)
    assert watched.look(6) == []
    assert watched.names() == ["mix"]


def test_changed_content_is_taken_again_and_a_touch_is_not(watched: Watched) -> None:
    path = watched.folder / "verse.mid"
    path.write_bytes(CLIP)
    (first,) = watched.look(3)
    finish(watched, first)
    os.utime(path, ns=(1, 1))
    assert watched.look(5) == []
    path.write_bytes(midi(row(6)))
    (second,) = watched.look(3)
    assert len(second.clips[0].notes) == 6
    assert second.id != first.id
    # The answer to the older one comes late, and changes nothing.
    finish(watched, second, "verse is now on “x”.\nSomething.")
    finish(watched, first, "too late", failed=True)
    assert (watched.folder / "verse.problems.txt").read_text() == "Something.\n"


def test_what_failed_is_tried_again_when_touched(watched: Watched) -> None:
    path = watched.folder / "verse.mid"
    path.write_bytes(CLIP)
    (ask,) = watched.look(3)
    finish(watched, ask, "No voice is installed. Add one.", failed=True)
    assert (watched.folder / "verse.problems.txt").read_text() == "No voice is installed. Add one.\n"
    assert watched.look(5) == []
    os.utime(path, ns=(1, 1))
    (again,) = watched.look(3)
    finish(watched, again)
    assert not (watched.folder / "verse.problems.txt").exists()


def test_a_file_that_is_put_back_is_new(watched: Watched) -> None:
    path = watched.folder / "verse.mid"
    path.write_bytes(CLIP)
    (ask,) = watched.look(3)
    finish(watched, ask)
    path.unlink()
    assert watched.look(3) == []
    path.write_bytes(CLIP)
    assert watched.names(3) == ["verse"]


def test_a_kill_before_there_is_a_job_loses_no_file(watched: Watched) -> None:
    """What was given last is written down at the next look, or at a clean end."""
    (watched.folder / "verse.mid").write_bytes(CLIP)
    asks: list[Ask] = []
    while not asks:
        asks = watched.look()
    watched.start()  # killed: nobody had looked again
    again = watched.look(2)
    assert [ask.clips[0].name for ask in again] == ["verse"]
    assert again[0].id != asks[0].id
    watched.adapter.close()
    watched.start()
    assert watched.look(6) == []


def test_an_unplugged_folder(watched: Watched) -> None:
    (watched.folder / "verse.mid").write_bytes(CLIP)
    (ask,) = watched.look(3)
    finish(watched, ask)
    away = watched.folder.with_name("away")
    watched.folder.rename(away)
    assert not watched.adapter.probe()
    for call in (watched.look, watched.adapter.session):
        with pytest.raises(InputError, match="No watched folder is there"):
            call()
    away.rename(watched.folder)
    assert watched.adapter.probe()
    assert watched.look(5) == []


def test_a_file_that_vanishes_while_it_is_looked_at(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    path = watched.folder / "verse.mid"
    path.write_bytes(CLIP)
    watched.look(1)
    from plugin_host.adapters import files_intake

    def vanished(found: object) -> str:
        path.unlink()
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr(files_intake, "digest_of", vanished)
    assert watched.look(4) == []
    assert list(watched.folder.iterdir()) == []


def test_our_own_sounds_are_never_taken(watched: Watched) -> None:
    made = sound(watched.folder / "verse_b001_q000.000_48k_0a1b2c3d.wav", ours=True)
    assert watched.look(8) == []
    made.rename(watched.folder / "renamed by somebody.wav")
    assert watched.look(8) == []


def test_reading_by_name(watched: Watched) -> None:
    for name in ("one.mid", "two.mid"):
        (watched.folder / name).write_bytes(CLIP)
    sound(watched.folder / "two.wav")
    assert watched.adapter.read_clip("Two").name == "two"
    assert watched.adapter.read_clip("one.mid").name == "one"
    assert watched.adapter.read_sound().name == "two"


@pytest.mark.parametrize("damage", [b"", b"{", b'{"format": "melisma-watch", "version": 9, "files": []}', b"\xff"])
def test_a_damaged_ledger_takes_files_once_more(watched: Watched, damage: bytes) -> None:
    (watched.folder / "verse.mid").write_bytes(CLIP)
    assert len(watched.look(3)) == 1
    (watched.state / "taken.json").write_bytes(damage)
    watched.start()
    assert len(watched.look(3)) == 1
