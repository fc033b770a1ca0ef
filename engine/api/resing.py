"""A recorded vocal becomes one that another voice sings."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from engine.api.sing import WRITING
from engine.audio import (
    BITS,
    Audio,
    Bext,
    FloatArray,
    StreamResampler,
    Subtype,
    WavWriter,
    check_suffix,
    resampled_length,
    write_audio,
)
from engine.errors import InputError, MelismaError
from engine.files import check_space, written_whole
from engine.folders import cache_folder
from engine.jobs import JobContext
from engine.models.builders import build
from engine.models.hidden_singer import HiddenSinger
from engine.models.registry import find_singer
from engine.singing.cache import PhraseCache
from engine.singing.resing import HeardRecording, Progress, hear_recording, remarks, sing_again
from engine.singing.resing_settings import ResingSettings
from engine.singing.resing_source import Recording, open_recording
from engine.singing.settings import SingSettings

FULL_SCALE = 1.0


@dataclass(frozen=True, slots=True)
class ResingRequest:
    """One recorded vocal to sing again.  None means: as the recording or the voice says.

    `voice`: a package's id, a speaker's name, or package/speaker.  `seed` >= 0; `num_steps` >= 1; `temperature` 0 to
    2; `transpose` semitones; `follow`: the recording's loudness is followed; `breathiness`, `tension` -1 to 1;
    `gender` semitones; `blend`: (speaker, share); `sample_rate` Hz; `device` as `melisma doctor` names them.
    """

    recording: Path
    out: Path
    voice: str | None = None
    seed: int = 0
    num_steps: int | None = None
    temperature: float | None = None
    transpose: int = 0
    follow: bool = True
    breathiness: float = 0.0
    tension: float = 0.0
    gender: float = 0.0
    blend: tuple[tuple[str, float], ...] = ()
    sample_rate: int | None = None
    subtype: Subtype = "PCM_24"
    device: str = "auto"
    use_cache: bool = True


@dataclass(frozen=True, slots=True)
class ResingResult:
    """`position_samples`: where on the timeline the file begins, at its own rate; None when the recording states none.

    `real_time_factor`: seconds of work per second of sound, loading and writing included.
    """

    out: Path
    voice: str
    duration_s: float
    sample_rate: int
    position_samples: int | None
    pieces: int
    cached_pieces: int
    voiced_s: float
    peak: float
    remarks: tuple[str, ...]
    provider: str
    elapsed_s: float
    real_time_factor: float


def resing_vocal(request: ResingRequest, context: JobContext) -> ResingResult:
    """Sing a recording again and write the file, whole or not at all: as long as the recording, to the sample.

    Raises `InputError` for what the user can mend, `MelismaError` for what we must, `Cancelled`.
    """
    started = time.monotonic()
    _check_out(request)
    settings, voice = _voice(request, context)
    voice.listening()
    recording = open_recording(request.recording, context.token)
    rate = request.sample_rate or recording.sample_rate
    heard = hear_recording(recording, voice, context)
    told = list(remarks(heard, voice, settings))
    cache = PhraseCache(cache_folder() / "phrases") if request.use_cache else None
    progress = Progress()
    blocks = sing_again(heard, voice, settings, context, cache, progress)
    length = resampled_length(recording.num_samples, recording.sample_rate, rate)
    position = _position(recording, rate)
    check_space(request.out.parent, length * BITS[request.subtype] // 8)
    peak = _write(_fitted(blocks, voice.codec.sample_rate, rate, length), rate, position, request, voice, context)
    if peak > FULL_SCALE and (request.subtype != "FLOAT" or request.out.suffix.lower() != ".wav"):
        over_db = 20 * float(np.log10(peak))
        told.append(
            f"The loudest peaks lay {over_db:.1f} dB over full scale and were cut off: 32-bit float keeps them."
        )
    elapsed_s = time.monotonic() - started
    return _result(heard, voice, rate, position, progress, peak, tuple(told), elapsed_s, request.out)


def _check_out(request: ResingRequest) -> None:
    """What can be known before long work is asked before it."""
    out = request.out
    check_suffix(out)
    if out.is_dir():
        raise InputError(f"{out} is a folder, not a file.", "Name a file to write.")
    if not out.parent.is_dir():
        raise InputError(f"The folder {out.parent} does not exist.", "Make it first, or name another place.")
    if out.exists() and request.recording.exists() and out.samefile(request.recording):
        raise InputError(f"{out} is the recording itself.", "Name another file to write.")


def _voice(request: ResingRequest, context: JobContext) -> tuple[ResingSettings, HiddenSinger]:
    model, speaker = find_singer(request.voice)
    context.step("Loading the voice", 0, 1)
    manifest = model.manifest
    sampling: dict[str, Any] = dict(manifest.settings.get("sampling", {}))
    asked = {"num_steps": request.num_steps, "temperature": request.temperature}
    sampling |= {name: value for name, value in asked.items() if value is not None}
    try:
        sing = SingSettings(
            seed=request.seed, transpose=request.transpose, speaker=speaker or 0, blend=request.blend, **sampling
        )
    except (TypeError, ValueError) as error:
        what = f"The voice {manifest.id} cannot be sung so: {error}."
        raise MelismaError(what, "Install the voice again.") from error
    settings = ResingSettings(sing, request.follow, request.breathiness, request.tension, request.gender)
    return settings, build(model, request.device)


def _position(recording: Recording, rate: int) -> int | None:
    """The recording's place on the timeline, at the rate that is written."""
    stated = recording.position_samples
    return None if stated is None else resampled_length(stated, recording.sample_rate, rate)


def _fitted(blocks: Iterator[FloatArray], own_rate: int, rate: int, length: int) -> Iterator[FloatArray]:
    """Blocks [n] at `own_rate` as blocks [1, n] at `rate`, `length` samples in all."""
    resampler, given = StreamResampler(own_rate, rate, 1), 0
    for block in blocks:
        found = resampler.push(block[None])[:, : length - given]
        given += found.shape[1]
        yield found
    found = resampler.push(np.zeros((1, 0), np.float32), last=True)[:, : length - given]
    yield np.pad(found, ((0, 0), (0, length - given - found.shape[1])))


def _write(
    blocks: Iterator[FloatArray],
    rate: int,
    position: int | None,
    request: ResingRequest,
    voice: HiddenSinger,
    context: JobContext,
) -> float:
    """The highest absolute value of what was written."""
    manifest = voice.manifest
    description = (
        f"melisma voice={manifest.id} {manifest.version} seed={request.seed} recording={request.recording.name}"
    )
    if request.out.suffix.lower() != ".wav":
        audio = Audio(np.concatenate(list(blocks), axis=1), rate)
        context.step(WRITING, 0, 1)
        write_audio(audio, request.out, subtype=request.subtype, description=description)
        return float(np.abs(audio.samples).max(initial=0.0))
    stamp = None if position is None else Bext(position, description)
    peak = 0.0
    with _wav(request, rate, stamp) as writer:
        for block in blocks:
            if not np.isfinite(block).all():
                what = "The sound holds values that are no numbers, so it was not written."
                raise MelismaError(what, "Please report this.")
            writer.write(block)
            peak = max(peak, float(np.abs(block).max(initial=0.0)))
        context.token.raise_if_cancelled()
    return peak


@contextmanager
def _wav(request: ResingRequest, rate: int, stamp: Bext | None) -> Iterator[WavWriter]:
    """Written as it comes: a file of hours must not lie in memory."""
    with written_whole(request.out) as part, WavWriter(part, 1, rate, request.subtype, stamp) as writer:
        yield writer


def _result(
    heard: HeardRecording,
    voice: HiddenSinger,
    rate: int,
    position: int | None,
    progress: Progress,
    peak: float,
    told: tuple[str, ...],
    elapsed_s: float,
    out: Path,
) -> ResingResult:
    codec, duration_s = voice.codec, heard.recording.duration_s
    return ResingResult(
        out=out,
        voice=voice.manifest.id,
        duration_s=duration_s,
        sample_rate=rate,
        position_samples=position,
        pieces=len(heard.pieces),
        cached_pieces=progress.cached_pieces,
        voiced_s=float(np.count_nonzero(heard.f0)) * codec.hop_length / codec.subframes / codec.sample_rate,
        peak=peak,
        remarks=told,
        provider=voice.provider,
        elapsed_s=elapsed_s,
        real_time_factor=elapsed_s / max(duration_s, 1e-9),
    )
