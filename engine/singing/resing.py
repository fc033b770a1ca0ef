"""A recorded vocal, sung by a voice: the same words, times and pitches, without a score (decision 0007).

Nothing is held of a recording but a few bytes per frame and the pieces at work, so that its length does not matter.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from engine.errors import InputError
from engine.jobs import JobContext
from engine.models.hidden_singer import HiddenSinger
from engine.singing.cache import PhraseCache, cache_key
from engine.singing.pitch import key_to_hz
from engine.singing.render_ahead import in_order
from engine.singing.resing_f0 import pitches, track_recording
from engine.singing.resing_pieces import Piece, cut_pieces
from engine.singing.resing_render import HeardPiece, render_piece, who_sings
from engine.singing.resing_settings import ResingSettings
from engine.singing.resing_source import Recording, Stretches
from engine.singing.resing_survey import Survey, survey_recording

Floats = NDArray[np.float32]
STAGE = "Singing"
RENDERER_VERSION = "1"
"""Raised whenever the same inputs would give other samples: old cache entries are then never found."""
LEAST_VOICED_S = 0.1
CROSSFADE_S = 0.01
"""Where a piece follows another inside a phrase; their pulses agree there."""
UNCLEAR_SHARE = 0.3
"""Of what sounds: with less of it voiced it is hardly a vocal alone."""
OUTSIDE_SHARE = 0.1
SLACK_KEYS = 1.0

_Task = tuple[HeardPiece, str, Lock]
"""A piece, its key in the cache, and what is held while a piece of that key is sung."""


@dataclass(frozen=True, slots=True)
class HeardRecording:
    """A recording, listened to: where to cut it and what pitch it has.  `f0` [T * subframes] in Hz, 0 if unvoiced."""

    recording: Recording
    survey: Survey
    pieces: tuple[Piece, ...]
    f0: Floats


@dataclass(slots=True)
class Progress:
    """What `sing_again` has done so far."""

    cached_pieces: int = 0


def hear_recording(recording: Recording, voice: HiddenSinger, context: JobContext) -> HeardRecording:
    """Listen through a recording twice: its level, then its pitch.

    Raises `InputError` for silence and where no voice is to be heard; `Cancelled`.
    """
    codec = voice.codec
    survey = survey_recording(recording, codec.sample_rate, codec.hop_length, context)
    if survey.silent:
        raise InputError(f"{recording.path} is silent.", "Export it again, or choose another file.")
    pieces = cut_pieces(survey.levels, survey.gate, codec.sample_rate / codec.hop_length)
    f0 = track_recording(recording, pieces, survey, codec, context)
    subframe_s = codec.hop_length / codec.subframes / codec.sample_rate
    if np.count_nonzero(f0) * subframe_s < LEAST_VOICED_S:
        what = f"No voice is to be heard in {recording.path}."
        raise InputError(what, "Choose the recording of one voice; take it out of a mix first.", command="isolate")
    return HeardRecording(recording, survey, tuple(pieces), f0)


def sing_again(
    heard: HeardRecording,
    voice: HiddenSinger,
    settings: ResingSettings,
    context: JobContext,
    cache: PhraseCache | None = None,
    progress: Progress | None = None,
) -> Iterator[Floats]:
    """Samples at the voice's rate in blocks [n], from the recording's first sample on, over whole frames.

    Raises `InputError` for a voice that cannot listen or lacks the speaker, `Cancelled` soon after a cancel.
    """
    hop, position = voice.codec.hop_length, 0
    half = round(CROSSFADE_S * voice.codec.sample_rate / 2)
    who_sings(voice, settings, 1)
    tail = np.zeros(0, np.float32)
    pieces = heard.pieces
    for number, (piece, sung) in enumerate(_rendered(heard, voice, settings, context, cache, progress)):
        followed = number + 1 < len(pieces) and pieces[number + 1].follows
        begin = piece.start * hop - (half if piece.follows else 0)
        end = piece.end * hop + (half if followed else 0)
        part = sung[begin - piece.heard_start * hop : end - piece.heard_start * hop]
        if piece.follows:
            part = np.concatenate([_crossfaded(tail, part[: 2 * half]), part[2 * half :]])
        elif begin > position:
            yield np.zeros(begin - position, np.float32)
        kept = len(part) - (2 * half if followed else 0)
        yield part[:kept]
        tail, position = part[kept:], begin + kept
    if rest := len(heard.survey.levels) * hop - position:
        yield np.zeros(rest, np.float32)


def remarks(heard: HeardRecording, voice: HiddenSinger, settings: ResingSettings) -> Iterator[str]:
    """What a producer should know of a recording, in sentences."""
    sounding = np.repeat(heard.survey.levels > heard.survey.gate, voice.codec.subframes)
    voiced = heard.f0 > 0
    clear = float(np.mean(voiced[sounding])) if sounding.any() else 0.0
    if clear < UNCLEAR_SHARE:
        yield (f"Only {100 * clear:.0f} % of what sounds has a clear pitch: if this is a mix, isolate its vocal first.")
    low, high = voice.manifest.key_range
    hz = heard.f0[voiced] * settings.factor
    for outside, word in (
        (hz < key_to_hz(low - SLACK_KEYS), "below"),
        (hz > key_to_hz(high + SLACK_KEYS), "above"),
    ):
        if np.mean(outside) > OUTSIDE_SHARE:
            fitting = _fitting(heard.f0[voiced], low, high)
            advice = f"; transposed by {fitting:+d} it lies there" if fitting != settings.sing.transpose else ""
            yield (
                f"{100 * float(np.mean(outside)):.0f} % of it lies {word} the range of {voice.manifest.name} "
                f"(keys {low} to {high}){advice}."
            )


def _fitting(hz: Floats, low: int, high: int) -> int:
    """Octaves first, in semitones: what puts the recording's median nearest to the middle of the range."""
    middle = 69.0 + 12.0 * float(np.log2(np.median(hz) / 440.0))
    return 12 * round(((low + high) / 2 - middle) / 12)


def _rendered(
    heard: HeardRecording,
    voice: HiddenSinger,
    settings: ResingSettings,
    context: JobContext,
    cache: PhraseCache | None,
    progress: Progress | None,
) -> Iterator[tuple[Piece, Floats]]:
    """Each piece and all that it hears, sung [T * hop], several at a time; from the cache where it is there."""
    identity = _identity(voice, settings, heard.survey)
    same: defaultdict[str, Lock] = defaultdict(Lock)

    def tasks() -> Iterator[_Task]:
        for part in _heard_pieces(heard, voice, settings):
            key = _key(identity, part)
            yield part, key, same[key]

    def sing(task: _Task) -> tuple[Floats, bool]:
        """Samples of a piece, and whether they were in the cache.  Runs on any thread."""
        part, key, alone = task
        with alone:  # a loop that comes again waits for the first, and finds it
            context.token.raise_if_cancelled()
            sung = cache.get(key) if cache else None
            if sung is not None and len(sung) == len(part.samples):
                return sung, True
            sung = render_piece(part, voice, settings, heard.survey, context)
            if cache:
                cache.put(key, sung)
            return sung, False

    context.step(STAGE, 0, len(heard.pieces))
    with closing(in_order(tasks(), sing)) as results:
        for number, (piece, (sung, known)) in enumerate(zip(heard.pieces, results, strict=True), start=1):
            if progress:
                progress.cached_pieces += known
            yield piece, sung
            context.step(STAGE, number, len(heard.pieces))


def _heard_pieces(heard: HeardRecording, voice: HiddenSinger, settings: ResingSettings) -> Iterator[HeardPiece]:
    """Read one after the other, when they are asked for."""
    codec = voice.codec
    stretches = Stretches(heard.recording, codec.sample_rate)
    sung_pitch = pitches(heard.f0, heard.pieces, settings.factor, codec)
    for piece, pitch in zip(heard.pieces, sung_pitch, strict=True):
        samples = stretches.take(piece.heard_start * codec.hop_length, piece.heard_end * codec.hop_length)
        yield HeardPiece(piece, samples, pitch)


def _identity(voice: HiddenSinger, settings: ResingSettings, survey: Survey) -> str:
    told = json.dumps(dict(voice.manifest.settings), sort_keys=True)
    levels = repr((survey.clip_level, survey.gate, survey.loud))
    return cache_key("resing", RENDERER_VERSION, *sorted(voice.manifest.files.values()), told, settings.key(), levels)


def _key(identity: str, part: HeardPiece) -> str:
    piece, arrays = part.piece, (part.samples, part.pitch.told, part.pitch.sung)
    parts = [hashlib.sha256(array.tobytes()).hexdigest() for array in arrays]
    return cache_key(identity, repr(piece.heard_start - piece.phrase_start), *parts)


def _crossfaded(before: Floats, after: Floats) -> Floats:
    rising = ((np.arange(len(before)) + 0.5) / max(len(before), 1)).astype(np.float32)
    return before + rising * (after - before)
