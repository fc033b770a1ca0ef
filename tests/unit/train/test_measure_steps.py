"""Quality against steps: what the figures say of sounds that are known, which row is chosen, and the command."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.models import open_model
from engine.models.builders import build
from engine.singing.timing import SungNote, TimedPhone
from engine.train import bench_steps
from engine.train.corpus.singing import SungPhrase, write_phrase
from engine.train.measure.steps import Material, Setting, copies, judge, means, measure, prepare, sampled, singable
from engine.train.measure.steps_table import chosen, markdown
from tests.conftest import TinyVoice


def _phrase(name: str, label: str = "AA") -> SungPhrase:
    frames, rng = 60, np.random.default_rng(1)
    end_s = frames * 512 / 48_000
    swell = np.repeat(rng.uniform(200, 4000, frames), 512)
    return SungPhrase(
        name=name,
        speaker=0,
        tempo_bpm=100.0,
        audio=np.round(swell * rng.standard_normal(frames * 512)).astype(np.int16),
        f0=np.full(2 * frames, 220.0, np.float32),
        gains=np.zeros((2 * frames, 2, 4), np.float16),
        phones=(TimedPhone("M", 0.0, 0.2, 0), TimedPhone(label, 0.2, end_s, 0)),
        notes=(SungNote(0.0, end_s, 57),),
    )


@pytest.fixture(scope="module")
def folder(tiny_voice: TinyVoice, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny voice and two phrases, one of which it cannot sing."""
    folder = tmp_path_factory.mktemp("steps")
    shutil.copytree(tiny_voice.folder, folder / "tiny")
    (folder / "songs").mkdir()
    write_phrase(_phrase("sung"), folder / "songs" / "sung.npz")
    write_phrase(_phrase("foreign", "HY"), folder / "songs" / "foreign.npz")
    return folder


def _materials(folder: Path) -> tuple[Any, list[Material]]:
    voice = build(open_model(folder / "tiny"))
    return voice, prepare([_phrase("sung")], voice, lambda *_: None)


def test_the_teachers_own_latents_lack_nothing_and_a_still_picture_everything(folder: Path) -> None:
    voice, materials = _materials(folder)
    copy = judge(materials, copies(materials), voice)
    assert (copy.latent_variance, copy.latent_motion) == pytest.approx((1, 1))
    assert copy.distance == 0
    still = [np.repeat(m.latents.mean(axis=1, keepdims=True), m.latents.shape[1], axis=1) for m in materials]
    waxen = judge(materials, still, voice)
    assert waxen.latent_variance < 1e-3
    rough = [m.latents + np.random.default_rng(0).standard_normal(m.latents.shape, np.float32) for m in materials]
    assert judge(materials, rough, voice).latent_motion > 1.2
    assert judge(materials, means(materials), voice).distance > 0


def test_a_cold_take_has_no_variety_and_a_warm_one_has(folder: Path) -> None:
    voice, materials = _materials(folder)
    cold = measure(materials, voice, Setting("ode", 3, 0.0))
    warm = measure(materials, voice, Setting("ode", 3, 1.0))
    assert cold.variety < 1e-3 < warm.variety
    first, again = (sampled(materials[0], voice, Setting("sde", 2, 1.0), seed=3) for _ in range(2))
    np.testing.assert_array_equal(first, again)


def test_a_voice_sings_only_its_own_sounds(folder: Path) -> None:
    model = open_model(folder / "tiny")
    assert [p.name for p in singable([_phrase("a"), _phrase("b", "HY")], model)] == ["a"]


def _row(steps: int, mcd_db: float, motion: float) -> dict[str, Any]:
    return {"sampler": "ode", "steps": steps, "temperature": 0.3, "mcd_db": mcd_db, "latent_motion": motion}


def test_the_row_that_moves_like_the_teacher_is_chosen_among_the_near_ones() -> None:
    smooth, right, slow, far = _row(1, 5.00, 0.7), _row(4, 5.02, 1.04), _row(16, 5.01, 1.0), _row(2, 5.5, 1.0)
    assert chosen([smooth, right, slow, far]) is right
    assert chosen([smooth, far]) is smooth
    assert chosen([slow]) is slow
    stochastic = {**_row(2, 4.9, 1.0), "sampler": "sde"}
    assert chosen([smooth, stochastic]) is smooth
    assert chosen([stochastic]) is stochastic


def test_the_command_writes_a_page_and_one_object(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = folder / "page.md"
    words = ["--voice", str(folder / "tiny"), "--phrases", str(folder / "songs"), "--seconds", "0.5"]
    words += [
        "--steps",
        "1,2",
        "--temperatures",
        "0.5",
        "--samplers",
        "ode,consistency",
        "--table",
        str(page),
        "--json",
    ]
    assert bench_steps.main(words) == 0
    facts = json.loads(capsys.readouterr().out)
    rows = facts["voices"][0]["rows"]
    assert [(row["sampler"], row["steps"]) for row in rows] == [
        ("ode", 1),
        ("ode", 2),
        ("consistency", 1),
        ("consistency", 2),
    ]
    assert facts["voices"][0]["pace"]["step"] > 0
    assert page.read_text() == markdown(facts)
    assert page.read_text().count("\n| ") == 1 + 2 + len(rows)
    (folder / "facts.json").write_text(json.dumps(facts))
    again = ["--before", *[str(folder / "facts.json")] * 2, "--table", str(page)]
    assert bench_steps.main(again) == 0
    assert page.read_text().count("## Tiny") == 2


@pytest.mark.parametrize("words", [["--steps", "0"], ["--samplers", "magic"], ["--temperatures", "-1"]])
def test_nonsense_is_refused(words: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        bench_steps.main(words)
    assert stopped.value.code == 2


def test_no_phrase_is_one_sentence(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "empty").mkdir(exist_ok=True)
    assert bench_steps.main(["--voice", str(folder / "tiny"), "--phrases", str(folder / "empty")]) == 2
    assert "none of the phrases" in capsys.readouterr().err
