"""The window in which a chain is edited: strips from the top down, as the sound goes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PyQt6.QtCore import QByteArray, Qt, pyqtSignal
from PyQt6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QShortcut
from PyQt6.QtWidgets import QAbstractButton, QApplication, QDialog, QVBoxLayout, QWidget

from gui.document.settings import Settings
from gui.panels.sing.chain_editor.adding import ADD_KEY
from gui.panels.sing.chain_editor.ends import Foot, Head
from gui.panels.sing.chain_editor.strip import BYPASS_KEY, DOWN_KEY, REMOVE_KEY, UP_KEY, EffectStrip
from gui.panels.sing.chain_editor.strips import StripColumn
from gui.settling import settle
from gui.texts import chains as text
from gui.theme import Theme
from gui.viewmodels.chain_edit import ChainEdit
from gui.widgets.tab_order import in_order

_PLACE = "sing.effects.place"
_SIZE = (560, 680)
_LEAST = (440, 320)


class ChainEditor(QDialog):
    """Edits the `ChainEdit` that it shows and tells so by `edited`; files and sound are the owner's.

    Esc and the window's own button wish to leave: the owner hides it.
    """

    edited = pyqtSignal()
    save_wished = pyqtSignal()
    save_as_wished = pyqtSignal()
    delete_wished = pyqtSignal()
    leave_wished = pyqtSignal()
    play_wished = pyqtSignal()

    def __init__(self, theme: Theme, settings: Settings, parent: QWidget) -> None:
        super().__init__(parent)
        self._settings = settings
        self._edit: ChainEdit | None = None
        self.head = Head(theme, self.add, self.undo, self.redo)
        self.strips = StripColumn(theme)
        self.foot = Foot(theme)
        self.setMinimumSize(*_LEAST)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(self.strips, 1)
        column.addWidget(self.foot)
        self._connect()
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._focus_moved)
        kept = settings.text(_PLACE)
        if not kept or not self.restoreGeometry(QByteArray.fromBase64(kept.encode())):
            self.resize(*_SIZE)

    def show_edit(self, edit: ChainEdit, track: str) -> None:
        """Another chain, of a track with that name."""
        # First of all: a strip in which somebody types tells of it while it goes.
        self.strips.clear()
        self._edit = edit
        self.tell_track(track)
        self.renew()

    def tell_track(self, track: str) -> None:
        """What the track is called now."""
        self.setWindowTitle(text.TITLE.format(track=track))

    def renew(self) -> None:
        """Show the chain as it is."""
        edit = self._edit
        if edit is None:
            return
        self.strips.show_strips(edit.strips)
        self.head.show_edit(edit)
        self.foot.show_edit(edit)
        in_order(self.head, *(self.strips.by_id[strip.id] for strip in edit.strips), self.foot)

    def settle(self) -> None:
        """A value that is being typed counts."""
        settle(self)

    def say(self, told: str, tone: str = "small") -> None:
        """A word about the state, at the foot."""
        self.foot.say(told, tone)

    # What the user does

    def add(self, effect: str) -> None:
        """Behind the strip in hand, and take it in hand."""
        from plugin_host.rendergraph import EFFECTS

        if self._edit is not None:
            added = self._edit.add(EFFECTS[effect], self.strips.in_hand)
            self._changed()
            self.strips.reach(added)

    def undo(self) -> None:
        """One step back."""
        if self._edit is not None and self._edit.undo():
            self._changed()

    def redo(self) -> None:
        """One step forth again."""
        if self._edit is not None and self._edit.redo():
            self._changed()

    def keep_place(self) -> None:
        """Remember where it stands."""
        self._settings.put(_PLACE, bytes(self.saveGeometry().toBase64().data()).decode())

    def reject(self) -> None:
        """Esc."""
        self._leave()

    def closeEvent(self, event: QCloseEvent | None) -> None:  # noqa: N802 - Qt's name
        self._leave()
        if event is not None:
            event.setAccepted(not self.isVisible())

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802 - Qt's name
        """What the focus has no use for: Enter presses its button, as everywhere; Space plays where it presses none."""
        key, focus = event.key() if event is not None else None, self.focusWidget()
        if key == Qt.Key.Key_Space:
            self.play_wished.emit()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if isinstance(focus, QAbstractButton):
                focus.click()
        else:
            super().keyPressEvent(event)

    def _connect(self) -> None:
        strips, foot = self.strips, self.foot
        strips.made.connect(self._made)
        foot.save_wished.connect(self._save)
        foot.save_as_wished.connect(self._save_as)
        foot.delete_wished.connect(self.delete_wished)
        foot.leave_wished.connect(self._leave)
        keys: tuple[tuple[str, Callable[[], object]], ...] = (
            ("Ctrl+Z", self.undo),
            ("Ctrl+Shift+Z", self.redo),
            ("Ctrl+Y", self.redo),
            ("Ctrl+S", self._save),
            ("Ctrl+Shift+S", self._save_as),
            (ADD_KEY, self.head.add.showMenu),
            (UP_KEY, partial(self._move_in_hand, -1)),
            (DOWN_KEY, partial(self._move_in_hand, 1)),
            (REMOVE_KEY, lambda: self._remove(self.strips.in_hand)),
            (BYPASS_KEY, self._bypass_in_hand),
        )
        for key, run in keys:
            QShortcut(QKeySequence(key), self).activated.connect(run)

    def _made(self, strip: EffectStrip) -> None:
        strip.value_wished.connect(self._set_value)
        strip.bypass_wished.connect(self._bypass)
        strip.move_wished.connect(self._move)
        strip.remove_wished.connect(self._remove)

    def _set_value(self, strip: int, parameter: str, value: float, grip: int) -> None:
        if self._edit is not None and self._edit.strip(strip) is not None:
            self._edit.set_value(strip, parameter, value, grip)
            self._changed()

    def _bypass(self, strip: int, bypass: bool) -> None:
        if self._edit is not None:
            self._edit.set_bypass(strip, bypass)
            self._changed()

    def _bypass_in_hand(self) -> None:
        strip = self._edit.strip(self.strips.in_hand) if self._edit else None
        if strip is not None:
            self._bypass(strip.id, not strip.settings.bypass)

    def _move(self, strip: int, by: int) -> None:
        if self._edit is not None and self._edit.strip(strip) is not None:
            self._edit.move(strip, self._edit.place(strip) + by)
            self._changed()
            self.strips.show_whole(strip)

    def _move_in_hand(self, by: int) -> None:
        self._move(self.strips.in_hand, by)

    def _remove(self, strip: int) -> None:
        if self._edit is None or self._edit.strip(strip) is None:
            return
        place = self._edit.place(strip)
        self._edit.remove(strip)
        self._changed()
        rest = self._edit.strips
        if rest:
            self.strips.reach(rest[min(place, len(rest) - 1)].id)
        else:
            self.head.add.setFocus()

    def _save(self) -> None:
        self.settle()
        # Only what is edited: of a chain of ours a copy would come at every Ctrl+S.
        if self._edit is not None and self._edit.modified:
            self.save_wished.emit()

    def _save_as(self) -> None:
        self.settle()
        self.save_as_wished.emit()

    def _leave(self) -> None:
        self.settle()
        self.leave_wished.emit()

    def _changed(self) -> None:
        self.renew()
        self.edited.emit()

    def _focus_moved(self, _old: QWidget | None, new: QWidget | None) -> None:
        if new is not None and self.isAncestorOf(new):
            self.strips.follow_focus(new)
