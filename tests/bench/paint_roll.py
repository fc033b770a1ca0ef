"""How long the piano roll takes to paint a song of ten thousand notes: `python tests/bench/paint_roll.py`.

Scrolls 200 steps (`--steps`) through the song at four zooms, painting to a picture as the window does, and prints
milliseconds of the processor and of the clock for each; then the same of the whole time line.  On a busy machine the
processor's are the ones to read.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PyQt6.QtCore import QElapsedTimer, QPoint
from PyQt6.QtGui import QImage
from PyQt6.QtWidgets import QApplication, QWidget

from engine.api.project import Project, Tempi, Track, TrackNote
from engine.score import NoteId, TempoMap
from gui.document.phones import TimedPhone
from gui.document.song import Song
from gui.document.song_file import SongFile
from gui.panels.sing.roll_area import RollArea
from gui.style import dress
from gui.theme import Theme
from gui.viewmodels.live_plan import LivePhone
from gui.viewmodels.timeline import Timeline
from gui.widgets.pitch_line import PitchLine
from gui.widgets.roll_view import RollView

NOTES = 10_000
SIZE = (1600, 700)
ZOOMS = {"a bar across the window": 400.0, "8 bars": 50.0, "100 bars": 4.0, "the whole song": 0.0}


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--steps", type=int, default=200)
    steps = asked.parse_args().steps
    app = QApplication([])
    theme = Theme("dark")
    dress(app, theme)
    song = Song(SongFile(Project("ten thousand", Tempi(((0.0, 120.0),)), (Track("t1", "Lead", notes=_notes()),))))
    tempo_map = song.project.tempo_map.tempo_map()
    view = RollView(Timeline(tempo_map))
    view.track = "t1"
    area = RollArea(theme, view, song, lambda _: 1)
    area.resize(*SIZE)
    area.show()
    app.processEvents()
    phones, lines = _plan(tempo_map)
    _print("taking the track over", _timed(lambda: area.roll.show_track(song.project.tracks[0])))
    _print("taking the plan over", _timed(lambda: area.roll.show_plan(phones, lines)))
    area.phones.show_phones(phones)
    area.show_end(float(area.roll.rows.ends[-1]))
    view.select([note.id for note in song.project.tracks[0].notes[:50]])
    for name, per_quarter in ZOOMS.items():
        for part, told in ((area.roll, "roll"), (area, "whole time line")):
            _print(f"{name}, {told}", _scrolled(view, part, per_quarter, steps))


def _scrolled(view: RollView, part: QWidget, per_quarter: float, steps: int) -> list[tuple[float, float]]:
    """Milliseconds of each of the steps through the song, a new picture each."""
    end = NOTES * 1.05
    timeline = view.timeline.fitted(0.0, end) if not per_quarter else view.timeline.zoomed(1e-9, 0)
    if per_quarter:
        timeline = timeline.zoomed(per_quarter / timeline.per_quarter, 0).around_keys(55, 72)
    view.place(timeline.scrolled(-1e9))
    picture = QImage(part.size(), QImage.Format.Format_ARGB32_Premultiplied)
    step_px = max(1.0, (end * view.timeline.per_quarter - view.timeline.width) / steps)
    taken = []
    for step in range(steps):
        view.place(view.timeline.scrolled(step_px, 2.0 if step % 2 else -2.0))
        taken += _timed(lambda: part.render(picture, QPoint()))
    return taken


def _timed(work: Callable[[], object]) -> list[tuple[float, float]]:
    """Milliseconds of this thread's processor, and of the clock."""
    timer = QElapsedTimer()
    timer.start()
    begun = time.thread_time()
    work()
    return [(1e3 * (time.thread_time() - begun), timer.nsecsElapsed() / 1e6)]


def _print(name: str, taken: list[tuple[float, float]]) -> None:
    used, passed = np.array(taken).T
    processor = f"{np.median(used):6.2f} ms, 99 % {np.percentile(used, 99):6.2f}"
    print(f"{name:42} processor: median {processor}; clock: median {np.median(passed):6.2f} ms", flush=True)


def _notes() -> tuple[TrackNote, ...]:
    rng = np.random.default_rng(1)
    keys = 60 + np.clip(np.cumsum(rng.integers(-2, 3, NOTES)) % 24 - 8, -10, 14)
    words = ("sing", "o-", "ver", "the", "moon", "light", "la")
    return tuple(
        TrackNote(NoteId(f"n{i}"), 1.05 * i, 0.95, int(keys[i]), words[i % 7].rstrip("-"), ends_word=i % 7 != 1)
        for i in range(NOTES)
    )


def _plan(tempo_map: TempoMap) -> tuple[list[TimedPhone], list[PitchLine]]:
    """Three phones a note, and a line of pitch for every 20 notes."""
    phones: list[TimedPhone] = []
    notes = _notes()
    for note in notes:
        start_s, end_s = tempo_map.seconds(note.start), tempo_map.seconds(note.end)
        places = np.interp([0.0, 0.15, 0.8, 1.0], [0, 1], [start_s, end_s]).tolist()
        for label, begin, end in zip(("S", "IH", "NG"), places, places[1:], strict=False):
            phones.append(LivePhone(label, begin, end, note.id))
    lines = []
    for first in range(0, len(notes), 20):
        run = notes[first : first + 20]
        start_s, end_s = tempo_map.seconds(run[0].start), tempo_map.seconds(run[-1].end)
        times = np.arange(start_s, end_s, 0.01)
        lines.append(PitchLine.of_plan(tempo_map, start_s, 100, run[0].key + np.sin(6 * times)))
    return phones, lines


if __name__ == "__main__":
    main()
