"""The effects that chains are made of: their parameters, units and ranges.  One table for both hosts and the docs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number that may be from `low` to `high`, or one of `choices` where there are any."""

    name: str
    unit: str
    low: float
    high: float
    default: float
    about: str
    choices: tuple[float, ...] = ()

    def allows(self, value: float) -> bool:
        if self.choices:
            return value in self.choices
        return self.low <= value <= self.high

    @property
    def range_text(self) -> str:
        """`20 to 20000 Hz`, or `6, 12, 18 or 24 dB/octave`."""
        if self.choices:
            *first, last = (f"{choice:g}" for choice in self.choices)
            return f"{', '.join(first)} or {last} {self.unit}".strip()
        return f"{self.low:g} to {self.high:g} {self.unit}".strip()


@dataclass(frozen=True, slots=True)
class Effect:
    name: str
    about: str
    parameters: tuple[Parameter, ...]
    by_name: Mapping[str, Parameter] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {parameter.name: parameter for parameter in self.parameters})


def _frequency(default: float, about: str, low: float = 20.0, high: float = 20000.0) -> Parameter:
    return Parameter("frequency_hz", "Hz", low, high, default, about)


def _gain(default: float = 0.0, about: str = "lifts, or lowers when negative") -> Parameter:
    return Parameter("gain_db", "dB", -24.0, 24.0, default, about)


def _q(about: str, high: float = 2.0) -> Parameter:
    return Parameter("q", "", 0.1, high, 0.7, about)


def _threshold(default: float, about: str) -> Parameter:
    return Parameter("threshold_db", "dBFS", -90.0, 0.0, default, about)


def _ratio(default: float) -> Parameter:
    return Parameter("ratio", ": 1", 1.0, 20.0, default, "how hard; 1 does nothing")


def _times(attack_ms: float, release_ms: float) -> tuple[Parameter, Parameter]:
    return (
        Parameter("attack_ms", "ms", 0.1, 200.0, attack_ms, "until it takes hold"),
        Parameter("release_ms", "ms", 5.0, 2000.0, release_ms, "until it lets go"),
    )


_SLOPE = Parameter(
    "slope_db",
    "dB/octave",
    6.0,
    24.0,
    12.0,
    "how steep; never resonant, -3 dB at the frequency",
    (6.0, 12.0, 18.0, 24.0),
)
_LEVEL = "of what is added, against the dry sound"
_LOW_CUT = Parameter("low_cut_hz", "Hz", 20.0, 2000.0, 200.0, "what lies below stays dry (6 dB/octave)")
_HIGH_CUT = Parameter("high_cut_hz", "Hz", 1000.0, 20000.0, 8000.0, "what lies above stays dry (6 dB/octave)")

_ALL = (
    Effect("highpass", "Takes away what lies below.", (_frequency(80.0, "corner"), _SLOPE)),
    Effect("lowpass", "Takes away what lies above.", (_frequency(16000.0, "corner"), _SLOPE)),
    Effect("low_shelf", "Turns everything below up or down.", (_frequency(200.0, "corner"), _gain(), _q("steepness"))),
    Effect(
        "high_shelf", "Turns everything above up or down.", (_frequency(8000.0, "corner"), _gain(), _q("steepness"))
    ),
    Effect("peak", "Turns a band up or down.", (_frequency(1000.0, "centre"), _gain(), _q("narrowness", 18.0))),
    Effect(
        "compressor",
        "Evens the level out; each channel by itself.",
        (
            _threshold(-20.0, "what is louder is turned down"),
            _ratio(3.0),
            *_times(5.0, 80.0),
            Parameter("makeup_db", "dB", -12.0, 24.0, 0.0, "gain behind it"),
        ),
    ),
    Effect(
        "gate",
        "Turns down what is quieter than a threshold; each channel by itself.",
        (_threshold(-50.0, "what is quieter is turned down"), _ratio(4.0), *_times(1.0, 100.0)),
    ),
    Effect(
        "deesser",
        "Compresses only what lies above a frequency; the rest keeps its level.",
        (
            _frequency(6000.0, "where the sibilants begin", 2000.0, 12000.0),
            _threshold(-30.0, "sibilants that are louder are turned down"),
            _ratio(4.0),
            *_times(0.5, 60.0),
        ),
    ),
    Effect(
        "limiter",
        "Lets no sample over the ceiling, at once and without delay.",
        (
            Parameter("ceiling_db", "dBFS", -24.0, 0.0, -1.0, "the highest sample"),
            Parameter("release_ms", "ms", 5.0, 2000.0, 80.0, "until it lets go"),
        ),
    ),
    Effect(
        "delay",
        "Echoes.",
        (
            Parameter("time_ms", "ms", 1.0, 2000.0, 120.0, "between echoes"),
            Parameter("quarters", "quarters", 0.0, 4.0, 0.0, "instead of time_ms, at the song's first tempo; 0: off"),
            Parameter("feedback", "", 0.0, 0.9, 0.25, "how much of an echo is in the next"),
            Parameter("level_db", "dB", -60.0, 6.0, -15.0, _LEVEL),
            _LOW_CUT,
            _HIGH_CUT,
        ),
    ),
    Effect(
        "reverb",
        "A room.",
        (
            Parameter("size", "", 0.0, 1.0, 0.5, "from a booth to a cathedral"),
            Parameter("damping", "", 0.0, 1.0, 0.5, "how soon the highs die away"),
            Parameter("width", "", 0.0, 1.0, 1.0, "from mono to as wide as it goes"),
            Parameter("predelay_ms", "ms", 0.0, 250.0, 20.0, "before the room answers"),
            Parameter("level_db", "dB", -60.0, 6.0, -15.0, _LEVEL),
            _LOW_CUT,
        ),
    ),
    Effect(
        "chorus",
        "One copy beside the voice whose delay sways.",
        (
            Parameter("rate_hz", "Hz", 0.05, 10.0, 0.8, "how fast"),
            Parameter("depth", "", 0.0, 1.0, 0.15, "how far: 1 is 10 ms to each side"),
            Parameter("delay_ms", "ms", 1.0, 60.0, 12.0, "around which it sways"),
            Parameter("mix", "", 0.0, 1.0, 0.3, "0: dry, 1: the copy alone"),
        ),
    ),
    Effect(
        "saturation",
        "Warmth by a tanh curve; not oversampled, so keep the drive modest.",
        (
            Parameter("drive_db", "dB", 0.0, 36.0, 6.0, "gain before the curve"),
            Parameter("level_db", "dB", -36.0, 12.0, 0.0, "gain behind it"),
            Parameter("mix", "", 0.0, 1.0, 1.0, "0: dry, 1: the curve alone"),
        ),
    ),
    Effect(
        "doubling",
        "More singers: four copies, late and swaying in pitch by themselves, formants as they are, spread out.",
        (
            Parameter("delay_ms", "ms", 12.0, 60.0, 22.0, "how late the first copy is; the others follow"),
            Parameter("detune_cents", "cent", 0.0, 25.0, 12.0, "how far each copy's pitch sways"),
            Parameter("spread", "", 0.0, 1.0, 0.9, "0: all in the middle, 1: from edge to edge"),
            Parameter("level_db", "dB", -60.0, 6.0, -9.0, _LEVEL),
        ),
    ),
    Effect("gain", "Louder or quieter.", (Parameter("gain_db", "dB", -60.0, 24.0, 0.0, "gain"),)),
    Effect(
        "stereo",
        "Where it stands, and how wide.",
        (
            Parameter("pan", "", -1.0, 1.0, 0.0, "balance: turns the other side down, to nothing at -1 and 1"),
            Parameter("width", "", 0.0, 2.0, 1.0, "0: mono, 1: as it is, 2: the sides twice as loud"),
        ),
    ),
)

EFFECTS: Mapping[str, Effect] = {effect.name: effect for effect in _ALL}
"""Every effect, in the order a chain would usually have them."""
