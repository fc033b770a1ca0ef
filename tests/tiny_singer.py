"""SINGER in sizes that a test can afford: the small one over motion latents, and the paper's."""

from __future__ import annotations

from engine.train.avatar.networks.config import SingerConfig
from engine.train.avatar.networks.paper import PaperConfig

TINY_SINGER = SingerConfig(
    latent_channels=2,
    side=8,
    frames=4,
    reference_side=16,
    channels=(8, 16),
    spatial=(False, True),
    heads=2,
    context=16,
    face_tokens=2,
    audio_tokens=4,
    audio_channels=16,
    margin=1,
)
TINY_PAPER = PaperConfig(
    side=128,
    frames=4,
    motion_frames=2,
    channels=(8, 8, 16, 16),
    heads=2,
    groups=4,
    context=8,
    face_embedding=6,
    face_tokens=2,
    audio_window=3,
    audio_layers=2,
    audio_width=4,
    audio_hidden=8,
    audio_tokens=4,
    longest=8,
    locator_channels=(4, 4, 4, 8),
    vae_channels=(8, 8, 8, 8),
)
