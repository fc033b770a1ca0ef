"""Networks back from a package, one more speaker learned, the listening graph taken apart and put together."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.errors import Cancelled, InputError
from engine.jobs import JobContext, Progress
from engine.models import InstalledModel
from engine.runtime import choose_providers, load_session
from engine.train import checkpoint
from engine.train.own.fitting import FitRun, Fitter, alone, fit, judge, nearest_row
from engine.train.own.listening import Listening, relearned
from engine.train.own.material import Told, windows
from engine.train.own.resume import go_on_from
from engine.train.restore_voice import restore_voice
from tests import tiny_base
from tests.conftest import ROOT

SHIPPED = ROOT / "presets" / "models" / "trio"


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> InstalledModel:
    return tiny_base.make(tmp_path_factory.mktemp("base") / tiny_base.BASE_ID)


def close(ours: torch.nn.Module, theirs: torch.nn.Module) -> None:
    state = theirs.state_dict()
    for name, value in ours.state_dict().items():
        if not name.endswith((".sums", ".usage", ".started")):
            assert torch.allclose(value, state[name], atol=2e-3), name


def test_every_weight_comes_back_from_a_package(base: InstalledModel) -> None:
    restored = restore_voice(base)
    codec, generator, _ = tiny_base.networks()
    close(restored.codec, codec)
    close(restored.generator, generator)
    assert restored.config.codec == tiny_base.CONFIG.codec
    dropout = tiny_base.CONFIG.generator.dropout
    assert replace(restored.config.generator, dropout=dropout) == tiny_base.CONFIG.generator


@pytest.mark.skipif(not SHIPPED.is_dir(), reason="presets/models/trio is not there yet")
def test_the_shipped_voice_sings_the_same_from_what_came_back() -> None:
    from engine.models import open_model

    model = open_model(SHIPPED)
    restored = restore_voice(model)
    random = np.random.default_rng(0)
    z, mu = random.standard_normal((2, 1, restored.config.codec.latent_dim, 40)).astype(np.float32)
    h = random.standard_normal((1, restored.config.generator.hidden, 40)).astype(np.float32)
    t = np.array([0.4], np.float32)
    session = load_session(model.path("denoiser.onnx"), choose_providers("cpu"), 1)
    wanted = session.run({"z_t": z, "mu": mu, "h_cond": h, "t": t})["denoised"]
    with torch.no_grad():
        found = restored.generator.denoiser(*(torch.from_numpy(x) for x in (z, mu, h, t))).numpy()
    assert np.abs(found - wanted).mean() < 1e-3 * wanted.std()
    quantized, codes, _ = restored.codec.quantizer(torch.from_numpy(z))
    assert int(codes.max()) < restored.config.codec.cardinality
    assert quantized.abs().max() > 0


def test_another_kind_of_package_is_one_sentence(base: InstalledModel, tmp_path: Path) -> None:
    manifest = replace(base.manifest, settings={k: v for k, v in base.manifest.settings.items() if k != "codec"})
    with pytest.raises(InputError, match="cannot be trained on"):
        restore_voice(InstalledModel(manifest, base.folder))


def pieces(count: int = 4, shift: float = 1.0) -> list[Told]:
    """Latents that the frames say, but for a shift that only the speaker can explain."""
    rng = np.random.default_rng(1)
    found = []
    for number in range(count):
        frames = rng.standard_normal((1 + number % 2, 16, 150)).astype(np.float16)
        latents = (0.3 * frames[0, :8].astype(np.float32) + shift).astype(np.float32)
        found.append(Told(f"p{number}", frames, latents, np.full(300, 220.0, np.float32)))
    return found


def run_in(folder: Path, steps: int) -> FitRun:
    return FitRun(folder, steps=steps, batch=4, window_frames=64)


def beginning(base: InstalledModel) -> torch.nn.Module:
    generator = restore_voice(base).generator
    return alone(generator, generator.condition.speakers.weight[0].detach())


def test_the_row_learns_first_and_the_encoders_of_words_never(base: InstalledModel, tmp_path: Path) -> None:
    generator = beginning(base)
    start = {name: value.clone() for name, value in generator.state_dict().items()}
    fitter = Fitter(generator, run_in(tmp_path, 40))  # type: ignore[arg-type]
    rng = np.random.default_rng(0)
    fitter.step(windows(pieces(), 4, 64, rng))
    moved = {name for name, value in generator.state_dict().items() if not torch.equal(value, start[name])}
    assert moved == {"condition.speakers.weight"}
    while fitter.share < 1:
        fitter.step(windows(pieces(), 4, 64, rng))
    moved = {name for name, value in generator.state_dict().items() if not torch.equal(value, start[name])}
    assert any(name.startswith("condition.enhanced_encoder.") for name in moved)
    assert any(name.startswith("denoiser.") for name in moved)
    frozen = ("condition.lyrics_encoder.", "condition.melody_encoder.", "condition.phones.", "condition.features.")
    assert not [name for name in moved if name.startswith(frozen)]


def test_it_learns(base: InstalledModel, tmp_path: Path) -> None:
    before = judge(beginning(base), pieces())  # type: ignore[arg-type]
    run = replace(run_in(tmp_path, 80), row_rate=0.05, rate=2e-3)
    after = judge(fit(beginning(base), run, pieces(), JobContext()), pieces())  # type: ignore[arg-type]
    assert after["prior"] < 0.8 * before["prior"]


def test_a_stopped_training_goes_on_as_if_never_stopped(base: InstalledModel, tmp_path: Path) -> None:
    whole = fit(beginning(base), run_in(tmp_path / "whole", 12), pieces(), JobContext())  # type: ignore[arg-type]
    context = JobContext()
    seen: list[Progress] = []

    def stop(progress: Progress) -> None:
        seen.append(progress)
        if len(seen) == 6:
            context.token.cancel()

    context = JobContext(stop)
    with pytest.raises(Cancelled):
        fit(beginning(base), run_in(tmp_path / "two", 12), pieces(), context)  # type: ignore[arg-type]
    assert 0 < checkpoint.load(tmp_path / "two" / "fit.pt")["done"] < 12
    rest = fit(beginning(base), run_in(tmp_path / "two", 12), pieces(), JobContext())  # type: ignore[arg-type]
    for (name, ours), theirs in zip(whole.state_dict().items(), rest.state_dict().values(), strict=True):
        assert torch.allclose(ours, theirs, atol=1e-6), name


@pytest.mark.parametrize("kept", ["half", "other", "empty"])
def test_a_spoilt_checkpoint_is_one_sentence(base: InstalledModel, tmp_path: Path, kept: str) -> None:
    path = tmp_path / "fit.pt"
    if kept == "other":
        checkpoint.save(path, {"done": 3})
    else:
        path.write_bytes(b"half a file" * (kept == "half"))
    with pytest.raises(InputError, match=r"fit\.pt is spoilt") as told:
        fit(beginning(base), run_in(tmp_path, 12), pieces(), JobContext())  # type: ignore[arg-type]
    assert "begin anew" in told.value.hint
    assert path.exists()


def test_what_the_machine_cannot_hold_is_not_called_spoilt(tmp_path: Path) -> None:
    checkpoint.save(tmp_path / "fit.pt", {"done": 3})

    def restore(_state: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory.")

    with pytest.raises(torch.OutOfMemoryError):
        go_on_from(tmp_path / "fit.pt", restore, "cpu")


def test_how_far_it_came_lies_beside_the_checkpoint(base: InstalledModel, tmp_path: Path) -> None:
    fit(beginning(base), run_in(tmp_path, 3), pieces(), JobContext())  # type: ignore[arg-type]
    told = json.loads((tmp_path / "fit.json").read_text(encoding="utf-8"))
    state = checkpoint.load(tmp_path / "fit.pt")
    assert told == {"done": 3, "spent_s": state["spent_s"]}


def test_minutes_bound_a_training_over_all_resumes(base: InstalledModel, tmp_path: Path) -> None:
    fitter = Fitter(beginning(base), replace(run_in(tmp_path, 1000), minutes=1.0))  # type: ignore[arg-type]
    fitter.spent_s = 45.0
    assert fitter.share == pytest.approx(0.75)


def test_the_nearest_known_speaker_is_found(base: InstalledModel) -> None:
    generator = restore_voice(base).generator
    told = pieces(3)
    with torch.no_grad():
        weight = generator.condition.speakers.weight
        latents = [
            generator.condition.from_frames(torch.from_numpy(p.frames[:1].astype(np.float32)), torch.tensor([2]))[1]
            for p in told
        ]
    sung_by_bob = [replace(p, frames=p.frames[:1], latents=z[0].numpy()) for p, z in zip(told, latents, strict=True)]
    name, row = nearest_row(generator, tiny_base.SPEAKERS, sung_by_bob)
    assert name == "bob"
    assert torch.equal(row, weight[2])


def test_what_is_heard_is_what_enters_the_enhanced_encoder(base: InstalledModel) -> None:
    _, _, network = tiny_base.networks()
    mel = np.random.default_rng(0).standard_normal((80, 70)).astype(np.float32)
    f0 = np.full(70, 210.0, np.float32)
    with torch.no_grad():
        wanted = network.told(torch.from_numpy(mel)[None], torch.from_numpy(f0)[None])[0].numpy()
    found = Listening(base.path("listening.onnx")).frames(mel, f0)
    assert np.abs(found - wanted).mean() < 1e-2 * wanted.std()


def test_a_relearned_graph_hears_with_the_new_weights(base: InstalledModel, tmp_path: Path) -> None:
    torch.manual_seed(5)
    single = alone(restore_voice(base).generator, torch.randn(16))
    with torch.no_grad():
        for name, parameter in single.condition.named_parameters():
            if name.startswith(("enhanced_encoder.", "prior.")):
                parameter.add_(0.1 * torch.randn_like(parameter))
    _, _, network = tiny_base.networks()
    mel, f0 = torch.randn(1, 80, 50), torch.full((1, 50), 200.0)
    with torch.no_grad():
        h_cond, mu = single.condition.from_frames(network.told(mel, f0), torch.zeros(1, dtype=torch.long))
    state = {name: value.numpy() for name, value in single.condition.state_dict().items()}
    relearned(base.path("listening.onnx"), state, tmp_path / "new.onnx")
    session = load_session(tmp_path / "new.onnx", choose_providers("cpu"), 1)
    speaker = np.ones((1, 50, 1), np.float32)
    found = session.run({"mel": mel.numpy(), "f0": f0.numpy(), "speaker": speaker})
    for name, wanted in (("h_cond", h_cond), ("mu", mu)):
        assert np.abs(found[name] - wanted.numpy()).mean() < 2e-2 * float(wanted.std()), name
