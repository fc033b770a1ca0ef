"""Whatever is edited: no syllable is lost, none is doubled, and what is undone is as it was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.score import Attached, Note, NoteId, Score, lay, reattach

Row = tuple[float, float, int]


@st.composite
def melodies(draw: Any, least: int = 1) -> list[Row]:
    rows: list[Row] = []
    place = draw(st.integers(0, 16)) / 4
    for _ in range(draw(st.integers(least, 24))):
        length = draw(st.sampled_from([0.25, 0.5, 1.0, 1.0, 2.0]))
        rows.append((place, length, draw(st.integers(55, 70))))
        place += length + draw(st.sampled_from([0, 0, 0, 0, 0.5, 3.0]))
    return rows


texts = st.lists(
    st.sampled_from(["one", "two", "a-ma-zing", "grace_", "_", "(br)", "/", "ver-y", "read[R EH D]", "go +"]),
    max_size=20,
).map(" ".join)


def score_of(rows: Sequence[Row]) -> Score:
    return Score(tuple(Note(NoteId(f"n{i}"), *row) for i, row in enumerate(rows)))


def syllables(attached: Attached) -> Counter[str]:
    """What is remembered, holds aside: those come and go with their notes."""
    kept = [note.syllable for note in attached.laid]
    return Counter(s.text or ("+" if s.continues_word else "(br)") for s in kept if s is not None and not s.holds)


def sound(attached: Attached, score: Score) -> None:
    """Notes stay as they are; what is sung and what is reported is all that there is."""
    assert [(n.id, n.start, n.duration, n.key) for n in attached.score.notes] == [
        (n.id, n.start, n.duration, n.key) for n in score.notes
    ]
    assert sum(not note.gone for note in attached.laid) == len(score.notes)
    sung = Counter(n.lyric for n in attached.score.notes if n.lyric)
    told = Counter(s for s in syllables(attached).elements() if s not in {"+", "(br)"})
    assert not sung - told
    waiting = sum((told - sung).values())
    messages = " ".join(p.message for p in attached.score.problems if p.kind == "too_many_syllables")
    assert (waiting > 0) <= ("no note is left for" in messages)
    notes = attached.score.notes
    for before, note in zip((None, *notes), notes, strict=False):
        if note.holds:
            assert before is not None
            assert not before.breath


@settings(max_examples=80, deadline=None)
@given(melodies(), melodies(), texts)
def test_no_syllable_is_lost_or_doubled(before: list[Row], after: list[Row], text: str) -> None:
    laid = lay(score_of(before), text)
    sound(laid, score_of(before))
    once = reattach(laid.laid, score_of(after))
    sound(once, score_of(after))
    assert syllables(once) == syllables(laid)
    # To look again changes nothing.
    twice = reattach(once.laid, score_of(after))
    assert twice.score.notes == once.score.notes
    assert twice.laid == once.laid


@settings(max_examples=80, deadline=None)
@given(melodies(), texts, st.data())
def test_deleting_is_undone(rows: list[Row], text: str, data: st.DataObject) -> None:
    laid = lay(score_of(rows), text)
    gone = data.draw(st.sets(st.integers(0, len(rows) - 1), max_size=len(rows) // 3))
    rest = [row for i, row in enumerate(rows) if i not in gone]
    after = reattach(laid.laid, score_of(rest))
    kept = [note.lyric for i, note in enumerate(laid.score.notes) if i not in gone]
    moved_on = [a.lyric for a in after.score.notes]
    # A syllable may move on to a note that held it, and to no other.
    for i, (was, now) in enumerate(zip(kept, moved_on, strict=True)):
        assert was in ("", now), i
    # Words that wait for a first note would take one that had none.
    if not any(note.unplaced for note in laid.laid):
        again = reattach(after.laid, score_of(rows))
        assert [n.lyric for n in again.score.notes] == [n.lyric for n in laid.score.notes]


@settings(max_examples=60, deadline=None)
@given(melodies(), texts, st.integers(-12, 12), st.integers(0, 64), st.sampled_from([0.5, 1.0, 2.0, 0.75]))
def test_moving_all_changes_nothing(rows: list[Row], text: str, up: int, by: int, stretch: float) -> None:
    laid = lay(score_of(rows), text)
    moved = score_of([(start * stretch + by, length * stretch, key + up) for start, length, key in rows])
    after = reattach(laid.laid, moved)
    assert [n.lyric for n in after.score.notes] == [n.lyric for n in laid.score.notes]
    assert [p.kind for p in after.score.problems] == [p.kind for p in laid.score.problems]
