"""The level meter: rises at once, falls slowly, rests at the floor."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from gui.theme import Theme
from gui.widgets.meter import FLOOR_DB, Meter, in_db


def test_peaks_are_told_in_db() -> None:
    assert in_db(1.0) == 0
    assert in_db(0.5) == pytest.approx(-6.02, abs=0.01)
    assert in_db(0.0) == in_db(1e-9) == FLOOR_DB


def test_it_rises_at_once_and_falls_slowly(qtbot: QtBot, dark_theme: Theme) -> None:
    meter = Meter(dark_theme)
    qtbot.addWidget(meter)
    meter.show_peaks(1.0, 0.1)
    assert meter.levels_db() == pytest.approx((0, -20))
    meter.show_peaks(0.0, 0.5)
    left, right = meter.levels_db()
    assert -20 < left <= 0  # not gone within a few milliseconds
    assert right == pytest.approx(-6.02, abs=0.01)
    meter.rest()
    assert meter.levels_db() == (FLOOR_DB, FLOOR_DB)


def test_loud_and_soft_look_different(qtbot: QtBot, theme: Theme) -> None:
    meter = Meter(theme)
    qtbot.addWidget(meter)
    empty = meter.grab().toImage()
    meter.show_peaks(0.05, 0.05)
    soft = meter.grab().toImage()
    meter.show_peaks(1.0, 1.0)
    loud = meter.grab().toImage()
    assert empty != soft
    assert soft != loud
