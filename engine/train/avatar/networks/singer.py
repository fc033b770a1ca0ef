"""SINGER whole: a face at rest and a vocal in, motion latents of a clip out, one step of denoising at a time."""

from __future__ import annotations

from torch import Tensor, nn

from engine.train.avatar.networks.audio_encoder import AudioEncoder, Heard
from engine.train.avatar.networks.blocks import Portrait
from engine.train.avatar.networks.config import SingerConfig
from engine.train.avatar.networks.face_encoder import FaceEncoder
from engine.train.avatar.networks.masks import canonical_masks
from engine.train.avatar.networks.spectral import MultiScaleSpectral
from engine.train.avatar.networks.unet import DenoisingNet, ReferenceNet


class Singer(nn.Module):
    """All networks of one SINGER.  z_t is [B, C, F, H, W], t [B] from 0 (clean) to 1 (noise); it states z_0."""

    masks: Tensor
    scales: Tensor

    def __init__(self, config: SingerConfig) -> None:
        super().__init__()
        self.config = config
        self.face_encoder = FaceEncoder(config)
        self.reference_net = ReferenceNet(config)
        self.audio_encoder = AudioEncoder(config)
        self.msm = MultiScaleSpectral(config.latent_channels, config.side) if config.msm else None
        self.denoising_net = DenoisingNet(config)
        self.register_buffer("masks", canonical_masks(config.side), persistent=False)
        self.register_buffer("scales", self.masks.new_ones(3), persistent=False)

    def look(self, reference: Tensor) -> Portrait:
        """A face at rest in the canonical box [B, C, S, S], from -1 to 1; once per face."""
        faces = self.face_encoder(reference)
        return Portrait(faces, self.reference_net(reference, faces))

    def denoise(
        self,
        z_t: Tensor,
        t: Tensor,
        heard: Heard,
        portrait: Portrait,
        masks: Tensor | None = None,
        scales: Tensor | None = None,
    ) -> Tensor:
        """The clean latents, as z_t.

        masks [B or 1, 3, H, W]: full, face, lips; those of the canonical face box, if not given.  scales [3]: how
        strongly the sound acts on each; 1, if not given.
        """
        audio = self.audio_encoder(heard)
        if self.msm is not None:
            audio = self.msm(z_t, audio)
        masks = self.masks if masks is None else masks
        scales = self.scales if scales is None else scales
        return self.denoising_net(z_t, t, audio, portrait, masks, scales)

    def forward(self, z_t: Tensor, t: Tensor, reference: Tensor, heard: Heard) -> Tensor:
        """`look`, then `denoise`: for training."""
        return self.denoise(z_t, t, heard, self.look(reference))
