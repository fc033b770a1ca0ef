"""wav2vec 2.0 and XLS-R as the ear of lyrics-U: torchaudio's networks, weights from a file that the user names.

They hear 16 kHz sound, not our log-mel, so a voice trained with them serves research and cannot be exported for the
run time (decision 0008).  Their frames (50 a second) are interpolated to ours.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import soxr
import torch
import torchaudio
from safetensors.torch import load_file
from torch import Tensor, nn

from engine.codec.harmonic import BandFilters, pulse_train, synthesize
from engine.codec.log_mel import band_edges
from engine.errors import InputError
from engine.train.corpus.gains import GAIN_BANDS, LOWEST
from engine.train.unlabelled.ears import Cut
from engine.train.unlabelled.heard import HOP_LENGTH, KEPT_BANDS, SAMPLE_RATE, SUBFRAMES, Clip
from engine.train.unlabelled.perturb import FORMANTS, PITCH_RANGE, PITCH_SEMITONES, equaliser, moved_pitch

RATE = 16_000
LAYER = 12
FORMS: dict[str, Callable[[], nn.Module]] = {
    "wav2vec2-base": torchaudio.models.wav2vec2_base,
    "xls-r-300m": torchaudio.models.wav2vec2_xlsr_300m,
}


class Wav2VecEar:
    """See `engine.train.unlabelled.ears.Ear`; the sound is made anew from WORLD's gains, which perturbs it."""

    def __init__(self, model: nn.Module, layer: int = LAYER, device: str = "cpu") -> None:
        self.model = model.eval().to(device).requires_grad_(False)
        self._layer, self._device = layer, device
        self._filters = BandFilters(SAMPLE_RATE, HOP_LENGTH // SUBFRAMES, GAIN_BANDS)

    @property
    def width(self) -> int:
        """See `Ear`."""
        transformer: Any = self.model.encoder.transformer  # type: ignore[union-attr]
        return int(transformer.layers[0].attention.embed_dim)

    @torch.no_grad()
    def hear(self, cuts: Sequence[Cut], frames: int, rng: np.random.Generator | None) -> Tensor:
        """See `Ear`."""
        sounds = np.stack([self._sound(clip, start, frames, rng) for clip, start in cuts])
        extract: Any = self.model.extract_features  # what torchaudio says of it, it says of all modules
        layers, _ = extract(torch.from_numpy(sounds).to(self._device), num_layers=self._layer)
        features = layers[-1].transpose(1, 2)
        return nn.functional.interpolate(features, size=frames, mode="linear", align_corners=False)

    def _sound(self, clip: Clip, start: int, frames: int, rng: np.random.Generator | None) -> np.ndarray:
        """[frames * hop] at 16 kHz, of unit variance."""
        there = min(frames, len(clip.f0) - start)
        cut = slice(start, start + there)
        samples = resung(clip.gains[cut], clip.f0[cut], self._filters, rng)
        samples = soxr.resample(np.pad(samples, (0, (frames - there) * HOP_LENGTH)), SAMPLE_RATE, RATE)
        return np.asarray(samples / (samples.std() + 1e-7), np.float32)


def resung(
    gains: np.ndarray, f0: np.ndarray, filters: BandFilters, rng: np.random.Generator | None = None
) -> np.ndarray:
    """Samples [T * 512] of gains [T, 2, 100] on f0 [T]; pitch, formants and equaliser moved by `rng`."""
    chance = rng or np.random.default_rng(0)
    gains = np.pad(gains.astype(np.float32), ((0, 0), (0, 0), (0, GAIN_BANDS - KEPT_BANDS)), constant_values=LOWEST)
    if rng is not None:
        f0 = moved_pitch(f0, rng.uniform(-PITCH_SEMITONES, PITCH_SEMITONES), rng.uniform(*PITCH_RANGE))
        gains = _stretched(gains, float(FORMANTS ** rng.uniform(-1, 1)), filters.band_hz)
        gains = gains + np.interp(filters.band_hz, band_edges()[1:-1], equaliser(rng)).astype(np.float32)
    gains, f0 = np.repeat(gains, SUBFRAMES, axis=0), np.repeat(f0, SUBFRAMES)
    pulses = pulse_train(f0, SAMPLE_RATE, filters.hop_length, chance.random())
    hiss = chance.standard_normal(len(pulses), dtype=np.float32)
    return synthesize(gains[:, 0], gains[:, 1], pulses, hiss, filters)


def load_wav2vec(path: Path, form: str, build: Callable[[], nn.Module] | None = None) -> nn.Module:
    """The network `form` (see `FORMS`, or what `build` makes) with the weights of `path`: PyTorch's or safetensors.

    Raises `InputError` when the form is unknown, the file cannot be read, or holds the weights of something else.
    """
    if build is None and form not in FORMS:
        raise InputError(f"There is no encoder called {form!r}.", f"Choose one of {', '.join(FORMS)}.")
    model = (build or FORMS[form])()
    if not path.is_file():
        raise InputError(f"There is no file of weights at {path}.", "Name the file with --weights.")
    try:
        weights = load_file(path) if path.suffix == ".safetensors" else _tensors(path)
    except Exception as error:  # on a broken file the readers raise whatever they stumble over
        message = f"{path.name} could not be read as weights."
        raise InputError(message, "Give a PyTorch file of tensors alone, or a .safetensors file.") from error
    weights = {name: value for name, value in weights.items() if not name.startswith("aux.")}
    try:
        model.load_state_dict(weights)
    except (RuntimeError, TypeError, AttributeError) as error:
        message = f"{path.name} does not hold the weights of torchaudio's {form}."
        raise InputError(
            message, "Convert them with torchaudio.models.wav2vec2.utils, or name another form."
        ) from error
    return model


def _tensors(path: Path) -> dict[str, Tensor]:
    """Of a state dict, or of the one that lies under "model" or "state_dict"."""
    state = torch.load(path, map_location="cpu", weights_only=True)
    for name in ("model", "state_dict"):
        if isinstance(state, dict) and isinstance(state.get(name), dict):
            state = state[name]
    if not isinstance(state, dict) or not all(isinstance(value, Tensor) for value in state.values()):
        raise ValueError("no tensors")
    return state


def _stretched(gains: np.ndarray, stretch: float, band_hz: np.ndarray) -> np.ndarray:
    position = np.interp(band_hz / stretch, band_hz, np.arange(len(band_hz)))
    low = np.minimum(position.astype(int), len(band_hz) - 2)
    share = (position - low).astype(np.float32)
    moved: np.ndarray = gains[:, :, low] * (1 - share) + gains[:, :, low + 1] * share
    return moved
