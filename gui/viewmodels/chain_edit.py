"""A chain of effects while it is edited: strips that keep who they are, undo, and whether anything is to be saved."""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gui.document.history import History
from gui.texts import chains as text

if TYPE_CHECKING:
    from plugin_host.rendergraph import Chain, Effect, EffectSettings


@dataclass(frozen=True, slots=True)
class Strip:
    """One effect of the chain; `id` stays wherever it is moved."""

    id: int
    settings: EffectSettings


class ChainEdit:
    """`chain` is the draft, `base` what the file holds.  Edits of strips that are gone do nothing."""

    def __init__(self, base: Chain, clock: Callable[[], float] = time.monotonic) -> None:
        self.base = base
        self._ids = itertools.count(1)
        strips = tuple(Strip(next(self._ids), settings) for settings in base.effects)
        self._history = History(strips, clock)
        self._steps_back = 0

    @property
    def strips(self) -> tuple[Strip, ...]:
        """In the order of the sound."""
        return self._history.present

    @property
    def chain(self) -> Chain:
        """As it would be saved now."""
        return replace(self.base, effects=tuple(strip.settings for strip in self.strips))

    @property
    def modified(self) -> bool:
        """Whether closing would lose something."""
        return self.chain.effects != self.base.effects

    @property
    def undo_label(self) -> str:
        """ "" when there is nothing to undo."""
        return self._history.undo_label

    @property
    def redo_label(self) -> str:
        """ "" when there is nothing to redo."""
        return self._history.redo_label

    def strip(self, strip_id: int) -> Strip | None:
        """By its id."""
        return next((strip for strip in self.strips if strip.id == strip_id), None)

    def place(self, strip_id: int) -> int:
        """How many come before it; -1 when it is gone."""
        return next((place for place, strip in enumerate(self.strips) if strip.id == strip_id), -1)

    def set_value(self, strip_id: int, parameter: str, value: float, grip: int = 0) -> None:
        """Turn a knob.  `grip` numbers the drag that does it: all of one are one step of undo."""
        strip = self.strip(strip_id)
        if strip is None or strip.settings.values[parameter] == value or not math.isfinite(value):
            return
        values = {**strip.settings.values, parameter: value}
        label = text.DO_VALUE.format(
            effect=text.EFFECT_NAMES[strip.settings.effect], parameter=text.PARAMETER_NAMES[parameter]
        )
        # A strip that was taken out and came back counts its drags anew.
        merge = f"{strip_id} {parameter} {grip} {self._steps_back}"
        self._replace(strip, replace(strip.settings, values=values), label, merge, math.inf if grip else 1.0)

    def set_bypass(self, strip_id: int, bypass: bool) -> None:
        """Let the sound go past an effect, or through it again."""
        strip = self.strip(strip_id)
        if strip is None or strip.settings.bypass == bypass:
            return
        label = (text.DO_BYPASS if bypass else text.DO_HEAR).format(effect=text.EFFECT_NAMES[strip.settings.effect])
        self._replace(strip, replace(strip.settings, bypass=bypass), label)

    def add(self, effect: Effect, behind: int = 0) -> int:
        """A new effect with its defaults behind the strip with the id `behind`, or at the end; gives its id."""
        from plugin_host.rendergraph import EffectSettings

        values = {parameter.name: parameter.default for parameter in effect.parameters}
        strip = Strip(next(self._ids), EffectSettings(effect.name, values))
        strips, place = self.strips, self.place(behind)
        at = place + 1 if place >= 0 else len(strips)
        self._history.do(text.DO_ADD.format(effect=text.EFFECT_NAMES[effect.name]), (*strips[:at], strip, *strips[at:]))
        return strip.id

    def remove(self, strip_id: int) -> None:
        """Take an effect out."""
        strip = self.strip(strip_id)
        if strip is None:
            return
        rest = tuple(other for other in self.strips if other is not strip)
        self._history.do(text.DO_REMOVE.format(effect=text.EFFECT_NAMES[strip.settings.effect]), rest)

    def move(self, strip_id: int, to: int) -> None:
        """To the place `to`, counted from 0 and limited to what there is."""
        strip = self.strip(strip_id)
        at = min(max(to, 0), len(self.strips) - 1)
        if strip is None or at == self.place(strip_id):
            return
        rest = [other for other in self.strips if other is not strip]
        rest.insert(at, strip)
        self._history.do(text.DO_MOVE.format(effect=text.EFFECT_NAMES[strip.settings.effect]), tuple(rest))

    def undo(self) -> bool:
        """One step back; whether there was one."""
        self._steps_back += 1
        return self._history.undo()

    def redo(self) -> bool:
        """One step forth again; whether there was one."""
        return self._history.redo()

    def saved(self, chain: Chain) -> None:
        """A file holds `chain` now; undo goes on from before it."""
        self.base = chain

    def _replace(
        self, strip: Strip, settings: EffectSettings, label: str, merge: str = "", within_s: float = 1.0
    ) -> None:
        strips = tuple(Strip(other.id, settings) if other is strip else other for other in self.strips)
        self._history.do(label, strips, merge, within_s)
