"""The smaller parts of the Sing panel: peaks, waves, bars of values, pitch lines, chains."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PyQt6.QtCore import QEvent, QPoint, Qt
from PyQt6.QtGui import QHelpEvent
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.api.project import Project, Tempi, Track
from engine.score import TempoMap
from gui.panels.sing import track_edits
from gui.panels.sing.chains import laid, listed_chains, with_chain
from gui.panels.sing.phrase_sounds import PhraseSound, read_sound
from gui.panels.sing.playback import Pieces, Placed
from gui.panels.sing.sung_track import sung_alike
from gui.theme import Theme
from gui.viewmodels.timeline import Timeline
from gui.widgets.elided import ElidedLabel
from gui.widgets.mixdown import RATE
from gui.widgets.peaks import BIN, by_pixel, peaks_of
from gui.widgets.pitch_line import PitchLine
from gui.widgets.qt_arrays import polygon
from gui.widgets.roll_view import RollView
from gui.widgets.value_bar import Range, ValueBar
from gui.widgets.wave import ShownPhrase, ShownSound, Wave

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@given(st.integers(0, 3000), st.integers(1, 2), st.integers(0, 2**31))
def test_peaks_hold_every_sample(count: int, channels: int, seed: int) -> None:
    samples = np.random.default_rng(seed).uniform(-1, 1, (channels, count)).astype(np.float32)
    peaks = peaks_of(samples)
    assert len(peaks) == -(-count // BIN)
    if count:
        bins = np.arange(count) // BIN
        assert np.all(samples <= peaks[bins, 1])
        assert np.all(samples >= peaks[bins, 0])
        assert peaks[:, 1].max() == samples.max()


@given(st.floats(0.01, 5.0), st.integers(1, 400))
def test_a_pixel_shows_the_highest_of_its_peaks(per_bin: float, count: int) -> None:
    peaks = np.random.default_rng(count).uniform(-1, 1, (count, 2)).astype(np.float32)
    xs, drawn = by_pixel(np.arange(count) * per_bin, peaks)
    assert len(xs) == len(drawn) <= count
    assert drawn[:, 1].max() == peaks[:, 1].max()
    assert drawn[:, 0].min() == peaks[:, 0].min()
    assert np.all(np.diff(xs) > 0)


def test_half_a_file_is_no_sound(tmp_path: Path) -> None:
    path = tmp_path / "a.f32"
    np.zeros(100, np.float32).tofile(path)
    assert read_sound("a", path, RATE, 50).samples.shape == (2, 50)
    with pytest.raises(ValueError, match="100 samples"):
        read_sound("a", path, RATE, 70)
    with pytest.raises(OSError, match="gone"):
        read_sound("a", tmp_path / "gone.f32", RATE, 1)


def sound(key: str, count: int, channels: int = 1) -> PhraseSound:
    samples = np.full((channels, count), 0.1, np.float32)
    return PhraseSound(key, samples, ShownSound(RATE, peaks_of(samples)))


def test_solo_silences_the_others_and_mute_itself() -> None:
    tracks = (Track("a", "A"), Track("b", "B", mute=True), Track("c", "C", gain_db=-3.0, pan=0.5))
    placed = {track.id: (Placed(1.0, sound(track.id, 10)),) for track in tracks}
    assert [piece.mute for piece in Pieces().of(tracks, placed, ())] == [False, True, False]
    alone = Pieces().of(tracks, placed, {"b"})
    assert [piece.mute for piece in alone] == [True, False, True]
    assert (alone[2].gain_db, alone[2].pan) == (-3.0, 0.5)


def test_what_comes_before_the_song_is_cut_not_moved() -> None:
    (piece,) = Pieces().of((Track("a", "A"),), {"a": (Placed(-0.25, sound("a", RATE)),)}, ())
    assert piece.start_s == 0.0
    assert piece.samples.shape[1] == RATE - RATE // 4


def test_what_is_as_before_is_the_same_piece() -> None:
    tracks = (Track("a", "A"),)
    first, second = (Placed(float(number), sound(str(number), 10)) for number in range(2))
    memory = Pieces()
    before = memory.of(tracks, {"a": (first, second)}, ())
    after = memory.of(tracks, {"a": (first, Placed(1.5, second.sound))}, ())
    assert after[0] is before[0]
    assert (after[1].start_s, before[1].start_s) == (1.5, 1.0)
    assert memory.of((Track("a", "A", mute=True),), {"a": (first,)}, ())[0].mute


def test_a_chain_hears_the_phrases_at_their_places() -> None:
    placed = (Placed(0.0, sound("a", RATE)), Placed(2.0, sound("b", RATE, 2)))
    dry = laid(placed)
    assert dry.shape == (2, 3 * RATE)
    assert np.all(dry[:, RATE : 2 * RATE] == 0)
    names = [chain for chain, _ in listed_chains().offered]
    wet = with_chain(names[0], placed, 120.0)
    assert wet.shape[0] == 2
    assert wet.shape[1] > 3 * RATE


def test_tracks_keep_ids_of_their_own() -> None:
    project = Project("p", Tempi(((0.0, 120.0),)), (Track("t1", "A"), Track("t3", "B")))
    more = track_edits.duplicated(track_edits.added(project, "C"), "t1", "A copy")
    ids = [track.id for track in more.tracks]
    assert len(set(ids)) == 4
    assert [track.name for track in more.tracks] == ["A", "A copy", "B", "C"]
    assert track_edits.newest(project, track_edits.added(project, "C")) not in {"t1", "t3", ""}
    last = track_edits.removed(track_edits.removed(project, "t1"), "t3")
    assert [track.id for track in last.tracks] == ["t3"]
    chained = track_edits.with_chain(project, "t1", "ballad")
    assert chained.tracks[0].chain == "ballad"
    assert track_edits.with_chain(chained, "t1", "") == project
    assert track_edits.with_chain(chained, "t1", "ballad") is chained
    assert sung_alike(chained.tracks[0], project.tracks[0])  # it lies behind the singing


def test_lines_of_pitch_break_where_nothing_is_voiced() -> None:
    keys = np.full(100, 60.0)
    keys[40:50] = np.nan
    line = PitchLine.of_plan(TempoMap(), 0.0, 100, keys)
    drawn = list(line.lines(Timeline(per_quarter=200.0), 0.0, 4.0))
    assert len(drawn) == 2
    assert drawn[0][0][-1] < drawn[1][0][0]
    far = list(line.lines(Timeline(per_quarter=5.0), 0.0, 4.0))
    assert sum(len(xs) for xs, _ in far) < 20  # no more points than pixels


def test_polygons_have_their_points() -> None:
    made = polygon(np.array([1.0, 2.5]), np.array([3.0, -4.0]))
    assert [(point.x(), point.y()) for point in made] == [(1.0, 3.0), (2.5, -4.0)]
    assert polygon(np.zeros(0), np.zeros(0)).count() == 0


@pytest.fixture
def bar(qtbot: QtBot, dark_theme: Theme) -> ValueBar:
    made = ValueBar(dark_theme, "Gain", Range(-60, 24, 0.0, 0.5, 1, "dB"))
    qtbot.addWidget(made)
    made.resize(200, 24)
    made.show()
    qtbot.waitExposed(made)
    made.setFocus()
    return made


def test_a_bar_is_dragged_stepped_typed_and_reset(bar: ValueBar) -> None:
    told: list[object] = []
    bar.changed.connect(told.append)
    QTest.mousePress(bar, LEFT, NONE, QPoint(100, 12))
    QTest.mouseMove(bar, QPoint(120, 12))
    QTest.mouseRelease(bar, LEFT, NONE, QPoint(120, 12))
    assert bar.value == pytest.approx(8.4)
    QTest.keyClick(bar, Qt.Key.Key_Up)
    assert bar.value == pytest.approx(8.9)
    QTest.keyClicks(bar, "-")
    assert bar._editor is not None
    QTest.keyClicks(bar._editor, "12,5")
    QTest.keyClick(bar._editor, Qt.Key.Key_Return)
    assert bar.value == -12.5
    assert "−12.5 dB" in bar.accessibleName()
    QTest.mouseDClick(bar, LEFT, NONE, QPoint(50, 12))
    assert bar.value == 0.0
    assert told[-1] == 0.0


def test_a_bar_keeps_its_range_and_its_song(bar: ValueBar) -> None:
    told: list[object] = []
    bar.changed.connect(told.append)
    bar.show_value(3.0)
    assert not told
    for _ in range(80):
        QTest.keyClick(bar, Qt.Key.Key_PageUp)
    assert bar.value == 24.0
    QTest.keyClicks(bar, "5")
    assert bar._editor is not None
    QTest.keyClicks(bar._editor, "x")
    QTest.keyClick(bar._editor, Qt.Key.Key_Return)
    assert bar.value == 24.0
    QTest.keyClicks(bar, "7")
    assert bar._editor is not None
    QTest.keyClick(bar._editor, Qt.Key.Key_Escape)
    assert bar.value == 24.0


def test_waves_are_drawn_where_phrases_lie(qtbot: QtBot, theme: Theme) -> None:
    view = RollView(Timeline(per_quarter=100.0))  # 200 pixels a second
    wave = Wave(theme, view)
    qtbot.addWidget(wave)
    wave.resize(800, 80)
    loud = np.tile(np.array([[-0.8, 0.8]], np.float32), (RATE // BIN, 1))
    phrases = [ShownPhrase("a", 1, 0.0, 1.0, "done", "n0"), ShownPhrase("b", 2, 2.0, 3.0, "waiting", "n5")]
    wave.show_phrases(phrases, {"a": ShownSound(RATE, loud)})
    assert wave.phrase_at(100) == phrases[0]
    assert wave.phrase_at(300) is None
    assert wave.phrase_at(500) == phrases[1]
    image = wave.grab().toImage()
    ink = theme.tokens.wave.name()
    assert image.pixelColor(100, 30).name() == ink
    assert image.pixelColor(500, 60).name() != ink
    heard: list[str] = []
    wave.chosen.connect(heard.append)
    QTest.mouseClick(wave, LEFT, NONE, QPoint(450, 40))
    assert heard == ["n5"]


def test_a_phrase_that_failed_says_why(qtbot: QtBot, dark_theme: Theme, monkeypatch: pytest.MonkeyPatch) -> None:
    wave = Wave(dark_theme, RollView(Timeline(per_quarter=100.0)))
    qtbot.addWidget(wave)
    wave.resize(800, 80)
    blank = wave.grab().toImage()
    wave.show_phrases([ShownPhrase("a", 1, 0.0, 3.0, "failed", "n0", "The voice is gone.")], {})
    assert wave.grab().toImage() != blank
    told: list[str] = []
    monkeypatch.setattr("gui.widgets.wave.QToolTip.showText", lambda _at, text, _widget: told.append(text))
    QApplication.sendEvent(wave, QHelpEvent(QEvent.Type.ToolTip, QPoint(100, 40), QPoint(100, 40)))
    assert "The voice is gone." in told[0]


def test_a_long_text_gives_way_to_its_room(qtbot: QtBot) -> None:
    label = ElidedLabel()
    qtbot.addWidget(label)
    label.resize(80, 20)
    label.show()
    label.tell("Effects failed: there is no chain called nothing.")
    assert label.text() != label.told
    assert label.toolTip() == label.told
    label.resize(2000, 20)
    assert label.text() == label.told
    assert label.toolTip() == ""
