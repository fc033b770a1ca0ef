"""From the user's folder to what can be trained on, each step kept in the work folder: a second call does the rest.

`work/takes/NAME.json` says what a recording is and where its pieces lie; `work/pieces/NAME-003.npz` is a piece: its
sound, f0 and gains (a shard, engine.train.corpus.shards) beside its phones, `work/analysed/...` WORLD's parameters.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.codec.harmonic import BandFilters
from engine.files import check_space, make_folder, write_bytes_whole
from engine.jobs import JobContext
from engine.train.corpus.align import Segment
from engine.train.corpus.aligned import read_segments, write_segments
from engine.train.corpus.gains import GAIN_BANDS, band_gains
from engine.train.corpus.recordings import write_analysis
from engine.train.corpus.shards import PCM_PEAK, make_shard, write_shard
from engine.train.corpus.world import analyse
from engine.train.own.cutting import cut, gain_db
from engine.train.own.hearing import FRAME_S, Heard, hear, levels
from engine.train.own.recordings import SAMPLE_RATE, Decoded, Take, decode, forget
from engine.train.own.words import WordFinder, within

HOP_LENGTH = 256
WIDEST_HZ = (65.0, 1100.0)
BELOW, ABOVE = 0.7, 1.5
"""How far beyond the pitch of most of the singing f0 is looked for."""
PROBED = 8
HELD_OUT = 12
"""One piece in so many is put aside for the figures."""
BYTES_A_SECOND = 700_000
"""Of disk, for everything that is kept; found by measuring."""


@dataclass(frozen=True, slots=True)
class PieceFiles:
    """A piece's name and where its parts lie; `segments` is empty where no words are known."""

    name: str
    shard: Path
    analysis: Path
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Studio:
    """Where a folder's work is kept."""

    work: Path

    def take(self, take: Take) -> Path:
        """What is known of a recording."""
        return self.work / "takes" / f"{take.name}.json"

    def raw(self, piece: str) -> Path:
        """A piece's sound before it is analysed."""
        return self.work / "cut" / f"{piece}.npy"

    def words(self, piece: str) -> Path:
        """A piece's phones."""
        return self.work / "words" / f"{piece}.npz"

    @property
    def refined(self) -> Path:
        """For how many pieces better boundaries were found."""
        return self.work / "words" / "refined"

    def files(self, piece: str) -> PieceFiles:
        """An analysed piece."""
        words = self.words(piece)
        segments = read_segments(words) if words.exists() else ()
        return PieceFiles(
            piece, self.work / "pieces" / f"{piece}.npz", self.work / "analysed" / f"{piece}.npz", segments
        )


def listen(
    takes: Sequence[Take], studio: Studio, finder: WordFinder, context: JobContext
) -> tuple[list[Heard], list[str]]:
    """Decode, judge and cut every recording; (facts of each, names of those whose words were not found)."""
    for name in ("takes", "cut", "words"):
        make_folder(studio.work / name)
    lost, facts = [], []
    for number, take in enumerate(takes):
        context.step("Reading the recordings", number, len(takes))
        if not _is_known(take, studio):
            _listen_to(take, studio, finder, context.token.raise_if_cancelled)
        known = json.loads(studio.take(take).read_text(encoding="utf-8"))
        facts.append(Heard(**known["heard"]))
        if take.words is not None and not known["aligned"]:
            lost.append(take.path.name)
    return facts, lost


def _is_known(take: Take, studio: Studio) -> bool:
    """Whether it was listened to with the words that lie beside it now."""
    path = studio.take(take)
    return path.exists() and json.loads(path.read_text(encoding="utf-8")).get("words", "") == take.words_stamp


def _listen_to(take: Take, studio: Studio, finder: WordFinder, go_on: Callable[[], None]) -> None:
    check_space(studio.work, 2 * take.path.stat().st_size)
    stamp = take.words_stamp
    studio.refined.unlink(missing_ok=True)
    try:
        decoded = decode(take, studio.work / "cut", go_on)
        check_space(studio.work, int(decoded.seconds * BYTES_A_SECOND))
        segments = finder.find(take.words, decoded.samples) if take.words else []
        names = []
        frames = levels(decoded.samples)
        for number, piece in enumerate(cut(frames)):
            go_on()
            names.append(f"{take.name}-{number:03}")
            np.save(studio.raw(names[-1]), _levelled(decoded, frames, piece), allow_pickle=False)
            spoken = within(segments, piece[0] * FRAME_S, piece[1] * FRAME_S)
            if spoken:
                write_segments(spoken, studio.words(names[-1]))
            else:
                studio.words(names[-1]).unlink(missing_ok=True)
        heard = hear(take.path.name, decoded)
        known = {"heard": asdict(heard), "pieces": names, "aligned": bool(segments), "words": stamp}
        write_bytes_whole(studio.take(take), json.dumps(known, indent=1).encode())
    finally:
        forget(take, studio.work / "cut")


def _levelled(decoded: Decoded, frames: NDArray[np.float64], piece: tuple[int, int]) -> NDArray[np.int16]:
    hop = round(FRAME_S * SAMPLE_RATE)
    samples = np.asarray(decoded.samples[piece[0] * hop : piece[1] * hop], np.float64)
    samples = samples - samples.mean()
    gain = 10 ** (gain_db(frames, piece, float(np.abs(samples).max())) / 20)
    return np.round(np.clip(gain * samples, -1, 1) * PCM_PEAK).astype(np.int16)


def analyse_pieces(takes: Sequence[Take], studio: Studio, finder: WordFinder, context: JobContext) -> list[PieceFiles]:
    """WORLD's parameters of all pieces of `takes`, and better boundaries of their phones; in order."""
    names = [n for take in takes for n in json.loads(studio.take(take).read_text(encoding="utf-8"))["pieces"]]
    f0_range = _f0_range(names, studio, context)
    for number, name in enumerate(names):
        context.step("Analysing", number, len(names))
        if not studio.files(name).shard.exists():
            _analyse(name, studio, f0_range)
    context.step("Analysing", len(names), len(names))
    _refine(names, studio, finder, context)
    return [studio.files(name) for name in names]


def put_aside(names: Sequence[str], studio: Studio) -> frozenset[str]:
    """Pieces that nothing is trained on, a twelfth of them, at least one of two; once chosen they stay so."""
    path = studio.work / "held.json"
    before = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    seen = json.loads((studio.work / "seen.json").read_text(encoding="utf-8")) if path.exists() else []
    held = [name for name in before if name in names]
    new = sorted(set(names) - set(seen), key=lambda name: zlib.crc32(name.encode()))
    held += new[: max(0, max(1, len(names) // HELD_OUT) - len(held))] if len(names) > 1 else []
    write_bytes_whole(studio.work / "seen.json", json.dumps(sorted({*seen, *names})).encode())
    write_bytes_whole(path, json.dumps(held).encode())
    return frozenset(held)


def _analyse(name: str, studio: Studio, f0_range: tuple[float, float]) -> None:
    samples = _samples(name, studio)
    found = analyse(samples, SAMPLE_RATE, HOP_LENGTH, f0_range)
    files = studio.files(name)
    write_analysis(found, files.analysis)
    gains = band_gains(found, BandFilters(SAMPLE_RATE, HOP_LENGTH, GAIN_BANDS))
    write_shard(make_shard(name, samples, found.f0, gains, HOP_LENGTH), files.shard.parent)


def _samples(name: str, studio: Studio) -> NDArray[np.float64]:
    return np.load(studio.raw(name), allow_pickle=False).astype(np.float64) / PCM_PEAK


def _f0_range(names: Sequence[str], studio: Studio, context: JobContext) -> tuple[float, float]:
    """Where to look for this singer's f0, from a few pieces; decided once."""
    path = studio.work / "range.json"
    if not path.exists():
        chosen = [names[i] for i in np.unique(np.linspace(0, len(names) - 1, PROBED).astype(int))]
        found = []
        for number, name in enumerate(chosen):
            context.step("Looking for the voice's range", number, len(chosen))
            f0 = analyse(_samples(name, studio)[: 6 * SAMPLE_RATE], SAMPLE_RATE, HOP_LENGTH, WIDEST_HZ).f0
            found.append(f0[f0 > 0])
        voiced = np.concatenate(found)
        low, high = np.percentile(voiced, [3, 97]) if len(voiced) else WIDEST_HZ
        limits = [max(WIDEST_HZ[0], BELOW * float(low)), min(WIDEST_HZ[1], max(ABOVE * float(high), 300.0))]
        write_bytes_whole(path, json.dumps(limits).encode())
    low, high = json.loads(path.read_text(encoding="utf-8"))
    return float(low), float(high)


def _refine(names: Sequence[str], studio: Studio, finder: WordFinder, context: JobContext) -> None:
    """Once for all pieces with words."""
    spoken = [name for name in names if studio.words(name).exists()]
    mark = studio.refined
    if not spoken or (mark.exists() and int(mark.read_text(encoding="utf-8")) == len(spoken)):
        return
    context.step("Placing the words", 0, 1)
    cuts = {n: (_samples(n, studio), list(read_segments(studio.words(n)))) for n in spoken}
    found = finder.refine(cuts, context.token.raise_if_cancelled)
    for name, segments in found.items():
        write_segments(segments, studio.words(name))
    write_bytes_whole(mark, str(len(spoken)).encode())
