"""The teacher's side of every judged phrase: all that does not depend on a system."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.codec.harmonic import BandFilters
from engine.phonemize.phones import is_vowel
from engine.train.corpus.gains import GAIN_BANDS
from engine.train.corpus.shards import PCM_PEAK
from engine.train.corpus.singing import SungPhrase
from engine.train.corpus.speech import UNIT_HOP_LENGTH
from engine.train.measure.cepstra import Envelopes, envelopes
from engine.train.measure.pitch import LONG_NOTE_S, MIDDLE
from engine.train.measure.recognition import Recogniser, spoken

SAMPLE_RATE, HOP_LENGTH, SUBFRAMES = 48_000, 512, 2
ENVELOPE_EVERY = 4
"""Subframes from one envelope to the next: 21 ms."""
AUDIBLE_NEPERS = 4.6
"""Frames 40 dB below the loudest do not count for periodicity."""
PERIODIC_TO_HZ = 5000.0
"""Above this a voice is noise anyway."""

Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """One phrase of T frames.  f0 [T]; middle [T]: the middle of long notes' vowels; periodicity, loud [T * 2]."""

    phrase: SungPhrase
    f0: Floats
    middle: Bools
    periodicity: Floats
    loud: Bools
    envelope: Envelopes
    wanted_phones: list[str]
    heard_phones: list[str]


def reference(phrase: SungPhrase, ear: Recogniser) -> Reference:
    """Of one phrase."""
    frames = len(phrase.f0) // SUBFRAMES
    sound = phrase.audio.astype(np.float32) / np.float32(PCM_PEAK)
    gains = phrase.gains.astype(np.float32)
    level = gains.max(axis=(1, 2))
    return Reference(
        phrase,
        phrase.f0.reshape(frames, SUBFRAMES).mean(axis=1, dtype=np.float32),
        middle_of_notes(phrase, frames),
        periodicity(gains[:, 0], gains[:, 1]),
        level > level.max() - AUDIBLE_NEPERS,
        envelope(sound, phrase.f0),
        spoken(phone.label for phone in phrase.phones),
        ear.phones(sound, SAMPLE_RATE),
    )


def envelope(sound: Floats, f0: Floats) -> Envelopes:
    """WORLD's, of samples [N] on f0 at its subframes, every fourth of them."""
    whole = len(f0) // ENVELOPE_EVERY * ENVELOPE_EVERY
    every = f0[:whole].astype(np.float64).reshape(-1, ENVELOPE_EVERY).mean(axis=1)
    return envelopes(sound[: whole * UNIT_HOP_LENGTH], every, SAMPLE_RATE)


def periodicity(harmonic: Floats, noise: Floats) -> Floats:
    """Share of the power below 5 kHz that is harmonic, [S], of natural-log gains [S, bands].

    Both sources have the power 1, so the gains say it all.
    """
    hz = BandFilters(SAMPLE_RATE, UNIT_HOP_LENGTH, GAIN_BANDS).band_hz
    used = hz < PERIODIC_TO_HZ
    width = np.gradient(hz)[used].astype(np.float32)
    voiced, hissed = (np.exp(2 * gains[:, used]) @ width for gains in (harmonic, noise))
    share: Floats = (voiced / np.maximum(voiced + hissed, 1e-12)).astype(np.float32)
    return share


def middle_of_notes(phrase: SungPhrase, frames: int) -> Bools:
    """Frames [T] in vowels and in the middle of long notes: there the pitch is meant (engine.train.measure.pitch)."""
    times = phrase.phones[0].start_s + (np.arange(frames) + 0.5) * HOP_LENGTH / SAMPLE_RATE
    middle = np.zeros(frames, bool)
    for phone in phrase.phones:
        note = phrase.notes[phone.note]
        length = note.end_s - note.start_s
        if is_vowel(phone.label) and length > LONG_NOTE_S:
            share = (times - note.start_s) / length
            inside = (times >= phone.start_s) & (times < phone.end_s)
            middle |= inside & (share >= MIDDLE[0]) & (share <= MIDDLE[1])
    return middle
