"""Any project survives its file, with whatever else lies in it; no file whatever brings a traceback."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from engine.errors import InputError
from engine.project.file import parse_project, project_bytes
from engine.project.json_text import dump
from engine.project.model import NamedTake, Origin, PhraseTakes, Project, TrackChoir
from engine.project.schema import Faults
from engine.project.score import project_of_score, score_of_track
from engine.project.takes import like, retake
from engine.score import Curve, Note, NoteId, Score, TempoMap
from tests.songs import song

TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=8)
NUMBERS = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
SHARES = st.floats(0, 1)


def full() -> Project:
    """A project with something in every place."""
    project = project_of_score(song("one:60 two:62 . . three:64"), "song", Origin("a.mid", "a.mid", 1.5))
    project = retake(retake(project, None, "p1"), None, "p2", "timbre")
    track = project.tracks[0]
    notes = (replace(track.notes[0], expression={"gender": 1.0}, phones=("W", "AH", "N")), *track.notes[1:])
    return project.with_track(
        replace(
            track,
            notes=notes,
            choir=TrackChoir(3, 15.0, 8.0, 0.7, speakers=("yuki",)),
            blend={"kerstin": 0.25},
            expression={"dynamics": -3.0},
            phrase_breaks=(NoteId("n1"),),
            curves={"tension": Curve(((0.0, 0.0), (2.0, 1.0)))},
            drawn=(Curve(((0.0, 60.0), (1.0, 61.5))),),
            num_steps=4,
        )
    )


FULL = json.loads(project_bytes(full()))


def objects(value: Any) -> list[dict[str, Any]]:
    """Every object whose fields are named by the format; those of free names hold no others."""
    found = []
    if isinstance(value, dict):
        found.append(value)
        for name, inner in value.items():
            free = name in ("takes", "blend") and isinstance(inner, dict) and "chosen" not in inner
            found += [part for entry in inner.values() for part in objects(entry)] if free else objects(inner)
    elif isinstance(value, list):
        found += [part for entry in value for part in objects(entry)]
    return found


def test_every_level_of_the_format_is_there() -> None:
    assert len(objects(FULL)) >= 15


@given(st.data())
def test_unknown_fields_survive_reading_editing_and_writing(data: st.DataObject) -> None:
    whole = copy.deepcopy(FULL)
    for part in objects(whole):
        for name, value in data.draw(st.dictionaries(TEXT.map(lambda text: "~" + text), JSON, max_size=2)).items():
            part[name] = value
    project = parse_project(json.dumps(whole).encode())
    assert json.loads(project_bytes(project)) == whole
    edited = json.loads(project_bytes(like(project, None, "p1", "1")))
    (place,) = [part for part in objects(edited) if part.get("liked")]
    del place["liked"]
    assert edited == whole


@given(st.data())
def test_a_spoiled_file_is_read_or_refused_in_a_sentence(data: st.DataObject) -> None:
    whole = copy.deepcopy(FULL)
    for _ in range(data.draw(st.integers(1, 3))):
        part = data.draw(st.sampled_from(objects(whole)))
        if not part:
            continue
        name = data.draw(st.sampled_from(sorted(part)))
        if data.draw(st.booleans()):
            part[name] = data.draw(JSON)
        else:
            del part[name]
    check(json.dumps(whole).encode())


@given(st.integers(0, 10_000), st.binary(max_size=6), st.integers(0, 6))
def test_spoiled_bytes_are_read_or_refused_in_a_sentence(at: int, put: bytes, cut: int) -> None:
    text = project_bytes(full())
    at %= len(text)
    check(text[:at] + put + text[at + cut :])


@given(JSON)
def test_any_json_is_refused_in_a_sentence(value: Any) -> None:
    check(json.dumps(value).encode())
    check(json.dumps({"melisma": 1, "name": "x", "tracks": value, "tempo_map": value}).encode())


def check(text: bytes) -> None:
    refusal: InputError | None = None
    try:
        project = parse_project(text, "song.melisma")
    except InputError as error:
        refusal = error
    if refusal is not None:
        assert refusal.message.endswith(".")
        assert refusal.hint.endswith(".")
        assert len(refusal.message) < 1500
        return
    again = project_bytes(project)
    assert parse_project(again) == project
    assert project_bytes(parse_project(again)) == again


@given(JSON)
def test_our_json_is_json(value: Any) -> None:
    assert json.loads(dump(value)) == value


@given(
    st.lists(
        st.tuples(st.floats(1e-5, 50), st.floats(0, 3), st.integers(0, 127), TEXT, st.booleans(), st.booleans()),
        max_size=8,
    ),
    st.lists(st.tuples(st.floats(0, 400), st.floats(-24, 12)), max_size=5),
    st.floats(20, 300),
)
def test_scores_survive(rows: list[Any], points: list[tuple[float, float]], bpm: float) -> None:
    notes, at = [], 0.0
    for number, (duration, rest, key, lyric, ends, breath) in enumerate(rows):
        notes.append(Note(NoteId(f"n{number}"), at, duration, key, lyric, ends_word=ends, breath=breath))
        at = notes[-1].end + rest
    curves = {"dynamics": Curve(tuple(sorted(points)))} if points else {}
    score = Score(tuple(notes), TempoMap(((0.0, bpm),)), "en", "song", curves=curves)
    project = parse_project(project_bytes(project_of_score(score, "song")))
    assert score_of_track(project, project.tracks[0]) == score


@given(st.integers(0, 2**53 - 1), st.integers(0, 2**53 - 1), TEXT)
def test_seeds_are_kept_to_the_last_digit(pitch: int, timbre: int, name: str) -> None:
    takes = PhraseTakes("a", (NamedTake("a", pitch, timbre, name),))
    project = full()
    project = project.with_track(replace(project.tracks[0], takes={"n0": takes}))
    assert parse_project(project_bytes(project)).tracks[0].takes["n0"] == takes


def test_faults_are_counted_beyond_what_is_kept() -> None:
    faults = Faults()
    for number in range(50):
        faults.add(f"[{number}]", "is wrong")
    assert (faults.count, len(faults.first)) == (50, 20)
