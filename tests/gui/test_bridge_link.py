"""The link to the bridge: found again by itself, ended with care, its DAW's playhead followed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from engine.folders import runtime_folder
from gui.bridge_link import BridgeLink, BridgeState, Rolling
from gui.bridge_link.ending import end_bridge, serves
from gui.bridge_link.patience import Patience
from gui.texts import connection as texts
from plugin_host.osc import addresses
from plugin_host.osc.runtime_file import FILE_NAME, RuntimeFile
from tests.gui.bridge_stand import RATE, process_command, running_bridge

LONG_MS = 20_000
FAILS = [sys.executable, "-c", "raise SystemExit(3)"]
Make = Callable[..., BridgeLink]


@pytest.fixture
def make(qapp: Any) -> Iterator[Make]:
    """A link that looks often, and starts what `command` says."""
    made: list[BridgeLink] = []

    def make(command: list[str], by_itself: bool = True) -> BridgeLink:
        link = BridgeLink(command=lambda *_: command, by_itself=lambda: by_itself)
        link.patience._pauses_s = (0.05, 0.1)
        link._look.setInterval(50)
        made.append(link)
        return link

    yield make
    for link in made:
        link.close()


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A bridge that another window started."""
    process = subprocess.Popen(process_command(tmp_path), stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    yield process
    process.kill()
    process.communicate()


def is_on(link: BridgeLink) -> bool:
    return link.state is BridgeState.ON


def test_when_another_windows_bridge_ends_it_starts_its_own(
    make: Make, elsewhere: subprocess.Popen[bytes], tmp_path: Path, qtbot: QtBot
) -> None:
    link = make(process_command(tmp_path))
    link.start()
    qtbot.waitUntil(lambda: is_on(link), timeout=LONG_MS)
    assert not link.ours
    elsewhere.terminate()
    qtbot.waitUntil(lambda: is_on(link) and link.ours, timeout=LONG_MS)
    assert link.pid not in (0, elsewhere.pid)


def test_where_the_settings_say_no_it_only_looks(make: Make, tmp_path: Path, qtbot: QtBot) -> None:
    link = make(process_command(tmp_path), by_itself=False)
    with running_bridge():
        link.start()
        qtbot.waitUntil(lambda: is_on(link), timeout=LONG_MS)
    qtbot.waitUntil(lambda: link.patience._next > 2, timeout=LONG_MS)
    assert link.state is BridgeState.AWAY
    assert not link.ours
    with running_bridge("another"):
        qtbot.waitUntil(lambda: is_on(link) and bool(link.daws), timeout=LONG_MS)
        link.close()


def test_one_of_ours_that_is_killed_comes_back(make: Make, tmp_path: Path, qtbot: QtBot) -> None:
    link = make(process_command(tmp_path))
    link.start()
    qtbot.waitUntil(lambda: is_on(link), timeout=LONG_MS)
    pid = link.pid
    os.kill(pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: is_on(link) and link.pid not in (0, pid), timeout=LONG_MS)
    assert link.ours
    assert link.log.all()[0].kind == "bad"


def test_one_of_ours_that_somebody_asked_to_end_stays_away(make: Make, tmp_path: Path, qtbot: QtBot) -> None:
    link = make(process_command(tmp_path))
    link.start()
    qtbot.waitUntil(lambda: is_on(link), timeout=LONG_MS)
    os.kill(link.pid, signal.SIGTERM)
    qtbot.waitUntil(lambda: link.state is BridgeState.OFF, timeout=LONG_MS)
    assert not link.ours
    assert not link.patience._timer.isActive()


def test_what_is_stopped_while_it_starts_anew_stays_away(make: Make, tmp_path: Path, qtbot: QtBot) -> None:
    link = make(process_command(tmp_path))
    link.start()
    qtbot.waitUntil(lambda: is_on(link), timeout=LONG_MS)
    assert link.set_folders((tmp_path,), ())
    link.stop()
    qtbot.waitUntil(lambda: not link.ours, timeout=LONG_MS)
    assert link.state is BridgeState.OFF


def test_one_of_ours_is_started_anew_and_others_are_left_alone(make: Make, tmp_path: Path, qtbot: QtBot) -> None:
    link = make(process_command(tmp_path))
    assert not link.renew()
    link.start()
    qtbot.waitUntil(lambda: is_on(link), timeout=LONG_MS)
    pid = link.pid
    assert link.renew()
    qtbot.waitUntil(lambda: is_on(link) and link.pid not in (0, pid), timeout=LONG_MS)
    link.stop()
    qtbot.waitUntil(lambda: not link.ours, timeout=LONG_MS)
    with running_bridge():
        link.start()
        qtbot.waitUntil(lambda: is_on(link), timeout=LONG_MS)
        assert not link.renew()


def test_who_starts_it_while_it_ends_gets_another(make: Make, tmp_path: Path, qtbot: QtBot) -> None:
    link = make(process_command(tmp_path))
    link.start()
    qtbot.waitUntil(lambda: is_on(link), timeout=LONG_MS)
    pid = link.pid
    link.stop()
    link.start()
    qtbot.waitUntil(lambda: is_on(link) and link.pid not in (0, pid), timeout=LONG_MS)
    assert link.ours


def test_of_two_windows_that_start_one_at_once_the_second_uses_the_firsts(make: Make, qtbot: QtBot) -> None:
    link = make(FAILS)
    link.start()
    qtbot.waitUntil(lambda: link.state is BridgeState.FAILED, timeout=LONG_MS)
    with running_bridge():
        qtbot.waitUntil(lambda: is_on(link), timeout=LONG_MS)
        assert not link.why
        assert all(exchange.kind != "bad" for exchange in link.log.all())
        link.close()


def test_pauses_grow_and_stay_at_the_longest(qtbot: QtBot) -> None:
    patience = Patience((0.001, 0.002))
    for number in (1, 2, 3):
        with qtbot.waitSignal(patience.due, timeout=LONG_MS):
            patience.wait()
            assert patience._timer.interval() == min(number, 2)
    patience.found()
    assert patience._next == 3  # not steady yet: one that dies again waits as long
    patience._steady.timeout.emit()
    patience.wait()
    assert patience._timer.interval() == 1
    patience.forget()
    assert not patience._timer.isActive()


def test_stopping_ends_a_bridge_that_was_started_elsewhere(
    make: Make, elsewhere: subprocess.Popen[bytes], qtbot: QtBot
) -> None:
    link = make(FAILS)
    link.start()
    qtbot.waitUntil(lambda: is_on(link), timeout=LONG_MS)
    link.stop()
    assert link.state is BridgeState.OFF
    qtbot.waitUntil(lambda: elsewhere.poll() is not None, timeout=LONG_MS)
    assert link.state is BridgeState.OFF
    assert not link.why


@pytest.mark.skipif(sys.platform == "win32", reason="nobody is ended there")
@pytest.mark.parametrize("locked", [True, False])
def test_a_number_that_is_another_process_by_now_is_left_alone(locked: bool, make: Make, qtbot: QtBot) -> None:
    innocent = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        with RuntimeFile() as file:
            file.publish(9, 9, "token")
            path = runtime_folder() / FILE_NAME
            path.write_text(path.read_text().replace(f'"pid": {os.getpid()}', f'"pid": {innocent.pid}'))
            stale = path.read_bytes()
            if locked:
                link = make(FAILS)
                link.stop()
                qtbot.waitUntil(lambda: bool(link.why), timeout=LONG_MS)
                assert link.why == texts.NOT_SURE.format(pid=innocent.pid)
                assert link.log.last is not None
                assert link.log.last.kind == "bad"
        if not locked:
            path.write_bytes(stale)
            assert end_bridge("window", "Melisma") == texts.NOT_SURE.format(pid=innocent.pid)
        assert innocent.poll() is None
    finally:
        innocent.communicate(b"\n")


def test_a_bridge_that_hangs_is_known_by_its_lock_and_its_command_line(
    elsewhere: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    os.kill(elsewhere.pid, signal.SIGSTOP)
    monkeypatch.setattr("gui.bridge_link.ending._PATIENCE_S", 0.05)
    assert end_bridge("window", "Melisma") == texts.NOT_SURE.format(pid=elsewhere.pid)
    monkeypatch.setattr("gui.bridge_link.ending.serves", lambda words: "-c" in words)
    assert end_bridge("window", "Melisma") == ""
    os.kill(elsewhere.pid, signal.SIGCONT)
    assert elsewhere.wait(LONG_MS / 1000) == 0


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("/usr/bin/python3 -m gui.cli.main serve --json", True),
        ("/home/me/venv/bin/python /home/me/venv/bin/melisma serve", True),
        ("/opt/melisma/melisma serve --watch /tmp", True),
        ("/opt/melisma/melisma gui", False),
        ("/usr/bin/vim serve", False),
        ("", False),
    ],
)
def test_which_command_line_is_a_bridges(command: str, expected: bool) -> None:
    assert serves(command.split(" ")) is expected


def test_without_a_bridge_there_is_nothing_to_end() -> None:
    assert end_bridge("window", "Melisma") == ""


@pytest.fixture
def rolling(make: Make, qtbot: QtBot) -> Iterator[tuple[Any, Rolling, list[dict[str, Any]]]]:
    """The bridge, a widget's view of the playhead, and what it was told."""
    link, shown, told = make(FAILS), QWidget(), list[dict[str, Any]]()
    qtbot.addWidget(shown)
    shown.show()
    with running_bridge() as bridge:
        link.start()
        qtbot.waitUntil(lambda: bool(link.daws), timeout=LONG_MS)
        rolling = Rolling(link, shown)
        rolling.moved.connect(told.append)
        yield bridge, rolling, told
        link.close()


def test_the_playhead_moves_between_two_words_while_it_is_seen(rolling: Any, qtbot: QtBot) -> None:
    bridge, head, told = rolling
    bridge.tell(addresses.DAW_TRANSPORT, "ardour", 2 * RATE, 1.0, 120.0)
    qtbot.waitUntil(lambda: len(told) > 5, timeout=LONG_MS)
    way = [facts["position_s"] for facts in told]
    assert way == sorted(set(way))
    assert way[0] >= 2.0
    bridge.tell(addresses.DAW_TRANSPORT, "ardour", 9 * RATE, 0.0, 120.0)
    qtbot.waitUntil(lambda: not head.moving, timeout=LONG_MS)
    assert told[-1] == {"daw": "ardour", "playing": False, "position_s": 9.0, "tempo": 120.0, "speed": 0.0}


def test_nothing_moves_while_nobody_looks_and_it_goes_on_afterwards(rolling: Any, qtbot: QtBot) -> None:
    bridge, head, told = rolling
    bridge.tell(addresses.DAW_TRANSPORT, "ardour", 0, 1.0, 120.0)
    qtbot.waitUntil(lambda: len(told) > 2, timeout=LONG_MS)
    head.parent().hide()
    qtbot.waitUntil(lambda: not head.moving, timeout=LONG_MS)
    count = len(told)
    bridge.tell(addresses.DAW_TRANSPORT, "ardour", RATE, 1.0, 120.0)
    qtbot.waitUntil(lambda: head.facts["position_s"] >= 1.0, timeout=LONG_MS)
    assert len(told) == count
    head.parent().show()
    head.look()
    assert head.moving
    assert told[-1]["position_s"] >= 1.0


@pytest.mark.parametrize("how", ["bridge", "daw"])
def test_it_stops_when_whoever_tells_is_gone(
    how: str, rolling: Any, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gui.bridge_link.link.end_bridge", lambda *_: "")  # it is a part of this very process
    bridge, head, told = rolling
    bridge.tell(addresses.DAW_TRANSPORT, "ardour", 0, 1.0, 120.0)
    qtbot.waitUntil(lambda: head.moving, timeout=LONG_MS)
    if how == "daw":
        bridge.daws = [daw | {"present": False} for daw in bridge.daws]
    else:
        head._bridge.stop()
    qtbot.waitUntil(lambda: not head.moving, timeout=LONG_MS)
    assert told[-1]["playing"] is False
