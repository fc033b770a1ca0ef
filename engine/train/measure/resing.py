"""How true a re-sung recording is to the one it was sung after: pitch, onsets, level, phones."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.audio import read_audio, resample
from engine.errors import InputError
from engine.jobs import JobContext
from engine.models.hidden_singer import HiddenSinger
from engine.singing.resing import HeardRecording, hear_recording, sing_again
from engine.singing.resing_f0 import pitches
from engine.singing.resing_level import loudness_power
from engine.singing.resing_pieces import Piece
from engine.singing.resing_render import HeardPiece, levelled
from engine.singing.resing_settings import ResingSettings
from engine.singing.resing_source import open_recording
from engine.train.corpus.align import words_of
from engine.train.corpus.aligned import transcripts
from engine.train.corpus.speech import dictionary
from engine.train.measure.onsets import onset_errors
from engine.train.measure.pitch import MIDDLE, OFF_CENTS, cents_between, track
from engine.train.measure.recognition import Recogniser, phone_errors

Floats = NDArray[np.float32]
_LABEL = re.compile(r"^(\d+) (\d+) ([a-z])@[^-]*-([^+]+)\+")
_TICKS_PER_S = 1e7
_LOUD_DB = 30.0
"""Levels are compared in frames that far below the loudest."""
LEVEL_HOP = 512
SENTENCES = 12


@dataclass(frozen=True, slots=True)
class Song:
    """A real song at the codec's rate.  `vowels_s`: when each vowel begins; `middles_s`: from when
    to when each has its pitch; `phones` of a sentence: ARPAbet."""

    name: str
    path: Path
    samples: Floats
    vowels_s: tuple[float, ...]
    middles_s: tuple[tuple[float, float], ...]
    phones: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Truth:
    """One song against its recording.  Cents and `off_share` (by more than 50) of frames in the middle of vowels,
    voiced in both; `voicing_agrees`: share of all frames.  Onsets in milliseconds, of `onsets` vowels.  `level_db`:
    median distance of loud frames."""

    name: str
    median_cents: float
    off_share: float
    voicing_agrees: float
    onset_ms: float
    onset_90_ms: float
    onsets: int
    level_db: float


def songs(data: Path, sample_rate: int) -> list[Song]:
    """The real songs in `data`/singing/nit-song070.  Raises `InputError` without them."""
    paths = sorted((data / "singing" / "nit-song070").glob("*.wav"))
    if not paths:
        raise InputError(f"There are no real songs in {data / 'singing'}.", "Name the shared data with --data.")
    return [_song(path, sample_rate) for path in paths]


def heard(song: Song, voice: HiddenSinger) -> HeardRecording:
    """The song as re-singing hears it."""
    context = JobContext()
    return hear_recording(open_recording(song.path, context.token), voice, context)


def sung(song: Song, heard: HeardRecording, voice: HiddenSinger, settings: ResingSettings) -> Floats:
    """The song, sung again, as long as `song.samples`."""
    return _fitted(np.concatenate(list(sing_again(heard, voice, settings, JobContext()))), len(song.samples))


def copied(song: Song, heard: HeardRecording, voice: HiddenSinger, seed: int) -> Floats:
    """The song's own latents on the tracked pitch: what no listening network can be better than."""
    codec = voice.codec
    frames = len(heard.survey.levels)
    whole = Piece(0, frames, 0, frames, 0, False)
    samples = _fitted(song.samples, frames * codec.hop_length)
    (pitch,) = pitches(heard.f0, [whole], 1.0, codec)
    copy = codec.decode(codec.encode(samples), pitch.sung, seed)
    return _fitted(levelled(copy, HeardPiece(whole, samples, pitch), codec, heard.survey, True), len(song.samples))


def truth(song: Song, other: Floats, sample_rate: int) -> Truth:
    """Judged by a tracker that re-singing does not use (WORLD Harvest)."""
    (before, times), (after, _) = (track(x, sample_rate) for x in (song.samples, other))
    inside = np.any([(times > start) & (times < end) for start, end in song.middles_s], axis=0)
    cents = np.abs(cents_between(after, before))[inside]
    cents = cents[np.isfinite(cents)]
    late_ms = 1000 * np.abs(onset_errors(song.samples, other, song.vowels_s, sample_rate))
    return Truth(
        name=song.name,
        median_cents=float(np.median(cents)) if len(cents) else float("nan"),
        off_share=float(np.mean(cents > OFF_CENTS)) if len(cents) else 1.0,
        voicing_agrees=float(np.mean((before > 0) == (after > 0))),
        onset_ms=float(np.median(late_ms)),
        onset_90_ms=float(np.percentile(late_ms, 90)),
        onsets=len(late_ms),
        level_db=_level_distance(song.samples, other, sample_rate),
    )


def sentences(data: Path, sample_rate: int) -> list[Song]:
    """English sentences of `data`/speech/kathleen, spread over the whole.  Raises `InputError` without them."""
    folder = data / "speech" / "kathleen"
    if not (folder / "transcripts.csv").is_file():
        raise InputError(f"There are no sentences in {folder}.", "Leave words out of --only.")
    pronounced = dictionary()
    texts = [(name, words_of(text)) for name, text in transcripts(folder).items()]
    known = [(name, words) for name, words in texts if words and all(word in pronounced for word in words)]
    return [
        _recording(folder / f"{name}.opus", sample_rate, tuple(p for word in words for p in pronounced[word]))
        for name, words in known[:: max(1, len(known) // SENTENCES)][:SENTENCES]
    ]


def heard_phones(sounds: Sequence[tuple[Song, Floats]], sample_rate: int) -> float:
    """Share of phones that an English recogniser gets wrong; it errs a lot, so only differences mean something."""
    ear = Recogniser()
    return phone_errors([(song.phones, ear.phones(samples, sample_rate)) for song, samples in sounds]).rate


def read_labels(text: str) -> list[tuple[float, float, str, str]]:
    """(start and end in seconds, kind, phone) of each full-context label: v vowel, c consonant, p pause, b break."""
    found = [_LABEL.match(line) for line in text.splitlines()]
    return [
        (int(match[1]) / _TICKS_PER_S, int(match[2]) / _TICKS_PER_S, match[3], match[4]) for match in found if match
    ]


def _song(path: Path, sample_rate: int) -> Song:
    labels = read_labels(path.with_suffix(".lab").read_text(encoding="utf-8"))
    vowels = [(start_s, end_s) for start_s, end_s, kind, _ in labels if kind == "v"]
    return replace(
        _recording(path, sample_rate, ()),
        name=path.stem.removeprefix("nitech_jp_"),
        vowels_s=tuple(start_s for start_s, _ in vowels),
        middles_s=tuple(
            (start + MIDDLE[0] * (end - start), start + MIDDLE[1] * (end - start)) for start, end in vowels
        ),
    )


def _recording(path: Path, sample_rate: int, phones: tuple[str, ...]) -> Song:
    samples = resample(read_audio(path).to_mono(), sample_rate).samples[0]
    return Song(path.stem, path, np.ascontiguousarray(samples), (), (), phones)


def _level_distance(original: Floats, other: Floats, sample_rate: int) -> float:
    count = len(original) // LEVEL_HOP * LEVEL_HOP
    before, after = (
        10 * np.log10(loudness_power(x[:count], sample_rate, LEVEL_HOP) + 1e-12) for x in (original, other)
    )
    loud = before > before.max() - _LOUD_DB
    return float(np.median(np.abs(after - before)[loud]))


def _fitted(samples: Floats, length: int) -> Floats:
    return np.pad(samples[:length], (0, max(0, length - len(samples))))
