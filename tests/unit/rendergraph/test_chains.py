"""Chains are read strictly, and what is wrong is said with its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.errors import InputError
from plugin_host.rendergraph import EFFECTS, find_chain, list_chains, load_chain
from plugin_host.rendergraph.chains import parse_chain
from tests.conftest import ROOT

WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "unknown effect": ({"effect": [{"type": "flanger"}]}, "type = 'flanger', which is no effect"),
    "no type": ({"effect": [{"frequency_hz": 100}]}, "effect 1 has no type"),
    "unknown parameter": ({"effect": [{"type": "gain", "gain": 3}]}, "no parameter 'gain'"),
    "too high": ({"effect": [{"type": "gain", "gain_db": 90}]}, "gain_db = 90"),
    "no number": ({"effect": [{"type": "gain", "gain_db": "loud"}]}, "'loud', which is no number"),
    "truth for a number": ({"effect": [{"type": "gain", "gain_db": True}]}, "which is no number"),
    "nan": ({"effect": [{"type": "gain", "gain_db": float("nan")}]}, "gain_db = nan"),
    "no such slope": ({"effect": [{"type": "highpass", "slope_db": 13}]}, "slope_db = 13"),
    "bypass": ({"effect": [{"type": "gain", "bypass": 1}]}, "bypass = 1"),
    "top": ({"effects": []}, "'effects', which no chain has"),
    "no list": ({"effect": {"type": "gain"}}, "not a list"),
    "name": ({"name": 3}, "no text"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_files_are_refused_in_words(case: str) -> None:
    data, words = WRONG[case]
    with pytest.raises(InputError) as caught:
        parse_chain(data, "mine", Path("mine.toml"))
    assert words in caught.value.message
    assert "mine.toml" in caught.value.message
    assert caught.value.hint


def test_the_second_effect_is_told_from_the_first() -> None:
    with pytest.raises(InputError, match="effect 2"):
        parse_chain({"effect": [{"type": "gain"}, {"type": "gian"}]}, "mine")


@pytest.mark.parametrize("data", [b"name = ", b"\xff\xfe", b'[[effect]]\ntype = "gain'])
def test_broken_toml_is_the_users(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(data)
    with pytest.raises(InputError, match="not valid TOML"):
        load_chain(path)


@pytest.mark.parametrize(
    "written",
    [
        '[[effect]]\ntype = "gain"\ngain_db = ' + "1" * 400,
        '[[effect]]\ntype = "gain"\ngain_db = ' + "1" * 5000,
        '[[effect]]\ntype = "gain"\ngain_db = 0x' + "f" * 5000,
        "[[effect]]\ntype = 0x" + "f" * 5000,
        "name = " + "[" * 5000,
    ],
)
def test_one_file_beyond_all_measure_leaves_the_others(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, written: str
) -> None:
    monkeypatch.setenv("MELISMA_DATA", str(tmp_path))
    folder = tmp_path / "data" / "chains"
    folder.mkdir(parents=True)
    (folder / "bad.toml").write_text(written)
    chains, problems = list_chains()
    assert len(chains) >= 8
    (problem,) = problems
    assert "bad.toml" in problem.message
    assert len(problem.message) < 1000


def test_a_file_that_is_still_being_written_is_no_chain(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MELISMA_DATA", str(tmp_path))
    folder = tmp_path / "data" / "chains"
    folder.mkdir(parents=True)
    (folder / ".mine.1-0.part.toml").write_text("name = ")
    assert not list_chains()[1]


def test_all_that_come_along_are_whole(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MELISMA_DATA", str(tmp_path))
    chains, problems = list_chains()
    assert not problems
    assert len(chains) >= 8
    assert all(chain.about and chain.active and not chain.yours for chain in chains)
    assert {"clean-lead", "pop-lead", "intimate", "choir", "telephone"} <= {chain.id for chain in chains}


def test_the_users_chain_wins_and_a_broken_one_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MELISMA_DATA", str(tmp_path))
    folder = tmp_path / "data" / "chains"
    folder.mkdir(parents=True)
    (folder / "choir.toml").write_text('[[effect]]\ntype = "gain"\ngain_db = -3\n')
    (folder / "broken.toml").write_text('[[effect]]\ntype = "gian"\n')
    chains, problems = list_chains()
    choir = next(chain for chain in chains if chain.id == "choir")
    assert choir.yours
    assert [effect.effect for effect in choir.effects] == ["gain"]
    assert find_chain("choir").effects == choir.effects
    assert len(problems) == 1
    assert "broken.toml" in problems[0].message


def test_an_unknown_chain_names_the_others(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MELISMA_DATA", str(tmp_path))
    with pytest.raises(InputError) as caught:
        find_chain("quire")
    assert "choir" in caught.value.hint


def test_defaults_lie_in_their_ranges() -> None:
    for effect in EFFECTS.values():
        for parameter in effect.parameters:
            assert parameter.allows(parameter.default)
            assert parameter.low < parameter.high
            assert parameter.unit in parameter.range_text


def test_the_guide_tells_every_knob() -> None:
    guide = (ROOT / "docs" / "guide-bounce.md").read_text(encoding="utf-8")
    for effect in EFFECTS.values():
        assert f"`{effect.name}`" in guide
        for parameter in effect.parameters:
            assert f"| `{parameter.name}` | {parameter.range_text} | {parameter.default:g} |" in guide
