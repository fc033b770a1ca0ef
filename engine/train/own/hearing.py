"""What is wrong with a recording, as far as it can be heard without ears: said before hours are spent on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.errors import InputError
from engine.train.own.recordings import SAMPLE_RATE, Decoded

FRAME_S = 0.01
LEAST_S, SKETCH_S, GOOD_S = 20.0, 60.0, 600.0
"""Singing below which nothing is trained; below which a voice is a sketch; from which it is good."""
DEAD_DB = -90.0
"""Digital silence: edited out, and says nothing of the room."""
NOISY_ROOM_DB = 30.0
FADE_DB, LONG_FADE_S = 20.0, 0.3
"""After the last loud frame of a phrase: how far a dry voice falls, and within which time."""
WIDE = 0.05
CLIPPED_SHARE = 2e-4
SOFT_DB = -45.0
DULL_HZ = 9000.0

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Heard:
    """Facts of a recording.  `voice_s`: seconds of sound; levels in dB (full scale 0); `room_db`: how far the pauses
    lie below the voice (None: there are none); `fade_s`: seconds in which phrases die away (None: no phrase ends);
    `top_hz`: the highest frequency with anything in it."""

    name: str
    seconds: float
    voice_s: float
    sample_rate: int
    loud_db: float
    room_db: float | None
    fade_s: float | None
    top_hz: float
    clipped_share: float
    side: float


def levels(samples: NDArray[np.float32]) -> Floats:
    """dB of every 10 ms [T] of samples [N] at 48 kHz."""
    hop = round(FRAME_S * SAMPLE_RATE)
    count = len(samples) // hop
    power = np.empty(count)
    block = 6000
    for first in range(0, count, block):
        rows = np.asarray(samples[first * hop : min(first + block, count) * hop], np.float64).reshape(-1, hop)
        power[first : first + len(rows)] = np.square(rows - rows.mean()).mean(axis=1)
    decibels: Floats = 10 * np.log10(power + 1e-12)
    return decibels


def loudness_and_threshold(frames: Floats) -> tuple[float, float]:
    """(dB of the voice, dB over which a frame counts as voice) of `levels` [T]."""
    if not len(frames) or frames.max() < DEAD_DB:
        return DEAD_DB, DEAD_DB
    alive = frames[frames > DEAD_DB]
    loud = float(np.percentile(alive[alive > alive.max() - 40], 75))
    floor = float(np.percentile(alive, 5))
    return loud, min(max(loud - 35.0, floor + 6.0), loud - 15.0)


def hear(name: str, decoded: Decoded) -> Heard:
    """Measure a recording."""
    frames = levels(decoded.samples)
    loud, threshold = loudness_and_threshold(frames)
    active = frames > threshold
    return Heard(
        name=name,
        seconds=decoded.seconds,
        voice_s=float(active.sum()) * FRAME_S if loud > DEAD_DB else 0.0,
        sample_rate=decoded.sample_rate,
        loud_db=loud,
        room_db=_room(frames, active, loud),
        fade_s=_fade(frames, loud),
        top_hz=_top(decoded.samples, frames, threshold),
        clipped_share=decoded.clipped_s / max(decoded.seconds, 1e-9),
        side=decoded.side,
    )


def remarks(heard: Sequence[Heard]) -> list[str]:
    """One sentence for each doubt, with the recordings it is about.  Raises `InputError` when there is too little."""
    total_s = sum(h.voice_s for h in heard)
    if total_s < LEAST_S:
        what = f"The recordings hold {total_s:.0f} seconds of voice; {LEAST_S:.0f} are the least, ten minutes are good."
        raise InputError(what, "Record more.")
    said = []
    if total_s < SKETCH_S:
        said.append(f"There are only {total_s:.0f} seconds of voice: expect a sketch of it. Ten minutes are good.")
    elif total_s < GOOD_S:
        said.append(f"There are {total_s / 60:.1f} minutes of voice; with ten it becomes more like it.")
    doubts = (
        ("is clipped; record it softer", [h for h in heard if h.clipped_share > CLIPPED_SHARE]),
        ("is very soft; hiss will be heard with the voice", [h for h in heard if DEAD_DB < h.loud_db < SOFT_DB]),
        ("holds no sound", [h for h in heard if h.voice_s < 0.5]),
        ("is noisy: its pauses are loud", [h for h in heard if _within(h.room_db, -99, NOISY_ROOM_DB)]),
        (
            "has no pauses: music, a second voice or a room may be in it, and the voice will learn them",
            [h for h in heard if h.room_db is None and h.voice_s > 20],
        ),
        ("dies away slowly: it seems to have reverb, and the voice will too", [h for h in heard if _long_fade(h)]),
        ("is stereo and differs on both sides: effects or music may be in it", [h for h in heard if h.side > WIDE]),
        (
            "has nothing above 9 kHz (a low sample rate, or strong compression): the voice will sound dull",
            [h for h in heard if h.voice_s >= 0.5 and h.top_hz < DULL_HZ],
        ),
    )
    said += [f"{_names(found)} {what}." for what, found in doubts if found]
    return said


def _names(found: Sequence[Heard]) -> str:
    return found[0].name if len(found) == 1 else f"Each of {len(found)} recordings ({found[0].name}, ...)"


def _within(value: float | None, low: float, high: float) -> bool:
    return value is not None and low < value < high


def _long_fade(heard: Heard) -> bool:
    return _within(heard.fade_s, LONG_FADE_S, 1e9) and _within(heard.room_db, FADE_DB + 10, 1e9)


def _room(frames: Floats, active: NDArray[np.bool_], loud: float) -> float | None:
    """dB from the voice down to the pauses; digital silence is no pause but proves that there are some."""
    pauses = frames[~active]
    if len(pauses) < 0.04 * len(frames) or len(pauses) < 10:
        return None
    alive = pauses[pauses > DEAD_DB]
    return loud - float(np.percentile(alive, 10)) if len(alive) >= 10 else 90.0


def _fade(frames: Floats, loud: float) -> float | None:
    """Median seconds from the last frame within 10 dB of the voice to the first 20 dB below that, before a pause."""
    high, low = loud - 10.0, loud - 10.0 - FADE_DB
    times = []
    for last in np.flatnonzero((frames[:-1] >= high) & (frames[1:] < high)):
        after = frames[last + 1 : last + 1 + round(2 / FRAME_S)]
        fallen = np.flatnonzero(after < low)
        if len(fallen) and after[: fallen[0]].max(initial=-np.inf) < high:
            times.append((fallen[0] + 1) * FRAME_S)
    return float(np.median(times)) if len(times) >= 3 else None


def _top(samples: NDArray[np.float32], frames: Floats, threshold: float) -> float:
    """Hz under which all but a ten-millionth of the power lies, over up to 200 loud stretches."""
    size, hop = 4096, round(FRAME_S * SAMPLE_RATE)
    places = np.flatnonzero(frames > threshold) * hop
    places = places[places + size <= len(samples)]
    if not len(places):
        return 0.0
    chosen = places[np.linspace(0, len(places) - 1, min(200, len(places))).astype(int)]
    rows = np.stack([samples[at : at + size] for at in chosen]) * np.hanning(size)
    power = np.square(np.abs(np.fft.rfft(rows))).sum(axis=0)
    share = np.cumsum(power[::-1])[::-1] / max(float(power.sum()), 1e-30)
    return float(np.flatnonzero(share > 1e-7)[-1] * SAMPLE_RATE / size)
