"""A voice, its effects and the backing become one file."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.audio import Audio, FloatArray, Subtype, check_suffix, integrated_loudness, write_audio
from engine.errors import InputError
from engine.jobs import JobContext
from engine.score import TempoMap
from plugin_host.rendergraph.assemble import BACKING, VOICE, Strip, Timeline, assemble, make_strip, on_timeline
from plugin_host.rendergraph.chains import Chain, EffectSettings, find_chain
from plugin_host.rendergraph.curves import Automation, Setting
from plugin_host.rendergraph.plugins import PluginUse
from plugin_host.rendergraph.render import render_graph
from plugin_host.rendergraph.safety import Guarded, Safety, guard
from plugin_host.rendergraph.song import Placed, is_clip, read_sound, sing_song, stereo
from plugin_host.rendergraph.stretch import stretch, stretched_s
from plugin_host.rendergraph.tuning import tail_s

MEASURING, WRITING = "Measuring", "Writing"

_PLUGIN_TAIL_S = 3.0  # nobody knows how long a plugin rings
_SILENT = 10 ** (-90 / 20)
_RATES = (8000, 192000)


@dataclass(frozen=True, slots=True)
class BounceRequest:
    """`song`: a sung file, or a clip, which is sung first.  None means: nothing of the kind, or as the files say.

    `chain`: an id of `list_chains`, or a `.toml` file.  `plugins` come before the chain, in this order.
    `at_s`: where the voice begins, in seconds from the backing's start (else from 0), instead of its time stamp.
    `tail_s`: seconds to ring on; None: as long as it is heard.  `tempo`: of a song that is no clip, for curves in
    quarters and for delays.  `stretch_to`: another tempo, by moving time instead of singing again.
    `ceiling_db`: dBTP.  `voice`, `seed`, `device`: of a clip, as in `SingRequest`.  `limit_s`: how long a plugin may
    take over anything, instead of the usual patience.
    """

    song: Path
    out: Path
    chain: str | None = None
    backing: Path | None = None
    plugins: tuple[PluginUse, ...] = ()
    settings: tuple[Setting, ...] = ()
    automation: tuple[Automation, ...] = ()
    gain_db: float = 0.0
    backing_gain_db: float = 0.0
    sample_rate: int | None = None
    subtype: Subtype = "PCM_24"
    at_s: float | None = None
    tail_s: float | None = None
    tempo: TempoMap | None = None
    stretch_to: TempoMap | None = None
    safety: Safety = "gain"
    ceiling_db: float = -1.0
    voice: str | None = None
    seed: int = 0
    device: str = "auto"
    limit_s: float | None = None


@dataclass(frozen=True, slots=True)
class BounceResult:
    """`offset_s`: where the file begins on the timeline (negative: before it).

    `loudness_lufs` and `true_peak_db` of the file (-inf when silent), `mix_peak_db` before the safety, which turned
    everything by `gain_db` and, with `limit`, took `reduced_db` where it took most.  `remarks`: in sentences.
    """

    out: Path
    chain: str | None
    plugins: tuple[str, ...]
    duration_s: float
    offset_s: float
    sample_rate: int
    loudness_lufs: float
    true_peak_db: float
    mix_peak_db: float
    safety: Safety
    gain_db: float
    reduced_db: float
    remarks: tuple[str, ...]
    elapsed_s: float
    real_time_factor: float


def bounce(request: BounceRequest, context: JobContext) -> BounceResult:
    """Write the bounce, whole or not at all.

    Raises `InputError` for what the user can mend (a plugin that hangs or crashes is named), `MelismaError` for what
    we must, `Cancelled`.
    """
    started = time.monotonic()
    _check(request)
    chain = find_chain(request.chain) if request.chain else Chain("none", "", "", ())
    faders = {VOICE: request.gain_db} | ({BACKING: request.backing_gain_db} if request.backing else {})
    strip = make_strip(request.plugins, chain.effects, request.settings, request.automation, faders)
    mix, start = _mixed(request, strip, context)
    rate = mix.sample_rate
    context.step(MEASURING, 0, 1)
    guarded, loudness = _measured(mix, request)
    context.step(WRITING, 0, 1)
    _write(request, guarded.audio, start)
    elapsed_s = time.monotonic() - started
    return BounceResult(
        out=request.out,
        chain=request.chain,
        plugins=tuple(strip.plugins),
        duration_s=guarded.audio.duration_s,
        offset_s=start / rate,
        sample_rate=rate,
        loudness_lufs=loudness,
        true_peak_db=guarded.after_db,
        mix_peak_db=guarded.before_db,
        safety=request.safety,
        gain_db=guarded.gain_db,
        reduced_db=guarded.reduced_db,
        remarks=tuple(_remarks(request, guarded)),
        elapsed_s=elapsed_s,
        real_time_factor=elapsed_s / max(guarded.audio.duration_s, 1e-9),
    )


def _mixed(request: BounceRequest, strip: Strip, context: JobContext) -> tuple[Audio, int]:
    """Everything in one sound, and the sample of the timeline at which it begins."""
    backing = read_sound(request.backing) if request.backing else None
    voice, tempo = _voice(request, backing, context)
    rate = request.sample_rate or (backing or voice).audio.sample_rate
    rings_s = _ring_s(request, [effect for effect in strip.effects.values() if not effect.bypass], tempo)
    places = _places(request, voice, backing, rate, rings_s)
    timeline = Timeline(rate, places.length, places.start / rate, tempo)
    graph, files = assemble(strip, timeline, places.voice, places.backing)
    mix = render_graph(graph, files, context, request.limit_s)
    if request.tail_s is None:
        mix = _without_silence(mix, places.dry_length)
    return Audio(mix, rate), places.start


@dataclass(frozen=True, slots=True)
class _Places:
    """Both sounds [2, length] in their places; `start` in samples of the timeline; `dry_length`: without tail."""

    voice: FloatArray
    backing: FloatArray | None
    start: int
    length: int
    dry_length: int


def _check(request: BounceRequest) -> None:
    """What can be known before long work is asked before it."""
    check_suffix(request.out)
    if request.out.is_dir():
        raise InputError(f"{request.out} is a folder, not a file.", "Name a file to write.")
    if not request.out.parent.is_dir():
        raise InputError(f"The folder {request.out.parent} does not exist.", "Make it first, or name another place.")
    if request.sample_rate is not None and not _RATES[0] <= request.sample_rate <= _RATES[1]:
        raise InputError(f"{request.sample_rate} Hz is no rate to bounce at.", f"It may be {_RATES[0]} to {_RATES[1]}.")
    for path in (request.song, request.backing):
        if path is not None and path.resolve() == request.out.resolve():
            raise InputError(f"{request.out} is read, so it cannot be written.", "Name another file.")
    for plugin in request.plugins:
        if plugin.save_state is not None and not plugin.save_state.parent.is_dir():
            raise InputError(f"The folder {plugin.save_state.parent} does not exist.", "Make it first.")


def _voice(request: BounceRequest, backing: Placed | None, context: JobContext) -> tuple[Placed, TempoMap]:
    """The voice where it belongs, at its last tempo."""
    if is_clip(request.song):
        from engine.api import SingRequest

        rate = request.sample_rate or (backing.audio.sample_rate if backing else None)
        sing = SingRequest(
            request.song,
            request.out,
            voice=request.voice,
            seed=request.seed,
            sample_rate=rate,
            device=request.device,
        )
        voice = sing_song(sing, context)
    else:
        voice = read_sound(request.song)
    tempo = voice.tempo or request.tempo or TempoMap()
    if request.stretch_to is not None:
        audio = stretch(voice.audio, tempo, request.stretch_to, context, voice.start_s)
        voice = Placed(audio, stretched_s(voice.start_s, tempo, request.stretch_to), voice.stamped)
        tempo = request.stretch_to
    if request.at_s is not None:
        voice = Placed(voice.audio, (backing.start_s if backing else 0.0) + request.at_s, voice.stamped)
    return voice, tempo


def _places(request: BounceRequest, voice: Placed, backing: Placed | None, rate: int, rings_s: float) -> _Places:
    sung = stereo(voice.audio, rate)
    at = round(voice.start_s * rate)
    start, end = at, at + sung.num_samples
    played, begins = None, 0
    if backing is not None:
        played = stereo(backing.audio, rate)
        begins = round(backing.start_s * rate)
        if at >= begins + played.num_samples or at + sung.num_samples <= begins:
            raise InputError(
                f"By their time stamps {request.song.name} (from {at / rate:.2f} s) and {_name(request.backing)} "
                f"(from {begins / rate:.2f} s) never sound together.",
                "Say with --at where the voice begins, in seconds from the backing's start.",
            )
        start, end = min(at, begins), max(end, begins + played.num_samples)
    length = max(end, at + sung.num_samples + round(rings_s * rate)) - start
    if end <= start:
        raise InputError(f"{request.song} holds no sound.", "Name another file.")
    return _Places(
        voice=on_timeline(sung, at - start, length),
        backing=None if played is None else on_timeline(played, begins - start, length),
        start=start,
        length=length,
        dry_length=end - start,
    )


def _name(path: Path | None) -> str:
    return path.name if path else ""


def _ring_s(request: BounceRequest, effects: Sequence[EffectSettings], tempo: TempoMap) -> float:
    if request.tail_s is not None:
        return max(0.0, request.tail_s)
    return tail_s(effects, tempo.bpm_at(0.0)) + (_PLUGIN_TAIL_S if request.plugins else 0.0)


def _measured(mix: Audio, request: BounceRequest) -> tuple[Guarded, float]:
    """The mix made safe, and its loudness in LUFS; both cores at once, where nothing had to be turned down."""
    with ThreadPoolExecutor(1) as pool:
        loudness = pool.submit(integrated_loudness, mix)
        guarded = guard(mix, request.safety, request.ceiling_db)
    return guarded, loudness.result() if guarded.audio is mix else integrated_loudness(guarded.audio)


def _without_silence(mix: FloatArray, least: int) -> FloatArray:
    """Without what cannot be heard at the end, but never shorter than `least` samples."""
    heard = np.flatnonzero(np.abs(mix).max(axis=0) > _SILENT)
    return mix[:, : max(least, int(heard[-1]) + 1 if heard.size else 0)]


def _write(request: BounceRequest, audio: Audio, start: int) -> None:
    """The stamp cannot be negative, so that is told in words too, as in sung files."""
    description = (
        f"melisma bounce song={request.song.name} chain={request.chain or 'none'} "
        f"offset_s={start / audio.sample_rate:.6f}"
    )
    write_audio(
        audio,
        request.out,
        subtype=request.subtype,
        time_reference_samples=max(0, start),
        description=description,
    )


def _remarks(request: BounceRequest, guarded: Guarded) -> list[str]:
    remarks = []
    if guarded.reduced_db:
        remarks.append(
            f"The mix reached {guarded.before_db:.1f} dBTP; a limiter took up to {guarded.reduced_db:.1f} dB away."
        )
    elif guarded.gain_db:
        remarks.append(
            f"The mix reached {guarded.before_db:.1f} dBTP; everything was turned by {guarded.gain_db:.1f} dB."
        )
    elif guarded.before_db > 0 and request.subtype != "FLOAT":
        remarks.append(f"The mix reached {guarded.before_db:.1f} dBTP, which clips.")
    return remarks
