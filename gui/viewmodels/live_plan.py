"""What the engine's process tells of a track that is sung while it is edited, checked and as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.score import NoteId, Problem, TempoMap
from gui.document.pitch import Planned
from gui.viewmodels.timeline import quarters_of

F0_PER_S = 100
"""Values of pitch in a second."""


@dataclass(frozen=True, slots=True)
class LivePhone:
    """One phone, in seconds from the clip's start; `note`: the id of its note."""

    label: str
    start_s: float
    end_s: float
    note: NoteId


@dataclass(frozen=True, slots=True)
class LivePhrase:
    """`key`: equal for equal sound; `number` from 1; `notes`: ids in order, `first` the one that names the phrase.

    `f0` float32 [N]: fractional MIDI keys, `F0_PER_S` a second from `f0_start_s` on, NaN where nothing is voiced.
    """

    key: str
    number: int
    first: NoteId
    notes: tuple[NoteId, ...]
    start_s: float
    end_s: float
    phones: tuple[LivePhone, ...]
    f0_start_s: float
    f0: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class LivePlan:
    """A whole track: `phrases` in time order; `sample_rate` in Hz, of all sounds."""

    voice: str = ""
    speaker: str = ""
    language: str = ""
    sample_rate: int = 48_000
    duration_s: float = 0.0
    problems: tuple[Problem, ...] = ()
    phrases: tuple[LivePhrase, ...] = ()

    @property
    def phones(self) -> tuple[LivePhone, ...]:
        """Of all phrases, in time order."""
        return tuple(phone for phrase in self.phrases for phone in phrase.phones)

    def pitch(self, tempo_map: TempoMap) -> Planned:
        """The planned pitch of the whole track over quarters; NaN between phrases."""
        places: list[NDArray[np.float64]] = []
        keys: list[NDArray[np.float64]] = []
        for phrase in self.phrases:
            count = len(phrase.f0)
            seconds = phrase.f0_start_s + np.arange(count + 1) / F0_PER_S
            places.append(quarters_of(tempo_map, seconds))
            keys.append(np.append(phrase.f0.astype(np.float64), np.nan))
        if not places:
            return Planned(np.zeros(0), np.zeros(0))
        quarters, values = np.concatenate(places), np.concatenate(keys)
        order = np.argsort(quarters, kind="stable")
        return Planned(quarters[order], values[order])


@dataclass(frozen=True, slots=True)
class LiveSound:
    """A phrase's sound: a file of float32 [samples, channels], from second `start_s` of the clip on.

    `draft`: to be heard until the phrase's own comes."""

    key: str
    path: Path
    start_s: float
    samples: int
    channels: int = 1
    draft: bool = False

    @property
    def num_bytes(self) -> int:
        """Of its file."""
        return 4 * self.samples * self.channels


def read_plan(told: Mapping[str, Any], before: LivePlan | None = None) -> LivePlan:
    """Of a part `plan`; phrases that are as in `before` are taken from there.

    Raises `KeyError`, `TypeError` or `ValueError` for what is none: a fault of ours.
    """
    known = {(phrase.key, phrase.start_s): phrase for phrase in before.phrases} if before else {}
    return LivePlan(
        voice=str(told["voice"]),
        speaker=str(told.get("speaker") or ""),
        language=str(told.get("language") or ""),
        sample_rate=int(told["sample_rate"]),
        duration_s=float(told["duration_s"]),
        problems=tuple(read_problem(entry) for entry in told.get("problems", ())),
        phrases=tuple(_known(entry, known) or _phrase(entry) for entry in told["phrases"]),
    )


def read_sound(told: Mapping[str, Any]) -> LiveSound:
    """Of a part `phrase`.  Raises as `read_plan`."""
    return LiveSound(
        str(told["phrase"]),
        Path(told["path"]),
        float(told["start_s"]),
        int(told["samples"]),
        int(told.get("channels", 1)),
        bool(told.get("draft", False)),
    )


def read_problem(told: Mapping[str, Any]) -> Problem:
    """A problem as the engine's process tells one.  Raises as `read_plan`."""
    note, bar, beat = told.get("note_id"), told.get("bar"), told.get("beat")
    return Problem(
        str(told["kind"]),
        str(told["message"]),
        None if note is None else NoteId(str(note)),
        None if bar is None else int(bar),
        None if beat is None else float(beat),
        told.get("severity", "warning"),
    )


def _known(told: Mapping[str, Any], known: Mapping[tuple[str, float], LivePhrase]) -> LivePhrase | None:
    """The phrase of that sound at that place, if it is of the same notes: of a long song an edit changes but one."""
    found = known.get((told["key"], told["start_s"]))
    if found is None or tuple(told["notes"]) != found.notes:
        return None
    now = told["number"], told["first"], told["end_s"], told["f0_start_s"], len(told["f0"]), len(told["phones"])
    was = found.number, found.first, found.end_s, found.f0_start_s, len(found.f0), len(found.phones)
    return found if now == was and all(map(_is_told, found.phones, told["phones"])) else None


def _is_told(phone: LivePhone, told: Mapping[str, Any]) -> bool:
    return (phone.note, phone.label) == (told["note"], told["label"]) and (
        (phone.start_s, phone.end_s) == (told["start_s"], told["end_s"])
    )


def _phrase(told: Mapping[str, Any]) -> LivePhrase:
    notes = tuple(NoteId(str(note)) for note in told["notes"])
    phones = tuple(
        LivePhone(str(phone["label"]), float(phone["start_s"]), float(phone["end_s"]), NoteId(str(phone["note"])))
        for phone in told["phones"]
    )
    f0 = np.array(told["f0"], np.float32)  # null becomes NaN
    f0[~(f0 > 0)] = np.nan
    first, number = NoteId(str(told["first"])), int(told["number"])
    start_s, end_s, f0_start_s = (float(told[name]) for name in ("start_s", "end_s", "f0_start_s"))
    return LivePhrase(str(told["key"]), number, first, notes, start_s, end_s, phones, f0_start_s, f0)
