"""From edit to sound: when to ask, and how far each phrase is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.api.project import Project
from engine.score import NoteId, TempoMap
from gui.document import notes
from gui.viewmodels import live as module
from gui.viewmodels.live import REST_S, Live, State
from gui.viewmodels.live_plan import read_plan
from tests.unit.gui.songs_to_edit import TRACK, row, song

C, W, R, D, F = State.CLEAN, State.WAITING, State.RENDERING, State.DONE, State.FAILED


@pytest.fixture
def project() -> Project:
    """Four phrases of one note, 2 s apart."""
    return song(*row("a", "b", "c", "d", rest=3.0))


def phrase(number: int, key: str) -> dict[str, Any]:
    start = 2.0 * (number - 1)
    note = f"n{number - 1}"
    return {
        "key": key, "number": number, "first": note, "notes": [note], "start_s": start, "end_s": start + 0.5,
        "phones": [{"label": "AA", "start_s": start, "end_s": start + 0.5, "note": note}],
        "f0_start_s": start, "f0": [60.0, None, 0.0, 61.0],
    }  # fmt: skip


def plan(*keys: str) -> dict[str, Any]:
    phrases = [phrase(number, key) for number, key in enumerate(keys, start=1)]
    problem = {"kind": "unknown_word", "message": "?", "sentence": "?", "note_id": "n1", "bar": 2, "beat": 1.0}
    return {
        "plan": {
            "voice": "v", "speaker": "", "language": "en", "sample_rate": 44100, "duration_s": 9.0,
            "problems": [problem], "phrases": phrases,
        }
    }  # fmt: skip


def sound(key: str, samples: int = 100) -> dict[str, Any]:
    return {"phrase": key, "path": f"/scratch/{key}.f32", "start_s": 0.0, "samples": samples}


def asked(live: Live, project: Project, now_s: float = 0.0, position_s: float = 0.0, playing: bool = False) -> int:
    live.edited(now_s, project, TRACK)
    return live.ask(project, TRACK, position_s, playing).serial


def states(live: Live) -> list[State]:
    return [live.state(entry) for entry in live.phrases]


def test_an_edit_asks_once_after_a_rest(project: Project) -> None:
    live = Live()
    assert live.due_in_s(0.0) is None
    live.edited(10.0, project, TRACK)
    assert live.due_in_s(10.0) == pytest.approx(REST_S)
    live.edited(10.15, project, TRACK)
    assert live.due_in_s(10.2) == pytest.approx(0.15)
    assert live.due_in_s(99.0) == 0.0
    live.ask(project, TRACK, 0.0, False)
    assert live.due_in_s(99.0) is None
    assert live.busy


def test_phrases_are_sung_one_after_the_other(project: Project) -> None:
    live = Live()
    serial = asked(live, project)
    assert live.part(serial, plan("a", "b", "c", "d"))
    assert states(live) == [R, W, W, W]
    live.part(serial, sound("a"))
    assert states(live) == [D, R, W, W]
    for key in "bcd":
        live.part(serial, sound(key))
    assert live.done(serial)
    assert states(live) == [D, D, D, D]
    assert not live.busy
    assert [entry.path for entry in live.sounds()] == [Path(f"/scratch/{key}.f32") for key in "abcd"]


def test_who_waits_for_sound_is_served_first(project: Project) -> None:
    live = Live()
    live.edited(0.0, project, TRACK)
    request = live.ask(project, TRACK, 4.1, True)
    assert request.near_s == 4.1
    live.part(request.serial, plan("a", "b", "c", "d"))
    assert states(live) == [W, W, R, W]
    live.part(request.serial, sound("c"))
    live.part(request.serial, sound("d"))
    assert states(live) == [R, W, D, D]


def test_near_is_the_edit_unless_it_plays(project: Project) -> None:
    live = Live()
    live.part(asked(live, project), plan("a", "b", "c", "d"))
    edited = notes.move(project, TRACK, {NoteId("n2")}, 0.0, 1)
    live.edited(1.0, edited, TRACK)
    assert live.ask(edited, TRACK, 0.3, False).near_s == pytest.approx(4.0)
    live.edited(2.0, notes.move(edited, TRACK, {NoteId("n2")}, 0.0, 1), TRACK)
    assert live.ask(edited, TRACK, 0.3, True).near_s == 0.3


def test_only_what_changed_waits(project: Project) -> None:
    live = Live()
    serial = asked(live, project)
    live.part(serial, plan("a", "b", "c", "d"))
    for key in "abcd":
        live.part(serial, sound(key))
    live.done(serial)
    edited = notes.move(project, TRACK, {NoteId("n1")}, 0.0, 2)
    live.edited(1.0, edited, TRACK)
    assert states(live) == [D, W, D, D], "at once, before anybody was asked"
    live.edited(1.1, project, TRACK)
    assert states(live) == [D, D, D, D], "taken back"
    request = live.ask(edited, TRACK, 0.0, False)
    assert set(request.known) == set("abcd")
    live.part(request.serial, plan("a", "B", "c", "d"))
    assert states(live) == [D, R, D, D]
    live.edited(1.2, project, TRACK)
    live.part(live.ask(project, TRACK, 0.0, False).serial, plan("a", "B", "c", "d"))
    assert states(live) == [D, R, D, D], "planned again, to the same end"
    live.part(request.serial, sound("B"))
    assert states(live) == [D, D, D, D]
    live.edited(1.3, notes.remove(edited, TRACK, {NoteId("n3")}), TRACK)
    assert states(live)[3] == W


def test_sounds_that_were_there_are_clean(project: Project) -> None:
    live = Live()
    first = asked(live, project)
    live.part(first, sound("b"))
    live.part(first, plan("a", "b", "c", "d"))
    assert states(live) == [R, C, W, W]


def test_the_newest_wins_but_every_sound_counts(project: Project) -> None:
    live = Live()
    old = asked(live, project)
    live.part(old, plan("a", "b", "c", "d"))
    new = asked(live, project, 1.0)
    assert not live.part(old, plan("x", "x", "x", "x"))
    assert [entry.key for entry in live.phrases] == list("abcd")
    live.part(old, sound("a"))
    live.part(new, plan("a", "b", "c", "e"))
    assert states(live)[0] == D
    assert not live.done(old)
    assert not live.failed(old, "no")
    assert live.busy


def test_a_chorus_is_sung_once_and_sounds_twice(project: Project) -> None:
    live = Live()
    serial = asked(live, project)
    live.part(serial, plan("a", "b", "a", "d"))
    live.part(serial, sound("a"))
    assert [entry.start_s for entry in live.sounds()] == [0.0, 4.0]
    assert states(live) == [D, R, D, W]


def test_a_draft_is_heard_while_the_phrase_is_sung(project: Project) -> None:
    live = Live()
    serial = asked(live, project)
    live.part(serial, sound("a") | {"path": "/scratch/a-draft.f32", "draft": True})  # before its plan was read
    live.part(serial, plan("a", "b", "c", "d"))
    assert states(live) == [R, W, W, W]
    assert [entry.path.name for entry in live.sounds()] == ["a-draft.f32"]
    assert live.part(serial, sound("a"))
    assert states(live) == [D, R, W, W]
    assert [entry.path.name for entry in live.sounds()] == ["a.f32"]
    assert not live.part(serial, sound("a") | {"draft": True}), "too late"
    assert live.part(serial, sound("b") | {"draft": True})
    live.cancelled(serial)
    assert states(live) == [D, W, W, W]
    assert set(live.ask(project, TRACK, 0.0, False).known) == {"a"}, "a draft is not the phrase"


def test_a_file_that_cannot_be_read_says_so(project: Project) -> None:
    live = Live()
    serial = asked(live, project)
    live.part(serial, plan("a", "b", "c", "d"))
    live.part(serial, sound("a"))
    assert live.gone("a", 1.0, again=True)
    assert (states(live)[0], live.message) == (W, "")
    assert live.gone("a", 2.0, again=False)
    assert states(live)[0] == F
    assert live.message


def test_what_cannot_be_sung_has_failed_until_the_next_edit(project: Project) -> None:
    live = Live()
    serial = asked(live, project)
    live.part(serial, plan("a", "b", "c", "d"))
    live.part(serial, sound("a"))
    assert live.failed(serial, "No voice.")
    assert states(live) == [D, F, F, F]
    assert live.message == "No voice."
    live.part(asked(live, project, 2.0), plan("a", "b", "c", "d"))
    assert states(live) == [D, R, W, W]
    assert live.message == ""


def test_a_death_of_the_engine_asks_again_but_not_for_ever(project: Project) -> None:
    live = Live()
    serial = asked(live, project)
    live.part(serial, plan("a", "b", "c", "d"))
    live.part(serial, sound("a"))
    assert live.lost(serial, 5.0)
    assert states(live) == [W, W, W, W]
    assert live.sounds() == (), "its files went with it"
    for _ in range(2):
        assert live.due_in_s(5.0) is not None
        live.lost(live.ask(project, TRACK, 0.0, False).serial, 5.0)
    assert live.due_in_s(5.0) is None
    assert states(live) == [F, F, F, F]


def test_who_cancels_finds_it_waiting(project: Project) -> None:
    live = Live()
    serial = asked(live, project)
    live.part(serial, plan("a", "b", "c", "d"))
    assert live.cancelled(serial)
    assert states(live) == [W, W, W, W]
    assert not live.busy


def test_sounds_of_old_edits_go_when_they_take_too_much(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEPT_BYTES", 1000)
    live = Live()
    serial = asked(live, project)
    for key in ("x", "y", "z", "a"):
        live.part(serial, sound(key))
    live.part(serial, plan("a", "b", "c", "d"))
    assert live.surplus() == (Path("/scratch/x.f32"),)
    assert live.surplus() == ()
    assert set(live.ask(project, TRACK, 0.0, False).known) == {"y", "z", "a"}


def test_the_plan_is_read_as_it_was_told() -> None:
    read = read_plan(plan("a", "b")["plan"])
    assert [phone.label for phone in read.phones] == ["AA", "AA"]
    assert read.problems[0].note_id == "n1"
    assert np.isnan(read.phrases[0].f0).tolist() == [False, True, True, False]
    pitch = read.pitch(TempoMap(((0.0, 120.0),)))
    assert (np.diff(pitch.quarters) >= 0).all()
    assert pitch.at(np.array([0.0])) == pytest.approx([60.0])
    with pytest.raises((KeyError, TypeError, ValueError)):
        read_plan({"phrases": []})


def test_phrases_that_are_told_again_are_those_of_before() -> None:
    before = read_plan(plan("a", "b")["plan"])
    told = plan("a", "b")["plan"]
    told["phrases"][1]["phones"][0]["label"] = "IY"
    read = read_plan(told, before)
    assert read.phrases[0] is before.phrases[0]
    assert [phone.label for phone in read.phones] == ["AA", "IY"]


@pytest.mark.parametrize(
    ("name", "value"), [("number", 7), ("first", "x"), ("notes", ["x"]), ("start_s", 9.0), ("end_s", 9.0), ("key", "c")]
)
def test_a_phrase_that_differs_is_read_anew(name: str, value: Any) -> None:
    before = read_plan(plan("a", "b")["plan"])
    told = plan("a", "b")["plan"]
    told["phrases"][0][name] = value
    read = read_plan(told, before)
    assert read.phrases[0] is not before.phrases[0]
    assert read.phrases[1] is before.phrases[1]
