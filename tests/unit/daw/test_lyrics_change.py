"""Words that are set, forgotten and looked at outside the DAW; and what is remembered of the last time."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from engine.errors import InputError, MelismaError
from plugin_host.adapters.files import SESSION_KEY
from plugin_host.lyrics import KnownClip, LyricsBook
from plugin_host.lyrics.change import Changed, WordsChangedError, check_unchanged, forget, set_words
from plugin_host.lyrics.fit import Fit, fit
from plugin_host.lyrics.known import KnownClips
from plugin_host.lyrics.record import dump_record, parse_record
from plugin_host.ports import Session
from tests.unit.daw.lyrics_stand import CLIP, NOTES, SESSION, syllables

TEXT = "a-ma-zing grace how sweet"


@pytest.fixture
def book(tmp_path: Path) -> LyricsBook:
    return LyricsBook(tmp_path / "lyrics", syllables)


def only(book: LyricsBook) -> KnownClip:
    (known,) = book.clips()
    return known


def watched(book: LyricsBook, path: Path) -> KnownClip:
    book.attach(replace(CLIP, session=Session(SESSION_KEY, "Watched folders", 48_000), key=str(path)))
    return only(book)


# The last time


def test_the_last_time_is_remembered_with_what_was_said(book: LyricsBook) -> None:
    before = time.time()
    book.words(CLIP, "one two", "Ardour")
    sung = only(book).record.sung
    assert sung is not None
    assert before <= sung.at <= time.time()
    assert sung.daw == "Ardour"
    (remark,) = sung.remarks
    assert "4 notes" in remark
    book.words(CLIP, TEXT, "Ardour")
    again = only(book).record.sung
    assert again is not None
    assert again.remarks == ()


def test_new_words_leave_the_last_time_alone(book: LyricsBook) -> None:
    book.words(CLIP, "one two", "Ardour")
    sung = only(book).record.sung
    set_words(book, only(book), TEXT, "en")
    assert only(book).record.sung == sung
    assert only(book).record.language == "en"


def test_a_full_disk_does_not_stop_the_singing(book: LyricsBook, monkeypatch: pytest.MonkeyPatch) -> None:
    book.words(CLIP, TEXT, "Ardour")

    def full(path: Path, _data: bytes) -> None:
        raise MelismaError(f"{path} could not be written: no space left.")

    monkeypatch.setattr("plugin_host.lyrics.shelf.write_bytes_whole", full)
    assert book.words(CLIP, None, "Ardour")[0].notes[0].lyric == "a"


@pytest.mark.parametrize("damage", [b'"at":-1', b'"at":"now"', b'"more":1,"at":1'])
def test_the_last_time_is_read_strictly(book: LyricsBook, damage: bytes) -> None:
    book.words(CLIP, TEXT, "Ardour")
    record = replace(only(book).record, sung=replace(only(book).record.sung, at=7.0))  # type: ignore[type-var]
    data = dump_record(record).replace(b" ", b"").replace(b"\n", b"")
    parse_record(data, "it")
    assert b'"at":7.0' in data
    with pytest.raises(InputError):
        parse_record(data.replace(b'"at":7.0', damage), "it")


# Setting and forgetting


def test_words_of_a_daws_clip_are_kept_in_the_book(book: LyricsBook) -> None:
    book.attach(CLIP)
    assert set_words(book, only(book), TEXT) == Changed(4)
    assert only(book).words == TEXT
    assert forget(book, only(book)) is None
    assert book.clips() == ()


def test_words_of_a_watched_clip_are_laid_beside_it(book: LyricsBook, tmp_path: Path) -> None:
    clip, beside = tmp_path / "verse.mid", tmp_path / "verse.lyrics.txt"
    clip.write_bytes(b"notes")
    known = watched(book, clip)
    assert set_words(book, known, TEXT) == Changed(4, beside)
    assert beside.read_text() == only(book).words == TEXT
    assert forget(book, known) == beside
    assert beside.exists()


def test_words_of_a_watched_clip_that_is_gone_change_nothing(book: LyricsBook, tmp_path: Path) -> None:
    known = watched(book, tmp_path / "verse.mid")
    with pytest.raises(InputError, match="not there any more"):
        set_words(book, known, TEXT)
    assert only(book).words == ""
    assert forget(book, known) is None


def test_words_for_a_clip_that_has_its_own_wait(book: LyricsBook) -> None:
    book.attach(replace(CLIP, notes=tuple(replace(note, lyric="la") for note in NOTES)))
    assert set_words(book, only(book), TEXT).waits
    assert only(book).words.split() == ["la"] * 6


def test_who_was_slower_is_told(book: LyricsBook) -> None:
    book.words(CLIP, TEXT, "Ardour")
    known = only(book)
    check_unchanged(book, known, TEXT + "\r\n", "")
    check_unchanged(book, replace(known, record=replace(known.record, clip_key="another")), "anything", "")
    with pytest.raises(WordsChangedError, match="Verse"):
        check_unchanged(book, known, TEXT, "la")
    LyricsBook(known.text_path.parent.parent).set_text(SESSION.key, CLIP.key, "other words")
    with pytest.raises(WordsChangedError, match="Verse"):
        check_unchanged(book, known, TEXT, "")


# Looking again and again


def test_only_what_changed_is_read_again(book: LyricsBook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clips = KnownClips(tmp_path / "lyrics")
    assert clips.look() == ()
    book.words(CLIP, TEXT, "Ardour")
    book.words(replace(CLIP, key="other", name="Other"), "la la", "Ardour")
    assert {clip.record.clip_name for clip in clips.look()} == {"Verse", "Other"}
    read: list[Path] = []
    real = clips._shelf.clip_at
    monkeypatch.setattr(clips._shelf, "clip_at", lambda path: read.append(path) or real(path))  # type: ignore[func-returns-value]
    assert clips.look() == clips.look()
    assert read == []
    book.set_text(SESSION.key, CLIP.key, "new words")
    assert {clip.words for clip in clips.look()} == {"new words", "la la"}
    assert len(read) == 1
    book.forget(SESSION.key, "other")
    assert [clip.record.clip_name for clip in clips.look()] == ["Verse"]


def test_the_clip_that_was_sung_last_comes_first(book: LyricsBook, tmp_path: Path) -> None:
    book.words(CLIP, TEXT, "Ardour")
    book.words(replace(CLIP, key="other", name="Other"), "la la", "Ardour")
    for path in (tmp_path / "lyrics").rglob("*.json"):
        os.utime(path, (1, 1))
    book.words(CLIP, None, "Ardour")
    assert [clip.record.clip_name for clip in KnownClips(tmp_path / "lyrics").look()] == ["Verse", "Other"]


def test_a_text_that_is_none_hides_no_other_clip(book: LyricsBook, tmp_path: Path) -> None:
    book.words(CLIP, TEXT, "Ardour")
    book.words(replace(CLIP, key="other", name="Other"), "la la", "Ardour")
    only_text = book.clip(SESSION.key, "other")
    assert only_text is not None
    only_text.text_path.write_bytes(b"\x81\x8d\x00")
    assert [clip.record.clip_name for clip in KnownClips(tmp_path / "lyrics").look()] == ["Verse"]


# Whether they fit


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("", Fit(6)),
        (TEXT, Fit(6)),
        ("amazing grace how sweet", Fit(6)),
        ("one two", Fit(6, bare=4)),
        ("a-ma-zing grace how sweet the sound", Fit(6, left=2, left_words="the sound")),
        ("one two three four five six _ _", Fit(6)),
    ],
)
def test_words_are_laid_on_the_notes_before_they_are_sung(book: LyricsBook, words: str, found: Fit) -> None:
    book.words(CLIP, None, "Ardour")
    assert fit(only(book).record, words, syllables) == found


def test_words_that_wait_for_a_note_are_told(book: LyricsBook) -> None:
    book.words(CLIP, TEXT, "Ardour")
    book.words(replace(CLIP, notes=NOTES[:3] + NOTES[4:]), None, "Ardour")
    assert fit(only(book).record, TEXT, syllables) == Fit(5, left=1, left_words="grace")


def test_notes_of_a_clip_that_was_never_sung_are_not_known(book: LyricsBook) -> None:
    book.set_text(SESSION.key, CLIP.key, TEXT)
    assert fit(only(book).record, TEXT, syllables) == Fit(0)


def test_notes_of_a_clip_with_words_of_its_own_are_known(book: LyricsBook) -> None:
    own = tuple(replace(note, lyric="la") for note in NOTES)
    book.words(replace(CLIP, notes=own), None, "REAPER")
    book.words(replace(CLIP, notes=own[:4]), None, "REAPER")
    assert fit(only(book).record, "la la la la", syllables) == Fit(4)
