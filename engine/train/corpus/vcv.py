"""A Japanese VCV voicebank (UTAU) as aligned recordings.

Every recording is a row of moras sung at one pace, its name says which; `oto.ini` says where most vowels begin.  That
makes a first cut; models trained on the bank itself then find the rest (engine.train.corpus.align_trained).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from engine.phonemize.japanese import NASAL, VOWEL_PHONES, moras_of
from engine.phonemize.phones import NASALS, SILENCE, VOICED, is_vowel
from engine.train.corpus.align import Segment
from engine.train.corpus.world import Analysis

CONSONANT_S = 0.1
GLIDE_S = 0.06
C0_PER_DB = 0.2303
"""What a decibel adds to the first coefficient of WORLD's coded envelope."""
_SHORT = frozenset({"Y", "W", "DX"})


def vowel_onsets(bank: Path) -> dict[str, list[float]]:
    """Seconds at which vowels begin, by recording, in order (from offset and preutterance)."""
    onsets: dict[str, list[float]] = defaultdict(list)
    for line in (bank / "oto.ini").read_text(encoding="utf-8").splitlines():
        if "=" not in line:
            continue
        file, entry = line.split("=", 1)
        _, offset, _, _, preutterance, _ = entry.split(",")
        onsets[file.rsplit(".", 1)[0]].append((float(offset) + float(preutterance)) / 1000)
    return {name: sorted(found) for name, found in onsets.items()}


def phones_of_row(name: str) -> list[tuple[str, ...]]:
    """Phones of each mora of a recording's name ("_ききょん"); empty where the name is no row of moras."""
    moras = moras_of(name.lstrip("_")) if name.startswith("_") else []
    rows: list[tuple[str, ...]] = []
    for index, mora in enumerate(moras):
        following = moras[index + 1].onset if index + 1 < len(moras) else ()
        first = following[0] if following else ""
        if mora.vowel == NASAL:
            rows.append(("M" if first in {"P", "B", "M"} else "NG" if first in {"K", "G"} else "N",))
        elif mora.vowel in VOWEL_PHONES:
            rows.append((*mora.onset, VOWEL_PHONES[mora.vowel]))
        else:
            return []
    return rows


def first_cut(rows: Sequence[tuple[str, ...]], onsets: Sequence[float], end_s: float) -> list[Segment]:
    """Segments at an even pace through the known onsets; consonants at their usual lengths before the vowel."""
    starts = _paced(rows, onsets)
    spans: list[tuple[str, float]] = []  # label, start
    for row, start in zip(rows, starts, strict=True):
        lengths = [GLIDE_S if phone in _SHORT else CONSONANT_S for phone in row[:-1]]
        at = start - sum(lengths)
        for phone, length in zip(row[:-1], lengths, strict=True):
            spans.append((phone, at))
            at += length
        spans.append((row[-1], start))
    end_s = max(end_s, spans[-1][1] + 0.2)
    ends = [*(start for _, start in spans[1:]), end_s]
    found = [Segment(SILENCE, 0.0, spans[0][1])]
    found += [Segment(label, start, end) for (label, start), end in zip(spans, ends, strict=True)]
    return [*found, Segment(SILENCE, end_s, end_s + 0.3)]


def _paced(rows: Sequence[tuple[str, ...]], onsets: Sequence[float]) -> np.ndarray:
    """Start of every mora's last phone.  Moras that hum have no entry: the pace says which the entries are."""
    pace = 0.6
    if len(onsets) == len(rows):
        return np.array(onsets)
    last = onsets[-1]
    places = [len(rows) - 1 + round((onset - last) / pace) for onset in onsets]
    slope, first = np.polyfit(places, onsets, 1) if len(onsets) > 1 else (pace, last - pace * places[-1])
    starts = first + slope * np.arange(len(rows))
    for place, onset in zip(places, onsets, strict=True):
        starts[max(place, 0)] = onset
    return starts


def quiet_from(f0: np.ndarray, hop_s: float) -> float:
    """Seconds at which the last voiced frame ends."""
    voiced = np.flatnonzero(f0 > 0)
    return float((voiced[-1] + 1) * hop_s) if len(voiced) else 0.0


def rows_of_bank(bank: Path) -> Mapping[str, list[tuple[str, ...]]]:
    """Recordings that are rows of moras and have entries, with their phones."""
    onsets = vowel_onsets(bank)
    found = {path.stem: phones_of_row(path.stem) for path in sorted(bank.glob("*.opus")) if path.stem in onsets}
    return {name: rows for name, rows in found.items() if rows and any(is_vowel(p) for row in rows for p in row)}


GAP_DB = 20.0
NEAR_S = 0.12


def with_glottal_stops(segments: Sequence[Segment], analysis: Analysis, hop_s: float) -> list[Segment]:
    """Silences that a singer leaves before a vowel or a hum become Q; those before a consonant become the consonant's.

    What hums or sings after silence begins with its voice, not with the breath before it.
    """
    quiet = _quiet_frames(analysis)
    found = [segments[0]]
    for segment in segments[1:]:
        before = found[-1]
        if before.label == SILENCE and _sings(segment.label):
            start = _voice_from(analysis.f0, segment.start_s, segment.end_s, hop_s)
            found[-1] = Segment(SILENCE, before.start_s, start)
            found.append(Segment(segment.label, start, segment.end_s, segment.word))
            continue
        gap = _gap(quiet, segment.start_s, hop_s) if before.label in VOICED and segment.label != SILENCE else None
        if gap is None or gap[0] <= before.start_s + 0.05:
            found.append(segment)
            continue
        start, end = gap
        found[-1] = Segment(before.label, before.start_s, start, before.word)
        if _sings(segment.label) and end < segment.end_s - 0.05:
            found += [Segment("Q", start, end), Segment(segment.label, end, segment.end_s, segment.word)]
        else:
            found.append(Segment(segment.label, start, segment.end_s, segment.word))
    return found


def _sings(label: str) -> bool:
    return is_vowel(label) or label in NASALS


def _voice_from(f0: np.ndarray, start_s: float, end_s: float, hop_s: float) -> float:
    """The first time in a phone from which it is voiced for 27 ms or more."""
    first, last = round(start_s / hop_s), min(round(end_s / hop_s), len(f0))
    for index in range(first, last - 5):
        if (f0[index : index + 5] > 0).all():
            return max(start_s, index * hop_s)
    return start_s


def _quiet_frames(analysis: Analysis) -> np.ndarray:
    """Frames without a voice, or far softer than the loud ones of the recording."""
    level = analysis.envelope[:, 0] / C0_PER_DB
    quiet: np.ndarray = (analysis.f0 <= 0) | (level < np.percentile(level, 90) - GAP_DB)
    return quiet


def _gap(quiet: np.ndarray, boundary_s: float, hop_s: float) -> tuple[float, float] | None:
    """The longest run of quiet frames near a boundary that begins before it, in seconds."""
    middle, reach = round(boundary_s / hop_s), round(NEAR_S / hop_s)
    first, last = max(0, middle - reach), min(len(quiet), middle + reach)
    best: tuple[int, int] | None = None
    start = None
    for index in range(first, last + 1):
        if index < last and quiet[index]:
            start = index if start is None else start
        elif start is not None:
            if start <= middle + 4 and (best is None or index - start > best[1] - best[0]):
                best = (start, index)
            start = None
    if best is None or best[1] - best[0] < 3 or best[1] < middle - 4:
        return None
    return best[0] * hop_s, best[1] * hop_s
