"""Which chains of effects there are: listed beside the window, offered, known to what is heard."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, pyqtSignal

from engine.errors import MelismaError
from gui.desk import Desk
from gui.panels.sing.chains import Listed, listed_chains
from gui.panels.sing.effects import Effects
from gui.texts import chains as text
from gui.widgets.background import Background

if TYPE_CHECKING:
    from plugin_host.rendergraph import Chain


class ChainBook(QObject):
    """`offered` with (id, name) of each; `known` by id; a file that cannot be read is told once."""

    offered = pyqtSignal(object)

    def __init__(self, effects: Effects, desk: Desk, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._effects, self._desk, self._background = effects, desk, background
        self._known: dict[str, Chain] = {}
        self._told: set[str] = set()

    @property
    def known(self) -> Mapping[str, Chain]:
        return self._known

    def list_anew(self) -> None:
        """At the start, and when files may have come or gone."""
        self._background.run(listed_chains, self.take, self._failed)

    def take(self, listed: Listed) -> None:
        """What was just listed."""
        self._show({chain.id: chain for chain in listed.chains})
        for problem in listed.problems:
            if problem.message not in self._told:
                self._told.add(problem.message)
                self._desk.fail(problem)

    def put(self, chain: Chain) -> None:
        """One that was just written."""
        self._show({**self._known, chain.id: chain})

    def _failed(self, error: Exception) -> None:
        """Nothing could be listed: what was known stays."""
        told = error if isinstance(error, MelismaError) else MelismaError(text.NOT_LISTED, text.NOT_LISTED_HINT)
        self._desk.fail(told)
        self._show(self._known)

    def _show(self, known: dict[str, Chain]) -> None:
        self._known = known
        self._effects.know(known)
        self.offered.emit(tuple((chain_id, known[chain_id].name) for chain_id in sorted(known)))
