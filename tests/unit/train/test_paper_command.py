"""The paper's stages one after the other, the command line, and the bench."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from engine.train import checkpoint
from engine.train.paper.__main__ import main
from engine.train.paper.bench import BenchPlan, bench
from engine.train.paper.training import PaperPlan, train_paper
from tests import tiny_paper
from tests.tiny_paper import CONFIG

pytestmark = pytest.mark.filterwarnings("ignore:.*weight_norm:FutureWarning")


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made-up corpus; nobody writes here."""
    folder = tmp_path_factory.mktemp("paper")
    tiny_paper.write_corpus(folder)
    return folder


class TestPlan:
    def test_the_generator_keeps_the_codec_that_it_began_with(self, work: Path, tmp_path: Path) -> None:
        plan = PaperPlan(_linked(work, tmp_path / "work"), tmp_path / "voice", 1, 1, 2)
        assert train_paper(plan, CONFIG)
        kept = plan.kept / "generator-codec.pt"
        before = kept.read_bytes()
        state = checkpoint.load(plan.kept / "codec.pt")
        checkpoint.save(plan.kept / "codec.pt", {**state, "codec": {k: v + 1 for k, v in state["codec"].items()}})
        assert train_paper(replace(plan, generator_steps=2), CONFIG)
        assert kept.read_bytes() == before
        assert checkpoint.load(plan.kept / "generator.pt")["done"] == 2

    def test_no_time_gives_no_voice(self, work: Path, tmp_path: Path) -> None:
        plan = PaperPlan(_linked(work, tmp_path / "work"), tmp_path / "voice", 1, 1, 2, minutes=1e-9)
        assert train_paper(plan, CONFIG) is None
        assert not plan.out.exists()

    @pytest.mark.parametrize(
        ("words", "sentence"),
        [
            ((), "--work and --out"),
            (("--work", "{tmp}/w", "--out", "{tmp}/v"), "holds no corpus yet"),
            (("--work", "{tmp}/w", "--out", "{tmp}/v", "--data", "{tmp}"), "is missing"),
            (("--work", "{tmp}/w", "--out", "{tmp}"), "is no model"),
        ],
    )
    def test_bad_input_is_one_sentence(
        self, words: tuple[str, ...], sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "something").touch()
        assert main([word.format(tmp=tmp_path) for word in words], CONFIG) == 2
        told = capsys.readouterr().err
        assert sentence in told
        assert told.count("\n") == 1

    @pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
    def test_a_gpu_that_is_not_there(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["--bench", "--device", "cuda"]) == 2
        assert "no GPU" in capsys.readouterr().err


def _linked(work: Path, target: Path) -> Path:
    target.mkdir()
    for folder in work.iterdir():
        (target / folder.name).symlink_to(folder)
    return target


def test_the_bench_measures_both_configurations() -> None:
    from tests.tiny_voice import CONFIG as SHIPPED

    several = replace(SHIPPED, generator=replace(SHIPPED.generator, num_languages=2))
    found = bench(BenchPlan(batch=1, steps=1, rendered_s=0.5, rounds=1), CONFIG, several)
    for name in ("paper", "shipped"):
        assert found[name]["codec_steps_s"] > 0
        assert found[name]["generator_steps_s"] > 0
        rendering = found[name]["rendering"]
        assert rendering["on"]
        assert 0 < rendering["4_steps"] < rendering["50_steps"]
