"""What the figures of the claims say of latents that are known: the teacher's own, a wrong pitch, a still picture."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.singing.timing import SungNote, TimedPhone
from engine.train.claims.codec import ClaimCodec
from engine.train.claims.figures import Figures, figures, key_cents, key_hz, sing, teachers_words, words
from engine.train.claims.material import F0_FEATURE, examples, is_put_aside, pitch_hz
from engine.train.claims.reference import Reference, envelope, middle_of_notes, periodicity
from engine.train.corpus.singing import SungPhrase
from engine.train.generator import Example, LatentStats
from tests.tiny_voice import CONFIG

CODEC = ClaimCodec(replace(CONFIG.codec, bands=128), "none", 1).eval().requires_grad_(False)
FRAMES = 120
END_S = FRAMES * 512 / 48_000


def phrase() -> SungPhrase:
    """One long note that glides by a fifth, after a consonant."""
    rng = np.random.default_rng(1)
    f0 = (220.0 * np.exp2(np.linspace(0, 7 / 12, 2 * FRAMES))).astype(np.float32)
    gains = np.full((2 * FRAMES, 2, 128), -3, np.float16)
    gains[:, 1] = -6
    swell = np.repeat(rng.uniform(200, 4000, FRAMES), 512)
    audio = np.round(swell * rng.standard_normal(FRAMES * 512)).astype(np.int16)
    phones = (TimedPhone("M", 0.0, 0.2, 0), TimedPhone("AA", 0.2, END_S, 0))
    return SungPhrase("song-0", 0, 100.0, audio, f0, gains, phones, (SungNote(0.0, END_S, 57),))


def told(example: Example) -> Reference:
    sung = phrase()
    sound = sung.audio.astype(np.float32) / 32767
    gains = sung.gains.astype(np.float32)
    return Reference(
        sung,
        sung.f0.reshape(FRAMES, 2).mean(axis=1),
        middle_of_notes(sung, FRAMES),
        periodicity(gains[:, 0], gains[:, 1]),
        np.ones(2 * FRAMES, bool),
        envelope(sound, sung.f0),
        ["M", "AA"],
        ["M", "EH"],
    )


def measured(change: np.ndarray | float = 0.0, still: bool = False) -> Figures:
    """Of the teacher's latents with `change` [D + 1, 1] added at the codec's scale."""
    (example,), stats = examples([phrase()], CODEC)
    wanted = (example.latents - stats.mean[:, None]) / stats.std[:, None]
    taken = wanted + change / stats.std[:, None]
    if still:
        taken = np.repeat(taken.mean(axis=1, keepdims=True), FRAMES, axis=1)
    return figures([sing(CODEC, stats, taken.astype(np.float32), wanted, told(example), 0)])


def test_the_teachers_own_latents_lack_nothing() -> None:
    own = measured()
    assert own.cents < 3  # the frames' mean f0 against the mean of their octaves
    assert own.off_share == 0
    assert own.distance == 0
    assert own.motion == pytest.approx(1)


def test_the_pitch_channel_alone_says_the_pitch() -> None:
    change = np.zeros((CONFIG.codec.latent_dim + 1, 1))
    change[-1] = 1 / 12
    sharp, own = measured(change), measured()
    assert sharp.cents == pytest.approx(100, abs=5)
    assert sharp.off_share == 1
    assert sharp.mcd_db == own.mcd_db


def test_a_still_picture_does_not_move_and_is_far() -> None:
    still = measured(still=True)
    assert still.motion < 1e-3
    assert still.distance > 0.5
    assert still.cents_rms >= still.cents > 50


def test_the_generator_is_told_the_notes_and_makes_the_pitch() -> None:
    (example,), stats = examples([phrase()], CODEC)
    assert example.latents.shape == (CONFIG.codec.latent_dim + 1, FRAMES)
    assert not example.conditions.features[:, F0_FEATURE].any()
    assert example.conditions.features[:, 1:].any()
    wanted = phrase().f0.reshape(FRAMES, 2).mean(axis=1)
    assert pitch_hz(example.latents[-1]) == pytest.approx(wanted, rel=1e-3)
    assert isinstance(stats, LatentStats)
    assert stats.std.shape == (CONFIG.codec.latent_dim + 1,)


def test_only_the_middle_of_long_vowels_counts() -> None:
    middle = middle_of_notes(phrase(), FRAMES)
    places = np.flatnonzero(middle) / FRAMES
    assert places.min() >= 0.3 - 0.01
    assert places.max() <= 0.8
    short = replace(phrase(), notes=(SungNote(0.0, 0.2, 57),))
    assert not middle_of_notes(short, FRAMES).any()


def test_periodicity_is_the_harmonic_share_of_the_power() -> None:
    loud, soft = np.full((3, 128), -2.0, np.float32), np.full((3, 128), -12.0, np.float32)
    assert periodicity(loud, soft) == pytest.approx(1, abs=1e-6)
    assert periodicity(soft, loud) == pytest.approx(0, abs=1e-6)
    assert periodicity(loud, loud) == pytest.approx(0.5)


def test_the_key_is_as_far_off_as_the_singer_moves_from_it() -> None:
    (example,), _ = examples([phrase()], CODEC)
    reference = told(example)
    assert key_hz(reference) == pytest.approx(np.full(FRAMES, 220.0))
    away = 1200 * np.log2(reference.f0[reference.middle] / 220.0)
    assert key_cents([reference]) == pytest.approx(float(np.median(away)), rel=1e-3)


class Deaf:
    """Hears the same phones whatever is sung."""

    def phones(self, samples: np.ndarray, sample_rate: int) -> list[str]:
        return ["M", "AA", "T"]


def test_phone_errors_count_what_was_heard_against_what_was_to_be_sung() -> None:
    (example,), stats = examples([phrase()], CODEC)
    reference = told(example)
    wanted = (example.latents - stats.mean[:, None]) / stats.std[:, None]
    sung = [sing(CODEC, stats, wanted.astype(np.float32), wanted, reference, 0)]
    assert words(sung, [reference], Deaf()) == 0.5  # type: ignore[arg-type]
    assert teachers_words([reference]) == 0.5


def test_the_phrases_of_a_song_stay_together() -> None:
    songs = [f"lc{number}" for number in range(60)]
    aside = {song for song in songs if is_put_aside(f"{song}-000-en-1")}
    assert 0 < len(aside) < 30
    assert all(is_put_aside(f"{song}-{n:03d}-en-{n}") == (song in aside) for song in songs for n in range(4))
