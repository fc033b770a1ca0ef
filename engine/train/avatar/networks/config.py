"""Every size of the small SINGER in one place; the paper's own size is in `paper.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, NamedTuple

from engine.avatar.features import BANDS, PER_PICTURE
from engine.avatar.latents import CHANNELS, SIDE
from engine.phonemize.phones import PHONES

GROUPS = 8
"""Of every group norm."""


class Stream(NamedTuple):
    """Something that may be known of a vocal besides its sound, and in how many columns it comes."""

    name: str
    columns: int


STREAMS = (
    Stream("phones", len(PHONES)),  # shares of each phone, alphabetically; mostly one is 1
    Stream("log_f0", 1),  # octaves from 220 Hz, 0 where nothing is voiced
    Stream("voiced", 1),  # 0 or 1
    Stream("level", 1),  # 0 to 1
    Stream("beat", 2),  # cosine and sine of the phase between two beats
)
SENSES = ("bands", *(stream.name for stream in STREAMS))
"""What `present` speaks of, in its order: the sound's bands, then the streams."""
STREAM_COLUMNS = sum(stream.columns for stream in STREAMS)


@dataclass(frozen=True, slots=True)
class SingerConfig:
    """One SINGER.  Raises `ValueError` for sizes that wavelets, heads or groups do not divide.

    latent_channels, side, frames: of the latents that are diffused, [B, C, F, side, side].
    reference_channels, reference_side: of the picture of the face at rest; its side is a multiple of `side`.
    channels: of the levels of both U-Nets, each half as wide and high as the one before.
    spatial: which levels look across the picture and at the reference network's bank (the first is the dearest).
    layers: per level on the way down; one more on the way up.
    context, face_tokens, audio_tokens: width of tokens, how many tell of the face, and of each picture's sound.
    margin: pictures before and after the window whose sound is heard too.
    msm, sfm: with the Multi-scale Spectral Module, the Self-adaptive Filter Module.
    """

    latent_channels: int = CHANNELS
    side: int = SIDE
    frames: int = 16
    reference_channels: int = 3
    reference_side: int = 64
    channels: tuple[int, ...] = (32, 64, 96)
    spatial: tuple[bool, ...] = (False, True, True)
    layers: int = 1
    heads: int = 4
    context: int = 128
    face_tokens: int = 4
    audio_tokens: int = 8
    audio_channels: int = 192
    margin: int = 4
    msm: bool = True
    sfm: bool = True

    def __post_init__(self) -> None:
        deepest = self.side >> (len(self.channels) - 1)
        divides = (
            len(self.spatial) == len(self.channels)
            and any(self.spatial)
            and deepest << (len(self.channels) - 1) == self.side
            and not any(size % 2 for size in (deepest, self.frames, self.audio_tokens, self.latent_channels))
            and not any(width % GROUPS or width % self.heads for width in (*self.channels, self.context))
            and self.audio_channels % GROUPS == 0
            and self.reference_side % self.side == 0
            and self.side % 4 == 0
        )
        if not divides:
            raise ValueError(f"sizes that do not divide: {self}")

    @property
    def heard_frames(self) -> int:
        """Pictures whose sound goes in: the window and its margins."""
        return self.frames + 2 * self.margin

    @property
    def bands_shape(self) -> tuple[int, int, int]:
        """Of the sound of one window: pictures, steps per picture, bands."""
        return self.heard_frames, PER_PICTURE, BANDS

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for checkpoints and manifests."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> SingerConfig:
        """What `to_dict` gave, from JSON too.  Raises `ValueError` for unknown names or impossible sizes."""
        known = {field.name for field in fields(cls)}
        if set(values) - known:
            raise ValueError(f"no sizes of a SINGER: {', '.join(sorted(set(values) - known))}")
        sizes: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}
        return cls(**sizes)


def small() -> SingerConfig:
    """The shipped one: motion latents 6 x 16 x 16 in windows of 16 frames."""
    return SingerConfig()


def tiny() -> SingerConfig:
    """Motion latents as the shipped one's, in minutes: to try the whole way, not to be used."""
    return SingerConfig(
        channels=(8, 16), spatial=(False, True), heads=2, context=16, face_tokens=2, audio_tokens=4, audio_channels=16
    )


def miniature() -> SingerConfig:
    """Picture latents as the paper's, 4 x 16 x 16 of a picture of 128 x 128, for tests and ablations.

    The reference is the picture's own latents.
    """
    return SingerConfig(
        latent_channels=4,
        reference_channels=4,
        reference_side=16,
        channels=(24, 32, 48),
        spatial=(True, True, True),
        context=64,
        audio_channels=64,
    )
