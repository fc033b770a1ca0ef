"""The book of lyrics is the bridge's, the window's and the command line's at once; nobody's words go under."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from engine.errors import InputError, MelismaError
from engine.file_lock import lock_file
from plugin_host.adapters.files import SESSION_KEY
from plugin_host.lyrics import KnownClip, LyricsBook, guard
from plugin_host.lyrics.change import Changed, WordsChangedError, check_unchanged, set_words
from plugin_host.lyrics.fit import Fit, fit
from plugin_host.lyrics.known import KnownClips
from plugin_host.ports import Session
from tests.unit.daw.lyrics_stand import CLIP, NOTES, SESSION, syllables

TEXT = "a-ma-zing grace how sweet"
LONG_S = 20
OWN = tuple(replace(note, lyric="la") for note in NOTES)


@pytest.fixture
def book(tmp_path: Path) -> LyricsBook:
    return LyricsBook(tmp_path / "lyrics", syllables)


def only(book: LyricsBook) -> KnownClip:
    (known,) = book.clips()
    return known


def watched(book: LyricsBook, path: Path) -> KnownClip:
    path.write_bytes(b"notes")
    book.attach(replace(CLIP, session=Session(SESSION_KEY, "Watched folders", 48_000), key=str(path)))
    return only(book)


# Two programs at once


@contextmanager
def while_it_is_laid(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Callable[[], object]], None]]:
    """Another program lays the words of a clip; what is given is done meanwhile, as soon as it may."""
    begun, waits, go_on = threading.Event(), threading.Event(), threading.Event()

    def tried(path: Path) -> int | None:
        number = lock_file(path)
        if number is None:
            waits.set()
        return number

    def slow(_word: str) -> int:
        begun.set()
        assert go_on.wait(LONG_S)
        return 1

    monkeypatch.setattr(guard, "lock_file", tried)
    laying = threading.Thread(target=lambda: LyricsBook(folder, slow).words(CLIP, None, "Ardour"))
    laying.start()
    assert begun.wait(LONG_S)

    def do(work: Callable[[], object]) -> None:
        beside = threading.Thread(target=work)
        beside.start()
        assert waits.wait(LONG_S)
        go_on.set()
        beside.join()

    try:
        yield do
    finally:
        go_on.set()
        laying.join()


def test_words_that_are_set_while_others_are_laid_count(
    book: LyricsBook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book.set_text(SESSION.key, CLIP.key, "three four")
    with while_it_is_laid(tmp_path / "lyrics", monkeypatch) as do:
        do(lambda: book.set_text(SESSION.key, CLIP.key, "tre quattro", "it"))
    assert (only(book).text, only(book).record.language) == ("tre quattro", "it")


def test_a_clip_that_is_forgotten_while_it_is_laid_stays_forgotten(
    book: LyricsBook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book.set_text(SESSION.key, CLIP.key, "three four")
    with while_it_is_laid(tmp_path / "lyrics", monkeypatch) as do:
        do(lambda: book.forget(SESSION.key, CLIP.key))
    assert book.clips() == ()


def test_one_that_never_lets_go_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, book: LyricsBook) -> None:
    monkeypatch.setattr(guard, "PATIENCE_S", 0.0)
    with (
        LyricsBook(tmp_path / "lyrics").alone(),
        pytest.raises(MelismaError, match="Another Melisma"),
    ):
        book.set_text(SESSION.key, CLIP.key, TEXT)
    book.set_text(SESSION.key, CLIP.key, TEXT)
    with book.alone(), book.alone():
        assert only(book).text == TEXT


def test_a_clip_that_was_forgotten_elsewhere_keeps_what_was_known_of_it(book: LyricsBook) -> None:
    book.words(CLIP, TEXT, "Ardour")
    known = only(book)
    book.forget(*known.key)
    check_unchanged(book, known, TEXT, "")
    set_words(book, known, "mine")
    assert only(book).record == known.record
    assert only(book).words == "mine"


# Lyrics of the clip's own


def test_the_notes_of_a_clip_that_gained_own_lyrics_are_those_of_now(book: LyricsBook) -> None:
    book.words(replace(CLIP, notes=NOTES[:3]), "one two three", "REAPER")
    book.words(replace(CLIP, notes=OWN), None, "REAPER")
    assert fit(only(book).record, only(book).words, syllables) == Fit(6)


def test_the_text_follows_its_notes_while_own_lyrics_are_sung(book: LyricsBook) -> None:
    book.words(CLIP, "one two three four five six", "REAPER")
    book.words(replace(CLIP, notes=OWN[:2] + OWN[3:]), None, "REAPER")
    score, _ = book.words(replace(CLIP, notes=NOTES[:2] + NOTES[3:]), None, "REAPER")
    assert [note.lyric for note in score.notes] == ["one", "two", "four", "five", "six"]


def test_words_that_wait_are_compared_with_those_that_are_kept(book: LyricsBook) -> None:
    book.words(CLIP, TEXT, "REAPER")
    book.words(replace(CLIP, notes=OWN), None, "REAPER")
    check_unchanged(book, only(book), TEXT, "")
    with pytest.raises(WordsChangedError):
        check_unchanged(book, only(book), only(book).words, "")


# Words beside watched clips


def test_newer_words_beside_a_watched_clip_are_not_written_over(book: LyricsBook, tmp_path: Path) -> None:
    known = watched(book, tmp_path / "verse.mid")
    set_words(book, known, "old words\n\n")
    check_unchanged(book, known, "old words", "")
    beside = tmp_path / "verse.lyrics.txt"
    beside.write_text("a whole evening of new words")
    with pytest.raises(WordsChangedError):
        check_unchanged(book, known, "old words", "")
    check_unchanged(book, known, "a whole evening of new words\n", "")
    beside.write_bytes(b"\x81\x8d")
    with pytest.raises(InputError, match=r"verse\.lyrics\.txt"):
        check_unchanged(book, known, "old words", "")


def test_words_beside_a_watched_clip_are_shown_at_once(book: LyricsBook, tmp_path: Path) -> None:
    known = watched(book, tmp_path / "verse.mid")
    clips = KnownClips(tmp_path / "lyrics")
    assert [clip.words for clip in clips.look()] == [""]
    beside = tmp_path / "verse.lyrics.txt"
    beside.write_text("new words")
    assert [clip.words for clip in clips.look()] == ["new words"]
    book.attach(
        replace(CLIP, session=Session(SESSION_KEY, "Watched folders", 48_000), key=str(known.key[1]), notes=OWN)
    )
    assert [clip.words for clip in clips.look()] == ["new words"]
    beside.write_bytes(b"\x81\x8d")
    assert [clip.words for clip in clips.look()] == ["la la la la la la"]


def test_of_another_language_alone_the_watching_sees_nothing(book: LyricsBook, tmp_path: Path) -> None:
    known, beside = watched(book, tmp_path / "verse.mid"), tmp_path / "verse.lyrics.txt"
    assert set_words(book, known, TEXT) == Changed(4, beside)
    before = beside.stat()
    changed = set_words(book, known, TEXT, "la")
    assert changed == Changed(4, beside, same=True)
    assert not changed.is_heard
    assert beside.stat() == before
    assert only(book).record.language == "la"


def test_a_chosen_language_stays_until_the_clip_states_another(book: LyricsBook) -> None:
    book.set_text(SESSION.key, CLIP.key, TEXT)
    book.state_language(SESSION.key, CLIP.key, "it")
    assert only(book).record.language == "it"
    set_words(book, only(book), TEXT, "en")
    for stated, language in (("it", "en"), ("", "en"), ("fr", "fr")):
        book.state_language(SESSION.key, CLIP.key, stated)
        assert only(book).record.language == language
