"""What of a track's plan is shown, made once for each plan: phones, lines of pitch, what each note says, problems."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from engine.score import Problem, TempoMap
from gui.panels.sing.singer import Singer
from gui.viewmodels.live import Live
from gui.viewmodels.live_plan import F0_PER_S, LivePhone, LivePhrase, LivePlan
from gui.widgets.mixdown import RATE
from gui.widgets.pitch_line import PitchLine
from gui.widgets.problem_list import NoteProblem
from gui.widgets.wave import ShownPhrase, ShownSound


@dataclass(frozen=True)
class ShownPlan:
    """`said`: labels of the phones by note; `phrase_of`: the phrase of each note."""

    plan: LivePlan = field(default_factory=LivePlan)
    phones: tuple[LivePhone, ...] = ()
    lines: tuple[PitchLine, ...] = ()
    said: dict[str, list[str]] = field(default_factory=dict)
    phrase_of: dict[str, LivePhrase] = field(default_factory=dict)

    @classmethod
    def of(cls, plan: LivePlan, tempo_map: TempoMap, before: ShownPlan) -> ShownPlan:
        """Lines of phrases that are as in `before` are taken from there."""
        known = {
            (phrase.key, phrase.start_s): line for phrase, line in zip(before.plan.phrases, before.lines, strict=True)
        }
        lines = tuple(
            known.get((phrase.key, phrase.start_s))
            or PitchLine.of_plan(tempo_map, phrase.f0_start_s, F0_PER_S, phrase.f0)
            for phrase in plan.phrases
        )
        phones = plan.phones
        said: dict[str, list[str]] = {}
        for phone in phones:
            said.setdefault(phone.note, []).append(phone.label)
        phrase_of = {note: phrase for phrase in plan.phrases for note in phrase.notes}
        return cls(plan, phones, lines, said, {str(note): phrase for note, phrase in phrase_of.items()})


def shown_phrases(live: Live) -> tuple[ShownPhrase, ...]:
    """The phrases with their states, for the strip of waves."""
    return tuple(
        ShownPhrase(
            phrase.key, phrase.number, phrase.start_s, phrase.end_s, live.state(phrase).value, str(phrase.first)
        )
        for phrase in live.phrases
    )


def shown_sounds(live: Live, singer: Singer) -> dict[str, ShownSound]:
    """The sounds that are there, by the phrases' keys."""
    found = ((phrase.key, singer.sound(phrase.key)) for phrase in live.phrases)
    return {key: ShownSound(RATE, sound.peaks) for key, sound in found if sound is not None}


def shown_problems(problems: Iterable[Problem], message: str, notes: Sequence[str]) -> tuple[NoteProblem, ...]:
    """What is wrong, each once; `message`: why phrases failed, "" when none did; `notes`: ids that there are."""
    known = frozenset(notes)
    found: dict[str, NoteProblem] = {}
    if message:
        found[message] = NoteProblem(message, "", "error")
    for problem in problems:
        note = str(problem.note_id or "")
        found.setdefault(
            problem.sentence, NoteProblem(problem.sentence, note if note in known else "", problem.severity)
        )
    return tuple(found.values())
