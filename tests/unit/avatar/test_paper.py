"""The paper's own size from diffusers' definitions: sizes without memory, training and sampling at a tiny width."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor

pytest.importorskip("diffusers")

from engine.train.avatar.networks.paper import PaperConfig, PaperSinger, build_unet, build_vae, trained_parameters
from engine.train.avatar.networks.paper_diffusion import PaperFace, PaperSettings, build_scheduler, paper_loss, sing
from engine.train.avatar.networks.paper_unet import Clip
from tests.tiny_singer import TINY_PAPER as TINY


def awake(singer: PaperSinger) -> PaperSinger:
    """Weights as if trained: what begins at zero does no more."""
    generator = torch.Generator().manual_seed(7)
    with torch.no_grad():
        for parameter in singer.parameters():
            parameter.add_(0.05 * torch.randn(parameter.shape, generator=generator))
    return singer.eval()


@pytest.fixture(scope="module")
def singer() -> PaperSinger:
    torch.manual_seed(0)
    return awake(PaperSinger(TINY))


def drawn(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def a_face(batch: int = 1) -> PaperFace:
    side = TINY.latent_side
    return PaperFace(
        drawn(batch, 4, side, side),
        drawn(batch, TINY.face_embedding),
        (drawn(batch, 3, TINY.side, TINY.side) > 0).float(),
        torch.rand(batch, 3, side, side, generator=torch.Generator().manual_seed(1)),
    )


def heard_in(frames: int, batch: int = 1) -> Tensor:
    return drawn(batch, frames, TINY.audio_window, TINY.audio_layers, TINY.audio_width, seed=2)


def weights_of(network: torch.nn.Module) -> int:
    return sum(parameter.numel() for parameter in network.parameters())


def test_at_the_papers_size_networks_have_the_published_numbers_of_weights() -> None:
    config = PaperConfig()
    with torch.device("meta"):
        assert weights_of(build_unet(config)) == pytest.approx(859.5e6, abs=0.1e6)
        assert weights_of(build_vae(config)) == pytest.approx(83.7e6, abs=0.1e6)
    assert (config.latent_side, config.middle_side) == (64, 8)


def test_what_is_hung_in_has_the_released_names_and_widths() -> None:
    with torch.device("meta"):
        state = PaperSinger(replace(PaperConfig(), form="released")).state_dict()
    shapes = {name: tuple(value.shape) for name, value in state.items()}
    motion = "motion_modules.0.temporal_transformer"
    expected = {
        "audioembed.dct_layer.weight": (6, 4, 14, 64, 64),
        "denoising_unet.hidden_spectral_weighting.weight": (4, 1, 1280, 4, 4),
        "face_locator.conv_out.weight": (320, 128, 3, 3),
        "imageproj.proj.weight": (4 * 768, 512),
        "audioproj.proj1.weight": (512, 5 * 12 * 768),
        "audioproj.proj3.weight": (32 * 768, 512),
        # As released, an audio module is as wide as what its ResNet takes, or as the level above.
        "denoising_unet.down_blocks.1.audio_modules.0.proj_in.weight": (320, 640, 1, 1),
        "denoising_unet.down_blocks.1.audio_modules.1.proj_in.weight": (640, 640, 1, 1),
        "denoising_unet.up_blocks.2.audio_modules.1.proj_out.weight": (640, 320, 1, 1),
        "denoising_unet.up_blocks.3.audio_modules.2.transformer_blocks.0.attn2_2.to_k.weight": (320, 768),
        "denoising_unet.mid_block.audio_modules.0.transformer_blocks.0.zero_conv_lip.weight": (1280, 1280, 1, 1),
        f"denoising_unet.down_blocks.3.{motion}.proj_in.weight": (1280, 1280),
        f"denoising_unet.mid_block.{motion}.transformer_blocks.0.attention_blocks.1.pos_encoder.pe": (1, 32, 1280),
        f"denoising_unet.up_blocks.0.{motion}.transformer_blocks.0.ff.net.0.proj.weight": (2 * 4 * 1280, 1280),
    }
    assert {name: shapes.get(name) for name in expected} == expected
    assert not any("down_blocks.3.audio_modules" in name for name in shapes)


def test_the_last_timestep_is_all_noise() -> None:
    scheduler = build_scheduler()
    assert float(scheduler.alphas_cumprod[-1]) == pytest.approx(0, abs=1e-6)
    scheduler.set_timesteps(40)
    assert int(scheduler.timesteps[0]) == 999


@torch.no_grad()
def velocity_of(singer: PaperSinger, face: PaperFace, heard: Tensor, before: Tensor, **changed: object) -> Tensor:
    portrait = singer.look(torch.cat((face.latents[:, None], before), dim=1), face.embedding)
    z_t = drawn(1, 4, TINY.frames, TINY.latent_side, TINY.latent_side, seed=4)
    audio = singer.audioembed(z_t, singer.audioproj(heard))
    told = {
        "faces": portrait.faces,
        "audio": audio,
        "bank": portrait.bank,
        "located": singer.face_locator(face.located),
        "masks": face.masks,
        "scales": torch.ones(3),
    } | changed
    return singer(z_t, torch.tensor([500]), Clip(**told))  # type: ignore[arg-type]


def test_everything_that_is_told_matters(singer: PaperSinger) -> None:
    face, heard, before = a_face(), heard_in(TINY.frames), drawn(1, 2, 4, TINY.latent_side, TINY.latent_side, seed=3)
    velocity = velocity_of(singer, face, heard, before)
    assert velocity.shape == (1, 4, TINY.frames, TINY.latent_side, TINY.latent_side)
    others = [
        velocity_of(singer, face._replace(latents=face.latents + 1), heard, before),
        velocity_of(singer, face._replace(embedding=-face.embedding), heard, before),
        velocity_of(singer, face._replace(located=1 - face.located), heard, before),
        velocity_of(singer, face._replace(masks=face.masks / 2), heard, before),
        velocity_of(singer, face, -heard, before),
        velocity_of(singer, face, heard, before + 1),
        velocity_of(singer, face, heard, before, scales=torch.tensor([1.0, 1.0, 0.0])),
        velocity_of(singer, face, heard, before, with_reference=False),
    ]
    for other in others:
        assert (other - velocity).abs().max() > 1e-6


def test_without_what_is_hung_in_it_is_diffusers_u_net() -> None:
    """One picture, no reference, no sound: what diffusers' own walk gives."""
    torch.manual_seed(0)
    singer = PaperSinger(TINY).eval()
    side = TINY.latent_side
    z, faces = drawn(1, 4, 1, side, side), drawn(1, 2, TINY.context)
    with torch.no_grad():
        bank = singer.look(drawn(1, 1, 4, side, side), drawn(1, TINY.face_embedding)).bank
        audio = torch.zeros(1, 1, TINY.audio_tokens, TINY.context)
        located, masks = torch.zeros(1, TINY.channels[0], side, side), torch.zeros(1, 3, side, side)
        silence_audio_modules(singer)
        found = singer(z, torch.tensor([321]), Clip(faces, audio, bank, located, masks, torch.ones(3), False))
        expected = singer.denoising_unet(z[:, :, 0], 321, encoder_hidden_states=faces).sample
    torch.testing.assert_close(found[:, :, 0], expected, atol=1e-5, rtol=1e-5)


def silence_audio_modules(singer: PaperSinger) -> None:
    """Their own self-attention and feed-forward act without sound too."""
    for name, parameter in singer.denoising_unet.named_parameters():
        if ".audio_modules." in name and ".proj_out." in name:
            parameter.zero_()


def test_a_step_of_training_moves_the_audio_encoder_and_the_spectral_modules_only(singer: PaperSinger) -> None:
    chosen = trained_parameters(singer)
    optimizer = torch.optim.AdamW(chosen, 1e-2)
    side = TINY.latent_side
    before = {name: value.clone() for name, value in singer.state_dict().items()}
    clean, last = drawn(2, 4, TINY.frames, side, side, seed=5), drawn(2, 2, 4, side, side, seed=6)
    settings = PaperSettings(reference_dropout=0, audio_dropout=0, start_dropout=0)

    def loss() -> Tensor:
        draws = torch.Generator().manual_seed(0)
        return paper_loss(singer, build_scheduler(), a_face(2), clean, last, heard_in(4, 2), settings, draws)

    first = loss()
    first.backward()
    optimizer.step()
    moved = {name for name, value in singer.state_dict().items() if not torch.equal(value, before[name])}
    roots = ("audioproj.", "audioembed.", "denoising_unet.hidden_spectral_weighting.")
    assert {root for root in roots if any(name.startswith(root) for name in moved)} == set(roots)
    assert all(name.startswith(roots) for name in moved)
    assert float(loss().detach()) < float(first.detach())
    singer.load_state_dict(before)


@pytest.mark.parametrize("form", ["paper", "released"])
def test_a_vocal_is_sung_clip_after_clip(form: str) -> None:
    torch.manual_seed(0)
    network = awake(PaperSinger(replace(TINY, form=form)))  # type: ignore[arg-type]
    heard: list[tuple[int, int]] = []

    def sung(audio: Tensor) -> Tensor:
        draws = torch.Generator().manual_seed(3)
        settings = PaperSettings(steps=2, guidance=2.0)
        return sing(network, build_scheduler(), a_face(), audio, draws, settings, lambda *step: heard.append(step))

    audio = heard_in(6)
    latents = sung(audio)
    assert latents.shape == (1, 4, 6, TINY.latent_side, TINY.latent_side)
    assert torch.isfinite(latents).all()
    assert heard == [(0, 4), (1, 4), (2, 4), (3, 4)]
    other = audio.clone()
    other[:, 5] += 3  # only the second clip hears it
    changed = sung(other)
    torch.testing.assert_close(changed[:, :, :4], latents[:, :, :4])
    assert (changed[:, :, 4:] - latents[:, :, 4:]).abs().max() > 1e-4
