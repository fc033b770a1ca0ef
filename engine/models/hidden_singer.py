"""A HiddenSinger voice at run time: three networks and a codec, loaded from a voice's folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.codec.base import Codec
from engine.codec.harmonic_codec import HarmonicCodec, HarmonicCodecSettings
from engine.codec.spectrogram_codec import SpectrogramCodecSettings
from engine.codec.waveform_codec import CODEC_NAME, WaveformCodec
from engine.diffusion import BetaSchedule
from engine.errors import InputError, MelismaError
from engine.jobs import CancelToken
from engine.models.manifest import VoiceManifest
from engine.models.registry import InstalledVoice
from engine.runtime import Session, choose_providers, load_session

KIND = "hiddensinger"
Floats = NDArray[np.float32]
CORE_FRAMES, CONTEXT_FRAMES = 1536, 256
"""A long phrase is conditioned in pieces: attention costs the square of its frames.  It sees half a second to
either side per layer, so with this much context around each piece the whole comes out as if done at once."""
LISTENING = "listening.onnx"
"""Optional in a package: what makes it understand a recording (decision 0007)."""
CONSONANT_TABLES = frozenset({"onset", "cluster", "coda"})


class HiddenSinger:
    """Condition encoder, denoiser and codec of one voice.  Safe to share between threads."""

    def __init__(
        self,
        manifest: VoiceManifest,
        condition: Session,
        denoiser: Session,
        codec: Codec,
        schedule: BetaSchedule,
        load_listening: Callable[[], Session] | None = None,
    ) -> None:
        self.manifest = manifest
        self.codec = codec
        self.schedule = schedule
        self._condition, self._denoiser = condition, denoiser
        self._load_listening, self._lock = load_listening, Lock()
        self._listening: Session | None = None

    @property
    def provider(self) -> str:
        """The device that really computes, in words."""
        return self._denoiser.provider.label

    @property
    def settings(self) -> Mapping[str, Any]:
        """The manifest's settings: phone table, consonant table, sampling defaults."""
        return self.manifest.settings

    def condition(self, inputs: Mapping[str, NDArray[Any]], token: CancelToken | None = None) -> tuple[Floats, Floats]:
        """Tokens [P] and frames [T] (see engine.singing.conditions) -> h_cond [H, T], mu [D, T]."""
        frames = len(inputs["phone_of_frame"])
        if frames <= CORE_FRAMES + 2 * CONTEXT_FRAMES:
            return self._condition_part(inputs, 0, frames, token)
        parts = []
        for first in range(0, frames, CORE_FRAMES):
            start, end = max(0, first - CONTEXT_FRAMES), min(frames, first + CORE_FRAMES + CONTEXT_FRAMES)
            kept = slice(first - start, min(frames, first + CORE_FRAMES) - start)
            h_cond, mu = self._condition_part(inputs, start, end, token)
            parts.append((h_cond[:, kept], mu[:, kept]))
        return np.concatenate([p[0] for p in parts], axis=1), np.concatenate([p[1] for p in parts], axis=1)

    @property
    def can_listen(self) -> bool:
        """Whether it can sing after a recording."""
        return self._load_listening is not None

    def listening(self) -> Session:
        """The network that understands recordings, loaded at first use.  Raises `InputError` for a voice without."""
        if self._load_listening is None:
            what = f"The voice {self.manifest.id} cannot sing after a recording: it has no listening network."
            raise InputError(what, "Choose another that is installed.", option="voice")
        with self._lock:
            if self._listening is None:
                self._listening = self._load_listening()
            return self._listening

    def listen(
        self, mel: Floats, f0: Floats, speaker: Floats, token: CancelToken | None = None
    ) -> tuple[Floats, Floats]:
        """mel [80, T] (engine.codec.log_mel), f0 [T] in Hz, 0 where unvoiced, shares of the speakers [T, speakers] ->
        h_cond [H, T], mu [D, T].  Raises `InputError` for a voice without a listening network."""
        outputs = self.listening().run({"mel": mel[None], "f0": f0[None], "speaker": speaker[None]}, token)
        return outputs["h_cond"][0], outputs["mu"][0]

    def _condition_part(
        self, inputs: Mapping[str, NDArray[Any]], start: int, end: int, token: CancelToken | None
    ) -> tuple[Floats, Floats]:
        batch = {name: np.asarray(value)[None] for name, value in inputs.items()}
        for name in ("phone_of_frame", "features", "speaker"):
            if batch[name].ndim > 1:  # a speaker that does not change is one number
                batch[name] = batch[name][:, start:end]
        outputs = self._condition.run(batch, token)
        return outputs["h_cond"][0], outputs["mu"][0]

    def denoise(self, z: Floats, mu: Floats, h_cond: Floats, t: float, token: CancelToken | None = None) -> Floats:
        """The network's z_0 [D, T] given z at time t."""
        time = np.array([t], np.float32)
        outputs = self._denoiser.run({"z_t": z[None], "mu": mu[None], "h_cond": h_cond[None], "t": time}, token)
        denoised: Floats = outputs["denoised"][0]
        return denoised


def _check_consonants(stated: Mapping[str, Any]) -> None:
    """One table, or one for each speaker.  Raises `KeyError` for a part that a table lacks."""
    whole = stated.keys() & CONSONANT_TABLES or not stated
    for table in (stated,) if whole else stated.values():
        if missing := CONSONANT_TABLES - table.keys():
            raise KeyError(f"consonants {min(missing)}")


def build_hidden_singer(model: InstalledVoice, device: str = "auto", threads: int | None = None) -> HiddenSinger:
    """Load all networks of a voice.  Raises `MelismaError` when its manifest lacks a setting or a file."""
    settings, manifest = model.manifest.settings, model.manifest
    try:
        told = {"sample_rate": manifest.sample_rate, "hop_length": manifest.hop_length, **settings["codec"]}
        codec_settings: SpectrogramCodecSettings
        if told.get("kind") == CODEC_NAME:
            codec_settings = SpectrogramCodecSettings(**{name: told[name] for name in told.keys() - {"kind"}})
        else:
            codec_settings = HarmonicCodecSettings(**told)
        schedule = BetaSchedule(float(settings["schedule"]["beta_0"]), float(settings["schedule"]["beta_1"]))
        dict(settings["phones"])
        _check_consonants(settings["consonants"])
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise MelismaError(f"The voice {manifest.id} lacks a setting: {error}.", "Install the voice again.") from error
    choice = choose_providers(device)

    def session(name: str) -> Session:
        return load_session(model.path(name), choice, threads)

    networks = session("encoder.onnx"), session("decoder.onnx")
    codec: Codec
    if isinstance(codec_settings, HarmonicCodecSettings):
        codec = HarmonicCodec(codec_settings, *networks)
    else:
        codec = WaveformCodec(codec_settings, *networks)
    load_listening = (lambda: session(LISTENING)) if LISTENING in manifest.files else None
    return HiddenSinger(manifest, session("condition.onnx"), session("denoiser.onnx"), codec, schedule, load_listening)
