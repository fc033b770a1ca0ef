"""Where the voice of a mix begins, what is done with its peaks, and what is written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QWheelEvent
from PyQt6.QtWidgets import QDoubleSpinBox, QGridLayout, QWidget

from gui.texts import mixing as text
from gui.theme import Theme
from gui.viewmodels.mix_wish import CEILING_DB
from gui.widgets.combo import Combo
from gui.widgets.labels import label
from gui.widgets.value_bar import Range, ValueBar

_RATES = (44100, 48000, 88200, 96000)
_MP3_RATES = (44100, 48000)
_BITS = {".wav": ("FLOAT", "PCM_24", "PCM_16"), ".flac": ("PCM_24", "PCM_16")}
_DAY_S = 86_400.0


class MixForm(QWidget):
    """`out_chosen` with "renders" or "file" when the user chooses where to; `changed` when another file is meant."""

    out_chosen = pyqtSignal(str)
    changed = pyqtSignal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bits, self._rate = "PCM_24", ""
        self.begins = Combo(text.BEGINS, text.BEGINS_TIP)
        self.begins.offer((("", text.STAMPED), ("at", text.AT_SECOND)))
        self.begins.show_value("")
        self.second = _Second()
        self.safety = Combo(text.SAFETY, text.SAFETY_TIP)
        self.safety.offer(tuple(text.SAFETIES.items()))
        self.ceiling = ValueBar(theme, text.CEILING, Range(*CEILING_DB, -1.0, 0.1, 1, "dBTP"))
        self.ceiling.setToolTip(text.CEILING_TIP)
        self.ceiling.changed.connect(self.ceiling.show_value)
        self.kind = Combo(text.KIND, text.KIND_TIP)
        self.kind.offer(tuple(text.KINDS.items()))
        self.bits = Combo(text.BITS, text.BITS_TIP)
        self.rate = Combo(text.RATE, text.RATE_TIP)
        self.out = Combo(text.OUT, text.OUT_TIP)
        self.out.offer(tuple(text.OUTS.items()))
        self.begins.chosen.connect(lambda _value: self._renew())
        self.safety.chosen.connect(lambda _value: self._renew())
        self.kind.chosen.connect(lambda _value: self._kind_chosen())
        self.bits.chosen.connect(self._bits_chosen)
        self.rate.chosen.connect(self._rate_chosen)
        self.out.chosen.connect(self.out_chosen)
        self._lay_out(theme.tokens.measures.gap)

    def show_kept(self, kind: str, bits: str, safety: str) -> None:
        """What was chosen the last time."""
        self.kind.show_value(kind)
        self.safety.show_value(safety)
        self.out.show_value("renders")
        self._bits = bits
        self._renew()

    def show_kind(self, kind: str, fixed: bool) -> None:
        """Of a file that has a name already, the kind is `fixed`."""
        self.kind.show_value(kind)
        self.kind.setEnabled(not fixed)
        self._renew()

    def chosen(self) -> dict[str, Any]:
        """Fields of a `MixWish`."""
        rate = str(self.rate.currentData() or "")
        return {
            "at_s": self.second.value() if self.begins.currentData() == "at" else None,
            "safety": str(self.safety.currentData()),
            "ceiling_db": self.ceiling.value,
            "subtype": str(self.bits.currentData()),
            "sample_rate": int(rate) if rate else None,
        }

    def _kind_chosen(self) -> None:
        self._renew()
        self.changed.emit()

    def _bits_chosen(self, value: str) -> None:
        self._bits = value

    def _rate_chosen(self, value: str) -> None:
        self._rate = value

    def _renew(self) -> None:
        """What is offered hangs on what is chosen; what a format does not know comes back with one that does."""
        kind = str(self.kind.currentData())
        known = _BITS.get(kind, ())
        self.bits.offer(tuple((value, text.BITS_OF[value]) for value in known or ("PCM_24",)))
        self.bits.show_value(self._bits if self._bits in known else "PCM_24")
        self.bits.setEnabled(bool(known))
        rates = _MP3_RATES if kind == ".mp3" else _RATES
        self.rate.offer((("", text.RATE_BACKING), *((str(hz), text.RATE_HZ.format(rate=hz)) for hz in rates)))
        self.rate.show_value(self._rate if self.rate.findData(self._rate) >= 0 else "")
        self.second.setVisible(self.begins.currentData() == "at")
        self.ceiling.setEnabled(self.safety.currentData() != "off")

    def _rows(self) -> Iterator[tuple[str, QWidget, str, QWidget]]:
        yield text.BEGINS, self.begins, "", self.second
        yield text.SAFETY, self.safety, "", self.ceiling
        yield text.KIND, self.kind, text.BITS, self.bits
        yield text.OUT, self.out, text.RATE, self.rate

    def _lay_out(self, gap: int) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(2 * gap)
        grid.setVerticalSpacing(gap)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        for place, (left, first, right, second) in enumerate(self._rows()):
            for column, name, box in ((0, left, first), (2, right, second)):
                told = label(name, "soft")
                told.setBuddy(box)
                if name:
                    grid.addWidget(told, place, column)
                grid.addWidget(box, place, column + 1 if name else column, 1, 1 if name else 2)


class _Second(QDoubleSpinBox):
    def __init__(self) -> None:
        super().__init__()
        self.setRange(-_DAY_S, _DAY_S)
        self.setDecimals(3)
        self.setSuffix(text.SECONDS_SUFFIX)
        self.setAccessibleName(text.SECONDS)
        self.setToolTip(text.BEGINS_TIP)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802 - Qt's name
        if event is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            # It ends the typing; the dialog would begin the mix with it.
            self.interpretText()
            self.selectAll()
            event.accept()
            return
        super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent | None) -> None:  # noqa: N802 - Qt's name
        # Scrolling past must not change it.
        if event is not None and not self.hasFocus():
            event.ignore()
        else:
            super().wheelEvent(event)
