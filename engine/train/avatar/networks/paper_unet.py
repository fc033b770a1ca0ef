"""diffusers' 2-D U-Net, walked twice: once over the face at rest, once over the pictures of a clip.

The weights are those of diffusers' own modules; what the paper puts between them hangs in the same module tree, as
`audio_modules` and `motion_modules` of the blocks, so that names match the public checkpoints.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from engine.train.avatar.networks.blocks import per_frame, to_picture, to_tokens
from engine.train.avatar.networks.paper_modules import AudioModule, MotionModule


@dataclass(frozen=True, slots=True)
class Hung:
    """Sizes of what is hung into the U-Net."""

    heads: int
    groups: int
    context: int
    longest: int


def hang_modules(unet: Any, sizes: Hung) -> None:
    """Give every block motion modules, and those with attention audio modules.

    An audio module on the way down is as wide as what its ResNet takes, on the way up as the level above, as released.
    """
    channels = unet.config.block_out_channels
    for level, block in enumerate(unet.down_blocks):
        inner = [channels[max(0, level - 1)], *[channels[level]] * (len(block.resnets) - 1)]
        _hang(block, channels[level], inner, sizes)
    _hang(unet.mid_block, channels[-1], [channels[-1]], sizes)
    for number, block in enumerate(unet.up_blocks):
        level = len(channels) - 1 - number
        _hang(block, channels[level], [channels[max(0, level - 1)]] * len(block.resnets), sizes)


def _hang(block: Any, channels: int, inner: list[int], sizes: Hung) -> None:
    heads, groups = sizes.heads, sizes.groups
    block.motion_modules = nn.ModuleList(MotionModule(channels, heads, groups, sizes.longest) for _ in inner)
    if getattr(block, "has_cross_attention", False):
        block.audio_modules = nn.ModuleList(
            AudioModule(channels, width, heads, sizes.context, groups) for width in inner
        )


def remember(unet: Any, latents: Tensor, faces: Tensor) -> list[Tensor]:
    """Walk the reference network; its bank: the normalised input of every self-attention, in order, [N, L, C].

    latents [N, 4, h, w] at timestep 0, faces [N, K, D].
    """
    bank: list[Tensor] = []

    def layer(block: Any, number: int, x: Tensor, embedding: Tensor, resnet: Any) -> Tensor:
        x = resnet(x, embedding)
        if not _attends(block):
            return x
        return _transformed(block.attentions[number], x, faces, None, bank)

    timestep = torch.zeros(len(latents), device=latents.device)
    _walk(unet, unet.conv_in(latents), _embedding(unet, timestep), layer)
    return bank


@dataclass(frozen=True, slots=True)
class Clip:
    """What the denoising network is told of B clips of F pictures.

    faces [B, K, D]; audio [B, F, M, D]; bank: [B, 1 + P, L, C] each, the face at rest and the P pictures before;
    located [B, C, h, w]; masks [B, 3, h, w]; scales [3]; with_reference: whether the face at rest is looked at.
    """

    faces: Tensor
    audio: Tensor
    bank: list[Tensor]
    located: Tensor
    masks: Tensor
    scales: Tensor
    with_reference: bool = True


def denoise(
    unet: Any, spectral_filter: nn.Module, z_t: Tensor, timestep: Tensor, clip: Clip, frugal: bool = False
) -> Tensor:
    """z_t [B, 4, F, h, w], timestep [B] -> what the network states of it, the same shape.

    `frugal`: while gradients are wanted, every layer is computed a second time instead of being kept in memory.
    """
    batch, frames = z_t.shape[0], z_t.shape[2]
    audio, faces = clip.audio.flatten(0, 1), per_frame(clip.faces, frames)
    left = list(clip.bank)

    def layer(block: Any, number: int, x: Tensor, embedding: Tensor, resnet: Any) -> Tensor:
        kept = left.pop(0) if _attends(block) else None
        if frugal and torch.is_grad_enabled():
            result: Tensor = checkpoint(inner, block, number, x, embedding, resnet, kept, use_reentrant=False)
            return result
        return inner(block, number, x, embedding, resnet, kept)

    def inner(block: Any, number: int, x: Tensor, embedding: Tensor, resnet: Any, kept: Tensor | None) -> Tensor:
        x = resnet(x, embedding)
        if kept is None:
            return x  # as released: a level without attention does not look along time either
        beside = per_frame(kept[:, 0], frames) if clip.with_reference else None
        x = _transformed(block.attentions[number], x, faces, beside, None)
        factor = z_t.shape[-1] // x.shape[-1]
        masks = per_frame(nn.functional.avg_pool2d(clip.masks, factor).flatten(2), frames)
        x = block.audio_modules[number](x, audio, masks, clip.scales)
        before = to_picture(kept[:, 1:].flatten(0, 1), x.shape[-1]).unflatten(0, (batch, kept.shape[1] - 1))
        return block.motion_modules[number](x.unflatten(0, (batch, frames)), before).flatten(0, 1)

    embedding = per_frame(_embedding(unet, timestep), frames)
    x = unet.conv_in(z_t.transpose(1, 2).flatten(0, 1)) + per_frame(clip.located, frames)
    x = _walk(unet, x, embedding, layer, spectral_filter)
    x = unet.conv_out(unet.conv_act(unet.conv_norm_out(x)))
    return x.unflatten(0, (batch, frames)).transpose(1, 2)


def _walk(unet: Any, x: Tensor, embedding: Tensor, layer: Any, after_middle: nn.Module | None = None) -> Tensor:
    """Down, through the middle and up; `layer(block, number, x, embedding, resnet)` does the work of each place."""
    skips = [x]
    for block in unet.down_blocks:
        for number, resnet in enumerate(block.resnets):
            x = layer(block, number, x, embedding, resnet)
            skips.append(x)
        for halving in block.downsamplers or ():
            x = halving(x)
            skips.append(x)
    first, last = unet.mid_block.resnets
    x = last(layer(unet.mid_block, 0, x, embedding, first), embedding)
    if after_middle is not None:
        x = after_middle(x)
    for block in unet.up_blocks:
        for number, resnet in enumerate(block.resnets):
            x = layer(block, number, torch.cat((x, skips.pop()), dim=1), embedding, resnet)
        for doubling in block.upsamplers or ():
            x = doubling(x)
    return x


def _transformed(
    transformer: Any, x: Tensor, faces: Tensor, beside: Tensor | None, bank: list[Tensor] | None
) -> Tensor:
    """One of diffusers' 2-D transformers, its self-attention looking at `beside` too; [N, C, H, W]."""
    tokens = to_tokens(transformer.proj_in(transformer.norm(x)))
    for block in transformer.transformer_blocks:
        normed = block.norm1(tokens)
        if bank is not None:
            bank.append(normed)
        seen = normed if beside is None else torch.cat((normed, beside), dim=1)
        tokens = tokens + block.attn1(normed, encoder_hidden_states=seen)
        tokens = tokens + block.attn2(block.norm2(tokens), encoder_hidden_states=faces)
        tokens = tokens + block.ff(block.norm3(tokens))
    return x + transformer.proj_out(to_picture(tokens, x.shape[-1]))


def _embedding(unet: Any, timestep: Tensor) -> Tensor:
    """[N] -> [N, E]."""
    return unet.time_embedding(unet.time_proj(timestep).to(unet.conv_in.weight.dtype))


def _attends(block: Any) -> bool:
    return bool(getattr(block, "has_cross_attention", False))
