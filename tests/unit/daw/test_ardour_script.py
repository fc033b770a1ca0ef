"""The parts of Ardour's scripts that need no Ardour, under a plain Lua in which is missing what Ardour takes away."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from engine.folders import runtime_folder
from engine.score import TempoMap
from plugin_host.bridge.job import Target
from plugin_host.bridge.sounds import position_name
from plugin_host.spool import records

_SCRIPTS = Path(__file__).resolve().parents[3] / "plugin_host" / "scripts" / "ardour"
_LUA = shutil.which("lua5.3")
pytestmark = pytest.mark.skipif(_LUA is None, reason="lua5.3 is not installed: Ardour's scripts were not run")


def lua(test: str, folder: Path, *arguments: str) -> list[str]:
    """The fields of what `ardour_parts.lua` says."""
    driver = Path(__file__).with_name("ardour_parts.lua")
    command = [str(_LUA), str(driver), str(_SCRIPTS), test, str(folder), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.rstrip("\n").split("\t")


ROWS = [
    ("note", "0.0000000000", "Fußgänger かな"),
    ("source", "C:\\new\\tab\\return", "a\tb\nc\rd"),
    ("empty", "", ""),
    ("\\", "\\\\", "\\t", "\\x"),
]


def test_files_of_ours_are_read_and_written_as_we_do(tmp_path: Path) -> None:
    head = ("ok", "said\tso")
    (tmp_path / "in").write_bytes(records.pack(head, ROWS))
    assert lua("again", tmp_path) == ["2", "4"]
    assert records.unpack((tmp_path / "out").read_bytes()) == (head, ROWS)
    assert (tmp_path / "out").read_bytes() == (tmp_path / "in").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "out"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"melisma",
        b"melisma\t1\tok",
        b"melisma\t2\tok\n",
        b"\x00\xff\n",
        b"other\t1\tok\n",
        b"x" * 2_000_000,
    ],
)
def test_what_is_no_file_of_ours_is_nothing(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "in").write_bytes(data)
    assert lua("again", tmp_path) == ["nothing"]


def test_a_command_is_taken_once_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "cmd").write_bytes(records.pack(["7", "ping"]))
    assert lua("take", tmp_path) == ["7", "true"]
    assert list(tmp_path.iterdir()) == []


def test_without_its_folder_nothing_is_written(tmp_path: Path) -> None:
    assert lua("missing", tmp_path) == ["false"]


LINUX = "/home/u/.config/ardour7"
STATE = "/home/u/.local/state/melisma/runtime"
MAC = "/Users/u/Library/Preferences/Ardour8"


@pytest.mark.parametrize(
    ("config", "variables", "expected"),
    [
        (LINUX, ["XDG_RUNTIME_DIR=/run/user/7", "HOME=/home/u"], ["/run/user/7/melisma", STATE]),
        (LINUX, ["HOME=/home/u"], [STATE]),
        (LINUX, ["HOME=/home/u", "XDG_RUNTIME_DIR="], [STATE]),
        (LINUX, ["HOME=/home/u", "XDG_STATE_HOME=/s"], ["/s/melisma/runtime"]),
        (LINUX, ["HOME=/home/u", "MELISMA_DATA=/d", "XDG_RUNTIME_DIR=/run/user/7"], ["/d/runtime"]),
        (MAC, ["HOME=/Users/u"], ["/Users/u/Library/Caches/TemporaryItems/melisma"]),
        ("C:/Users/u/AppData/Local/Ardour7", ["LOCALAPPDATA=C:/L"], ["C:/L/Temp/melisma"]),
    ],
)
def test_the_spool_is_looked_for_where_we_put_it(
    tmp_path: Path, config: str, variables: list[str], expected: list[str]
) -> None:
    assert lua("spool", tmp_path, config, *variables) == [f"{place}/spool/ardour" for place in expected]


def test_the_spool_is_the_one_of_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MELISMA_DATA", "XDG_RUNTIME_DIR", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    for more in ({}, {"XDG_STATE_HOME": str(tmp_path / "s")}, {"XDG_RUNTIME_DIR": str(tmp_path / "r")}):
        for name, value in more.items():
            Path(value).mkdir(mode=0o700)
            monkeypatch.setenv(name, value)
        variables = [f"{name}={value}" for name, value in ({"HOME": str(tmp_path)} | more).items()]
        assert str(runtime_folder() / "spool" / "ardour") in lua("spool", tmp_path, LINUX, *variables)


def test_what_the_installer_says_is_looked_at_too(tmp_path: Path) -> None:
    found = lua("spool", tmp_path, LINUX, "HOME=/home/u", "spool.txt=/elsewhere", f"spool.txt={STATE}/spool/ardour")
    assert found == ["/elsewhere", f"{STATE}/spool/ardour"]


def test_of_all_places_that_where_melisma_came_last(tmp_path: Path) -> None:
    places = [tmp_path / name for name in ("none", "killed", "alive", "old")]
    for place, since in zip(places[1:], (1000, 2000, 999), strict=True):
        place.mkdir()
        (place / "bridge").write_bytes(records.pack(["bridge", "9000", "secret", "7", str(since)]))
    assert lua("find", tmp_path, *map(str, places)) == [str(tmp_path / "alive")]
    assert lua("find", tmp_path, str(tmp_path / "none"), str(tmp_path)) == [str(tmp_path / "none")]


def test_a_command_for_the_session_of_another_ardour_is_left_to_it(tmp_path: Path) -> None:
    (tmp_path / "cmd-1").write_bytes(records.pack(["1", "place", "other"]))
    (tmp_path / "cmd-2").write_bytes(records.pack(["2", "place", "key"]))
    assert lua("addressed", tmp_path) == ["true", "false\nfalse", "true"]


def test_sounds_of_ours_are_known_by_their_files(tmp_path: Path) -> None:
    """Also as Ardour copies them; a user's own recordings never are."""
    audio, session = "/s/Song/interchange/Song/audiofiles", "/s/Song"
    tempo_map = TempoMap(((0.0, 90.0),), ((0.0, 4, 4),))
    with_map = Target("key", "Song", None, 48000, "clip", "Lead", 480000, tempo_map)
    names = [position_name(with_map, 12345), position_name(replace(with_map, tempo_map=None, sample_rate=44100), 7)]
    ours = [
        f"{audio}/a-b_c_{name}_0de3847e{end}" for name in names for end in (".wav", "-2.wav", "%L.wav", "%R-12.wav")
    ]
    ours += [f"{session}/melisma/anything.wav", f"C:\\x\\clip_{names[0]}_12345678.wav"]
    others = [
        f"{audio}/Audio 1-1.wav",
        f"{audio}/clip.wav",
        f"{audio}/take_48k_0de3847e.wav",
        f"{audio}/clip_{names[0]}_0de3847.wav",
        f"{audio}/clip_{names[0]}_0de3847e bounced.wav",
        "/s/melisma/anything.wav",
        f"{session}/melisma.wav",
        "",
    ]
    assert lua("ours", tmp_path, session, *ours, *others) == ["true"] * len(ours) + ["false"] * len(others)


def test_numbers_have_a_point_and_enough_digits(tmp_path: Path) -> None:
    zero, third, minus, *samples = lua("numbers", tmp_path)
    assert (zero, minus, samples) == ("0.0000000000", "-2.0000000000", ["480000", "7"])
    assert abs(float(third) - 1 / 3) < 1e-9


def test_every_command_is_answered_and_bad_ones_stop_nothing(tmp_path: Path) -> None:
    commands = [
        records.pack(["1", "ping"]),
        records.pack(["2", "fly"]),
        b"rubbish",
        records.pack(["../../3", "ping"]),
        records.pack(["4", "read"]),
        records.pack(["5", "read"], [("name", "Melody")]),
        records.pack(["6", "read"], [("selection",)]),
        records.pack(["7", "place"], [("label", "x")]),
        records.pack([]),
    ]
    for number, data in enumerate(commands, start=1):
        (tmp_path / f"cmd-{number}").write_bytes(data)
    spooled, shown, *rest = lua("hook", tmp_path)
    replies = {path.name: records.unpack(path.read_bytes()) for path in tmp_path.glob("reply-*")}
    kinds = {name: head[0] for name, (head, _) in replies.items()}
    assert kinds == {
        "reply-1": "ok",
        "reply-2": "error",
        "reply-4": "error",
        "reply-5": "ok",
        "reply-6": "ok",
        "reply-7": "error",
    }
    assert replies["reply-5"][1] == [("session", "Melody")]
    assert replies["reply-6"][1] == [("session", "selection")]
    assert "no such track" in replies["reply-7"][0][1]
    assert int(spooled) >= len(replies)
    assert records.unpack((tmp_path / "alive").read_bytes())[0] == (
        ("alive", "Ardour", "7", "key", "name", "48000", "/folder")
    )
    # The user hears of the failure, and that nobody took the ask, which is gone then.
    assert shown == "2"
    assert rest[:2] == ["It did not work.", "Melisma does not answer. Start it (melisma serve) and try again."]
    assert rest[2:] == ["false", "false"]


def test_a_hook_that_is_entered_again_does_one_thing_at_a_time(tmp_path: Path) -> None:
    for number in (1, 2):
        (tmp_path / f"cmd-{number}").write_bytes(records.pack([str(number), "read"], [("selection",)]))
    assert lua("entered_again", tmp_path) == ["1"]
    assert {path.name for path in tmp_path.glob("reply-*")} == {"reply-1", "reply-2"}


def test_messages_come_one_after_the_other_and_stop_no_command(tmp_path: Path) -> None:
    (tmp_path / "cmd-1").write_bytes(records.pack(["1", "ping"]))
    assert lua("messages", tmp_path) == ["true", "true\nLead is there.\nBar 3 has no words.", "second"]


def test_scripts_stand_alone_and_tell_what_to_do() -> None:
    """Ardour keeps only the text of a factory, so nothing outside of it may be used inside."""
    for path in _SCRIPTS.glob("*.lua"):
        text = path.read_text(encoding="utf-8")
        before, factory = text.split("function factory", 1)
        assert before.startswith("-- Melisma")
        assert "Script Manager" in before
        assert re.search(r'\["type"\] = "Editor(Hook|Action)"', before)
        assert re.search(r"^local ", before, re.MULTILINE) is None
        assert "start.lua" in factory
