"""The whole picture of the roll, layer by layer, and a note in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QColor

from engine.api.project import Track, TrackNote
from engine.score import TempoMap
from gui.texts import sing as text
from gui.widgets.keyboard import key_name
from gui.widgets.pitch_line import PitchLine
from gui.widgets.roll_hands import Hands
from gui.widgets.roll_layers import (
    ShownPhones,
    paint_band,
    paint_cursor,
    paint_drawn,
    paint_phones,
    paint_plan,
    paint_vibrato,
)
from gui.widgets.roll_paint import Canvas, Shown, paint_grid, paint_notes, paint_rows
from gui.widgets.roll_view import RollView
from gui.widgets.roll_words import paint_words, words_of


@dataclass(frozen=True, slots=True)
class Scene:
    """What there is to be seen: the track, its notes, and what is planned for them; `starts`: quarters at which each of
    `lines` begins."""

    track: Track | None
    shown: Shown
    phones: ShownPhones
    lines: Sequence[PitchLine]
    starts: Sequence[float]


def paint_roll(canvas: Canvas, scene: Scene, view: RollView, hands: Hands) -> None:
    """Everything in the canvas's area, from the back to the front."""
    paint_rows(canvas)
    paint_grid(canvas)
    if view.loop_s is not None:
        _paint_loop(canvas, view.loop_s)
    paint_notes(canvas, scene.shown)
    if view.phones:
        paint_phones(canvas, scene.phones, scene.shown.rows)
    if view.pitch:
        paint_plan(canvas, scene.lines, scene.starts)
        if scene.track is not None:
            paint_drawn(canvas, scene.track.drawn, view.tool == "points", hands.point)
    paint_words(canvas, scene.shown, backed=view.pitch and bool(scene.lines), phones=view.phones)
    if view.tool == "vibrato" and scene.track is not None:
        paint_vibrato(canvas, scene.shown.rows, view.selected, scene.track.expression)
    if hands.band is not None:
        paint_band(canvas, QRectF(*hands.band))
    paint_cursor(canvas, canvas.timeline.x_of_s(view.cursor_s))


def _paint_loop(canvas: Canvas, loop_s: tuple[float, float]) -> None:
    left, right = (canvas.timeline.x_of_s(seconds) for seconds in loop_s)
    faint = QColor(canvas.theme.tokens.loop)
    faint.setAlpha(faint.alpha() // 2)
    area = canvas.area
    canvas.painter.fillRect(QRectF(left, area.top(), right - left, area.height()) & area, faint)


def described(note: TrackNote, tempo_map: TempoMap) -> str:
    """A note in words, for tooltips and screen readers."""
    bar, beat = tempo_map.bar_beat(note.start)
    return text.NOTE_ACCESSIBLE.format(
        lyric=words_of(note), key=key_name(note.key), bar=bar, beat=f"{beat:g}", length=f"{note.duration:g}"
    )
