"""The separator's networks and their training at tiny size: shapes, losses that fall, a stop that costs nothing."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.diffusion.ddim import ddim_sigmas, sample_ddim
from engine.train import checkpoint
from engine.train.balancer import Balancer
from engine.train.ema import Ema
from engine.train.fusing import can_fuse
from engine.train.guides import Guide, ddim, guided
from engine.train.networks.encodec import EncodecConfig, LappedBands, StereoCodec, paper_encodec, perturb
from engine.train.networks.refiner import BINS, Refiner, RefinerConfig, band_edges, stft
from engine.train.networks.unet import LatentGenerator, UnetConfig, paper_unet
from engine.train.refiner import RefinerRun, level_of, refiner_loss, train_refiner
from engine.train.separator_codec import SeparatorCodecRun, train_separator_codec
from engine.train.separator_generator import (
    LatentPairs,
    SeparatorGeneratorRun,
    encode_pairs,
    train_separator_generator,
    velocity_loss,
)

PAPER_UNET_M, PAPER_CONDITIONER_M = 28.5, 31.8
CODEC = EncodecConfig(bands=32, n_filters=8, ratios=(4, 4), latent_dim=16, num_codebooks=2, cardinality=16)
UNET = UnetConfig(16, (16, 16, 24, 24), (16, 16, 16, 24), 1, 1, 2, 16)
REFINER = RefinerConfig(8, 16, 1, 1, 1)
N = 512 * 24

# EnCodec's layers ask for a function that PyTorch is about to rename.
pytestmark = pytest.mark.filterwarnings("ignore:.*weight_norm:FutureWarning")


def tones(size: int, seed: int, length: int = N) -> tuple[np.ndarray, np.ndarray]:
    """Vocals: a low tone in the middle; accompaniment: a high one at the sides."""
    rng = np.random.default_rng(seed)
    time = np.arange(length) / 44100
    phases = rng.uniform(0, 6, (2, size, 1, 1))
    vocals = 0.3 * np.sin(2 * np.pi * 300 * time + phases[0]) * np.ones((1, 2, 1))
    rest = 0.3 * np.sin(2 * np.pi * 5000 * time + phases[1]) * np.array([1.0, -1.0])[None, :, None]
    return vocals.astype(np.float32), (vocals + rest).astype(np.float32)


class Draw:
    """A new batch each time."""

    def __init__(self, size: int, length: int = N) -> None:
        self.size, self.length, self.seed = size, length, 0

    def __call__(self) -> tuple[np.ndarray, np.ndarray]:
        self.seed += 1
        return tones(self.size, self.seed, self.length)


def reported(log: Path) -> list[int]:
    """The steps of its lines.  A run that goes on does not count from the beginning."""
    return [json.loads(line)["step"] for line in log.read_text().splitlines()]


def test_lapped_bands_give_the_samples_back():
    lapped, audio = LappedBands(64), torch.randn(2, 2, 64 * 30)
    back = lapped.inverse(lapped(audio))
    assert back.shape == audio.shape
    assert (back - audio)[..., 32:-32].abs().max() < 1e-5


def test_lapped_bands_sort_by_frequency():
    time = torch.arange(64 * 40) / 44100
    band = LappedBands(64)(torch.sin(2 * math.pi * 344.5 * 10.5 * time)[None, None]).pow(2).mean((0, 2))
    assert int(band.argmax()) == 10


@pytest.mark.parametrize("config", [EncodecConfig(), replace(paper_encodec(), num_codebooks=1, cardinality=2)])
def test_the_codec_keeps_length_and_rate(config):
    codec = StereoCodec(config).eval()
    frames = 20
    with torch.no_grad():
        latents = codec.encode(torch.randn(1, 2, frames * config.hop_length))
        assert latents.shape == (1, 128, frames)
        assert codec.decode(latents).shape == (1, 2, frames * config.hop_length)
    assert config.frame_rate == pytest.approx(config.sample_rate / config.hop_length)


def test_the_papers_codec_has_encodecs_rate_and_size():
    config = paper_encodec()
    codec = StereoCodec(replace(config, num_codebooks=1, cardinality=2))
    assert (config.frame_rate, config.sample_rate, config.latent_dim) == (150, 48000, 128)
    assert sum(p.numel() for p in codec.encoder.parameters()) == pytest.approx(7.43e6, rel=0.01)


def test_perturbing_moves_each_channel_by_its_own_spread():
    latents = torch.randn(4, 3, 500) * torch.tensor([0.1, 1.0, 10.0])[:, None]
    moved = (perturb(latents, 0.5) - latents).std(dim=(0, 2))
    assert torch.allclose(moved / latents.std(dim=(0, 2)), torch.full((3,), 0.5), atol=0.05)


def test_the_balancer_gives_each_loss_its_share():
    balancer = Balancer({"small": 1.0, "large": 3.0})
    output = torch.randn(100, requires_grad=True)
    x = output * 1.0
    balancer.backward({"small": 1e-3 * x[:50].sum(), "large": 1e3 * x[50:].sum()}, x)
    small, large = output.grad[:50].norm().item(), output.grad[50:].norm().item()
    assert (small, large) == (pytest.approx(0.25, rel=1e-3), pytest.approx(0.75, rel=1e-3))


def test_the_balancers_means_outlive_a_stop():
    first, second = Balancer({"one": 1.0}), Balancer({"one": 1.0})
    for _ in range(3):
        output = torch.ones(2, requires_grad=True)
        x = output * 1.0
        first.backward({"one": 4.0 * x.sum()}, x)
    second.load_state_dict(first.state_dict())
    assert second.state_dict() == first.state_dict()
    assert first.state_dict()["sums"]["one"] > 0


def test_an_average_follows_slowly():
    network = torch.nn.Linear(1, 1)
    ema = Ema(network, keep=0.9)
    for value in (0.0,) * 50 + (1.0,):
        network.weight.data.fill_(value)
        ema.update(network)
    assert 0.05 < ema.state["weight"].item() < 0.15


def test_the_codec_learns_and_goes_on_after_a_stop(tmp_path):
    run = SeparatorCodecRun(tmp_path, 12, 10, 2e-2, half=False, report_every=4, adversary_filters=4, adversary_frames=8)
    train_separator_codec(CODEC, replace(run, steps=6, adversary_from=99), Draw(4))
    codec = train_separator_codec(CODEC, run, Draw(4))
    assert (tmp_path / "codec.pt").exists()
    assert reported(tmp_path / "codec.jsonl") == [4, 8, 12]
    first, *_, last = map(json.loads, (tmp_path / "codec.jsonl").read_text().splitlines())
    assert last["time"] < first["time"]
    assert "adversarial" in last
    assert not codec.training


def test_the_velocity_of_a_known_answer_has_no_loss():
    vocals = torch.randn(3, 4, 8)
    noise: list[torch.Tensor] = []

    class Oracle(torch.nn.Module):
        def forward(self, z_t, sigma, mixture):
            angle = (sigma * math.pi / 2)[:, None, None]
            noise.append((z_t - angle.cos() * vocals) / angle.sin())
            return angle.cos() * noise[-1] - angle.sin() * vocals

    loss = velocity_loss(Oracle(), vocals, vocals, torch.tensor([0.2, 0.6, 1.0]))
    assert loss.max() < 1e-6


@pytest.mark.parametrize("steps", [1, 3, 10])
def test_ddim_recovers_what_a_perfect_network_knows(steps):
    target = torch.randn(2, 4, 8)

    def velocity(z, sigma):
        angle = float(sigma[0]) * math.pi / 2
        noise = (z - math.cos(angle) * target) / math.sin(angle)
        return math.cos(angle) * noise - math.sin(angle) * target

    assert torch.allclose(ddim(velocity, torch.randn(2, 4, 8), steps), target, atol=1e-4)


@pytest.mark.parametrize("steps", [1, 4])
def test_both_ddims_walk_the_same_way(steps):
    """The refiner learns beside vocals drawn by the one, and runs beside those of the other."""
    start = np.random.default_rng(0).standard_normal((4, 8)).astype(np.float32)

    def velocity(z, sigma):
        return 0.3 * z + sigma * np.float32(0.1)

    theirs = sample_ddim(velocity, start, ddim_sigmas(steps), 0.0, None, None)
    ours = ddim(lambda z, sigma: 0.3 * z + sigma[:, None, None] * 0.1, torch.from_numpy(start)[None], steps)
    assert np.allclose(ours[0].numpy(), theirs, atol=1e-5)


def test_the_generator_learns_from_pairs_and_goes_on(tmp_path):
    codec = StereoCodec(CODEC).eval()
    pairs = encode_pairs(codec, Draw(4), 8, tmp_path / "pairs.npy", half=False)
    assert pairs.latents.shape == (8, 2, 16, 24)
    assert pairs.std.min() > 0
    run = SeparatorGeneratorRun(
        tmp_path, 4, batch=8, frames=16, learning_rate=3e-3, warm_up=1, half=False, report_every=2
    )
    train_separator_generator(UNET, run, pairs, pairs)
    generator = train_separator_generator(UNET, replace(run, steps=30, report_every=3), pairs, pairs)
    assert reported(tmp_path / "generator.jsonl") == [2, 4, *range(6, 31, 3)]
    losses = [float(line.split('"loss": ')[1].split(",")[0]) for line in (tmp_path / "generator.jsonl").open()]
    assert losses[-1] < losses[0]
    guide = Guide(codec, generator, pairs.mean, pairs.std, half=False)
    made = guide.vocals(torch.from_numpy(tones(2, 9)[1])[..., :-100], num_steps=2)
    assert made.shape == (2, 2, N - 100)
    assert bool(made.isfinite().all())
    drawn = guided(Draw(2), guide, seed=0, without=0.0)()
    assert [x.shape for x in drawn] == [(2, 2, N)] * 3
    assert np.abs(drawn[2]).max() > 0


def test_the_papers_generator_takes_a_step():
    generator = LatentGenerator(paper_unet())
    counts = [sum(p.numel() for p in part.parameters()) / 1e6 for part in (generator.unet, generator.conditioner)]
    assert counts == [pytest.approx(PAPER_UNET_M, rel=0.01), pytest.approx(PAPER_CONDITIONER_M, rel=0.01)]
    pairs = LatentPairs(
        np.random.default_rng(0).standard_normal((2, 2, 128, 16)).astype(np.float16),
        np.zeros(128, np.float32),
        np.ones(128, np.float32),
    )
    vocals, mixture = pairs.batch(2, 16, np.random.default_rng(0))
    loss = velocity_loss(generator, vocals, mixture, torch.tensor([0.3, 0.9])).mean()
    loss.backward()
    assert 0.5 < loss.item() < 2.0


def test_bands_cover_every_bin_once():
    edges = band_edges()
    assert edges[0] == 0
    assert edges[-1] == BINS
    assert list(edges) == sorted(set(edges))


def test_the_refiner_passes_nothing_where_there_is_nothing():
    found, logits = Refiner(REFINER)(torch.zeros(1, 4, BINS, 7), torch.zeros(1, 4, BINS, 7))
    assert found.shape == (1, 4, BINS, 7)
    assert logits.shape == (1, 7)
    assert found.abs().max().item() == 0.0


def test_the_refiner_learns_and_goes_on(tmp_path):
    draw = guided(Draw(2, 1024 * 16), None, seed=0)
    train_refiner(REFINER, RefinerRun(tmp_path, 2, learning_rate=3e-3, warm_up=1, half=False, report_every=2), draw)
    run = RefinerRun(tmp_path, 24, learning_rate=3e-3, warm_up=1, half=False, report_every=2)
    train_refiner(REFINER, run, draw)
    assert reported(tmp_path / "refiner.jsonl") == list(range(2, 25, 2))
    errors = [float(line.split('"error": ')[1].split(",")[0]) for line in (tmp_path / "refiner.jsonl").open()]
    assert errors[-1] < 0.9 * errors[0]


@pytest.mark.skipif(not can_fuse(), reason="no C++ compiler")
def test_a_fused_step_is_the_same_step(tmp_path):
    def losses(fuse: bool) -> list[float]:
        out = tmp_path / str(fuse)
        draw = guided(Draw(2, 1024 * 8), None, seed=0)
        train_refiner(REFINER, RefinerRun(out, 3, warm_up=1, half=False, fuse=fuse, report_every=1), draw)
        return [json.loads(line)["error"] for line in (out / "refiner.jsonl").open()]

    assert losses(True) == pytest.approx(losses(False), rel=1e-3)


def test_the_refiners_average_outlives_a_stop(tmp_path):
    path, run = tmp_path / "refiner.pt", RefinerRun(tmp_path, 1, half=False)
    draw = guided(Draw(1, 1024 * 4), None, seed=0)
    train_refiner(REFINER, run, draw)
    state = checkpoint.load(path)
    checkpoint.save(path, state | {"step": 1000, "ema": {name: x.fill_(5.0) for name, x in state["ema"].items()}})
    train_refiner(REFINER, replace(run, steps=1001), draw)
    assert all(x.min() > 4.9 for x in checkpoint.load(path)["ema"].values())


def test_silence_counts_at_any_level():
    """The level of digital silence is a floor, not a division by zero."""
    mixture = torch.zeros(2, 2, 1024 * 4)
    assert float(level_of(mixture).max()) == pytest.approx(1e-4)
    mix = stft(mixture)
    terms = refiner_loss(mix, torch.zeros(2, mix.shape[-1]), mix, mix)
    assert bool(terms.total.isfinite())
