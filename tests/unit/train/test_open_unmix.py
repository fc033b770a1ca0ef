"""The mask network of the benchmark: its size, its training, and a whole song through it."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from engine.train import open_unmix  # noqa: E402
from engine.train.measure import opponents  # noqa: E402
from engine.train.mixes.songs import Stems  # noqa: E402
from engine.train.networks.open_unmix import BINS, OpenUnmix, sounds, spectra  # noqa: E402


def _stems(seconds: int = 4) -> list[Stems]:
    """Vocals high, accompaniment low: a mask learns it in no time."""
    time = np.arange(seconds * 44_100) / 44_100
    both = [np.sin(2 * np.pi * hz * time) for hz in (1500, 200)]
    samples = np.stack([np.stack([sound, sound], axis=1) for sound in both])
    return [Stems("tones", (8000 * samples).astype(np.int16))]


def _run(folder, **settings):
    return open_unmix.OpenUnmixRun(folder, batch=2, seconds=0.5, learning_rate=3e-3, **settings)


def test_it_has_the_size_of_the_original():
    weights = sum(p.numel() for p in OpenUnmix().parameters())

    assert weights == pytest.approx(8.89e6, rel=0.002)


def test_a_mask_has_the_mixtures_shape_and_is_not_negative():
    mixed = spectra(torch.randn(2, 2, 20_000))

    mask = OpenUnmix().eval()(mixed.abs())

    assert mask.shape == mixed.shape == (2, 2, BINS, 20)
    assert bool((mask >= 0).all())


def test_spectra_come_back_as_sounds():
    sound = torch.randn(1, 2, 30_000)

    assert torch.allclose(sounds(spectra(sound), 30_000), sound, atol=1e-5)


def test_training_learns_resumes_and_tells_what_it_took(tmp_path):
    torch.manual_seed(0)
    stems = _stems()
    start = open_unmix.OpenUnmixTrainer(_run(tmp_path))
    mixer = open_unmix._begin(start, tmp_path / open_unmix.CHECKPOINT, stems, ())
    vocals, mixture = (torch.from_numpy(sounds) for sounds in mixer.batch(4))

    open_unmix.train_open_unmix(stems, _run(tmp_path, steps=6))
    trained = open_unmix.train_open_unmix(stems, _run(tmp_path, steps=12))

    network, told = open_unmix.load_open_unmix(tmp_path / open_unmix.CHECKPOINT)
    assert told["steps"] == 12
    assert told["seconds"] > 0
    assert torch.equal(network.fc1.weight, trained.fc1.weight)
    with torch.no_grad():
        before, after = (open_unmix.loss(n.eval(), vocals, mixture) for n in (start.network, network))
    assert after < before


def test_a_song_of_any_length_goes_through(monkeypatch):
    monkeypatch.setattr(opponents, "SEGMENT", 16 * 1024)
    monkeypatch.setattr(opponents, "OVERLAP", 4 * 1024)

    class Half(torch.nn.Module):
        def forward(self, magnitudes):
            return torch.full_like(magnitudes, 0.5)

    mixture = np.random.default_rng(0).standard_normal((2, 50_001)).astype(np.float32)

    assert np.abs(opponents.separate_by_mask(Half(), mixture) - mixture / 2).max() < 1e-4
