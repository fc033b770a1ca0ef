"""A DAW's clip keeps its seconds, its bars and its words on the way to a MIDI file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import InputError
from engine.score import Score, TempoMap, read_score, read_score_bytes
from engine.score.midi_write import TICKS_PER_QUARTER
from plugin_host.bridge.clip_score import clip_score, in_session, on_ticks, shifted, write_clip
from plugin_host.ports import DawClip, DawNote, Session

SESSION = Session("key", "Song", 48_000)


def clip(notes: list[DawNote], tempo_map: TempoMap, start: float = 0.0, length: float = 0.0) -> DawClip:
    samples = round(tempo_map.seconds(start) * SESSION.sample_rate)
    length = length or max((note.start + note.duration for note in notes), default=4.0)
    return DawClip(SESSION, "c", "Lead", "Vocal", start, length, samples, tempo_map, tuple(notes))


def through_a_file(given_clip: DawClip, folder: Path) -> Score:
    path = folder / "clip.mid"
    write_clip(clip_score(given_clip), path)
    return read_score(path)


quarters = st.integers(0, 4000).map(lambda n: n / 16) | st.floats(0, 250)
tempi = st.lists(st.tuples(quarters, st.floats(20, 400)), max_size=40)
meters = st.lists(st.tuples(quarters, st.sampled_from([(4, 4), (3, 4), (6, 8), (7, 8), (5, 4)])), max_size=5)


@st.composite
def tempo_maps(draw: st.DrawFn) -> TempoMap:
    changes = [(q, *meter) for q, meter in draw(meters)]
    return TempoMap.from_events([(0.0, draw(st.floats(20, 400))), *draw(tempi)], changes)


@st.composite
def melodies(draw: st.DrawFn) -> list[DawNote]:
    """One note after the other, none so short that two fall on the ticks of one chord."""
    notes, at = [], draw(st.floats(0, 4))
    for _ in range(draw(st.integers(1, 30))):
        duration = draw(st.floats(0.05, 20))
        notes.append(DawNote(at, duration, draw(st.integers(40, 80)), draw(st.integers(1, 127))))
        at += duration + draw(st.sampled_from([0.0, 0.0, 0.5, 12.3]))
    return notes


@given(melodies(), tempo_maps(), quarters)
def test_onsets_keep_the_seconds_of_the_session(
    tmp_path_factory: pytest.TempPathFactory, notes: list[DawNote], tempo_map: TempoMap, start: float
) -> None:
    score = through_a_file(clip(notes, tempo_map, start), tmp_path_factory.mktemp("clip"))
    assert [note.key for note in score.notes] == [note.key for note in notes]
    began_s = tempo_map.seconds(start)
    for note, sung in zip(notes, score.notes, strict=True):
        wanted_s = tempo_map.seconds(start + note.start) - began_s
        # The note lies on the nearest tick, the slowest tempo around it counts; the tempo may be off by a little.
        around = (q for q, _ in tempo_map.tempi if abs(q - start - note.start) < 1 / TICKS_PER_QUARTER)
        slowest = min(tempo_map.bpm_at(q) for q in (start + note.start, *around, start + note.start - 1e-3))
        half_tick_s = 0.5 * 60 / slowest / TICKS_PER_QUARTER
        assert score.tempo_map.seconds(sung.start) - wanted_s == pytest.approx(0, abs=half_tick_s + 1.5e-4)


def test_a_thousand_changes_do_not_add_up() -> None:
    """A long ramp, as a DAW tells it: a step at every sixteenth, none on a tick."""
    ramp = TempoMap(tuple((n * 0.2503, 70 + n * 0.0371) for n in range(4000)))
    end = 4000 * 0.2503
    assert abs(on_ticks(ramp).seconds(end) - ramp.seconds(end)) < 5e-4


@given(st.floats(30, 300))
def test_one_tempo_for_an_hour_does_not_drift(bpm: float) -> None:
    steady = TempoMap(((0.0, bpm),))
    moved = TempoMap(((0.0, bpm), (60 * bpm, bpm + 1)))
    assert abs(on_ticks(moved).seconds(60 * bpm) - steady.seconds(60 * bpm)) < 3e-4


@given(st.floats(20, 400))
def test_the_last_tempo_of_a_long_clip_does_not_drift(bpm: float) -> None:
    steady = TempoMap(((0.0, bpm),))
    assert abs(on_ticks(steady, 4000).seconds(4000) - steady.seconds(4000)) < 1.5e-4


def test_equal_bars_stay_equal() -> None:
    """Phrases that repeat are found in the cache only if the tempo does not wobble."""
    assert {bpm for _, bpm in on_ticks(TempoMap(((0.0, 117.3), (200.0, 117.3000001)))).tempi} == {60e6 / 511_509}


sixteenths = st.integers(0, 1600).map(lambda n: n / 16)


@given(tempi, st.lists(st.tuples(sixteenths, st.sampled_from([(4, 4), (3, 4), (7, 8)])), max_size=4), st.data())
def test_a_shifted_map_tells_the_same_bars_and_tempo(
    tempi: list[tuple[float, float]], changes: list[tuple[float, tuple[int, int]]], data: st.DataObject
) -> None:
    session = TempoMap.from_events(tempi, [(q, *meter) for q, meter in changes])
    start = data.draw(sixteenths)
    moved = shifted(session, start, 200)
    first_line = moved.pickup + 1 / 64
    for ahead in sorted(data.draw(st.lists(st.integers(0, 800), min_size=1, max_size=20))):
        place = ahead / 16 + 1 / 64  # on no line and no change
        assert moved.bpm_at(place) == session.bpm_at(start + place) or _changes_at(session, start + place)
        if place < moved.pickup:
            continue
        bar, beat = session.bar_beat(start + place)
        moved_bar, moved_beat = moved.bar_beat(place)
        assert moved_beat == pytest.approx(beat, abs=1e-6)
        assert bar - session.bar_beat(start + first_line)[0] == moved_bar - moved.bar_beat(first_line)[0]


def _changes_at(tempo_map: TempoMap, quarter: float) -> bool:
    return any(abs(q - quarter) < 1e-9 for q, _ in tempo_map.tempi)


def test_a_clip_between_two_bar_lines_begins_with_a_pickup(tmp_path: Path) -> None:
    notes = [DawNote(0, 1, 60, 90, "la"), DawNote(1, 1, 62, 90, "la")]
    waltz = TempoMap(((0.0, 120.0),), ((0.0, 3, 4),))
    assert clip_score(clip(notes, waltz, 5.0)).tempo_map.pickup == 1
    read = through_a_file(clip(notes, waltz, 5.0), tmp_path)
    assert [read.tempo_map.bar_beat(note.start) for note in read.notes] == [(0, 3.0), (1, 1.0)]


def test_words_of_the_daw_are_sung_as_written(tmp_path: Path) -> None:
    words = ["twin-", "kle ", "star ", "-", "日本"]
    notes = [DawNote(float(n), 1.0, 60 + n, 90, word) for n, word in enumerate(words)]
    score = through_a_file(clip(notes, TempoMap()), tmp_path)
    assert [(n.lyric, n.ends_word, n.holds) for n in score.notes] == [
        ("twin", False, False),
        ("kle", True, False),
        ("star", True, False),
        ("", True, True),
        ("日本", True, False),
    ]


def test_notes_without_words_stay_without(tmp_path: Path) -> None:
    score = through_a_file(clip([DawNote(0, 1, 60)], TempoMap()), tmp_path)
    assert {problem.kind for problem in score.problems} == {"no_lyrics"}


def test_a_key_that_is_struck_again_ends_there(tmp_path: Path) -> None:
    notes = [DawNote(0, 4, 60), DawNote(1, 1, 60), DawNote(1, 0.5, 60), DawNote(3, 1, 60)]
    score = through_a_file(clip(notes, TempoMap()), tmp_path)
    assert [(note.start, note.duration) for note in score.notes] == [(0, 1), (1, 1), (3, 1)]


def test_a_clip_without_notes() -> None:
    with pytest.raises(InputError):
        clip_score(clip([], TempoMap()))


def test_problems_name_the_bars_that_the_user_sees(tmp_path: Path) -> None:
    """The clip begins at beat 3 of bar 5; its second note, without a word, at beat 2 of bar 6."""
    notes = [DawNote(0, 1, 60, 90, "la"), DawNote(3, 1, 62)]
    given_clip = clip(notes, TempoMap(), 18.0)
    read = read_score_bytes((_written(given_clip, tmp_path)).read_bytes())
    (problem,) = read.problems
    (told,) = in_session(read.problems, read, given_clip.tempo_map, 18.0)
    assert (problem.bar, told.bar, told.beat) == (1, 6, 2.0)
    assert told.message.startswith("Bar 6, beat 2: ")
    (unplaced,) = in_session([replace(problem, note_id=None)], read, given_clip.tempo_map, 18.0)
    assert unplaced.message == problem.message


def _written(given_clip: DawClip, folder: Path) -> Path:
    write_clip(clip_score(given_clip), folder / "clip.mid")
    return folder / "clip.mid"
