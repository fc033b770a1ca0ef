"""The pitch of a whole recording, piece by piece, and of one piece as the voice is to sing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.audio.f0 import continuous_f0, track_f0
from engine.codec.base import Codec
from engine.jobs import JobContext
from engine.singing.resing_pieces import Piece
from engine.singing.resing_source import Recording, Stretches
from engine.singing.resing_survey import Survey

Floats = NDArray[np.float32]
STAGE = "Following the pitch"
EDGE_S, FADE_S = 0.012, 0.02
"""Tone is left around what is voiced, and over which it fades."""
PEAK_OF_LOUD = 4.0
"""Peak of a voice over the RMS of its loud frames: what the tracker calls loud."""


@dataclass(frozen=True, slots=True)
class PiecePitch:
    """Of what a piece hears: `told` [T] in Hz at codec frames, 0 where unvoiced; `sung` [T * subframes], above 0;
    `voicing` [T * subframes], 1 where the recording has a tone to 0 where it has none."""

    told: Floats
    sung: Floats
    voicing: Floats


def track_recording(
    recording: Recording, pieces: Sequence[Piece], survey: Survey, codec: Codec, context: JobContext
) -> Floats:
    """f0 [T * subframes] of the recording in Hz, 0 where unvoiced and between pieces.  Raises `Cancelled`."""
    f0 = np.zeros(len(survey.levels) * codec.subframes, np.float32)
    stretches = Stretches(recording, codec.sample_rate)
    hop = codec.hop_length // codec.subframes
    for number, piece in enumerate(pieces):
        context.step(STAGE, number, len(pieces))
        samples = stretches.take(piece.heard_start * codec.hop_length, piece.heard_end * codec.hop_length)
        check = context.token.raise_if_cancelled
        track = track_f0(samples, codec.sample_rate, hop, PEAK_OF_LOUD * survey.loud, check)
        own = slice(piece.start - piece.heard_start, piece.end - piece.heard_start)
        f0.reshape(-1, codec.subframes)[piece.start : piece.end] = track.f0.reshape(-1, codec.subframes)[own]
    return f0


def pitches(f0: Floats, pieces: Sequence[Piece], factor: float, codec: Codec) -> list[PiecePitch]:
    """What each piece sings of f0 [T * subframes], times `factor`.

    A piece that follows another is led in so that its pulses fall where those of the other one fall: all begin with
    the same phase, and a lead-in that nobody hears is stretched by less than a period.
    """
    found: list[PiecePitch] = []
    subframes, turns = codec.subframes, 0.0
    for phrase in _phrases(pieces):
        first, last = phrase[0].phrase_start, phrase[-1].end
        tracked = f0[first * subframes : last * subframes]
        line = continuous_f0(tracked) * np.float32(factor)
        voicing = _voicing(tracked, codec)
        for piece in phrase:
            own = slice((piece.heard_start - first) * subframes, (piece.heard_end - first) * subframes)
            sung = line[own]
            if piece.follows:
                sung = _led_in(sung, (piece.start - piece.heard_start) * subframes, turns, codec)
            turns = _turns(sung, (piece.end - piece.heard_start) * subframes, codec)
            heard = f0[piece.heard_start * subframes : piece.heard_end * subframes] * np.float32(factor)
            found.append(PiecePitch(_per_frame(heard, subframes), sung, voicing[own]))
    return found


def _phrases(pieces: Sequence[Piece]) -> list[list[Piece]]:
    phrases: list[list[Piece]] = []
    for piece in pieces:
        if piece.follows:
            phrases[-1].append(piece)
        else:
            phrases.append([piece])
    return phrases


def _voicing(f0: Floats, codec: Codec) -> Floats:
    """1 around what is voiced, falling to 0 over `FADE_S`: trackers miss a tone's first and last periods."""
    rate = codec.sample_rate / codec.hop_length * codec.subframes
    edge, fade = (max(1, round(seconds * rate)) for seconds in (EDGE_S, FADE_S))
    near = np.convolve(f0 > 0, np.ones(2 * edge + 1), "same") > 0
    window = np.hanning(fade + 2)[1:-1]
    smooth: Floats = np.convolve(np.pad(near, fade, mode="edge"), window / window.sum(), "same")[fade:-fade]
    return np.clip(smooth, 0.0, 1.0).astype(np.float32)


def _per_frame(f0: Floats, subframes: int) -> Floats:
    """The mean of what is voiced in each frame, 0 where nothing is."""
    grid = f0.reshape(-1, subframes)
    voiced = (grid > 0).sum(axis=1)
    mean: Floats = (grid.sum(axis=1) / np.maximum(voiced, 1)).astype(np.float32)
    return mean


def _turns(f0: Floats, subframes: int, codec: Codec) -> float:
    """Periods from the beginning to a boundary between subframes; f0 runs straight from middle to middle."""
    hop_s = codec.hop_length / codec.subframes / codec.sample_rate
    around = np.pad(f0.astype(np.float64), 1, mode="edge")
    each = (around[:-2] + 6 * around[1:-1] + around[2:]) / 8
    return float(hop_s * each[:subframes].sum())


def _led_in(f0: Floats, lead: int, wanted: float, codec: Codec) -> Floats:
    """f0 whose first `lead` subframes are bent so that `wanted` periods, but for whole ones, end there."""
    missing = (wanted - _turns(f0, lead, codec) + 0.5) % 1.0 - 0.5
    shape = np.hanning(lead + 2)[1:-1]
    hop_s = codec.hop_length / codec.subframes / codec.sample_rate
    bent = f0.astype(np.float64)
    bent[:lead] += missing * shape / (shape.sum() * hop_s)
    return bent.astype(np.float32)
