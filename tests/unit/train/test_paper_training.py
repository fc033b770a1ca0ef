"""The paper's trainings: what they are given, that they learn, and that a stop leaves no trace."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from engine.errors import InputError, MelismaError
from engine.train import checkpoint
from engine.train.generator import GeneratorTrainer
from engine.train.paper.codec import PaperCodecTrainer
from engine.train.paper.config import PaperConfig, paper
from engine.train.paper.corpus import Take, Tokens, Windows, read_takes
from engine.train.paper.generator import PaperGeneratorTrainer, draw_examples, examples_of, paper_run
from engine.train.paper.loop import Run, Trainer, duration, one_step, resume, train
from engine.train.paper.networks import PaperCodec
from tests import tiny_paper
from tests.conftest import ROOT
from tests.tiny_paper import CONFIG

pytestmark = pytest.mark.filterwarnings("ignore:.*weight_norm:FutureWarning")
DATA = ROOT.parent / "shared" / "data" / "speech" / "kathleen"


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Two of them wait for each other where the machine has something else to do."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made-up corpus; nobody writes here."""
    folder = tmp_path_factory.mktemp("paper")
    tiny_paper.write_corpus(folder)
    return folder


@pytest.fixture(scope="module")
def windows(work: Path) -> Windows:
    return Windows(read_takes(work, CONFIG.codec), CONFIG.codec, CONFIG.window_frames, seed=1)


def tensors(arrays: Mapping[str, np.ndarray]) -> dict[str, Tensor]:
    return {name: torch.from_numpy(value) for name, value in arrays.items()}


def codec_trainer(seed: int = 1) -> PaperCodecTrainer:
    return PaperCodecTrainer(CONFIG, rate=5.0, seed=seed)


def generator_trainer(out: Path, seed: int = 1) -> PaperGeneratorTrainer:
    run = paper_run(out, 1000, 3, "cpu", rate=40.0, seed=seed)
    return PaperGeneratorTrainer(CONFIG.generator, CONFIG.codec.latent_dim, run)


class TestCodec:
    def test_it_learns_the_sound_and_the_words(self, windows: Windows) -> None:
        trainer, batch = codec_trainer(), tensors(windows.draw(0, 4))
        trainer.begin(windows)
        figures = []
        for step in range(14):
            torch.manual_seed(step)
            figures.append(trainer.step(batch))
        assert all(np.isfinite(value) for f in figures for value in f.values())
        for name in ("mel", "lyrics", "notes"):
            first, last = (np.mean([f[name] for f in part]) for part in (figures[:3], figures[-3:]))
            assert last < 0.9 * first, name

    def test_both_sides_learn_and_only_in_their_turn(self, windows: Windows) -> None:
        trainer = codec_trainer()
        before = {name: part.state_dict() for name, part in (("codec", trainer.codec), ("judge", trainer.judge))}
        before = {name: {k: v.clone() for k, v in state.items()} for name, state in before.items()}
        trainer.step(tensors(windows.draw(0, 2)))
        for name, part in (("codec", trainer.codec), ("judge", trainer.judge)):
            moved = [key for key, value in part.state_dict().items() if not torch.equal(value, before[name][key])]
            assert moved, name
        assert all(p.requires_grad for p in trainer.judge.parameters())
        wanted = {"encoder", "decoder", "quantizer"}
        changed = {
            key.split(".")[0]
            for key, value in trainer.codec.state_dict().items()
            if not torch.equal(value, before["codec"][key])
        }
        assert changed == wanted

    def test_codebooks_begin_with_the_data(self, windows: Windows) -> None:
        trainer = codec_trainer()
        trainer.begin(windows)
        trainer.codec.eval()
        with torch.no_grad():
            latents = trainer.codec.encode(torch.from_numpy(windows.draw(77, 4)["audio"]))
            quantized, _, _ = trainer.codec.quantizer(latents)
        assert float((latents - quantized).square().mean()) < 0.2 * float(latents.var())

    def test_unseen_windows_are_judged_without_learning(self, windows: Windows) -> None:
        trainer = codec_trainer()
        trainer.begin(windows)
        before = {key: value.clone() for key, value in trainer.codec.state_dict().items()}
        assert trainer.unseen(windows) == trainer.unseen(windows)
        assert all(torch.equal(value, before[key]) for key, value in trainer.codec.state_dict().items())


class TestGenerator:
    def test_the_optimiser_is_the_papers(self, tmp_path: Path) -> None:
        run = paper_run(tmp_path, 10, 2, "cpu")
        (group,) = PaperGeneratorTrainer(CONFIG.generator, 8, run).optimizer.param_groups
        assert (group["lr"], group["betas"], group["weight_decay"]) == (5e-5, (0.8, 0.99), 0.01)
        (group,) = PaperCodecTrainer(CONFIG).optimizer.param_groups
        assert (group["lr"], group["betas"], group["weight_decay"]) == (2e-4, (0.8, 0.99), 0.01)

    def test_it_learns(self, work: Path, tmp_path: Path) -> None:
        codec = PaperCodec(CONFIG.codec, CONFIG.decoder)
        examples, stats = examples_of(work, CONFIG, codec, "cpu")
        assert all(e.latents.shape == (8, len(e.conditions.f0)) for e in examples)
        trainer = generator_trainer(tmp_path)
        assert isinstance(trainer, GeneratorTrainer)
        draw = draw_examples(examples, stats, trainer.run)
        run = Run(tmp_path / "g.pt", 1000)
        figures = [one_step(trainer, draw, run) for _ in range(60)]
        first, last = (np.mean([f["prior"] for f in part]) for part in (figures[:10], figures[-10:]))
        assert last < 0.9 * first


class TestLoop:
    @pytest.mark.parametrize("which", ["codec", "generator"])
    def test_a_stopped_training_goes_on_as_if_it_had_not_stopped(
        self, which: str, work: Path, windows: Windows, tmp_path: Path
    ) -> None:
        if which == "codec":
            made = [codec_trainer(seed) for seed in (1, 1, 2)]
            made[0].begin(windows)
            made[1].codec.load_state_dict(made[0].codec.state_dict())

            def draw(step: int) -> Mapping[str, Tensor]:
                return tensors(windows.draw(step, 2))
        else:
            codec = PaperCodec(CONFIG.codec, CONFIG.decoder)
            examples, stats = examples_of(work, CONFIG, codec, "cpu")
            made = [generator_trainer(tmp_path, seed) for seed in (1, 1, 2)]
            draw = draw_examples(examples, stats, made[0].run)
        whole, half, other = made
        straight, broken = Run(tmp_path / "a.pt", 6), Run(tmp_path / "b.pt", 3)
        train(whole, draw, straight)
        train(half, draw, broken)
        train(other, draw, replace(broken, steps=5))
        assert other.done == 5
        resume(other, broken)
        assert one_step(other, draw, straight) == one_step(_restored(whole, tmp_path / "b.pt", 2), draw, straight)
        again = Run(tmp_path / "b.pt", 6)
        train(other, draw, again)
        a, b = (checkpoint.load(tmp_path / name) for name in ("a.pt", "b.pt"))
        assert a["done"] == b["done"] == 6
        assert _same(a, b)

    def test_time_ends_it_and_the_log_tells_what_is_left(self, windows: Windows, tmp_path: Path) -> None:
        trainer = codec_trainer()
        run = Run(tmp_path / "c.pt", 2, minutes=0)

        def draw(step: int) -> Mapping[str, Tensor]:
            return tensors(windows.draw(step, 2))

        train(trainer, draw, run)
        assert checkpoint.load(run.out)["done"] == 0
        train(trainer, draw, replace(run, minutes=1e9, report_every=1), lambda: {"unseen": 0.5})
        lines = [json.loads(line) for line in run.out.with_suffix(".jsonl").read_text().splitlines()]
        assert [line["step"] for line in lines] == [1, 2]
        assert lines[-1]["left"] == "0 min"
        assert lines[-1]["unseen"] == 0.5

    def test_losses_that_are_no_numbers_stop_it_before_anything_is_saved(
        self, windows: Windows, tmp_path: Path
    ) -> None:
        trainer = codec_trainer()
        with torch.no_grad():
            next(trainer.codec.encoder.parameters()).fill_(torch.nan)
        run = Run(tmp_path / "c.pt", 5)
        with pytest.raises(MelismaError, match="smaller --rate"):
            train(trainer, lambda step: tensors(windows.draw(step, 2)), run)
        assert not run.out.exists()

    @pytest.mark.parametrize("spoilt", ["garbage", "other", "size"])
    def test_a_wrong_checkpoint_is_one_sentence(self, spoilt: str, tmp_path: Path) -> None:
        path = tmp_path / "c.pt"
        if spoilt == "garbage":
            path.write_bytes(b"not a checkpoint")
        elif spoilt == "other":
            checkpoint.save(path, {"done": 3, "weights": torch.zeros(3)})
        else:
            larger = replace(CONFIG, codec=replace(CONFIG.codec, encoder_channels=24))
            checkpoint.save(path, PaperCodecTrainer(larger).state())
        with pytest.raises(InputError, match="no checkpoint of this training"):
            resume(codec_trainer(), Run(path, 5))

    def test_durations_are_for_people(self) -> None:
        said = [duration(s) for s in (20, 90, 3600 * 5 + 600, 86_400 * 3 + 7200)]
        assert said == ["0 min", "2 min", "5 h 10 min", "3 d 2 h"]


def _restored(trainer: Trainer, path: Path, seed: int) -> Trainer:
    fresh = codec_trainer(seed) if isinstance(trainer, PaperCodecTrainer) else generator_trainer(path.parent, seed)
    resume(fresh, Run(path.with_name("a.pt"), 9))
    fresh.restore(checkpoint.load(path))
    return fresh


def _same(a: object, b: object) -> bool:
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(_same(a[key], b[key]) for key in a)
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return len(a) == len(b) and all(_same(x, y) for x, y in zip(a, b, strict=True))
    return torch.equal(a, b) if isinstance(a, Tensor) and isinstance(b, Tensor) else a == b


@pytest.mark.skipif(not DATA.is_dir(), reason="the shared recordings are not here")
@pytest.mark.parametrize("size", [CONFIG, pytest.param(paper(), marks=pytest.mark.slow)], ids=["small", "paper"])
def test_it_trains_on_real_recordings(size: PaperConfig, tmp_path: Path) -> None:
    """Short windows: two steps, a stop, and the third is the same as without the stop."""
    from engine.train.corpus.align import read_mono

    config = replace(size, window_frames=24, slice_frames=8)
    takes = []
    for path in sorted(DATA.glob("*.opus"))[:3]:
        samples, rate = read_mono(path)
        assert rate == 48_000
        audio = np.round(samples[::2][: len(samples) // 512 * 256] * 32767).astype(np.int16)
        count = len(audio) // 256
        said = Tokens(np.arange(count // 10 + 1) % 40, np.arange(count) // 10)  # which words does not matter here
        takes.append(Take(path.stem, audio, said, said))
    windows = Windows(takes, config.codec, config.window_frames, seed=1)

    def draw(step: int) -> Mapping[str, Tensor]:
        return tensors(windows.draw(step, 1))

    trainer = PaperCodecTrainer(config)
    run = Run(tmp_path / "codec.pt", 2)
    train(trainer, draw, run)
    expected = one_step(trainer, draw, run)
    del trainer
    other = PaperCodecTrainer(config, seed=2)
    resume(other, run)
    assert one_step(other, draw, run) == expected
    assert all(np.isfinite(value) for value in expected.values())
