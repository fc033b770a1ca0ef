"""What holds for every separator behind the pipeline: nothing moves, nothing clicks, nothing is lost."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.jobs import JobContext, Progress
from engine.models import open_model
from engine.separation.separator import SeparationSettings, Separator
from engine.separation.separators import build_separator
from tests import tiny_mdx, tiny_separator
from tests.separators import FakeSeparator, alternating, halved, music, peak_db, stream_vocals

KINDS = ("identity", "halved", "tiny", "tiny-unrefined", "tiny-eta", "mdx-vocals", "mdx-instrumental")


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_separator.make(tmp_path_factory.mktemp("separators") / "tiny")


@pytest.fixture(params=KINDS)
def separator(request: pytest.FixtureRequest, tiny: Path) -> Separator:
    settings = {
        "tiny": SeparationSettings(),
        "tiny-unrefined": SeparationSettings(refine="none"),
        "tiny-eta": SeparationSettings(eta=1.0, num_steps=2),
    }
    if request.param in settings:
        return build_separator(open_model(tiny, role="separator"), "cpu", 1, settings[request.param])
    if request.param.startswith("mdx-"):
        folder = tiny_mdx.make(tiny.parent / request.param, request.param.removeprefix("mdx-"))
        return build_separator(open_model(folder, role="separator"), "cpu", 1, SeparationSettings())
    return FakeSeparator() if request.param == "identity" else FakeSeparator(halved)


def segment(separator: Separator, seed: int = 0) -> np.ndarray:
    return music(2, separator.segment_samples, seed=seed)


def test_geometry(separator: Separator) -> None:
    assert 0 <= separator.overlap_samples < separator.segment_samples
    assert separator.sample_rate > 0
    assert separator.provider


def test_a_segment_keeps_its_shape_and_its_mix(separator: Separator) -> None:
    mix = segment(separator)
    before = mix.copy()
    vocals = separator.separate_segment(mix, 0, JobContext())
    assert (vocals.shape, vocals.dtype) == (mix.shape, np.float32)
    assert np.isfinite(vocals).all()
    np.testing.assert_array_equal(mix, before)


def test_the_same_place_gives_the_same_vocals(separator: Separator) -> None:
    mix = segment(separator)
    start = 3 * (separator.segment_samples - separator.overlap_samples)
    first, again = (separator.separate_segment(mix, start, JobContext()) for _ in range(2))
    np.testing.assert_array_equal(first, again)


@pytest.mark.parametrize("gain", [1e-3, 4.0])
def test_louder_in_is_louder_out(separator: Separator, gain: float) -> None:
    mix = segment(separator)
    vocals = separator.separate_segment(mix, 0, JobContext())
    scaled = separator.separate_segment(np.float32(gain) * mix, 0, JobContext())
    np.testing.assert_allclose(scaled, gain * vocals, atol=gain * 1e-5)


def test_steps_are_reported_in_order(separator: Separator) -> None:
    heard: list[Progress] = []
    separator.separate_segment(segment(separator), 0, JobContext(heard.append))
    assert heard
    assert [progress.done for progress in heard] == sorted(progress.done for progress in heard)
    assert all(0 <= progress.done <= progress.total for progress in heard)


@pytest.mark.parametrize("length", [1, 4000, 8192, 8193, 14_336, 14_337, 50_000])
@pytest.mark.parametrize("channels", [1, 2, 5])
def test_length_and_channels_stay(separator: Separator, length: int, channels: int) -> None:
    mix = music(channels, length)
    assert stream_vocals(separator, mix).shape == mix.shape


def test_silence_in_silence_out(separator: Separator) -> None:
    silence = np.zeros((2, 30_000), np.float32)
    assert not stream_vocals(separator, silence, 48_000).any()


def test_the_identity_leaves_no_instrumental() -> None:
    mix = music(2, 60_000)
    assert peak_db(mix - stream_vocals(FakeSeparator(), mix)) < -120


@pytest.mark.parametrize("rate", [48_000, 88_200, 96_000, 192_000])
def test_the_identity_leaves_no_instrumental_at_other_rates(rate: int) -> None:
    """What lies above the separator's own band would stay; here nothing does."""
    mix = music(2, rate, rate) * np.hanning(rate).astype(np.float32)
    assert peak_db(mix - stream_vocals(FakeSeparator(), mix, rate)) < -100


def test_chunked_is_whole(separator: Separator) -> None:
    """For a separator that works sample by sample, one long segment and many short ones are the same."""
    mix = music(2, 40_000)
    many = stream_vocals(separator, mix)
    whole = separator.separate_segment(mix[:, : separator.segment_samples], 0, JobContext())
    inner = slice(1024, separator.segment_samples - separator.overlap_samples)
    np.testing.assert_allclose(many[:, inner], whole[:, inner], atol=1e-5)
    np.testing.assert_allclose(many, stream_vocals(separator, mix, blocks=(7, 40_000, 123)), atol=1e-6)


def test_a_later_start_moves_the_result(separator: Separator) -> None:
    hop = separator.segment_samples - separator.overlap_samples
    mix = music(2, 30_000)
    later = np.concatenate([np.zeros((2, 2 * hop), np.float32), mix], axis=1)
    moved = stream_vocals(separator, later)
    np.testing.assert_allclose(moved[:, 2 * hop + hop :], stream_vocals(separator, mix)[:, hop:], atol=1e-5)


def test_a_seam_is_a_ramp() -> None:
    """Twenty per cent of difference between neighbours become steps of 0.2 / overlap, no more."""
    separator = FakeSeparator(alternating)
    mix = np.full((2, 60_000), 0.5, np.float32)
    vocals = stream_vocals(separator, mix)
    steps = np.abs(np.diff(vocals, axis=1))
    assert steps.max() <= 0.5 * 0.2 / separator.overlap_samples * 1.01
    assert vocals.min() == pytest.approx(0.45, abs=1e-6)
    assert vocals.max() == pytest.approx(0.55, abs=1e-6)


def test_mono_is_both_sides() -> None:
    def left_only(mix: np.ndarray, start: int) -> np.ndarray:
        np.testing.assert_array_equal(mix[0], mix[1])
        return mix * np.array([[1.0], [0.0]], np.float32)

    mix = music(1, 20_000)
    np.testing.assert_allclose(stream_vocals(FakeSeparator(left_only), mix), 0.5 * mix, atol=1e-7)


def test_channels_go_in_pairs() -> None:
    def swapped(mix: np.ndarray, start: int) -> np.ndarray:
        return mix[::-1]

    mix = music(5, 20_000)
    np.testing.assert_allclose(stream_vocals(FakeSeparator(swapped), mix), mix[[1, 0, 3, 2, 4]], atol=1e-7)


def test_the_tiny_separator_finds_the_middle(tiny: Path) -> None:
    separator = build_separator(open_model(tiny, role="separator"), "cpu", 1, SeparationSettings())
    mix = music(2, 30_000)
    middle = np.repeat(mix.mean(axis=0, keepdims=True), 2, axis=0)
    np.testing.assert_allclose(stream_vocals(separator, mix), tiny_separator.REFINED * middle, atol=1e-5)
