"""The voices, or the backings, of a mix: a row for each with what it goes through."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gui.icons import icon
from gui.texts import mixing as text
from gui.theme import Theme
from gui.viewmodels.mix_wish import FADER_DB, OWN_CHAINS
from gui.widgets.combo import Combo
from gui.widgets.elided import ElidedLabel
from gui.widgets.labels import icon_button, label
from gui.widgets.list_row import RowColumn
from gui.widgets.value_bar import Range, ValueBar

_FADER = Range(*FADER_DB, 0.0, 0.5, 1, "dB")
_FADER_WIDE, _CHAIN_WIDE = 140, 150
_MOST_SEEN = 5
"""Rows that are seen at once; twenty stems are scrolled."""

Chains = Sequence[tuple[str, str]]


class MixRow(QFrame):
    """`path` None is the song in hand.  `move_wished`: to the other list; `remove_wished`: out of the mix."""

    move_wished = pyqtSignal()
    remove_wished = pyqtSignal()

    def __init__(
        self, theme: Theme, path: Path | None, name: str, sings: bool, chain: str = "", gain_db: float = 0.0
    ) -> None:
        super().__init__()
        self._wore = chain
        self.path, self.called, self.sings = path, name, sings
        self.name = ElidedLabel()
        self.name.tell(name)
        self.chain = Combo(f"{text.CHAIN}: {name}", text.CHAIN_TIP)
        self.chain.setFixedWidth(_CHAIN_WIDE)
        self.chain.setVisible(sings)
        self.fader = ValueBar(theme, text.FADER, _FADER, spoken=text.FADER_OF.format(name=name))
        self.fader.setFixedWidth(_FADER_WIDE)
        self.fader.changed.connect(self.fader.show_value)
        self.fader.show_value(gain_db)
        told = (text.TO_BACKINGS if sings else text.TO_VOICES).format(name=name)
        self.move_away = icon_button(theme, "down" if sings else "up", told, self.move_wished.emit)
        self.move_away.setVisible(path is not None)
        _keeps_its_place(self.move_away)
        self.remove = icon_button(theme, "close", text.REMOVE.format(name=name), self.remove_wished.emit)
        self._lay_out(theme)

    @property
    def gain_db(self) -> float:
        return self.fader.value or 0.0

    @property
    def wears(self) -> str:
        """Its chain; of a backing, the one that it had as a voice."""
        return str(self.chain.currentData()) if self.sings else self._wore

    def offer_chains(self, chains: Chains, chosen: str) -> None:
        """What is chosen stays chosen where it is still there."""
        own = [(OWN_CHAINS, text.CHAIN_OWN)] if self.path is None else []
        before = self.chain.currentData()
        self.chain.offer((*own, ("", text.CHAIN_NONE), *chains))
        self.chain.show_value(chosen if before is None else before)

    def _lay_out(self, theme: Theme) -> None:
        measures = theme.tokens.measures
        sign = QLabel()
        pixmap = icon("sing" if self.sings else "wave", theme, "text_soft").pixmap(measures.small_icon)
        sign.setPixmap(pixmap)
        row = QHBoxLayout(self)
        row.setContentsMargins(measures.gap, 2, 0, 2)
        row.setSpacing(2 * measures.gap)
        row.addWidget(sign)
        row.addWidget(self.name, 1)
        for part in (self.chain, self.fader, self.move_away, self.remove):
            row.addWidget(part)
        self.setFixedHeight(measures.row + 8)


class MixRows(QWidget):
    """`changed` when a row comes or goes; `move_wished` with the row that belongs to the other list."""

    changed = pyqtSignal()
    move_wished = pyqtSignal(object)

    def __init__(self, theme: Theme, title: str, nothing: str, buttons: Sequence[QWidget], sings: bool) -> None:
        super().__init__()
        self._theme, self._sings = theme, sings
        self._chains: Chains = ()
        self.rows: list[MixRow] = []
        self._nothing = label(nothing, "soft", wraps=True)
        self._column = RowColumn()
        self._column.setAccessibleName(title)
        gap = theme.tokens.measures.gap
        head = QHBoxLayout()
        head.setSpacing(2 * gap)
        head.addWidget(label(title, "title"), 1)
        for button in buttons:
            head.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(gap)
        column.addLayout(head)
        column.addWidget(self._nothing)
        column.addWidget(self._column)
        self._show()

    def add(self, path: Path | None, name: str, chain: str = "", gain_db: float = 0.0) -> MixRow | None:
        """A row at the end; None where the file is there already."""
        if any(row.path == path for row in self.rows):
            return None
        row = MixRow(self._theme, path, name, self._sings, chain, gain_db)
        row.offer_chains(self._chains, chain)
        row.remove_wished.connect(lambda: self.drop(row))
        row.move_wished.connect(lambda: self.move_wished.emit(row))
        self._column.put(len(self.rows), row)
        self.rows.append(row)
        self._show()
        return row

    def drop(self, row: MixRow) -> None:
        """It goes away."""
        self.rows.remove(row)
        row.hide()
        row.deleteLater()
        self._show()

    def offer_chains(self, chains: Chains) -> None:
        """What voices may go through."""
        self._chains = tuple(chains)
        for row in self.rows:
            row.offer_chains(self._chains, "")

    def _show(self) -> None:
        self._nothing.setVisible(not self.rows)
        self._column.setVisible(bool(self.rows))
        high = self._theme.tokens.measures.row + 8
        self._column.setFixedHeight(high * min(len(self.rows), _MOST_SEEN))
        self.changed.emit()


def _keeps_its_place(part: QWidget) -> None:
    """Also while it is not shown: what stands below each other stays so."""
    policy = part.sizePolicy()
    policy.setRetainSizeWhenHidden(True)
    part.setSizePolicy(policy)
