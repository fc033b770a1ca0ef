"""A HiddenSinger voice at run time: three networks and a codec, loaded from a voice's folder."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.codec.base import Codec
from engine.codec.harmonic_codec import HarmonicCodec, HarmonicCodecSettings
from engine.diffusion import BetaSchedule
from engine.errors import MelismaError
from engine.jobs import CancelToken
from engine.models.manifest import VoiceManifest
from engine.models.registry import InstalledVoice
from engine.runtime import Session, choose_providers, load_session

KIND = "hiddensinger"
Floats = NDArray[np.float32]
CORE_FRAMES, CONTEXT_FRAMES = 1536, 256
"""A long phrase is conditioned in pieces: attention costs the square of its frames.  It sees half a second to
either side per layer, so with this much context around each piece the whole comes out as if done at once."""
CONSONANT_TABLES = frozenset({"onset", "cluster", "coda"})


class HiddenSinger:
    """Condition encoder, denoiser and codec of one voice.  Safe to share between threads."""

    def __init__(
        self, manifest: VoiceManifest, condition: Session, denoiser: Session, codec: Codec, schedule: BetaSchedule
    ) -> None:
        self.manifest = manifest
        self.codec = codec
        self.schedule = schedule
        self._condition, self._denoiser = condition, denoiser

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


def build_hidden_singer(model: InstalledVoice, device: str = "auto", threads: int | None = None) -> HiddenSinger:
    """Load all networks of a voice.  Raises `MelismaError` when its manifest lacks a setting or a file."""
    settings, manifest = model.manifest.settings, model.manifest
    try:
        codec_settings = HarmonicCodecSettings(
            sample_rate=manifest.sample_rate, hop_length=manifest.hop_length, **settings["codec"]
        )
        schedule = BetaSchedule(float(settings["schedule"]["beta_0"]), float(settings["schedule"]["beta_1"]))
        dict(settings["phones"])
        if missing := CONSONANT_TABLES - settings["consonants"].keys():
            raise KeyError(f"consonants {min(missing)}")
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise MelismaError(f"The voice {manifest.id} lacks a setting: {error}.", "Install the voice again.") from error
    choice = choose_providers(device)

    def session(name: str) -> Session:
        return load_session(model.path(name), choice, threads)

    codec = HarmonicCodec(codec_settings, session("encoder.onnx"), session("decoder.onnx"))
    return HiddenSinger(manifest, session("condition.onnx"), session("denoiser.onnx"), codec, schedule)
