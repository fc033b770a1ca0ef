"""Spectrum, network, spectrum back: what passes, what does not, and at which level."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from engine.errors import Cancelled, InputError, MelismaError
from engine.jobs import CancelToken, JobContext
from engine.models import open_model
from engine.models.mdx import Geometry, MdxSettings, open_mdx
from engine.separation.mdx import MdxSeparator, build_separator
from engine.separation.separator import SeparationSettings, Separator
from tests import tiny_mdx
from tests.separators import music


def load(folder: Path) -> Separator:
    return build_separator(open_model(folder, "separator"), "cpu", 1, SeparationSettings())


def tone(frequency_hz: float, length: int) -> np.ndarray:
    wave = np.sin(2 * np.pi * frequency_hz * np.arange(length) / 44_100) * np.hanning(length)
    return np.stack([wave, 0.5 * wave]).astype(np.float32)


@pytest.mark.parametrize("n_fft", [4096, 5120, 6144, 7680])
def test_the_identity_gives_the_mix_back(tmp_path: Path, n_fft: int) -> None:
    """7680 is no multiple of the hop."""
    net = open_mdx(tiny_mdx.write_mask(tmp_path / "m.onnx", np.ones(n_fft // 2 + 1)), "cpu", 1)
    separator = MdxSeparator(net, MdxSettings(n_fft, "vocals"))
    assert separator.segment_samples == 1024 * 15
    mix = tone(440, separator.segment_samples)
    found = separator.separate_segment(mix, 0, JobContext())
    inner = slice(n_fft // 2, -n_fft // 2)
    assert np.abs(found - mix)[:, inner].max() < 1e-5


def test_level_is_the_networks_times_compensation(tmp_path: Path) -> None:
    mix = tone(1000, 15_360)
    for stem, factor in (("vocals", 0.5 * 1.5), ("instrumental", 1 - 0.5 * 1.5)):
        found = load(tiny_mdx.make(tmp_path / stem, stem, compensate=1.5)).separate_segment(mix, 0, JobContext())
        np.testing.assert_allclose(found, factor * mix, atol=2e-4)


@pytest.mark.parametrize("stem", ["vocals", "instrumental"])
@pytest.mark.parametrize("frequency_hz", [2.0, 17_000.0])
def test_outside_its_band_the_vocals_are_silent(tmp_path: Path, stem: str, frequency_hz: float) -> None:
    """2048 bins of 6144 samples end at 14.7 kHz, the first three at 21 Hz: a net of the rest must not add them."""
    found = load(tiny_mdx.make(tmp_path / "m", stem)).separate_segment(tone(frequency_hz, 15_360), 0, JobContext())
    assert np.abs(found).max() < 0.01


def test_geometry() -> None:
    small = Geometry(2048, 256)
    assert small.segment_samples == 261_120
    assert [n_fft for n_fft in (2048, 4094, 4095, 6144, 261_120, 300_000) if small.fits(n_fft)] == [4094, 6144]
    assert small.bandwidth_hz(6144) == pytest.approx(14_700)
    assert Geometry(3072, 256).bandwidth_hz(7680) == pytest.approx(17_640)
    assert Geometry(2561, 256).bandwidth_hz(5120) == 22_050


def test_a_cancel_stops_it(tmp_path: Path) -> None:
    token = CancelToken()
    token.cancel()
    separator = load(tiny_mdx.make(tmp_path / "m"))
    with pytest.raises(Cancelled):
        separator.separate_segment(music(2, separator.segment_samples), 0, JobContext(token=token))


@pytest.mark.parametrize(
    ("change", "words"),
    [({"n_fft": 2048}, "cannot have an n_fft"), ({"n_fft": "x"}, "lacks a setting"), (None, "lacks a setting")],
)
def test_a_manifest_that_does_not_fit_is_our_fault(tmp_path: Path, change: dict[str, object], words: str) -> None:
    folder = tiny_mdx.make(tmp_path / "m")
    facts = json.loads((folder / "manifest.json").read_text())
    facts["settings"] = facts["settings"] | change if change else {}
    (folder / "manifest.json").write_text(json.dumps(facts))
    with pytest.raises(MelismaError, match=words) as caught:
        load(folder)
    assert not isinstance(caught.value, InputError)


def test_a_broken_installed_graph_is_our_fault(tmp_path: Path) -> None:
    folder = tiny_mdx.make(tmp_path / "m")
    (folder / "model.onnx").write_bytes(b"broken")
    with pytest.raises(MelismaError, match="not an ONNX model") as caught:
        load(folder)
    assert not isinstance(caught.value, InputError)
    (folder / "model.onnx").unlink()
    with pytest.raises(MelismaError, match="missing"):
        load(folder)


def test_values_that_are_no_numbers(tmp_path: Path) -> None:
    net = open_mdx(tiny_mdx.write_mask(tmp_path / "m.onnx", np.full(2048, np.nan)), "cpu", 1)
    with pytest.raises(MelismaError, match="no numbers"):
        net.run(np.ones((4, 2048, 16), np.float32))
