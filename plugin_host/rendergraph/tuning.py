"""Numbers that both hosts must agree on, so that preview and bounce sound the same."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from plugin_host.rendergraph.chains import EffectSettings

# The highest corner as a share of the sample rate; a filter above half of it does not exist.
_HIGHEST = 0.49
# Below full scale nobody hears it any more.
_FALL_DB = 90.0
# A delay of 1 in `Chorus` sways by 10 ms to each side.
_FULL_DEPTH_MS = 10.0
_CENTS_PER_NEPER = 1200 / math.log(2)
REVERB_WET = 1 / 3
"""JUCE's reverb multiplies its wet level by 3."""
LIMIT_RATIO = 1e6
"""A compressor with this ratio and no attack is a limiter."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """An effect's settings, at a sample rate (Hz) and a tempo (quarters a minute)."""

    effect: str
    values: Mapping[str, float]
    sample_rate: int
    bpm: float

    @property
    def corner_hz(self) -> float:
        """The effect's frequency, below half the sample rate."""
        return corner_hz(self.values["frequency_hz"], self.sample_rate)

    def samples(self, milliseconds: float) -> int:
        return round(milliseconds * self.sample_rate / 1000)


def fit(settings: EffectSettings, sample_rate: int, bpm: float) -> Fitted:
    return Fitted(settings.effect, settings.values, sample_rate, bpm)


@dataclass(frozen=True, slots=True)
class Copy:
    """One of the doubling's singers: `depth` as of `Chorus`, `left` and `right` are gains."""

    delay_ms: float
    rate_hz: float
    depth: float
    left: float
    right: float


# Delay relative to the first, sway in Hz, place from -1 to 1.  Rates without a common beat never sway together.
_COPIES = ((1.0, 0.31, -1.0), (1.37, 0.43, 1.0), (1.71, 0.37, -0.5), (2.13, 0.53, 0.5))


def gain(db: float) -> float:
    return float(10 ** (db / 20))


def juce_gain(db: float) -> float:
    """`gain` in JUCE's own rounding: a shelf's poles lie so near to 1 that its last bit is heard at -80 dB."""
    return float(np.power(np.float32(10), np.float32(db) * np.float32(0.05)))


def corner_hz(frequency_hz: float, sample_rate: int) -> float:
    """`frequency_hz`, below half the sample rate."""
    return min(frequency_hz, _HIGHEST * sample_rate)


def section_hz(fitted: Fitted) -> list[float]:
    """The equal first-order sections of a high-pass or low-pass, which together are 3 dB down at its frequency."""
    sections = round(fitted.values["slope_db"] / 6)
    # Bilinear filters are exact in tan(pi f / rate), so that is where the corners are moved.
    factor = math.sqrt(2 ** (1 / sections) - 1)
    warped = math.tan(math.pi * fitted.corner_hz / fitted.sample_rate)
    warped = warped * factor if fitted.effect == "highpass" else warped / factor
    return [math.atan(warped) * fitted.sample_rate / math.pi] * sections


def echo_ms(values: Mapping[str, float], bpm: float) -> float:
    """The time between a delay's echoes."""
    return values["quarters"] * 60_000 / bpm if values["quarters"] > 0 else values["time_ms"]


def copies(values: Mapping[str, float]) -> list[Copy]:
    """The doubling's singers; their energies add up to that of the dry sound at level 0 dB."""
    made = []
    for late, rate_hz, place in _COPIES:
        sway_ms = 1000 * values["detune_cents"] / _CENTS_PER_NEPER / (2 * math.pi * rate_hz)
        angle = (place * values["spread"] + 1) * math.pi / 4
        share = math.sqrt(2 / len(_COPIES))
        made.append(
            Copy(
                values["delay_ms"] * late,
                rate_hz,
                sway_ms / _FULL_DEPTH_MS,
                share * math.cos(angle),
                share * math.sin(angle),
            )
        )
    return made


def stereo_matrix(values: Mapping[str, float]) -> tuple[tuple[float, float], tuple[float, float]]:
    """What of left and right goes to the left, and to the right: width first, then balance."""
    near, far = (1 + values["width"]) / 2, (1 - values["width"]) / 2
    left, right = min(1.0, 1.0 - values["pan"]), min(1.0, 1.0 + values["pan"])
    return (left * near, left * far), (right * far, right * near)


def tail_s(effects: Sequence[EffectSettings], bpm: float) -> float:
    """How long a chain may ring on before it has fallen to about -90 dBFS; 0 when nothing rings."""
    return sum(_tail_s(settings, bpm) for settings in effects)


def _tail_s(settings: EffectSettings, bpm: float) -> float:
    values = settings.values
    if settings.effect == "delay":
        step_s = echo_ms(values, bpm) / 1000
        fall_db = -20 * math.log10(max(values["feedback"], 1e-3))
        return step_s * (1 + max(0.0, _FALL_DB + values["level_db"]) / fall_db)
    if settings.effect == "reverb":
        # Freeverb's combs: 25 to 37 ms long, with a feedback of 0.7 to 0.98.
        fall_db_per_s = -20 * math.log10(0.7 + 0.28 * values["size"]) / 0.037
        return values["predelay_ms"] / 1000 + max(0.0, _FALL_DB + values["level_db"]) / fall_db_per_s
    if settings.effect == "doubling":
        return (values["delay_ms"] * _COPIES[-1][0] + _FULL_DEPTH_MS) / 1000
    if settings.effect == "chorus":
        return (values["delay_ms"] + _FULL_DEPTH_MS) / 1000
    return 0.0
