"""A portrait of one's own: its face found, or placed by hand."""

from __future__ import annotations

from typing import Any

import pytest
from PyQt6.QtCore import QPoint, QPointF, Qt
from PyQt6.QtGui import QImage

from gui.texts import avatar as texts
from gui.widgets.portrait_picker import PortraitPicker
from tests.gui.avatar_studio import LANDMARKS, LONG_MS, picture


def test_a_portrait_whose_face_is_found_sings_at_once(looking, engine, qtbot, tmp_path):
    path = picture(tmp_path)
    assert looking.accepts([path])
    looking.take([path])
    qtbot.waitUntil(lambda: bool(engine.of("face")), timeout=LONG_MS)
    facts = {
        "found": True,
        "width": 300,
        "height": 200,
        "landmarks": LANDMARKS,
        "points": [[1, 2], [3, 4], [5, 6]],
        "why": "",
    }
    engine.last("face")[0].done.emit(facts)
    assert looking.choices.portrait == path
    assert looking.choices.points is None  # the engine finds it as it did
    qtbot.waitUntil(lambda: "portrait" in engine.last("avatar.open")[1], timeout=LONG_MS)


def test_a_face_that_is_not_found_is_placed_by_hand(looking, engine, qtbot, tmp_path):
    path = picture(tmp_path)
    looking.take([path])
    qtbot.waitUntil(lambda: bool(engine.of("face")), timeout=LONG_MS)
    nobody = {"found": False, "width": 300, "height": 200, "landmarks": [], "points": [], "why": "No face."}
    engine.last("face")[0].done.emit(nobody)
    assert looking.middle.currentWidget() is looking.face
    assert looking.choices.portrait is None
    assert not looking.face.use.isEnabled()
    assert looking.who.gallery.portrait.isChecked()  # not the figure that was chosen before
    assert not looking.video.export.isEnabled()
    assert looking.video.export.toolTip() == texts.FACE_MISSING
    qtbot.keyClick(looking.face.picker, Qt.Key.Key_2)
    qtbot.keyClick(looking.face.picker, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    points = looking.face.picker.points
    assert engine.last("face")[1]["points"] == [list(point) for point in points]
    engine.last("face")[0].done.emit(
        nobody | {"found": True, "landmarks": LANDMARKS, "points": [list(p) for p in points]}
    )
    assert looking.face.use.isEnabled()
    looking.face.use.click()
    assert looking.choices.points == points
    assert looking.middle.currentWidget() is looking.stage


def test_who_goes_back_from_a_missing_face_has_the_figure_of_before(looking, engine, qtbot, tmp_path):
    qtbot.waitUntil(looking.video.export.isEnabled, timeout=LONG_MS)
    looking.take([picture(tmp_path)])
    qtbot.waitUntil(lambda: bool(engine.of("face")), timeout=LONG_MS)
    nobody = {"found": False, "width": 300, "height": 200, "landmarks": [], "points": [], "why": "No face."}
    engine.last("face")[0].done.emit(nobody)
    looking.face.back.click()
    assert looking.who.gallery.tile(looking.choices.avatar).isChecked()
    assert looking.video.export.isEnabled()


def test_a_picture_that_is_none_is_told(looking, engine, told, qtbot, tmp_path):
    path = tmp_path / "broken.png"
    path.write_bytes(b"nonsense")
    looking.take([path])
    qtbot.waitUntil(lambda: any(notice.kind == "bad" for notice in told), timeout=LONG_MS)
    assert looking.choices.portrait is None


def test_a_mark_is_where_it_is_dragged_to_whatever_is_seen_of_the_picture(dark_theme, qtbot):
    picker = PortraitPicker(dark_theme)
    qtbot.addWidget(picker)
    picker.resize(400, 300)
    picker.show_portrait(QImage(800, 600, QImage.Format.Format_RGB32), 800, 600)
    picker.show_face([(x + 300.0, y + 200.0) for x, y in LANDMARKS], [(310, 210), (340, 210), (325, 240)])
    assert picker._view.width() < 800  # a small face is seen from near
    for view in (picker.show_near, picker.show_whole):
        view()
        at = picker._on_widget(picker.points[0])
        back = picker._in_picture(at)
        assert (back.x(), back.y()) == pytest.approx(picker.points[0])
    with qtbot.waitSignal(picker.placed):
        start, end = picker._on_widget(picker.points[2]), QPointF(200, 150)
        qtbot.mousePress(picker, Qt.MouseButton.LeftButton, pos=start.toPoint())
        picker.mouseMoveEvent(_move(end))
        qtbot.mouseRelease(picker, Qt.MouseButton.LeftButton, pos=QPoint(200, 150))
    assert picker.points[2] == pytest.approx((399.5, 299.5), abs=1.0)


def _move(at: QPointF) -> Any:
    from PyQt6.QtCore import QEvent
    from PyQt6.QtGui import QMouseEvent

    left = Qt.MouseButton.LeftButton
    return QMouseEvent(QEvent.Type.MouseMove, at, at, left, left, Qt.KeyboardModifier.NoModifier)
