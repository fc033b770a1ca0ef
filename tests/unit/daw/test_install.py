"""Scripts into DAWs' folders and out again: nothing else may change there, whatever was there before."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import InputError, MelismaError
from plugin_host.install import DAWS, State, Target, elsewhere, find_targets, plan_installation, plan_removal, state_of
from plugin_host.install.places import Surroundings
from plugin_host.spool import spool_folder

_SPOOL = Path("/run/user/1000/melisma/spool/x")


def _tree(root: Path) -> dict[str, bytes | None]:
    """Everything below `root`: files with their content, folders as None."""
    return {
        str(path.relative_to(root)): path.read_bytes() if path.is_file() else None for path in sorted(root.rglob("*"))
    }


def _target(daw: str, root: Path) -> Target:
    root.mkdir(parents=True, exist_ok=True)
    (target,) = find_targets(DAWS[daw], root)
    return target


def _install(target: Target) -> None:
    plan_installation(target, _SPOOL).carry_out()


@pytest.fixture(params=sorted(DAWS))
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Target:
    return _target(request.param, tmp_path / "daw")


def test_what_is_shipped_lies_there_and_knows_its_spool(target: Target) -> None:
    _install(target)
    assert state_of(target, _SPOOL)[0] == State.CURRENT
    assert (target.folder / target.daw.spool_file).read_text(encoding="utf-8").splitlines()[0] == str(_SPOOL)
    for path in target.daw.scripts.rglob("*.lua"):
        assert (target.folder / path.relative_to(target.daw.scripts)).read_bytes() == path.read_bytes()
    assert not [path for path in target.folder.rglob("*") if path.name == "__pycache__"]


def test_the_plan_names_every_path_before_it_is_written(target: Target) -> None:
    before = _tree(target.root)
    plan = plan_installation(target, _SPOOL)
    assert _tree(target.root) == before
    plan.carry_out()
    after = set(_tree(target.root)) - set(before)
    assert after == {str(path.relative_to(target.root)) for path in (*plan.writes, *plan.folders)}


def test_installing_twice_writes_nothing_the_second_time(target: Target) -> None:
    _install(target)
    plan = plan_installation(target, _SPOOL)
    assert (dict(plan.writes), plan.deletes, plan.folders) == ({}, (), ())


@settings(max_examples=20)
@given(
    daw=st.sampled_from(sorted(DAWS)),
    folders=st.integers(0, 2),
    strangers=st.dictionaries(st.from_regex(r"[a-z]{1,6}\.(lua|py|ini)", fullmatch=True), st.binary(max_size=20)),
)
def test_removal_leaves_the_folder_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, daw: str, folders: int, strangers: dict[str, bytes]
) -> None:
    target = _target(daw, tmp_path_factory.mktemp("daw"))
    below = target.root.joinpath(*DAWS[daw].below[:folders])
    below.mkdir(parents=True, exist_ok=True)
    ours = {path.name for path in target.daw.scripts.iterdir()}
    for name, data in strangers.items():
        if name not in ours:
            (below / name).write_bytes(data)
    before = _tree(target.root)
    _install(target)
    for script in target.daw.scripts.glob("*.py"):  # Live's Python keeps what it compiled
        (target.folder / "__pycache__").mkdir(exist_ok=True)
        (target.folder / "__pycache__" / f"{script.stem}.cpython-311.pyc").write_bytes(b"x")
    plan_removal(target).carry_out()
    assert _tree(target.root) == before


def test_what_the_user_changed_stays(target: Target) -> None:
    _install(target)
    changed = target.folder / sorted(p for p in _tree(target.folder) if p.endswith((".lua", ".py")))[0]
    changed.write_text("mine now", encoding="utf-8")
    (target.folder / "notes.txt").write_text("mine", encoding="utf-8")
    assert state_of(target, _SPOOL)[0] == State.CHANGED
    with pytest.raises(InputError, match="was changed since"):
        plan_installation(target, _SPOOL)
    plan = plan_removal(target)
    assert plan.kept == (changed,)
    plan.carry_out()
    left = {path for path in target.root.rglob("*") if path.is_file()}
    assert left == {changed, target.folder / "notes.txt"}
    with pytest.raises(InputError, match=r"that was changed.*move it away"):
        plan_installation(target, _SPOOL)
    changed.unlink()
    _install(target)
    assert state_of(target, _SPOOL)[0] == State.CURRENT


def test_a_newer_melisma_replaces_its_own_files_only(target: Target) -> None:
    _install(target)
    manifest = target.folder / "melisma-files.json"
    facts = json.loads(manifest.read_bytes())
    # As an older one would have left it: a file that is no more, and one with other content.
    (target.folder / "gone.lua").write_bytes(b"old")
    (target.folder / target.daw.spool_file).write_bytes(b"old")
    old = hashlib.sha256(b"old").hexdigest()
    facts["files"] |= {"gone.lua": old, target.daw.spool_file: old}
    facts["melisma"] = "0.0.1"
    manifest.write_text(json.dumps(facts), encoding="utf-8")
    assert state_of(target, _SPOOL)[0] == State.OTHER
    plan = plan_installation(target, _SPOOL)
    assert set(plan.writes) == {target.folder / target.daw.spool_file, manifest}
    plan.carry_out()
    assert state_of(target, _SPOOL)[0] == State.CURRENT
    assert not (target.folder / "gone.lua").exists()
    plan_removal(target).carry_out()
    assert _tree(target.root) == {}


def test_a_strangers_file_is_not_overwritten(target: Target) -> None:
    name = next(path for path in target.daw.scripts.iterdir() if path.is_file()).name
    target.folder.mkdir(parents=True)
    (target.folder / name).write_text("somebody's", encoding="utf-8")
    with pytest.raises(InputError, match=r"somebody else.s file, or one of melisma.s that was changed"):
        plan_installation(target, _SPOOL)
    with pytest.raises(InputError, match="not installed"):
        plan_removal(target)


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
def test_links_are_not_written_through(target: Target, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (target.root / target.daw.below[0]).symlink_to(outside)
    with pytest.raises(InputError, match=r"behind a link.*--to"):
        plan_installation(target, _SPOOL)
    assert not list(outside.iterdir())


def test_a_file_that_became_a_link_is_not_deleted(target: Target, tmp_path: Path) -> None:
    _install(target)
    script = target.folder / target.daw.spool_file
    precious = tmp_path / "precious"
    script.replace(precious)
    script.symlink_to(precious)
    plan = plan_removal(target)
    assert plan.kept == (script,)
    plan.carry_out()
    assert precious.exists()


def test_a_file_in_the_way_is_named(target: Target) -> None:
    (target.root / target.daw.below[0]).write_text("x", encoding="utf-8")
    with pytest.raises(InputError, match="is a file"):
        plan_installation(target, _SPOOL)


def test_folders_that_cannot_be_written_to(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plugin_host.install.change.os.access", lambda *_: False)
    with pytest.raises(InputError, match=r"cannot be written to.*permissions"):
        plan_installation(target, _SPOOL)


def test_a_disk_that_fails_in_the_middle_leaves_nothing(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    from plugin_host.install import change

    plan, count = plan_installation(target, _SPOOL), 0
    write = change.write_bytes_whole

    def full(path: Path, data: bytes) -> None:
        nonlocal count
        count += 1
        if count == 4:
            raise MelismaError("The disk is full.")
        write(path, data)

    monkeypatch.setattr(change, "write_bytes_whole", full)
    with pytest.raises(MelismaError, match="full"):
        plan.carry_out()
    assert _tree(target.root) == {}


@pytest.mark.parametrize("name", ["../../precious", "/etc/passwd", "a/../../b", "C:\\x", ""])
def test_a_list_that_leaves_the_folder_is_not_followed(target: Target, name: str) -> None:
    _install(target)
    manifest = target.folder / "melisma-files.json"
    facts = json.loads(manifest.read_bytes())
    facts["files"][name] = "0" * 64
    manifest.write_text(json.dumps(facts), encoding="utf-8")
    with pytest.raises(InputError, match="cannot be used"):
        plan_removal(target)


def _computer(home: Path, system: str, **environment: str) -> Surroundings:
    return Surroundings(system, home, environment)


def test_daws_are_found_where_they_are(tmp_path: Path) -> None:
    def found(daw: str, around: Surroundings) -> list[str]:
        return [str(t.root.relative_to(tmp_path)) for t in find_targets(DAWS[daw], None, around)]

    linux = _computer(tmp_path, "linux")
    assert found("ardour", linux) == found("reaper", linux) == found("live", linux) == []
    for name in ("ardour10", "ardour7", "ardour8", "ardour6", "ardour", "ardour8-old", "REAPER"):
        (tmp_path / ".config" / name).mkdir(parents=True)
    assert found("ardour", linux) == [".config/ardour7", ".config/ardour8", ".config/ardour10"]
    assert found("reaper", linux) == [".config/REAPER"]
    (tmp_path / "cfg" / "REAPER").mkdir(parents=True)
    assert found("reaper", _computer(tmp_path, "linux", XDG_CONFIG_HOME=str(tmp_path / "cfg"))) == ["cfg/REAPER"]
    mac = _computer(tmp_path, "darwin")
    for name in ("Library/Preferences/Ardour8", "Music/Ableton/User Library", "Library/Application Support/REAPER"):
        (tmp_path / name).mkdir(parents=True)
    assert found("ardour", mac) == ["Library/Preferences/Ardour8"]
    assert found("live", mac) == ["Music/Ableton/User Library"]
    assert found("reaper", mac) == ["Library/Application Support/REAPER"]
    windows = _computer(tmp_path, "win32", APPDATA=str(tmp_path / "R"), LOCALAPPDATA=str(tmp_path / "L"))
    for name in ("R/REAPER", "L/Ardour8", "Documents/Ableton/User Library"):
        (tmp_path / name).mkdir(parents=True)
    assert found("ardour", windows) == ["L/Ardour8"]
    assert found("live", windows) == ["Documents/Ableton/User Library"]
    assert found("reaper", windows) == ["R/REAPER"]


def test_the_folder_of_scripts_may_be_named_itself(tmp_path: Path) -> None:
    (tmp_path / "Scripts").mkdir()
    assert _target("reaper", tmp_path / "Scripts").folder == tmp_path / "Scripts" / "Melisma"
    assert _target("ardour", tmp_path / "scripts").folder == tmp_path / "scripts"
    for missing in (tmp_path / "nowhere", tmp_path / "file"):
        if missing.name == "file":
            missing.write_text("x", encoding="utf-8")
        with pytest.raises(InputError, match="resource folder"):
            find_targets(DAWS["reaper"], missing)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere one place is usual")
def test_scripts_look_wherever_a_bridge_may_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Installed in a terminal, started at login: the one has XDG_RUNTIME_DIR, the other has not."""
    for name in ("MELISMA_DATA", "XDG_STATE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "run").mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "run"))
    target = _target("reaper", tmp_path / ".config" / "REAPER")
    plan_installation(target, spool_folder("reaper")).carry_out()
    assert elsewhere(DAWS["reaper"], spool_folder("reaper")) == ()
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    assert elsewhere(DAWS["reaper"], spool_folder("reaper")) == ()
    monkeypatch.setenv("MELISMA_DATA", str(tmp_path / "portable"))  # no installer can know of that
    assert elsewhere(DAWS["reaper"], spool_folder("reaper")) == (target.folder,)
