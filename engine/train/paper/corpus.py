"""Windows of sound for the paper's autoencoder, with their phones and notes where these are known.

The corpus is that of the shipped voices (engine.train.voices), brought down to 24 kHz: at half the rate and half the
hop its frames are the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import soxr

from engine.errors import InputError
from engine.train.config import CodecConfig
from engine.train.corpus.recordings import SAMPLE_RATE
from engine.train.corpus.shards import PCM_PEAK
from engine.train.corpus.singing import SungPhrase, read_phrases
from engine.train.corpus.speech import UNIT_HOP_LENGTH
from engine.train.voices.cast import CAST, phone_ids
from engine.train.voices.sets import HELD_SONGS, is_held_out

LEVEL_DB = 6.0
"""Windows are heard louder or softer by up to this."""


@dataclass(frozen=True, slots=True, eq=False)
class Tokens:
    """What is said or played, one after the other [N], and which of them each frame [T] belongs to."""

    values: np.ndarray
    of_frame: np.ndarray

    def within(self, start: int, end: int) -> np.ndarray:
        """Values [M] of the tokens that frames `start` to `end` touch, in order."""
        touched = self.of_frame[start:end]
        new = np.flatnonzero(np.diff(touched, prepend=-1))
        found: np.ndarray = self.values[touched[new]]
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Take:
    """audio int16 [T * hop] at the codec's rate; phones and notes where they are known (paired data)."""

    name: str
    audio: np.ndarray
    phones: Tokens | None = None
    notes: Tokens | None = None


def at_rate(phrase: SungPhrase, config: CodecConfig) -> SungPhrase:
    """A phrase of the corpus at the codec's rate, f0 the same all through a frame; without gains, which are for the
    shipped codec.

    Raises `ValueError` when the codec's frames are not as long as two of the corpus's.
    """
    if config.hop_length * SAMPLE_RATE != 2 * UNIT_HOP_LENGTH * config.sample_rate:
        raise ValueError(f"a hop of {config.hop_length} at {config.sample_rate} Hz does not fit the corpus")
    audio = _resampled(phrase.audio, config)
    frames = len(phrase.f0) // 2
    f0 = phrase.f0[: 2 * frames].reshape(frames, 2).mean(axis=1).astype(np.float32)
    f0 = np.repeat(f0, config.subframes)
    return replace(phrase, audio=audio[: frames * config.hop_length], f0=f0, gains=np.zeros((0, 2, 0), np.float16))


def paired_take(phrase: SungPhrase, config: CodecConfig, ids: Mapping[str, int]) -> Take:
    """A phrase that `at_rate` gave, with its phones and notes."""
    frames = len(phrase.audio) // config.hop_length
    times = phrase.phones[0].start_s + (np.arange(frames) + 0.5) / config.frame_rate
    phones = _tokens([ids[p.label] for p in phrase.phones], [p.start_s for p in phrase.phones], times)
    notes = _tokens([n.key for n in phrase.notes], [n.start_s for n in phrase.notes], times)
    return Take(phrase.name, phrase.audio, phones, notes)


def read_takes(work: Path, config: CodecConfig) -> list[Take]:
    """Songs of the teachers with what they sing, and plain recordings, all that may be trained on.

    Raises `InputError` when there are no songs.
    """
    takes = [paired_take(phrase, config, phone_ids()) for phrase in sung(work, config)]
    if not takes:
        raise InputError(f"{work / 'sung'} holds no songs.", "Give --data, so that the corpus can be made.")
    for path in sorted((work / "real").glob("*/*.npz")):
        if not is_held_out(path.stem):
            with np.load(path, allow_pickle=False) as data:
                takes.append(Take(path.stem, _resampled(data["audio"], config)))
    return takes


def sung(work: Path, config: CodecConfig, held: bool = False) -> Iterator[SungPhrase]:
    """The teachers' songs, voice by voice, at the codec's rate; `held`: those put aside for judging."""
    for voice in CAST:
        for phrase in read_phrases(work / (HELD_SONGS if held else "sung") / voice.name):
            yield at_rate(phrase, config)


class Windows:
    """Random windows of takes; what is drawn depends on the seed and the step alone, so a resumed training goes on
    exactly as it would have.
    """

    def __init__(self, takes: Iterable[Take], config: CodecConfig, frames: int, seed: int) -> None:
        self._hop, self._frames, self._seed = config.hop_length, frames, seed
        self._takes = [take for take in takes if len(take.audio) >= frames * config.hop_length]
        if not self._takes:
            raise InputError("No training audio is longer than one window.", "Give longer recordings.")
        lengths = np.array([len(take.audio) for take in self._takes], np.float64)
        self._weights = lengths / lengths.sum()

    def draw(self, step: int, size: int) -> dict[str, np.ndarray]:
        """audio float32 [B, frames * hop]; phones and notes int64 [B, L] with phone_counts and note_counts [B].

        A count of 0: not known.
        """
        rng = np.random.default_rng([self._seed, step])
        picks = [self._takes[int(i)] for i in rng.choice(len(self._takes), size, p=self._weights)]
        audio = np.zeros((size, self._frames * self._hop), np.float32)
        said: list[np.ndarray] = []
        played: list[np.ndarray] = []
        for row, take in enumerate(picks):
            frames = len(take.audio) // self._hop
            start = int(rng.integers(frames - self._frames + 1))
            level = 10 ** (rng.uniform(-LEVEL_DB, LEVEL_DB) / 20) / PCM_PEAK
            audio[row] = take.audio[start * self._hop :][: audio.shape[1]].astype(np.float32) * np.float32(level)
            for tokens, found in ((take.phones, said), (take.notes, played)):
                values = tokens.within(start, start + self._frames) if tokens else np.zeros(0, np.int64)
                found.append(values)
        phones, phone_counts = _padded(said)
        notes, note_counts = _padded(played)
        return {
            "audio": audio,
            "phones": phones,
            "phone_counts": phone_counts,
            "notes": notes,
            "note_counts": note_counts,
        }


def _resampled(audio: np.ndarray, config: CodecConfig) -> np.ndarray:
    frames = len(audio) * config.sample_rate // SAMPLE_RATE // config.hop_length
    samples = soxr.resample(audio.astype(np.float32) / PCM_PEAK, SAMPLE_RATE, config.sample_rate)
    whole = np.zeros(frames * config.hop_length, np.float32)
    whole[: len(samples)] = samples[: len(whole)]
    return np.round(np.clip(whole, -1, 1) * PCM_PEAK).astype(np.int16)


def _tokens(values: Sequence[int], starts_s: Sequence[float], times_s: np.ndarray) -> Tokens:
    of_frame = np.clip(np.searchsorted(starts_s, times_s, side="right") - 1, 0, len(values) - 1)
    return Tokens(np.array(values, np.int64), of_frame)


def _padded(rows: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    counts = np.array([len(row) for row in rows], np.int64)
    padded = np.zeros((len(rows), max(1, int(counts.max()))), np.int64)
    for row, values in zip(padded, rows, strict=True):
        row[: len(values)] = values
    return padded, counts
