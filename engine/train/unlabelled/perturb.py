"""Information perturbation (NANSY: Choi et al., 2021): the same words from another throat, at another pitch.

All three are done without a waveform.  WORLD's gains and f0 are known of every training recording, so the log-mel of
another take follows in closed form: harmonics of a moved f0 under an envelope whose frequencies are stretched
(pitch randomisation, formant shift), then a random parametric equaliser over the bands.  That costs a hundredth of
moving the sound itself.  Some windows keep the recording's own log-mel, whose bands are shifted a little instead.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from engine.codec.harmonic import BandFilters
from engine.codec.log_mel import FLOOR, MEL_BANDS, TOP_HZ, WINDOW_S, band_edges, mel_bank
from engine.train.corpus.gains import GAIN_BANDS
from engine.train.unlabelled.heard import HOP_LENGTH, KEPT_BANDS, SAMPLE_RATE, SUBFRAMES, Clip

STEP_HZ = 8.0
"""Grid on which harmonics and envelopes are laid out; a bin of the spectrum is 23 Hz."""
REDRAWN = 0.6
"""Share of windows with pitch and formants redrawn."""
PITCH_SEMITONES, PITCH_RANGE = 8.0, (0.4, 1.6)
FORMANTS = 1.3
"""Largest stretch of the frequencies, either way."""
SHIFT_BANDS = 1.5
EQ_PEAKS, EQ_DB, EQ_TILT_DB, LEVEL_DB = 4, 8.0, 6.0, 3.0
ROOM_DB = (-95.0, -50.0)
"""Of a steady noise in each band, under the clip's level (that of all bands together): consonants stay above it."""
DB = float(np.log(10) / 20)


def perturbed(clip: Clip, start: int, frames: int, rng: np.random.Generator) -> np.ndarray:
    """A window of a clip as if somebody else had sung it elsewhere: log-mel float32 [80, frames]."""
    cut = slice(start, start + frames)
    if rng.random() < REDRAWN:
        semitones = rng.uniform(-PITCH_SEMITONES, PITCH_SEMITONES)
        f0 = moved_pitch(clip.f0[cut], semitones, rng.uniform(*PITCH_RANGE))
        stretch = float(FORMANTS ** rng.uniform(-1, 1))
        mel = redrawn(clip.gains[cut], f0, stretch, clip.level, rng)
    else:
        mel = shifted(clip.mel[:, cut].astype(np.float32), float(rng.uniform(-SHIFT_BANDS, SHIFT_BANDS)))
    mel = mel + equaliser(rng)[:, None]
    room = np.exp(rng.uniform(*ROOM_DB) * DB + equaliser(rng)[:, None]) * rng.rayleigh(0.7, mel.shape)
    heard: np.ndarray = np.log(np.maximum(np.hypot(np.exp(mel), room), FLOOR)).astype(np.float32)
    return heard


def moved_pitch(f0: np.ndarray, semitones: float, spread: float) -> np.ndarray:
    """f0 [T] transposed, and its movement around its median made `spread` times as wide."""
    octaves = np.log2(f0)
    middle = np.median(octaves)
    moved: np.ndarray = np.exp2(middle + spread * (octaves - middle) + semitones / 12).clip(60.0, 1500.0)
    return moved.astype(np.float32)


def redrawn(
    gains: np.ndarray, f0: np.ndarray, stretch: float, level: float, rng: np.random.Generator | None = None
) -> np.ndarray:
    """Log-mel [80, T] of gains [T, 2, 100] on f0 [T], formants at `stretch` times their frequency.

    What the spectrum of the synthesised sound would show on average; with `rng`, noise has its chance in it.
    """
    grid, spread, lines, hiss = _tables()
    envelope = _at_grid(gains.astype(np.float32), stretch)
    edges = (grid + 0.5) * STEP_HZ
    first = np.floor(edges / f0[:, None])
    harmonics = np.diff(first, axis=1, prepend=np.floor(0.5 * STEP_HZ / f0)[:, None])
    harmonics *= envelope[:, 0] * (f0[:, None] / SAMPLE_RATE)
    power = harmonics.astype(np.float32) @ lines
    noise = envelope[:, 1] @ hiss
    if rng is not None:
        noise = noise * (rng.standard_gamma(np.broadcast_to(spread, noise.shape)) / spread).astype(np.float32)
    amplitude = np.sqrt(power + noise) / level
    return np.log(np.maximum(amplitude, FLOOR)).T.astype(np.float32)


def shifted(mel: np.ndarray, bands: float) -> np.ndarray:
    """Log-mel [80, T] moved up by so many bands, ends held."""
    position = np.clip(np.arange(MEL_BANDS) - bands, 0, MEL_BANDS - 1)
    low = np.minimum(position.astype(int), MEL_BANDS - 2)
    share = (position - low)[:, None].astype(np.float32)
    moved: np.ndarray = mel[low] * (1 - share) + mel[low + 1] * share
    return moved


def equaliser(rng: np.random.Generator) -> np.ndarray:
    """Natural-log gains [80]: a few peaks and dips, a tilt, a level."""
    place = np.linspace(-0.5, 0.5, MEL_BANDS)
    curve = rng.uniform(-LEVEL_DB, LEVEL_DB) + 2 * rng.uniform(-EQ_TILT_DB, EQ_TILT_DB) * place
    for _ in range(EQ_PEAKS):
        centre, width = rng.uniform(-0.5, 0.5), rng.uniform(0.03, 0.2)
        curve = curve + rng.uniform(-EQ_DB, EQ_DB) * np.exp(-0.5 * ((place - centre) / width) ** 2)
    return curve * DB


def _at_grid(gains: np.ndarray, stretch: float) -> np.ndarray:
    """Power gains [T, 2, grid] of log gains at the bands, frequencies stretched."""
    grid = _tables()[0]
    position = np.interp(grid * STEP_HZ / stretch, _band_hz(), np.arange(KEPT_BANDS))
    low = np.minimum(position.astype(int), KEPT_BANDS - 2)
    share = (position - low).astype(np.float32)
    logs = gains[:, :, low] * (1 - share) + gains[:, :, low + 1] * share
    return np.exp(2 * logs)


@cache
def _band_hz() -> np.ndarray:
    return BandFilters(SAMPLE_RATE, HOP_LENGTH // SUBFRAMES, GAIN_BANDS).band_hz[:KEPT_BANDS]


@cache
def _tables() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Grid points [G] from 1; degrees of freedom of a band's noise [80]; band power of a line and of noise, [G, 80].

    A line at full gain has the power f0 / sample rate (unit power over all harmonics, half an amplitude per bin,
    see pulse_train); noise of unit variance has 1.5 / n_fft in every bin of a Hann spectrum.
    """
    n_fft = round(WINDOW_S * SAMPLE_RATE)
    grid = np.arange(1, int(TOP_HZ / STEP_HZ))
    bank = mel_bank(SAMPLE_RATE).astype(np.float64)
    bins = np.arange(len(bank)) * SAMPLE_RATE / n_fft
    away = (grid[:, None] * STEP_HZ - bins) * n_fft / SAMPLE_RATE
    lines = _hann_lobe(away) ** 2 @ bank
    near = np.stack([np.interp(bins, grid * STEP_HZ, row) for row in np.eye(len(grid))])
    hiss = near @ bank * (1.5 / n_fft)
    spread = np.maximum(1.0, 0.6 * (np.diff(band_edges(), 1)[:-1] * n_fft / SAMPLE_RATE))
    return grid, spread, lines.astype(np.float32), hiss.astype(np.float32)


def _hann_lobe(bins: np.ndarray) -> np.ndarray:
    """Amplitude of a Hann window's spectrum, 1 at 0, so many bins away."""
    near = np.abs(np.abs(bins) - 1) < 1e-6
    safe = np.where(near, 0.5, bins)
    lobe: np.ndarray = np.where(near, 0.5, np.sinc(safe) / (1 - safe**2))
    return lobe
