"""Numbers are read as people write them; what cannot be told is no number."""

from __future__ import annotations

import pytest

from gui.widgets.typed_number import typed_number

HERTZ = (20.0, 20000.0, "Hz")
RATIO = (1.0, 20.0, ": 1")
DECIBELS = (-60.0, 24.0, "dB")


@pytest.mark.parametrize(
    ("written", "span", "value"),
    [
        ("1250", HERTZ, 1250.0),
        ("1,250", HERTZ, 1250.0),
        ("1,250.5", HERTZ, 1250.5),
        ("12,500 Hz", HERTZ, 12500.0),
        ("2k", HERTZ, 2000.0),
        ("2.5 kHz", HERTZ, 2500.0),
        ("2,5 K", HERTZ, 2500.0),
        ("1 250 Hz", HERTZ, 1250.0),
        ("1,250", RATIO, 1.25),
        ("4 : 1", RATIO, 4.0),
        ("−3,5 dB", DECIBELS, -3.5),
        ("+6", DECIBELS, 6.0),
        (".5", DECIBELS, 0.5),
        ("0,250", DECIBELS, 0.25),
    ],
)
def test_numbers(written: str, span: tuple[float, float, str], value: float) -> None:
    assert typed_number(written, *span) == value


@pytest.mark.parametrize(
    "written", ["", "loud", "nan", "inf", "-Infinity", "1e999", "9" * 400, "1_000", "1.2.3", "1.250,5", "k", "-", ","]
)
def test_what_is_none(written: str) -> None:
    assert typed_number(written, *HERTZ) is None
