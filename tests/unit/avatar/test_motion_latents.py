"""Face parameters survive the way to motion latents and back; what is heard has the pictures' time."""

from __future__ import annotations

import numpy as np
import pytest

from engine.audio import Audio
from engine.avatar.features import BANDS, FPS, PER_PICTURE, hear
from engine.avatar.latents import CHANNELS, GAP, SIDE, basis, decode_motion, encode_motion
from engine.avatar.params import NUM_PARAMS, PARAMS, clipped


def test_parameters_come_back():
    values = clipped(np.random.default_rng(0).uniform(-1, 1, (40, NUM_PARAMS)))
    latents = encode_motion(values)
    assert latents.shape == (40, CHANNELS, SIDE, SIDE)
    assert np.abs(decode_motion(latents) - values).max() < 1e-4


def test_noise_in_the_latents_is_smaller_in_the_parameters():
    """Each parameter is read from many places."""
    rng = np.random.default_rng(0)
    noise = rng.standard_normal((200, CHANNELS, SIDE, SIDE)).astype(np.float32)
    centre = np.full((200, NUM_PARAMS), 0.5, np.float32)
    spread = decode_motion(encode_motion(centre) + 0.3 * noise).std(axis=0)
    assert spread.max() < 0.15


def test_no_parameter_is_another():
    flat = basis().reshape(NUM_PARAMS, -1)
    likeness = np.corrcoef(flat)
    assert np.abs(likeness - np.eye(NUM_PARAMS)).max() < 0.9
    assert np.linalg.cond(flat) < 10


def test_the_mouth_opens_where_the_mouth_is():
    field = basis()[PARAMS.index("open"), GAP]
    row, column = np.unravel_index(field.argmax(), field.shape)
    assert (row, column) in {(11, 7), (11, 8)}


@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100, 48_000])
@pytest.mark.parametrize("length_s", [0.0, 0.1, 3.0, 11.37])
def test_as_many_rows_as_pictures(rate, length_s):
    heard = hear(Audio(np.zeros((2, round(length_s * rate)), np.float32), rate))
    assert heard.shape == (max(1, round(length_s * FPS)), PER_PICTURE, BANDS)
    assert not heard.any()


def test_a_click_is_heard_in_its_picture():
    samples = np.zeros((1, 48_000 * 4), np.float32)
    samples[0, 48_000 * 2 + 960 :][:200] = 0.5  # 2.02 s: the middle of picture 50
    loud = hear(Audio(samples, 48_000)).max(axis=(1, 2))
    assert loud.argmax() == 50
    assert loud[:49].max() == 0.0
    assert loud[52:].max() == 0.0


def test_level_does_not_matter_but_silence_does():
    rng = np.random.default_rng(0)
    noise = (rng.standard_normal((1, 32_000)) * np.linspace(0, 1, 32_000)).astype(np.float32)
    assert np.allclose(hear(Audio(0.5 * noise, 16_000)), hear(Audio(0.05 * noise, 16_000)), atol=1e-3)
    assert hear(Audio(1e-5 * noise, 16_000)).max() < 0.3


def test_higher_sounds_are_heard_higher():
    time = np.arange(16_000) / 16_000
    peaks = [
        int(hear(Audio(np.sin(2 * np.pi * hz * time)[None].astype(np.float32), 16_000)).mean(axis=(0, 1)).argmax())
        for hz in (200, 800, 3200)
    ]
    assert peaks == sorted(set(peaks))


def test_long_sounds_are_heard_in_blocks_without_seams():
    rng = np.random.default_rng(0)
    long = rng.standard_normal((1, 16_000 * 50)).astype(np.float32) * 0.1
    whole = hear(Audio(long, 16_000))
    late = hear(Audio(long[:, 16_000 * 36 :], 16_000))
    assert np.allclose(whole[36 * 25 + 1 :], late[1:], atol=0.02)
