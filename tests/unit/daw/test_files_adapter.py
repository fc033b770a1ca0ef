"""Watched folders: which files are taken, when, how often, and where their results go."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest

from engine.audio import Audio, read_audio, read_bext, write_audio
from engine.errors import InputError
from engine.score import Score, TempoMap, midi_bytes, read_score
from plugin_host.adapters.files import FilesAdapter
from plugin_host.adapters.files_answer import lines_of
from plugin_host.adapters.files_intake import PATIENCE_S
from plugin_host.adapters.files_ledger import Ledger
from plugin_host.adapters.files_read import LEAD_S
from plugin_host.adapters.files_words import put_words
from plugin_host.lyrics import LyricsBook
from plugin_host.ports import Action, Ask, Placement
from tests.midi import midi, row

RATE = 48_000
CLIP = midi(row(5))


@dataclass
class Watched:
    """A folder, an adapter over it, and a clock that only tests move."""

    folder: Path
    state: Path
    now_s: float = 100.0
    adapter: FilesAdapter = field(init=False)
    remarks: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        """As a restart of the program would."""
        book = LyricsBook(self.state / "lyrics", lambda word: 1)
        ledger = Ledger(self.state / "taken.json")
        self.adapter = FilesAdapter((self.folder,), ledger, book, clock=lambda: self.now_s, remark=self.remarks.append)

    def look(self, looks: int = 1, every_s: float = 1.0) -> list[Ask]:
        asks: list[Ask] = []
        for _ in range(looks):
            self.now_s += every_s
            asks += self.adapter.asks()
        return asks

    def names(self, looks: int = 6) -> list[str]:
        return [item.name for ask in self.look(looks) for item in (*ask.clips, *ask.sounds)]


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    (tmp_path / "in").mkdir()
    return Watched(tmp_path / "in", tmp_path / "state")


def sound(path: Path, seconds: float = 0.5, rate: int = RATE, at: int = 0, ours: bool = False) -> Path:
    count = round(seconds * rate)
    wave = np.sin(np.arange(count) * 0.05)[None].repeat(2, 0) * np.linspace(0.1, 0.5, count)
    write_audio(Audio(wave.astype(np.float32), rate), path, subtype="FLOAT", time_reference_samples=at)
    if not ours and path.suffix == ".wav":
        path.write_bytes(path.read_bytes().replace(b"melisma\0", b"another\0", 1))
    return path


def read_score_of(data: bytes, folder: Path) -> Score:
    (folder / "read.mid").write_bytes(data)
    return read_score(folder / "read.mid")


def finish(watched: Watched, ask: Ask, message: str = "", failed: bool = False) -> None:
    watched.adapter.answer(ask.id, message, failed)


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


def test_problems_go_with_their_clip(watched: Watched) -> None:
    other = watched.folder / "other.problems.txt"
    other.write_text("of somebody else")
    for name in ("verse.mid", "other.mid"):
        (watched.folder / name).write_bytes(CLIP)
    (watched.folder / "broken.mid").write_bytes(CLIP[:30])
    for ask in watched.look(15):
        finish(watched, ask, "It failed." if ask.clips[0].name == "verse" else "", failed=ask.clips[0].name == "verse")
    other.write_text("of somebody else")
    told = [watched.folder / "verse.problems.txt", watched.folder / "broken.problems.txt"]
    assert all(path.exists() for path in told)
    for clip in watched.folder.glob("*.mid"):
        clip.unlink()
    watched.start()  # deleted while nobody watched
    watched.look(4)
    assert list(watched.folder.iterdir()) == [other]


def test_an_upbeat_lies_in_bar_one(watched: Watched, tmp_path: Path) -> None:
    """The clip lies at quarter 0 of a fresh session, and no DAW has a bar 0 there."""
    score = replace(read_score_of(CLIP, tmp_path), tempo_map=TempoMap(((0.0, 120.0),), ((0.0, 4, 4),), pickup=1.0))
    (watched.folder / "verse.mid").write_bytes(midi_bytes(score))
    (ask,) = watched.look(3)
    (clip,) = ask.clips
    assert clip.tempo_map.bar_beat(clip.start_quarters)[0] == 0
    placement = Placement(sound(tmp_path / "s.wav"), f"{clip.track} (sung)", clip.start_samples, beside=clip.track)
    (placed,) = watched.adapter.place_audio([placement], "x")
    assert placed.path.name.startswith("verse_b001_q000.000_48k_")


def test_words_that_are_put_beside_a_clip(watched: Watched) -> None:
    path = watched.folder / "verse.mid"
    path.write_bytes(CLIP)
    (ask,) = watched.look(3)
    finish(watched, ask)
    assert put_words(path, "one two three four five") == watched.folder / "verse.lyrics.txt"
    (again,) = watched.look(3)
    book = LyricsBook(watched.state / "lyrics")
    assert [note.lyric for note in book.attach(again.clips[0])[0].notes] == ["one", "two", "three", "four", "five"]
    with pytest.raises(InputError, match="not there any more"):
        put_words(watched.folder / "gone.mid", "la")


@pytest.mark.parametrize("beside", [True, False])
def test_the_book_knows_a_watched_clip_in_one_way(watched: Watched, beside: bool) -> None:
    (watched.folder / "verse.mid").write_bytes(CLIP)
    if beside:
        (watched.folder / "verse.lyrics.txt").write_text("la shine twin-kle star")
    assert len(watched.look(3)) == 1
    (known,) = LyricsBook(watched.state / "lyrics").clips()
    assert (known.record.session_name, known.record.clip_name) == ("Watched folders", "verse")
    assert known.words == "la shine twin-kle star"


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


def test_words_beside_a_clip_count(watched: Watched) -> None:
    path, words = watched.folder / "verse.mid", watched.folder / "verse.lyrics.txt"
    path.write_bytes(CLIP)
    (own,) = watched.look(3)
    assert [note.lyric.strip() for note in own.clips[0].notes] == ["la", "shine", "twin-", "kle", "star"]
    words.write_text("one two three four five six")
    (ask,) = watched.look(3)
    clip = ask.clips[0]
    assert [note.lyric for note in clip.notes] == [""] * 5
    book = LyricsBook(watched.state / "lyrics")
    assert [note.lyric for note in book.attach(clip)[0].notes] == ["one", "two", "three", "four", "five"]
    finish(watched, ask, "verse is now on “/x/verse.mid (sung)” at bar 1.")
    assert (watched.folder / "verse.problems.txt").read_text().startswith('Bar 2, beat 1: no note is left for "six"')
    words.write_text("one two three four five")
    (ask,) = watched.look(3)
    finish(watched, ask, "verse is now on “/x/verse.mid (sung)” at bar 1.")
    assert not (watched.folder / "verse.problems.txt").exists()
    words.unlink()
    (ask,) = watched.look(3)
    assert [note.lyric.strip() for note in ask.clips[0].notes] == ["la", "shine", "twin-", "kle", "star"]
    assert book.text(clip.session.key, clip.key) is None


def test_results_find_their_file_after_a_restart(watched: Watched, tmp_path: Path) -> None:
    (watched.folder / "verse.mid").write_bytes(CLIP)
    (ask,) = watched.look(3)
    watched.start()
    clip = ask.clips[0]
    sung = sound(tmp_path / "sung.wav", seconds=2.0)
    (placed,) = watched.adapter.place_audio(
        [Placement(sung, f"{clip.track} (sung)", clip.start_samples + 100, beside=clip.track)], "Sing verse"
    )
    assert placed.path.parent == watched.folder
    assert placed.path.name.startswith("verse_b001_q000.000_48k_")
    samples = read_audio(placed.path).samples
    assert not samples[:, :100].any()
    np.testing.assert_allclose(samples[:, 100:], read_audio(sung).samples, atol=1e-6)


def test_stems_at_another_rate_are_brought_back(watched: Watched, tmp_path: Path) -> None:
    mix = sound(watched.folder / "mix.wav", 1.0, 44_100, at=44_100)
    (ask,) = watched.look(8)
    found = ask.sounds[0]
    assert (found.start_samples, found.length_samples) == (48_000, 48_000)
    vocals, rest = sound(tmp_path / "v.wav", 1.0), sound(tmp_path / "i.wav", 1.0)
    placements = [
        Placement(vocals, f"{found.track} vocals", 48_000, beside=found.track),
        Placement(rest, f"{found.track} instrumental", 48_000, beside=f"{found.track} vocals"),
    ]
    paths = [placement.path for placement in watched.adapter.place_audio(placements, "Isolate mix")]
    names = [path.name.rpartition("_")[0] for path in paths]
    assert names == ["mix_vocals_00m01.000s_44k1", "mix_instrumental_00m01.000s_44k1"]
    original, *stems = (read_audio(path) for path in (mix, *paths))
    assert [stem.sample_rate for stem in stems] == [44_100, 44_100]
    np.testing.assert_allclose(stems[0].samples + stems[1].samples, original.samples, atol=1e-6)
    assert np.abs(stems[0].samples).max() > 0.1
    stamps = [read_bext(path) for path in paths]
    assert [stamp and stamp.time_reference_samples for stamp in stamps] == [44_100, 44_100]
    assert watched.look(8) == []


def test_strangers_are_refused(watched: Watched, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No watched file belongs"):
        watched.adapter.place_audio([Placement(sound(tmp_path / "a.wav"), "Drums", 0)], "x")
    with pytest.raises(InputError, match="before the session"):
        watched.adapter.place_audio([Placement(tmp_path / "a.wav", "Drums", -1)], "x")
    with pytest.raises(InputError):
        watched.adapter.transport()
    with pytest.raises(InputError, match="No score"):
        watched.adapter.read_clip()
    with pytest.raises(InputError, match="nor a sound file"):
        watched.adapter.take(watched.folder / "a.doc")
    with pytest.raises(InputError, match="There is no file"):
        watched.adapter.take(watched.folder / "a.mid")


def test_reading_by_name(watched: Watched) -> None:
    for name in ("one.mid", "two.mid"):
        (watched.folder / name).write_bytes(CLIP)
    sound(watched.folder / "two.wav")
    assert watched.adapter.read_clip("Two").name == "two"
    assert watched.adapter.read_clip("one.mid").name == "one"
    assert watched.adapter.read_sound().name == "two"


@pytest.mark.parametrize(
    "name", ["ver se", "Sträße №1 – かな", "a'b\"c", "$(rm -rf)", "new\nline", "-rf", "x" * 200, "%s{}", "semi;colon"]
)
def test_names_with_every_character(watched: Watched, tmp_path: Path, name: str) -> None:
    (watched.folder / f"{name}.mid").write_bytes(CLIP)
    (ask,) = watched.look(3)
    clip = ask.clips[0]
    assert clip.name.isprintable()
    placement = Placement(sound(tmp_path / "s.wav"), f"{clip.track} (sung)", clip.start_samples, clip.track)
    (placed,) = watched.adapter.place_audio([placement], "x")
    assert placed.path.exists()
    assert placed.path.name.startswith(name[:100])
    finish(watched, ask, "It failed.", failed=True)
    assert len(list(watched.folder.glob("*.problems.txt"))) == 1


@pytest.mark.skipif(os.name != "posix", reason="names that are no text are a matter of POSIX")
def test_names_that_are_no_text(watched: Watched, tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(watched.folder) + b"/\xff\xfe.mid"))
    path.write_bytes(CLIP)
    (ask,) = watched.look(3)
    clip = ask.clips[0]
    clip.track.encode()
    watched.start()
    placement = Placement(sound(tmp_path / "s.wav"), f"{clip.track} (sung)", clip.start_samples, clip.track)
    (placed,) = watched.adapter.place_audio([placement], "x")
    assert placed.path.exists()


@pytest.mark.parametrize("damage", [b"", b"{", b'{"format": "melisma-watch", "version": 9, "files": []}', b"\xff"])
def test_a_damaged_ledger_takes_files_once_more(watched: Watched, damage: bytes) -> None:
    (watched.folder / "verse.mid").write_bytes(CLIP)
    assert len(watched.look(3)) == 1
    (watched.state / "taken.json").write_bytes(damage)
    watched.start()
    assert len(watched.look(3)) == 1


def test_files_of_one_name_keep_their_problems_apart(watched: Watched) -> None:
    (watched.folder / "song.mid").write_bytes(CLIP)
    sound(watched.folder / "song.wav")
    for ask in watched.look(6):
        finish(watched, ask, f"{ask.action} failed.", failed=True)
    assert {path.name for path in watched.folder.glob("*.txt")} == {"song.mid.problems.txt", "song.wav.problems.txt"}


@pytest.mark.parametrize(
    ("message", "lines"),
    [
        ("verse is now on “/a/verse.mid (sung)” at bar 1.", []),
        ("verse is now on “/a/b (sung)” at bar 12.\nBar 3: x.\nBar 4: y.", ["Bar 3: x.", "Bar 4: y."]),
        ("v is now on “t”.\nBar 1, beat 2: known.\nMore.", ["More."]),
        ("", []),
    ],
)
def test_where_a_result_is_is_no_problem(message: str, lines: list[str]) -> None:
    assert lines_of(message, ["Bar 1, beat 2: known."]) == ["Bar 1, beat 2: known.", *lines]
