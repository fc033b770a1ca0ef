"""Faust programs, stereo in and out, for what DawDreamer's own processors do otherwise than pedalboard's.

Every moving parameter is a slider called as in the effects' table, so that it can be automated.  Each program follows
the arithmetic of the JUCE class behind pedalboard's effect, in single precision as it does; the tests hold the two
together.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Literal

from plugin_host.rendergraph import tuning
from plugin_host.rendergraph.effects import EFFECTS

LEFT, RIGHT = "process = _, !;", "process = !, _;"
JOIN, MIDDLE, TWICE = "process = _, _;", "process = + : *(0.5);", "process = _ <: _, _;"
PATH = "/dawdreamer/"
"""Before a slider's name, where DawDreamer wants the whole of it."""

_HEAD = """import("stdfaust.lib");
corner(hz) = min(hz, 0.49 * ma.SR);
level(db) = ba.db2linear(db);
low1(k) = fi.tf1(k / (1 + k), k / (1 + k), (k - 1) / (1 + k));
high1(k) = fi.tf1(1 / (1 + k), -1 / (1 + k), (k - 1) / (1 + k));
warp(hz) = tan(ma.PI * corner(hz) / ma.SR);
"""

# A first-order low-pass on the level, whose time is that until it has come 1 - exp(-2 pi) of the way.
_BALLISTICS = """
share(ms) = exp(-2000 * ma.PI / ma.SR / ms);
follow(attack, release, x) = x : step ~ _ with { step(y, v) = v + select2(v > y, release, attack) * (y - v); };
"""

# The phase runs from 0 to 2 pi in steps that are added up, with the rounding that this brings.
_SWAY = """
turn = 6.283185307179586;
phase(hz) = (+(hz * turn / ma.SR) : wrap) ~ _ with { wrap(p) = select2(p >= turn, p, p - turn); };
sway(hz, depth, centre) = max(1, sin(phase(hz)' - ma.PI) * depth * 10 + centre) * ma.SR / 1000;
between(size, d, x) = de.delay(size, whole, x) * (1 - part) + de.delay(size, whole + 1, x) * part
with { whole = min(size - 2, int(d)); part = d - int(d); };
"""


def filters(effect: str, values: Mapping[str, float]) -> str:
    """high-pass or low-pass: equal first-order sections."""
    sections = round(values["slope_db"] / 6)
    factor = math.sqrt(2 ** (1 / sections) - 1)
    move = f"* {factor!r}" if effect == "highpass" else f"/ {factor!r}"
    one = "high1" if effect == "highpass" else "low1"
    return (
        f"{_HEAD}k = warp({_slider(effect, 'frequency_hz', values)}) {move};\n"
        f"process = par(i, 2, seq(j, {sections}, {one}(k)));"
    )


def peak(values: Mapping[str, float]) -> str:
    return f"""{_HEAD}
a = sqrt(10 ^ ({_slider("peak", "gain_db", values)} * 0.05));
w = (2 * ma.PI * corner({_slider("peak", "frequency_hz", values)})) / ma.SR;
s = sin(w) / ({_slider("peak", "q", values)} * 2);
c = -2 * cos(w);
n = 1 / (1 + s / a);
process = par(i, 2, fi.tf22t((1 + s * a) * n, c * n, (1 - s * a) * n, c * n, (1 - s / a) * n));"""


def gate(values: Mapping[str, float]) -> str:
    """The level is the root of the mean square over 50 ms, and then follows attack and release."""
    return f"""{_HEAD}{_BALLISTICS}
threshold = level({_slider("gate", "threshold_db", values)});
ratio = {_slider("gate", "ratio", values)};
attack = share({_slider("gate", "attack_ms", values)});
release = share({_slider("gate", "release_ms", values)});
one(x) = x * select2(now > threshold, (max(now, 1e-20) / threshold) ^ (ratio - 1), 1)
with {{ now = x * x : follow(0, share(50)) : sqrt : follow(attack, release); }};
process = par(i, 2, one);"""


def split(values: Mapping[str, float], one: Literal["low1", "high1"]) -> str:
    """The de-esser's low band or its high band: low minus high has the level of the whole at every frequency."""
    return f"{_HEAD}k = warp({_slider('deesser', 'frequency_hz', values)});\nprocess = par(i, 2, {one}(k) : {one}(k));"


def delay(values: Mapping[str, float], length: int) -> str:
    """Echoes every `length` samples, beside the dry sound."""
    size = _power_of_two(length)
    cuts = (
        f"high1(warp({_slider('delay', 'low_cut_hz', values)})) : low1(warp({_slider('delay', 'high_cut_hz', values)}))"
    )
    return f"""{_HEAD}
line(x) = +(x) ~ (de.delay({size}, {length - 1}) : *({_slider("delay", "feedback", values)}));
echo(x) = de.delay({size}, {length}, line(x)) : {cuts};
one(x) = x + level({_slider("delay", "level_db", values)}) * echo(x);
process = par(i, 2, one);"""


def before_room(values: Mapping[str, float], length: int) -> str:
    """What a reverb hears: `length` samples later, without the lows."""
    return (
        f"{_HEAD}one(x) = de.delay({_power_of_two(length)}, {length}, x)"
        f" : high1(warp({_slider('reverb', 'low_cut_hz', values)}));\nprocess = par(i, 2, one);"
    )


def beside(values: Mapping[str, float]) -> str:
    """Dry left and right, wet left and right -> left and right."""
    return f"{_HEAD}g = level({_slider('reverb', 'level_db', values)});\nprocess(a, b, c, d) = a + g * c, b + g * d;"


def chorus(values: Mapping[str, float]) -> str:
    return f"""{_HEAD}{_SWAY}
mix = {_slider("chorus", "mix", values)};
late = sway({values["rate_hz"]!r}, {values["depth"]!r}, {values["delay_ms"]!r});
one(x) = x * (1 - mix) + mix * between(16384, late, x);
process = par(i, 2, one);"""


def saturation(values: Mapping[str, float]) -> str:
    return f"""{_HEAD}
mix = {_slider("saturation", "mix", values)};
curve(x) = ma.tanh(x * level({_slider("saturation", "drive_db", values)}));
one(x) = curve(x) * mix * level({_slider("saturation", "level_db", values)}) + x * (1 - mix);
process = par(i, 2, one);"""


def doubling(values: Mapping[str, float]) -> str:
    copies = tuning.copies(values)
    late = [f"between(32768, sway({c.rate_hz!r}, {c.depth!r}, {c.delay_ms!r}), m)" for c in copies]
    left = " + ".join(f"{c.left!r} * {voice}" for c, voice in zip(copies, late, strict=True))
    right = " + ".join(f"{c.right!r} * {voice}" for c, voice in zip(copies, late, strict=True))
    return f"""{_HEAD}{_SWAY}
g = level({_slider("doubling", "level_db", values)});
process(a, b) = a + g * ({left}), b + g * ({right}) with {{ m = (a + b) / 2; }};"""


def gain(values: Mapping[str, float]) -> str:
    return f"{_HEAD}process = par(i, 2, *(level({_slider('gain', 'gain_db', values)})));"


def makeup(values: Mapping[str, float]) -> str:
    return f"{_HEAD}process = par(i, 2, *(level({_slider('compressor', 'makeup_db', values)})));"


def stereo(values: Mapping[str, float]) -> str:
    return f"""{_HEAD}
pan = {_slider("stereo", "pan", values)};
width = {_slider("stereo", "width", values)};
near = (1 + width) / 2; far = (1 - width) / 2;
process(a, b) = min(1, 1 - pan) * (a * near + b * far), min(1, 1 + pan) * (b * near + a * far);"""


def _slider(effect: str, name: str, values: Mapping[str, float]) -> str:
    parameter = EFFECTS[effect].by_name[name]
    return f'hslider("{name}", {values[name]!r}, {parameter.low!r}, {parameter.high!r}, 0.00001)'


def _power_of_two(length: int) -> int:
    return 1 << (length + 1).bit_length()
