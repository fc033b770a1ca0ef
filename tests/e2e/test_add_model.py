"""A user brings an MDX-Net, isolates with it, and takes it away again."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.separation.probe_song import probe_song
from tests import tiny_mdx
from tests.e2e.conftest import Command


@pytest.fixture
def file(work: Path) -> Path:
    return tiny_mdx.write_tuned(work / "Tuned.onnx", 6144)


class Terminal(io.StringIO):
    """Someone who types."""

    def isatty(self) -> bool:
        return True


def test_add_isolate_remove(command: Command, file: Path, work: Path) -> None:
    added = command("models", "add", file, "--n-fft", 6144, "--stem", "vocals", "--compensate", 1, "--device", "cpu")
    assert added.code == 0, added.err
    assert "Added the separator tuned" in added.out
    assert "gives the vocals up to 14.7 kHz with an n_fft of 6144" in added.out
    assert "(vocals, to 14.7 kHz)" in command("models", "list").out
    info = command("models", "info", "tuned", "--json").facts
    assert (info["role"], info["settings"]["n_fft"], info["bandwidth_hz"]) == ("separator", 6144, 14_700)
    assert command("models", "verify", "tuned").code == 0

    song = probe_song()
    mix = (song.vocals + song.band)[:, : 3 * 44_100]
    soundfile.write(work / "song.wav", mix.T, 44_100, "FLOAT")
    isolated = command("isolate", "song.wav", "--separator", "tuned", "--out", "out", "--device", "cpu")
    assert isolated.code == 0, isolated.err
    vocals, rest = (soundfile.read(work / "out" / f"song_{stem}.wav")[0].T for stem in ("vocals", "instrumental"))
    assert np.abs(vocals + rest - mix).max() < 1e-5
    known = song.vocals[:, : mix.shape[1]]
    assert np.mean((vocals - known) ** 2) < 0.5 * np.mean((mix - known) ** 2)

    sung = command("sing", "song.mid", "--out", "a.wav", "--voice", "tuned")
    assert sung.code == 2
    assert "tuned is a separator, not a voice" in sung.err
    assert "not a separator" in command("isolate", "song.wav", "--separator", "tiny", "--out", "out").err
    assert command("models", "remove", "tuned").code == 0
    assert command("models", "info", "tuned").code == 2


def test_what_is_not_known_is_asked(command: Command, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = command("models", "add", file)
    assert refused.code == 2
    assert "Say its n_fft" in refused.err
    assert "and which stem it gives (--n-fft, --stem)" in refused.err
    monkeypatch.setattr("sys.stdin", Terminal("vokals\nvocals\n\n"))
    added = command("models", "add", file, "--device", "cpu")
    assert added.code == 0, added.err
    assert "Its n_fft [6144]" in added.err  # what the probe found best
    monkeypatch.setattr("sys.stdin", Terminal(""))
    assert command("models", "add", file, "--id", "b").code == 130


def test_a_wrong_n_fft_is_refused_unless_wanted(command: Command, file: Path) -> None:
    words = ("models", "add", file, "--stem", "vocals", "--n-fft", 7680, "--device", "cpu")
    refused = command(*words, "--json")
    assert refused.code == 2
    assert "dB more of the other stem than with 6144" in refused.facts["error"]["message"]
    assert "tuned" not in command("models", "list").out
    added = command(*words, "--no-probe", "--json")
    assert (added.code, added.facts["probe"], added.facts["bandwidth_hz"]) == (0, None, 11_760)


def test_packages(command: Command, work: Path) -> None:
    added = command("models", "add", tiny_mdx.make(work / "packed", "instrumental"))
    assert added.code == 0, added.err
    assert "gives the instrumental" in added.out
    assert "called packed already" in command("models", "add", work / "packed").err
