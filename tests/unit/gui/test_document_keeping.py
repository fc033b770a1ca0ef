"""Settings, recent files and recovery: what lies on the disk may be broken, old, or another window's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from engine.errors import InputError
from gui.document.recent import MOST, Recent
from gui.document.recovery import Entry, offers
from gui.document.settings import Settings
from gui.document.song_file import SongFile
from tests.unit.gui.songs_to_edit import row, song


def test_settings_come_back(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "window.json"
    first = Settings(path)
    first.put("theme", "light")
    first.put("splitter.sing", [200, 600.5])
    first.put("wide", True)
    first.put("open", ["a", "b"])
    again = Settings(path)
    assert again.text("theme", "dark", ("dark", "light")) == "light"
    assert again.numbers("splitter.sing") == (200.0, 600.5)
    assert again.flag("wide")
    assert again.texts("open") == ("a", "b")
    again.forget("wide")
    assert not Settings(path).flag("wide")
    with pytest.raises(TypeError):
        first.put("x", object())  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        first.put("x", float("nan"))


@pytest.mark.parametrize(
    "content", ["", "{", "[1]", "\x00", '{"theme": 3, "zoom": "big", "wide": 1, "open": [1], "n": ["x"]}']
)
def test_broken_settings_cost_only_themselves(tmp_path: Path, content: str) -> None:
    path = tmp_path / "window.json"
    path.write_text(content)
    settings = Settings(path)
    assert settings.text("theme", "dark", ("dark", "light")) == "dark"
    assert settings.number("zoom", 1.0, 0.1, 9.0) == 1.0
    assert not settings.flag("wide")
    assert settings.texts("open", ("x",)) == ("x",)
    assert settings.numbers("n", (1.0,)) == (1.0,)
    settings.put("zoom", 2.0)
    assert Settings(path).number("zoom", 1.0, 0.1, 9.0) == 2.0
    assert Settings(path).number("zoom", 1.0, 0.1, 1.5) == 1.0, "out of range"


def test_two_windows_keep_each_other_s_settings(tmp_path: Path) -> None:
    path = tmp_path / "window.json"
    one, two = Settings(path), Settings(path)
    one.put("a", 1)
    two.put("b", 2)
    assert Settings(path).number("a", 0) == 1
    assert Settings(path).number("b", 0) == 2


def test_recent_files_are_the_newest_first_and_once(tmp_path: Path) -> None:
    recent = Recent(tmp_path / "recent.json", clock=lambda: 5.0)
    for number in range(MOST + 3):
        recent.add(tmp_path / f"{number}.melisma")
    recent.add(tmp_path / "5.melisma", "Five")
    files = recent.files()
    assert len(files) == MOST
    assert (files[0].path.name, files[0].name, files[0].there) == ("5.melisma", "Five", False)
    assert len({entry.path for entry in files}) == MOST
    recent.remove(files[0].path)
    assert Recent(tmp_path / "recent.json").files() == files[1:]
    recent.clear()
    assert recent.files() == ()


def test_broken_entries_of_recent_files_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "recent.json"
    good = {"path": str(tmp_path / "a.melisma"), "name": "a", "when": 1}
    path.write_text(json.dumps({"files": [3, {"path": 4}, {"path": "relative"}, {"path": "/a\0b"}, good]}))
    assert [entry.name for entry in Recent(path).files()] == ["a"]
    path.write_text(json.dumps({"files": "x"}))
    assert Recent(path).files() == ()


CRASHING = """
import os, sys
from pathlib import Path
sys.path.insert(0, os.getcwd())
from gui.document.recovery import Entry
from gui.document.song_file import SongFile
from tests.unit.gui.songs_to_edit import row, song
folder = Path(sys.argv[1])
Entry(folder).write(SongFile(song(*row("lost")), Path("/songs/mine.melisma"), "stamp", folder=Path("/songs")), "mine")
os._exit(9)
"""


def crash(folder: Path) -> None:
    """A window that writes its song aside and dies."""
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run(
        [sys.executable, "-c", CRASHING, str(folder)], cwd=root, env=dict(os.environ), timeout=120, check=False
    )
    assert done.returncode == 9


def test_a_song_of_a_crashed_window_is_offered_once_and_kept_until_it_is_taken(tmp_path: Path) -> None:
    folder = tmp_path / "recovery"
    crash(folder)
    (offer,) = offers(folder)
    assert (offer.name, offer.path) == ("mine", Path("/songs/mine.melisma"))
    assert offers(folder) == (), "another window does not get it meanwhile"
    file = offer.song()
    assert (file.project, file.stamp, file.folder, file.unsaved) == (song(*row("lost")), "stamp", Path("/songs"), True)
    offer.later()
    (again,) = offers(folder)
    again.forget()
    assert list(folder.iterdir()) == []
    assert offers(folder) == ()


def test_a_living_window_s_song_is_nobody_s(tmp_path: Path) -> None:
    one, two = Entry(tmp_path), Entry(tmp_path)
    one.write(SongFile(song(*row("a"))), "one")
    two.write(SongFile(song(*row("b"))), "two")
    assert offers(tmp_path) == ()
    one.remove()
    two.remove()
    assert list(tmp_path.iterdir()) == []


def test_what_is_left_half_is_swept_and_what_is_broken_is_told(tmp_path: Path) -> None:
    (tmp_path / "1-a.lock").touch()
    (tmp_path / "1-a.melisma").write_text("{}")
    (tmp_path / "2-b.lock").touch()
    (tmp_path / "2-b.melisma").write_text("{")
    (tmp_path / "2-b.json").write_text('{"name": 3, "when": "x", "path": ["y"]}')
    (offer,) = offers(tmp_path)
    assert offer.path is None
    with pytest.raises(InputError):
        offer.song()
    offer.forget()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("when", ["NaN", "Infinity", "-1e9", "1e300", "1" + "0" * 400])
def test_a_moment_that_no_calendar_knows_costs_no_song(tmp_path: Path, when: str) -> None:
    for number, told in enumerate(("1e9", when)):
        (tmp_path / f"{number}-a.lock").touch()
        (tmp_path / f"{number}-a.melisma").touch()
        (tmp_path / f"{number}-a.json").write_text(f'{{"name": "{number}", "when": {told}}}')
    found = offers(tmp_path)
    assert [(offer.name, offer.when) for offer in found] == [("0", 1e9), ("1", 0.0)]
    for offer in found:
        time.localtime(offer.when)
        offer.later()
