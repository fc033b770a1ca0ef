"""What becomes of an edited chain: saved in place, saved as a new one, deleted, left; with the questions before."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtWidgets import QWidget

from engine.errors import MelismaError
from gui.desk import Desk
from gui.panels.sing.chain_keeping import save_in_place, throw_away
from gui.panels.sing.chains import Listed, listed_chains
from gui.texts import chains as text
from gui.texts import plural
from gui.viewmodels.chain_edit import ChainEdit
from gui.widgets.background import Background
from gui.widgets.questions import Choose, Question, choose

if TYPE_CHECKING:
    from plugin_host.rendergraph import Chain

Then = Callable[[], object]


def _nothing() -> None:
    """Nothing comes behind it."""


class ChainSaving(QObject):
    """`saved` and `kept` with the edit and the chain that a file holds now; `deleted` with the chain and the others."""

    saved = pyqtSignal(object, object)
    kept = pyqtSignal(object, object)
    deleted = pyqtSignal(object, object)

    def __init__(
        self, background: Background, desk: Desk, over: Callable[[], QWidget], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._background, self._desk, self._over = background, desk, over
        self.choose: Choose = choose
        self.ask_name: Callable[[QWidget, str], str] | None = None

    def leave(self, edit: ChainEdit, then: Then) -> None:
        """`then`, once nothing would be lost: asks where there are unsaved edits."""
        if not edit.modified:
            then()
            return
        answers = (text.LEAVE_SAVE, text.LEAVE_DROP, text.LEAVE_STAY)
        answer = self._put(text.LEAVE_TITLE.format(name=edit.base.name), text.LEAVE_MORE, answers)
        if answer == 0:
            self.save(edit, then)
        elif answer == 1:
            then()

    def save(self, edit: ChainEdit, then: Then = _nothing, agreed: bool = False) -> None:
        """The user's own in place, ours as new ones; `then` when it is done."""
        if not edit.base.yours:
            self.save_as(edit, then)
            return
        chain, base = edit.chain, edit.base

        def written(saved: Chain | None) -> None:
            if saved is None:
                self._was_changed(edit, then)
                return
            self.saved.emit(edit, saved)
            then()

        self._work(lambda: save_in_place(chain, base, agreed), written)

    def save_as(self, edit: ChainEdit, then: Then = _nothing) -> None:
        """As a new chain of the user's."""
        from gui.panels.sing.chain_editor import ask_name
        from plugin_host.rendergraph import keep_as

        base, chain = edit.base, edit.chain
        begun = base.name if base.yours else text.NAME_BEGUN.format(name=base.name) if base.id else ""
        name = (self.ask_name or ask_name)(self._over(), begun)
        if not name:
            return

        def written(kept: Chain) -> None:
            self.kept.emit(edit, kept)
            then()

        self._work(lambda: keep_as(chain, name), written)

    def delete(self, edit: ChainEdit, used: int) -> None:
        """The user's own, after a question that says how many tracks have it."""
        base = edit.base
        if not base.yours:
            return
        more = plural(text.DELETE_ONE, text.DELETE_MANY, used) if used else text.DELETE_NONE
        if self._put(text.DELETE_TITLE.format(name=base.name), more, (text.DELETE_IT, text.KEEP_IT)) != 0:
            return

        def work() -> Listed:
            throw_away(base)
            return listed_chains()

        self._work(work, lambda left: self.deleted.emit(base, left))

    def _was_changed(self, edit: ChainEdit, then: Then) -> None:
        """Another program, or another window, wrote into its file since it was opened."""
        answers = (text.CHANGED_REPLACE, text.SAVE_AS, text.LEAVE_STAY)
        answer = self._put(text.CHANGED_TITLE.format(name=edit.base.name), text.CHANGED_MORE, answers)
        if answer == 0:
            self.save(edit, then, agreed=True)
        elif answer == 1:
            self.save_as(edit, then)

    def _put(self, title: str, more: str, answers: tuple[str, ...]) -> int:
        return self.choose(self._over(), Question(title, more, answers))

    def _work(self, work: Callable[[], object], then: Callable[..., object]) -> None:
        self._background.run(work, then, self._failed)

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, MelismaError):
            raise error
        self._desk.fail(error)
