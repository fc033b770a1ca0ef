"""What cannot be put where it belongs is kept, and the user is told where."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from engine.api import SingRequest, SingResult
from engine.errors import InputError, MelismaError
from engine.jobs import JobContext, JobState
from plugin_host.adapters.fake import EVERYTHING
from plugin_host.ports import Action, Capability, Session
from tests.unit.bridge.stand_ins import NOTES, Rig, placed, render_clicks, result_of

RATE = 44_100


@pytest.mark.parametrize("spoil", ["missing", "file", "read-only", "unsaved"])
def test_a_session_folder_that_cannot_be_used(rig: Rig, tmp_path: Path, spoil: str) -> None:
    folder = tmp_path / "song"
    if spoil in ("missing", "file"):
        folder.rmdir()
    if spoil == "file":
        (tmp_path / "song").write_bytes(b"")
    if spoil == "read-only":
        (folder / "melisma").write_bytes(b"in the way")  # permissions do not stop root, who runs some CI
    if spoil == "unsaved":
        rig.daw.session = replace(rig.daw.session, folder=None)
    rig.daw.add_clip("Lead", "Vocal", 8.0, NOTES)
    job = rig.do(Action.SING, "Lead")
    placement = placed(rig, "Vocal (sung)")
    assert placement.path.parent == rig.store.sounds(job.id)
    assert job.state is JobState.DONE
    assert (str(placement.path.parent) in job.sentence) == (spoil != "unsaved")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="permissions do not stop this user")
def test_a_session_folder_without_permission(rig: Rig, tmp_path: Path) -> None:
    (tmp_path / "song").chmod(0o500)
    rig.daw.add_clip("Lead", "Vocal", 8.0, NOTES)
    job = rig.do(Action.SING, "Lead")
    (tmp_path / "song").chmod(0o700)
    assert placed(rig, "Vocal (sung)").path.parent == rig.store.sounds(job.id)


@pytest.mark.parametrize(
    "fault",
    [InputError("Fake DAW did not answer.", "Close its dialog."), MelismaError("It said nonsense."), KeyError("x")],
    ids=lambda fault: type(fault).__name__,
)
def test_a_sound_that_cannot_be_placed_is_kept(rig: Rig, tmp_path: Path, fault: Exception) -> None:
    rig.daw.add_clip("Lead", "Vocal", 8.0, NOTES)
    rig.daw.faults["place_audio"] = fault
    job = rig.do(Action.SING, "Lead")
    (kept,) = (tmp_path / "song" / "melisma").iterdir()
    assert job.state is JobState.FAILED
    assert f"The sound is kept: {kept}." in job.sentence
    assert result_of(job)["kept"] == [str(kept)]
    ((_, sentence, failed),) = rig.daw.answers
    assert failed
    assert str(kept) in sentence


def test_nothing_is_put_into_another_session(rig: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plugin_host.bridge.placing._IN_TURN_S", 0.05)
    rig.daw.add_clip("Lead", "Vocal", 8.0, NOTES)

    def meanwhile(request: SingRequest, context: JobContext) -> SingResult:
        rig.daw.open_session(Session("other", "Other", RATE))
        return render_clicks(request, context)

    monkeypatch.setattr("engine.api.render_clip", meanwhile)
    job = rig.do(Action.SING, "Lead")
    assert job.state is JobState.FAILED
    assert "Song is no longer open" in job.sentence
    assert rig.daw.sounds_on == {}
    assert len(list((tmp_path / "song" / "melisma").iterdir())) == 1


def test_a_daw_that_is_open_twice_is_waited_for(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both tell of themselves in turn."""
    rig.daw.add_clip("Lead", "Vocal", 8.0, NOTES)
    ours, told = rig.daw.session, []

    def in_turn() -> Session:
        told.append(ours if len(told) == 3 else Session("other", "Other", RATE))
        return told[-1]

    monkeypatch.setattr(rig.adapter, "session", in_turn)
    assert rig.do(Action.SING, "Lead").state is JobState.DONE
    assert len(told) == 4


def test_a_daw_that_died_meanwhile(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    rig.daw.add_clip("Lead", "Vocal", 8.0, NOTES)

    def meanwhile(request: SingRequest, context: JobContext) -> SingResult:
        rig.daw.alive = False
        return render_clicks(request, context)

    monkeypatch.setattr("engine.api.render_clip", meanwhile)
    job = rig.do(Action.SING, "Lead")
    assert job.state is JobState.FAILED
    assert "The sound is kept" in job.sentence


def test_a_daw_that_takes_no_sound(rig: Rig) -> None:
    rig.daw.add_clip("Lead", "Vocal", 8.0, NOTES)
    rig.adapter._capabilities = EVERYTHING - {Capability.PLACE_AUDIO}
    job = rig.do(Action.SING, "Lead")
    assert job.state is JobState.DONE
    assert "drag it" in job.sentence
