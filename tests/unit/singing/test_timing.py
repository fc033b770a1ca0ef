"""Laws of phone timing: nothing missing, nothing twice, vowels on their notes."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.phonemize.phones import CONSONANTS, VOWELS, is_vowel
from engine.singing.timing import BREATH, SILENCE, ConsonantTable, SungNote, TimedPhone, time_phones
from tests.tiny_voice import CONSONANTS as TABLE

CLOSE_S = 1e-6
_consonants = st.lists(st.sampled_from(sorted(CONSONANTS)), max_size=3)
_syllables = st.builds(
    lambda onset, vowel, coda: (*onset, vowel, *coda), _consonants, st.sampled_from(sorted(VOWELS)), _consonants
)
_odd = st.sampled_from([(BREATH,), ("M",), ("SH",), ("HH", "M"), ("AY", "M", "IY"), ("AA", "IH")])
_durations = st.one_of(st.floats(0.005, 0.02), st.floats(0.05, 2.0), st.just(60.0))
_gaps = st.one_of(st.just(0.0), st.floats(0, 0.05), st.floats(0.05, 1.4))


@st.composite
def phrases(draw: st.DrawFn, phones: st.SearchStrategy[tuple[str, ...]] | None = None) -> list[SungNote]:
    """Notes in order without overlaps; the first has a sound of its own."""
    some = st.one_of(_syllables, _odd, st.just(())) if phones is None else phones
    notes: list[SungNote] = []
    at = draw(st.floats(0, 2))
    for _ in range(draw(st.integers(1, 8))):
        sung = draw(some if notes else some.filter(bool))
        end = at + draw(_durations)
        notes.append(SungNote(at, end, draw(st.integers(40, 90)), sung))
        at = end + draw(_gaps)
    return notes


def sung(phones: tuple[TimedPhone, ...]) -> list[TimedPhone]:
    return [p for p in phones if p.label != SILENCE]


@given(phrases())
@settings(deadline=None)
def test_one_phone_at_every_moment(notes: list[SungNote]) -> None:
    phones = time_phones(notes, TABLE)
    assert all(p.duration_s > 0 for p in phones)
    assert all(after.start_s == pytest.approx(before.end_s, abs=CLOSE_S) for before, after in pairwise(phones))
    assert phones[0].label == phones[-1].label == SILENCE
    assert phones[0].start_s < notes[0].start_s
    assert phones[-1].end_s >= notes[-1].end_s - CLOSE_S


@given(phrases())
@settings(deadline=None)
def test_everything_written_is_sung_in_order(notes: list[SungNote]) -> None:
    written = [phone for note in notes for phone in note.phones]
    phones = sung(time_phones(notes, TABLE))
    assert [p.label for p in phones] == written
    owners = [index for index, note in enumerate(notes) for _ in note.phones]
    assert [p.note for p in phones] == owners


@given(phrases(_syllables))
@settings(deadline=None)
def test_vowels_begin_on_their_notes_and_consonants_before(notes: list[SungNote]) -> None:
    phones = sung(time_phones(notes, TABLE))
    for index, note in enumerate(notes):
        own = [p for p in phones if p.note == index]
        (nucleus,) = [i for i, p in enumerate(own) if is_vowel(p.label)]
        assert own[nucleus].start_s == pytest.approx(note.start_s, abs=1e-3)
        assert all(p.end_s <= note.start_s + CLOSE_S for p in own[:nucleus])
        assert all(p.start_s > note.start_s for p in own[nucleus + 1 :])


@given(phrases(_syllables), st.floats(0.005, 5))
@settings(deadline=None)
def test_a_held_note_lengthens_the_vowel(notes: list[SungNote], held_s: float) -> None:
    end = notes[-1].end_s
    vowel = next(p for p in notes[-1].phones if is_vowel(p))
    notes[-1] = SungNote(notes[-1].start_s, end, notes[-1].key, (vowel,))
    short = sung(time_phones(notes, TABLE))[-1]
    long = sung(time_phones([*notes, SungNote(end, end + held_s, 50)], TABLE))[-1]
    assert (long.label, long.start_s, long.note) == (short.label, short.start_s, short.note)
    assert long.end_s == pytest.approx(short.end_s + held_s, abs=CLOSE_S)


def test_a_syllable_takes_its_consonants_time_from_the_note_before() -> None:
    notes = [SungNote(0, 1, 60, ("AA",)), SungNote(1, 2, 62, ("S", "T", "AA"))]
    by_label = {(p.note, p.label): p for p in time_phones(notes, TABLE)}
    assert by_label[1, "S"].start_s == pytest.approx(1 - 0.09 - 0.04)
    assert by_label[0, "AA"].end_s == by_label[1, "S"].start_s


def test_two_syllables_on_one_note_share_it_and_the_first_begins_it() -> None:
    notes = [SungNote(0, 1, 60, ("AA",)), SungNote(1, 2, 62, ("S", "AY", "M", "IY", "T"))]
    own = [p for p in time_phones(notes, TABLE) if p.note == 1 and p.label != SILENCE]
    assert own[1].start_s == pytest.approx(1)
    assert own[1].duration_s == pytest.approx(own[3].duration_s)
    assert own[2].duration_s == pytest.approx(TABLE.coda_s(["M"])[0])


def test_silence_lies_only_between_notes_that_do_not_touch() -> None:
    def labels(gap_s: float) -> list[str]:
        return [p.label for p in time_phones([SungNote(0, 1, 60, ("AA",)), SungNote(1 + gap_s, 3, 60, ("AA",))], TABLE)]

    assert labels(0.02) == [SILENCE, "AA", "AA", SILENCE]
    assert labels(0.5) == [SILENCE, "AA", SILENCE, "AA", SILENCE]


def test_only_held_notes_are_nothing() -> None:
    assert time_phones([SungNote(0, 1, 60)], TABLE) == ()
    assert time_phones([], TABLE) == ()


def test_the_consonant_table_survives_the_manifest() -> None:
    again = ConsonantTable.from_dict(TABLE.to_dict())
    assert again == TABLE
    assert again.onset_s(["S"]) == [0.11]
    assert again.onset_s(["S", "L"]) == [0.09, 0.07]
    assert again.coda_s(["ZH"]) == [TABLE.default_s]
