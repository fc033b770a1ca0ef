"""The lyrics of clips, kept outside the DAW."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from engine.errors import InputError, MelismaError
from engine.score import Problem, Score
from plugin_host.lyrics import LyricsBook
from plugin_host.lyrics.one_voice import words_of
from plugin_host.ports import DawNote
from tests.unit.daw.lyrics_stand import CLIP, KEYS, NOTES, SESSION, syllables

TEXT = "a-ma-zing grace how sweet\n"


@pytest.fixture
def book(tmp_path: Path) -> LyricsBook:
    return LyricsBook(tmp_path / "lyrics", syllables)


def words(found: tuple[Score, tuple[Problem, ...]]) -> list[str]:
    return ["_" if n.holds else "+" if n.continues_word else n.lyric for n in found[0].notes]


def kinds(found: tuple[Score, tuple[Problem, ...]]) -> list[str]:
    return [problem.kind for problem in found[1]]


def test_a_clip_without_words_is_known_and_sung_on_la(book: LyricsBook) -> None:
    found = book.attach(CLIP)
    assert (words(found), kinds(found)) == (["la"] * 6, ["no_lyrics"])
    (known,) = book.clips()
    assert (known.record.clip_name, known.record.session_name, known.text) == ("Verse", "Song", None)


def test_words_are_kept_and_laid(book: LyricsBook, tmp_path: Path) -> None:
    book.set_text(SESSION.key, CLIP.key, TEXT)
    again = LyricsBook(tmp_path / "lyrics", syllables)
    assert again.text(SESSION.key, CLIP.key) == TEXT
    found = again.attach(CLIP)
    assert (words(found), kinds(found)) == (["a", "ma", "zing", "grace", "how", "sweet"], [])
    assert found[0].notes[0].start == 0.0
    assert found[0].tempo_map.seconds(1.0) == pytest.approx(0.5)


def test_words_written_whole_are_divided(book: LyricsBook) -> None:
    book.set_text(SESSION.key, CLIP.key, "amazing grace how sweet")
    assert words(book.attach(CLIP)) == ["amazing", "+", "+", "grace", "how", "sweet"]


def test_the_dictionary_divides_where_nobody_else_does(tmp_path: Path) -> None:
    book = LyricsBook(tmp_path)
    book.set_text(SESSION.key, CLIP.key, "amazing grace how sweet")
    assert words(book.attach(CLIP)) == ["amazing", "+", "+", "grace", "how", "sweet"]


def test_an_edit_and_its_undo(book: LyricsBook, tmp_path: Path) -> None:
    book.set_text(SESSION.key, CLIP.key, TEXT)
    book.attach(CLIP)
    edited = replace(CLIP, notes=NOTES[:3] + NOTES[4:])
    found = book.attach(edited)
    assert words(found) == ["a", "ma", "zing", "how", "sweet"]
    (problem,) = found[1]
    # Bars and beats are those of the session, where the clip begins at bar 5.
    assert (problem.kind, problem.bar, problem.beat) == ("too_many_syllables", 5, 3.0)
    assert problem.message.startswith('Bar 5, beat 3: no note is left for "grace"')
    book.set_text(SESSION.key, CLIP.key, TEXT)  # the same text again is no new text
    restored = LyricsBook(tmp_path / "lyrics", syllables).attach(CLIP)
    assert (words(restored), kinds(restored)) == (["a", "ma", "zing", "grace", "how", "sweet"], [])


def test_new_words_are_laid_anew(book: LyricsBook) -> None:
    book.set_text(SESSION.key, CLIP.key, TEXT)
    book.attach(replace(CLIP, notes=NOTES[1:]))
    book.set_text(SESSION.key, CLIP.key, "one two three")
    assert words(book.attach(CLIP)) == ["one", "two", "three", "_", "_", "_"]


def test_a_text_that_was_edited_by_hand_counts(book: LyricsBook, tmp_path: Path) -> None:
    book.set_text(SESSION.key, CLIP.key, TEXT)
    book.attach(CLIP)
    (path,) = (tmp_path / "lyrics").rglob("*.lyrics.txt")
    path.write_bytes("\ufeffun deux trois été\r\n".encode())
    assert words(book.attach(CLIP))[:4] == ["un", "deux", "trois", "été"]


def test_another_melody_under_the_same_key_gets_the_text_anew(book: LyricsBook) -> None:
    book.set_text(SESSION.key, CLIP.key, TEXT)
    book.attach(CLIP)
    other = tuple(DawNote(i * 0.37, 0.2, 40 + (i * 5) % 13) for i in range(6))
    assert words(book.attach(replace(CLIP, notes=other))) == ["a", "ma", "zing", "grace", "how", "sweet"]


@pytest.mark.parametrize("name", ["Verse copy", "Verse"])
def test_a_copied_or_renamed_clip_finds_its_words(book: LyricsBook, name: str) -> None:
    book.set_text(SESSION.key, CLIP.key, TEXT)
    book.attach(CLIP)
    copy = replace(CLIP, key="region 8", name=name, start_quarters=64.0, start_samples=0)
    found = book.attach(copy)
    assert words(found) == ["a", "ma", "zing", "grace", "how", "sweet"]
    assert kinds(found) == ["found_lyrics"]
    # From now on they are its own.
    book.set_text(SESSION.key, CLIP.key, "one two three four five six")
    assert words(book.attach(copy)) == ["a", "ma", "zing", "grace", "how", "sweet"]
    elsewhere = replace(copy, session=replace(SESSION, key="another"))
    assert kinds(book.attach(elsewhere)) == ["no_lyrics"]


def test_no_words_on_purpose_are_no_words(book: LyricsBook) -> None:
    book.set_text(SESSION.key, CLIP.key, TEXT)
    book.attach(CLIP)
    book.set_text(SESSION.key, "region 8", "")
    assert kinds(book.attach(replace(CLIP, key="region 8"))) == ["no_lyrics"]


def test_lyrics_of_the_daw_come_first(book: LyricsBook) -> None:
    lyrics = ["do", "re", "mi", "fa", "sol", "la"]
    own = replace(CLIP, notes=tuple(replace(n, lyric=w) for n, w in zip(NOTES, lyrics, strict=True)))
    assert words(book.attach(own)) == lyrics
    (known,) = book.clips()
    assert (known.record.clip_name, known.record.session_name, known.text) == ("Verse", "Song", None)
    assert known.words == "do re mi fa sol la"
    book.set_text(SESSION.key, CLIP.key, TEXT)
    found = book.attach(own)
    assert words(found) == lyrics
    assert kinds(found) == ["own_lyrics"]
    # What was typed just now comes before all.
    score, remarks = book.words(own, "one two three four five six", "Ardour")
    assert words((score, ())) == ["one", "two", "three", "four", "five", "six"]
    assert remarks == ()
    assert book.text(SESSION.key, CLIP.key) == "one two three four five six"
    assert book.clips()[0].words == "one two three four five six"


@pytest.mark.parametrize("text", ["twin-kle star so bright", "shine -\nkle star -", "a + - b"])
def test_own_lyrics_are_told_as_they_would_be_written(book: LyricsBook, text: str) -> None:
    book.set_text(SESSION.key, CLIP.key, text)
    laid = book.attach(CLIP)[0]
    again = words_of(laid)
    book.set_text(SESSION.key, "again", again)
    assert words(book.attach(replace(CLIP, key="again"))) == words((laid, ()))


def test_a_full_disk_costs_no_lyrics_of_the_daw(book: LyricsBook, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, _data: bytes) -> None:
        raise MelismaError(f"{path} could not be written: no space left.")

    monkeypatch.setattr("plugin_host.lyrics.shelf.write_bytes_whole", full)
    own = replace(CLIP, notes=tuple(replace(note, lyric="la") for note in NOTES))
    assert words(book.attach(own)) == ["la"] * 6


def test_lyrics_of_nothing_but_marks_are_none(book: LyricsBook) -> None:
    marked = replace(CLIP, notes=(replace(NOTES[0], lyric="/"), *NOTES[1:]))
    assert kinds(book.attach(marked)) == ["no_lyrics"]


def test_chords_have_one_voice(book: LyricsBook) -> None:
    book.set_text(SESSION.key, CLIP.key, TEXT)
    chords = tuple(sorted((*NOTES, *(replace(n, key=n.key - 12) for n in NOTES)), key=lambda n: n.start))
    found = book.attach(replace(CLIP, notes=chords))
    assert words(found) == ["a", "ma", "zing", "grace", "how", "sweet"]
    assert [note.key for note in found[0].notes] == list(KEYS)
    assert kinds(found) == ["chord"] * 6


def test_languages(book: LyricsBook) -> None:
    book.set_text(SESSION.key, CLIP.key, "あいうえおか")
    assert book.attach(CLIP)[0].language == "ja"
    book.set_text(SESSION.key, CLIP.key, "Adeste fideles", "la")
    assert book.attach(CLIP)[0].language == "la"
    book.set_text(SESSION.key, CLIP.key, "Adeste")
    assert book.attach(CLIP)[0].language == "la"


def test_forgetting(book: LyricsBook, tmp_path: Path) -> None:
    book.set_text(SESSION.key, CLIP.key, TEXT)
    book.forget(SESSION.key, CLIP.key)
    assert book.clips() == ()
    assert book.text(SESSION.key, CLIP.key) is None
    assert not list((tmp_path / "lyrics").iterdir())


@pytest.mark.parametrize("key", ["../../etc/passwd", "", "con", "a" * 5000, "ä/ö\\ü\n\0", ".", "\udcff", "x:y?*"])
def test_names_are_safe(book: LyricsBook, tmp_path: Path, key: str) -> None:
    book.set_text(key, key, TEXT)
    assert book.text(key, key) == TEXT
    for path in tmp_path.rglob("*"):
        assert path.is_relative_to(tmp_path / "lyrics")
        assert path.name.isascii()
        assert len(path.name) < 100


DAMAGES = [b"", b"{", b"[]", b'{"format": "melisma-lyrics", "version": 1}', b"\xff", b'{"a": 1, "a": 1}']


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_record_costs_no_words(book: LyricsBook, tmp_path: Path, damage: bytes) -> None:
    book.set_text(SESSION.key, CLIP.key, TEXT)
    book.attach(CLIP)
    (path,) = (tmp_path / "lyrics").rglob("*.json")
    path.write_bytes(damage)
    assert words(book.attach(CLIP)) == ["a", "ma", "zing", "grace", "how", "sweet"]


@pytest.mark.parametrize(
    ("field", "value"),
    [("start", -1.0), ("key", 128), ("key", True), ("duration", "1"), ("more", 1), ("syllable", {"texts": "a"})],
)
def test_records_are_read_strictly(book: LyricsBook, tmp_path: Path, field: str, value: object) -> None:
    from plugin_host.lyrics.record import parse_record

    book.set_text(SESSION.key, CLIP.key, TEXT)
    book.attach(CLIP)
    (path,) = (tmp_path / "lyrics").rglob("*.json")
    record = json.loads(path.read_bytes())
    assert len(parse_record(path.read_bytes(), "it").laid) == 6
    record["laid"][2][field] = value
    with pytest.raises(InputError):
        parse_record(json.dumps(record).encode(), "it")


def test_a_newer_record_is_left_alone(book: LyricsBook, tmp_path: Path) -> None:
    book.set_text(SESSION.key, CLIP.key, TEXT)
    (path,) = (tmp_path / "lyrics").rglob("*.json")
    newer = path.read_bytes().replace(b'"version": 1', b'"version": 2')
    path.write_bytes(newer)
    with pytest.raises(InputError, match="another version"):
        book.attach(CLIP)
    assert path.read_bytes() == newer
    assert book.clips() == ()


def test_looking_writes_nothing(book: LyricsBook, tmp_path: Path) -> None:
    book.set_text(SESSION.key, CLIP.key, TEXT)
    book.attach(CLIP)
    (path,) = (tmp_path / "lyrics").rglob("*.json")
    before = path.stat()
    book.attach(CLIP)
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_clip_without_notes(book: LyricsBook) -> None:
    with pytest.raises(InputError, match="no notes"):
        book.attach(replace(CLIP, notes=()))
