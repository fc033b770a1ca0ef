"""What training made and what the run time loads are the same network, at any length."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto, numpy_helper

from engine.errors import MelismaError
from engine.export.graphs import (
    LARGE,
    ConditionGraph,
    DecoderGraph,
    EncoderGraph,
    as_bytes,
    export_codec,
    export_graph,
    sample_condition_inputs,
    stored_weights,
)
from engine.models import InstalledModel, load_manifest, verify
from engine.models.builders import build
from engine.runtime import load_session
from engine.train.generator import Generator
from engine.train.networks.codec import Codec
from gui.cli.main import run
from tests.conftest import TinyVoice
from tests.tiny_voice import CONFIG, CONSONANTS, KEY_RANGE, PHONE_IDS, VOICE_ID, TinyNetworks, networks

LENGTHS = [1, 7, 90, 333]
GRAPHS = ["condition.onnx", "denoiser.onnx", "encoder.onnx", "decoder.onnx"]


@pytest.fixture(scope="module")
def made() -> TinyNetworks:
    """The networks behind the tiny voice, their weights rounded as they are stored."""
    found = networks()
    with torch.no_grad():
        for tensor in [*found.codec.parameters(), *found.codec.buffers(), *found.generator.parameters()]:
            if tensor.dtype == torch.float32 and tensor.numel() > 512:
                tensor.copy_(tensor.half().float())
    return found


def close(voice: TinyVoice, name: str, network: torch.nn.Module, inputs: dict[str, torch.Tensor]) -> None:
    session = load_session(voice.folder / name, ("CPUExecutionProvider",), 1)
    assert session.input_names == tuple(inputs)
    found = session.run({key: value.numpy() for key, value in inputs.items()})
    with torch.no_grad():
        expected = network.eval()(*inputs.values())
    expected = expected if isinstance(expected, tuple) else (expected,)
    for output, theirs in zip(session.output_names, expected, strict=True):
        assert found[output].shape == tuple(theirs.shape)
        assert np.abs(found[output] - theirs.numpy()).max() < 2e-3 * max(1.0, float(theirs.abs().max()))


@pytest.mark.parametrize("frames", LENGTHS)
@pytest.mark.parametrize("tokens", [1, 12])
def test_condition(tiny_voice: TinyVoice, made: TinyNetworks, frames: int, tokens: int) -> None:
    inputs = sample_condition_inputs(CONFIG.generator.num_phones, tokens, frames)
    close(tiny_voice, "condition.onnx", ConditionGraph(made.generator.condition), inputs)


@pytest.mark.parametrize("frames", LENGTHS)
@pytest.mark.parametrize("time", [0.01, 1.0])
def test_denoiser(tiny_voice: TinyVoice, made: TinyNetworks, frames: int, time: float) -> None:
    dim, hidden = CONFIG.codec.latent_dim, CONFIG.generator.hidden
    shapes = {"z_t": dim, "mu": dim, "h_cond": hidden}
    inputs = {name: torch.randn(1, size, frames) for name, size in shapes.items()} | {"t": torch.tensor([time])}
    close(tiny_voice, "denoiser.onnx", made.generator.denoiser, inputs)


@pytest.mark.parametrize("frames", LENGTHS)
def test_encoder(tiny_voice: TinyVoice, made: TinyNetworks, frames: int) -> None:
    stats = torch.from_numpy(made.mean), torch.from_numpy(made.std)
    spectrogram = torch.randn(1, CONFIG.codec.n_fft // 2 + 1, frames) - 6
    close(tiny_voice, "encoder.onnx", EncoderGraph(made.codec, *stats), {"spectrogram": spectrogram})


@pytest.mark.parametrize("frames", LENGTHS)
def test_decoder_quantises_first(tiny_voice: TinyVoice, made: TinyNetworks, frames: int) -> None:
    generator = torch.Generator().manual_seed(frames)
    latents = torch.randn(1, CONFIG.codec.latent_dim, frames, generator=generator)
    f0 = torch.empty(1, frames).uniform_(100, 500, generator=generator)
    stats = torch.from_numpy(made.mean), torch.from_numpy(made.std)
    close(tiny_voice, "decoder.onnx", DecoderGraph(made.codec, *stats), {"latents": latents, "f0": f0})
    with torch.no_grad():  # the graph's own quantiser is the trained one
        quantized, _, _ = made.codec.quantizer(latents * stats[1][:, None] + stats[0][:, None])
        harmonic, noise = made.codec.decoder(quantized, f0)
        ours = DecoderGraph(made.codec, *stats)(latents, f0)
    assert torch.allclose(ours[0], harmonic, atol=1e-4)
    assert torch.allclose(ours[1], noise, atol=1e-4)


def test_export_reports_the_parity(tiny_voice: TinyVoice) -> None:
    assert set(tiny_voice.parity) == {"condition", "denoiser", "codec"}
    assert max(tiny_voice.parity.values()) < 0.02


def test_a_graph_that_differs_is_not_exported(tmp_path: Path) -> None:
    class Fickle(torch.nn.Module):
        """Says something else each time: as a wrong export would."""

        def __init__(self) -> None:
            super().__init__()
            self.calls = 0

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            self.calls += 1
            return x * float(self.calls)

    with pytest.raises(AssertionError, match="differs"):
        export_graph(Fickle(), {"x": torch.randn(1, 5)}, ("y",), {"x": {1: "n"}}, tmp_path / "fickle.onnx")


@pytest.mark.parametrize("name", GRAPHS)
def test_large_weights_are_stored_in_half_precision(tiny_voice: TinyVoice, name: str) -> None:
    model = onnx.load(str(tiny_voice.folder / name))
    kinds = {(tensor.data_type, int(np.prod(tensor.dims)) > LARGE) for tensor in model.graph.initializer}
    assert (TensorProto.FLOAT, True) not in kinds
    assert (TensorProto.FLOAT16, True) in kinds
    assert (TensorProto.FLOAT16, False) not in kinds  # what is small stays exact


def test_half_precision_halves_the_file(tmp_path: Path) -> None:
    path = tmp_path / "linear.onnx"
    export_graph(torch.nn.Linear(256, 300), {"x": torch.randn(1, 256)}, ("y",), {"x": {0: "n"}}, path)
    assert path.stat().st_size < 2 * 256 * 300 + 4000


def test_codebooks_stay_exact(tmp_path: Path) -> None:
    """Rounded entries would sit elsewhere than where training left them, and others would be chosen."""
    codec = Codec(replace(CONFIG.codec, cardinality=256)).eval()
    for book in codec.quantizer.codebooks:
        book.entries.normal_()
    export_codec(codec, np.zeros(8), np.ones(8), tmp_path)
    graph = onnx.load(str(tmp_path / "decoder.onnx")).graph
    constants = [a.t for node in graph.node if node.op_type == "Constant" for a in node.attribute]
    stored = [numpy_helper.to_array(tensor) for tensor in constants if list(tensor.dims) == [256, 8]]
    assert len(stored) == 2
    for found, book in zip(stored, codec.quantizer.codebooks, strict=True):
        assert np.array_equal(found, book.entries.numpy())


def test_a_voice_is_small_and_holds_no_pickle(tiny_voice: TinyVoice) -> None:
    files = sorted(tiny_voice.folder.iterdir())
    assert {path.name for path in files} == {*GRAPHS, "CARD.md", "manifest.json"}
    assert sum(path.stat().st_size for path in files) < 1_000_000
    for path in files:
        data = path.read_bytes()
        assert data[:2] != b"PK"  # torch.save's zip
        assert data[:1] != b"\x80"  # pickle's protocol mark
        assert b"ctorch" not in data


def test_the_manifest_states_the_voice(tiny_voice: TinyVoice) -> None:
    manifest = load_manifest(tiny_voice.folder / "manifest.json")
    assert (manifest.id, manifest.key_range, manifest.sample_rate) == (VOICE_ID, KEY_RANGE, 48_000)
    assert manifest.settings["phones"] == PHONE_IDS
    assert manifest.settings["consonants"] == CONSONANTS.to_dict()
    assert {check.state for check in verify(tiny_voice.model)} == {"ok"}
    assert set(manifest.files) == {*GRAPHS, "CARD.md"}


def test_export_replaces_a_voice_as_a_whole(tmp_path: Path) -> None:
    from tests.tiny_voice import make

    folder = tmp_path / "voice"
    folder.mkdir()
    (folder / "left.over").write_text("old")
    make(folder, seed=8)
    assert not (folder / "left.over").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["voice"]
    other = load_manifest(folder / "manifest.json")
    assert other.files["condition.onnx"]


def spoil(folder: Path, change: Any) -> InstalledModel:
    path = folder / "manifest.json"
    facts = json.loads(path.read_text())
    change(facts)
    path.write_text(json.dumps(facts))
    return InstalledModel(load_manifest(path), folder)


def sentence(error: MelismaError) -> str:
    text = str(error)
    assert "\n" not in text
    assert text.endswith(".")
    return text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda f: f.update(kind="other"), "unknown kind, 'other'"),
        (lambda f: f["settings"].pop("codec"), "lacks a setting: 'codec'"),
        (lambda f: f["settings"]["codec"].pop("bands"), "lacks a setting: .*bands"),
        (lambda f: f["settings"]["codec"].update(colour=1), "lacks a setting: .*colour"),
        (lambda f: f["settings"].pop("schedule"), "lacks a setting: 'schedule'"),
        (lambda f: f["settings"]["schedule"].pop("beta_1"), "lacks a setting: 'beta_1'"),
        (lambda f: f["settings"]["schedule"].update(beta_1="much"), "lacks a setting: .*much"),
        (lambda f: f["settings"].pop("phones"), "lacks a setting: 'phones'"),
        (lambda f: f["settings"].update(phones=3), "lacks a setting"),
        (lambda f: f["settings"].pop("consonants"), "lacks a setting: 'consonants'"),
        (lambda f: f["settings"]["consonants"].pop("coda"), "lacks a setting: 'consonants coda'"),
        (lambda f: f["files"].pop("denoiser.onnx"), "has no file denoiser.onnx"),
    ],
)
def test_a_manifest_that_lacks_something_is_named(tiny_copy: Path, change: Any, words: str) -> None:
    with pytest.raises(MelismaError, match=words) as caught:
        build(spoil(tiny_copy, change), "cpu", 1)
    assert "tiny" in sentence(caught.value)


def test_a_missing_file_is_named(tiny_copy: Path) -> None:
    (tiny_copy / "encoder.onnx").unlink()
    with pytest.raises(MelismaError, match=r"encoder\.onnx is missing") as caught:
        build(InstalledModel(load_manifest(tiny_copy / "manifest.json"), tiny_copy), "cpu", 1)
    sentence(caught.value)


def test_a_file_that_is_no_model_is_named(tiny_copy: Path) -> None:
    (tiny_copy / "decoder.onnx").write_bytes(b"\x80\x04pickled")
    with pytest.raises(MelismaError, match=r"decoder\.onnx cannot be loaded") as caught:
        build(InstalledModel(load_manifest(tiny_copy / "manifest.json"), tiny_copy), "cpu", 1)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("spoiled", "state"), [(lambda p: p.write_bytes(p.read_bytes()[:-1] + b"?"), "changed"), (Path.unlink, "missing")]
)
def test_verify_finds_what_was_tampered_with(
    user_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    spoiled: Any,
    state: str,
) -> None:
    monkeypatch.setenv("MELISMA_DATA", str(user_folder))
    assert run(["models", "verify", "tiny", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["ok"] is True
    spoiled(user_folder / "data" / "models" / "tiny" / "denoiser.onnx")
    assert run(["models", "verify", "tiny", "--json"]) == 1
    facts = json.loads(capsys.readouterr().out)
    assert facts["ok"] is False
    assert facts["files"]["denoiser.onnx"] == state
    assert [s for s in facts["files"].values() if s != "ok"] == [state]


def test_networks_of_another_size_export_too(tmp_path: Path) -> None:
    """The paper's own sizes fit the same fields; here: other depths and kernels."""
    from engine.export.graphs import export_condition, export_denoiser

    config = replace(CONFIG.generator, kernel=9, heads=4, token_layers=2, frame_layers=2, denoiser_layers=3)
    generator = Generator(config, 6).eval()
    assert export_condition(generator.condition, config.num_phones, tmp_path / "condition.onnx") < 0.02
    assert export_denoiser(generator.denoiser, config.hidden, 6, tmp_path / "denoiser.onnx") < 0.02


def test_weights_in_bytes_quarter_the_file_and_come_back(tmp_path: Path) -> None:
    path, linear = tmp_path / "linear.onnx", torch.nn.Linear(256, 300)
    export_graph(linear, {"x": torch.randn(1, 256)}, ("y",), {"x": {0: "n"}}, path, keep_names=True, in_bytes=True)
    assert path.stat().st_size < 256 * 300 + 8 * 300 + 4000
    found = stored_weights(path)
    step = linear.weight.detach().abs().amax(dim=1, keepdim=True).numpy() / 127
    assert (np.abs(found["weight"] - linear.weight.detach().numpy()) <= 0.51 * step).all()
    assert np.array_equal(found["bias"], linear.bias.detach().numpy())


def test_rows_of_nothing_stay_nothing() -> None:
    whole, scale = as_bytes(np.array([[0.0, 0.0], [1.0, -2.0]], np.float32))
    assert np.allclose(whole * scale, [[0, 0], [1.0, -2.0]], atol=0.01)
    assert whole.dtype == np.int8
