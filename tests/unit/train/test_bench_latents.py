"""The study of noise on latents: nothing added loses nothing, more added loses more, and a codec that is perfect."""

from __future__ import annotations

import json

import numpy as np
import pytest
import soundfile

from engine.train import bench_latents
from tests import tiny_separator

RATE = 44_100


@pytest.fixture
def songs(tmp_path):
    rng = np.random.default_rng(0)
    vocals = 0.1 * rng.standard_normal((4 * RATE, 2))
    place = tmp_path / "songs" / "held-one"
    place.mkdir(parents=True)
    soundfile.write(place / "vocals.wav", vocals, RATE, subtype="FLOAT")
    soundfile.write(place / "mixture.wav", vocals + 0.1 * rng.standard_normal(vocals.shape), RATE, subtype="FLOAT")
    return tmp_path / "songs"


@pytest.fixture
def user(tmp_path, monkeypatch):
    tiny_separator.make(tmp_path / "user" / "data" / "models" / "tiny")
    monkeypatch.setenv("MELISMA_DATA", str(tmp_path / "user"))


def test_noise_costs_what_it_must(songs, user, tmp_path, capsys):
    """The tiny separator's latents are the samples, so the SDR is that of the noise itself."""
    files = [f"--markdown={tmp_path / 'table.md'}", f"--picture={tmp_path / 'curve.png'}"]
    words = ["--songs", str(songs), "--separator", tiny_separator.SEPARATOR_ID, "--json", *files]
    assert bench_latents.main(words) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    figures = [row["vocals"]["sdr_db"] for row in rows]
    assert figures == sorted(figures, reverse=True)
    assert rows[0]["vocals"]["sdr_db"] > 60
    assert rows[0]["vocals"]["stft_distance"] < rows[-1]["vocals"]["stft_distance"]
    assert (tmp_path / "table.md").read_text().count("\n|") == len(rows) + 2
    assert (tmp_path / "curve.png").stat().st_size > 5000


def test_songs_of_pauses_are_one_sentence(songs, user, capsys):
    for name in ("vocals", "mixture"):
        soundfile.write(songs / "held-one" / f"{name}.wav", np.zeros((4 * RATE, 2)), RATE)
    words = ["--songs", str(songs), "--separator", tiny_separator.SEPARATOR_ID]
    assert bench_latents.main(words) == 2
    assert "sings all through" in capsys.readouterr().err


def test_no_songs_is_one_sentence(user, tmp_path, capsys):
    assert bench_latents.main(["--songs", str(tmp_path)]) == 2
    assert "no song" in capsys.readouterr().err
