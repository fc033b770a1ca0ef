"""Regions whose channels lie in files of their own."""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np
import pytest

from engine.audio import Audio, read_audio, write_audio
from engine.errors import InputError
from plugin_host.adapters.ardour_channels import join_channels
from plugin_host.spool.records import SpoolError

RATE = 48000
SESSION = ("session", "/s", "s", str(RATE), "/s")


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MELISMA_DATA", str(tmp_path / "user"))


def sound(path: Path, channels: int, seed: int, rate: int = RATE) -> np.ndarray:
    samples = 0.1 * np.random.default_rng(seed).standard_normal((channels, 5000)).astype(np.float32)
    write_audio(Audio(samples, rate), path, subtype="FLOAT")
    return samples


def region(name: str, length: int) -> tuple[str, ...]:
    return ("region", "7", name, "Mix", "audio", "1000", str(length), "0.0", "1.0")


def source(path: Path, offset: int = 0) -> tuple[str, ...]:
    return ("source", str(path), str(offset))


def test_two_files_become_one_that_holds_the_region(tmp_path: Path) -> None:
    left, right = tmp_path / "mix%L.wav", tmp_path / "mix%R.wav"
    samples = np.concatenate([sound(left, 1, 1), sound(right, 1, 2)])
    records = [SESSION, region("mix", 3000), source(left, 500), source(right, 500), region("other", 10)]
    *first, joined, last = join_channels(records)
    assert first == [SESSION, region("mix", 3000)]
    assert last == region("other", 10)
    assert joined[2] == "0"
    assert np.array_equal(read_audio(Path(joined[1])).samples, samples[:, 500:3500])
    assert join_channels(records)[2] == joined  # made once


def test_one_file_stays_as_it_is_however_often_it_is_named(tmp_path: Path) -> None:
    path = tmp_path / "mix.wav"
    sound(path, 2, 1)
    assert join_channels([SESSION, region("mix", 10), source(path, 5), source(path, 5)]) == [
        SESSION,
        region("mix", 10),
        source(path, 5),
    ]


def test_another_rate_than_the_sessions_is_said(tmp_path: Path) -> None:
    path = tmp_path / "slow.wav"
    sound(path, 1, 1, rate=44100)
    with pytest.raises(InputError, match="44100 Hz and the session 48000 Hz"):
        join_channels([SESSION, region("mix", 10), source(path)])


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="gone"):
        join_channels([SESSION, region("mix", 10), source(tmp_path / "gone.wav")])


def test_records_without_sounds_pass(tmp_path: Path) -> None:
    records = [SESSION, ("tempo", "0.0", "120.0"), region("mix", 10), ("note", "0", "1", "60", "90")]
    assert join_channels(records) == records
    assert join_channels([]) == []


def test_the_demo_without_ardour_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from gui.cli.main import run

    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert run(["demo", "daw", "--out", "shown"]) == 2
    said = capsys.readouterr().err
    assert "ardour" in said
    assert "apt-get install --no-install-recommends ardour xvfb xauth dbus" in said
    assert not (tmp_path / "shown").exists()


def test_joined_files_do_not_pile_up(tmp_path: Path) -> None:
    left, right = tmp_path / "mix%L.wav", tmp_path / "mix%R.wav"
    sound(left, 1, 1)
    sound(right, 1, 2)

    def joined(offset: int) -> Path:
        return Path(join_channels([SESSION, region("mix", 100), source(left, offset), source(right, offset)])[2][1])

    old, again = joined(0), joined(1)
    for path in (old, again):
        os.utime(path, (time.time() - 23 * 3600,) * 2)
    assert joined(1) == again  # used again, so it counts as new
    os.utime(old, (time.time() - 25 * 3600,) * 2)
    new = joined(2)
    assert sorted(new.parent.iterdir()) == sorted([again, new])


def test_a_source_of_no_region_is_a_fault_of_the_script(tmp_path: Path) -> None:
    for name in ("a", "b"):
        sound(tmp_path / f"{name}.wav", 1, 1)
    with pytest.raises(SpoolError):
        join_channels([SESSION, source(tmp_path / "a.wav"), source(tmp_path / "b.wav")])
