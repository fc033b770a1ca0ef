"""One-shots and loops from a folder of recordings, played on a grid."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import soxr

from engine.train.mixes.patterns import Hit
from engine.train.mixes.stems import read_stereo
from engine.train.mixes.writing import SAMPLE_RATE

PIECES = {
    "kick": ("bd_808", "bd_ada", "bd_fat", "bd_haus", "bd_klub", "bd_tek", "drum_heavy_kick", "drum_bass_hard"),
    "snare": ("sn_dolf", "sn_dub", "sn_generic", "sn_zome", "drum_snare_hard", "perc_snap", "perc_snap2"),
    "hat": ("hat_cab", "hat_raw", "hat_snap", "hat_zild", "drum_cymbal_closed"),
    "open": ("drum_cymbal_open", "drum_cymbal_pedal"),
    "crash": ("drum_splash_hard", "drum_cymbal_hard", "perc_swash"),
}
LOOPS = (
    "loop_amen", "loop_amen_full", "loop_breakbeat", "loop_compus", "loop_electric", "loop_garzul", "loop_industrial",
    "loop_mehackit1", "loop_mehackit2", "loop_mika", "loop_perc1", "loop_perc2", "loop_safari", "loop_tabla",
    "loop_weirdo", "loop_3d_printer",
)  # fmt: skip
HELD_LOOPS = 4


def loops_of(split: str) -> list[str]:
    """Names of the loops of a split."""
    ranked = sorted(LOOPS, key=lambda n: zlib.crc32(n.encode()))
    return sorted(ranked[:HELD_LOOPS] if split == "held" else ranked[HELD_LOOPS:])


def draw_kit(folder: Path, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """One recording, float32 [N, 2], for every piece of a drum kit, tuned a little up or down."""
    return {
        piece: pitched(_recording(folder, str(rng.choice(names))), float(rng.uniform(-3, 3)))
        for piece, names in PIECES.items()
    }


def play_kit(
    kit: dict[str, np.ndarray], hits: dict[str, list[Hit]], step_s: float, seconds: float
) -> dict[str, np.ndarray]:
    """Float32 [N, 2] of `seconds` for every piece."""
    return {piece: _played(kit[piece], found, step_s, seconds) for piece, found in hits.items()}


def loop_track(folder: Path, name: str, bars: Sequence[int], bar_s: float, seconds: float) -> np.ndarray:
    """Float32 [N, 2]: the loop over the numbered bars, bent (speed and pitch) to fill a power of two of beats."""
    loop = _recording(folder, name)
    own_s = len(loop) / SAMPLE_RATE
    beats = float(2.0 ** np.round(np.log2(max(own_s / (bar_s / 4), 0.5))))
    bent = soxr.resample(loop, SAMPLE_RATE, SAMPLE_RATE * beats * bar_s / 4 / own_s)
    track = np.zeros((round(seconds * SAMPLE_RATE), 2), np.float32)
    for bar in bars:
        if bar % max(1, round(beats / 4)) == 0:
            for repeat in range(max(1, round(4 / beats))):
                _lay(track, bent, bar * bar_s + repeat * beats * bar_s / 4)
    sounding = np.zeros(len(track), np.float32)
    for bar in bars:
        sounding[round(bar * bar_s * SAMPLE_RATE) : round((bar + 1) * bar_s * SAMPLE_RATE)] = 1
    return track * sounding[:, None]


def pitched(samples: np.ndarray, semitones: float) -> np.ndarray:
    """Faster and higher, or slower and lower, as a turntable does."""
    return soxr.resample(samples, SAMPLE_RATE, SAMPLE_RATE / 2 ** (semitones / 12))


def _played(sound: np.ndarray, hits: Sequence[Hit], step_s: float, seconds: float) -> np.ndarray:
    track = np.zeros((round(seconds * SAMPLE_RATE), 2), np.float32)
    for hit in hits:
        _lay(track, sound * hit.accent, hit.start * step_s)
    return track


def _lay(track: np.ndarray, sound: np.ndarray, start_s: float) -> None:
    start = round(start_s * SAMPLE_RATE)
    count = min(len(sound), len(track) - start)
    if count > 0:
        track[start : start + count] += sound[:count]


@lru_cache(maxsize=64)
def _recording(folder: Path, name: str) -> np.ndarray:
    samples = read_stereo(folder / f"{name}.opus")
    return samples / max(float(np.abs(samples).max()), 1e-6)
