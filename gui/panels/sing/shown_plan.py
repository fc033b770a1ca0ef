"""What of a track's plan is shown, made once for each plan: phones, lines of pitch, what each note says, problems."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from engine.score import Problem, TempoMap
from gui.panels.sing.singer import Singer
from gui.viewmodels.live import Live, State
from gui.viewmodels.live_plan import F0_PER_S, LivePhone, LivePhrase, LivePlan
from gui.viewmodels.timeline import quarters_of
from gui.widgets.pitch_line import PitchLine
from gui.widgets.problem_list import NoteProblem
from gui.widgets.wave import ShownPhrase, ShownSound


@dataclass(frozen=True, slots=True)
class ShownPlan:
    """`lines`: one for each phrase; `said`: labels of the phones by note; `phrase_of`: the phrase of each note."""

    plan: LivePlan = field(default_factory=LivePlan)
    phones: tuple[LivePhone, ...] = ()
    lines: tuple[PitchLine, ...] = ()
    said: Mapping[str, list[str]] = field(default_factory=dict)
    phrase_of: Mapping[str, LivePhrase] = field(default_factory=dict)

    @classmethod
    def of(cls, plan: LivePlan, tempo_map: TempoMap, before: ShownPlan) -> ShownPlan:
        """Lines of phrases that are as in `before` are taken from there.  On any thread: a long song takes a while."""
        known = {
            (phrase.key, phrase.start_s): line for phrase, line in zip(before.plan.phrases, before.lines, strict=True)
        }
        found = [known.get((phrase.key, phrase.start_s)) for phrase in plan.phrases]
        drawn = iter(_lines([p for p, line in zip(plan.phrases, found, strict=True) if line is None], tempo_map))
        lines = tuple(line or next(drawn) for line in found)
        phones = plan.phones
        phrase_of = {str(note): phrase for phrase in plan.phrases for note in phrase.notes}
        return cls(plan, phones, lines, _said(phones), phrase_of)


def _said(phones: Iterable[LivePhone]) -> dict[str, list[str]]:
    said: dict[str, list[str]] = {}
    for phone in phones:
        said.setdefault(phone.note, []).append(phone.label)
    return said


def _lines(phrases: Sequence[LivePhrase], tempo_map: TempoMap) -> list[PitchLine]:
    """All at once: a long song has thousands."""
    counts = [len(phrase.f0) for phrase in phrases]
    ends = np.cumsum(counts, dtype=np.int64)
    since = np.arange(sum(counts)) - np.repeat(ends - counts, counts)
    seconds = np.repeat([phrase.f0_start_s for phrase in phrases], counts) + since / F0_PER_S
    quarters = quarters_of(tempo_map, seconds)
    keys = np.concatenate([np.zeros(0), *(phrase.f0 for phrase in phrases)])
    voiced = np.where(keys > 0, keys, np.nan)
    return [
        PitchLine(quarters[end - count : end], voiced[end - count : end])
        for count, end in zip(counts, ends.tolist(), strict=True)
    ]


def shown_phrases(live: Live, before: Sequence[ShownPhrase] = ()) -> tuple[ShownPhrase, ...]:
    """The phrases with their states, for the strip of waves; `before`: those of the same plan, shown last."""
    if not before:
        return tuple(_shown(phrase, live.state(phrase), live) for phrase in live.phrases)
    return tuple(
        was if was.state == (state := live.state(phrase)) else _shown(phrase, state, live)
        for phrase, was in zip(live.phrases, before, strict=True)
    )


def _shown(phrase: LivePhrase, state: State, live: Live) -> ShownPhrase:
    why = live.message if state is State.FAILED else ""
    return ShownPhrase(phrase.key, phrase.number, phrase.start_s, phrase.end_s, state, str(phrase.first), why)


def shown_sounds(live: Live, singer: Singer) -> dict[str, ShownSound]:
    """The sounds that are there, by the phrases' keys."""
    found = ((phrase.key, singer.sound(phrase.key)) for phrase in live.phrases)
    return {key: sound.shown for key, sound in found if sound is not None}


def shown_problems(problems: Iterable[Problem], message: str, notes: Sequence[str]) -> tuple[NoteProblem, ...]:
    """What is wrong, each once, by its place; `message`: why phrases failed, "" when none did; `notes`: ids that there
    are."""
    known = frozenset(notes)
    found: dict[str, NoteProblem] = {}
    if message:
        found[message] = NoteProblem(message, "", "error")
    for problem in sorted(problems, key=lambda problem: (problem.bar or 0, problem.beat or 0.0)):
        note = str(problem.note_id or "")
        found.setdefault(
            problem.sentence, NoteProblem(problem.sentence, note if note in known else "", problem.severity)
        )
    return tuple(found.values())
