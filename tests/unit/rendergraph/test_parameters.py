"""A plugin's parameters, found by what the plugin shows."""

from __future__ import annotations

import math
from typing import Any

import pytest

from engine.errors import InputError
from plugin_host.rendergraph.parameters import Parameters


class FakePlugin:
    """Knobs as plugins have them: logarithmic, falling, with names, with a meter beside them."""

    def __init__(self) -> None:
        self.values = [0.5, 0.5, 0.0, 0.25]

    def get_parameters_description(self) -> list[dict[str, Any]]:
        rows = [("Cutoff", "Hz", 0, True), ("Damp", "dB", 0, True), ("Mode", "", 3, True), ("Meter", "dB", 0, False)]
        return [
            {
                "index": index,
                "name": name,
                "label": unit,
                "numSteps": steps or 2**31 - 1,
                "isAutomatable": automatable,
                "text": self._text(index, self.values[index]),
                "min": self._text(index, 0.0),
                "max": self._text(index, 1.0),
            }
            for index, (name, unit, steps, automatable) in enumerate(rows)
        ]

    def _text(self, index: int, value: float) -> str:
        if index == 0:
            return f"{20 * 1000**value:.1f} Hz"
        if index == 2:
            return ("Room", "Hall", "Plate")[min(2, round(value * 2))]
        return f"{-60 * value:.2f}"

    def get_parameter(self, index: int) -> float:
        return self.values[index]

    def set_parameter(self, index: int, value: float) -> None:
        self.values[index] = value

    def get_parameter_text(self, index: int) -> str:
        return self._text(index, self.values[index])


@pytest.fixture
def known() -> Parameters:
    return Parameters(FakePlugin(), "Fake")


def test_numbers_are_in_the_plugins_unit(known: Parameters) -> None:
    for hz in (20, 440, 1000, 20000):
        assert known.place("cutoff", hz) == pytest.approx(math.log(hz / 20, 1000), abs=1e-3)
    assert known.place("Cutoff", "440 Hz") == pytest.approx(math.log(22, 1000), abs=1e-3)


def test_falling_knobs(known: Parameters) -> None:
    assert known.place("Damp", "-15") == pytest.approx(0.25, abs=1e-3)


def test_texts_and_ways(known: Parameters) -> None:
    assert known.place("mode", "plate") == 1.0
    assert known.place("Cutoff", "40%") == 0.4


def test_asking_turns_nothing() -> None:
    plugin = FakePlugin()
    known = Parameters(plugin, "Fake")
    for name, value in (("Cutoff", "440"), ("Mode", "hall"), ("Damp", "-6")):
        known.place(name, value)
    assert plugin.values == [0.5, 0.5, 0.0, 0.25]


@pytest.mark.parametrize(
    ("name", "value"), [("Cutoff", "30000"), ("Cutoff", "high"), ("Mode", "Cave"), ("Cutoff", "120%"), ("Cutoff", "")]
)
def test_what_cannot_be_set_is_said(known: Parameters, name: str, value: str) -> None:
    with pytest.raises(InputError, match="Fake cannot set"):
        known.place(name, value)


@pytest.mark.parametrize("name", ["Cutof", "Meter", ""])
def test_other_names_list_all(known: Parameters, name: str) -> None:
    with pytest.raises(InputError) as caught:
        known.index(name)
    assert caught.value.hint == "It has: Cutoff, Damp, Mode."
