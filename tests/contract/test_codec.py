"""Every codec keeps these promises (engine/codec/base.py).  A new codec joins by one line in `CODECS`."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.codec.base import Codec
from engine.errors import Cancelled
from engine.jobs import CancelToken
from engine.models.hidden_singer import HiddenSinger

CODECS: dict[str, Callable[[HiddenSinger], Codec]] = {"harmonic": lambda singer: singer.codec}
CONTEXT = 24
"""Frames around a piece that the tiny codecs' layers can see."""

relaxed = settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(params=CODECS)
def codec(request: pytest.FixtureRequest, tiny_singer: HiddenSinger) -> Codec:
    return CODECS[request.param](tiny_singer)


def noise(length: int, seed: int = 0) -> np.ndarray:
    return (np.random.default_rng(seed).standard_normal(length) * 0.2).astype(np.float32)


def latents_and_f0(codec: Codec, frames: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    latents = rng.standard_normal((codec.latent_dim, frames), dtype=np.float32)
    return latents, rng.uniform(150, 300, frames * codec.subframes).astype(np.float32)


def test_it_answers_its_own_questions(codec: Codec) -> None:
    for answer in (codec.sample_rate, codec.hop_length, codec.latent_dim, codec.subframes):
        assert isinstance(answer, int)
        assert answer > 0
    assert codec.hop_length % codec.subframes == 0


@given(length=st.integers(1, 40_000))
@relaxed
def test_any_length_encodes_to_whole_frames(codec: Codec, length: int) -> None:
    latents = codec.encode(noise(length))
    assert latents.shape == (codec.latent_dim, -(-length // codec.hop_length))
    assert latents.dtype == np.float32
    assert np.isfinite(latents).all()


@given(frames=st.integers(1, 120))
@relaxed
def test_any_number_of_frames_decodes_to_its_samples(codec: Codec, frames: int) -> None:
    samples = codec.decode(*latents_and_f0(codec, frames), seed=1)
    assert samples.shape == (frames * codec.hop_length,)
    assert samples.dtype == np.float32
    assert np.isfinite(samples).all()


def test_the_seed_decides(codec: Codec) -> None:
    told = latents_and_f0(codec, 20)
    one = codec.decode(*told, seed=1)
    assert np.array_equal(one, codec.decode(*told, seed=1))
    assert not np.array_equal(one, codec.decode(*told, seed=2))


def test_inputs_stay_as_they_were(codec: Codec) -> None:
    latents, f0 = latents_and_f0(codec, 9)
    samples = noise(5000)
    kept = latents.copy(), f0.copy(), samples.copy()
    codec.decode(latents, f0, 0)
    codec.encode(samples)
    assert all(np.array_equal(a, b) for a, b in zip((latents, f0, samples), kept, strict=True))


def test_what_does_not_belong_together_is_refused(codec: Codec) -> None:
    latents, f0 = latents_and_f0(codec, 9)
    with pytest.raises(ValueError):
        codec.decode(latents, f0[:-1], 0)
    with pytest.raises(ValueError):
        codec.decode(latents[:-1], f0, 0)


def test_a_cancelled_token_stops_it(codec: Codec) -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        codec.encode(noise(48_000), token)
    with pytest.raises(Cancelled):
        codec.decode(*latents_and_f0(codec, 50), seed=0, token=token)


def test_encoded_in_pieces_is_the_whole(codec: Codec) -> None:
    frames, core, hop = 150, 40, codec.hop_length
    samples = noise(frames * hop)
    whole = codec.encode(samples)
    for first in range(0, frames, core):
        start, end = max(0, first - CONTEXT), min(frames, first + core + CONTEXT)
        piece = codec.encode(samples[start * hop : end * hop])
        kept = slice(first, min(frames, first + core))
        assert np.abs(piece[:, kept.start - start : kept.stop - start] - whole[:, kept]).max() < 1e-3


def test_decoded_in_pieces_has_the_wholes_spectrum(codec: Codec) -> None:
    """Noise and phase are drawn anew for each call, so what can agree is how loud each band is."""
    frames, core, hop = 120, 60, codec.hop_length
    latents, _ = latents_and_f0(codec, frames)
    f0 = np.full(frames * codec.subframes, 200, np.float32)
    whole = codec.decode(latents, f0, 0)
    pieces = []
    for first in range(0, frames, core):
        start, end = max(0, first - CONTEXT), min(frames, first + core + CONTEXT)
        piece = codec.decode(latents[:, start:end], f0[: (end - start) * codec.subframes], 0)
        pieces.append(piece[(first - start) * hop : (first - start + core) * hop])
    joined = np.concatenate(pieces)
    assert joined.shape == whole.shape

    def loudness(samples: np.ndarray) -> np.ndarray:
        power = np.abs(np.fft.rfft(samples)) ** 2
        return 10 * np.log10(np.add.reduceat(power, np.arange(0, len(power) - 1, len(power) // 12)))

    assert np.abs(loudness(joined) - loudness(whole)).max() < 1.0


def test_pitch_is_the_one_asked_for(codec: Codec) -> None:
    latents, _ = latents_and_f0(codec, 100)
    latents[:] = latents[:, :1]
    for hz in (130.0, 247.0, 400.0):
        samples = codec.decode(latents, np.full(100 * codec.subframes, hz, np.float32), 0).astype(np.float64)
        correlation = np.fft.irfft(np.abs(np.fft.rfft(samples, 2 * len(samples))) ** 2)
        lags = np.arange(round(codec.sample_rate / 520), round(codec.sample_rate / 100))
        found = codec.sample_rate / lags[correlation[lags].argmax()]
        assert found == pytest.approx(hz, rel=0.01)
