"""The codec alone on real singing, which it was not made from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soxr
from numpy.typing import NDArray

from engine.codec.base import Codec
from engine.errors import InputError
from engine.runtime import Session, load_session
from engine.train.corpus.align import read_mono
from engine.train.corpus.shards import continuous_f0
from engine.train.measure.pitch import OFF_CENTS, cents_between, track
from engine.train.measure.progress import Report

MEL_BANDS, MEL_N_FFT, MEL_HOP = 128, 2048, 512
MEL_FLOOR = 1e-4
"""What lies 80 dB below the loudest band of the original is not heard and not compared."""
DB_PER_LOG = 20 / np.log(10)
JUDGE_RATE = 16_000
JUDGE_WINDOW = 144_160
"""Samples that DNSMOS hears at once: 9.01 s."""
# DNSMOS P.835, the fits of its authors for the model that is not personalised (Reddy et al., 2022), by falling power.
JUDGE_FITS = {
    "signal": (-0.08397278, 1.22083953, 0.0052439),
    "background": (-0.13166888, 1.60915514, -0.39604546),
    "overall": (-0.06766283, 1.11546468, 0.04602535),
}

Samples = NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Opinion:
    """DNSMOS P.835, 1 to 5."""

    signal: float
    background: float
    overall: float


@dataclass(frozen=True, slots=True)
class SongFigures:
    """One song before and after the codec.  `mel_db`: mean absolute distance of 128-band log-mel spectrograms;
    `voicing_agrees`: share of frames that are voiced, or unvoiced, in both."""

    name: str
    mel_db: float
    median_cents: float
    off_share: float
    voicing_agrees: float
    before: Opinion
    after: Opinion


def measure_songs(data: Path, codec: Codec, seed: int, report: Report) -> tuple[SongFigures, ...]:
    """Every song in `data`/singing/nit-song070 through the codec and back.  Raises `InputError` without them."""
    paths = sorted((data / "singing" / "nit-song070").glob("*.wav"))
    if not paths:
        raise InputError(f"There are no real songs in {data / 'singing'}.", "Leave codec out of --only.")
    judge = load_session(data / "judges" / "dnsmos" / "sig_bak_ovr.onnx", ["CPUExecutionProvider"])
    figures = []
    for number, path in enumerate(paths):
        report("Real songs through the codec", number, len(paths))
        samples, rate = read_mono(path)
        before = np.asarray(soxr.resample(samples, rate, codec.sample_rate), np.float64)
        figures.append(_measure_song(path.stem, before, codec, judge, seed))
    return tuple(figures)


def mel_distance_db(original: Samples, other: Samples, sample_rate: int) -> float:
    """Mean absolute distance of two sounds [N] of the same length, over frames and bands."""
    bank = _mel_bank(sample_rate)
    wanted, heard = _mel(original, bank), _mel(other, bank)
    floor = max(MEL_FLOOR * float(wanted.max()), 1e-9)
    return float(DB_PER_LOG * np.mean(np.abs(np.log(np.maximum(wanted, floor) / np.maximum(heard, floor)))))


def judge_sound(samples: Samples, sample_rate: int, judge: Session) -> Opinion:
    """Mean opinion over windows of 9 s, one a second; a shorter sound is repeated."""
    sound = np.asarray(soxr.resample(samples, sample_rate, JUDGE_RATE), np.float32)
    sound = np.tile(sound, -(-JUDGE_WINDOW // len(sound)))
    windows = np.lib.stride_tricks.sliding_window_view(sound, JUDGE_WINDOW)[::JUDGE_RATE]
    (name,) = judge.input_names
    raw = np.concatenate([next(iter(judge.run({name: window[None]}).values())) for window in windows])
    columns = zip(JUDGE_FITS.items(), raw.T, strict=True)
    return Opinion(**{name: float(np.mean(np.polyval(fit, column))) for (name, fit), column in columns})


def _measure_song(name: str, before: NDArray[np.float64], codec: Codec, judge: Session, seed: int) -> SongFigures:
    rate = codec.sample_rate
    tracked, times = track(before, rate)
    latents = codec.encode(before.astype(np.float32))
    subframes = latents.shape[1] * codec.subframes
    middles = (np.arange(subframes) + 0.5) * codec.hop_length / codec.subframes / rate
    f0 = np.exp2(np.interp(middles, times, np.log2(continuous_f0(tracked)))).astype(np.float32)
    after = codec.decode(latents, f0, seed)[: len(before)]
    tracked_after, _ = track(after, rate)
    cents = cents_between(tracked_after, tracked)
    off = np.abs(cents[np.isfinite(cents)])
    return SongFigures(
        name=name,
        mel_db=mel_distance_db(before, after, rate),
        median_cents=float(np.median(off)),
        off_share=float(np.mean(off > OFF_CENTS)),
        voicing_agrees=float(np.mean((tracked > 0) == (tracked_after > 0))),
        before=judge_sound(before, rate, judge),
        after=judge_sound(after, rate, judge),
    )


def _mel(samples: Samples, bank: NDArray[np.float64]) -> NDArray[np.float64]:
    """[T, MEL_BANDS], magnitudes."""
    padded = np.pad(samples, (MEL_N_FFT // 2, MEL_N_FFT // 2))
    windows = np.lib.stride_tricks.sliding_window_view(padded, MEL_N_FFT)[::MEL_HOP]
    magnitude = np.abs(np.fft.rfft(windows * np.hanning(MEL_N_FFT + 1)[:-1])) * (4 / MEL_N_FFT)
    return magnitude @ bank


def _mel_bank(sample_rate: int) -> NDArray[np.float64]:
    """Triangles [MEL_N_FFT / 2 + 1, MEL_BANDS] that each sum to 1, evenly spaced on the mel scale."""
    top = 2595 * np.log10(1 + sample_rate / 1400)
    edges = 700 * (10 ** (np.linspace(0, top, MEL_BANDS + 2) / 2595) - 1)
    bins = np.linspace(0, sample_rate / 2, MEL_N_FFT // 2 + 1)[:, None]
    rise = (bins - edges[:-2]) / (edges[1:-1] - edges[:-2])
    fall = (edges[2:] - bins) / (edges[2:] - edges[1:-1])
    bank = np.maximum(np.minimum(rise, fall), 0)
    return bank / np.maximum(bank.sum(axis=0), 1e-6)
