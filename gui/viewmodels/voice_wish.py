"""A voice that is to be made: of which recordings, whose, how long; and what is known of that beforehand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gui.texts import plural
from gui.texts import voice as text
from gui.viewmodels.clock_text import clock

QUALITIES = ("quick", "normal", "long")


@dataclass(frozen=True, slots=True)
class VoiceWish:
    """As the dialog stands; texts may be empty.  `minutes` None: as long as it needs."""

    recordings: Path | None = None
    name: str = ""
    singer: str = ""
    consent: str = ""
    licence: str = ""
    language: str = ""
    quality: str = "normal"
    minutes: int | None = None

    @property
    def whole(self) -> bool:
        """Whether everything is said that must be."""
        said = (self.name, self.singer, self.consent, self.licence, self.language)
        return self.recordings is not None and all(said)

    def args(self) -> dict[str, Any]:
        """For the ops `train.check`, `train.wish` and `train.voice`."""
        told: dict[str, Any] = {
            "name": self.name,
            "singer": self.singer,
            "consent": self.consent,
            "licence": self.licence,
            "language": self.language,
            "quality": self.quality,
        }
        if self.recordings is not None:
            told["recordings"] = str(self.recordings)
        if self.minutes is not None:
            told["minutes"] = self.minutes
        return told


@dataclass(frozen=True, slots=True)
class Begun:
    """A training that was stopped, or is done and can learn more."""

    id: str
    wish: VoiceWish
    done: int
    spent_s: float
    same: bool = True

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Begun:
        """As `train.options` and `train.wish` tell it."""
        consent, minutes = told["consent"], told.get("minutes")
        wish = VoiceWish(
            recordings=Path(told["recordings"]),
            name=told["name"],
            singer=consent["singer"],
            consent=consent["consent"],
            licence=consent["licence"],
            language=told["language"],
            quality=told["quality"] if told["quality"] in QUALITIES else "normal",
            minutes=None if minutes is None else max(1, round(minutes)),
        )
        return cls(told["id"], wish, int(told["done"]), float(told["spent_s"]), bool(told.get("same", True)))

    def share(self, steps: Mapping[str, int], wish: VoiceWish) -> float:
        """How much of what `wish` asks for is learned, 0 to 1."""
        by_steps = self.done / max(1, steps.get(wish.quality, 1))
        by_time = self.spent_s / (60 * wish.minutes) if wish.minutes else 0.0
        return min(1.0, max(by_steps, by_time))

    def line(self, steps: Mapping[str, int]) -> str:
        """In a list."""
        if not self.done:
            return text.BEGUN_NOTHING.format(name=self.wish.name)
        return text.BEGUN_LINE.format(name=self.wish.name, share=self.share(steps, self.wish))


@dataclass(frozen=True, slots=True)
class Options:
    """What can be chosen: `languages` of the base voice, `steps` of each quality, trainings that can go on."""

    languages: tuple[str, ...] = ()
    steps: Mapping[str, int] | None = None
    begun: tuple[Begun, ...] = ()

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Options:
        """As `train.options` tells it."""
        return cls(tuple(told["base"]["languages"]), dict(told["steps"]), tuple(map(Begun.read, told["begun"])))


@dataclass(frozen=True, slots=True)
class Checked:
    """What `train.check` found: a line about the recordings, remarks, and what the work costs."""

    line: str
    remarks: tuple[str, ...]
    analysis_s: float
    step_s: float
    overhead_s: float

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Checked:
        """As it was answered."""
        count, worded = int(told["recordings"]), int(told["worded"])
        some = text.WORDS_SOME.format(n=worded) if worded < count else text.WORDS_ALL
        line = text.CHECK_LINE.format(
            count=plural(text.CHECK_ONE, text.CHECK_MANY, count),
            length=clock(told["seconds"], 0),
            voice=_length(told["voice_s"]),
            words=some if worded else text.WORDS_NONE,
        )
        costs = (float(told[name]) for name in ("analysis_s", "step_s", "overhead_s"))
        return cls(line, tuple(map(str, told["remarks"])), *costs)

    def time(self, steps: int, minutes: int | None) -> str:
        """How long a training takes here when all is still to do."""
        training_s = min(steps * self.step_s, 60 * minutes if minutes else float("inf"))
        return _about(self.analysis_s + training_s + self.overhead_s)


def _length(seconds: float) -> str:
    if seconds < 100:
        return text.SECONDS.format(n=round(seconds))
    return text.MINUTES_OF.format(n=f"{seconds / 60:.1f}")


def _about(seconds: float) -> str:
    """Nothing finer is known."""
    minutes = seconds / 60
    if minutes < 1.5:
        return text.ABOUT_MINUTE
    if minutes < 100:
        return text.ABOUT_MINUTES.format(n=round(minutes))
    return text.ABOUT_HOURS.format(n=f"{minutes / 60:.1f}")
