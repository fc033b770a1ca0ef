"""`melisma train animator` from lines to a package that moves a face; on from a stop."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.api import AvatarRequest, make_motion
from engine.avatar.features import SAMPLE_RATE
from engine.avatar.line import SpokenPhone, SungLine, loudness_curve
from engine.jobs import JobContext
from engine.train import checkpoint
from engine.train.avatar.animator import main
from engine.train.avatar.lines import save_line


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder in which two lines were already made; `data` holds nothing more."""
    time = np.arange(4 * SAMPLE_RATE) / SAMPLE_RATE
    for number, hz in enumerate((180, 240)):
        samples = (0.3 * np.sign(np.sin(2 * np.pi * hz * time)) * (np.sin(4 * time) > 0)).astype(np.float32)
        phones = (SpokenPhone("AA", 0, 1.5), SpokenPhone("M", 1.5, 1.7), SpokenPhone("IY", 1.7, 4))
        sung = SungLine(phones, np.full(400, hz, np.float32), loudness_curve(samples, SAMPLE_RATE), (0.0, 1.0, 2.0))
        save_line(tmp_path / "work" / "lines" / f"sung-train-{number:04d}.npz", samples, sung)
    (tmp_path / "data").mkdir()
    return tmp_path


def train(folder: Path, *more: object) -> int:
    words = [
        "--data",
        folder / "data",
        "--work",
        folder / "work",
        "--out",
        folder / "user" / "data" / "models" / "mine",
    ]
    sizes = [
        "--config",
        "tiny",
        "--no-half",
        "--drawn",
        2,
        "--ways",
        2,
        "--takes",
        2,
        "--batch",
        2,
        "--ear-steps",
        2,
        "--steps",
        3,
    ]
    return main([str(word) for word in (*words, *sizes, "--sung", 0, "--read", 0, *more)])


def test_from_lines_to_a_moving_face_and_on_from_a_stop(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert train(folder) == 0
    assert "differ from the network by" in capsys.readouterr().out
    corpus = folder / "work" / "corpus.npz"
    prepared = corpus.stat().st_mtime_ns
    assert checkpoint.steps_done(folder / "work" / "singer.pt") == 3
    assert checkpoint.steps_done(folder / "work" / "ear.pt") == 2
    assert train(folder, "--steps", 5) == 0
    assert checkpoint.steps_done(folder / "work" / "singer.pt") == 5
    assert corpus.stat().st_mtime_ns == prepared
    monkeypatch.setenv("MELISMA_DATA", str(folder / "user"))
    noise = 0.2 * np.random.default_rng(0).standard_normal(SAMPLE_RATE)
    soundfile.write(folder / "v.wav", noise, SAMPLE_RATE)
    request = AvatarRequest(folder / "v.wav", folder / "a.mp4", animator="mine", device="cpu", threads=1)
    track = make_motion(request, JobContext())
    assert len(track) == 25
    assert track.values.std() > 0


@pytest.mark.parametrize(
    ("more", "saying"),
    [
        (("--data", "nowhere"), "nowhere is no folder"),
        (("--sung", 3), "openscore-lieder is missing"),
        (("--read", 3), "kathleen is missing"),
        (("--drawn", 0), "at least one"),
        (("--takes", 0), "at least one"),
        (("--out", "."), "is no model"),
        (("--work", "empty"), "no lines to learn from"),
    ],
)
def test_what_cannot_be_trained_is_one_sentence(
    folder: Path,
    more: tuple[str, object],
    saying: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (folder / "other").mkdir()
    (folder / "other" / "diary.txt").write_text("dear diary")
    monkeypatch.chdir(folder / "other")
    assert train(folder, *more) == 2
    err = capsys.readouterr().err
    assert saying in err
    assert len(err.splitlines()) == 1
    assert (folder / "other" / "diary.txt").exists()
