"""Watched folders: where the results go, and what lies beside a clip: its words and its problems."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.audio import read_audio, read_bext
from engine.errors import InputError
from engine.score import TempoMap, midi_bytes
from plugin_host.adapters.files_answer import lines_of
from plugin_host.adapters.files_words import put_words
from plugin_host.lyrics import LyricsBook
from plugin_host.lyrics.change import set_words
from plugin_host.ports import Placement
from tests.unit.daw.watched_stand import CLIP, Watched, finish, read_score_of, sound


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    (tmp_path / "in").mkdir()
    return Watched(tmp_path / "in", tmp_path / "state")


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


def test_a_language_that_the_user_chose_outlives_what_the_file_states(watched: Watched) -> None:
    notes = "".join(
        "<note><pitch><step>C</step><octave>4</octave></pitch><duration>1</duration>"
        f'<lyric><text xml:lang="it">{word}</text></lyric></note>'
        for word in ("che", "bella", "cosa")
    )
    part = (
        f'<part id="P1"><measure number="1"><attributes><divisions>1</divisions></attributes>{notes}</measure></part>'
    )
    head = '<part-list><score-part id="P1"><part-name>Lead</part-name></score-part></part-list>'
    (watched.folder / "verse.musicxml").write_text(
        f'<score-partwise><defaults><lyric-language xml:lang="it"/></defaults>{head}{part}</score-partwise>'
    )
    watched.look(6)
    book = LyricsBook(watched.state / "lyrics", lambda word: 1)
    (clip,) = book.clips()
    assert clip.record.language == "it"
    set_words(book, clip, "my own words", "en")
    assert len(watched.look(6)) == 1
    assert book.clips()[0].record.language == "en"
