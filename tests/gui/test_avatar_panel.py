"""The Avatar panel with an engine that answers as it is told to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, QPointF, Qt
from PyQt6.QtGui import QImage
from PyQt6.QtWidgets import QAbstractButton, QComboBox, QLabel

from engine.errors import InputError
from gui.desk import Desk, Notice
from gui.document.settings import Settings
from gui.document.song import Song
from gui.engine_process import Ask, Failure
from gui.jobs import Jobs, JobState
from gui.panels.avatar import AvatarPanel
from gui.panels.avatar.show import Show
from gui.texts import avatar as texts
from gui.widgets.player import Player
from gui.widgets.portrait_picker import PortraitPicker
from gui.widgets.scrubber import Scrubber
from tests.midi import midi, row

LONG_MS = 20_000
FRAMES, SIDE = 100, 8
LANDMARKS = [[float(number), float(number % 7)] for number in range(68)]


@dataclass
class Engine:
    """Remembers every request; `answers` are given at once, for the rest a test answers itself."""

    folder: Path
    asks: list[tuple[Ask, Mapping[str, Any]]] = field(default_factory=list)
    answers: dict[str, Any] = field(default_factory=dict)
    shows: int = 0

    def ask(self, op: str, args: Mapping[str, Any] = {}, key: str = "") -> Ask:
        ask = Ask(self, str(len(self.asks)), op, key)  # type: ignore[arg-type]
        self.asks.append((ask, args))
        return ask

    def stop(self, ask: Ask) -> None:
        ask.finished = True

    def of(self, op: str) -> list[tuple[Ask, Mapping[str, Any]]]:
        return [(ask, args) for ask, args in self.asks if ask.op == op]

    def last(self, op: str) -> tuple[Ask, Mapping[str, Any]]:
        return self.of(op)[-1]

    def open_show(self, exact: bool = True) -> dict[str, Any]:
        """Answer the last `avatar.open`."""
        self.shows += 1
        facts = {
            "show": f"show-{self.shows}", "vocals": str(self.folder / "song.melisma"), "track": None, "fps": 25.0,
            "frames": FRAMES, "width": SIDE, "height": SIDE, "sound": str(self.folder / "sung.wav"), "words": None,
            "exact_lips": exact, "video_size": [512, 512], "provider": "the CPU", "problems": [],
        }  # fmt: skip
        self.last("avatar.open")[0].done.emit(facts)
        return facts

    def draw(self, known: int = FRAMES) -> int:
        """Answer the last `avatar.picture` with a grey as bright as the frame's number; the frame."""
        ask, args = self.last("avatar.picture")
        path = self.folder / f"{len(self.asks)}.rgb"
        path.write_bytes(bytes([int(args["frame"])]) * (3 * SIDE * SIDE))
        answer = {
            "path": str(path),
            "frame": args["frame"],
            "width": SIDE,
            "height": SIDE,
            "known": known,
            "motion": None,
        }
        ask.done.emit(answer)
        return int(args["frame"])

    def load_sound(self) -> None:
        """Answer the last `sound` with four seconds of silence."""
        path = self.folder / "sound.f32"
        np.zeros((4 * 48_000, 2), np.float32).tofile(path)
        self.last("sound")[0].done.emit({"path": str(path), "sample_rate": 48_000, "samples": 4 * 48_000})


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    (tmp_path / "sung.wav").touch()
    return Engine(tmp_path)


@pytest.fixture
def song(tmp_path: Path) -> Song:
    clip = tmp_path / "clip.mid"
    clip.write_bytes(midi(row(3, ticks=160)))
    return Song.open(clip)


@pytest.fixture
def told() -> list[Notice]:
    return []


def make(engine: Engine, song: Song, theme: Any, told: list[Notice], tmp_path: Path) -> AvatarPanel:
    desk = Desk()
    desk.told.connect(told.append)
    studio = SimpleNamespace(
        engine=engine, jobs=Jobs(engine), song=song, settings=Settings(tmp_path / "window.json"), theme=theme,
        desk=desk, player=Player(),
    )  # fmt: skip
    return AvatarPanel(studio)  # type: ignore[arg-type]


@pytest.fixture
def panel(engine: Engine, song: Song, dark_theme: Any, told: list[Notice], tmp_path: Path, qtbot: Any) -> Iterator[Any]:
    made = make(engine, song, dark_theme, told, tmp_path)
    qtbot.addWidget(made)
    made.resize(1100, 760)
    made.show()
    yield made
    made.close_down()
    made.studio.player.close()


def list_figures(panel: AvatarPanel, engine: Engine, qtbot: Any) -> None:
    picture = QImage(16, 16, QImage.Format.Format_RGB32)
    path = engine.folder / "thumb.png"
    picture.save(str(path))
    rows = [{"id": name, "name": name.title(), "thumbnail": str(path)} for name in ("inga", "mira", "rosa", "theo")]
    engine.last("avatars")[0].done.emit({"figures": rows})
    qtbot.waitUntil(lambda: len(panel.who.gallery.figures) == 4, timeout=LONG_MS)


@pytest.fixture
def looking(panel: AvatarPanel, engine: Engine, qtbot: Any) -> AvatarPanel:
    """A panel in which a show is open."""
    list_figures(panel, engine, qtbot)
    qtbot.waitUntil(lambda: bool(engine.of("avatar.open")), timeout=LONG_MS)
    engine.open_show()
    return panel


def test_the_first_figure_sings_the_song_by_itself(looking, engine):
    _, args = engine.last("avatar.open")
    assert args["avatar"] == "inga"
    assert "melisma" in args["project"]
    assert looking.who.gallery.tile("inga").isChecked()
    assert looking.middle.currentWidget() is looking.stage
    assert engine.draw() == 0
    assert looking.stage.stage.image.pixelColor(0, 0).red() == 0
    assert texts.EXACT in [label.text() for label in looking.findChildren(QLabel)]


def test_who_is_chosen_is_seen_at_once(looking, engine):
    engine.draw()
    looking.who.gallery.tile("rosa").click()
    assert looking.stage.stage.image.size() == looking.who.gallery.still("rosa").size()


def test_choices_one_after_the_other_open_one_show(looking, engine, qtbot):
    before = len(engine.of("avatar.open"))
    looking.who.gallery.tile("mira").click()
    looking.manner.seed_chosen.emit(7)
    looking.manner.expressive_chosen.emit(0.9)
    qtbot.waitUntil(lambda: len(engine.of("avatar.open")) > before, timeout=LONG_MS)
    assert len(engine.of("avatar.open")) == before + 1
    _, args = engine.last("avatar.open")
    assert (args["avatar"], args["seed"], args["expressive"]) == ("mira", 7, 0.9)


def test_what_only_concerns_the_file_opens_nothing(looking, engine, qtbot):
    before = len(engine.of("avatar.open"))
    looking.video.changed.emit("format", "webm")
    looking.video.changed.emit("subtitles", "soft")
    assert not looking.looking.show.busy or looking.looking.show._open is None
    looking.video.changed.emit("size", "720x1280")
    qtbot.waitUntil(lambda: len(engine.of("avatar.open")) > before, timeout=LONG_MS)
    assert len(engine.of("avatar.open")) == before + 1


def test_scrubbing_asks_for_one_picture_at_a_time_and_the_newest_wins(looking, engine):
    engine.draw()
    asked = len(engine.of("avatar.picture"))
    for frame in range(10, 60):
        looking.stage.sought.emit(frame)
    assert len(engine.of("avatar.picture")) == asked + 1
    assert engine.draw() == 10
    assert engine.last("avatar.picture")[1]["frame"] == 59
    assert engine.draw() == 59
    assert looking.stage.stage.image.pixelColor(0, 0).red() == 59
    assert len(engine.of("avatar.picture")) == asked + 2


def test_while_nobody_plays_the_motion_is_made_ahead_and_not_when_nobody_looks(looking, engine, qtbot):
    engine.draw(known=40)
    asked = len(engine.of("avatar.picture"))
    qtbot.waitUntil(lambda: len(engine.of("avatar.picture")) == asked + 1, timeout=LONG_MS)
    assert engine.last("avatar.picture")[1]["ahead"] is True
    assert looking.stage.scrubber._known == 40
    engine.draw(known=50)
    assert engine.last("avatar.picture")[1] == engine.of("avatar.picture")[-2][1]  # on and on, without a rest
    looking.hide()
    asked = len(engine.of("avatar.picture"))
    engine.draw(known=60)
    assert len(engine.of("avatar.picture")) == asked
    looking.show()
    assert len(engine.of("avatar.picture")) == asked + 1


def test_playing_moves_the_figure_with_the_sound(looking, engine, qtbot):
    engine.draw()
    engine.load_sound()
    qtbot.waitUntil(lambda: looking.looking.heard.loaded, timeout=LONG_MS)
    looking.stage.play.click()
    player = looking.studio.player
    assert player.playing
    assert looking.stage.play.accessibleName() == texts.PAUSE
    qtbot.waitUntil(lambda: looking.stage.scrubber.frame > 3, timeout=LONG_MS)
    assert engine.last("avatar.picture")[1]["ahead"] is False
    looking.stage.play.click()
    assert not player.playing
    looking.looking.seek(50)
    assert player.position_s == pytest.approx(2.0)


def test_another_panel_that_plays_is_left_alone(looking, engine, qtbot):
    from gui.widgets.mixdown import Mixdown

    engine.draw()
    looking.studio.player.use(Mixdown())
    frame = looking.stage.scrubber.frame
    looking.studio.player.seek(1.0)
    assert looking.stage.scrubber.frame == frame


def test_a_show_that_the_engine_forgot_is_opened_again(looking, engine, qtbot):
    before = len(engine.of("avatar.open"))
    engine.last("avatar.picture")[0].failed.emit(Failure("input", "This preview is no longer open."))
    qtbot.waitUntil(lambda: len(engine.of("avatar.open")) > before, timeout=LONG_MS)
    engine.last("avatar.open")[0].lost.emit()
    qtbot.waitUntil(lambda: len(engine.of("avatar.open")) > before + 1, timeout=LONG_MS)


def test_what_cannot_be_shown_says_why_and_can_be_tried_again(panel, engine, qtbot):
    list_figures(panel, engine, qtbot)
    qtbot.waitUntil(lambda: bool(engine.of("avatar.open")), timeout=LONG_MS)
    engine.last("avatar.open")[0].failed.emit(Failure("input", "There is no voice.", "Install one."))
    assert "There is no voice. Install one." in [label.text() for label in panel.findChildren(QLabel)]
    assert not panel.video.export.isEnabled()
    panel.stage.again.click()
    assert len(engine.of("avatar.open")) == 2


def test_an_edit_of_the_song_is_seen(looking, engine, song, qtbot):
    from gui.document.notes import move

    engine.draw()
    before, track = len(engine.of("avatar.open")), song.project.tracks[0]
    song.do("Move", lambda project: move(project, track.id, [track.notes[0].id], 0.0, 1))
    qtbot.waitUntil(lambda: len(engine.of("avatar.open")) > before, timeout=LONG_MS)
    assert engine.last("avatar.open")[1]["project"] != engine.of("avatar.open")[before - 1][1]["project"]


def picture(folder: Path, width: int = 300, height: int = 200) -> Path:
    path = folder / "me.png"
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.gray)
    image.save(str(path))
    return path


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


def test_the_scrubber_goes_by_keys_and_stays_within(dark_theme, qtbot):
    scrubber = Scrubber(dark_theme, "Position", "Tip")
    qtbot.addWidget(scrubber)
    scrubber.set_length(FRAMES, 25.0)
    sought: list[int] = []
    scrubber.sought.connect(sought.append)
    keys = (Qt.Key.Key_Right, Qt.Key.Key_PageDown, Qt.Key.Key_Left, Qt.Key.Key_End, Qt.Key.Key_Right, Qt.Key.Key_Home)
    for key in keys:
        qtbot.keyClick(scrubber, key)
    assert sought == [1, 26, 25, FRAMES - 1, FRAMES - 1, 0]
    assert "0:00.00" in scrubber.accessibleName()


def test_a_video_is_a_job_with_its_files_to_drag_out(looking, engine, tmp_path):
    engine.draw()
    out = tmp_path / "out.mp4"
    looking.export_to(out)
    ask, args = engine.last("avatar")
    assert (args["out"], args["avatar"], args["format"]) == (str(out), "inga", "mp4")
    row_ = looking.results.rows[0]
    assert row_.cancel.isVisibleTo(looking)
    ask.begun.emit()
    ask.progressed.emit("Drawing the video", 5, 10)
    assert "50" in " ".join(label.text() for label in row_.findChildren(QLabel))
    out.touch()
    ask.done.emit({"video": {"path": str(out), "beside": []}, "written": []})
    assert row_.job.state is JobState.DONE
    assert row_.handle.isVisibleTo(looking)
    assert tuple(row_.handle._files()) == (out,)


def test_what_is_dragged_out_of_a_song_says_where_it_belongs(looking, engine, qtbot, tmp_path):
    looking.looking.facts["start_s"] = 8.0
    out = tmp_path / "out.mp4"
    looking.export_to(out)
    out.write_bytes(b"video")
    engine.last("avatar")[0].done.emit({"video": {"path": str(out), "beside": []}, "written": []})
    (dragged,) = looking.results.rows[0].dragged()
    assert "00m08.000s" in dragged.name
    assert dragged.read_bytes() == b"video"


def test_a_stem_that_was_isolated_is_one_click_away(looking, engine, qtbot, tmp_path):
    stems = (tmp_path / "mix-vocals.wav", tmp_path / "mix-instrumental.wav")
    looking.studio.jobs.run("isolate", "mix", "isolate", {}, lambda _answer: stems)
    engine.last("isolate")[0].done.emit({})
    looking.hide()
    looking.show()
    looking.vocal.file.click()
    assert looking.choices.vocals == stems[0]
    qtbot.waitUntil(lambda: engine.last("avatar.open")[1].get("vocals") == str(stems[0]), timeout=LONG_MS)
    looking.vocal.song.click()
    assert looking.choices.vocals is None


def test_without_a_show_there_is_nothing_to_write(panel, tmp_path):
    assert not panel.video.export.isEnabled()
    with pytest.raises(InputError):
        panel.export_to(tmp_path / "out.mp4")


def test_transparency_that_the_format_does_not_know_is_said_before(looking, engine, qtbot):
    looking.video.changed.emit("background", "transparent")
    assert not looking.video.export.isEnabled()
    assert texts.NO_ALPHA in [label.text() for label in looking.findChildren(QLabel)]
    looking.video.changed.emit("format", "webm")
    assert not looking.video.export.isEnabled()  # what would be written is not what is seen yet
    qtbot.waitUntil(lambda: engine.last("avatar.open")[1].get("background") == "transparent", timeout=LONG_MS)
    engine.open_show()
    assert looking.video.export.isEnabled()


def test_without_a_song_it_says_what_to_do_and_takes_a_vocal(engine, dark_theme, told, tmp_path, qtbot):
    made = make(engine, Song(), dark_theme, told, tmp_path)
    qtbot.addWidget(made)
    made.show()
    assert made.middle.currentWidget() is made.empty
    list_figures(made, engine, qtbot)
    assert not engine.of("avatar.open")
    made.take([tmp_path / "vocals.wav"])
    assert made.middle.currentWidget() is made.stage
    qtbot.waitUntil(lambda: bool(engine.of("avatar.open")), timeout=LONG_MS)
    assert engine.last("avatar.open")[1]["vocals"] == str(tmp_path / "vocals.wav")
    engine.open_show(exact=False)
    assert texts.HEARD in [label.text() for label in made.findChildren(QLabel)]
    made.close_down()


def test_every_control_has_a_name_and_a_tip(panel, engine, qtbot):
    list_figures(panel, engine, qtbot)
    for control in (*panel.findChildren(QAbstractButton), *panel.findChildren(QComboBox)):
        if control.objectName().startswith("qt_"):
            continue  # of Qt's own scroll bars and lists
        assert control.accessibleName() or control.text(), control
        assert control.toolTip() or control in panel.empty.buttons or not control.isVisibleTo(panel), control


def test_a_closed_show_asks_for_nothing(engine, qapp):
    show = Show(engine)
    show.set_args({"avatar": "inga"}, at_once=True)
    engine.open_show()
    show.close()
    asked = len(engine.asks)
    show.want(5)
    show.again()
    assert len(engine.asks) == asked


def test_it_waits_until_what_is_seen_is_final(panel, engine, qtbot):
    assert panel.waiting()  # for the figures
    list_figures(panel, engine, qtbot)
    assert panel.waiting()
    qtbot.waitUntil(lambda: bool(engine.of("avatar.open")), timeout=LONG_MS)
    assert panel.waiting()
    engine.open_show()
    engine.load_sound()
    qtbot.waitUntil(lambda: panel.looking.heard.loaded, timeout=LONG_MS)
    assert panel.waiting()
    engine.draw(known=0)
    assert panel.waiting()  # a face that stands for what is not known yet
    engine.draw(known=10)
    assert not panel.waiting()  # the rest is made ahead, and nobody has to wait for it
    panel.looking.seek(50)
    assert panel.waiting()
