"""Vocals with all that is known of them, for the face to learn from: sung by the included voices, read, or labelled.

One .npz per line: 16 kHz samples, the phones with their times, f0 and beats.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from engine.audio import Audio, read_audio, resample
from engine.avatar.features import SAMPLE_RATE
from engine.avatar.line import RATE_HZ, SpokenPhone, SungLine, loudness_curve
from engine.files import written_whole
from engine.jobs import JobContext
from engine.models import find_model
from engine.models.builders import build
from engine.models.hidden_singer import HiddenSinger
from engine.phonemize.phones import SPEECH, in_english, is_voiced
from engine.singing.clip import sing_score
from engine.train.avatar.singers import Part, mannered, part_of, sung_as_usual, worded
from engine.train.corpus.align import Aligner
from engine.train.mixes.lieder import draw_excerpt, scores_of

SECONDS = (14.0, 24.0)
FULL_SCALE = 32767
READ_HELD = 40
"""The last so many sentences are put aside."""
_KANA = {"cl": "SP", "pau": "SP", "sil": "SP", "br": "AP"}
_FULL_CONTEXT = re.compile(r"(\d+) (\d+) .*?-([A-Za-z]+)\+")


@dataclass(frozen=True, slots=True)
class Line:
    """`samples` float32 [N] at 16 kHz, and what is known of them."""

    name: str
    samples: np.ndarray
    sung: SungLine


def make_sung(data: Path, out: Path, count: int, split: str) -> Iterator[str]:
    """Excerpts of songs, sung by the included voices in turn into `out`; yields each name when it is there."""
    pool = scores_of(data / "scores" / "openscore-lieder", split, "en")
    voice = _voice()
    for number in range(count):
        part = part_of(voice.manifest, number)
        name = f"sung-{split}-{number:04d}-{part.speaker}-{part.language}"
        path = out / f"{name}.npz"
        if not path.exists():
            rng = np.random.default_rng([number, 5 if split == "train" else 6])
            line = _sing(voice, part, data, pool, rng, number)
            if line is None:
                continue
            save_line(path, line[0], line[1])
        yield name


def make_read(data: Path, out: Path, count: int, split: str) -> Iterator[str]:
    """Sentences as they were read, their phones aligned; those that the aligner gives up are left out."""
    folder = data / "speech" / "kathleen"
    with (folder / "transcripts.csv").open(encoding="utf-8") as file:
        rows = [(row["file"], row["text"]) for row in csv.DictReader(file)]
    chosen = rows[-READ_HELD:] if split == "held" else rows[:-READ_HELD]
    aligner = Aligner()
    for file_name, text in chosen[:count]:
        name = f"read-{split}-{Path(file_name).stem}"
        path = out / f"{name}.npz"
        if not path.exists():
            samples = at_16k(read_audio(folder / file_name))
            segments = aligner.align(samples.astype(np.float64), SAMPLE_RATE, text)
            if not segments:
                continue
            phones = tuple(SpokenPhone(s.label, s.start_s, s.end_s) for s in segments)
            save_line(path, samples, line_of(phones, samples, None, ()))
        yield name


def labelled(data: Path) -> Iterator[Line]:
    """Two real songs with their own labels of phones, which no training hears."""
    for path in sorted((data / "singing" / "nit-song070").glob("*.lab")):
        samples = at_16k(read_audio(path.with_suffix(".wav")))
        phones = []
        for match in map(_FULL_CONTEXT.match, path.read_text(encoding="ascii").splitlines()):
            if match:
                label = _from_japanese(match[3])
                phones.append(SpokenPhone(label, int(match[1]) * 1e-7, int(match[2]) * 1e-7))
        yield Line(path.stem, samples, line_of(tuple(phones), samples, None, ()))


def load_lines(folder: Path, split: str) -> list[Line]:
    """What was made into `folder` for a split."""
    lines = []
    for path in sorted(folder.glob(f"*-{split}-*.npz")):
        with np.load(path, allow_pickle=False) as stored:
            spans = zip(stored["labels"], stored["spans"], strict=True)
            phones = tuple(SpokenPhone(str(label), float(a), float(b)) for label, (a, b) in spans)
            samples = stored["samples"].astype(np.float32) / FULL_SCALE
            sung = SungLine(phones, stored["f0"], stored["level"], tuple(stored["beats_s"].tolist()))
        lines.append(Line(path.stem, samples, sung))
    return lines


def save_line(path: Path, samples: np.ndarray, sung: SungLine) -> None:
    """Write one line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with written_whole(path) as part, part.open("wb") as file:
        np.savez_compressed(
            file,
            samples=(np.clip(samples, -1, 1) * FULL_SCALE).astype(np.int16),
            labels=np.array([p.label for p in sung.phones]),
            spans=np.array([(p.start_s, p.end_s) for p in sung.phones], np.float64).reshape(-1, 2),
            f0=sung.f0,
            level=sung.level,
            beats_s=np.array(sung.beats_s, np.float64),
        )


def _sing(
    voice: HiddenSinger, part: Part, data: Path, pool: list[Path], rng: np.random.Generator, seed: int
) -> tuple[np.ndarray, SungLine] | None:
    for index in rng.permutation(len(pool))[:12]:
        excerpt = draw_excerpt(pool[index], float(rng.uniform(*SECONDS)), rng)
        if excerpt is None:
            continue
        score = mannered(worded(excerpt.score, part.language, data, seed), rng)
        settings = sung_as_usual(voice.manifest, score, part, seed, rng)
        sung = sing_score(score, voice, settings, part.language, JobContext())
        samples = at_16k(sung.audio)
        # Faces know English phones.
        phones = tuple(SpokenPhone(in_english(p.label), p.start_s, p.end_s) for p in sung.timing.phones)
        return samples, line_of(phones, samples, sung.timing.f0, sung.timing.beats_s)
    return None


def line_of(
    phones: tuple[SpokenPhone, ...], samples: np.ndarray, f0: np.ndarray | None, beats_s: tuple[float, ...]
) -> SungLine:
    """A line whose f0 is 0 where its phones are silent or unvoiced; without f0 the pitch is one note."""
    level = loudness_curve(samples, SAMPLE_RATE)
    times = (np.arange(len(level)) + 0.5) / RATE_HZ
    curve = np.full(len(level), 220.0, np.float32)
    if f0 is not None:
        curve[:] = np.pad(f0, (0, max(0, len(level) - len(f0))))[: len(level)]
    voiced = np.zeros(len(level), bool)
    for phone in phones:
        if is_voiced(phone.label):
            voiced |= (times >= phone.start_s) & (times < phone.end_s)
    return SungLine(phones, np.where(voiced, curve, 0).astype(np.float32), level, beats_s)


def _from_japanese(symbol: str) -> str:
    """A phone of the Japanese labels in ours."""
    if symbol in _KANA:
        return _KANA[symbol]
    kana = {
        "h": "HH",
        "r": "D",
        "a": "AA",
        "i": "IY",
        "u": "UH",
        "e": "EH",
        "o": "AO",
        "N": "N",
        "ts": "S",
        "f": "HH",
        "j": "JH",
    }
    label = kana.get(symbol, symbol.upper())
    return label if label in SPEECH else label[0] if label[0] in SPEECH else "SP"


def at_16k(audio: Audio) -> np.ndarray:
    """Mono samples [N] at 16 kHz."""
    mono = Audio(audio.samples.mean(axis=0, keepdims=True), audio.sample_rate)
    return resample(mono, SAMPLE_RATE).samples[0]


@lru_cache(maxsize=1)
def _voice() -> HiddenSinger:
    return build(find_model(), "cpu", 1)
