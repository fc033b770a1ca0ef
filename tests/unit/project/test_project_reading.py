"""Project files read and written: what is refused with its place, what is kept, who may write."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.errors import InputError
from engine.project import versions
from engine.project.file import (
    edit_project,
    editing,
    parse_project,
    project_bytes,
    read_project,
    write_project,
)
from engine.project.model import Origin, Project
from engine.project.schema import Faults, FaultyProjectError
from engine.project.score import project_of_score
from engine.project.takes import retake
from tests.conftest import ROOT
from tests.songs import song


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MELISMA_DATA", str(tmp_path / "user"))


def a_project() -> Project:
    score = song("Twin-:60 kle:60 star:67:2 . how:65 I:65 won-:64 der:64:2")
    return retake(project_of_score(score, "twinkle", Origin("twinkle.mid", "clips/twinkle.mid", 4.5)), None, "p2")


def raw() -> Any:
    return json.loads(project_bytes(a_project()))


def faults_of(value: Any) -> list[str]:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    with pytest.raises(FaultyProjectError) as caught:
        parse_project(data, "song.melisma")
    assert caught.value.message.endswith(".")
    assert "\n" not in str(caught.value)
    return [str(fault) for fault in caught.value.faults]


def test_written_and_read_it_is_the_same() -> None:
    project = a_project()
    data = project_bytes(project)
    assert parse_project(data) == project
    assert project_bytes(parse_project(data)) == data


def test_the_text_is_made_for_diffs() -> None:
    project = a_project()
    text = project_bytes(project).decode()
    assert text.endswith("}\n")
    assert "\r" not in text
    track = project.tracks[0]
    moved = replace(track, notes=(*track.notes[:-1], replace(track.notes[-1], key=70)))
    before, after = text.splitlines(), project_bytes(project.with_track(moved)).decode().splitlines()
    changed = [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]]
    assert len(changed) == 1
    assert max(map(len, before)) < 120


def put(path: str, value: Any) -> Callable[[Any], None]:
    """Sets `tracks.0.notes.3.key` of a file's object."""

    def change(whole: Any) -> None:
        *way, last = [int(part) if part.isdecimal() else part for part in path.split(".")]
        for part in way:
            whole = whole[part]
        whole[last] = value

    return change


FAULTS: list[tuple[Callable[[Any], None], str]] = [
    (put("tracks.0.notes.3.key", 200), "tracks[0].notes[3].key: must be 0 to 127, is 200"),
    (put("tracks.0.notes.3.key", 60.5), "tracks[0].notes[3].key: must be a whole number, is 60.5"),
    (put("tracks.0.notes.3.key", True), "tracks[0].notes[3].key: must be a number, is true"),
    (put("tracks.0.notes.1.start", 0.5), "tracks[0].notes[1].start: must not come before the end of the note before"),
    (put("tracks.0.notes.1.id", "n0"), "tracks[0].notes[1].id: must be unique, but 'n0' was there before"),
    (put("tracks.0.notes.0.expression", {"gender": 9}), "expression.gender: must be -6 to 6 semitones, is 9"),
    (put("tracks.0.notes.0.expression", {"vibrato": 2}), "expression.vibrato: cannot be set per note"),
    (put("tracks.0.curves", {"timing": [[0, 0]]}), "tracks[0].curves.timing: cannot change over time"),
    (put("tracks.0.curves", {"dynamics": [[1, 0], [0, 0]]}), "curves.dynamics[1]: must not come before"),
    (put("tracks.0.curves", {"dynamics": []}), "tracks[0].curves.dynamics: must have 1 to"),
    (put("tracks.0.drawn", [[[0, 60], [2, 60]], [[1, 60], [3, 60]]]), "tracks[0].drawn[1]: must not begin"),
    (put("tracks.0.takes.n4.chosen", "9"), "tracks[0].takes.n4.chosen: must be the id of one of the takes"),
    (put("tracks.0.takes.n4.takes.0.pitch_seed", -1), "takes.n4.takes[0].pitch_seed: must be 0 to"),
    (put("tracks.0.blend", {"a": 0.7, "b": 0.6}), "tracks[0].blend: must not add up"),
    (put("tracks.0.chain", {"eq": 1}), "tracks[0].chain: must be text, is an object"),
    (put("tracks.0.choir", {"voices": 1}), "tracks[0].choir.voices: must be 2 to 16, is 1"),
    (put("tempo_map.tempi", [[0, 0]]), "tempo_map.tempi[0][1]: must be"),
    (put("tempo_map.meters", [[0, 4, 4], [0, 3, 4]]), "tempo_map: the tempo map is out of order"),
    (put("clip.path", "../../etc/passwd"), "clip.path: must lead from the project's folder down"),
    (put("clip.path", "C:\\songs\\a.mid"), "clip.path: must lead"),
    (put("clip.path", "/etc/passwd"), "clip.path: must lead"),
    (put("name", 3), "name: must be text, is 3"),
    (put("tracks", {}), "tracks: must be a list, is an object"),
    (put("melisma", "1"), "melisma: must be a version"),
    (put("melisma", 0), "melisma: must be a version"),
    (put("tracks.0.x", "\ud800"), "tracks[0].x: holds half a character"),
    (put("x", 10**30), "x: must be a finite number"),
]


@pytest.mark.parametrize(("change", "told"), FAULTS, ids=[told[:50] for _, told in FAULTS])
def test_a_fault_is_told_with_its_place(change: Callable[[Any], None], told: str) -> None:
    whole = raw()
    change(whole)
    (fault,) = faults_of(whole)
    assert told in fault


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "line 1"),
        (b"[1, 2]", "has no field 'melisma'"),
        (b"null", "has no field 'melisma'"),
        (b"\xff\xfe", "not UTF-8"),
        (b'{"melisma": 1, "name": "a", "name": "b"}', "name: is there twice"),
        (b'{"melisma": 1, "name": NaN}', "name: must be a finite number"),
        (b'{"melisma": 1, "x": 1e999}', "x: must be a finite number"),
        (b'{"melisma": 1, "x": ' + b"9" * 10_000 + b"}", "x: must be a finite number"),
        (b'{"x": ' + b"[" * 50 + b"]" * 50 + b"}", "more than 40 levels"),
        (b"[" * 1_000_000, "more than 40 levels"),
    ],
)
def test_what_is_no_sound_json_is_refused(data: bytes, told: str) -> None:
    assert told in faults_of(data)[0]


def test_all_faults_are_told_the_first_twenty_by_name() -> None:
    whole = raw()
    for note in whole["tracks"][0]["notes"]:
        note |= {"key": -1, "velocity": 0, "holds": 1, "lyric": None}
    with pytest.raises(FaultyProjectError) as caught:
        parse_project(json.dumps(whole).encode())
    assert (len(caught.value.faults), caught.value.count) == (20, 28)
    assert "28 faults" in caught.value.message


def test_a_newer_version_is_refused_in_one_sentence() -> None:
    with pytest.raises(InputError, match="newer Melisma") as caught:
        parse_project(json.dumps(raw() | {"melisma": 2}).encode(), "song.melisma")
    assert not isinstance(caught.value, FaultyProjectError)


def test_fields_and_knobs_of_a_newer_program_are_kept() -> None:
    whole = raw()
    whole["tracks"][0]["curves"] = {"dynamics": [[0, -3]], "growl": [[0, 1]]}
    whole["tracks"][0]["notes"][0]["expression"] = {"growl": {"deep": [1, 2.50]}}
    whole["tracks"][0]["takes"]["n4"]["takes"][1]["rating"] = 5
    project = parse_project(json.dumps(whole).encode())
    assert set(project.tracks[0].curves) == {"dynamics"}
    assert json.loads(project_bytes(retake(project, None, "p1"))) | {"tracks": 0} == whole | {"tracks": 0}
    kept = json.loads(project_bytes(retake(project, None, "p1")))["tracks"][0]
    assert kept["curves"] == whole["tracks"][0]["curves"]
    assert kept["notes"] == whole["tracks"][0]["notes"]
    assert kept["takes"]["n4"] == whole["tracks"][0]["takes"]["n4"]


def test_a_chain_that_an_older_program_only_kept_is_read() -> None:
    whole = raw()
    assert "chain" not in whole["tracks"][0]  # nothing new in files that have none
    whole["tracks"][0]["chain"] = "ballad"  # behind the fields that it knew
    project = parse_project(json.dumps(whole).encode())
    assert project.tracks[0].chain == "ballad"
    assert project.tracks[0].more == {}
    assert json.loads(project_bytes(project)) == whole


def test_older_files_are_brought_up_step_by_step() -> None:
    def from_0(old: dict[str, Any]) -> dict[str, Any]:
        return {"name": old["title"], "kept": old["kept"]}

    def from_1(old: dict[str, Any]) -> dict[str, Any]:
        return old | {"steps": [1]}

    faults = Faults()
    old = {"melisma": 0, "title": "a", "kept": 1}
    migrations = {0: from_0, 1: from_1}
    assert versions.brought_up(old, "x", faults, migrations, 2) == {"name": "a", "kept": 1, "steps": [1]}
    assert versions.brought_up({"melisma": 1, "name": "b"}, "x", faults, migrations, 2) == {"name": "b", "steps": [1]}
    assert faults.count == 0
    assert sorted(versions.MIGRATIONS) == list(range(1, versions.VERSION))  # a way up from every version


def test_who_was_not_looking_does_not_overwrite(tmp_path: Path) -> None:
    path = tmp_path / "song.melisma"
    write_project(a_project(), path)
    mine, theirs = read_project(path), read_project(path)
    stamp = write_project(replace(theirs.project, name="theirs"), path, theirs.stamp)
    with pytest.raises(InputError, match="changed by another program"):
        write_project(replace(mine.project, name="mine"), path, mine.stamp)
    assert read_project(path).project.name == "theirs"
    assert read_project(path).stamp == stamp
    assert [found.name for found in tmp_path.iterdir() if found.name != "user"] == ["song.melisma"]


def test_an_edit_that_changes_nothing_leaves_the_file_alone(tmp_path: Path) -> None:
    path = tmp_path / "song.melisma"
    by_hand = json.dumps(raw(), indent=1).encode()
    path.write_bytes(by_hand)
    edit_project(path, lambda project: project)
    assert path.read_bytes() == by_hand


_ADD = """
import sys
from dataclasses import replace
from pathlib import Path
from engine.project.file import edit_project
for _ in range(20):
    edit_project(Path(sys.argv[1]), lambda project: replace(project, name=project.name + sys.argv[2]))
"""


def test_two_programs_lose_no_edit(tmp_path: Path) -> None:
    path = tmp_path / "song.melisma"
    write_project(replace(a_project(), name=""), path)
    running = [subprocess.Popen([sys.executable, "-c", _ADD, str(path), letter], cwd=ROOT) for letter in "ab"]
    assert [process.wait(timeout=60) for process in running] == [0, 0]
    assert sorted(read_project(path).project.name) == ["a"] * 20 + ["b"] * 20


def test_a_lock_that_is_held_is_waited_for_and_then_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "song.melisma"
    write_project(a_project(), path)
    monkeypatch.setattr("engine.project.file.LOCK_WAIT_S", 0.0)
    with editing(path), pytest.raises(InputError, match="Another program is writing"), editing(path):
        pass
    edit_project(path, lambda project: replace(project, name="later"))
    assert read_project(path).project.name == "later"


def test_files_that_are_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="There is no file"):
        read_project(tmp_path / "none.melisma")
    with pytest.raises(InputError, match="is a folder"):
        read_project(tmp_path)
    monkeypatch.setattr("engine.project.file.MAX_BYTES", 10)
    (tmp_path / "large.melisma").write_bytes(b"x" * 11)
    with pytest.raises(InputError, match="too large"):
        read_project(tmp_path / "large.melisma")
