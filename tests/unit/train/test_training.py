"""A few steps at tiny size: losses fall, a stopped training goes on as if it had not stopped."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from engine.codec.harmonic import pulse_train
from engine.singing.pitch import PitchStyle, f0_curve
from engine.singing.timing import SungNote, time_phones
from engine.train import checkpoint
from engine.train.codec import CodecRun, CodecTrainer, train_codec
from engine.train.corpus.shards import PCM_PEAK, Crops, Shard, continuous_f0, make_shard, read_shards, write_shard
from engine.train.corpus.singing import SungPhrase
from engine.train.generator import (
    Example,
    GeneratorRun,
    GeneratorTrainer,
    LatentStats,
    collate,
    prepare_examples,
    train_generator,
)
from engine.train.networks.rvq import Codebook, ResidualQuantizer
from tests.tiny_voice import CONFIG, CONSONANTS, PHONE_IDS, networks

RATE, SUBHOP = 48_000, 256

# EnCodec's discriminator asks for a function that PyTorch is about to rename.
pytestmark = pytest.mark.filterwarnings("ignore:.*weight_norm:FutureWarning")


def tone(seconds: float = 1.2, seed: int = 0) -> Shard:
    """A gliding pulse train, dull and a bit noisy: like a vowel."""
    rng = np.random.default_rng(seed)
    f0 = np.linspace(180, 320, round(seconds * RATE / SUBHOP))
    samples = pulse_train(f0.astype(np.float32), RATE, SUBHOP).astype(np.float64)
    dull = np.convolve(samples, np.exp(-np.arange(200) / 30), "same")
    dull *= 0.3 / np.abs(dull).max()
    gains = np.full((len(f0), 2, CONFIG.codec.bands), -5, np.float16)
    return make_shard(f"tone{seed}", dull + 0.003 * rng.standard_normal(len(dull)), f0, gains, SUBHOP)


def crops(seed: int = 0, frames: int = 16) -> Crops:
    return Crops([tone()], SUBHOP, frames * CONFIG.codec.subframes, seed)


def tensors(arrays: dict[str, np.ndarray]) -> dict[str, torch.Tensor]:
    return {key: torch.from_numpy(value) for key, value in arrays.items()}


@pytest.fixture
def codec_run(tmp_path: Path) -> CodecRun:
    return CodecRun(out=tmp_path, steps=40, batch=2, adversary_from=1000, learning_rate=3e-3)


class TestCodec:
    def test_losses_fall(self, codec_run: CodecRun) -> None:
        trainer, batch = CodecTrainer(CONFIG.codec, codec_run), tensors(crops().batch(2))
        figures = [trainer.step(batch) for _ in range(30)]
        assert all(figures[-1][name] < figures[10][name] < figures[0][name] for name in ("spectral", "mel", "texture"))
        assert figures[-1]["texture"] < 0.95 * figures[0]["texture"]
        assert all(np.isfinite(value) for f in figures for value in f.values())

    @pytest.mark.parametrize("adversary_from", [0, 1000])
    def test_goes_on_where_it_stopped(self, codec_run: CodecRun, adversary_from: int, tmp_path: Path) -> None:
        run = replace(codec_run, adversary_from=adversary_from, adversary_filters=2, adversary_frames=8)
        trainer, source = CodecTrainer(CONFIG.codec, run), crops()
        for _ in range(3):
            trainer.step(tensors(source.batch(2)))
        checkpoint.save(tmp_path / "codec.pt", trainer.state())
        batch = tensors(source.batch(2))
        other = CodecTrainer(CONFIG.codec, replace(run, seed=99))
        other.restore(checkpoint.load(tmp_path / "codec.pt"))
        assert other.done == 3
        for _ in range(2):
            torch.manual_seed(0)  # dead codebook entries are replaced at random
            expected = trainer.step(batch)
            torch.manual_seed(0)
            assert other.step(batch) == expected

    def test_the_adversary_joins_and_both_learn(self, codec_run: CodecRun) -> None:
        run = replace(codec_run, adversary_from=1, adversary_filters=2, adversary_frames=8)
        trainer, source = CodecTrainer(CONFIG.codec, run), crops()
        before = copy.deepcopy(trainer.adversary.state_dict())
        assert "judge" not in trainer.step(tensors(source.batch(2)))
        assert all(torch.equal(before[k], v) for k, v in trainer.adversary.state_dict().items())
        decoder = trainer.codec.decoder.output.weight.detach().clone()
        figures = trainer.step(tensors(source.batch(2)))
        assert {"judge", "adversarial", "feature"} <= figures.keys()
        assert all(np.isfinite(value) for value in figures.values())
        assert any(not torch.equal(before[k], v) for k, v in trainer.adversary.state_dict().items())
        assert not torch.equal(decoder, trainer.codec.decoder.output.weight)

    def test_frozen_latents_stay(self, codec_run: CodecRun) -> None:
        source = crops()
        run = replace(codec_run, freeze_latents=True)
        trainer = CodecTrainer(CONFIG.codec, run)
        trainer.codec.load_state_dict(networks().codec.state_dict())
        trainer.codec.eval()
        audio = torch.from_numpy(source.batch(2)["audio"])
        with torch.no_grad():
            before = trainer.codec.quantizer(trainer.codec.encode(audio))[0]
        for _ in range(3):
            trainer.codec.train()
            trainer.step(tensors(source.batch(2)))
        trainer.codec.eval()
        with torch.no_grad():
            assert torch.equal(trainer.codec.quantizer(trainer.codec.encode(audio))[0], before)

    def test_the_whole_loop_stops_and_resumes(
        self, codec_run: CodecRun, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        train_codec(CONFIG.codec, replace(codec_run, steps=2), crops())
        assert checkpoint.load(tmp_path / "codec.pt")["done"] == 2
        codec = train_codec(CONFIG.codec, replace(codec_run, steps=3), crops())
        state = checkpoint.load(tmp_path / "codec.pt")
        assert state["done"] == 3
        assert torch.equal(state["codec"]["decoder.output.weight"], codec.state_dict()["decoder.output.weight"])
        assert not list(tmp_path.glob("*.part"))


def example(seed: int, quarters: float = 0.6) -> SungPhrase:
    notes = (
        SungNote(0, quarters, 57 + seed, ("S", "AA")),
        SungNote(quarters, 2 * quarters, 60 + seed, ("L", "IY", "N")),
    )
    phones = time_phones(notes, CONSONANTS)
    codec = CONFIG.codec
    frames = int(np.ceil((phones[-1].end_s - phones[0].start_s) * codec.frame_rate))
    middles = phones[0].start_s + (np.arange(frames * codec.subframes) + 0.5) * SUBHOP / RATE
    f0 = f0_curve(notes, middles, PitchStyle(), seed)
    pulses = pulse_train(f0, RATE, SUBHOP) * 0.05
    audio = np.round(np.clip(pulses, -1, 1) * PCM_PEAK).astype(np.int16)
    gains = np.zeros((len(f0), 2, codec.bands), np.float16)
    return SungPhrase(f"p{seed}", seed % 2, 100.0, audio, f0, gains, phones, notes)


@pytest.fixture(scope="module")
def prepared() -> tuple[list[Example], LatentStats]:
    return prepare_examples([example(seed) for seed in range(4)], networks().codec, PHONE_IDS)


@pytest.fixture
def generator_run(tmp_path: Path) -> GeneratorRun:
    return GeneratorRun(out=tmp_path, steps=1000, batch=4, window_frames=40, learning_rate=3e-3)


def batches(prepared: tuple[list[Example], LatentStats], count: int, seed: int = 0) -> list[dict[str, torch.Tensor]]:
    rng = np.random.default_rng(seed)
    examples, stats = prepared
    return [collate(examples, stats, 40, rng) for _ in range(count)]


class TestGenerator:
    def test_examples_are_normalised_latents_with_their_conditions(
        self, prepared: tuple[list[Example], LatentStats]
    ) -> None:
        examples, stats = prepared
        assert stats.mean.shape == stats.std.shape == (CONFIG.codec.latent_dim,)
        for made in examples:
            assert made.latents.shape == (CONFIG.codec.latent_dim, len(made.conditions.f0))
        for length, window in [(40, 40), (1000, 1000)]:
            batch = collate(examples, stats, window, np.random.default_rng(0))
            assert batch["latents"].shape == (4, CONFIG.codec.latent_dim, length)
            assert batch["features"].shape[:2] == batch["frame_mask"].shape == (4, length)
        assert [int(n) for n in batch["frame_mask"].sum(1)] == [len(e.conditions.f0) for e in examples]
        real = batch["frame_mask"][:, None].bool().expand_as(batch["latents"])
        assert float(batch["latents"][real].mean()) == pytest.approx(0, abs=1e-3)
        assert float(batch["latents"][real].std()) == pytest.approx(1, abs=0.02)
        assert float(batch["latents"][~real].abs().max()) == 0

    def test_losses_fall(self, prepared: tuple[list[Example], LatentStats], generator_run: GeneratorRun) -> None:
        trainer = GeneratorTrainer(CONFIG.generator, CONFIG.codec.latent_dim, generator_run)
        figures = [trainer.step(batch) for batch in batches(prepared, 80)]
        first, last = (np.mean([f["prior"] for f in part]) for part in (figures[:10], figures[-10:]))
        assert last < 0.9 * first
        first, last = (np.mean([f["diffusion"] for f in part]) for part in (figures[:10], figures[-10:]))
        assert last < first

    def test_goes_on_where_it_stopped(
        self, prepared: tuple[list[Example], LatentStats], generator_run: GeneratorRun, tmp_path: Path
    ) -> None:
        trainer = GeneratorTrainer(CONFIG.generator, CONFIG.codec.latent_dim, generator_run)
        some = batches(prepared, 5)
        for batch in some[:3]:
            trainer.step(batch)
        checkpoint.save(tmp_path / "g.pt", trainer.state())
        other = GeneratorTrainer(CONFIG.generator, CONFIG.codec.latent_dim, replace(generator_run, seed=9))
        other.restore(checkpoint.load(tmp_path / "g.pt"))
        for batch in some[3:]:
            torch.manual_seed(5)
            expected = trainer.step(batch)
            torch.manual_seed(5)
            assert other.step(batch) == expected
        theirs = trainer.average.state_dict()
        assert all(torch.equal(value, theirs[key]) for key, value in other.average.state_dict().items())

    def test_the_average_follows_slowly(
        self, prepared: tuple[list[Example], LatentStats], generator_run: GeneratorRun
    ) -> None:
        trainer = GeneratorTrainer(CONFIG.generator, CONFIG.codec.latent_dim, replace(generator_run, ema=0.9))
        start = trainer.average.condition.prior.weight.clone()
        for batch in batches(prepared, 10):
            trainer.step(batch)
        fast, slow = trainer.generator.condition.prior.weight, trainer.average.condition.prior.weight
        assert 0 < (slow - start).norm() < (fast - start).norm()
        assert not trainer.average.training

    def test_the_whole_loop_stops_and_resumes(
        self, prepared: tuple[list[Example], LatentStats], generator_run: GeneratorRun, tmp_path: Path
    ) -> None:
        examples, stats = prepared
        run = replace(generator_run, steps=50, batch=2)
        train_generator(CONFIG.generator, run, examples[:3], examples[3:], stats)
        seen: list[int] = []
        train_generator(
            CONFIG.generator,
            replace(run, steps=100, picture_every=25),
            examples[:3],
            examples[3:],
            stats,
            lambda _, step: seen.append(step),
        )
        assert checkpoint.load(tmp_path / "generator.pt")["done"] == 100
        assert seen == [75, 100]
        lines = [json.loads(line) for line in (tmp_path / "generator.jsonl").read_text().splitlines()]
        assert [line["step"] for line in lines] == [50, 100]


class TestQuantizer:
    def trained(self, books: int = 4, steps: int = 60) -> tuple[ResidualQuantizer, torch.Tensor]:
        torch.manual_seed(0)
        latents = torch.randn(4, 6, 100)
        quantizer = ResidualQuantizer(books, 32, 6).train()
        for _ in range(steps):
            quantizer(latents)
        return quantizer.eval(), latents

    def test_each_codebook_leaves_less(self) -> None:
        quantizer, latents = self.trained()
        left = [float((latents - quantizer(latents, used)[0]).pow(2).mean()) for used in range(1, 5)]
        assert left[0] < float(latents.pow(2).mean())
        assert all(after < 0.9 * before for before, after in pairwise(left))

    def test_shapes_and_what_codes_mean(self) -> None:
        quantizer, latents = self.trained()
        quantized, codes, loss = quantizer(latents)
        assert quantized.shape == latents.shape
        assert codes.shape == (4, 4, 100)
        assert loss.shape == ()
        books: Any = quantizer.codebooks
        again = sum(book.entries[codes[:, k]] for k, book in enumerate(books)).transpose(1, 2)
        assert torch.allclose(again, quantized, atol=1e-5)

    def test_the_gradient_goes_straight_through(self) -> None:
        quantizer, latents = self.trained()
        latents = latents.clone().requires_grad_()
        weight = torch.randn_like(latents)
        (quantizer(latents)[0] * weight).sum().backward()
        assert latents.grad is not None
        assert torch.allclose(latents.grad, weight)

    def test_the_codebook_loss_pulls_latents_to_entries(self) -> None:
        quantizer, latents = self.trained(books=1)
        latents = latents.clone().requires_grad_()
        quantized, _, loss = quantizer(latents)
        loss.backward()
        assert latents.grad is not None
        toward = ((quantized - latents) * -latents.grad).sum(1)
        assert (toward >= 0).all()

    def test_evaluation_changes_nothing_and_unused_entries_are_replaced(self) -> None:
        quantizer, latents = self.trained()
        before = copy.deepcopy(quantizer.state_dict())
        quantizer(latents * 3)
        assert all(torch.equal(before[key], value) for key, value in quantizer.state_dict().items())
        book = Codebook(8, 2, decay=0.5).train()
        cloud = torch.randn(200, 2)
        book(cloud)
        book.entries[3] = 1e6
        book.sums[3] = 1e6
        for _ in range(12):
            book(cloud)
        assert float(book.entries.abs().max()) < 10


class TestFiles:
    def test_a_checkpoint_comes_back(self, tmp_path: Path) -> None:
        state = {"done": 3, "net": {"w": torch.arange(4.0)}, "name": "x"}
        checkpoint.save(tmp_path / "deep" / "c.pt", state)
        again = checkpoint.load(tmp_path / "deep" / "c.pt")
        assert again["done"] == 3
        assert torch.equal(again["net"]["w"], state["net"]["w"])  # type: ignore[index]
        assert [path.name for path in (tmp_path / "deep").iterdir()] == ["c.pt"]

    def test_pickled_code_is_refused(self, tmp_path: Path) -> None:
        marker = tmp_path / "ran"
        torch.save({"done": Harmful(marker)}, tmp_path / "bad.pt")
        with pytest.raises(Exception, match=r"(?i)weights.only"):
            checkpoint.load(tmp_path / "bad.pt")
        assert not marker.exists()

    def test_a_shard_comes_back(self, tmp_path: Path) -> None:
        shard = tone(0.3)
        write_shard(shard, tmp_path)
        (again,) = read_shards([tmp_path])
        assert again.name == shard.name
        assert np.array_equal(again.audio, shard.audio)
        assert np.array_equal(again.f0, shard.f0)
        assert np.array_equal(again.gains, shard.gains)
        assert [path.suffix for path in tmp_path.iterdir()] == [".npz"]

    def test_crops_belong_together(self) -> None:
        batch = crops(frames=8).batch(3)
        assert batch["audio"].shape == batch["pulses"].shape == batch["hiss"].shape == (3, 8 * 512)
        assert batch["f0"].shape == (3, 16)
        assert batch["gains"].shape == (3, 16, 2, CONFIG.codec.bands)
        assert all(array.dtype == np.float32 for array in batch.values())
        with pytest.raises(ValueError, match="longer"):
            Crops([tone(0.1)], SUBHOP, 100, 0)

    def test_unvoiced_stretches_get_a_line(self) -> None:
        filled = continuous_f0(np.array([0, 100, 0, 400, 0], np.float64))
        assert filled == pytest.approx([100, 100, 200, 400, 400])
        assert continuous_f0(np.zeros(3)) == pytest.approx([220, 220, 220])


class Harmful:
    """What a checkpoint from a stranger might hold."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> Any:
        return Path.write_text, (self.marker, "ran")
