"""The systems that are compared, and in which order they are trained: the table is useful from the first rows on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Regularisation = Literal["rvq", "kl", "none"]
REGULARISATIONS: tuple[Regularisation, ...] = ("rvq", "kl", "none")


@dataclass(frozen=True, slots=True)
class System:
    """One row.  `prior`: around the estimated mean, or around 0.  `unlabelled`: share of the songs whose words are
    hidden; `left_out`: share that is not there at all.  `joint`: trained with the encoders of HiddenSinger-U."""

    name: str
    title: str
    prior: Literal["data", "standard"] = "data"
    enhanced: bool = True
    codec: Regularisation = "rvq"
    joint: bool = False
    unlabelled: float = 0.0
    left_out: float = 0.0


SYSTEMS = (
    System("whole", "all of it: prior N(mu, I), enhanced encoder, RVQ"),
    System("standard", "prior N(0, I)", prior="standard"),
    System("plain", "no enhanced condition encoder", enhanced=False),
    System("kl", "KL instead of RVQ", codec="kl"),
    System("none", "latents not regularised", codec="none"),
    System("u-0", "HiddenSinger-U, all songs with words", joint=True),
    System("u-50", "HiddenSinger-U, 50 % without words", joint=True, unlabelled=0.5),
    System("left-50", "HiddenSinger-U, those 50 % left out", joint=True, left_out=0.5),
    System("u-10", "HiddenSinger-U, 10 % without words", joint=True, unlabelled=0.1),
)


@dataclass(frozen=True, slots=True)
class Run:
    """One training of a system; `name` is that of its files."""

    system: System
    seed: int

    @property
    def name(self) -> str:
        """As in `whole-1`."""
        return f"{self.system.name}-{self.seed}"


def runs(seeds: int) -> list[Run]:
    """All trainings of generators: every system once, then every system again."""
    return [Run(system, seed) for seed in range(1, seeds + 1) for system in SYSTEMS]
