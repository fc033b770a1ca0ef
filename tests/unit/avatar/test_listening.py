"""Any sound file is heard as mono at the network's rate."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from engine.avatar import listening
from engine.avatar.listening import read_vocals
from engine.errors import Cancelled, InputError
from engine.jobs import JobContext


@pytest.mark.parametrize(("rate", "channels"), [(48_000, 2), (16_000, 1), (44_100, 6)])
def test_a_tone_is_heard_as_it_is(tmp_path: Path, rate: int, channels: int) -> None:
    time = np.arange(round(2.5 * rate)) / rate
    tone = 0.4 * np.sin(2 * np.pi * 440 * time)
    sf.write(tmp_path / "a.wav", np.repeat(tone[:, None], channels, axis=1), rate, subtype="FLOAT")
    vocals = read_vocals(tmp_path / "a.wav", JobContext())
    assert vocals.duration_s == pytest.approx(2.5)
    assert vocals.audio.sample_rate == 16_000
    assert abs(vocals.audio.num_samples - 40_000) <= 2
    expected = 0.4 * np.sin(2 * np.pi * 440 * np.arange(40_000) / 16_000)
    inner = slice(400, 39_000)
    assert np.abs(vocals.audio.samples[0, inner] - expected[inner]).max() < 0.01


def test_what_is_no_vocal_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.wav").write_text("no sound")
    with pytest.raises(InputError):
        read_vocals(tmp_path / "a.wav", JobContext())
    sf.write(tmp_path / "long.wav", np.zeros(48_000), 16_000)
    monkeypatch.setattr(listening, "LONGEST_S", 2.0)
    with pytest.raises(InputError, match="longer than an hour"):
        read_vocals(tmp_path / "long.wav", JobContext())
    context = JobContext()
    context.token.cancel()
    with pytest.raises(Cancelled):
        read_vocals(tmp_path / "long.wav", context)
