"""Alignment for a language that no ready aligner knows: small hidden Markov models, trained on the recordings at hand.

Every phone has three states in a row, silence one; a state is a mixture of a few Gaussians over mel cepstra and their
slopes.  The first cut comes from PocketSphinx, told to hear English phones that are nearest; then recordings are cut
and models are fitted in turn (segmental k-means, Rabiner and Juang 1993).  Silence may stand between words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pocketsphinx
import soxr

from engine.phonemize.phones import AFFRICATES, SILENCE, SPEECH, STOPS, in_own_sounds, is_vowel
from engine.train.corpus.align import ALIGNER_FRAME_S, ALIGNER_RATE, SILENCES, Segment

SAMPLE_RATE = 48_000
HOP_LENGTH = 256
"""5.3 ms: the frames of the units."""
_WINDOW = 1024
_BANDS, _CEPSTRA = 32, 13
_STATES = 3
_FLOOR = 1e-3
Words = Sequence[tuple[str, Sequence[str]]]
"""A sentence: words with their phones."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """A recording as the models see it: features [T, D] and words."""

    name: str
    features: np.ndarray
    words: tuple[tuple[str, tuple[str, ...]], ...]


def features(samples: np.ndarray) -> np.ndarray:
    """Mel cepstra and their first and second slopes, zero mean and unit spread over the recording; [T, 39]."""
    pad = _WINDOW // 2
    count = len(samples) // HOP_LENGTH + 1
    padded = np.pad(samples, (pad, pad + HOP_LENGTH))
    windows = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::HOP_LENGTH][:count] * np.hanning(_WINDOW)
    power = np.abs(np.fft.rfft(windows, n=_WINDOW)) ** 2
    logs = np.log(power @ _mel_bank().T + 1e-7)
    order = np.cos(np.pi / _BANDS * np.arange(_CEPSTRA)[:, None] * (np.arange(_BANDS) + 0.5))
    cepstra = logs @ order.T
    slope = np.gradient(_smoothed(cepstra), axis=0)
    both = np.concatenate([cepstra, slope, np.gradient(_smoothed(slope), axis=0)], axis=1)
    normal: np.ndarray = (both - both.mean(0)) / (both.std(0) + 1e-6)
    return normal


def _smoothed(rows: np.ndarray) -> np.ndarray:
    kernel = np.hanning(7)[1:-1] / np.hanning(7).sum()
    return np.stack([np.convolve(np.pad(column, 2, mode="edge"), kernel, "valid") for column in rows.T], axis=1)


def _mel_bank() -> np.ndarray:
    top = 2595.0 * np.log10(1 + 8000 / 700.0)
    edges = 700.0 * (10 ** (np.linspace(60.0, top, _BANDS + 2) / 2595.0) - 1)
    bins = np.linspace(0, SAMPLE_RATE / 2, _WINDOW // 2 + 1)
    rise = (bins - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    fall = (edges[2:, None] - bins) / (edges[2:] - edges[1:-1])[:, None]
    return np.maximum(np.minimum(rise, fall), 0)


class EnglishEar:
    """PocketSphinx on another language, every phone heard as the nearest English ones."""

    def __init__(self) -> None:
        self._decoder = pocketsphinx.Decoder(samprate=ALIGNER_RATE, loglevel="FATAL", lm=None)
        self._known: set[str] = set()

    def align(self, samples: np.ndarray, words: Words) -> list[Segment]:
        """Segments with the language's own labels; empty when it fails.  samples [N] at 48 kHz."""
        names = [self._taught(phones) for _, phones in words]
        pcm = (np.clip(soxr.resample(samples, SAMPLE_RATE, ALIGNER_RATE), -1, 1) * 32767).astype("<i2").tobytes()
        try:
            self._decoder.set_align_text(" ".join(names))
            self._decode(pcm)
            self._decoder.set_alignment()
            self._decode(pcm)
            return self._segments(words)
        except (RuntimeError, TypeError, AttributeError):
            return []

    def _taught(self, phones: Sequence[str]) -> str:
        name = "xq_" + "_".join(phones).lower()
        if name not in self._known:
            english = [e for phone in phones for e in _english(phone)]
            self._decoder.add_word(name, " ".join(english), True)
            self._known.add(name)
        return name

    def _decode(self, pcm: bytes) -> None:
        self._decoder.start_utt()
        self._decoder.process_raw(pcm, no_search=False, full_utt=True)
        self._decoder.end_utt()

    def _segments(self, words: Words) -> list[Segment]:
        found: list[Segment] = []
        waiting = list(words)
        for word in self._decoder.get_alignment():
            heard = [(p.start * ALIGNER_FRAME_S, (p.start + p.duration) * ALIGNER_FRAME_S) for p in word]
            if word.name in SILENCES or word.name.startswith(("<", "[")):
                found += [Segment(SILENCE, *span) for span in heard]
                continue
            text, phones = waiting.pop(0)
            for phone in phones:
                size = len(_english(phone))
                spans, heard = heard[:size], heard[size:]
                found.append(Segment(phone, spans[0][0], spans[-1][1], text))
        return found if not waiting else []


def _english(phone: str) -> tuple[str, ...]:
    return tuple(e for e in in_own_sounds(phone, SPEECH) if e != SILENCE) or ("HH",)


class PhoneModels:
    """Gaussian mixtures of all states, fitted to a cut of the recordings."""

    def __init__(self, mixtures: int = 3) -> None:
        self._mixtures = mixtures
        self._states: dict[str, list[tuple[np.ndarray, np.ndarray, np.ndarray]]] = {}

    def fit(self, utterances: Sequence[Utterance], cuts: Mapping[str, Sequence[tuple[int, int, str]]]) -> None:
        """`cuts`: per recording, (first frame, frame after the last, state name) in order."""
        rows: dict[str, list[np.ndarray]] = {}
        for utterance in utterances:
            for start, end, state in cuts.get(utterance.name, ()):
                if end > start:
                    rows.setdefault(state, []).append(utterance.features[start:end])
        rng = np.random.default_rng(0)
        self._states = {state: _mixture(np.concatenate(found), self._mixtures, rng) for state, found in rows.items()}

    def cut(self, utterance: Utterance) -> tuple[list[tuple[int, int, str]], float]:
        """Best cut of a recording into states, and its log likelihood per frame."""
        names, skips = _chain(utterance.words)
        distinct = sorted(set(names))
        logs = np.stack([self._log_likelihood(name, utterance.features) for name in distinct], axis=1)
        emission = logs[:, [distinct.index(name) for name in names]]
        path, score = _viterbi(emission, skips)
        edges = np.flatnonzero(np.diff(path)) + 1
        starts, ends = [0, *edges], [*edges, len(path)]
        runs = [(int(a), int(b), f"{path[a]}:{names[path[a]]}") for a, b in zip(starts, ends, strict=True)]
        return runs, score / len(path)

    def _log_likelihood(self, state: str, rows: np.ndarray) -> np.ndarray:
        mixture = self._states.get(state) or self._states[f"{SILENCE}/0"]
        parts = []
        for mean, inverse, constant in mixture:
            parts.append(constant - 0.5 * ((rows - mean) ** 2 @ inverse))
        total: np.ndarray = np.logaddexp.reduce(np.stack(parts), axis=0)
        return total


def _mixture(rows: np.ndarray, count: int, rng: np.random.Generator) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """k-means, then a diagonal Gaussian for each part."""
    count = max(1, min(count, len(rows) // 60))
    centres = rows[rng.choice(len(rows), count, replace=False)]
    for _ in range(6):
        near = ((rows[:, None] - centres) ** 2).sum(2).argmin(1)
        centres = np.stack([rows[near == k].mean(0) if (near == k).any() else rows.mean(0) for k in range(count)])
    near = ((rows[:, None] - centres) ** 2).sum(2).argmin(1)
    overall = rows.var(0) + _FLOOR
    parts = []
    for k in range(count):
        own = rows[near == k] if (near == k).any() else rows
        share = len(own) / (len(own) + 20)
        variance = np.maximum(share * own.var(0) + (1 - share) * overall, 0.02)
        constant = np.log(len(own) / len(rows)) - 0.5 * np.log(2 * np.pi * variance).sum()
        parts.append((own.mean(0), 1 / variance, constant))
    return parts


def _chain(words: Words) -> tuple[list[str], np.ndarray]:
    """State names in order, and for each state the one before it that may be left out (-1: none)."""
    names, skips = [f"{SILENCE}/0"], [-1]
    for index, (_, phones) in enumerate(words):
        for phone in phones:
            for state in range(_STATES):
                after_silence = state == 0 and names[-1] == f"{SILENCE}/0" and index > 0
                skips.append(len(names) - 2 if after_silence else -1)
                names.append(f"{phone}/{state}")
        names.append(f"{SILENCE}/0")
        skips.append(-1)
    return names, np.array(skips)


def _viterbi(emission: np.ndarray, skips: np.ndarray) -> tuple[np.ndarray, float]:
    """State of each frame; begins in one of the first two states, ends in one of the last two."""
    frames, states = emission.shape
    worst = -1e30
    score = np.full(states, worst)
    score[:2] = emission[0, :2]
    came = np.zeros((frames, states), np.int32)
    index = np.arange(states)
    skipping = np.flatnonzero(skips >= 0)
    for t in range(1, frames):
        options = np.full((3, states), worst)
        options[0] = score
        options[1, 1:] = score[:-1]
        options[2, skipping] = score[skips[skipping]]
        best = options.argmax(0)
        came[t] = np.where(best == 0, index, np.where(best == 1, index - 1, skips))
        score = options[best, index] + emission[t]
    last = states - 1 if score[-1] >= score[-2] else states - 2
    path = np.zeros(frames, np.int32)
    path[-1] = last
    for t in range(frames - 1, 0, -1):
        path[t - 1] = came[t, path[t]]
    return path, float(score[last])


def train_aligner(
    utterances: Sequence[Utterance],
    first: Mapping[str, Sequence[Segment]],
    rounds: int = 6,
    go_on: Callable[[], object] = lambda: None,
) -> tuple[dict[str, list[Segment]], dict[str, float]]:
    """Segments of every recording after `rounds` of fitting and cutting, and each one's log likelihood per frame.

    `go_on` is called for each recording of each round, and may raise.
    """
    models = PhoneModels()
    cuts = {name: _first_cut(segments) for name, segments in first.items() if segments}
    scores: dict[str, float] = {}
    runs: dict[str, list[tuple[int, int, str]]] = {}
    for _ in range(rounds):
        models.fit(utterances, cuts)
        for utterance in utterances:
            go_on()
            runs[utterance.name], scores[utterance.name] = models.cut(utterance)
        cuts = {name: [(a, b, state.split(":")[1]) for a, b, state in found] for name, found in runs.items()}
    return {u.name: _segments(u, runs[u.name]) for u in utterances}, scores


def _first_cut(segments: Sequence[Segment]) -> list[tuple[int, int, str]]:
    """Every phone in three equal parts."""
    cuts = []
    for segment in segments:
        parts = 1 if segment.label == SILENCE else _STATES
        edges = np.round(np.linspace(segment.start_s, segment.end_s, parts + 1) * SAMPLE_RATE / HOP_LENGTH).astype(int)
        cuts += [(int(edges[i]), int(edges[i + 1]), f"{segment.label}/{i}") for i in range(parts)]
    return cuts


def _segments(utterance: Utterance, runs: Sequence[tuple[int, int, str]]) -> list[Segment]:
    frame_s = HOP_LENGTH / SAMPLE_RATE
    words = [text for text, phones in utterance.words for _ in phones]
    found: list[Segment] = []
    spoken = 0
    for start, end, state in runs:
        label, place = state.split(":")[1].split("/")
        if label != SILENCE and place != "0":
            last = found[-1]
            found[-1] = Segment(last.label, last.start_s, end * frame_s, last.word)
            continue
        word = "" if label == SILENCE else words[spoken]
        spoken += label != SILENCE
        found.append(Segment(label, start * frame_s, end * frame_s, word))
    return found


SHORT_PAUSE_S = 0.085


def without_short_pauses(segments: Sequence[Segment]) -> list[Segment]:
    """Short silences inside a sentence are sounds: the closure of a stop, a glottal stop before a vowel."""
    found: list[Segment] = []
    waiting: Segment | None = None
    for index, segment in enumerate(segments):
        inner = 0 < index < len(segments) - 1
        if segment.label == SILENCE and inner and segment.end_s - segment.start_s < SHORT_PAUSE_S:
            waiting = segment
            continue
        if waiting is not None:
            if segment.label in STOPS or segment.label in AFFRICATES:
                segment = Segment(segment.label, waiting.start_s, segment.end_s, segment.word)
            elif is_vowel(segment.label):
                found.append(Segment("Q", waiting.start_s, waiting.end_s, segment.word))
            else:
                middle = 0.5 * (waiting.start_s + waiting.end_s)
                last = found[-1]
                found[-1] = Segment(last.label, last.start_s, middle, last.word)
                segment = Segment(segment.label, middle, segment.end_s, segment.word)
            waiting = None
        found.append(segment)
    return found
