"""What lies over the notes of the roll: phones, pitch planned and drawn, the rubber band, the cursor."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPen, QPolygonF

from engine.score import Curve
from gui.document.phones import SILENT, TimedPhone
from gui.texts import sing as text
from gui.viewmodels.roll import NoteRows
from gui.viewmodels.vibrato import Vibrato
from gui.widgets.pitch_line import PitchLine
from gui.widgets.qt_arrays import polygon
from gui.widgets.roll_paint import Canvas

PHONES_PX = 16.0
"""Rows that are lower have no room for phones below their notes."""
PITCH_PX = 2.0
"""Pixels of a quarter below which a line of pitch says nothing any more."""
_THIN_PX = 60.0
"""Below them lines are no wider than a pixel: Qt draws those ten times as fast, and there are many."""
_PHONE_PX = 7.0
_TALL_PX = 13.0
_MOST_SWAYS = 400
"""More notes than this at once are too narrow for theirs."""


@dataclass(frozen=True, slots=True)
class ShownPhones:
    """Phones in time order, and when they begin."""

    phones: Sequence[TimedPhone] = ()
    starts: Sequence[float] = ()


def paint_phones(canvas: Canvas, shown: ShownPhones, rows: NoteRows) -> None:
    """Each below its note, with a tick where it ends; none where the note is gone."""
    painter, tokens, timeline, area = canvas.painter, canvas.theme.tokens, canvas.timeline, canvas.area
    if timeline.per_key < PHONES_PX:
        return
    first_s, last_s = timeline.seconds(area.left() - 40), timeline.seconds(area.right() + 1)
    begin, end = bisect_left(shown.starts, first_s), bisect_left(shown.starts, last_s)
    if end - begin > area.width() / _PHONE_PX:
        return
    painter.setFont(canvas.theme.font("small"))
    painter.setPen(tokens.phone)
    for index in range(max(0, begin - 1), end):
        phone = shown.phones[index]
        place = rows.index_of(phone.note)
        if place < 0 or phone.label in SILENT:
            continue
        left, right = timeline.x_of_s(phone.start_s), timeline.x_of_s(phone.end_s)
        top = timeline.y(float(rows.keys[place])) + timeline.per_key
        if right - left > _PHONE_PX and top < area.bottom() and top + _TALL_PX > area.top():
            paint_label(painter, QRectF(left, top, right - left, _TALL_PX), phone.label)
            painter.drawLine(QPointF(round(right), top), QPointF(round(right), top + 4))


def paint_label(painter: QPainter, cell: QRectF, label: str) -> None:
    """A phone's name in the middle of its stretch; none where it would run into its neighbours', rather than half."""
    if painter.fontMetrics().horizontalAdvance(label) < cell.width():
        painter.drawText(cell, _MIDDLE, label)


_MIDDLE = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
_HANDLES = {
    "onset": (text.HANDLE_ONSET, -87.0, 1.0, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter),
    "depth": (text.HANDLE_DEPTH, -40.0, -20.0, _MIDDLE),
    "rate": (text.HANDLE_RATE, 7.0, 1.0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter),
}
"""Word, how far right and below of the handle, and which way it is aligned: outwards, where no sway lies over it."""


def paint_plan(canvas: Canvas, lines: Sequence[PitchLine], starts: Sequence[float]) -> None:
    """The planned pitch; `starts`: quarters at which each of `lines` begins."""
    if canvas.timeline.per_quarter < PITCH_PX:
        return
    colour = QColor(canvas.theme.tokens.f0)
    first, last = canvas.span
    begin, end = max(0, bisect_left(starts, first) - 1), bisect_left(starts, last)
    with _smooth(canvas.painter, QPen(colour, 1.3 if canvas.timeline.per_quarter > _THIN_PX else 1.0)):
        for line in lines[begin:end]:
            for xs, ys in line.lines(canvas.timeline, first, last):
                canvas.painter.drawPolyline(polygon(xs, ys))


def paint_drawn(canvas: Canvas, drawn: Sequence[Curve], points: bool, chosen: tuple[int, int] | None) -> None:
    """Pitch that was drawn, in the accent's colour; with its points where `points`, `chosen` (piece, point) full."""
    timeline, tokens = canvas.timeline, canvas.theme.tokens
    first, last = canvas.span
    with _smooth(canvas.painter, QPen(tokens.f0_drawn, 2.0)) as painter:
        for number, piece in enumerate(drawn):
            if piece.end < first or piece.start > last:
                continue
            seen = piece.within(max(first, piece.start), min(last, piece.end)).points
            painter.drawPolyline(QPolygonF([QPointF(timeline.x(at), timeline.y_of_pitch(key)) for at, key in seen]))
            if points:
                _paint_points(canvas, piece, chosen[1] if chosen and chosen[0] == number else -1)


def _paint_points(canvas: Canvas, piece: Curve, chosen: int) -> None:
    tokens, timeline, painter = canvas.theme.tokens, canvas.timeline, canvas.painter
    left, right = canvas.area.left() - 6, canvas.area.right() + 6
    for index, (quarters, key) in enumerate(piece.points):
        x = timeline.x(quarters)
        if left <= x <= right:
            painter.setBrush(tokens.f0_drawn if index == chosen else tokens.row_black)
            painter.drawEllipse(QPointF(x, timeline.y_of_pitch(key)), 3.5, 3.5)


def paint_vibrato(canvas: Canvas, rows: NoteRows, selected: Collection[str], expression: Mapping[str, float]) -> None:
    """The sway of the notes that are seen; with handles on the one that is selected alone."""
    timeline, tokens, painter = canvas.timeline, canvas.theme.tokens, canvas.painter
    seen = rows.between(*canvas.span)
    if len(seen) > _MOST_SWAYS:
        return
    faint = QColor(tokens.f0_drawn)
    faint.setAlpha(130)
    for index in seen:
        note = rows.notes[index]
        vibrato = Vibrato.of(note, timeline, expression)
        alone = len(selected) == 1 and note.id in selected
        if not (vibrato.asked or note.id in selected):
            continue  # all of them at once would hide the pitch
        colour = tokens.f0_drawn if alone or vibrato.asked else faint
        with _smooth(painter, QPen(colour, 2.0 if alone else 1.2)):
            painter.drawPolyline(polygon(*vibrato.line(note.key, timeline)))
            if alone:
                _paint_handles(canvas, vibrato, note.key)


def _paint_handles(canvas: Canvas, vibrato: Vibrato, key: int) -> None:
    painter, tokens = canvas.painter, canvas.theme.tokens
    handles = vibrato.handles(key, canvas.timeline)
    painter.setFont(canvas.theme.font("small"))
    painter.setPen(QPen(tokens.f0_drawn, 1.0))
    (left, below), (right, _) = handles["onset"], handles["rate"]
    painter.drawLine(QPointF(left, below), QPointF(right, below))
    for name, (x, y) in handles.items():
        painter.setBrush(tokens.row_black)
        painter.setPen(QPen(tokens.f0_drawn, 1.6))
        painter.drawEllipse(QPointF(x, y), 4.5, 4.5)
        painter.setPen(tokens.accent_text)
        word, across, down, align = _HANDLES[name]
        painter.drawText(QRectF(x + across, y + down, 80, 14), align, word)


def paint_band(canvas: Canvas, band: QRectF) -> None:
    """The rubber band."""
    tokens = canvas.theme.tokens
    fill = QColor(tokens.accent)
    fill.setAlpha(40)
    canvas.painter.setPen(QPen(tokens.accent, 1))
    canvas.painter.setBrush(fill)
    canvas.painter.drawRect(band)


def paint_cursor(canvas: Canvas, x: float) -> None:
    """Where playback stands."""
    area = canvas.area
    canvas.painter.fillRect(QRectF(round(x), area.top(), 1, area.height()), canvas.theme.tokens.cursor)


class _smooth:  # noqa: N801 - read as a word: with _smooth(painter, pen)
    """Smooth lines with a pen, and the painter as it was afterwards."""

    def __init__(self, painter: QPainter, pen: QPen) -> None:
        self._painter, self._pen = painter, pen

    def __enter__(self) -> QPainter:
        self._painter.save()
        self._painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        self._painter.setPen(self._pen)
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        return self._painter

    def __exit__(self, *_: object) -> None:
        self._painter.restore()
