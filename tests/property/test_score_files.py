"""Whatever the bytes, a reader gives a sound score or an InputError; what we write we read back."""

import io
import zipfile
from dataclasses import replace
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import InputError
from engine.score import Note, NoteId, Score, TempoMap, apply_lyrics, midi_bytes, read_score_bytes, split_phrases

PPQ = 960

words = st.text("abcdefghijklmnopqrstuvwxyzäöüßéñ'", min_size=1, max_size=8).filter(lambda w: w not in {"br"})
lyrics = words | st.sampled_from(["愛", "ゆ", "사", "read", "A", "我"])
phones = st.lists(st.sampled_from(["AA", "K", "sh"]), max_size=3).map(tuple)


@st.composite
def scores(draw):
    """Scores in the form reading leaves them: word ends settled, holds only after a syllable."""
    notes, tick, sounding, ends = [], draw(st.integers(0, 4000)), False, True
    count = draw(st.integers(1, 12))
    for i in range(count):
        kind = draw(st.sampled_from(["word", "word", "hold", "next", "breath"])) if sounding else "word"
        length = draw(st.integers(60, 4000))
        facts = {}
        if kind == "next" and notes[-1].breath is False and notes[-1].ends_word is False:
            facts["continues_word"] = True
        elif kind == "hold":
            facts["holds"] = True
        elif kind == "breath" and ends:
            facts["breath"] = True
        else:
            facts = {"lyric": draw(lyrics), "phones": draw(phones)}
        if "holds" not in facts:
            ends = True if "breath" in facts else draw(st.booleans())
        facts["ends_word"] = ends
        notes.append(Note(NoteId(f"n{i}"), tick / PPQ, length / PPQ, draw(st.integers(0, 127)),
                          velocity=draw(st.integers(1, 127)), **facts))  # fmt: skip
        sounding = "breath" not in facts
        tick += length + draw(st.sampled_from([0, 0, 0, 30, 960, 5000]))
    notes = settle_last_word(notes)
    breaks = tuple(n.id for n in notes if draw(st.integers(0, 5)) == 0)
    tempi = {0: 500_000} | draw(st.dictionaries(st.integers(0, 9600), st.integers(10_000, 4_000_000), max_size=3))
    meters = {0: (4, 4)} | draw(
        st.dictionaries(st.sampled_from([7680, 15360]), st.sampled_from([(3, 4), (6, 8), (5, 4)]))
    )
    tempo_map = TempoMap.from_events(
        [(t / PPQ, 60e6 / us) for t, us in tempi.items()],
        [(t / PPQ, n, d) for t, (n, d) in meters.items()],
        draw(st.sampled_from([0.0, 1.0, 1.5])),
    )
    return Score(tuple(notes), tempo_map, title=draw(st.sampled_from(["", "Song"])), phrase_breaks=breaks)


def settle_last_word(notes):
    """The last word ends, a `+` goes on only to another `+`, and holds say what their syllable says."""
    settled, after, pending = [], None, []
    for n in reversed(notes):
        if n.holds:
            pending.append(n)
            continue
        ends = after is None or (not after.continues_word if n.continues_word else n.ends_word)
        settled += [replace(hold, ends_word=ends) for hold in pending]
        settled.append(replace(n, ends_word=ends))
        after, pending = n, []
    return settled[::-1]


def sound(score):
    """What every score promises."""
    assert [n.id for n in score.notes] == [f"n{i}" for i in range(len(score.notes))]
    for a, b in pairwise(score.notes):
        assert a.start < b.start
        assert a.end <= b.start + 1e-6
    for n in score.notes:
        assert n.duration > 0
        assert 0 <= n.key <= 127
        assert n.start >= 0
    places = [(-1, 0.0) if p.bar is None else (p.bar, p.beat) for p in score.problems]
    assert places == sorted(places)
    assert all(p.message.endswith(".") for p in score.problems)
    phrases = split_phrases(score)
    assert [n for p in phrases for n in p.notes] == list(score.notes)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(scores())
def test_midi_round_trip(score):
    again = read_score_bytes(midi_bytes(score))
    assert again.notes == score.notes
    assert again.tempo_map == score.tempo_map
    assert again.phrase_breaks == score.phrase_breaks
    assert again.title == score.title
    assert not again.problems
    sound(again)


def read_or_refuse(data, name="clip"):
    try:
        score = read_score_bytes(data, name=name)
    except InputError as error:
        assert error.message and error.hint  # noqa: PT017, PT018 - either outcome is fine
    else:
        sound(score)


@settings(max_examples=100, deadline=None)
@given(
    st.binary(max_size=200), st.sampled_from([b"", b"MThd\0\0\0\6\0\1\0\1\1\xe0MTrk", b"PK\3\4", b"<score-partwise>"])
)
def test_random_bytes(data, head):
    read_or_refuse(head + data, "clip.mid")


MIDI = midi_bytes(
    Score(tuple(Note(NoteId(f"n{i}"), i, 1.0, 60 + i, "la", velocity=80) for i in range(8)), TempoMap(((0.0, 90.0),)))
)
XML = (
    b"<?xml version='1.0'?><score-partwise><part-list><score-part id='P1'><part-name>V</part-name></score-part>"
    b"</part-list><part id='P1'><measure number='0' implicit='yes'><attributes><divisions>2</divisions><time><beats>3"
    b"</beats><beat-type>4</beat-type></time><transpose><chromatic>1</chromatic></transpose></attributes>"
    b"<direction><sound tempo='90'/><offset>1</offset></direction><note><pitch><step>C</step><alter>1</alter>"
    b"<octave>4</octave></pitch><duration>2</duration><tie type='start'/><voice>1</voice><lyric number='1'><syllabic>"
    b"begin</syllabic><text>A</text><extend/></lyric></note></measure><measure number='1'><note><pitch><step>D</step>"
    b"<octave>4</octave></pitch><duration>2</duration></note><backup><duration>1</duration></backup><note><chord/><pitch>"
    b"<step>E</step><octave>4</octave></pitch><duration>2</duration></note></measure></part></score-partwise>"
)


def zipped(data):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("score.xml", data)
    return buffer.getvalue()


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from([MIDI, XML, zipped(XML)]),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=6),
    st.floats(0, 1.2),
)
def test_mutated_files(data, changes, keep):
    mutated = bytearray(data)
    for place, value in changes:
        mutated[int(place * (len(mutated) - 1))] = value
    read_or_refuse(bytes(mutated[: int(keep * len(mutated)) + 1]))


@settings(max_examples=300, deadline=None)
@given(
    st.integers(0, 200), st.sampled_from(["-5", "1e300", "nan", "inf", "0", "", "x", "99999999999", "0.3", "<rest/>"])
)
def test_odd_numbers_in_a_score(place, value):
    pieces = XML.decode().split("</")
    place %= len(pieces)
    head, _, _ = pieces[place].rpartition(">")
    pieces[place] = f"{head}>{value}"
    read_or_refuse("</".join(pieces).encode())


@settings(max_examples=200, deadline=None)
@given(scores(), st.text(max_size=80) | st.text("ab-_+/ \n[]()きゃー사愛", max_size=60))
def test_any_text_lies_on_any_notes(score, text):
    laid = apply_lyrics(score, text)
    assert [(n.id, n.start, n.key) for n in laid.notes] == [(n.id, n.start, n.key) for n in score.notes]
    sound(laid)
