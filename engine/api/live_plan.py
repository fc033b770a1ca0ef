"""A track's phrases as a window draws them: places, phones and pitch, planned again only where something changed."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.jobs import JobContext
from engine.models.hidden_singer import HiddenSinger
from engine.score import NoteId, Phrase, Problem, Score
from engine.singing.cache import cache_key
from engine.singing.choir_members import Choir
from engine.singing.clip_plan import (
    F0_RATE_HZ,
    PlacedPhrase,
    phrase_key,
    plan_score,
    rendering_key,
    span_of,
    timing_of,
)
from engine.singing.pipeline import SungPlan, plan_phrase
from engine.singing.settings import SingSettings
from engine.singing.takes import Take

CHOIR_LEAD_S = 0.5
"""A choir's sound begins so long before its lead's: nobody is earlier, and the place is known before it is sung."""
_Name = tuple[str, NoteId, str, Take]
_MOST_RENDERINGS = 16
_KEY_OF_A4, _A4_HZ = 69, 440.0


@dataclass(frozen=True, slots=True)
class LivePhone:
    """One phone, in seconds from the clip's start; `note`: the id of its note."""

    label: str
    start_s: float
    end_s: float
    note: str


@dataclass(frozen=True, slots=True)
class LivePhrase:
    """`key`: equal for equal sound.  `number` from 1; `notes`: ids, in order, `first` among them.

    `start_s`, `end_s`: where its sound lies, consonants before the first note and the last one's dying away included.
    `f0` float64 [T]: fractional MIDI keys, 100 a second from `f0_start_s` on, NaN where none is.
    """

    key: str
    number: int
    first: str
    notes: tuple[str, ...]
    start_s: float
    end_s: float
    phones: tuple[LivePhone, ...]
    f0_start_s: float
    f0: NDArray[np.float64]


class PhraseMemory:
    """Plans of the last requests, so that an edit costs the planning of its own phrase.  Safe from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._plans: dict[str, dict[_Name, tuple[Phrase, SungPlan | None]]] = {}

    def plan(
        self,
        score: Score,
        voice: HiddenSinger,
        settings: SingSettings,
        language: str,
        context: JobContext,
        takes: Mapping[NoteId, Take],
    ) -> tuple[list[PlacedPhrase], list[Problem]]:
        """As `engine.singing.clip_plan.plan_score`."""
        rendering = rendering_key(voice, settings, language)
        with self._lock:
            before = self._plans.get(rendering, {})
        now: dict[_Name, tuple[Phrase, SungPlan | None]] = {}

        def planner(
            phrase: Phrase, voice: HiddenSinger, settings: SingSettings, language: str, take: Take
        ) -> SungPlan | None:
            key = phrase.content_key(), phrase.notes[0].id, language, take
            known = before.get(key)
            plan = (
                known[1] if known and _same(known[0], phrase) else plan_phrase(phrase, voice, settings, language, take)
            )
            now[key] = phrase, plan
            return plan

        answer = plan_score(score, voice, settings, language, context, takes, planner)
        with self._lock:
            self._plans.pop(rendering, None)  # to the end of the line
            self._plans[rendering] = now
            while len(self._plans) > _MOST_RENDERINGS:
                self._plans.pop(next(iter(self._plans)))
        return answer


def _same(one: Phrase, other: Phrase) -> bool:
    """Whether all is equal but the number: problems name notes and bars, which the content's key leaves out."""
    return one.notes == other.notes and one.start_s == other.start_s and one.tempo_map == other.tempo_map


def planned_phrases(
    score: Score,
    voice: HiddenSinger,
    settings: SingSettings,
    language: str,
    context: JobContext,
    takes: Mapping[NoteId, Take],
    memory: PhraseMemory,
) -> tuple[list[PlacedPhrase], list[LivePhrase], list[Problem]]:
    """Phrases as they are sung and as they are drawn, one for one, and the clip's problems."""
    placed, problems = memory.plan(score, voice, settings, language, context, takes)
    rendering = rendering_key(voice, settings, language)
    drawn = [
        _drawn(entry, phrase_key(rendering, entry.phrase, entry.plan, entry.take), number, voice)
        for number, entry in enumerate(placed, start=1)
    ]
    return placed, drawn, problems


def choir_phrase(
    score: Score,
    voice: HiddenSinger,
    settings: SingSettings,
    language: str,
    context: JobContext,
    takes: Mapping[NoteId, Take],
    choir: Choir,
    memory: PhraseMemory,
) -> tuple[LivePhrase | None, list[Problem]]:
    """All that a choir sings as one phrase, drawn as its lead sings it; None when nothing sounds."""
    placed, problems = memory.plan(score, voice, settings, language, context, takes)
    if not placed:
        return None, problems
    rate = voice.codec.sample_rate
    begin, end = span_of(placed, score, rate)
    timing = timing_of(placed, score, begin, end, rate)
    rendering = rendering_key(voice, settings, language)
    # Members stray by the clock: where a phrase lies is heard too, and so is how long the whole is.
    parts = [f"{phrase_key(rendering, entry.phrase, entry.plan, entry.take)} {entry.start}" for entry in placed]
    notes = [note.id for entry in placed for note in entry.phrase.notes]
    start_s = begin / rate - CHOIR_LEAD_S
    return (
        LivePhrase(
            key=cache_key("choir", repr(choir), str(end), *parts),
            number=1,
            first=notes[0],
            notes=tuple(notes),
            start_s=start_s,
            end_s=end / rate,
            phones=tuple(phone for entry in placed for phone in _phones(entry, rate)),
            f0_start_s=timing.offset_s,
            f0=_keys(timing.f0),
        ),
        problems,
    )


def _drawn(entry: PlacedPhrase, key: str, number: int, voice: HiddenSinger) -> LivePhrase:
    rate, codec = voice.codec.sample_rate, voice.codec
    notes = tuple(note.id for note in entry.phrase.notes)
    subframe_s = codec.hop_length / codec.subframes / rate
    middles = (np.arange(len(entry.plan.f0)) + 0.5) * subframe_s
    times = np.arange(round((entry.end - entry.start) / rate * F0_RATE_HZ)) / F0_RATE_HZ
    return LivePhrase(
        key=key,
        number=number,
        first=notes[0],
        notes=notes,
        start_s=entry.start / rate,
        end_s=entry.end / rate,
        phones=_phones(entry, rate),
        f0_start_s=entry.start / rate,
        f0=_keys(np.interp(times, middles, entry.plan.f0)),
    )


def _phones(entry: PlacedPhrase, rate: int) -> tuple[LivePhone, ...]:
    moved_s = entry.start / rate - entry.plan.start_s
    notes = entry.phrase.notes
    return tuple(
        LivePhone(phone.label, round(phone.start_s + moved_s, 4), round(phone.end_s + moved_s, 4), notes[phone.note].id)
        for phone in entry.plan.phones
    )


def _keys(f0: NDArray[np.floating]) -> NDArray[np.float64]:
    """f0 [T] in Hz as MIDI keys, to the cent; NaN where there is none."""
    voiced = f0 > 0
    keys = np.full(len(f0), np.nan)
    keys[voiced] = np.round(_KEY_OF_A4 + 12 * np.log2(f0[voiced] / _A4_HZ), 2)
    return keys
