"""Vocals generated from noise, guided by the mix, then found again in the mix's own spectrum (arXiv 2511.20470)."""

from __future__ import annotations

import numpy as np

from engine.diffusion import ddim_sigmas, sample_ddim
from engine.jobs import CancelToken, JobContext
from engine.models import InstalledSeparator
from engine.models.latent_diffusion import LatentDiffusion, build_latent_diffusion
from engine.separation.noise import frame_noise
from engine.separation.separator import STAGE, Floats, SeparationSettings
from engine.separation.stft import from_parts, istft, stft, to_parts

_SOFTEST = 1e-4
"""Below this level a segment is not brought up to 1: it would be a network's idea of hiss."""


class LatentDiffusionSeparator:
    """Implements `Separator`."""

    def __init__(self, model: LatentDiffusion, asked: SeparationSettings) -> None:
        told = model.settings
        self._model, self._seed = model, asked.seed
        self._sigmas = ddim_sigmas(told.num_steps if asked.num_steps is None else asked.num_steps)
        self._eta = told.eta if asked.eta is None else asked.eta
        self.sample_rate = told.sample_rate
        self.segment_samples, self.overlap_samples = told.segment_samples, told.overlap_samples
        self.provider = model.provider

    def separate_segment(self, mix: Floats, start: int, context: JobContext) -> Floats:
        """See `Separator`."""
        token, steps = context.token, len(self._sigmas) - 1 if self._model.generates else 1
        # 1. To a level of 1: the mix's own level serves the vocals too, whose level nobody knows yet
        level = np.float32(max(_SOFTEST, float(np.sqrt(np.mean(np.square(mix, dtype=np.float64))))))
        scaled = mix / level
        # 2. What the networks know of the mix; from noise to latents, from latents to a guide
        context.step(STAGE, 0, steps)
        guide = self._generate(scaled, start, context) if self._model.generates else np.zeros_like(scaled)
        # 3. What of the mix is like the guide
        stem = self._refine(scaled, guide, token) if self._model.refines else guide
        stem = stem * level
        return mix - stem if self._model.settings.stem == "instrumental" else stem

    def _generate(self, scaled: Floats, start: int, context: JobContext) -> Floats:
        conditioning = self._model.condition(self._model.encode(scaled, context.token), context.token)
        return self._model.decode(self._sample(start, conditioning, context), context.token)

    def _sample(self, start: int, conditioning: dict[str, Floats], context: JobContext) -> Floats:
        told = self._model.settings
        first, frames = start // told.hop_length, told.segment_samples // told.hop_length

        def noise(draw: int) -> Floats:
            return frame_noise(self._seed, draw, first, frames, told.latent_dim)

        def velocity(z: Floats, sigma: float) -> Floats:
            return self._model.velocity(z, sigma, conditioning, context.token)

        def on_step(done: int, total: int) -> None:
            context.step(STAGE, done, total)

        # Draw 0 is where the sampler starts; its steps take the draws behind it.
        return sample_ddim(velocity, noise(0), self._sigmas, self._eta, lambda step: noise(1 + step), on_step)

    def _refine(self, scaled: Floats, guide: Floats, token: CancelToken) -> Floats:
        told = self._model.settings
        spectra = [to_parts(stft(samples, told.n_fft, told.stft_hop_length)) for samples in (scaled, guide)]
        found = from_parts(self._model.refine(spectra[0], spectra[1], token))
        return istft(found, told.n_fft, told.stft_hop_length, told.segment_samples)


def build_separator(
    model: InstalledSeparator, device: str, threads: int | None, settings: SeparationSettings
) -> LatentDiffusionSeparator:
    """Load it.  Raises `MelismaError` as `build_latent_diffusion`, `InputError` for an unusable device."""
    return LatentDiffusionSeparator(build_latent_diffusion(model, device, threads, settings.refine), settings)
