"""Distillation against what is known exactly: boundary, samplers, the flow of a normal; and the whole command."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from engine.diffusion import BetaSchedule, sample_ode, sample_second_order, timesteps
from engine.models import open_model
from engine.models.builders import build
from engine.singing.timing import SungNote, TimedPhone
from engine.train import checkpoint, distil
from engine.train.consistency import COLDEST, TOLD, Distillation, DistilRun, heated, move, noised
from engine.train.consistency import distil as train_student
from engine.train.corpus.singing import SungPhrase, write_phrase
from engine.train.flow import Rectification
from engine.train.generator import Example, LatentStats, collate, prepare_examples
from tests import tiny_voice
from tests.conftest import TinyVoice

SCHEDULE = BetaSchedule()
DIM = tiny_voice.CONFIG.codec.latent_dim


@pytest.fixture(autouse=True, scope="module")
def _one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def phrase(name: str, seconds: float = 1.5, label: str = "AA") -> SungPhrase:
    frames = round(seconds * 48_000 / 512)
    rng = np.random.default_rng(len(name))
    end_s = frames * 512 / 48_000
    return SungPhrase(
        name=name,
        speaker=0,
        tempo_bpm=100.0,
        audio=np.round(3000 * rng.standard_normal(frames * 512)).astype(np.int16),
        f0=np.full(2 * frames, 220.0, np.float32),
        gains=np.zeros((2 * frames, 2, 4), np.float16),
        phones=(TimedPhone("M", 0.0, 0.2, 0), TimedPhone(label, 0.2, end_s, 0)),
        notes=(SungNote(0.0, end_s, 57),),
    )


@pytest.fixture(scope="module")
def made() -> tiny_voice.TinyNetworks:
    return tiny_voice.networks()


@pytest.fixture(scope="module")
def examples(made: tiny_voice.TinyNetworks) -> list[Example]:
    return prepare_examples([phrase("a"), phrase("bb")], made.codec, tiny_voice.PHONE_IDS)[0]


def batch_of(examples: list[Example], made: tiny_voice.TinyNetworks, seed: int = 0) -> dict[str, Tensor]:
    return collate(examples, LatentStats(made.mean, made.std), 48, np.random.default_rng(seed))


def run_for(folder: Path, **changes: float) -> DistilRun:
    return DistilRun(folder, **{"batch": 2, "window_frames": 48, "learning_rate": 3e-3, **changes})  # type: ignore[arg-type]


class NormalDenoiser(nn.Module):
    """E[z_0 | z_t] of a normal around `mean`: the flow of its ODE is known."""

    def __init__(self, mean: float = 0.8, spread: float = 0.6) -> None:
        super().__init__()
        self.mean, self.spread = mean, spread
        self.weight = nn.Parameter(torch.zeros(1))

    def forward(self, z: Tensor, mu: Tensor, h_cond: Tensor, t: Tensor) -> Tensor:
        a = torch.exp(-0.5 * (SCHEDULE.beta_0 * t + 0.5 * (SCHEDULE.beta_1 - SCHEDULE.beta_0) * t**2))[:, None, None]
        expected = (1 - a) * mu + a * self.mean
        gain = a * self.spread**2 / (a**2 * self.spread**2 + 1 - a**2)
        return self.mean + gain * (z - expected) + 0 * self.weight

    def end_of(self, z: Tensor, mu: Tensor, t: float) -> Tensor:
        a = SCHEDULE.decay(t)
        away = z - ((1 - a) * mu + a * self.mean)
        return self.mean + self.spread * away / np.sqrt(a**2 * self.spread**2 + SCHEDULE.variance(t))


def test_at_time_zero_the_denoiser_gives_back_what_it_got(made: tiny_voice.TinyNetworks) -> None:
    z, mu = torch.randn(2, DIM, 9), torch.randn(2, DIM, 9)
    h_cond = torch.randn(2, tiny_voice.CONFIG.generator.hidden, 9)
    with torch.no_grad():
        torch.testing.assert_close(made.generator.denoiser(z, mu, h_cond, torch.zeros(2)), z, rtol=1e-4, atol=1e-5)


def test_a_move_is_the_samplers_move() -> None:
    z, mu, denoised = (torch.randn(1, 3, 7) for _ in range(3))
    times = np.array([0.7, 0.2, 0.0])
    after = sample_ode(
        lambda z, t: denoised[0].numpy() if t > 0.5 else z,
        z[0].numpy(),
        mu[0].numpy(),
        SCHEDULE,
        times[:2],
        np.random.default_rng(0),
    )
    ours = move(z, denoised, mu, torch.tensor([0.7]), torch.tensor([0.2]), SCHEDULE)
    np.testing.assert_allclose(ours[0].numpy(), after, atol=1e-5)


def test_noise_is_of_any_temperature_and_lies_where_the_process_puts_it() -> None:
    torch.manual_seed(0)
    noise = heated(torch.randn(400, 2, 200))
    strength = noise.std(dim=(1, 2))
    assert strength.min() > 0.9 * COLDEST
    assert strength.max() < 1.1
    assert strength.std() > 0.1
    t = torch.full((400,), 0.5)
    z = noised(torch.full_like(noise, 2.0), torch.full_like(noise, -1.0), torch.randn_like(noise), t, SCHEDULE)
    a = SCHEDULE.decay(0.5)
    assert z.mean().item() == pytest.approx(2 * a - (1 - a), abs=0.01)
    assert z.var().item() == pytest.approx(SCHEDULE.variance(0.5), rel=0.02)


def test_the_teachers_step_follows_the_ode(made: tiny_voice.TinyNetworks, tmp_path: Path) -> None:
    distillation = Distillation(made.generator, run_for(tmp_path))
    exact = NormalDenoiser()
    distillation.teacher = made.generator.__class__(tiny_voice.CONFIG.generator, DIM)
    distillation.teacher.denoiser = exact  # type: ignore[assignment]
    z, mu, h_cond = torch.randn(4, DIM, 9), torch.randn(4, DIM, 9), torch.zeros(4, 1, 9)
    times = timesteps(SCHEDULE, 18)
    heun, euler = [], []
    for first, after in pairwise(times[:-1]):
        t, then = (torch.full((4,), float(x)) for x in (first, after))
        end = exact.end_of(z, mu, float(first))
        straight = move(z, exact(z, mu, h_cond, t).detach(), mu, t, then, SCHEDULE)
        heun.append((exact.end_of(distillation._moved(z, mu, h_cond, t, then), mu, float(after)) - end).abs().mean())
        euler.append((exact.end_of(straight, mu, float(after)) - end).abs().mean())
    assert sum(heun) < 0.25 * sum(euler)
    assert max(heun) < 0.02


def test_an_end_is_where_the_sampler_ends(made: tiny_voice.TinyNetworks, tmp_path: Path) -> None:
    rectification = Rectification(made.generator, run_for(tmp_path, teacher_steps=5))
    noise, mu = torch.randn(1, DIM, 12), torch.randn(1, DIM, 12)
    h_cond = torch.randn(1, tiny_voice.CONFIG.generator.hidden, 12)
    end = rectification.end_of(noise, mu, h_cond)

    def denoise(z: np.ndarray, t: float) -> np.ndarray:
        with torch.no_grad():
            said = made.generator.denoiser(torch.from_numpy(z)[None], mu, h_cond, torch.tensor([t]))
        return np.asarray(said[0].numpy())

    start = mu[0].numpy() + np.sqrt(SCHEDULE.variance(1.0)).astype(np.float32) * noise[0].numpy()
    times = timesteps(SCHEDULE, 5)
    wanted = sample_second_order(denoise, start, mu[0].numpy(), SCHEDULE, times, np.random.default_rng(0))
    # The sampler weighs the last two estimates by the exact moment, the training by half a step.
    assert np.abs(end[0].numpy() - wanted).mean() < 0.05 * np.abs(wanted).mean()


@pytest.mark.parametrize("method", [Distillation, Rectification])
def test_one_step_of_the_student_is_nearer_to_the_end_than_one_of_the_teacher(
    method: type[Distillation], made: tiny_voice.TinyNetworks, examples: list[Example], tmp_path: Path
) -> None:
    distillation = method(made.generator, run_for(tmp_path, steps=200, stages=4, teacher_steps=5, ema=0.9))
    judge = Rectification(made.generator, run_for(tmp_path, teacher_steps=16))
    for number in range(200):
        distillation.step(batch_of(examples, made, number))
    with torch.no_grad():
        torch.manual_seed(5)
        batch = batch_of(examples, made, 999)
        h_cond, mu = made.generator.condition(*(batch[name] for name in TOLD))
        noise, one = torch.randn_like(mu), torch.ones(2)
        end = judge.end_of(noise, mu, h_cond)
        z = noised(mu, mu, noise, one, SCHEDULE)
        before = (made.generator.denoiser(z, mu, h_cond, one) - end).square().mean()
        after = (distillation.average(z, mu, h_cond, one) - end).square().mean()
    assert after < 0.85 * before


def test_the_teacher_stays_as_it_was(made: tiny_voice.TinyNetworks, examples: list[Example], tmp_path: Path) -> None:
    kept = {name: value.clone() for name, value in made.generator.state_dict().items()}
    distillation = Distillation(made.generator, run_for(tmp_path))
    distillation.step(batch_of(examples, made))
    assert all(torch.equal(value, kept[name]) for name, value in made.generator.state_dict().items())
    student = distillation.student.state_dict()
    assert any(not torch.equal(value, kept[f"denoiser.{name}"]) for name, value in student.items())


def test_a_stop_costs_nothing(made: tiny_voice.TinyNetworks, examples: list[Example], tmp_path: Path) -> None:
    stats = LatentStats(made.mean, made.std)
    first = Distillation(made.generator, run_for(tmp_path, steps=3))
    train_student(first, examples, stats)
    again = Distillation(made.generator, run_for(tmp_path, steps=3))
    resumed = train_student(again, examples, stats)
    assert again.done == 3
    for ours, theirs in zip(resumed.parameters(), first.average.parameters(), strict=True):
        assert torch.equal(ours, theirs)
    assert checkpoint.steps_done(tmp_path / "consistency.pt") == 3


@pytest.mark.parametrize("method", ["consistency", "flow"])
def test_the_command_makes_a_voice_of_few_steps(method: str, tiny_voice: TinyVoice, tmp_path: Path) -> None:
    voice, songs, out = tiny_voice.folder, tmp_path / "songs", tmp_path / "fast"
    songs.mkdir()
    write_phrase(phrase("sung"), songs / "sung.npz")
    write_phrase(phrase("foreign", label="HY"), songs / "foreign.npz")
    words = ["--voice", str(voice), "--phrases", str(songs), "--work", str(tmp_path / "work"), "--out", str(out)]
    assert distil.main([*words, "--method", method, "--steps", "2", "--batch", "1"]) == 0
    before, after = open_model(voice), open_model(out)
    changed = {name for name, digest in after.manifest.files.items() if before.manifest.files[name] != digest}
    assert changed == {"denoiser.onnx"}
    assert after.manifest.settings["sampling"]["num_steps"] == distil.STEPS
    built = build(after)
    said = built.denoise(*(np.zeros((DIM, 5), np.float32),) * 2, np.zeros((16, 5), np.float32), 0.5)
    assert said.shape == (DIM, 5)


def test_songs_in_other_sounds_are_refused(
    tiny_voice: TinyVoice, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    voice, songs = tiny_voice.folder, tmp_path / "songs"
    songs.mkdir()
    write_phrase(phrase("foreign", label="HY"), songs / "foreign.npz")
    words = ["--voice", str(voice), "--phrases", str(songs), "--work", str(tmp_path), "--out", str(tmp_path / "out")]
    assert distil.main(words) == 2
    assert "can sing none" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
