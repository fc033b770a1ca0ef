"""How the roll's background and notes are painted.  Only what lies in `area` is touched."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QPainter, QPen, QPolygonF

from engine.api.project import TrackNote
from gui.theme import Theme
from gui.viewmodels.roll import NoteRows
from gui.viewmodels.timeline import Timeline
from gui.widgets.keyboard import is_black
from gui.widgets.qt_arrays import rectangles

DENSE = 700
"""More notes than this at once are bars without words."""


@dataclass(frozen=True, slots=True)
class Canvas:
    """Where is painted: `area` in pixels of the widget."""

    painter: QPainter
    theme: Theme
    timeline: Timeline
    area: QRectF

    @property
    def span(self) -> tuple[float, float]:
        """Quarters of the area's left and right edge."""
        return self.timeline.quarters(self.area.left()), self.timeline.quarters(self.area.right())


@dataclass(frozen=True, slots=True)
class Shown:
    """The notes of the track, and what is told of them: `problems` by note."""

    rows: NoteRows
    selected: Collection[str] = frozenset()
    problems: Mapping[str, str] | None = None
    edited: str = ""
    """The note whose lyric is being typed: it has no words of its own then."""


def paint_rows(canvas: Canvas) -> None:
    """The rows of the keys, black and white, with a line below every C and F."""
    painter, tokens, timeline, area = canvas.painter, canvas.theme.tokens, canvas.timeline, canvas.area
    painter.fillRect(area, tokens.row_white)
    low, high = timeline.key(area.bottom()), timeline.key(area.top())
    for key in range(low, high + 1):
        top = timeline.y(key)
        if is_black(key):
            painter.fillRect(QRectF(area.left(), top, area.width(), timeline.per_key), tokens.row_black)
        elif key % 12 in (0, 5):
            line = tokens.grid_beat if key % 12 == 0 else tokens.grid_fine
            painter.fillRect(QRectF(area.left(), top + timeline.per_key - 1, area.width(), 1), line)


def paint_grid(canvas: Canvas) -> None:
    """Bar lines, beats, parts of a beat, as close as the zoom allows."""
    painter, tokens, area = canvas.painter, canvas.theme.tokens, canvas.area
    colours = {"bar": tokens.grid_bar, "beat": tokens.grid_beat, "part": tokens.grid_fine}
    for line in canvas.timeline.grid():
        x = round(line.x)
        if area.left() - 1 <= x <= area.right():
            painter.fillRect(QRectF(x, area.top(), 1, area.height()), colours[line.level])


def paint_notes(canvas: Canvas, shown: Shown) -> None:
    """The notes as bars."""
    wanted = notes_seen(canvas, shown)
    if len(wanted) > DENSE:
        _paint_dense(canvas, shown, wanted)
        return
    painter, tokens, timeline = canvas.painter, canvas.theme.tokens, canvas.timeline
    problems = shown.problems or {}
    edge, wrong = QPen(tokens.note_edge, 1.0), QPen(tokens.note_problem, 1.5)
    radius = min(3.0, timeline.per_key / 5)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(edge)
    painter.setBrush(tokens.note)
    marked = []
    for note, rect in _note_rects(canvas, shown.rows, wanted):
        if note.id in shown.selected or note.id in problems:
            marked.append((note, rect))
        else:
            painter.drawRoundedRect(rect, radius, radius)
    for note, rect in marked:
        painter.setBrush(tokens.note_selected if note.id in shown.selected else tokens.note)
        painter.setPen(wrong if note.id in problems else edge)
        painter.drawRoundedRect(rect, radius, radius)
        if note.id in problems:
            _flag(canvas, rect)
    painter.restore()


def _note_rects(canvas: Canvas, rows: NoteRows, wanted: NDArray[np.intp]) -> Iterator[tuple[TrackNote, QRectF]]:
    """As `note_rect`, within the edge, of many at once."""
    timeline = canvas.timeline
    left, right = timeline.xs(rows.starts[wanted]), timeline.xs(rows.ends[wanted])
    tops = timeline.y(0) - rows.keys[wanted] * timeline.per_key + 1.5
    height = timeline.per_key - 3
    places = zip(wanted.tolist(), (left + 0.5).tolist(), tops.tolist(), strict=True)
    for (index, x, y), width in zip(places, np.maximum(right - left - 2, 1.0).tolist(), strict=True):
        yield rows.notes[index], QRectF(x, y, width, height)


def notes_seen(canvas: Canvas, shown: Shown, before_px: float = 0.0) -> NDArray[np.intp]:
    """Indices of the notes in the canvas's area, and of those that end up to `before_px` left of it."""
    first, last = canvas.span
    seen = shown.rows.between(first - before_px / canvas.timeline.per_quarter, last)
    low, high = canvas.timeline.key(canvas.area.bottom()), canvas.timeline.key(canvas.area.top())
    keys = shown.rows.keys[seen.start : seen.stop]
    return np.asarray(seen.start + np.flatnonzero((keys >= low) & (keys <= high)))


def _flag(canvas: Canvas, rect: QRectF) -> None:
    """A small corner, for who cannot tell the edge's colour."""
    corner = rect.topRight()
    canvas.painter.setBrush(canvas.theme.tokens.note_problem)
    canvas.painter.setPen(Qt.PenStyle.NoPen)
    canvas.painter.drawPolygon(QPolygonF([corner, corner + QPointF(-7, 0), corner + QPointF(0, 7)]))


def note_rect(timeline: Timeline, note: TrackNote) -> QRectF:
    """Where a note is painted: a pixel of its row stays free above and below."""
    left, right = timeline.x(note.start), timeline.x(note.end)
    return QRectF(left, timeline.y(note.key) + 1, max(right - left - 1, 2.0), timeline.per_key - 2)


def _paint_dense(canvas: Canvas, shown: Shown, wanted: NDArray[np.intp]) -> None:
    """Bars alone; of those that fall on the same pixels one is enough."""
    timeline, rows, painter = canvas.timeline, shown.rows, canvas.painter
    left = np.round(timeline.xs(rows.starts[wanted]))
    width = np.maximum(np.round(timeline.xs(rows.ends[wanted])) - left - (timeline.per_quarter > 8), 1.0)
    keys = rows.keys[wanted]
    _, first = np.unique(left * 128 + keys, return_index=True)
    # The widest of those that begin on one pixel would be right; at this zoom nobody can tell.
    left, width, keys = left[first], width[first], keys[first]
    tops = (127 - keys - timeline.top) * timeline.per_key + 1
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(canvas.theme.tokens.note_edge)
    height = max(1.0, timeline.per_key - 2)
    painter.drawRects(rectangles(left, tops, width, height))
    chosen = (
        [index for index in wanted.tolist() if shown.rows.notes[index].id in shown.selected] if shown.selected else []
    )
    if chosen:
        picked = np.array(chosen)
        left = timeline.xs(rows.starts[picked])
        width = np.maximum(timeline.xs(rows.ends[picked]) - left - 1, 1.0)
        painter.setBrush(canvas.theme.tokens.accent)
        tops = (127 - rows.keys[picked] - timeline.top) * timeline.per_key + 1
        painter.drawRects(rectangles(left, tops, width, height))
