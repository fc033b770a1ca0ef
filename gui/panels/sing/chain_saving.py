"""What becomes of an edited chain: saved in place, saved as a new one, deleted, left; with the questions before."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

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
    """`saved` and `kept` with the edit and the chain that a file holds now.

    While an edit is being written, what else is wished of it waits: until then nobody knows what its file holds.
    """

    saved = pyqtSignal(object, object)
    kept = pyqtSignal(object, object)

    def __init__(
        self, background: Background, desk: Desk, over: Callable[[], QWidget], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._background, self._desk, self._over = background, desk, over
        self.choose: Choose = choose
        self.ask_name: Callable[[QWidget, str], str] | None = None
        self._writing: dict[ChainEdit, list[Then]] = {}

    def leave(self, edit: ChainEdit, then: Then) -> None:
        """`then`, once nothing would be lost: asks where there are unsaved edits."""
        if self._waits(edit, lambda: self.leave(edit, then)):
            return
        if not edit.modified:
            then()
            return
        answers = (text.LEAVE_SAVE, text.LEAVE_DROP, text.LEAVE_STAY)
        answer = self._put(text.LEAVE_TITLE.format(name=edit.base.name), text.LEAVE_MORE, answers)
        if answer == 0:
            # There may be edits by the time that these are written.
            self.save(edit, lambda: self.leave(edit, then))
        elif answer == 1:
            then()

    def save(self, edit: ChainEdit, then: Then = _nothing, agreed: bool = False) -> None:
        """The user's own in place, ours as new ones; `then` when it is done."""
        if self._waits(edit, lambda: self.save(edit, then) if edit.modified else then()):
            return
        if not edit.base.yours:
            self.save_as(edit, then)
            return
        chain, base = edit.chain, edit.base

        def written(saved: Chain | None, waiting: list[Then]) -> None:
            if saved is None:
                waiting.clear()  # they are asked for again by who sees the question
                self._was_changed(edit, then)
                return
            self.saved.emit(edit, saved)
            then()

        self._write(edit, lambda: save_in_place(chain, base, agreed), written)

    def save_as(self, edit: ChainEdit, then: Then = _nothing) -> None:
        """As a new chain of the user's."""
        from gui.panels.sing.chain_editor import ask_name
        from plugin_host.rendergraph import keep_as

        if self._waits(edit, lambda: self.save_as(edit, then)):
            return
        base, chain = edit.base, edit.chain
        begun = base.name if base.yours else text.NAME_BEGUN.format(name=base.name) if base.id else ""
        name = (self.ask_name or ask_name)(self._over(), begun)
        if not name:
            return

        def written(kept: Chain, _waiting: list[Then]) -> None:
            self.kept.emit(edit, kept)
            then()

        self._write(edit, lambda: keep_as(chain, name), written)

    def delete(self, edit: ChainEdit, used: int, then: Callable[[Listed, bool], object]) -> None:
        """The user's own, after a question that says how many tracks have it; `then` with those that are left, and
        whether it lies in the trash."""
        base = edit.base
        if not base.yours:
            return
        more = plural(text.DELETE_ONE, text.DELETE_MANY, used) if used else text.DELETE_NONE
        if self._put(text.DELETE_TITLE.format(name=base.name), more, (text.DELETE_IT, text.KEEP_IT)) != 0:
            return

        def work() -> tuple[Listed, bool]:
            in_trash = throw_away(base)
            return listed_chains(), in_trash

        self._background.run(work, lambda left: then(*left), self._failed)

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

    def _waits(self, edit: ChainEdit, then: Then) -> bool:
        """Whether `edit` is being written; `then` comes behind that, unless it fails."""
        if edit not in self._writing:
            return False
        self._writing[edit].append(then)
        return True

    def _write(self, edit: ChainEdit, work: Callable[[], Any], then: Callable[[Any, list[Then]], object]) -> None:
        self._writing[edit] = []

        def over(result: Any) -> None:
            waiting = self._writing.pop(edit)
            then(result, waiting)
            for each in waiting:
                each()

        def failed(error: Exception) -> None:
            del self._writing[edit]
            self._failed(error)

        self._background.run(work, over, failed)

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, MelismaError):
            raise error
        self._desk.fail(error)
