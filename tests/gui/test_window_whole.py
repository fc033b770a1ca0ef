"""The whole window: all panels together, and the program as a user starts it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PyQt6.QtGui import QImage
from PyQt6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QSlider
from pytestqt.qtbot import QtBot

from gui.document.recent import Recent
from gui.main_window import MainWindow
from gui.panels.table import PANEL_IDS, PANELS
from gui.theme import Theme
from tests.conftest import ROOT, Melisma
from tests.gui.shell_studio import Answers, make_studio

HEAVY = ("onnxruntime", "torch", "cv2", "av", "scipy", "PyQt6.QtMultimedia", "pedalboard", "skimage", "rich")

RUNNING = """
import sys
from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QApplication
from gui.app import Running, Wish
app = QApplication(["melisma"])
running = Running(app, Wish(), None)
def look():
    for entry in PANELS:
        running.window.show_panel(entry)
    running.window.grab()
    print(*sys.modules)
    print("PID", running.studio.engine.pid)
    running.window.close_at_once()
QTimer.singleShot(0, look)
app.exec()
running.end()
""".replace("PANELS", repr(PANEL_IDS))

EDITING = """
from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QApplication
from engine.api.project import set_track
from gui.app import Running, Wish
from gui.interrupts import interrupts
app = QApplication(["melisma"])
running = Running(app, Wish(), None)
def edit():
    running.studio.song.do("rename", lambda project: set_track(project, None, {"name": "Other"}))
    print("edited", flush=True)
QTimer.singleShot(0, edit)
with interrupts(running.interrupt):
    app.exec()
running.end()
"""


@pytest.fixture
def window(tmp_path: Path, dark_theme: Theme, qtbot: QtBot) -> MainWindow:
    window = MainWindow(make_studio(tmp_path, dark_theme), Recent(tmp_path / "recent.json"), choose=Answers())
    qtbot.addWidget(window, before_close_func=lambda shown: (shown.close_down(), shown.close_at_once()))
    window.show()
    return window


@pytest.fixture
def offscreen(tmp_path: Path) -> dict[str, str]:
    """For the program: no screen, folders of its own, no bridge, which is another process and has tests of its own."""
    data = tmp_path / "user" / "data"
    data.mkdir(parents=True)
    (data / "window.json").write_text('{"bridge.start": false}')
    hidden = ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY")
    kept = {name: value for name, value in os.environ.items() if name not in hidden}
    return kept | {"PYTHONPATH": str(ROOT), "MELISMA_DATA": str(data.parent)}


@pytest.fixture
def melisma(offscreen: dict[str, str], tmp_path: Path) -> Melisma:
    """The program, without a screen, in `tmp_path`."""

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "gui.cli.main", *words]
        return subprocess.run(
            command, cwd=tmp_path, env=offscreen, capture_output=True, text=True, timeout=120, check=False
        )

    return run


def test_all_panels_live_together(window: MainWindow) -> None:
    """Making them all adds their commands to one table, which refuses keys that meet."""
    for entry in PANELS:
        window.show_panel(entry.id)
        panel = window.pages.panel(entry.id)
        assert (panel.id, panel.title, panel.icon) == (entry.id, entry.title, entry.icon)
        assert window.pages.current == entry.id


@pytest.mark.parametrize("panel_id", PANEL_IDS)
def test_a_screen_reader_finds_a_name_on_every_control(window: MainWindow, panel_id: str) -> None:
    window.show_panel(panel_id)
    nameless = [
        f"{type(one).__name__} {one.objectName()}"
        for kind in (QAbstractButton, QComboBox, QLineEdit, QSlider)
        for one in window.pages.panel(panel_id).findChildren(kind)
        if one.isVisible()
        and not (one.accessibleName() or getattr(one, "text", str)() or one.toolTip())
        and not one.objectName().startswith("qt_")
    ]
    assert nameless == []


@pytest.mark.parametrize(
    ("name", "panel_id"),
    [("a.mid", "sing"), ("a.musicxml", "sing"), ("a.melisma", "sing"), ("a.wav", "isolate"), ("a.png", "avatar")],
)
def test_each_kind_of_file_finds_its_panel(window: MainWindow, name: str, panel_id: str) -> None:
    for seen in ("queue", "connection", "models"):
        window.show_panel(seen)
        assert list(window.pages.takers((Path("/x") / name,))) == [panel_id]


def test_the_windows_process_loads_no_network_and_leaves_nothing(offscreen: dict[str, str], tmp_path: Path) -> None:
    offscreen["QT_QPA_PLATFORM"] = "offscreen"
    ran = subprocess.run(
        [sys.executable, "-c", RUNNING],
        env=offscreen,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    modules, pid = ran.stdout.splitlines()
    assert set(HEAVY) & set(modules.split()) == set()
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.split()[1]), 0)


def test_a_picture_is_written_without_a_screen(melisma: Melisma, tmp_path: Path) -> None:
    ran = melisma("gui", "--screenshot", "a.png", "--quit", "--panel", "models", "--size", "1000x700")
    assert (ran.returncode, ran.stderr) == (0, "") or "propagateSizeHints" in ran.stderr
    picture = QImage(str(tmp_path / "a.png"))
    assert (picture.width(), picture.height()) == (1000, 700)
    assert not list(tmp_path.glob(".a*"))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--quit"], "--screenshot"),
        (["--screenshot", "a.png", "--size", "9x9"], "is no size"),
        (["--screenshot", "a.png", "--size", "99999x99999"], "too"),
        (["none.mid"], "none.mid"),
        (["--screenshot", "a.nothing", "--quit"], "a.nothing"),
        ([], "no screen"),
    ],
)
def test_bad_wishes_are_told_in_a_sentence(words: list[str], told: str, melisma: Melisma) -> None:
    ran = melisma("gui", *words)
    assert ran.returncode == 2
    assert told in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="kills politely")
def test_a_polite_kill_ends_all_of_it(offscreen: dict[str, str], tmp_path: Path) -> None:
    """Without a question: the next start offers what was not saved."""
    offscreen["QT_QPA_PLATFORM"] = "offscreen"
    data = Path(offscreen["MELISMA_DATA"]) / "data"
    with subprocess.Popen(
        [sys.executable, "-c", EDITING], env=offscreen, cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "edited\n"
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    assert len(list((data / "recovery").glob("*.json"))) == 1
