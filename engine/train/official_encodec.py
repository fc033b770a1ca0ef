"""The published EnCodec models as codecs of continuous latents: the embeddings before the quantiser.

Défossez et al. 2022, "High Fidelity Neural Audio Compression", from the `encodec` package; the weights come from a
file that the user names.  Two traps of `encodec_48khz`: it divides every segment by the root mean square of its
mono sum, so vocals that go with a mixture must be divided by the mixture's; and its group norm sees the whole
segment, so every segment has the same length, the last one too.
"""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from encodec import EncodecModel
from torch import Tensor
from torch.nn.utils import remove_weight_norm

from engine.errors import InputError

_BATCH = 4
"""Segments at a time: the first layers take 6 MB each per channel and second."""


@dataclass(frozen=True, slots=True)
class Published:
    """One of the published models; `sha256` is the beginning of its file's hash, which also ends its name."""

    name: str
    sha256: str
    build: Callable[..., EncodecModel]

    @property
    def file(self) -> str:
        """As published."""
        return f"{self.name}-{self.sha256}.th"


PUBLISHED = (
    Published("encodec_24khz", "d7cc33bc", EncodecModel.encodec_model_24khz),
    Published("encodec_48khz", "7e698e3e", EncodecModel.encodec_model_48khz),
)


class OfficialEncodec:
    """A frozen codec.  24 kHz mono takes a sound whole, 48 kHz stereo in segments of a second.

    Latents are float32 [S, 128, T], scales [S], for S segments (one at 24 kHz) of T frames of 320 samples.
    """

    latent_dim = 128

    def __init__(self, model: EncodecModel, name: str) -> None:
        self.model = model.eval().requires_grad_(False)
        self.name = name

    @property
    def sample_rate(self) -> int:
        """Hz."""
        return int(self.model.sample_rate)

    @property
    def channels(self) -> int:
        """Of the sound: 1 or 2."""
        return int(self.model.channels)

    @property
    def hop_length(self) -> int:
        """Samples per frame."""
        return int(self.model.encoder.hop_length)

    @property
    def segment_samples(self) -> int | None:
        """The one length of every segment, or None: any."""
        return self.model.segment_length

    @property
    def stride_samples(self) -> int | None:
        """From one segment to the next: all but 1 %."""
        return self.model.segment_stride

    def scale(self, audio: Tensor) -> Tensor:
        """audio [C, N] -> what its segments are divided by [S]: ones for a model that does not normalise."""
        segments = self._cut(audio)
        if not self.model.normalize:
            return torch.ones(len(segments))
        return 1e-8 + segments.mean(dim=1).square().mean(dim=1).sqrt()

    @torch.no_grad()
    def encode(self, audio: Tensor, scale: Tensor) -> Tensor:
        """audio [C, N] -> latents.  `scale`: of the audio itself, or of the mixture that it is to go with."""
        segments = self._cut(audio) / scale[:, None, None]
        return torch.cat([self.model.encoder(part) for part in segments.split(_BATCH)])

    @torch.no_grad()
    def decode(self, latents: Tensor, scale: Tensor, num_samples: int) -> Tensor:
        """latents -> audio [C, num_samples]; where segments overlap, one fades into the next."""
        parts = torch.cat([self.model.decoder(part) for part in latents.split(_BATCH)]) * scale[:, None, None]
        if self.segment_samples is None or self.stride_samples is None:
            return parts[0, :, :num_samples]
        return _overlap_add(parts[..., : self.segment_samples], self.stride_samples)[:, :num_samples]

    def _cut(self, audio: Tensor) -> Tensor:
        """[C, N] -> [S, C, segment], silence behind the end.  Raises `ValueError` for other channels, or nothing."""
        if audio.shape[0] != self.channels or audio.shape[1] == 0:
            raise ValueError(f"{self.name} takes [{self.channels}, N > 0], not {list(audio.shape)}")
        length, stride = self.segment_samples, self.stride_samples
        if length is None or stride is None:
            missing = -audio.shape[1] % self.hop_length
            return torch.nn.functional.pad(audio, (0, missing))[None]
        count = max(1, -(-(audio.shape[1] - (length - stride)) // stride))
        padded = torch.nn.functional.pad(audio, (0, (count - 1) * stride + length - audio.shape[1]))
        return padded.unfold(1, length, stride).transpose(0, 1)


def load_official(path: Path) -> OfficialEncodec:
    """Load `encodec_24khz-d7cc33bc.th` or `encodec_48khz-7e698e3e.th`, under whatever name; its hash tells which.

    Raises `InputError` when it is neither, or not whole.
    """
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InputError(f"{path} could not be opened: {error.strerror}.", "Check the path.") from error
    published = next((entry for entry in PUBLISHED if digest.startswith(entry.sha256)), None)
    if published is None:
        message = f"{path} is no published EnCodec checkpoint: its SHA-256 begins with {digest[:8]}."
        raise InputError(message, f"Give {' or '.join(entry.file for entry in PUBLISHED)}, whole.")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # `encodec` asks for weight normalisation the old way
        model = published.build(pretrained=False)
    try:
        model.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
    except Exception as error:  # on a broken file the unpickler raises whatever it stumbles over
        message = f"{path} does not hold the weights of {published.name}."
        raise InputError(message, f"Give {published.file} as it was published.") from error
    _fold_weight_norm(model)
    return OfficialEncodec(model, published.name)


def _fold_weight_norm(model: EncodecModel) -> None:
    """The codec is never trained on: one weight instead of a direction and a length, as an export needs it."""
    for module in model.modules():
        if hasattr(module, "weight_g"):
            remove_weight_norm(module)


def _overlap_add(parts: Tensor, stride: int) -> Tensor:
    """[S, C, L] -> [C, (S - 1) stride + L]: a triangle over each, divided by their sum, as `encodec` does it."""
    count, channels, length = parts.shape
    time = torch.linspace(0, 1, length + 2)[1:-1]
    weight = 0.5 - (time - 0.5).abs()
    total = torch.zeros(channels, (count - 1) * stride + length)
    weights = torch.zeros(total.shape[1])
    for number, part in enumerate(parts):
        place = slice(number * stride, number * stride + length)
        total[:, place] += weight * part
        weights[place] += weight
    return total / weights
