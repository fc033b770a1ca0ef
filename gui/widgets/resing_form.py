"""How a recording is sung again: every knob that the engine has for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PyQt6.QtCore import QSize, pyqtSignal
from PyQt6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from gui.texts import isolate as isolate_text
from gui.texts import resing as text
from gui.theme import Theme
from gui.viewmodels.resing_wish import Speaker
from gui.widgets.combo import Combo
from gui.widgets.labels import label
from gui.widgets.value_bar import Range, ValueBar

_WIDE = 420
_BARS = (
    ("transpose", text.TRANSPOSE, Range(-48, 48, 0.0, 1, 0, "st")),
    ("breathiness", text.BREATHINESS, Range(-1, 1, 0.0, 0.05, 2)),
    ("tension", text.TENSION, Range(-1, 1, 0.0, 0.05, 2)),
    ("gender", text.GENDER, Range(-6, 6, 0.0, 0.5, 1, "st")),
    ("seed", text.SEED, Range(0, 10_000, 0.0, 1, 0)),
    ("num_steps", text.STEPS, Range(1, 100, None, 1, 0, "", text.AS_VOICE)),
    ("temperature", text.TEMPERATURE, Range(0, 2, None, 0.05, 2, "", text.AS_VOICE)),
)
_WHOLE = frozenset(("transpose", "seed", "num_steps"))


class ResingForm(QWidget):
    """`out_chosen` with "renders", "beside" or "file" when the user chooses where to."""

    out_chosen = pyqtSignal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._speakers: dict[str, Speaker] = {}
        self.voice = Combo(text.VOICE, text.VOICE_TIP)
        self.blend = Combo(text.BLEND, text.BLEND_TIP)
        self.dynamics = Combo(text.DYNAMICS, text.DYNAMICS_TIP)
        self.format = Combo(text.FORMAT, text.FORMAT_TIP)
        self.out = Combo(text.OUT, text.OUT_TIP)
        self.dynamics.offer((("follow", text.FOLLOW), ("flat", text.FLAT)))
        self.dynamics.show_value("follow")
        self.format.offer(tuple(isolate_text.FORMATS.items()))
        self.format.show_value("PCM_24")
        self.out.offer(tuple(text.OUTS.items()))
        self.out.chosen.connect(self.out_chosen)
        self.share = ValueBar(theme, text.SHARE, Range(0.05, 0.95, 0.5, 0.05, 2))
        self.bars = {name: ValueBar(theme, told, span) for name, told, span in _BARS}
        self.bars["seed"].setToolTip(text.SEED_TIP)
        for bar in (self.share, *self.bars.values()):
            bar.changed.connect(bar.show_value)
        self.voice.chosen.connect(self._voice_chosen)
        self.blend.chosen.connect(lambda value: self.share.setVisible(bool(value)))
        self._lay_out(theme.tokens.measures.gap)
        self.show_speakers(())

    def show_speakers(self, found: Sequence[Speaker], chosen: str = "") -> None:
        """Who can be chosen, and who is; the first where `chosen` is not there."""
        self._speakers = {speaker.voice: speaker for speaker in found}
        self.voice.setEnabled(bool(found))
        self.voice.offer(tuple((speaker.voice, speaker.name) for speaker in found))
        if found:
            self.voice.show_value(chosen if chosen in self._speakers else found[0].voice)
        self._voice_chosen()

    @property
    def speaker(self) -> Speaker | None:
        """Who sings; None while nobody is known."""
        return self._speakers.get(str(self.voice.currentData()))

    def chosen(self) -> dict[str, Any]:
        """Fields of a `ResingWish`."""
        other = str(self.blend.currentData() or "")
        values = {name: bar.value for name, bar in self.bars.items()}
        whole = {name: round(value) for name, value in values.items() if name in _WHOLE and value is not None}
        return values | whole | {
            "follow": self.dynamics.currentData() == "follow",
            "blend": ((other, self.share.value),) if other else (),
            "subtype": str(self.format.currentData()),
        }  # fmt: skip

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(_WIDE, super().sizeHint().height())

    def _voice_chosen(self) -> None:
        speaker = self.speaker
        others = speaker.blends if speaker else ()
        before = str(self.blend.currentData() or "")
        self.blend.offer((("", text.BLEND_NONE), *((name, name) for name in others)))
        self.blend.show_value(before if before in others else "")
        self.blend.setEnabled(bool(others))
        self.share.setVisible(bool(self.blend.currentData()))

    def _lay_out(self, gap: int) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(2 * gap)
        grid.setVerticalSpacing(gap)
        grid.setColumnStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(gap)
        for name, box in (
            (text.VOICE, self.voice),
            (text.BLEND, self.blend),
            (text.DYNAMICS, self.dynamics),
            (text.FORMAT, self.format),
            (text.OUT, self.out),
        ):
            told = label(name, "soft")
            told.setBuddy(box)
            row = grid.rowCount()
            grid.addWidget(told, row, 0)
            grid.addWidget(box, row, 1)
        column.addLayout(grid)
        column.addSpacing(gap)
        for bar in (self.share, *self.bars.values()):
            column.addWidget(bar)
