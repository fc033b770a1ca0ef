"""What the recordings are, and how long a training on them takes: said before hours are spent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.jobs import JobContext
from engine.train.generator import Generator
from engine.train.own import estimate
from engine.train.own.fitting import FitRun
from engine.train.own.hearing import Heard, remarks
from engine.train.own.pieces import Studio, listen
from engine.train.own.plan import OwnPlan
from engine.train.own.recordings import Take
from engine.train.own.words import WordFinder


@dataclass(frozen=True, slots=True)
class Looked:
    """`doubts`: a sentence each.  `worded`: recordings with words beside them, of which `lost` were not found.
    `analysis_s`: of the whole folder; `step_s`: of one step of the training."""

    heard: Sequence[Heard]
    worded: int
    lost: int
    doubts: list[str]
    analysis_s: float
    step_s: float

    @property
    def voice_s(self) -> float:
        """Seconds of voice."""
        return sum(heard.voice_s for heard in self.heard)


def look(plan: OwnPlan, takes: Sequence[Take], generator: Generator, run: FitRun, context: JobContext) -> Looked:
    """Hear every recording, and try how quick this machine is.  Raises `InputError` when there is too little voice."""
    heard, lost = listen(takes, Studio(plan.work), WordFinder(plan.language), context)
    doubts = remarks(heard)
    if lost:
        doubts.append(f"The words of {len(lost)} recordings were not found in them ({lost[0]}); they go without.")
    context.step("Trying this machine", 0, 1)
    analysis_s = sum(h.voice_s for h in heard) * estimate.analysis_pace()
    worded = sum(take.words is not None for take in takes)
    return Looked(heard, worded, len(lost), doubts, analysis_s, estimate.step_pace(generator, run))


def forecast(looked: Looked, run: FitRun) -> str:
    """How long it takes, in a sentence."""
    training_s = min(run.steps * looked.step_s, 60 * run.minutes)
    total = estimate.in_words(looked.analysis_s + training_s + estimate.OVERHEAD_S)
    return (
        f"This takes about {total} on this machine when all is still to do "
        f"({estimate.in_words(looked.analysis_s)} to analyse {looked.voice_s / 60:.1f} minutes of voice, "
        f"{estimate.in_words(training_s)} to train). Stop it when you like: the same command goes on."
    )
