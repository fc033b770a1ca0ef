"""The Connection panel, and the link to the bridge behind it, against a real OSC server."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PyQt6.QtWidgets import QLabel, QPlainTextEdit, QPushButton

from gui.bridge_link import BridgeLink, BridgeState
from gui.desk import Desk, Notice
from gui.document.settings import Settings
from gui.panels.connection import ConnectionPanel
from gui.panels.connection.panel import WATCHED
from gui.panels.connection.review import Review
from gui.panels.connection.scripts import look_at_scripts, plan
from gui.texts import connection as texts
from plugin_host.osc import addresses
from tests.gui.bridge_stand import RATE, Bridge, process_command, running_bridge

LONG_MS = 20_000


@pytest.fixture(autouse=True)
def _no_thread_leaks() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    leaked = [thread for thread in set(threading.enumerate()) - before if thread.name.startswith(("melisma", "osc"))]
    assert not leaked


@pytest.fixture
def bridge() -> Iterator[Bridge]:
    with running_bridge() as made:
        yield made


@pytest.fixture
def link(qapp: Any) -> Iterator[BridgeLink]:
    made = BridgeLink(command=lambda *_: [sys.executable, "-c", "raise SystemExit(3)"])
    yield made
    made.close()


@pytest.fixture
def told() -> list[Notice]:
    return []


@pytest.fixture
def panel(link: BridgeLink, dark_theme: Any, told: list[Notice], tmp_path: Path, qtbot: Any) -> ConnectionPanel:
    desk = Desk()
    desk.told.connect(told.append)
    settings = Settings(tmp_path / "window.json")
    made = ConnectionPanel(SimpleNamespace(bridge=link, theme=dark_theme, desk=desk, settings=settings))  # type: ignore[arg-type]
    qtbot.addWidget(made)
    return made


def texts_in(widget: Any) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisibleTo(widget))


def test_a_running_bridge_is_found_and_its_daws_are_shown(bridge, link, panel, qtbot):
    link.start()
    qtbot.waitUntil(lambda: link.state is BridgeState.ON and bool(link.daws), timeout=LONG_MS)
    assert not link.ours
    assert link.pid > 0
    shown = texts_in(panel)
    assert "Ardour" in shown
    assert "Night Train" in shown
    assert "44.1 kHz" in shown
    assert texts.ABSENT.format(names="REAPER") in shown
    assert [exchange.who for exchange in link.log.all()] == ["Ardour"]


def test_the_transport_is_told_in_seconds_at_the_sessions_rate(bridge, link, panel, qtbot):
    link.start()
    qtbot.waitUntil(lambda: bool(link.daws), timeout=LONG_MS)
    with qtbot.waitSignal(link.transport, timeout=LONG_MS) as caught:
        bridge.tell(addresses.DAW_TRANSPORT, "ardour", 3 * RATE, 0.0, 92.5)
    facts = caught.args[0]
    assert facts == {"daw": "ardour", "playing": False, "position_s": 3.0, "tempo": 92.5, "speed": 0.0}
    assert "0:03.000" in texts_in(panel)
    assert "92.5 bpm" in texts_in(panel)


def test_a_job_has_one_line_that_says_how_it_stands(bridge, link, panel, qtbot):
    link.start()
    qtbot.waitUntil(lambda: bool(link.daws), timeout=LONG_MS)
    job = {
        "id": "j",
        "kind": "sing",
        "name": "Verse",
        "daw": "ardour",
        "client": "",
        "state": "running",
        "sentence": "",
    }
    for state, sentence, expected, kind in (
        ("running", "", texts.SINGING.format(name="Verse"), "info"),
        ("failed", "No words.", texts.JOB_FAILED.format(name="Verse", sentence="No words."), "bad"),
    ):
        bridge.jobs = [job | {"state": state, "sentence": sentence}]
        bridge.tell(addresses.JOB_STATE, "j", state, sentence)
        qtbot.waitUntil(lambda wanted=expected: link.log.last.sentence == wanted, timeout=LONG_MS)
        assert (link.log.last.who, link.log.last.kind) == ("Ardour", kind)
    assert len([one for one in link.log.all() if one.job == "j"]) == 1
    model = panel.exchanges.model()
    assert "No words." in model.index(0, 0).data()


def test_jobs_are_followed_without_notices_until_they_are_over(bridge, link, qtbot):
    link._look.setInterval(50)
    job = {"kind": "sing", "daw": "ardour", "client": "window-1", "sentence": "", "state": "running"}
    over = job | {"id": "old", "name": "Old", "state": "done"}
    others = job | {"id": "others", "name": "Others", "client": "cowbell"}
    bridge.jobs = [over, others, job | {"id": "j", "name": "Verse"}]
    link.start()
    qtbot.waitUntil(lambda: any(one.job for one in link.log.all()), timeout=LONG_MS)
    bridge.jobs = [over, others, job | {"id": "j", "name": "Verse", "state": "done", "sentence": "Sung."}]
    qtbot.waitUntil(lambda: link.log.last.sentence == "Sung.", timeout=LONG_MS)
    assert [(one.job, one.who) for one in link.log.all() if one.job] == [("j", "Ardour")]


def test_the_button_asks_the_daw_for_its_selected_clip(bridge, link, panel, qtbot):
    link.start()
    qtbot.waitUntil(lambda: bool(link.daws), timeout=LONG_MS)
    button = next(one for one in panel.findChildren(QPushButton) if one.text() == texts.SING)
    button.click()
    qtbot.waitUntil(lambda: link.log.last.sentence == texts.ASKED_SING, timeout=LONG_MS)
    asked = next(request for request in bridge.asked if request.address == addresses.DAW_SING)
    assert asked.arguments == {"daw": "ardour", "clip": ""}


def test_a_bridge_that_is_gone_is_away_and_found_again(link, panel, qtbot):
    link._look.setInterval(50)
    with running_bridge():
        link.start()
        qtbot.waitUntil(lambda: bool(link.daws), timeout=LONG_MS)
        assert "Night Train" in texts_in(panel)
    qtbot.waitUntil(lambda: link.state is BridgeState.AWAY, timeout=LONG_MS)
    assert panel.bridge_card.start.isVisibleTo(panel)
    assert "Night Train" not in texts_in(panel)  # nobody knows any more what is open there
    with running_bridge("other"):
        link.start()
        qtbot.waitUntil(lambda: link.state is BridgeState.ON and bool(link.daws), timeout=LONG_MS)
        link.close()


def test_a_bridge_is_started_where_none_runs_and_ends_with_the_window(link, panel, qtbot, tmp_path):
    command = process_command(tmp_path)
    link._command = lambda folders, watched: command
    link.start()
    qtbot.waitUntil(lambda: link.state is BridgeState.ON, timeout=LONG_MS)
    assert link.ours
    pid = link.pid
    assert texts.PROCESS.format(pid=pid) in texts_in(panel)
    # Other folders count at once: it starts anew.
    assert link.set_folders((), (tmp_path,))
    qtbot.waitUntil(lambda: link.state is BridgeState.ON and link.pid not in (0, pid), timeout=LONG_MS)
    link.stop()
    qtbot.waitUntil(lambda: not link.ours, timeout=LONG_MS)
    assert link.state is BridgeState.OFF


def test_a_bridge_that_cannot_start_is_told(link, panel, qtbot):
    link.start()
    qtbot.waitUntil(lambda: link.state is BridgeState.FAILED, timeout=LONG_MS)
    assert link.why
    assert link.why in texts_in(panel)
    assert panel.bridge_card.start.isVisibleTo(panel)


def test_installing_shows_every_path_and_removing_takes_them_away(panel, told, qtbot, tmp_path):
    home = tmp_path / "ardour8"
    home.mkdir()
    made = plan("install", "ardour", home)
    review = Review(made, panel.studio.theme)
    qtbot.addWidget(review)
    shown = "\n".join(view.toPlainText() for view in review.findChildren(QPlainTextEdit))
    assert made.writes
    assert all(str(path) in shown for path in made.writes)
    assert not any(home.rglob("*"))
    panel._carry_out(made, home)
    qtbot.waitUntil(lambda: any(notice.kind == "good" for notice in told), timeout=LONG_MS)
    assert all(path.is_file() for path in made.writes)
    row = next(row for row in look_at_scripts((("ardour", home),)) if row.root == home)
    assert row.state == "up to date"
    panel._carry_out(plan("remove", "ardour", home), home)
    qtbot.waitUntil(lambda: not any(home.rglob("*")), timeout=LONG_MS)


def test_what_somebody_changed_is_said_to_be_in_the_way(panel, told, qtbot, tmp_path):
    home = tmp_path / "ardour8"
    home.mkdir()
    made = plan("install", "ardour", home).carry_out()
    made.writes[0].write_text("-- mine")
    row = next(row for row in look_at_scripts((("ardour", home),)) if row.root == home)
    assert row.state == "changed by hand"
    panel._wanted("install", row, home)
    qtbot.waitUntil(lambda: any(notice.kind == "bad" for notice in told), timeout=LONG_MS)
    assert made.writes[0].read_text() == "-- mine"


def test_a_daw_that_was_never_started_is_not_called_missing(panel, tmp_path, monkeypatch):
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    assert {row.state for row in look_at_scripts() if row.daw == "ardour"} == {"not found"}
    (programs / "ardour8").touch(mode=0o755)
    rows = look_at_scripts()
    assert {row.state for row in rows if row.daw == "ardour"} == {"never started"}
    panel.scripts.show_rows(rows)
    assert texts.SCRIPT_STATES["never started"] in texts_in(panel.scripts)


def test_folders_are_remembered_and_given_to_the_bridge(panel, link, tmp_path):
    panel.folders.add(tmp_path, watch=True)
    assert link.watched == (tmp_path,)
    assert panel.studio.settings.texts(WATCHED) == (str(tmp_path),)
    panel.folders.remove(tmp_path, watch=True)
    assert link.watched == ()
    assert texts.NO_FOLDERS in texts_in(panel)


def test_every_control_has_a_name_and_a_tip(panel, theme):
    del theme
    panel.scripts.show_rows(look_at_scripts())
    for button in panel.findChildren(QPushButton):
        assert button.accessibleName()
        assert button.toolTip()


def test_without_a_bridge_it_says_what_to_do(panel: ConnectionPanel, link: BridgeLink) -> None:
    assert link.state is BridgeState.OFF
    assert texts.BRIDGE_NEEDED_HINT in texts_in(panel)
    assert next(command.id for command in panel.commands() if command.enabled()) == "connection.start"
