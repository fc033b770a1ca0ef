"""A latent-diffusion separator at run time: its five graphs, loaded from its folder (docs/decisions/0003)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.errors import MelismaError
from engine.jobs import CancelToken
from engine.models.manifest import Stem
from engine.models.registry import InstalledSeparator
from engine.runtime import Choice, Session, choose_providers, load_session

KIND = "latent-diffusion"
Floats = NDArray[np.float32]
Conditioning = dict[str, Floats]
"""c0 to c3, batched, as the denoiser takes them."""

RefineMode = Literal["alone", "mask", "none"]
_LEVELS = ("c0", "c1", "c2", "c3")
_PORTS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "encoder.onnx": (frozenset({"audio"}), frozenset({"latents"})),
    "conditioner.onnx": (frozenset({"mix_latents"}), frozenset(_LEVELS)),
    "denoiser.onnx": (frozenset({"z_t", "sigma", *_LEVELS}), frozenset({"velocity"})),
    "decoder.onnx": (frozenset({"latents"}), frozenset({"audio"})),
    "refiner.onnx": (frozenset({"mix", "guide"}), frozenset({"vocals"})),
}
_REFINER = "refiner.onnx"
_GRAPHS_OF: dict[str, tuple[str, ...]] = {
    "alone": (_REFINER,),
    "mask": tuple(_PORTS),
    "none": tuple(name for name in _PORTS if name != _REFINER),
}
# The conditioner halves the frames three times.
_FRAME_MULTIPLE = 8


@dataclass(frozen=True, slots=True)
class LatentDiffusionSettings:
    """What the manifest's settings say, checked.  Lengths in samples; `stem`: what the graphs give."""

    stem: Stem
    sample_rate: int
    hop_length: int
    latent_dim: int
    n_fft: int
    stft_hop_length: int
    segment_samples: int
    overlap_samples: int
    num_steps: int
    eta: float
    refine: RefineMode

    def __post_init__(self) -> None:
        lengths = (self.sample_rate, self.hop_length, self.latent_dim, self.n_fft, self.stft_hop_length, self.num_steps)
        if min(lengths) < 1 or not 0 <= self.eta <= 1:
            raise ValueError("a length below 1, or eta outside 0 to 1")
        if self.stem not in ("vocals", "instrumental") or self.refine not in _GRAPHS_OF:
            raise ValueError(f"no such stem or refine: {self.stem}, {self.refine}")
        if self.segment_samples <= self.n_fft:
            raise ValueError(f"segments of {self.segment_samples} samples are shorter than n_fft")
        if not 0 <= self.overlap_samples < self.segment_samples:
            raise ValueError(f"segments of {self.segment_samples} samples cannot share {self.overlap_samples}")
        # Noise belongs to absolute latent frames, so every segment has to begin on one.
        if self.segment_samples % (_FRAME_MULTIPLE * self.hop_length) or self.overlap_samples % self.hop_length:
            raise ValueError("segment_samples or overlap_samples is not a whole number of latent frames")
        if self.n_fft % self.stft_hop_length or self.segment_samples % self.stft_hop_length:
            raise ValueError("stft_hop_length divides n_fft or segment_samples with a rest")


class LatentDiffusion:
    """Arrays without a batch dimension, except the conditioning.  Safe to share between threads."""

    def __init__(self, settings: LatentDiffusionSettings, sessions: dict[str, Session]) -> None:
        self.settings = settings
        self._sessions = sessions

    @property
    def provider(self) -> str:
        """The device that really computes, in words."""
        return next(iter(self._sessions.values())).provider.label

    @property
    def refines(self) -> bool:
        """Whether the refiner was loaded."""
        return _REFINER in self._sessions

    @property
    def generates(self) -> bool:
        """Whether the generator was loaded."""
        return "denoiser.onnx" in self._sessions

    def encode(self, audio: Floats, token: CancelToken | None = None) -> Floats:
        """audio [2, N], N a multiple of the hop -> latents [D, N / hop_length], normalised per channel."""
        return self._run("encoder.onnx", {"audio": audio}, "latents", token)

    def condition(self, mix_latents: Floats, token: CancelToken | None = None) -> Conditioning:
        """mix_latents [D, T], T a multiple of 8 -> what the denoiser is told of the mix."""
        return self._sessions["conditioner.onnx"].run({"mix_latents": mix_latents[None]}, token)

    def velocity(self, z: Floats, sigma: float, conditioning: Conditioning, token: CancelToken | None = None) -> Floats:
        """z [D, T] at sigma in [0, 1] -> v [D, T]."""
        inputs = {"z_t": z[None], "sigma": np.array([sigma], np.float32), **conditioning}
        velocity: Floats = self._sessions["denoiser.onnx"].run(inputs, token)["velocity"]
        return np.asarray(velocity[0])

    def decode(self, latents: Floats, token: CancelToken | None = None) -> Floats:
        """latents [D, T] -> audio [2, T * hop_length]."""
        return self._run("decoder.onnx", {"latents": latents}, "audio", token)

    def refine(self, mix: Floats, guide: Floats, token: CancelToken | None = None) -> Floats:
        """Spectra [4, n_fft/2 + 1, F] of the mix and of a generated stem -> of that stem in the mix."""
        return self._run("refiner.onnx", {"mix": mix, "guide": guide}, "vocals", token)

    def _run(self, name: str, inputs: dict[str, Floats], output: str, token: CancelToken | None) -> Floats:
        found: Floats = self._sessions[name].run({port: array[None] for port, array in inputs.items()}, token)[output]
        return np.asarray(found[0])


def build_latent_diffusion(
    model: InstalledSeparator, device: str = "auto", threads: int | None = None, refine: RefineMode | None = None
) -> LatentDiffusion:
    """Load the graphs of a separator that `refine` needs (None: as its manifest says).

    Raises `MelismaError` when its manifest lacks a setting or a file, or a file is another network.
    """
    settings = _settings(model)
    choice = choose_providers(device)
    names = _GRAPHS_OF[refine or settings.refine]
    return LatentDiffusion(settings, {name: _load(model, name, choice, threads) for name in names})


def _settings(model: InstalledSeparator) -> LatentDiffusionSettings:
    manifest = model.manifest
    told = manifest.settings
    try:
        return LatentDiffusionSettings(
            stem=manifest.stem,
            sample_rate=manifest.sample_rate,
            hop_length=manifest.hop_length,
            latent_dim=int(told["latent_dim"]),
            n_fft=int(told["n_fft"]),
            stft_hop_length=int(told["stft_hop_length"]),
            segment_samples=int(told["segment_samples"]),
            overlap_samples=int(told["overlap_samples"]),
            num_steps=int(told["num_steps"]),
            eta=float(told["eta"]),
            refine=told["refine"],
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        what = f"The separator {manifest.id} lacks a setting or has a wrong one: {error}."
        raise MelismaError(what, "Install the separator again.") from error


def _load(model: InstalledSeparator, name: str, choice: Choice, threads: int | None) -> Session:
    session = load_session(model.path(name), choice, threads)
    inputs, outputs = _PORTS[name]
    if set(session.input_names) != inputs or not outputs <= set(session.output_names):
        what = f"{name} of the separator {model.manifest.id} is another network than its manifest says."
        raise MelismaError(what, "Install the separator again.")
    return session
