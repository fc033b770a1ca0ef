"""A sung track under its notes: bars, tempo changes, lyrics, and the waveform that Ardour bounced."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from engine.files import written_whole
from engine.score import Note, TempoMap

_WIDTH, _MARGIN = 1800, 70
_ROW, _HEAD = 330, 110
_ROLL, _WAVE = (62, 190), (204, 306)
"""Of a row: where the notes and where the waveform lie, from its top."""
_BARS_A_ROW = 4
_GROUND, _PANEL, _LINE, _BEAT = "#14171c", "#1b2027", "#3a434f", "#262d36"
_TEXT, _QUIET, _NOTE, _WORD = "#e8ecf1", "#8c98a8", "#f2a65a", "#14171c"
_SOUND, _ONSET, _GLIDE, _TEMPO = "#6fb7c9", "#f2a65a", "#9ccf7a", "#d58cc0"


@dataclass(frozen=True, slots=True)
class SungPicture:
    """`notes` count quarters from `start_quarters` of the session; `sound` [N] from the session's start.

    By the note's index: `errors_ms`, how late the vowels of some notes are, and `glides_ms`, the pitch of others.
    """

    notes: Sequence[Note]
    tempo_map: TempoMap
    start_quarters: float
    sound: NDArray[np.floating]
    sample_rate: int
    track: str
    errors_ms: Mapping[int, float]
    glides_ms: Mapping[int, float]


def draw_sung(picture: SungPicture, path: Path) -> None:
    """Write the picture as PNG.  Raises as `written_whole`."""
    rows = list(_rows(picture))
    image = Image.new("RGB", (_WIDTH, _HEAD + _ROW * len(rows)), _GROUND)
    draw = ImageDraw.Draw(image)
    _draw_head(draw, picture)
    for number, (begin, end) in enumerate(rows):
        _Row(draw, picture, begin, end, _HEAD + number * _ROW).draw()
    with written_whole(path) as part:
        image.save(part)


def _rows(picture: SungPicture) -> Iterator[tuple[float, float]]:
    """(first, last) quarter of every row, on bar lines, in the session."""
    end = picture.start_quarters + max(note.end for note in picture.notes)
    bars = _bar_lines(picture.tempo_map, end)
    first = max(0, sum(line <= picture.start_quarters for line in bars) - 1)
    for index in range(first, len(bars) - 1, _BARS_A_ROW):
        if bars[index] < end:
            yield bars[index], bars[min(index + _BARS_A_ROW, len(bars) - 1)]


def _bar_lines(tempo_map: TempoMap, end: float) -> list[float]:
    """The quarters of all bar lines up to one past a full row after `end`."""
    lines: list[float] = []
    quarter = 0.0
    while quarter < end or (len(lines) - 1) % _BARS_A_ROW:
        lines.append(quarter)
        numerator, denominator = [(n, d) for q, n, d in tempo_map.meters if q <= quarter][-1]
        quarter += numerator * 4 / denominator
    return [*lines, quarter]


def _draw_head(draw: ImageDraw.ImageDraw, picture: SungPicture) -> None:
    draw.text((_MARGIN, 26), f"{picture.track}, as Ardour bounced it", fill=_TEXT, font=_font(30))
    said = "Notes and words above, the bounced vocal below; thin lines are the notes' starts. Below each, ms late: "
    draw.text((_MARGIN, 68), said, fill=_QUIET, font=_font(18))
    x = _MARGIN + draw.textlength(said, font=_font(18))
    for what, errors_ms, colour in (("vowel", picture.errors_ms, _ONSET), ("pitch", picture.glides_ms, _GLIDE)):
        if errors_ms:
            text = f"{what} ({len(errors_ms)} notes, at most {max(map(abs, errors_ms.values())):.0f})   "
            draw.text((x, 68), text, fill=colour, font=_font(18))
            x += draw.textlength(text, font=_font(18))


class _Row:
    """A few bars of the picture, on a time axis in seconds."""

    def __init__(self, draw: ImageDraw.ImageDraw, picture: SungPicture, begin: float, end: float, top: int) -> None:
        self._draw, self._picture, self._top = draw, picture, top
        self._begin, self._end = begin, end
        self._begin_s, self._end_s = picture.tempo_map.seconds(begin), picture.tempo_map.seconds(end)
        keys = [note.key for note in picture.notes]
        self._low, self._high = min(keys) - 1, max(keys) + 1

    def draw(self) -> None:
        for top, bottom in (_ROLL, _WAVE):
            self._draw.rectangle((_MARGIN, self._top + top, _WIDTH - _MARGIN, self._top + bottom), fill=_PANEL)
        self._draw_grid()
        self._draw_tempi()
        self._draw_wave()
        for index, note in enumerate(self._picture.notes):
            if self._begin <= self._picture.start_quarters + note.start < self._end:
                self._draw_note(index, note)

    def _x(self, quarter: float) -> float:
        at_s = self._picture.tempo_map.seconds(quarter)
        share = (at_s - self._begin_s) / (self._end_s - self._begin_s)
        return _MARGIN + share * (_WIDTH - 2 * _MARGIN)

    def _draw_grid(self) -> None:
        """Beats, and bars with their numbers."""
        tempo_map, quarter = self._picture.tempo_map, self._begin
        while quarter < self._end + 1e-6:
            bar, beat = tempo_map.bar_beat(quarter)
            is_bar = abs(beat - 1) < 1e-6
            x, top = self._x(quarter), self._top + (_ROLL[0] - 16 if is_bar else _ROLL[0])
            self._draw.line(
                (x, top, x, self._top + _WAVE[1]), fill=_LINE if is_bar else _BEAT, width=2 if is_bar else 1
            )
            if is_bar and quarter < self._end - 1e-6:
                self._draw.text((x + 6, self._top + _ROLL[0] - 22), str(bar), fill=_QUIET, font=_font(17))
            quarter += 4 / [d for q, _, d in tempo_map.meters if q <= quarter + 1e-6][-1]

    def _draw_tempi(self) -> None:
        for quarter, bpm in self._picture.tempo_map.tempi:
            shown = quarter if quarter > self._begin else self._begin
            in_force = self._picture.tempo_map.bpm_at(shown) == bpm
            if quarter >= self._end or not in_force or (quarter < self._begin and shown != self._begin):
                continue
            x = self._x(shown)
            if quarter >= self._begin:
                self._draw.line((x, self._top + 30, x, self._top + _WAVE[1]), fill=_TEMPO, width=2)
            self._draw.text((x + 6, self._top + 18), f"{bpm:g} bpm", fill=_TEMPO, font=_font(17))

    def _draw_note(self, index: int, note: Note) -> None:
        start = self._picture.start_quarters + note.start
        left, right = self._x(start), self._x(min(start + note.duration, self._end)) - 2
        height = (_ROLL[1] - _ROLL[0]) / (self._high - self._low + 1)
        top = self._top + _ROLL[0] + (self._high - note.key) * height
        thick = max(height, 19)
        middle = top + height / 2
        box = (left, middle - thick / 2, right, middle + thick / 2)
        self._draw.rounded_rectangle(box, radius=4, fill=_NOTE)
        word = "" if note.holds else note.lyric + ("" if note.ends_word else "-")
        self._draw.text((left + 5, middle), word, fill=_WORD, font=_font(15), anchor="lm")
        self._draw.line((left, self._top + _WAVE[0], left, self._top + _WAVE[1]), fill=_ONSET, width=1)
        for errors_ms, colour in ((self._picture.errors_ms, _ONSET), (self._picture.glides_ms, _GLIDE)):
            if index in errors_ms:
                place = (left, self._top + _WAVE[1] + 4)
                self._draw.text(place, f"{errors_ms[index]:+.0f}", fill=colour, font=_font(15), anchor="ma")

    def _draw_wave(self) -> None:
        """Highest and lowest sample of every pixel column, all rows on one scale."""
        sound, rate = self._picture.sound, self._picture.sample_rate
        scale = max(float(np.abs(sound).max()), 1e-6)
        middle, half = self._top + sum(_WAVE) / 2, (_WAVE[1] - _WAVE[0]) / 2 - 4
        columns = _WIDTH - 2 * _MARGIN
        edges = np.linspace(self._begin_s * rate, self._end_s * rate, columns + 1).astype(int)
        for column in range(columns):
            part = sound[edges[column] : edges[column + 1]]
            if part.size:
                high, low = float(part.max()) / scale, float(part.min()) / scale
                x = _MARGIN + column
                self._draw.line((x, middle - high * half, x, middle - low * half), fill=_SOUND)


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)
