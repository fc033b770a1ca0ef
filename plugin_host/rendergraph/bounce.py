"""Voices, their effects and the backing become one file."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from engine.audio import Audio, FloatArray, integrated_loudness, write_audio
from engine.jobs import JobContext
from engine.score import TempoMap
from plugin_host.rendergraph.assemble import BACKING, VOICE, Strip, assemble, fader_names, make_strip
from plugin_host.rendergraph.chains import find_chain
from plugin_host.rendergraph.render import render_graph
from plugin_host.rendergraph.request import BounceRequest, BounceResult, check_request
from plugin_host.rendergraph.safety import Guarded, guard
from plugin_host.rendergraph.timeline import Laid, check_sounds, lay_out
from plugin_host.rendergraph.tuning import tail_s

MEASURING, WRITING = "Measuring", "Writing"

_PLUGIN_TAIL_S = 10.0  # nobody knows how long a plugin rings; what is silent is cut off again
_LONGEST_TAIL_S = 60.0
_FADE_S = 0.05
_SILENT = 10 ** (-90 / 20)
_LONGEST_NAME = 80
"""Of what the stamp names: all of it has 256 letters."""


def bounce(request: BounceRequest, context: JobContext, scratch: Path | None = None) -> BounceResult:
    """Write the bounce, whole or not at all.  `scratch`: where sounds lie meanwhile, instead of the system's folder.

    Raises `InputError` for what the user can mend (a plugin that hangs or crashes is named), `MelismaError` for what
    we must, `Cancelled`.
    """
    started = time.monotonic()
    check_request(request)
    check_sounds(request)
    voices, backings = request.voices, request.backings
    chains = [find_chain(voice.chain).effects if voice.chain else () for voice in voices]
    names = (*fader_names(VOICE, len(voices)), *fader_names(BACKING, len(backings)))
    gains_db = [*(voice.gain_db for voice in voices), *(stem.gain_db for stem in backings)]
    faders = dict(zip(names, gains_db, strict=True))
    strip = make_strip(request.plugins, chains, request.settings, request.automation, faders)
    laid = lay_out(request, lambda tempo: _ring_s(request, strip, tempo), context)
    mix, start = _mixed(request, strip, laid, context, scratch), laid.start
    rate = mix.sample_rate
    context.step(MEASURING, 0, 1)
    guarded, loudness = _measured(mix, request)
    context.step(WRITING, 0, 1)
    _write(request, guarded.audio, start, context.token.raise_if_cancelled)
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
        remarks=(*laid.remarks, *_remarks(request, guarded, laid.early_s)),
        elapsed_s=elapsed_s,
        real_time_factor=elapsed_s / max(guarded.audio.duration_s, 1e-9),
    )


def _mixed(request: BounceRequest, strip: Strip, laid: Laid, context: JobContext, scratch: Path | None) -> Audio:
    """Everything in one sound."""
    graph, files = assemble(strip, laid.timeline, laid.sounds)
    mix = render_graph(graph, files, context, request.limit_s, scratch)
    if request.tail_s is None:
        mix = _without_silence(mix, laid.dry_length, laid.timeline.sample_rate)
    return Audio(mix, laid.timeline.sample_rate)


def _ring_s(request: BounceRequest, strip: Strip, tempo: TempoMap) -> float:
    """As long as the longest of the voices; a chain's effects ring one behind the other."""
    if request.tail_s is not None:
        return max(0.0, request.tail_s)
    rows = [[strip.effects[name] for name in row if name in strip.effects] for row in strip.rows.values()]
    longest = max(tail_s([effect for effect in row if not effect.bypass], tempo.bpm_at(0.0)) for row in rows)
    return min(_LONGEST_TAIL_S, longest + (_PLUGIN_TAIL_S if request.plugins else 0.0))


def _measured(mix: Audio, request: BounceRequest) -> tuple[Guarded, float]:
    """The mix made safe, and its loudness in LUFS; both cores at once, where nothing had to be turned down."""
    with ThreadPoolExecutor(1) as pool:
        loudness = pool.submit(integrated_loudness, mix)
        guarded = guard(mix, request.safety, request.ceiling_db)
    return guarded, loudness.result() if guarded.audio is mix else integrated_loudness(guarded.audio)


def _without_silence(mix: FloatArray, least: int, rate: int) -> FloatArray:
    """Without what cannot be heard at the end, but never shorter than `least` samples; what rings longer is faded."""
    heard = np.flatnonzero(np.abs(mix[:, least:]).max(axis=0) > _SILENT)
    kept = mix[:, : least + (int(heard[-1]) + 1 if heard.size else 0)]
    fade = min(round(_FADE_S * rate), kept.shape[1] - least)
    if fade and kept.shape[1] == mix.shape[1]:
        kept[:, -fade:] *= np.linspace(1, 0, fade, dtype=np.float32)
    return kept


def _write(request: BounceRequest, audio: Audio, start: int, before_block: Callable[[], object]) -> None:
    """The stamp cannot be negative, so that is told in words too, as in sung files.  Without backings it is a voice."""
    chain = Path(request.chain or "none").name
    description = (
        f"melisma bounce song={request.song.name[:_LONGEST_NAME]} chain={chain[:_LONGEST_NAME]} "
        f"offset_s={start / audio.sample_rate:.6f} backings={len(request.backings)}"
    )
    write_audio(
        audio,
        request.out,
        subtype=request.subtype,
        time_reference_samples=max(0, start),
        description=description,
        before_block=before_block,
    )


def _remarks(request: BounceRequest, guarded: Guarded, early_s: float) -> list[str]:
    remarks = []
    if early_s > 0:
        remarks.append(f"It begins {early_s:.3f} s before the backing: place it so much earlier than that.")
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
