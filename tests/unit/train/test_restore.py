"""A package gives its weights back, and says when they do not fit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.errors import InputError
from engine.export.separator import SeparatorFacts, export_separator
from engine.train.networks.encodec import EncodecConfig, StereoCodec
from engine.train.networks.refiner import Refiner, RefinerConfig
from engine.train.networks.unet import LatentGenerator, UnetConfig
from engine.train.restore import begin_with, read_codec, read_generator, read_refiner, read_stats

CODEC = EncodecConfig(n_filters=8, latent_dim=16, num_codebooks=1, cardinality=4)
UNET = UnetConfig(16, (8, 16, 16, 24), (8, 16, 16, 24), 1, 1, 2, 16)
REFINER = RefinerConfig(8, 16, 1, 1, 1)

# EnCodec's layers ask for a function that PyTorch is about to rename.
pytestmark = pytest.mark.filterwarnings("ignore:.*weight_norm:FutureWarning")


@pytest.fixture(scope="module")
def package(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("package") / "tiny"
    torch.manual_seed(0)
    networks = StereoCodec(CODEC).eval(), LatentGenerator(UNET), Refiner(REFINER)
    stats = np.linspace(-1, 1, 16, dtype=np.float32), np.linspace(1, 2, 16, dtype=np.float32)
    settings = {"segment_samples": 512 * 16, "overlap_samples": 512 * 4, "num_steps": 1, "eta": 0.0, "refine": "mask"}
    facts = SeparatorFacts("tiny", "Tiny", "1", "CC0-1.0", "A card.")
    export_separator(facts, *networks, stats, settings, folder)
    return folder


def test_what_comes_back_computes_the_same(package):
    torch.manual_seed(0)
    codec, generator, refiner = StereoCodec(CODEC).eval(), LatentGenerator(UNET).eval(), Refiner(REFINER).eval()
    audio, z = torch.randn(1, 2, 512 * 16), torch.randn(1, 16, 16)
    sigma = torch.tensor([0.5])
    with torch.no_grad():
        found = read_codec(package, CODEC).eval()
        assert torch.allclose(found.encode(audio), codec.encode(audio), atol=0.02)
        assert torch.allclose(found.decode(z), codec.decode(z), atol=0.02)
        again = read_generator(package, UNET).eval()
        assert torch.allclose(again(z, sigma, z), generator(z, sigma, z), atol=0.02)
        mix = torch.randn(1, 4, 2049, 5)
        assert torch.allclose(read_refiner(package, REFINER)(mix, mix)[0], refiner(mix, mix)[0], atol=0.02)
    mean, std = read_stats(package)
    assert mean == pytest.approx(np.linspace(-1, 1, 16), abs=1e-3)
    assert std == pytest.approx(np.linspace(1, 2, 16), abs=1e-3)


def test_checkpoints_that_are_there_stay(package, tmp_path):
    begin_with(package, tmp_path, CODEC, UNET, REFINER)
    before = (tmp_path / "refiner" / "refiner.pt").stat().st_mtime_ns
    begin_with(package, tmp_path, CODEC, UNET, REFINER)
    assert (tmp_path / "refiner" / "refiner.pt").stat().st_mtime_ns == before


def test_other_sizes_are_said_so(package):
    with pytest.raises(InputError, match="other sizes"):
        read_refiner(package, replace(REFINER, hidden=16))
    with pytest.raises(InputError, match="other sizes"):
        read_codec(package, replace(CODEC, ratios=(4, 2, 2)))
    with pytest.raises(InputError, match="no separator package"):
        read_refiner(package.parent, REFINER)
