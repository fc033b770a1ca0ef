"""Lyrics typed on notes and verses spread over them."""

from __future__ import annotations

from dataclasses import replace
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.api.project import Project, TrackNote
from engine.score import NoteId
from gui.document import lyrics
from tests.unit.gui.songs_to_edit import TRACK, notes_of, row, song, words_of

FIRST = NoteId("n0")
SYLLABLES = {"wonderful": 3, "another": 3, "today": 2}


def count(word: str) -> int:
    return SYLLABLES.get(word, 1)


def la(number: int, rest: float = 0.0) -> Project:
    return song(*row(*["la"] * number, rest=rest))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("star", ["star", "la", "la", "la"]),
        ("wonderful", ["wonderful", "la", "la", "la"]),
        ("syl-la-bles", ["syl-", "la-", "bles", "la"]),
        ("word another", ["word", "another-", "+-", "+"]),
        ("Twin-", ["Twin-", "la", "la", "la"]),
        ("-", ["la", "la", "la", "la"]),
        ("love_", ["love", "-", "la", "la"]),
        ("read[R EH D]", ["read[R EH D]", "la", "la", "la"]),
        ("(br) so", ["(br)", "so", "la", "la"]),
        ("きゃく", ["きゃ", "く", "la", "la"]),
        ("사랑", ["사-", "랑", "la", "la"]),
        ("月亮", ["月", "亮", "la", "la"]),
        ("", ["", "la", "la", "la"]),
    ],
)
def test_typing_on_a_note_goes_on_over_the_next(text: str, words: list[str]) -> None:
    after = lyrics.set_lyric(la(4), TRACK, FIRST, text, count)
    told = [word.removesuffix("-") if word.startswith("+") else word for word in words_of(after)]
    expected = [word.removesuffix("-") if word.startswith("+") else word for word in words]
    if text == "-":
        assert notes_of(after)[0].holds
    else:
        assert told == expected


def test_typing_again_what_stands_there_changes_nothing() -> None:
    elision = song(*row("de amor", "x"))
    assert lyrics.set_lyric(elision, TRACK, FIRST, "de amor") is elision


def test_a_leading_hyphen_joins_the_word_before() -> None:
    after = lyrics.set_lyric(song(*row("Twin", "x")), TRACK, NoteId("n1"), "-kle")
    assert words_of(after) == ["Twin-", "kle"]


def test_a_hold_says_what_its_syllable_says() -> None:
    first, second, third = row("Twin", "", "kle")
    held = song(first, replace(second, holds=True), third)
    after = lyrics.set_lyric(held, TRACK, FIRST, "Twin-")
    assert [note.ends_word for note in notes_of(after)] == [False, False, True]
    assert [note.ends_word for note in notes_of(lyrics.set_lyric(after, TRACK, FIRST, "Twin"))] == [True, True, True]


def test_what_finds_no_note_is_told() -> None:
    typed = lyrics.typed(la(2), TRACK, NoteId("n1"), "one two three-four")
    assert typed.left_over == ("two", "three-", "four")
    assert typed.last == "n1"


def test_tab_goes_behind_what_was_filled() -> None:
    project = la(4)
    assert lyrics.after_typing(project, TRACK, FIRST, "syl-la-bles") == "n3"
    assert lyrics.after_typing(project, TRACK, FIRST, "word") == "n1"
    assert lyrics.after_typing(project, TRACK, NoteId("n3"), "word") is None
    assert lyrics.next_note(project, TRACK, NoteId("n3")) is None
    assert lyrics.previous_note(project, TRACK, FIRST) is None
    assert lyrics.previous_note(project, TRACK, NoteId("n1")) == FIRST


def test_a_verse_takes_notes_by_syllables_and_leaves_the_rest_alone() -> None:
    after = lyrics.spread(la(8), TRACK, NoteId("n1"), "what a wonderful day", count)
    assert [note.lyric for note in notes_of(after)] == ["la", "what", "a", "wonderful", "", "", "day", "la"]
    assert [note.continues_word for note in notes_of(after)] == [False] * 4 + [True, True, False, False]
    assert after.tracks[0].phrase_breaks == ("n6",)


def test_each_line_finds_its_own_run_of_notes() -> None:
    """One note too few in the first line, one too many in the second: the third is right all the same."""
    runs = [3, 5, 4]
    placed: list[TrackNote] = []
    start = 0.0
    for length in runs:
        for _ in range(length):
            placed.append(TrackNote(NoteId(f"n{len(placed)}"), start, 1.0, 60, "la"))
            start += 1.0
        start += 2.0
    text = "A-ma-zing grace\nhow sweet the sound\nthat saved a wretch"
    result = lyrics.laid(song(*placed), TRACK, FIRST, text)
    assert [note.lyric for note in notes_of(result.project)][8:] == ["that", "saved", "a", "wretch"]
    assert result.left_over == ("grace",)
    assert notes_of(result.project)[3].lyric == "how"


def test_lines_over_notes_without_rests_go_one_after_the_other() -> None:
    verse = "\n".join(["one two three four"] * 6)
    result = lyrics.laid(la(26), TRACK, FIRST, verse)
    assert [note.lyric for note in notes_of(result.project)] == [*verse.split(), "la", "la"]
    assert result.left_over == ()
    assert len(result.project.tracks[0].phrase_breaks) == 6


def test_melismas_can_stay() -> None:
    first, second, third = row("a", "", "b")
    project = song(first, replace(second, holds=True), third)
    assert words_of(lyrics.spread(project, TRACK, FIRST, "new words", keep_holds=True)) == ["new", "-", "words"]
    assert words_of(lyrics.spread(project, TRACK, FIRST, "new words")) == ["new", "words", "b"]


_WORDS = st.lists(st.sampled_from(["sun", "to-day", "love_", "wonderful", "+", "か", "-", "(br)"]), max_size=9)


@given(_WORDS, st.integers(1, 8), st.integers(0, 7), st.sampled_from([" ", "\n", " / "]))
def test_spreading_changes_words_only_and_only_from_its_note_on(
    words: list[str], number: int, first: int, between: str
) -> None:
    before = la(number, rest=0.5)
    start = min(first, number - 1)
    result = lyrics.laid(before, TRACK, NoteId(f"n{start}"), between.join(words), count)
    after = notes_of(result.project)
    assert [(note.id, note.start, note.duration, note.key) for note in after] == [
        (note.id, note.start, note.duration, note.key) for note in notes_of(before)
    ]
    assert after[:start] == notes_of(before)[:start]


@given(
    st.lists(st.sampled_from(["sun", "to-", "day", "-", "+", "(br)", "か", "read[R EH D]", ""]), min_size=1, max_size=6)
)
def test_what_a_field_shows_types_the_same_again(words: list[str]) -> None:
    project = song(*row(*["x"] * len(words)))
    for i, word in enumerate(words):
        project = lyrics.set_lyric(project, TRACK, NoteId(f"n{i}"), word)
    for i, note in enumerate(notes_of(project)):
        blank = lyrics.set_lyric(project, TRACK, note.id, "other")
        again = lyrics.set_lyric(blank, TRACK, note.id, lyrics.written(note))
        assert lyrics.written(notes_of(again)[i]) == lyrics.written(note)


def in_runs(*lengths: int) -> Project:
    """Runs of touching notes, a rest between them."""
    gaps = [1.0 if i else 3.0 for length in lengths for i in range(length)]
    starts = [start - gaps[0] for start in accumulate(gaps)]
    return song(*(TrackNote(NoteId(f"n{i}"), start, 1.0, 60) for i, start in enumerate(starts)))


@pytest.mark.parametrize("runs", [(16,), (8, 8), (5, 11), (2, 3, 5, 6), (4, 4, 4, 4)])
def test_a_verse_that_is_too_long_keeps_its_beginning(runs: tuple[int, ...]) -> None:
    first, second, third = "twin-kle twin-kle lit-tle star", "how I won-der what you are", "up a-bove the world so high"
    result = lyrics.laid(in_runs(*runs), TRACK, FIRST, "\n".join([first, second, f"{third} like a gem up in the sky"]))
    sung = [note.lyric for note in notes_of(result.project) if note.lyric]
    assert sung[:14] == f"{first} {second}".replace("-", " ").split()
    assert result.left_over[-1] == "sky"
    assert len(sung) + len(result.left_over) == 28


_LINES = st.lists(st.integers(1, 9), min_size=1, max_size=6)


@given(_LINES, _LINES, st.integers(1, 12))
def test_a_verse_longer_than_the_notes_loses_its_end(lines: list[int], runs: list[int], more: int) -> None:
    """Whatever lines and runs there are: nothing is left over before what is sung, but for the end of a line behind
    which all lines are sung whole."""
    lines = [*lines, max(1, sum(runs) - sum(lines)) + more]
    numbered = iter(range(sum(lines)))
    written = [[f"s{next(numbered)}" for _ in range(line)] for line in lines]
    result = lyrics.laid(in_runs(*runs), TRACK, FIRST, "\n".join(map(" ".join, written)))
    sung = [int(note.lyric[1:]) for note in notes_of(result.project) if note.lyric]
    left = [int(word[1:]) for word in result.left_over]
    assert sung[0] == 0
    assert sorted(sung + left) == list(range(sum(lines)))
    assert sung == sorted(sung)
    if left != list(range(sung[-1] + 1, sum(lines))):
        for line in written:
            lost = [word for word in line if word in result.left_over]
            assert len(lost) <= len(line) // 3
            assert lost == line[len(line) - len(lost) :]


def test_what_is_left_over_reads_as_words() -> None:
    result = lyrics.laid(la(1), TRACK, FIRST, "so wonderful day- light read[R EH D] + (br) -", count)
    assert result.words_left(3) == "wonderful daylight read"
    assert result.words_left(2) == "wonderful daylight …"
    assert lyrics.laid(la(1), TRACK, FIRST, "wonderful", count).words_left(3) == ""
