from dataclasses import replace

import pytest

from engine.score import Note, NoteId, Score, TempoMap, split_phrases


def score_of(*rows, bpm=60.0, breaks=()):
    """`rows`: (start, duration, lyric, facts) in quarters, which are seconds at 60."""
    notes = tuple(
        Note(NoteId(f"n{i}"), start, duration, 60, lyric, **(facts[0] if facts else {}))
        for i, (start, duration, lyric, *facts) in enumerate(rows)
    )
    return Score(notes, TempoMap(((0.0, bpm),)), phrase_breaks=breaks)


def sizes(score, **options):
    return [len(p.notes) for p in split_phrases(score, **options)]


def test_rests_part_phrases():
    score = score_of((0, 1, "a"), (1.3, 1, "b"), (2.8, 1, "c"))
    assert sizes(score) == [2, 1]
    first, second = split_phrases(score)
    assert (first.start_s, first.end_s, second.start_s, second.end_s) == (0.0, 2.3, 2.8, 3.8)
    assert [p.index for p in (first, second)] == [0, 1]
    assert split_phrases(Score(())) == ()


def test_a_word_is_not_torn_at_a_short_rest():
    assert sizes(score_of((0, 1, "a", {"ends_word": False}), (1.5, 1, "men"))) == [2]
    assert sizes(score_of((0, 1, "oh"), (1.5, 1, "", {"holds": True}))) == [2]
    assert sizes(score_of((0, 1, "a", {"ends_word": False}), (3.0, 1, "men"))) == [1, 1]


def test_breaths_and_line_ends():
    assert sizes(score_of((0, 1, "a"), (1, 0.5, "", {"breath": True}), (1.5, 1, "b"))) == [1, 2]
    rows = [(0, 1, "a"), (1.2, 1, "b")]
    assert sizes(score_of(*rows)) == [2]
    assert sizes(score_of(*rows, breaks=(NoteId("n0"),))) == [1, 1]


def test_long_runs_are_cut_at_word_ends():
    rows = [(i, 1, "a", {"ends_word": i % 4 == 3}) for i in range(30)]
    phrases = split_phrases(score_of(*rows))
    assert sum(len(p.notes) for p in phrases) == 30
    assert all(p.duration_s <= 12.0 for p in phrases)
    assert all(p.notes[-1].ends_word for p in phrases[:-1])


def test_a_comma_draws_the_cut():
    rows = [(i, 1, "oh," if i == 7 else "a") for i in range(20)]
    assert sizes(score_of(*rows))[0] == 8


def test_a_long_melisma_stays_whole():
    rows = [(0, 1, "a"), *((i, 1, "", {"holds": True}) for i in range(1, 20)), (20, 1, "b")]
    assert sizes(score_of(*rows)) == [20, 1]


def test_one_endless_note():
    assert sizes(score_of((0, 100, "a"), (100, 1, "b"))) == [1, 1]


def test_content_key_ignores_place_and_names_but_no_sound():
    score = score_of((0, 1, "a"), (1, 1, "b"), (4, 1, "a"), (5, 1, "b"))
    first, second = split_phrases(score)
    assert first.content_key() == second.content_key()
    assert len(first.content_key()) == 64
    changes = [
        {"key": 61}, {"lyric": "x"}, {"duration": 0.5}, {"velocity": 1}, {"phones": ("AA",)}, {"holds": True},
        {"ends_word": False}, {"breath": True}, {"continues_word": True},
    ]  # fmt: skip
    keys = {replace(first, notes=(first.notes[0], replace(first.notes[1], **c))).content_key() for c in changes}
    assert len(keys | {first.content_key()}) == len(changes) + 1
    assert replace(first, language="en").content_key() != first.content_key()
    assert split_phrases(replace(score, tempo_map=TempoMap()))[0].content_key() != first.content_key()


def test_spans_count_from_the_phrase():
    tempo_map = TempoMap(((0.0, 60.0), (5.0, 120.0)))
    score = replace(score_of((4, 2, "a"), (6, 1, "b")), tempo_map=tempo_map)
    (phrase,) = split_phrases(score)
    assert phrase.spans_s() == ((0.0, 1.5), (1.5, 2.0))
    assert phrase.start_s == pytest.approx(4.0)
