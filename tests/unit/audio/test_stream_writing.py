"""A WAV file that grows: readable at any length, RF64 above 4 GiB, with its time stamp."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.audio import Bext, WavWriter, quantize, read_bext

_quick = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def write(path: Path, blocks: list[np.ndarray], subtype: str, bext: Bext | None = None, rate: int = 48_000) -> None:
    with WavWriter(path, blocks[0].shape[0], rate, subtype, bext) as writer:
        for block in blocks:
            writer.write(block)


def noise(channels: int, length: int) -> np.ndarray:
    return np.random.default_rng(length).uniform(-0.9, 0.9, (channels, length)).astype(np.float32)


@_quick
@given(
    channels=st.integers(1, 5),
    lengths=st.lists(st.integers(0, 500), min_size=1, max_size=5),
    subtype=st.sampled_from(["PCM_16", "PCM_24", "FLOAT"]),
    position=st.none() | st.integers(0, 2**64 - 1),
    large=st.booleans(),
)
def test_what_was_written_is_read(
    tmp_path: Path, channels: int, lengths: list[int], subtype: Any, position: int | None, large: bool
) -> None:
    path, blocks = tmp_path / "a.wav", [noise(channels, length) for length in lengths]
    with pytest.MonkeyPatch.context() as patch:
        if large:
            patch.setattr("engine.audio.stream_writing.RIFF_LIMIT", 0)
        write(path, blocks, subtype, None if position is None else Bext(position, "where"))
    again, rate = soundfile.read(path, dtype="float32", always_2d=True)
    assert rate == 48_000
    np.testing.assert_array_equal(again.T, quantize(np.concatenate(blocks, axis=1), subtype))
    assert (soundfile.info(str(path)).format, soundfile.info(str(path)).subtype) == (
        "RF64" if large else "WAV",
        subtype,
    )
    stamp = read_bext(path)
    assert (None if stamp is None else stamp.time_reference_samples) == position


def test_a_stamp_behind_the_samples_of_a_large_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.audio.stream_writing.RIFF_LIMIT", 0)
    path, other = tmp_path / "a.wav", tmp_path / "b.wav"
    write(path, [noise(2, 100)], "FLOAT")
    write(other, [noise(1, 1)], "FLOAT", Bext(77))
    stamped = other.read_bytes()
    chunk = stamped[stamped.index(b"bext") : stamped.index(b"fmt ")]
    path.write_bytes(path.read_bytes() + chunk)
    stamp = read_bext(path)
    assert stamp is not None
    assert stamp.time_reference_samples == 77


def test_floats_are_never_clipped_and_integers_are(tmp_path: Path) -> None:
    loud = np.array([[2.0, -3.0, 0.25]], np.float32)
    for subtype, expected in [("FLOAT", loud), ("PCM_16", np.array([[1 - 2**-15, -1.0, 0.25]], np.float32))]:
        write(tmp_path / "a.wav", [loud], subtype)
        again, _ = soundfile.read(tmp_path / "a.wav", dtype="float32", always_2d=True)
        np.testing.assert_array_equal(again.T, expected)
