"""The latent-diffusion separator on graphs whose answers are known."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest

from engine.errors import Cancelled, InputError, MelismaError
from engine.jobs import JobContext
from engine.models import file_sha256, load_manifest, open_model
from engine.models.latent_diffusion import build_latent_diffusion
from engine.separation.separator import SeparationSettings
from engine.separation.separators import build_separator
from tests import tiny_separator
from tests.separators import music
from tests.tiny_separator import REFINED, SEGMENT


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_separator.make(tmp_path_factory.mktemp("separators") / "tiny")


def separate(folder: Path, mix: np.ndarray, **asked: Any) -> np.ndarray:
    separator = build_separator(open_model(folder, role="separator"), "cpu", 1, SeparationSettings(**asked))
    return separator.separate_segment(mix, 0, JobContext())


def middle(mix: np.ndarray) -> np.ndarray:
    return np.repeat(mix.mean(axis=0, keepdims=True), 2, axis=0)


@pytest.mark.parametrize("asked", [{}, {"num_steps": 1}, {"num_steps": 10, "seed": 8}, {"eta": 1.0}])
@pytest.mark.parametrize(("refine", "share"), [("mask", REFINED), ("none", 1.0)])
def test_the_middle_is_found_from_any_noise(tiny: Path, asked: dict[str, Any], refine: str, share: float) -> None:
    mix = music(2, SEGMENT)
    np.testing.assert_allclose(separate(tiny, mix, refine=refine, **asked), share * middle(mix), atol=1e-5)


def test_the_manifest_decides_what_is_not_asked(tmp_path: Path) -> None:
    mix = music(2, SEGMENT)
    folder = tiny_separator.make(tmp_path / "tiny", refine="none")
    np.testing.assert_allclose(separate(folder, mix), middle(mix), atol=1e-5)
    np.testing.assert_allclose(separate(folder, mix, refine="mask"), REFINED * middle(mix), atol=1e-5)


def test_a_refiner_that_is_not_used_need_not_be_there(tmp_path: Path) -> None:
    folder = tiny_separator.make(tmp_path / "tiny", refine="none")
    (folder / "refiner.onnx").unlink()
    separate(folder, music(2, SEGMENT))
    with pytest.raises(MelismaError, match=r"refiner\.onnx is missing"):
        separate(folder, music(2, SEGMENT), refine="mask")


def test_the_refiner_alone_needs_no_generator(tmp_path: Path) -> None:
    folder = tiny_separator.make(tmp_path / "tiny", refine="alone")
    for name in ("encoder.onnx", "conditioner.onnx", "denoiser.onnx", "decoder.onnx"):
        (folder / name).unlink()
    # The tiny refiner gives a share of its guide, and here there is none.
    assert not separate(folder, music(2, SEGMENT)).any()
    with pytest.raises(MelismaError, match=r"encoder\.onnx is missing"):
        separate(folder, music(2, SEGMENT), refine="mask")


def test_graphs_of_the_accompaniment_give_what_they_leave(tmp_path: Path) -> None:
    folder = tiny_separator.make(tmp_path / "tiny")
    manifest = folder / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"stem": "vocals"', '"stem": "instrumental"'))
    mix = music(2, SEGMENT)
    np.testing.assert_allclose(separate(folder, mix), mix - REFINED * middle(mix), atol=1e-5)


@pytest.mark.parametrize(
    "settings",
    [
        {"overlap_samples": SEGMENT},
        {"overlap_samples": 33},
        {"segment_samples": 8200},
        {"num_steps": 0},
        {"eta": 2},
        {"eta": "much"},
        {"refine": "perhaps"},
        {"stft_hop_length": 100},
        {"latent_dim": None},
    ],
)
def test_wrong_settings_are_named(tmp_path: Path, settings: dict[str, Any]) -> None:
    folder = tiny_separator.make(tmp_path / "tiny", **settings)
    with pytest.raises(MelismaError, match="separator tiny-separator lacks a setting or has a wrong one"):
        build_latent_diffusion(open_model(folder, role="separator"), "cpu", 1)


def test_another_network_is_found_out(tiny: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(tiny, tmp_path / "tiny"))
    shutil.copy(folder / "decoder.onnx", folder / "denoiser.onnx")
    with pytest.raises(MelismaError, match=r"denoiser\.onnx of the separator tiny-separator is another network"):
        build_latent_diffusion(open_model(folder, role="separator"), "cpu", 1)


def test_a_kind_that_nobody_knows(tiny: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(tiny, tmp_path / "tiny"))
    manifest = folder / "manifest.json"
    manifest.write_text(manifest.read_text().replace("latent-diffusion", "spleeter"))
    with pytest.raises(InputError, match="no separator"):
        separate(folder, music(2, SEGMENT))


def test_cancel_is_heard_within_a_segment(tiny: Path) -> None:
    separator = build_separator(open_model(tiny, role="separator"), "cpu", 1, SeparationSettings())
    context = JobContext()
    context.token.cancel()
    with pytest.raises(Cancelled):
        separator.separate_segment(music(2, SEGMENT), 0, context)


def test_the_package_is_sound(tiny: Path) -> None:
    manifest = load_manifest(tiny / "manifest.json")
    assert manifest.role == "separator"
    for name, digest in manifest.files.items():
        assert file_sha256(tiny / name) == digest
        onnx.checker.check_model(str(tiny / name))


@pytest.mark.parametrize(
    "asked", [{"seed": -1}, {"seed": 2**64}, {"num_steps": 0}, {"eta": 1.1}, {"refine": "perhaps"}]
)
def test_settings_have_limits(asked: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="must be"):
        SeparationSettings(**asked)
