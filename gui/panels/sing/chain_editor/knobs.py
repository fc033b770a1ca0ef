"""What a parameter of an effect looks like as a bar: its range, its steps, its words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gui.texts import chains as text
from gui.texts import tr
from gui.widgets.value_bar import Range
from gui.widgets.value_ranges import ChoiceRange, LogRange

if TYPE_CHECKING:
    from plugin_host.rendergraph import Parameter

_HEARD_AS_RATIOS = ("Hz", "ms", ": 1")
_FINE_BELOW = 100.0
"""Ranges that end below this are turned in hundredths or tenths, not in whole steps."""


def span_of(parameter: Parameter) -> Range:
    """Logarithmic where the ear hears ratios, in choices where there are some."""
    low, high, default = parameter.low, parameter.high, parameter.default
    unit = text.UNITS.get(parameter.unit, parameter.unit)
    if parameter.choices:
        return ChoiceRange(low, high, default, 1, 0, unit, choices=parameter.choices)
    if low > 0 and (parameter.unit in _HEARD_AS_RATIOS or parameter.name == "q"):
        return LogRange(low, high, default, 1, _decimals(parameter), unit)
    step = 0.5 if parameter.unit.startswith("dB") else 1.0 if high >= _FINE_BELOW / 10 else 0.05
    return Range(low, high, default, step, _decimals(parameter), unit)


def tip_of(parameter: Parameter, span: Range) -> str:
    """What it does, how far it goes, and how it is turned."""
    about = tr(parameter.about)
    return text.KNOB_TIP.format(
        about=about[:1].upper() + about[1:], range=parameter.range_text, default=span.told(parameter.default)
    )


def _decimals(parameter: Parameter) -> int:
    """As many as the ear could tell apart."""
    if parameter.unit == "Hz":
        return 0 if parameter.high >= _FINE_BELOW else 2
    if parameter.unit in ("ms", "cent", ": 1") or parameter.unit.startswith("dB"):
        return 1
    return 2
