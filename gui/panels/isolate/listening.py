"""What is heard of mix and stems, and how loud, so that both sides of a comparison are equally loud."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from gui.viewmodels.equal_loudness import turned_down_db

Side = Literal["mix", "stems"]
STEMS = ("vocals", "instrumental")
AGAIN = "again"
"""The vocal as another voice sings it, where there is one: beside the stems, in the place of the vocals."""


@dataclass(frozen=True, slots=True)
class Listening:
    """Side A is the mix, B what is heard of the stems: the soloed ones, else those that are not muted.

    `matched`: the louder side is turned down to the other.  `stems`: those that there are, or will be.
    """

    side: Side = "mix"
    solo: frozenset[str] = frozenset()
    mute: frozenset[str] = frozenset()
    matched: bool = True
    stems: tuple[str, ...] = STEMS

    @property
    def heard_stems(self) -> frozenset[str]:
        return self.solo or frozenset(self.stems) - self.mute

    def switched(self) -> Listening:
        return replace(self, side="stems" if self.side == "mix" else "mix")

    def offered(self, stems: tuple[str, ...]) -> Listening:
        """Other stems than before; a vocal that was sung again is heard in the place of the old one."""
        if stems == self.stems:
            return self
        comes = AGAIN in stems and AGAIN not in self.stems
        mute = (self.mute | {"vocals"} if comes else self.mute) & frozenset(stems)
        return replace(self, stems=stems, solo=frozenset() if comes else self.solo & frozenset(stems), mute=mute)

    def with_solo(self, stem: str, on: bool) -> Listening:
        """Solo a stem or not; either way the stems are heard from now on."""
        solo = self.solo | {stem} if on else self.solo - {stem}
        return replace(self, side="stems", solo=solo)

    def with_mute(self, stem: str, on: bool) -> Listening:
        mute = self.mute | {stem} if on else self.mute - {stem}
        return replace(self, side="stems", mute=mute)

    def is_heard(self, name: str) -> bool:
        """Of "mix" and the stems."""
        return name == "mix" if self.side == "mix" else name in self.heard_stems


def trims_db(listening: Listening, loudness_lufs: Mapping[str, float | None]) -> tuple[float, float]:
    """(the mix's, the stems') gain in dB that makes both sides as loud as the softer one; never above 0.

    (0, 0) while one of them is silent or not known, or nothing is to be matched.
    """
    mix = loudness_lufs.get("mix")
    heard = listening.heard_stems
    # Both together are the mix again.
    other = mix if heard == frozenset(STEMS) else _only(heard, loudness_lufs)
    if not listening.matched or mix is None or other is None:
        return 0.0, 0.0
    return turned_down_db(mix, (other,)), turned_down_db(other, (mix,))


def _only(heard: frozenset[str], loudness_lufs: Mapping[str, float | None]) -> float | None:
    return loudness_lufs.get(next(iter(heard))) if len(heard) == 1 else None
