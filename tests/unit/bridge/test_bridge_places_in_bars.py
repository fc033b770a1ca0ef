"""Bars and folders as users see them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from engine.jobs import JobState
from engine.score import TempoMap
from plugin_host.bridge.job import Target
from plugin_host.bridge.sounds import position_name, session_bar
from plugin_host.ports import Action, Placement
from tests.unit.bridge.stand_ins import NOTES, Rig

UPBEAT = TempoMap(((0.0, 120.0),), ((0.0, 3, 4),), pickup=1.0)


@pytest.mark.parametrize("tempo_map", [UPBEAT, replace(UPBEAT, pickup=0.0)], ids=["upbeat", "none"])
def test_quarter_0_is_in_bar_1(tempo_map: TempoMap) -> None:
    assert session_bar(tempo_map, 0.0)[0] == 1
    target = Target("key", "Song", None, 48_000, "Verse", "Lead", 0, tempo_map, 0.0)
    assert position_name(target, 0) == "b001_q000.000_48k"


def test_bars_count_up_from_an_upbeat() -> None:
    assert [session_bar(UPBEAT, quarter)[0] for quarter in (0.5, 1.0, 3.9, 4.0)] == [1, 2, 2, 3]


def test_what_was_put_under_another_name_is_told_by_it(
    rig: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder has no tracks."""
    rig.daw.add_clip("Lead", "Vocal", 8.0, NOTES)
    place = rig.adapter.place_audio

    def renamed(placements: list[Placement], label: str) -> tuple[Placement, ...]:
        return tuple(replace(placed, path=tmp_path / "lead_b001.wav") for placed in place(placements, label))

    monkeypatch.setattr(rig.adapter, "place_audio", renamed)
    job = rig.do(Action.SING, "Lead")
    assert (job.state, job.sentence) == (JobState.DONE, f"Lead has become {tmp_path / 'lead_b001.wav'}.")
