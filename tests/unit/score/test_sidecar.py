import pytest

from engine.score import Note, NoteId, Score, apply_lyrics
from engine.score.sidecar import parse_lyrics


def score_of(*runs, rest=2.0):
    """Runs of touching quarters, `rest` quarters between them."""
    notes, start = [], 0.0
    for length in runs:
        for _ in range(length):
            notes.append(Note(NoteId(f"n{len(notes)}"), start, 1.0, 60))
            start += 1.0
        start += rest
    return Score(tuple(notes))


def lyrics(score):
    return [("_" if n.holds else "+" if n.continues_word else n.lyric) for n in score.notes]


def test_words_syllables_and_holds():
    score = apply_lyrics(score_of(6), "a-ma-zing _ grace_")
    assert lyrics(score) == ["a", "ma", "zing", "_", "grace", "_"]
    assert [n.ends_word for n in score.notes] == [False, False, True, True, True, True]
    assert not score.problems
    assert score.phrase_breaks == ("n5",)


def test_hints_breaths_and_next_syllables():
    score = apply_lyrics(score_of(5), "read[r eh d] (br) ha-ppy[HH AE P IY] +")
    assert score.notes[0].phones == ("r", "eh", "d")
    assert score.notes[1].breath
    assert lyrics(score)[2:] == ["ha", "ppy", "+"]
    assert score.notes[2].phones == ("HH", "AE", "P", "IY")


def test_a_missing_note_spoils_only_its_phrase():
    score = apply_lyrics(score_of(4, 3, 4), "one two three four / five six sev-en / eight nine ten go")
    assert lyrics(score) == ["one", "two", "three", "four", "five", "six", "sev", "eight", "nine", "ten", "go"]
    (problem,) = score.problems
    assert (problem.kind, problem.note_id, problem.bar) == ("too_many_syllables", "n6", 3)
    assert '"en"' in problem.message


def test_line_ends_part_phrases_where_there_is_no_slash():
    score = apply_lyrics(score_of(2, 3), "one two\nthree four\n")
    assert lyrics(score) == ["one", "two", "three", "four", "_"]
    assert [(p.kind, p.note_id) for p in score.problems] == [("surplus_notes", "n4")]


def test_a_phrase_may_span_rests():
    score = apply_lyrics(score_of(2, 2, 3), "one two three four / five six seven")
    assert lyrics(score) == ["one", "two", "three", "four", "five", "six", "seven"]
    assert not score.problems


@pytest.mark.parametrize("lines", [1, 4, 5, 12])
def test_a_melody_without_rests_takes_every_line(lines):
    score = apply_lyrics(score_of(4 * lines), "\n".join(["one two three four"] * lines))
    assert lyrics(score) == ["one", "two", "three", "four"] * lines
    assert not score.problems


def test_too_much_text_is_reported_at_the_last_note():
    score = apply_lyrics(score_of(2), "one two three four")
    assert [(p.kind, p.note_id) for p in score.problems] == [("too_many_syllables", "n1")]
    assert "three four" in score.problems[0].message


def test_a_hold_with_nothing_to_hold():
    score = apply_lyrics(score_of(2), "_ one")
    assert lyrics(score) == ["", "one"]
    assert [p.kind for p in score.problems] == ["hold_without_syllable"]


def test_no_notes_or_no_text():
    assert [p.kind for p in apply_lyrics(Score(()), "one").problems] == ["too_many_syllables"]
    assert [p.kind for p in apply_lyrics(score_of(2), " \n").problems] == ["surplus_notes"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("きょうは、さくら", ["きょ", "う", "は、", "さ", "く", "ら"]),
        ("ラーメン", ["ラ", "_", "メ", "ン"]),
        ("月亮 代表", ["月", "亮", "代", "表"]),
        ("사랑해 요", ["사", "랑", "해", "요"]),
        ("I愛you", ["I", "愛", "you"]),
    ],
)
def test_characters_are_syllables(text, expected):
    (phrase,) = parse_lyrics(text)
    assert ["_" if s.holds else s.text for s in phrase] == expected


def test_hangul_makes_words():
    (phrase,) = parse_lyrics("사랑해 요")
    assert [s.ends_word for s in phrase] == [False, False, True, True]


def test_counted_syllables_take_their_notes():
    score = apply_lyrics(score_of(4), "amazing grace", lambda word: {"amazing": 3}.get(word, 1))
    assert lyrics(score) == ["amazing", "+", "+", "grace"]
    assert [n.ends_word for n in score.notes] == [False, False, True, True]


def test_old_lyric_problems_go():
    first = apply_lyrics(score_of(3), "one")
    again = apply_lyrics(first, "one two three")
    assert not again.problems


@pytest.mark.parametrize("runs", [(16,), (8, 8), (7, 9), (4, 4, 4, 4), (6, 10)])
def test_a_text_that_is_too_long_loses_its_end_alone(runs):
    long = "up a-bove the world so high like a gem up in the sky"
    text = f"twin-kle twin-kle lit-tle star\nhow I won-der what you are\n{long}"
    score = apply_lyrics(score_of(*runs), text)
    sung = [word for word in lyrics(score) if word not in ("_", "")]
    written = text.replace("-", " ").split()
    assert sung == written[: len(sung)]
    assert len(sung) >= 14
    (told,) = [p for p in score.problems if p.kind == "too_many_syllables"]
    assert told.note_id == "n15"
    assert f"({len(written) - len(sung)} syllables)" in told.message


def test_a_text_whose_lines_fit_no_run_is_laid_note_by_note():
    score = apply_lyrics(score_of(2, 6), "one two three four\nfive six seven eight")
    assert lyrics(score) == ["one", "two", "three", "four", "five", "six", "seven", "eight"]
    assert not score.problems


def test_what_is_left_over_is_told_in_words():
    score = apply_lyrics(score_of(2), "one lit-tle won-der[w ah n d er] (br) + ti-ny_ star")
    (problem,) = score.problems
    assert problem.message.endswith('no note is left for "tle wonder tiny star" (9 syllables); they are not sung.')
    rest = apply_lyrics(score_of(1), "wonder", lambda _: 2)
    assert rest.problems[0].message.endswith("no note is left for 1 syllable; it is not sung.")
