"""What is heard and how it is perturbed: closed-form spectra against synthesised ones, words kept, pitch moved."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.codec.harmonic import BandFilters, mel, pulse_train, synthesize
from engine.codec.log_mel import FLOOR, MEL_BANDS, band_edges
from engine.train.corpus.gains import GAIN_BANDS, LOWEST
from engine.train.corpus.shards import PCM_PEAK, Shard, write_shard
from engine.train.unlabelled.clusters import assign, cepstra, fit_clusters, halved, mel_cepstra
from engine.train.unlabelled.heard import KEPT_BANDS, Clip, hear, joined, prepare, read_clips, windows
from engine.train.unlabelled.perturb import equaliser, moved_pitch, perturbed, redrawn, shifted

RATE, SUBHOP, FRAMES = 48_000, 256, 60
FILTERS = BandFilters(RATE, SUBHOP, GAIN_BANDS)


def vowel(formants: tuple[float, ...], f0_hz: float = 200.0, frames: int = FRAMES) -> Shard:
    """A held vowel with some breath: its sound, and the gains that made it."""
    hz = FILTERS.band_hz
    envelope = -2.5 - 1.2 * mel(hz) / 1000
    for formant in formants:
        envelope = envelope + 2.2 * np.exp(-0.5 * ((mel(hz) - mel(formant)) / 90) ** 2)
    gains = np.zeros((2 * frames, 2, GAIN_BANDS), np.float16)
    gains[:, 0], gains[:, 1] = envelope, envelope - 4
    f0 = np.full(2 * frames, f0_hz, np.float32)
    hiss = np.random.default_rng(0).standard_normal(2 * frames * SUBHOP, dtype=np.float32)
    wide = gains.astype(np.float32)
    samples = synthesize(wide[:, 0], wide[:, 1], pulse_train(f0, RATE, SUBHOP), hiss, FILTERS)
    return Shard("vowel", np.round(np.clip(samples, -1, 1) * PCM_PEAK).astype(np.int16), f0, gains)


def clip_of(shard: Shard) -> Clip:
    return hear(shard.audio, shard.f0, shard.gains, shard.name)


AH, EE = (750.0, 1250.0, 2600.0), (300.0, 2300.0, 3000.0)


class TestHearing:
    def test_shapes_and_voicing(self) -> None:
        shard = vowel(AH)
        shard.gains[:FRAMES, 0] = LOWEST
        clip = clip_of(shard)
        assert clip.mel.shape == (MEL_BANDS, FRAMES)
        assert clip.gains.shape == (FRAMES, 2, KEPT_BANDS)
        assert not clip.voiced[: FRAMES // 2].any()
        assert clip.voiced[FRAMES // 2 :].all()

    def test_shards_are_heard_once(self, tmp_path: Path) -> None:
        write_shard(vowel(AH), tmp_path / "work" / "real" / "yuki")
        prepare(tmp_path / "work", tmp_path / "heard")
        (clip,) = read_clips(tmp_path / "heard", "real/yuki")
        np.testing.assert_array_equal(clip.mel, clip_of(vowel(AH)).mel)
        before = (tmp_path / "heard/real/yuki/vowel.npz").stat().st_mtime_ns
        prepare(tmp_path / "work", tmp_path / "heard")
        assert (tmp_path / "heard/real/yuki/vowel.npz").stat().st_mtime_ns == before

    def test_short_clips_are_put_behind_each_other(self) -> None:
        clips = [clip_of(vowel(AH)), clip_of(vowel(EE)), clip_of(vowel(AH))]
        (long,) = joined(clips, 2 * FRAMES)
        assert len(long.f0) == long.mel.shape[1] == 2 * FRAMES
        np.testing.assert_array_equal(long.mel[:, FRAMES:], clips[1].mel)
        quiet = redrawn(long.gains[FRAMES:], long.f0[FRAMES:], 1.0, long.level)
        np.testing.assert_allclose(quiet, redrawn(clips[1].gains, clips[1].f0, 1.0, clips[1].level), atol=0.03)

    def test_windows_lie_inside_their_clips(self) -> None:
        clips = [clip_of(vowel(AH)), clip_of(vowel(EE, frames=20))]
        found = list(windows(clips, 30, 50, np.random.default_rng(0)))
        assert {id(clip) for clip, _ in found} == {id(clips[0])}
        assert {start for _, start in found} <= set(range(FRAMES - 29))

    def test_a_window_longer_than_all_is_refused(self) -> None:
        with pytest.raises(ValueError, match="as long as one window"):
            list(windows([clip_of(vowel(AH))], 500, 1, np.random.default_rng(0)))


class TestPerturbation:
    @pytest.mark.parametrize("f0_hz", [110.0, 200.0, 440.0])
    def test_the_closed_form_is_the_spectrum_of_the_sound(self, f0_hz: float) -> None:
        clip = clip_of(vowel(AH, f0_hz))
        inside = slice(8, FRAMES - 8)
        drawn = redrawn(clip.gains, clip.f0, 1.0, clip.level)[:, inside]
        heard = clip.mel.astype(np.float32)[:, inside]
        loud = heard.mean(axis=1) > -5
        away = (drawn - heard).mean(axis=1)[loud]
        assert np.abs(np.median(away)) < 0.08
        assert np.abs(away).mean() < 0.2

    def test_a_moved_pitch_moves_the_harmonics_alone(self) -> None:
        clip = clip_of(vowel(AH))
        higher = redrawn(clip.gains, moved_pitch(clip.f0, 12.0, 1.0), 1.0, clip.level)
        expected = clip_of(vowel(AH, 400.0))
        wanted = redrawn(expected.gains, expected.f0, 1.0, clip.level)
        np.testing.assert_allclose(higher, wanted, atol=0.05)

    @pytest.mark.parametrize("stretch", [0.8, 1.25])
    def test_formants_follow_the_stretch(self, stretch: float) -> None:
        clip = clip_of(vowel((1500.0,)))
        noise = clip.gains.copy()
        noise[:, 0], noise[:, 1] = LOWEST, clip.gains[:, 0]
        peak = redrawn(noise, clip.f0, stretch, clip.level).mean(axis=1).argmax()
        centre = band_edges()[peak + 1]
        assert centre == pytest.approx(1500.0 * stretch, rel=0.06)

    def test_spread_widens_the_movement_and_keeps_the_middle(self) -> None:
        f0 = 300 * np.exp2(0.05 * np.sin(np.arange(200) / 5)).astype(np.float32)
        octaves, wide = np.log2(f0), np.log2(moved_pitch(f0, 0.0, 1.5))
        assert np.ptp(wide) == pytest.approx(1.5 * np.ptp(octaves), rel=0.01)
        assert np.median(wide) == pytest.approx(np.median(octaves), abs=0.01)

    def test_shift_by_whole_bands_is_a_roll(self) -> None:
        values = np.random.default_rng(0).standard_normal((MEL_BANDS, 5)).astype(np.float32)
        np.testing.assert_allclose(shifted(values, 2.0)[2:], values[:-2], atol=1e-6)
        np.testing.assert_allclose(shifted(values, -1.0)[:-1], values[1:], atol=1e-6)

    def test_every_window_is_another_and_stays_in_range(self) -> None:
        clip, rng = clip_of(vowel(AH)), np.random.default_rng(0)
        takes = [perturbed(clip, 10, 40, rng) for _ in range(8)]
        assert all(take.shape == (MEL_BANDS, 40) and take.dtype == np.float32 for take in takes)
        assert all(np.isfinite(take).all() and take.min() >= np.log(FLOOR) - 1e-4 for take in takes)
        assert all(np.abs(a - b).mean() > 0.05 for a, b in pairwise(takes))

    def test_words_outlast_it(self) -> None:
        """Perturbed or not, the two vowels are farther apart than each is from itself, band means taken out."""
        rng = np.random.default_rng(1)

        def shape(clip: Clip) -> np.ndarray:
            rows = np.mean([perturbed(clip, 0, FRAMES, rng).mean(axis=1) for _ in range(12)], axis=0)
            smooth: np.ndarray = np.convolve(rows - rows.mean(), np.ones(7) / 7, "same")
            return smooth

        ah, again, ee = shape(clip_of(vowel(AH))), shape(clip_of(vowel(AH))), shape(clip_of(vowel(EE)))
        assert np.linalg.norm(ah - again) < 0.5 * np.linalg.norm(ah - ee)

    def test_an_equaliser_is_smooth_and_bounded(self) -> None:
        curves = np.array([equaliser(np.random.default_rng(seed)) for seed in range(20)])
        assert np.abs(np.diff(curves, axis=1)).max() < 1.2
        assert np.abs(curves).max() < 5.0


class TestClusters:
    def test_cepstra_of_the_envelope_do_not_know_the_pitch(self) -> None:
        low, high, other = (cepstra(clip_of(v)) for v in (vowel(AH, 130.0), vowel(AH, 390.0), vowel(EE, 130.0)))
        assert low.shape == (FRAMES // 2, 39)
        np.testing.assert_allclose(low, high, atol=1e-3)
        assert low.shape == other.shape

    def test_two_vowels_fall_apart(self) -> None:
        clip = joined([clip_of(vowel(AH)), clip_of(vowel(EE))], 2 * FRAMES)[0]
        rows = cepstra(clip)
        found = assign(torch.from_numpy(rows), fit_clusters(torch.from_numpy(rows), 2)).numpy()
        assert len(set(found[2 : FRAMES // 2 - 4])) == len(set(found[FRAMES // 2 + 4 : -2])) == 1
        assert found[4] != found[-4]

    def test_odd_lengths_keep_their_last_frame(self) -> None:
        np.testing.assert_allclose(halved(np.array([[0.0], [2.0], [5.0]])), [[1.0], [5.0]])
        assert mel_cepstra(np.zeros((MEL_BANDS, 7), np.float32)).shape == (4, 39)

    def test_more_clusters_than_frames_is_refused(self) -> None:
        with pytest.raises(ValueError, match="cannot make"):
            fit_clusters(torch.zeros(3, 2), 4)
