"""What the engine's process tells of a live track is what the window reads."""

from __future__ import annotations

import json

import numpy as np

from engine.api.live import LivePhrase, LivePlan
from engine.api.live_plan import LivePhone
from engine.api.project import Project, Tempi, Track, TrackNote, parse_project, project_line
from engine.host.coding import plain
from engine.host.ops.live import _plan
from engine.score import NoteId, Problem
from gui.viewmodels.live_plan import read_plan, read_sound


def test_a_plan_survives_the_way() -> None:
    phones = (LivePhone("AA", 0.25, 0.5, "n0"), LivePhone("SP", 0.5, 0.75, "n0"))
    f0 = np.array([60.25, np.nan, 61.0])
    phrase = LivePhrase("key", 1, "n0", ("n0", "n1"), 0.0, 1.0, phones, 0.125, f0)
    problem = Problem("unknown_word", "Bar 1, beat 2: what?", NoteId("n1"), 1, 2.0, "info")
    told = LivePlan("voice", "alto", "en", 44100, 2.0, (problem,), (phrase,))
    read = read_plan(json.loads(json.dumps(plain(_plan(told)))))
    assert (read.voice, read.speaker, read.language) == ("voice", "alto", "en")
    assert (read.sample_rate, read.duration_s, read.problems) == (44100, 2.0, (problem,))
    (back,) = read.phrases
    assert (back.key, back.number, back.first, back.notes) == ("key", 1, "n0", ("n0", "n1"))
    assert (back.start_s, back.end_s, back.f0_start_s) == (0.0, 1.0, 0.125)
    assert [(phone.label, phone.start_s, phone.end_s, phone.note) for phone in back.phones] == [
        (phone.label, phone.start_s, phone.end_s, phone.note) for phone in phones
    ]
    np.testing.assert_allclose(back.f0, f0)


def test_a_sound_survives_the_way() -> None:
    part = {"phrase": "key", "path": "/scratch/key.f32", "start_s": 1.5, "samples": 4, "channels": 2}
    read = read_sound(json.loads(json.dumps(part)))
    assert (read.key, read.path.name, read.start_s, read.samples, read.channels) == ("key", "key.f32", 1.5, 4, 2)
    assert read.num_bytes == 32


def test_the_short_text_of_a_project_is_the_project() -> None:
    note = TrackNote(NoteId("n0"), 0.1, 1.0, 60, "\u304d\u3089", more={"a:b": [1, {"c": None}]})
    track = Track("t1", "Lead", notes=(note,), more={"x:y": 1.5})
    project = Project("line\nbreak", Tempi(((0.0, 93.7),)), (track,))
    line = project_line(project)
    assert "\n" not in line
    assert parse_project(line.encode()) == project
