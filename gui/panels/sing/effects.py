"""Tracks behind their chains of effects, as they are heard while one edits: reckoned beside the window, when a track
is at rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, pyqtSignal

from engine.api.project import Track
from engine.errors import MelismaError
from gui.panels.sing.chains import with_chain
from gui.panels.sing.phrase_sounds import PhraseSound
from gui.panels.sing.playback import Placed
from gui.panels.sing.turns import Turns
from gui.texts import sing as text
from gui.widgets.mixdown import Floats

if TYPE_CHECKING:
    from engine.jobs import CancelToken
    from plugin_host.rendergraph import Chain, EffectSettings

_ALIKE = 0.5
"""Share of the phrases that are as before, from which on the older sound with effects tells more than a dry one."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """All that the sound hangs on.  `effects`: what the chain holds, or its id where that is not known."""

    chain: str = field(compare=False)
    effects: str | tuple[EffectSettings, ...]
    bpm: float
    sounds: frozenset[tuple[float, PhraseSound]]

    def alike(self, other: _Asked) -> bool:
        """Whether they differ in a few phrases alone, or in the knobs of one chain."""
        same = len(self.sounds & other.sounds)
        near = self.chain == other.chain or self.effects == other.effects
        return near and self.bpm == other.bpm and same >= _ALIKE * len(other.sounds)


@dataclass(frozen=True, slots=True, eq=False)
class Wet:
    """`samples` [2, T] at 48 kHz, from second 0 on."""

    asked: _Asked
    samples: Floats


class Effects(QObject):
    """`changed` when a track sounds otherwise, or will; `failures_changed` when its chain fails, or no longer does;
    `busy_changed` when a track begins to be reckoned, or is done."""

    changed = pyqtSignal()
    failures_changed = pyqtSignal()
    busy_changed = pyqtSignal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asked: dict[str, _Asked] = {}
        self._wet: dict[str, Wet] = {}
        self._failures: dict[str, str] = {}
        self._known: dict[str, Chain] | None = None
        self._drafts: dict[str, Chain] = {}
        self._working: set[str] = set()
        self._due: set[str] = set()
        self._turns = Turns(self)

    @property
    def failures(self) -> dict[str, str]:
        """Why tracks are heard without their effects, and what to do, by the tracks' ids."""
        return dict(self._failures)

    @property
    def busy(self) -> frozenset[str]:
        """Tracks that are being reckoned, or are about to be."""
        return frozenset(self._working | self._due)

    def draft_heard(self, track: str) -> bool:
        """Whether a track is heard through its draft already."""
        draft, done = self._drafts.get(track), self._wet.get(track)
        return draft is not None and done is not None and done.asked.effects == draft.effects

    def put_first(self, track: str) -> None:
        """The track in hand is reckoned before all others."""
        self._turns.put_first(track)

    def know(self, chains: Mapping[str, Chain]) -> None:
        """What the chains' files hold now, by their ids: tracks that use one that changed sound anew.  Before the first
        word of it nothing is reckoned: it would be reckoned twice."""
        if dict(chains) != self._known:
            self._known = dict(chains)
            self.changed.emit()

    def draft(self, drafts: Mapping[str, Chain]) -> None:
        """Chains that are edited and not saved, by the ids of the tracks that are heard through them."""
        if dict(drafts) != self._drafts:
            self._due = {track for track, chain in drafts.items() if self._drafts.get(track) != chain}
            self._drafts = dict(drafts)
            self.changed.emit()

    def wears(self, track: Track) -> bool:
        """Whether a track is heard through effects."""
        return bool(track.chain) or track.id in self._drafts

    def behind(self, track: Track, placed: Sequence[Placed], bpm: float, resting: bool) -> Wet | None:
        """What a track sounds like behind its chain.  While that is not known, what it was before when it is much the
        same; else None, as when the chain fails.  `resting`: nothing of it is being sung."""
        if self._known is None:
            return None
        chain = self._drafts.get(track.id) or self._known.get(track.chain) or track.chain
        effects = chain if isinstance(chain, str) else chain.effects
        asked = _Asked(track.chain, effects, bpm, frozenset((entry.start_s, entry.sound) for entry in placed))
        if resting and self._asked.get(track.id) != asked:
            self._asked[track.id] = asked
            self._reckon(track.id, asked, chain, tuple(placed))
        done = self._wet.get(track.id)
        return done if done is not None and done.asked.alike(asked) else None

    def keep(self, tracks: Sequence[str]) -> None:
        """Forget all tracks but these, which are asked for now."""
        for gone in self._asked.keys() - set(tracks):
            self._forget(gone)
        if self._due:
            self._due.clear()
            self.busy_changed.emit()

    def close(self) -> None:
        """Waits for the worker."""
        self._turns.close()

    def _reckon(self, track: str, asked: _Asked, chain: str | Chain, placed: tuple[Placed, ...]) -> None:
        def work(token: CancelToken) -> Wet:
            return Wet(asked, with_chain(chain, placed, asked.bpm, token))

        self._working.add(track)
        self.busy_changed.emit()
        self._turns.run(track, work, lambda wet: self._done(track, wet), lambda error: self._failed(track, error))

    def _done(self, track: str, wet: Wet) -> None:
        self._wet[track] = wet
        self._tell(track, "")
        self._rest(track)
        self.changed.emit()

    def _failed(self, track: str, error: Exception) -> None:
        self._wet.pop(track, None)
        what, hint = text.CHAIN_BROKEN, text.CHAIN_BROKEN_HINT
        if isinstance(error, MelismaError):
            what, hint = error.message, error.hint
        self._tell(track, text.CHAIN_FAILED.format(why=what, hint=hint))
        self._rest(track)
        self.changed.emit()

    def _forget(self, track: str) -> None:
        self._turns.drop(track)
        del self._asked[track]
        self._wet.pop(track, None)
        self._tell(track, "")
        self._rest(track)

    def _rest(self, track: str) -> None:
        self._working.discard(track)
        self.busy_changed.emit()

    def _tell(self, track: str, failure: str) -> None:
        if failure == self._failures.get(track, ""):
            return
        self._failures.pop(track, None)
        if failure:
            self._failures[track] = failure
        self.failures_changed.emit()
