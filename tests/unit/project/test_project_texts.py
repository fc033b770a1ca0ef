"""What is written a little at a time, and kept from the time before, is to the byte what would be written at once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from threading import Thread
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.project import line_text
from engine.project.json_text import MAX_WIDTH, dump
from engine.project.line_text import KeptTexts, project_line
from engine.project.model import Origin, Project, Tempi, Track, TrackNote
from engine.project.shapes import PROJECT
from engine.project.versions import MARK, VERSION
from engine.score import Curve, NoteId

TEXT = st.text(max_size=4)
PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT
VALUES = st.recursive(PLAIN, lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner), max_leaves=8)
MORE = st.just({}) | st.dictionaries(st.sampled_from(["x", "ÿ"]), VALUES, max_size=1)
POINTS = (
    st.lists(st.tuples(st.floats(0, 99), st.floats(50, 60)), min_size=1, max_size=5).map(sorted).map(tuple).map(Curve)
)
NOTES = st.builds(
    TrackNote,
    id=TEXT.map(NoteId),
    start=st.floats(0, 1e3),
    duration=st.floats(0.1, 9),
    key=st.integers(0, 127),
    lyric=TEXT,
    holds=st.booleans(),
    phones=st.lists(TEXT, max_size=4).map(tuple),
    expression=st.dictionaries(st.just("vibrato_depth"), st.floats(0, 1)),
    more=MORE,
)
TRACKS = st.builds(
    Track,
    id=TEXT,
    name=TEXT,
    notes=st.lists(NOTES, max_size=3).map(tuple),
    phrase_breaks=st.lists(TEXT.map(NoteId), max_size=5).map(tuple),
    curves=st.dictionaries(st.sampled_from(["breath", "gain_db"]), POINTS),
    drawn=st.lists(POINTS, max_size=2).map(tuple),
    more=MORE,
)
PROJECTS = st.builds(
    Project,
    name=TEXT,
    tempo_map=st.builds(Tempi, tempi=st.just(((0.0, 120.0),)), more=MORE),
    tracks=st.lists(TRACKS, max_size=2).map(tuple),
    clip=st.none() | st.builds(Origin, name=TEXT, more=MORE),
    more=MORE,
)


def at_once(project: Project) -> str:
    """The line, by one call of the encoder."""
    return json.dumps({MARK: VERSION} | PROJECT.write(project))


def spread(value: Any, level: int = 0, top: bool = True) -> Iterator[str]:
    """The file, with every object and list written whole to see whether it fits."""
    line = json.dumps(value, ensure_ascii=False, allow_nan=False)
    fits = not top and not rows(value) and len(line) + 2 * level <= MAX_WIDTH
    if not isinstance(value, dict | list) or not value or fits:
        yield line
        return
    if isinstance(value, dict):
        entries = [(json.dumps(name, ensure_ascii=False) + ": ", entry) for name, entry in value.items()]
    else:
        entries = [("", entry) for entry in value]
    lines = ["  " * (level + 1) + name + "".join(spread(entry, level + 1, top=False)) for name, entry in entries]
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    yield opening + "\n" + ",\n".join(lines) + "\n" + "  " * level + closing


def rows(value: Any) -> bool:
    """Whether a list of objects lies in it."""
    if isinstance(value, list):
        return any(isinstance(entry, dict) or rows(entry) for entry in value)
    return isinstance(value, dict) and any(map(rows, value.values()))


@pytest.fixture(scope="module")
def few_at_once() -> Iterator[None]:
    """Short lists are long."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(line_text, "_AT_ONCE", 3)
        yield


@settings(max_examples=40, deadline=None)
@given(PROJECTS, NOTES)
@pytest.mark.usefixtures("few_at_once")
def test_a_line_is_the_same_as_at_once_the_first_time_and_after_an_edit(project: Project, note: TrackNote) -> None:
    assert project_line(project) == at_once(project)
    tracks = tuple(replace(track, notes=(*track.notes[1:], note, *track.notes[:1])) for track in project.tracks)
    edited = replace(project, tracks=tracks)
    assert project_line(edited) == at_once(edited)
    assert project_line(project) == at_once(project)


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(TEXT, VALUES, max_size=4))
def test_a_file_is_the_same_as_by_writing_all_to_see_whether_it_fits(value: dict[str, Any]) -> None:
    assert dump(value) == "".join(spread(value)) + "\n"


@pytest.mark.parametrize("count", [38, 39, 40, 41])
@pytest.mark.parametrize("inner", [1, [1], [], {}, {"": 1}])
def test_what_just_fits_on_a_line_stays_on_it(count: int, inner: Any) -> None:
    for entries in ([inner] * count, [[inner] * (count // 2)] * 2, {str(i): inner for i in range(count // 2)}):
        value = {"": entries}
        assert dump(value) == "".join(spread(value)) + "\n"


def song(count: int, name: str = "lead") -> Project:
    notes = tuple(TrackNote(NoteId(f"n{i}"), i, 1.0, 60, "la") for i in range(count))
    return Project("song", Tempi(((0.0, 120.0),)), (Track(name, "Lead", notes=notes),))


@pytest.fixture
def encoded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Ids of the notes that are encoded."""
    written: list[str] = []
    encode = line_text._encoded

    def told(value: Any) -> str:
        if isinstance(value, dict) and "duration" in value:
            written.append(value["id"])
        return encode(value)

    monkeypatch.setattr(line_text, "_encoded", told)
    monkeypatch.setattr(line_text, "_KEPT", KeptTexts())
    return written


def test_after_an_edit_only_what_changed_is_encoded(encoded: list[str]) -> None:
    project = song(100)
    project_line(project)
    assert len(encoded) == 100
    encoded.clear()
    (track,) = project.tracks
    moved = replace(track.notes[7], key=61)
    project_line(project.with_track(replace(track, notes=(*track.notes[:7], moved, *track.notes[8:]))))
    assert encoded == ["n7"]


def test_equal_notes_of_another_song_are_encoded_by_themselves(encoded: list[str]) -> None:
    project_line(song(3))
    assert project_line(replace(song(3), name="other")) == at_once(replace(song(3), name="other"))
    assert encoded == ["n0", "n1", "n2"] * 2


def test_of_many_tracks_those_written_last_are_kept() -> None:
    kept = KeptTexts(most=10)
    for name in "abcd":
        kept.texts(("song", name), song(4).tracks[0].notes)
    assert kept.count == 8


def test_threads_that_write_the_same_song_get_the_same_line() -> None:
    projects = [song(200)]
    for i in range(20):
        (track,) = projects[-1].tracks
        changed = replace(track.notes[i], lyric=str(i))
        projects.append(
            projects[0].with_track(replace(track, notes=(*track.notes[:i], changed, *track.notes[i + 1 :])))
        )
    wrong: list[int] = []

    def write() -> None:
        wrong.extend(i for i, project in enumerate(projects) if project_line(project) != at_once(project))

    threads = [Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_a_long_list_goes_to_the_encoder_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    longest = 0
    encode = line_text._encoded

    def told(value: Any) -> str:
        nonlocal longest
        longest = max(longest, len(value) if isinstance(value, list) else 0)
        return encode(value)

    monkeypatch.setattr(line_text, "_encoded", told)
    points = Curve(tuple((float(i), 60.0) for i in range(5000)))
    project = replace(song(1), tracks=(Track("lead", "Lead", drawn=(points,)),), name="drawn")
    line = project_line(project)
    assert longest <= 100
    assert line == at_once(project)
