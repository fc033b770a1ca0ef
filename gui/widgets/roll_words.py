"""The words in the notes of the roll: whole where there is room, right of a short note if need be."""

from __future__ import annotations

from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import QColor, QFontMetricsF

from engine.api.project import TrackNote
from gui.texts import sing as text
from gui.viewmodels.word_room import free_until
from gui.widgets.keyboard import is_black
from gui.widgets.roll_paint import DENSE, Canvas, Shown, note_rect, notes_seen

_WORDS_PX = 12.0
"""Rows that are lower have no words."""
_REACH_PX = 160.0
"""So far right of its note a word may go."""
_LEAST_PX = 6.0
"""Of a note that has less room inside there are none."""
_BESIDE_PX = 7.0
"""A note's edges beside its words."""
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
_BACKED = 225


def words_of(note: TrackNote) -> str:
    """What stands in a note: its syllable with the hyphen of an unfinished word, or a sign."""
    if note.breath:
        return text.BREATH
    if note.holds:
        return text.HELD
    if note.continues_word:
        return "+"
    if not note.lyric:
        return text.NO_LYRIC
    return note.lyric if note.ends_word else f"{note.lyric}-"


def paint_words(canvas: Canvas, shown: Shown, backed: bool, phones: bool) -> None:
    """The words of all notes; `backed`: on a bit of colour, over lines of pitch; `phones`: they stand below notes."""
    if canvas.timeline.per_key < _WORDS_PX:
        return
    wanted = notes_seen(canvas, shown, before_px=_REACH_PX)
    if len(wanted) > DENSE:
        return
    timeline, rows = canvas.timeline, shown.rows
    wide_px = (rows.ends[wanted] - rows.starts[wanted]) * timeline.per_quarter
    wanted = wanted[wide_px > _LEAST_PX + _BESIDE_PX]
    canvas.painter.setFont(canvas.theme.font("small" if timeline.per_key < 17 else "body"))
    metrics = QFontMetricsF(canvas.painter.font())
    for index in wanted.tolist():
        note = shown.rows.notes[index]
        room = note_rect(timeline, note).adjusted(4, 1, -2, -1)
        if note.id == shown.edited:
            continue
        words = words_of(note)
        width = metrics.horizontalAdvance(words)
        if width > room.width():
            end = timeline.x(free_until(shown.rows, index, _REACH_PX / timeline.per_quarter, phones)) - 4
            words = metrics.elidedText(words, Qt.TextElideMode.ElideRight, max(end - room.left(), room.width()) + 0.5)
            width = metrics.horizontalAdvance(words)
        _paint(canvas, room, words, width, note.id in shown.selected, backed)
        if width > room.width() + 2:
            _paint_outside(canvas, QRectF(room.right() + 2, room.top(), 0, room.height()), room, words, width, note.key)


def _paint(canvas: Canvas, room: QRectF, words: str, width: float, chosen: bool, backed: bool) -> None:
    """What of a word lies in its note."""
    painter, tokens = canvas.painter, canvas.theme.tokens
    inside = QRectF(room.left(), room.top(), min(width, room.width()) + 2, room.height())
    if backed:
        ground = QColor(tokens.note_selected if chosen else tokens.note)
        ground.setAlpha(_BACKED)
        painter.fillRect(inside.adjusted(-2, 1, 0, -1), ground)
    painter.setPen(tokens.note_selected_text if chosen else tokens.note_text)
    painter.save()
    painter.setClipRect(inside)
    painter.drawText(QRectF(room.left(), room.top(), width + 1, room.height()), _LEFT, words)
    painter.restore()


def _paint_outside(canvas: Canvas, edge: QRectF, room: QRectF, words: str, width: float, key: int) -> None:
    """What of a word lies right of its note, on the row's colour: over lines of pitch, too."""
    painter, tokens = canvas.painter, canvas.theme.tokens
    outside = QRectF(edge.left() + 1, room.top(), room.left() + width - edge.left() + 1, room.height())
    ground = QColor(tokens.row_black if is_black(key) else tokens.row_white)
    ground.setAlpha(_BACKED)
    painter.fillRect(outside, ground)
    painter.setPen(tokens.text)
    painter.save()
    painter.setClipRect(outside)
    painter.drawText(QRectF(room.left(), room.top(), width + 1, room.height()), _LEFT, words)
    painter.restore()
