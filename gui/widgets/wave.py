"""The sung phrases below the roll: what of them is sung, what waits, what is being sung, and their waveforms."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from PyQt6.QtCore import QEvent, QRect, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PyQt6.QtWidgets import QSizePolicy, QToolTip, QWidget

from engine.score import TempoMap
from gui.texts import sing as text
from gui.theme import Theme
from gui.viewmodels.timeline import Doubles, quarters_of
from gui.widgets.peaks import BIN, Floats, by_pixel
from gui.widgets.qt_arrays import polygon
from gui.widgets.roll_view import RollView
from gui.widgets.wheel import turned

SUNG = ("clean", "done")
"""States of phrases whose sound is the song's."""
_STRIPE_PX = 3
_WORDS_PX = 70
_QUIETEST = 0.1
"""A sound is drawn no larger than if its peak were this."""


@dataclass(frozen=True, slots=True)
class ShownPhrase:
    """A phrase in seconds of the song; `state` as `gui.texts.sing.STATES` names them; `first` is its first note; `why`
    it failed, when it did."""

    key: str
    number: int
    start_s: float
    end_s: float
    state: str
    first: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class ShownSound:
    """Peaks [N, 2] of a phrase's sound, `rate` samples a second; it begins where its phrase does."""

    rate: int
    peaks: Floats
    loudest: float = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "loudest", float(np.abs(self.peaks).max(initial=0.0)))


class Wave(QWidget):
    """A block for each phrase.  `chosen` with the phrase's first note when one is clicked."""

    chosen = pyqtSignal(str)

    def __init__(self, theme: Theme, view: RollView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._view = theme, view
        self._phrases: tuple[ShownPhrase, ...] = ()
        self._starts: list[float] = []
        self._sounds: Mapping[str, ShownSound] = {}
        self._quarters: dict[tuple[str, float], Doubles] = {}
        self._scale = 1.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(36)
        self.setAccessibleName(text.WAVE)
        theme.changed.connect(self.update)
        view.moved.connect(self.update)
        view.cursor_moved.connect(self._cursor_moved)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(400, 72)

    def show_phrases(self, phrases: Sequence[ShownPhrase], sounds: Mapping[str, ShownSound]) -> None:
        """Show these phrases, in time order, and the sounds that there are, by the phrases' keys."""
        self._phrases, self._sounds = tuple(phrases), sounds
        self._starts = [phrase.start_s for phrase in self._phrases]
        if len(self._quarters) > len(self._phrases):  # older ones are among them
            places = {(phrase.key, phrase.start_s) for phrase in self._phrases}
            self._quarters = {place: quarters for place, quarters in self._quarters.items() if place in places}
        self._scale = 1.0 / max([_QUIETEST, *(sound.loudest for sound in sounds.values())])
        self.update()

    def retimed(self) -> None:
        """The tempo map or a sound is another one: where its peaks lie is reckoned anew."""
        self._quarters = {}

    def phrase_at(self, x: float) -> ShownPhrase | None:
        """The phrase whose block lies at `x`."""
        seconds = self._view.timeline.seconds(x)
        place = bisect_left(self._starts, seconds + 1e-9) - 1
        if place < 0 or self._phrases[place].end_s < seconds:
            return None
        return self._phrases[place]

    def _cursor_moved(self, before_s: float, now_s: float) -> None:
        for seconds in (before_s, now_s):
            self.update(QRect(round(self._view.timeline.x_of_s(seconds)) - 2, 0, 5, self.height()))

    def mousePressEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802 - Qt's name
        phrase = self.phrase_at(event.position().x()) if event is not None else None
        if phrase is not None and phrase.first:
            self.chosen.emit(phrase.first)

    def wheelEvent(self, event: QWheelEvent | None) -> None:  # noqa: N802 - Qt's name
        if event is not None:
            self._view.place(turned(self._view.timeline, event))

    def event(self, event: QEvent | None) -> bool:
        """Tells a phrase's state where the mouse rests."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            phrase = self.phrase_at(event.pos().x())
            told = _told(phrase) if phrase else ""
            QToolTip.showText(event.globalPos(), told, self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802 - Qt's name
        if event is None:
            return
        tokens, timeline = self._theme.tokens, self._view.timeline
        painter, area = QPainter(self), event.rect()
        painter.fillRect(area, tokens.field)
        for line in timeline.grid():
            if line.level == "bar":
                painter.fillRect(QRectF(round(line.x), 0, 1, self.height()), tokens.grid_fine)
        first_s, last_s = timeline.seconds(area.left() - 1), timeline.seconds(area.right() + 2)
        # The phrase before the first that begins here may still sound.
        begin, end = bisect_left(self._starts, first_s), bisect_left(self._starts, last_s)
        for phrase in self._phrases[max(0, begin - 1) : end]:
            self._paint_phrase(painter, phrase, area)
        x = round(timeline.x_of_s(self._view.cursor_s))
        painter.fillRect(x, 0, 1, self.height(), tokens.cursor)

    def _paint_phrase(self, painter: QPainter, phrase: ShownPhrase, area: QRect) -> None:
        tokens, timeline = self._theme.tokens, self._view.timeline
        left, right = timeline.x_of_s(phrase.start_s), timeline.x_of_s(phrase.end_s)
        block = QRectF(round(left), 0, max(2.0, round(right) - round(left) - 1), self.height())
        painter.fillRect(block, tokens.panel)
        sound = self._sounds.get(phrase.key)
        if sound is not None:
            self._paint_sound(painter, phrase, sound, area)
        colour = tokens.done if phrase.state in SUNG else getattr(tokens, phrase.state)
        painter.fillRect(QRectF(block.left(), 0, block.width(), _STRIPE_PX), colour)
        if phrase.state not in SUNG and block.width() > _WORDS_PX:
            painter.setFont(self._theme.font("small"))
            painter.setPen(tokens.bad if phrase.state == "failed" else tokens.text_soft)
            # Of a long phrase the words stay where they can be seen.
            seen = block.adjusted(8, _STRIPE_PX, -4, 0) & QRectF(self.rect()).adjusted(8, 0, 0, 0)
            painter.drawText(seen, _LEFT, self._words(painter, phrase, seen.width()))

    def _words(self, painter: QPainter, phrase: ShownPhrase, width: float) -> str:
        state = text.STATES[phrase.state]
        told = text.WAVE_FAILED.format(state=state, why=phrase.why) if phrase.why else state
        return painter.fontMetrics().elidedText(told, Qt.TextElideMode.ElideRight, round(width))

    def _paint_sound(self, painter: QPainter, phrase: ShownPhrase, sound: ShownSound, area: QRect) -> None:
        timeline, place = self._view.timeline, (phrase.key, phrase.start_s)
        quarters = self._quarters.get(place)
        if quarters is None:
            quarters = self._quarters[place] = _bins(timeline.tempo_map, phrase, sound)
        first, last = timeline.quarters(area.left() - 2), timeline.quarters(area.right() + 2)
        begin = max(0, int(np.searchsorted(quarters, first)) - 1)
        end = int(np.searchsorted(quarters, last)) + 1
        xs, peaks = by_pixel(timeline.xs(quarters[begin:end]), sound.peaks[begin:end])
        if len(xs) < 2:
            return
        middle = _STRIPE_PX + (self.height() - _STRIPE_PX) / 2
        tall = (self.height() - _STRIPE_PX) / 2 * 0.92 * self._scale
        # Half a pixel to both sides, so that silence is a line.
        upper, lower = middle - peaks[:, 1] * tall - 0.5, middle - peaks[:, 0] * tall + 0.5
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.tokens.wave if phrase.state in SUNG else self._theme.tokens.wave_quiet)
        painter.drawPolygon(polygon(np.concatenate([xs, xs[::-1]]), np.concatenate([upper, lower[::-1]])))


_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine


def _bins(tempo_map: TempoMap, phrase: ShownPhrase, sound: ShownSound) -> Doubles:
    """Quarters at which the peaks begin."""
    return quarters_of(tempo_map, phrase.start_s + np.arange(len(sound.peaks)) * (BIN / sound.rate))


def _told(phrase: ShownPhrase) -> str:
    tip = text.WAVE_FAILED_TIP if phrase.why else text.WAVE_TIP
    return tip.format(number=phrase.number, state=text.STATES[phrase.state], why=phrase.why)
