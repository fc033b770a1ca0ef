"""`melisma train separator` from a folder of songs to files on disk, at tiny and at the paper's size."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
import soundfile
from onnx import numpy_helper

from engine.api import IsolateRequest, isolate_vocals
from engine.jobs import JobContext
from engine.train.networks.encodec import EncodecConfig
from engine.train.networks.refiner import RefinerConfig
from engine.train.networks.unet import UnetConfig
from engine.train.separator import SeparatorConfig, SeparatorPlan, main, paper, train_separator
from engine.train.separator_card import separator_facts

RATE = 44100
TINY = SeparatorConfig(
    EncodecConfig(n_filters=8, latent_dim=16, num_codebooks=2, cardinality=8),
    UnetConfig(16, (8, 16, 16, 24), (8, 16, 16, 24), 1, 1, 2, 16),
    RefinerConfig(8, 16, 1, 1, 1),
)

# EnCodec's layers ask for a function that PyTorch is about to rename.
pytestmark = pytest.mark.filterwarnings("ignore:.*weight_norm:FutureWarning")


@pytest.fixture(scope="module")
def songs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three songs of 8 s: a tone with vibrato over noise."""
    folder = tmp_path_factory.mktemp("songs")
    time = np.arange(8 * RATE) / RATE
    for seed, name in enumerate(("one", "two", "aside")):
        rng = np.random.default_rng(seed)
        vocals = 0.2 * np.sin(2 * np.pi * 220 * time + 3 * np.sin(30 * time))[:, None] * np.ones((1, 2))
        mixture = vocals + 0.1 * rng.standard_normal((len(time), 2))
        (folder / name).mkdir()
        soundfile.write(folder / name / "vocals.wav", vocals, RATE)
        soundfile.write(folder / name / "mixture.wav", mixture, RATE)
    return folder


def plan(songs: Path, folder: Path, steps: int) -> SeparatorPlan:
    return SeparatorPlan(
        songs,
        folder / "work",
        folder / "data" / "models" / "mine",
        held_out=("aside",),
        half=False,
        codec_steps=steps,
        generator_steps=steps,
        refiner_steps=steps,
        guided_steps=1,
        pairs=2,
        batch=1,
    )


def isolate(songs: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The package that was just trained takes a song apart."""
    monkeypatch.setenv("MELISMA_DATA", str(folder))
    out = folder / "out"
    out.mkdir()
    mix = songs / "aside" / "mixture.wav"
    separator = json.loads((folder / "data" / "models" / "mine" / "manifest.json").read_text())["id"]
    isolate_vocals(IsolateRequest(mixes=(mix,), out=out, separator=separator, num_steps=1), JobContext())
    both = [soundfile.read(out / f"mixture_{stem}.wav")[0] for stem in ("vocals", "instrumental")]
    assert np.abs(sum(both) - soundfile.read(mix)[0]).max() < 1e-5
    assert np.isfinite(both[0]).all()
    assert np.abs(both[0]).max() > 0


def test_from_songs_to_stems_and_on_from_a_stop(songs, tmp_path, monkeypatch):
    first = plan(songs, tmp_path, 2)
    parity = train_separator(first, TINY)
    assert max(parity.values()) < 0.02
    train_separator(replace(first, codec_steps=3, generator_steps=3, refiner_steps=3), TINY)
    isolate(songs, tmp_path, monkeypatch)
    again = replace(plan(songs, tmp_path / "again", 0), guided_steps=0, start=first.out)
    train_separator(again, TINY)
    for graph in ("encoder", "decoder", "conditioner", "denoiser", "refiner"):
        assert weights(again.out / f"{graph}.onnx") == pytest.approx(weights(first.out / f"{graph}.onnx"), abs=2e-3)


def weights(path: Path) -> float:
    """One number of all weights of a graph that hardly two graphs share."""
    arrays = [numpy_helper.to_array(tensor) for tensor in onnx.load(str(path)).graph.initializer]
    return float(sum(np.abs(array.astype(np.float64)).mean() for array in arrays if array.size > 64))


def test_the_papers_size_trains_exports_and_runs(songs, tmp_path, monkeypatch):
    """Codec and generator as the paper has them; the refiner is ours, so it stays small here."""
    parity = train_separator(plan(songs, tmp_path, 1), replace(paper(), refiner=TINY.refiner))
    assert set(parity) == {"encoder", "decoder", "conditioner", "denoiser", "refiner"}
    isolate(songs, tmp_path, monkeypatch)


def test_what_users_train_is_called_as_its_folder(tmp_path):
    own, shipped = separator_facts(tmp_path / "My Voice"), separator_facts(tmp_path / "lumen")
    assert (own.id, own.name, own.licence) == ("my-voice", "My Voice", "LicenseRef-unknown")
    assert own.card.startswith("# My Voice")
    assert (shipped.id, shipped.name, shipped.licence) == ("lumen", "Lumen", "CC-BY-4.0")


def test_other_peoples_folders_stay(tmp_path, capsys):
    out = tmp_path / "out"
    out.mkdir()
    (out / "diary.txt").write_text("dear diary")
    assert main([str(tmp_path), "--work", str(tmp_path / "work"), "--out", str(out)]) == 2
    assert "is no model" in capsys.readouterr().err
    assert (out / "diary.txt").exists()


def test_no_songs_is_one_sentence(tmp_path, capsys):
    assert main([str(tmp_path), "--work", str(tmp_path / "work"), "--out", str(tmp_path / "out")]) == 2
    assert "no songs" in capsys.readouterr().err
