"""Chains that are written are read back as they were, and a write that fails leaves what was there."""

from __future__ import annotations

import threading
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import InputError, MelismaError
from plugin_host.rendergraph import (
    EFFECTS,
    Chain,
    EffectSettings,
    Parameter,
    chain_file,
    chain_id_for,
    find_chain,
    keep_as,
    list_chains,
    load_chain,
    write_chain,
)
from plugin_host.rendergraph.chain_file import chain_text
from plugin_host.rendergraph.chains import parse_chain


def values_of(parameter: Parameter) -> st.SearchStrategy[float]:
    if parameter.choices:
        return st.sampled_from(parameter.choices)
    return st.floats(parameter.low, parameter.high, allow_nan=False)


def settings_of(name: str) -> st.SearchStrategy[EffectSettings]:
    values = {parameter.name: values_of(parameter) for parameter in EFFECTS[name].parameters}
    return st.builds(EffectSettings, st.just(name), st.fixed_dictionaries(values), st.booleans())


EFFECT = st.sampled_from(sorted(EFFECTS)).flatmap(settings_of)
CHAINS = st.builds(
    Chain,
    st.just("mine"),
    st.text(min_size=1),
    st.text(),
    st.lists(EFFECT, max_size=20).map(tuple),
    yours=st.just(True),
)


@given(chain=CHAINS)
def test_every_chain_is_read_back_equal(chain: Chain) -> None:
    assert parse_chain(tomllib.loads(chain_text(chain)), "mine", yours=True) == chain


@pytest.mark.parametrize("name", EFFECTS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=10)
@given(data=st.data())
def test_every_effect_goes_through_a_file(tmp_path: Path, name: str, data: st.DataObject) -> None:
    path = tmp_path / "mine.toml"
    chain = Chain("mine", "Mine", "", (data.draw(settings_of(name)),), path, yours=True)
    path.write_bytes(chain_text(chain).encode())
    assert load_chain(path, yours=True) == chain


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("MELISMA_DATA", str(tmp_path))
    return tmp_path / "data" / "chains"


def test_ours_kept_as_a_new_one_sounds_the_same_and_stays_as_it_was(folder: Path) -> None:
    ours = find_chain("pop-lead")
    kept = keep_as(ours, "My lead")
    assert (kept.id, kept.name, kept.about, kept.yours) == ("my-lead", "My lead", ours.about, True)
    assert kept.path == folder / "my-lead.toml"
    assert find_chain("my-lead") == kept
    assert kept.effects == ours.effects
    assert find_chain("pop-lead") == ours


def test_ids_are_numbered_where_they_are_taken(folder: Path) -> None:
    ours = find_chain("choir")
    assert keep_as(ours, "Choir").id == "choir-2"
    assert keep_as(ours, "choir!").id == "choir-3"
    assert {chain.id for chain in list_chains()[0]} >= {"choir", "choir-2", "choir-3"}
    (folder / "dull.toml").write_text("broken =")
    assert chain_id_for("Dull") == "dull-2"


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("Größe & Raum", "groe-raum"), ("  --  ", "chain"), ("合唱", "chain"), ("NUL", "nul-2"), ("x" * 200, "x" * 60)],
)
def test_ids_can_be_typed_and_stored_everywhere(folder: Path, name: str, wanted: str) -> None:
    assert chain_id_for(name) == wanted
    assert keep_as(Chain("", "", "", ()), name).name == name


def test_what_no_file_may_hold_is_not_written(folder: Path) -> None:
    kept = keep_as(find_chain("choir"), "Mine")
    assert kept.path is not None
    before = kept.path.read_bytes()
    loud = replace(kept, effects=(EffectSettings("gain", {"gain_db": 90.0}),))
    with pytest.raises(InputError, match="gain_db = 90"):
        write_chain(loud, kept.path)
    assert kept.path.read_bytes() == before


def test_a_disk_that_refuses_leaves_the_file_as_it_was(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = keep_as(find_chain("choir"), "Mine")
    assert kept.path is not None

    def full(_path: Path, _data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(MelismaError, match="No space left"):
        write_chain(replace(kept, effects=()), kept.path)
    monkeypatch.undo()
    monkeypatch.setenv("MELISMA_DATA", str(folder.parent.parent))
    assert find_chain("mine") == kept
    assert [path.name for path in folder.iterdir()] == ["mine.toml"]


def test_two_that_save_at_once_get_an_id_each(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    both, named = threading.Barrier(2), chain_file.chain_id_for

    def at_once(name: str) -> str:
        chain_id = named(name)
        if chain_id == "twice":
            both.wait(30)
        return chain_id

    monkeypatch.setattr(chain_file, "chain_id_for", at_once)
    wanted = [find_chain("pop-lead"), find_chain("telephone")]
    threads = [threading.Thread(target=keep_as, args=(chain, "Twice")) for chain in wanted]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    kept = [find_chain(chain_id).effects for chain_id in ("twice", "twice-2")]
    assert sorted(map(len, kept)) == sorted(len(chain.effects) for chain in wanted)
    assert kept[0] != kept[1]


def test_a_new_one_that_cannot_be_written_leaves_no_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_path: Path, _data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(MelismaError, match="No space left"):
        keep_as(find_chain("choir"), "Mine")
    assert list(folder.iterdir()) == []


def test_a_link_is_written_through(folder: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    kept = keep_as(find_chain("choir"), "Mine")
    assert kept.path is not None
    real = kept.path.rename(elsewhere / "shared.toml")
    kept.path.symlink_to(real)
    write_chain(replace(kept, effects=()), kept.path)
    assert kept.path.is_symlink()
    assert load_chain(real, yours=True).effects == ()
    assert find_chain("mine").effects == ()
