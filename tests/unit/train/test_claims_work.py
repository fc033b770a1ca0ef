"""The claims' bench as a whole on songs of a second: every row is trained and measured once, a stop loses nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.errors import InputError, MelismaError
from engine.phonemize.phones import PHONES
from engine.singing.timing import SungNote, TimedPhone
from engine.train import checkpoint
from engine.train.claims import judging
from engine.train.claims.judging import STEPS
from engine.train.claims.material import is_put_aside, read_songs
from engine.train.claims.page import markdown
from engine.train.claims.plan import Plan, plan_of
from engine.train.claims.results import Results
from engine.train.claims.systems import REGULARISATIONS, SYSTEMS, runs
from engine.train.claims.training import BEGIN, LISTENER, keep_codec, keep_listener
from engine.train.claims.work import go_on, missing
from engine.train.config import CodecConfig, GeneratorConfig
from engine.train.corpus.singing import SungPhrase, write_phrase
from engine.train.networks.codec import Codec
from engine.train.unlabelled.listener import Listener, ListenerConfig
from tests.tiny_voice import CONFIG

EAR = ListenerConfig(hidden=16, layers=1, heads=2, reach=6, kernel=3, expansion=2, told=1)
FRAMES = 90


class TinyPlan(Plan):
    """The same plan around small networks."""

    def codec(self) -> CodecConfig:
        return replace(CONFIG.codec, bands=128)

    def generator(self, enhanced: bool = True) -> GeneratorConfig:
        return replace(CONFIG.generator, num_phones=96, frame_layers=int(enhanced))


def phrase(name: str, seed: int) -> SungPhrase:
    rng = np.random.default_rng(seed)
    end_s = FRAMES * 512 / 48_000
    swell = np.repeat(rng.uniform(200, 4000, FRAMES), 512)
    gains = np.stack([np.full((2 * FRAMES, 128), -3.0), np.full((2 * FRAMES, 128), -6.0)], axis=1)
    return SungPhrase(
        name,
        0,
        100.0,
        np.round(swell * rng.standard_normal(FRAMES * 512)).astype(np.int16),
        np.full(2 * FRAMES, 220.0, np.float32),
        gains.astype(np.float16),
        (TimedPhone("M", 0.0, 0.2, 0), TimedPhone(sorted(PHONES)[seed], 0.2, 0.3, 0), TimedPhone("AA", 0.3, end_s, 0)),
        (SungNote(0.0, end_s, 57),),
    )


class Deaf:
    """Stands for the recogniser, which takes seconds to load: hears the same whatever is sung."""

    def phones(self, samples: np.ndarray, sample_rate: int) -> list[str]:
        return ["M", "AA"]


@pytest.fixture(scope="module", autouse=True)
def deaf() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(judging, "Recogniser", Deaf)
        yield


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Songs to learn from and songs to judge on, a codec to begin with, something to listen with."""
    folder = tmp_path_factory.mktemp("corpus")
    for kind in ("sung", "sung_held"):
        (folder / kind / "kathleen").mkdir(parents=True)
    names = [f"lc{number}-000-en-1" for number in range(40)]
    learned = [name for name in names if not is_put_aside(name)][:6]
    for seed, name in enumerate(learned):
        write_phrase(phrase(name, seed), folder / "sung" / "kathleen" / f"{name}.npz")
    write_phrase(phrase("lc99-000-en-1", 7), folder / "sung_held" / "kathleen" / "lc99-000-en-1.npz")
    torch.manual_seed(0)
    checkpoint.save(folder / "codec.pt", {"codec": Codec(replace(CONFIG.codec, bands=128, latent_dim=9)).state_dict()})
    state = {"config": asdict(EAR), "listener": Listener(EAR).state_dict(), "optimizer": {}}
    checkpoint.save(folder / "listener.pt", state)
    return folder


def plan(corpus: Path) -> TinyPlan:
    return TinyPlan(
        str(corpus),
        seeds=1,
        codec_steps=2,
        generator_steps=2,
        batch=2,
        codec_frames=16,
        window_frames=24,
        held_seconds=0.5,
        latent_dim=CONFIG.codec.latent_dim,
    )


def quiet(stage: str, done: int, total: int) -> None:
    """No report."""


@pytest.fixture(scope="module")
def work(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bench that was stopped before its first step, then left to itself."""
    folder = tmp_path_factory.mktemp("work")
    keep_codec(folder, plan(corpus), corpus / "codec.pt")
    keep_listener(folder, corpus / "listener.pt")
    go_on(folder, plan(corpus), read_songs(plan(corpus)), 1e-9, quiet)
    assert len(missing(folder, plan(corpus))) == len(SYSTEMS)
    go_on(folder, plan(corpus), read_songs(plan(corpus)), 10, quiet)
    return folder


def test_every_row_is_measured(work: Path, corpus: Path) -> None:
    facts = Results(work).everything(plan(corpus))
    assert not missing(work, plan(corpus))
    assert all(facts["codecs"][name]["figures"]["distance"] == 0 for name in REGULARISATIONS)
    noises = [facts["codecs"][name]["neck_noise"] for name in ("none", "rvq", "kl")]
    assert noises[0] == 0
    assert min(noises[1:]) > 0
    for system in SYSTEMS:
        (row,) = facts["systems"][system.name]
        assert set(row["exponential"]) == set(row["euler"]) == {str(steps) for steps in STEPS}
    plain, whole = (facts["systems"][name][0]["parameters"] for name in ("plain", "whole"))
    assert plain < whole


def test_what_is_there_is_not_done_again(work: Path, corpus: Path) -> None:
    files = sorted((work / "results").glob("*.json")) + sorted((work / "generators").glob("*.pt"))
    before = [path.stat().st_mtime_ns for path in files]
    go_on(work, plan(corpus), read_songs(plan(corpus)), 10, quiet)
    assert [path.stat().st_mtime_ns for path in files] == before


def test_a_row_that_went_missing_is_measured_again_and_alike(work: Path, corpus: Path) -> None:
    results = Results(work)
    before = results.read("standard-1")
    (work / "results" / "standard-1.json").unlink()
    assert [run.name for run in missing(work, plan(corpus))] == ["standard-1"]
    go_on(work, plan(corpus), read_songs(plan(corpus)), 10, quiet)
    after = results.read("standard-1")
    assert before is not None
    assert after is not None
    assert after["exponential"]["4"]["distance"] == pytest.approx(before["exponential"]["4"]["distance"], rel=1e-5)


def test_without_a_listener_the_rows_of_hidden_singer_u_wait(corpus: Path, tmp_path: Path) -> None:
    wanted = {run.system.name for run in missing(tmp_path, plan(corpus))}
    assert wanted == {system.name for system in SYSTEMS if not system.joint}


def test_the_page_says_what_is_not_measured(work: Path, corpus: Path) -> None:
    facts = Results(work).everything(plan(corpus))
    assert not _unmeasured(markdown(facts))
    facts["systems"]["u-50"] = []
    facts["codecs"]["kl"] = None
    lacking = _unmeasured(markdown(facts))
    assert any(line.startswith("| HiddenSinger-U, 50 % without words |") for line in lacking)
    assert any(line.startswith("| kl |") for line in lacking)
    assert not any(line.startswith("| all of it") for line in lacking)


def _unmeasured(page: str) -> list[str]:
    return [line for line in page.splitlines() if "| not measured |" in line]


def test_a_damaged_result_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "whole-1.json").write_text("{")
    with pytest.raises(MelismaError, match="damaged"):
        Results(tmp_path).read("whole-1")


def test_the_plan_is_kept_and_another_one_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no plan"):
        plan_of(tmp_path, None)
    begun = plan_of(tmp_path, Plan("songs", generator_steps=9))
    assert plan_of(tmp_path, None) == begun
    with pytest.raises(InputError, match="another plan"):
        plan_of(tmp_path, Plan("songs", generator_steps=10))
    (tmp_path / "plan.json").write_text('{"what": 1}')
    with pytest.raises(InputError, match="is no plan"):
        plan_of(tmp_path, None)


def test_files_that_are_no_checkpoints_are_refused(corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "text.pt").write_text("no tensors")
    with pytest.raises(InputError, match="holds no codec"):
        keep_codec(tmp_path, plan(corpus), tmp_path / "text.pt")
    with pytest.raises(InputError, match="holds no codec"):
        keep_codec(tmp_path, plan(corpus), corpus / "listener.pt")
    with pytest.raises(InputError, match="holds no listener"):
        keep_listener(tmp_path, corpus / "codec.pt")
    with pytest.raises(InputError, match="no file"):
        keep_listener(tmp_path, tmp_path / "missing.pt")
    assert not (tmp_path / BEGIN).exists()
    assert not (tmp_path / LISTENER).exists()


def test_each_seed_trains_every_system_once() -> None:
    names = [run.name for run in runs(2)]
    assert len(set(names)) == len(names) == 2 * len(SYSTEMS)
    assert all(name.endswith("-1") for name in names[: len(SYSTEMS)])
