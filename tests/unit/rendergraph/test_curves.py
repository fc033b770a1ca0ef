"""What people write for knobs, and what it says for every sample."""

from __future__ import annotations

from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import InputError
from engine.score import TempoMap
from plugin_host.rendergraph import parse_automation, parse_setting
from plugin_host.rendergraph.curves import at_samples, positions

TEMPO = TempoMap(((0.0, 120.0), (4.0, 60.0), (6.0, 200.0)))


def test_settings() -> None:
    setting = parse_setting("ZamComp:Threshold = -20 dB")
    assert (setting.node, setting.parameter, setting.value) == ("ZamComp", "Threshold", "-20 dB")
    assert parse_setting("Threshold=-20").node == ""


def test_automation() -> None:
    curve = parse_automation("voice:gain_db = 0:-12, 4:0")
    assert (curve.node, curve.parameter, curve.unit) == ("voice", "gain_db", "quarters")
    assert curve.points == ((0.0, "-12"), (4.0, "0"))
    assert parse_automation("x=0s:1,2.5S:2").unit == "seconds"


@pytest.mark.parametrize("text", ["", "a", "a=", "=3", "  = 3"])
def test_settings_that_are_none(text: str) -> None:
    with pytest.raises(InputError):
        parse_setting(text)


@pytest.mark.parametrize(
    "text", ["", "a", "a=", "a=3", "a=x:3", "a=0:", "a=0:1,0:2", "a=4:1,2:2", "a=0s:1,2:2", "a=nan:1"]
)
def test_automation_that_is_none(text: str) -> None:
    with pytest.raises(InputError):
        parse_automation(text)


@given(text=st.text(max_size=40))
def test_any_text_is_understood_or_refused(text: str) -> None:
    for parse in (parse_setting, parse_automation):
        with suppress(InputError):
            assert parse(text).parameter


@given(start_s=st.floats(-2, 5), quarters=st.lists(st.floats(0, 12), min_size=2, max_size=5, unique=True))
def test_quarters_follow_the_tempo_map(start_s: float, quarters: list[float]) -> None:
    points = ",".join(f"{quarter!r}:{quarter!r}" for quarter in sorted(quarters))
    curve = parse_automation(f"x={points}")
    places = positions(curve, TEMPO, start_s, 1000, 4000)
    data = at_samples([float(value) for _, value in curve.points], places)
    for sample in (0, 1, 999, 2500, 3999):
        quarter = TEMPO.quarters(start_s + sample / 1000)
        assert data[sample] == pytest.approx(min(max(quarter, min(quarters)), max(quarters)), abs=2e-3)


def test_late_curves_begin_as_they_are() -> None:
    data = at_samples([1.0, 3.0], np.array([0.5, 1.0], np.float32), late=3)
    assert data.tolist() == [2, 2, 2, 2, 3]
