"""Many notes are placed at once where each would be placed alone, and the grid is found once for all who paint it."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QImage, QPainter

from engine.api.project import Track, TrackNote
from engine.score import NoteId
from gui.theme import Theme
from gui.viewmodels.roll import NoteRows
from gui.viewmodels.timeline import Timeline
from gui.widgets import roll_paint
from gui.widgets.roll_paint import Canvas, note_rect


@pytest.mark.parametrize("per_quarter", [0.5, 3.0, 40.0, 700.0])
@pytest.mark.parametrize(("left", "top"), [(0.0, 53.0), (2.3, 40.7)])
def test_each_of_many_notes_lies_where_it_would_alone(
    per_quarter: float, left: float, top: float, dark_theme: Theme
) -> None:
    notes = tuple(TrackNote(NoteId(f"n{i}"), 0.75 * i, 0.1 + 0.02 * i, 50 + i) for i in range(20))
    rows = NoteRows.of(Track("t1", "Lead", notes=notes))
    timeline = Timeline(left=left, top=top, per_quarter=per_quarter)
    picture = QImage(8, 8, QImage.Format.Format_RGB32)
    painter = QPainter(picture)
    found = list(
        roll_paint._note_rects(Canvas(painter, dark_theme, timeline, QRectF(0, 0, 8, 8)), rows, np.arange(2, 20))
    )
    painter.end()
    assert [note for note, _ in found] == list(notes[2:])
    for note, rect in found:
        alone = note_rect(timeline, note).adjusted(0.5, 0.5, -0.5, -0.5)
        assert rect.getRect() == pytest.approx(alone.getRect())


def test_the_grid_is_found_once_for_each_view() -> None:
    timeline = Timeline()
    assert timeline.grid() is timeline.grid()
    scrolled = timeline.scrolled(100.0)
    assert [line.x for line in scrolled.grid()] != [line.x for line in timeline.grid()]
