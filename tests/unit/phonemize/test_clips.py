"""The demo clips: bars add up, files are what their texts say, every word is known and fits its notes."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import InputError
from engine.phonemize import guess_language, phonemizer
from engine.score import Score, read_score
from engine.train.clips import CLIPS, clip_bytes, parse_clip

SOURCES = sorted((CLIPS / "src").glob("*.txt"))
HEAD = "title: T\nlanguage: en\ntempo: 60\nmeter: 3/4\npickup: 1\n\n"
each_clip = pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)


def parsed(source: Path) -> Score:
    return parse_clip(source.read_text(encoding="utf-8"), source.name)


def words(score: Score) -> list[tuple[str, ...]]:
    """Written syllables of each word."""
    found: list[tuple[str, ...]] = []
    word: list[str] = []
    for note in score.notes:
        if not note.holds:
            word.append(note.lyric)
            if note.ends_word:
                found.append(tuple(word))
                word = []
    assert not word, "the last word is not finished"
    return found


def test_there_are_songs_in_three_languages() -> None:
    assert {parsed(source).language for source in SOURCES} == {"en", "ja", "la"}
    assert len(SOURCES) >= 5


@each_clip
def test_file_is_up_to_date(source: Path) -> None:
    assert (CLIPS / f"{source.stem}.mid").read_bytes() == clip_bytes(source), "run: python -m engine.train.clips"


@each_clip
def test_song_is_singable(source: Path) -> None:
    score = parsed(source)
    assert all(57 <= note.key <= 76 for note in score.notes)
    assert 15.0 <= score.tempo_map.seconds(score.notes[-1].end) <= 45.0
    assert all(abs(a.key - b.key) <= 15 for a, b in zip(score.notes, score.notes[1:], strict=False))


@each_clip
def test_reading_the_file_gives_the_song_back_without_problems(source: Path) -> None:
    written = parsed(source)
    read = read_score(CLIPS / f"{source.stem}.mid")
    assert read.problems == ()
    assert read.title == written.title
    assert [(n.start, n.duration, n.key, n.lyric, n.ends_word, n.holds) for n in read.notes] == [
        (n.start, n.duration, n.key, n.lyric, n.ends_word, n.holds) for n in written.notes
    ]
    assert len(read.tempo_map.tempi) == len(written.tempo_map.tempi)
    assert read.tempo_map.pickup == written.tempo_map.pickup


@each_clip
def test_every_word_is_known_and_has_a_syllable_for_each_note(source: Path) -> None:
    score = parsed(source)
    for written in words(score):
        answer = phonemizer(score.language).phonemize_word("".join(written), written)
        assert answer.known, written
        assert len(answer.syllables) == len(written), (written, answer)


@each_clip
def test_language_is_guessed_where_letters_tell(source: Path) -> None:
    score = parsed(source)
    guess = guess_language(note.lyric for note in score.notes)
    assert guess == ("ja" if score.language == "ja" else "en")


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ("D4:1:A | D4:2:b |", "does not add up"),
        ("D4:1:A | D4:4:b D4:2:c |", "crosses the bar line"),
        ("D4:1:A | D4:3:b | D4:2:c", "does not add up"),
        ("D4:1:A | H4:3:b |", "neither a note nor a mark"),
    ],
)
def test_a_wrong_bar_is_named(body: str, complaint: str) -> None:
    with pytest.raises(InputError, match=complaint):
        parse_clip(HEAD + body, "song.txt")


def test_notation_makes_holds_tempo_and_line_ends() -> None:
    score = parse_clip(HEAD + "D4:1:A- | @90 F#4:2:men Bb4:1:_ / |", "song.txt")
    assert [(n.key, n.lyric, n.ends_word, n.holds) for n in score.notes] == [
        (62, "A", False, False),
        (66, "men", True, False),
        (70, "", True, True),
    ]
    assert score.tempo_map.tempi == ((0.0, 60.0), (1.0, 90.0))
    assert score.phrase_breaks == ("n3",)
