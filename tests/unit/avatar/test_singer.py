"""SINGER small: what hears and sees what, what begins as nothing, and that training and export work."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from engine.avatar.latents import CHANNELS, MOUTH, SIDE
from engine.diffusion.rectified_flow import flow_times, sample_flow, window_noise
from engine.runtime import load_session
from engine.train.avatar.networks.attention import AudioAttention, TemporalAttention
from engine.train.avatar.networks.audio_encoder import Heard
from engine.train.avatar.networks.config import SENSES, STREAM_COLUMNS, STREAMS, SingerConfig, miniature, small
from engine.train.avatar.networks.graphs import export_singer, sample_inputs
from engine.train.avatar.networks.masks import canonical_masks
from engine.train.avatar.networks.singer import Singer
from engine.train.avatar.networks.unet import bank_shapes
from tests.tiny_singer import TINY_SINGER as TINY


def awake(network: nn.Module, seed: int = 7) -> nn.Module:
    """Weights as if trained: what begins at zero or one does no more."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(0.1 * torch.randn(parameter.shape, generator=generator))
    return network


def given(config: SingerConfig, batch: int = 1, seed: int = 0) -> tuple[Tensor, Tensor, Tensor, Heard]:
    """z_t, t, reference, heard."""
    generator = torch.Generator().manual_seed(seed)

    def drawn(*shape: int) -> Tensor:
        return torch.randn(batch, *shape, generator=generator)

    heard = Heard(
        drawn(*config.bands_shape).abs(),
        drawn(config.heard_frames, STREAM_COLUMNS),
        torch.ones(batch, len(SENSES)),
    )
    z_t = drawn(config.latent_channels, config.frames, config.side, config.side)
    reference = drawn(config.reference_channels, config.reference_side, config.reference_side)
    return z_t, torch.linspace(0.3, 0.9, batch), reference, heard


@pytest.fixture(scope="module")
def singer() -> Singer:
    torch.manual_seed(0)
    network = awake(Singer(TINY)).eval()
    assert isinstance(network, Singer)
    return network


def test_the_shipped_one_is_small_and_fits_the_motion_latents() -> None:
    config = small()
    assert (config.latent_channels, config.side, config.frames) == (CHANNELS, SIDE, 16)
    with torch.device("meta"):
        singer = Singer(config)
    weights = sum(parameter.numel() for parameter in singer.parameters())
    assert weights <= 8_000_000
    assert 2 * weights < 20e6  # bytes of ONNX, in half precision


@pytest.mark.parametrize("config", [TINY, miniature(), replace(TINY, spatial=(True, True), layers=2)])
def test_what_comes_out_is_as_what_went_in(config: SingerConfig) -> None:
    z_t, t, reference, heard = given(config, batch=2)
    network = Singer(config)
    with torch.no_grad():
        portrait = network.look(reference)
        stated = network.denoise(z_t, t, heard, portrait)
    assert stated.shape == z_t.shape
    assert [tuple(kept.shape) for kept in portrait.bank] == [(2, *shape) for shape in bank_shapes(config)]


@torch.no_grad()
def test_clips_of_a_batch_do_not_mix(singer: Singer) -> None:
    z_t, t, reference, heard = given(TINY, batch=3)
    together = singer(z_t, t, reference, heard)
    alone = singer(z_t[1:2], t[1:2], reference[1:2], Heard(*(part[1:2] for part in heard)))
    torch.testing.assert_close(together[1:2], alone, atol=1e-4, rtol=1e-4)


@torch.no_grad()
def test_everything_that_is_given_matters(singer: Singer) -> None:
    z_t, t, reference, heard = given(TINY)
    stated = singer(z_t, t, reference, heard)
    others = [
        singer(z_t + 0.1, t, reference, heard),
        singer(z_t, t / 2, reference, heard),
        singer(z_t, t, reference + 0.3, heard),
        singer(z_t, t, reference, heard._replace(bands=heard.bands + 0.3)),
        singer(z_t, t, reference, heard._replace(streams=heard.streams + 0.3)),
    ]
    for other in others:
        assert (other - stated).abs().max() > 1e-4


def test_no_weight_is_idle(singer: Singer) -> None:
    z_t, t, reference, heard = given(TINY, batch=2)
    singer.zero_grad()
    singer(z_t, t, reference, heard).square().sum().backward()
    idle = [name for name, weight in singer.named_parameters() if weight.grad is None or not weight.grad.any()]
    assert not idle


@torch.no_grad()
@pytest.mark.parametrize("sense", range(len(SENSES)))
def test_what_is_not_known_is_not_looked_at(singer: Singer, sense: int) -> None:
    z_t, t, reference, heard = given(TINY)
    present = heard.present.clone()
    present[:, sense] = 0
    without = singer(z_t, t, reference, heard._replace(present=present))
    bands, streams = heard.bands.clone(), heard.streams.clone()
    if sense == 0:
        bands += 5
    else:
        first = sum(stream.columns for stream in STREAMS[: sense - 1])
        streams[..., first : first + STREAMS[sense - 1].columns] += 5
    again = singer(z_t, t, reference, Heard(bands, streams, present))
    torch.testing.assert_close(again, without)
    heard_after_all = singer(z_t, t, reference, Heard(bands, streams, heard.present))
    assert (heard_after_all - without).abs().max() > 1e-4


@torch.no_grad()
def test_sound_outside_the_window_is_heard_within_the_margin(singer: Singer) -> None:
    z_t, t, reference, heard = given(TINY)
    louder = heard.bands.clone()
    louder[:, : TINY.margin] += 2
    assert (singer(z_t, t, reference, heard._replace(bands=louder)) != singer(z_t, t, reference, heard)).any()


@torch.no_grad()
def test_the_spectral_modules_change_nothing_at_first() -> None:
    torch.manual_seed(0)
    plain = Singer(replace(TINY, msm=False, sfm=False))
    awake(plain)
    both = Singer(TINY)
    missing = both.load_state_dict(plain.state_dict(), strict=False).missing_keys
    assert missing
    assert all(name.startswith(("msm.", "denoising_net.filter.")) for name in missing)
    inputs = given(TINY)
    torch.testing.assert_close(both(*inputs), plain(*inputs), atol=1e-5, rtol=1e-5)


@torch.no_grad()
def test_scales_turn_the_branches_of_the_sound_off() -> None:
    layer = awake(AudioAttention(16, 2, 12))
    x, audio, masks = torch.randn(2, 9, 16), torch.randn(2, 4, 12), torch.rand(1, 3, 9)
    assert (layer(x, audio, masks, torch.ones(3)) != layer(x, -audio, masks, torch.ones(3))).all(dim=-1).all()
    silent = torch.zeros(3)
    torch.testing.assert_close(layer(x, audio, masks, silent), layer(x, -audio, masks, silent))


@torch.no_grad()
def test_a_branch_acts_within_its_mask_only() -> None:
    layer = awake(AudioAttention(16, 2, 12))
    masks = torch.zeros(1, 3, 9)
    masks[0, 2, 4] = 1.0
    x, audio = torch.randn(2, 9, 16), torch.randn(2, 4, 12)
    moved = (layer(x, audio, masks, torch.ones(3)) != layer(x, -audio, masks, torch.ones(3))).any(dim=-1)
    assert moved.tolist() == [[place == 4 for place in range(9)]] * 2


def test_masks_sit_where_the_face_does() -> None:
    full, face, lips = canonical_masks(32)[0]
    assert (full == 1).all()
    assert ((lips >= 0) & (face <= 1)).all()
    assert lips.sum() < face.sum() < full.sum()
    row, column = (int((place + 1) / 2 * 32) for place in (MOUTH[1], MOUTH[0]))
    assert lips[row, column] == face[row, column] == 1
    assert lips[8, 16] == face[0, 0] == 0


@torch.no_grad()
def test_time_begins_as_nothing_and_then_knows_order_but_no_neighbours() -> None:
    layer, x = TemporalAttention(16, 2, 4), torch.randn(8, 5, 16)
    torch.testing.assert_close(layer(x), x)
    awake(layer)
    turned = layer(x.unflatten(0, (2, 4)).flip(1).flatten(0, 1)).unflatten(0, (2, 4)).flip(1).flatten(0, 1)
    assert (turned - layer(x)).abs().max() > 1e-4
    other = x.clone()
    other[:4, 2] += 1.0  # one place of the first clip
    changed = (layer(other) != layer(x)).any(dim=-1)
    assert changed[:4, 2].all()
    assert not changed[:4, [0, 1, 3, 4]].any()
    assert not changed[4:].any()


def test_sizes_come_back_from_json() -> None:
    for config in (small(), miniature(), TINY):
        assert SingerConfig.from_dict(json.loads(json.dumps(config.to_dict()))) == config
    with pytest.raises(ValueError, match="color"):
        SingerConfig.from_dict({"color": 3})


@pytest.mark.parametrize(
    "wrong", [{"frames": 5}, {"audio_tokens": 3}, {"channels": (8, 12)}, {"side": 6}, {"spatial": (True,)}]
)
def test_sizes_that_do_not_divide_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="divide"):
        replace(TINY, **wrong)  # type: ignore[arg-type]


def test_both_graphs_say_what_the_networks_say(singer: Singer, tmp_path: Path) -> None:
    assert export_singer(singer, tmp_path) < 2e-2
    reference, motion = (
        load_session(tmp_path / name, ("CPUExecutionProvider",), 1) for name in ("reference.onnx", "motion.onnx")
    )
    z_t, t, picture, heard = given(TINY, seed=5)
    told = reference.run({"reference": picture.numpy()})
    told |= {name: part.numpy() for name, part in heard._asdict().items()}
    told["scales"] = np.ones(3, np.float32)
    assert set(motion.input_names) == {"z_t", "t", *told}
    found = motion.run({"z_t": z_t.numpy(), "t": t.numpy(), **told})["denoised"]
    with torch.no_grad():
        expected = singer(z_t, t, picture, heard).numpy()
    np.testing.assert_allclose(found, expected, atol=0.02 * float(expected.std()))

    def clean(z: np.ndarray, level: float) -> np.ndarray:
        latents = np.ascontiguousarray(z.swapaxes(0, 1)[None])
        stated = motion.run({"z_t": latents, "t": np.array([level], np.float32), **told})["denoised"]
        return np.asarray(stated[0].swapaxes(0, 1))

    noise = window_noise(0, 0, TINY.frames, (TINY.latent_channels, TINY.side, TINY.side))
    assert np.isfinite(sample_flow(clean, noise, flow_times(2))).all()


def test_samples_have_the_shapes_that_are_promised() -> None:
    inputs = sample_inputs(small())
    assert inputs["z_t"].shape == (1, 6, 16, 16, 16)
    assert inputs["bands"].shape == (1, small().heard_frames, 4, 40)
    assert inputs["streams"].shape[2] == sum(stream.columns for stream in STREAMS)
