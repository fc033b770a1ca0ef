"""Who sings: names to numbers, blends to shares, and which package has whom."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import InputError, MelismaError
from engine.models import MANIFEST_NAME
from engine.models.registry import find_singer
from engine.score import Curve
from engine.singing.speakers import speaker_number, speaker_numbers, speaker_shares

SETTINGS = {"voices": {"num_speakers": 4, "speakers": {"kathleen": 0, "Kerstin": 1, "yuki": 3}}}
TIMES = np.linspace(0.0, 8.0, 33)


def test_names_are_numbers() -> None:
    assert speaker_numbers(SETTINGS) == {"kathleen": 0, "Kerstin": 1, "yuki": 3}
    assert speaker_number(SETTINGS, "kerstin") == 1
    assert speaker_number(SETTINGS, 2) == 2
    assert speaker_numbers({}) == {}
    assert speaker_number({}, 0) == 0


@pytest.mark.parametrize("speaker", ["nobody", "", 4, -1])
def test_an_unknown_speaker_is_named_with_the_choices(speaker: str | int) -> None:
    with pytest.raises(InputError) as caught:
        speaker_number(SETTINGS, speaker)
    assert str(speaker) in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize("listed", [{"a": "0"}, {"a": 9}, {"a": True}, ["a"], "a"])
def test_a_wrong_list_is_the_package_s_fault(listed: object) -> None:
    with pytest.raises(MelismaError, match="speakers wrongly"):
        speaker_numbers({"voices": {"num_speakers": 2, "speakers": listed}})


def test_alone_the_speaker_has_it_all() -> None:
    shares = speaker_shares({}, TIMES, (), SETTINGS, "yuki")
    assert shares.dtype == np.float32
    assert shares.shape == (33, 4)
    assert np.array_equal(shares, np.tile(np.float32([0, 0, 0, 1]), (33, 1)))


def test_a_voice_of_one_is_one() -> None:
    assert np.array_equal(speaker_shares({}, TIMES, (), {}), np.ones((33, 1), np.float32))
    with pytest.raises(InputError, match="kerstin"):
        speaker_shares({}, TIMES, (("kerstin", 0.5),), {})


def test_what_blends_leave_is_the_speaker_s() -> None:
    shares = speaker_shares({}, TIMES, (("kerstin", 0.25), ("yuki", 0.25)), SETTINGS, 0)
    assert np.allclose(shares[0], [0.5, 0.25, 0.0, 0.25])


def test_a_curve_moves_from_one_to_another() -> None:
    curves = {"blend:kerstin": Curve(((2.0, 0.0), (6.0, 1.0))), "dynamics": Curve(((0.0, -12.0),))}
    shares = speaker_shares(curves, TIMES, (), SETTINGS, "kathleen")
    assert np.allclose(shares[TIMES <= 2.0, 0], 1)
    assert np.allclose(shares[TIMES >= 6.0, 1], 1)
    assert np.allclose(shares[TIMES == 4.0], [[0.5, 0.5, 0, 0]])
    assert np.all(np.diff(shares[:, 1]) >= 0)


def test_blend_and_curve_of_one_name_add_up() -> None:
    curves = {"blend:yuki": Curve(((0.0, 0.1),))}
    shares = speaker_shares(curves, TIMES, (("yuki", 0.3), ("kerstin", 0.2)), SETTINGS)
    assert np.allclose(shares, [[0.4, 0.2, 0.0, 0.4]])


def test_more_than_a_whole_is_refused_with_its_place() -> None:
    curves = {"blend:kerstin": Curve(((0.0, 0.0), (8.0, 1.0)))}
    with pytest.raises(InputError) as caught:
        speaker_shares(curves, TIMES, (("yuki", 0.5),), SETTINGS)
    assert caught.value.message == "At quarter 8 the blended shares add up to 1.5."
    assert "yuki" in caught.value.hint
    assert "kerstin" in caught.value.hint


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan")])
def test_a_share_outside_its_range_is_refused(share: float) -> None:
    with pytest.raises(InputError, match="yuki"):
        speaker_shares({}, TIMES, (("yuki", share),), SETTINGS)


def test_a_curve_outside_its_range_is_refused() -> None:
    with pytest.raises(InputError, match="blend:yuki"):
        speaker_shares({"blend:yuki": Curve(((0.0, -0.5), (1.0, 0.5)))}, TIMES, (), SETTINGS)


@given(
    parts=st.lists(st.tuples(st.sampled_from(["kathleen", "Kerstin", "yuki"]), st.floats(0, 1)), max_size=4),
    main=st.integers(0, 3),
)
def test_shares_are_a_whole_or_refused(parts: list[tuple[str, float]], main: int) -> None:
    if sum(share for _, share in parts) > 1.001:
        with pytest.raises(InputError):
            speaker_shares({}, TIMES, parts, SETTINGS, main)
        return
    shares = speaker_shares({}, TIMES, parts, SETTINGS, main)
    assert np.allclose(shares.sum(axis=1), 1, atol=1e-5)
    assert shares.min() >= 0


def install(folder: Path, model_id: str, speakers: dict[str, int] | None = None) -> None:
    several = {} if speakers is None else {"voices": {"num_speakers": 3, "speakers": speakers}}
    manifest = {
        "id": model_id, "name": model_id.title(), "kind": "hiddensinger", "version": "1", "languages": ["en"],
        "sample_rate": 48000, "hop_length": 512, "key_range": [55, 76], "licence": "CC0-1.0",
        "files": {"CARD.md": "0" * 64}, "settings": several,
    }  # fmt: skip
    (folder / model_id).mkdir(parents=True)
    (folder / model_id / MANIFEST_NAME).write_text(json.dumps(manifest), encoding="utf-8")


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    install(tmp_path, "cast", {"kathleen": 0, "kerstin": 1, "yuki": 2})
    install(tmp_path, "kathleen")
    install(tmp_path, "other", {"Yuki": 0, "anna": 1})
    return tmp_path


@pytest.mark.parametrize(
    ("name", "package", "speaker"),
    [
        (None, "cast", None),
        ("cast", "cast", None),
        ("kerstin", "cast", "kerstin"),
        ("ANNA", "other", "anna"),
        ("cast/Yuki", "cast", "yuki"),
        ("other/yuki", "other", "Yuki"),
        ("kathleen", "kathleen", None),
        ("cast/kathleen", "cast", "kathleen"),
    ],
)
def test_a_singer_is_found(installed: Path, name: str | None, package: str, speaker: str | None) -> None:
    voice, who = find_singer(name, [installed])
    assert (voice.manifest.id, who) == (package, speaker)


@pytest.mark.parametrize(
    ("name", "choices"),
    [
        ("yuki", ("cast/yuki", "other/Yuki")),
        ("nobody", ("cast", "kathleen", "other", "kerstin", "anna")),
        ("cast/nobody", ("kathleen", "kerstin", "yuki")),
        ("nobody/yuki", ("cast", "other")),
        ("kathleen/kathleen", ("leave",)),
    ],
)
def test_who_is_not_clear_is_asked_with_the_choices(installed: Path, name: str, choices: tuple[str, ...]) -> None:
    with pytest.raises(InputError) as caught:
        find_singer(name, [installed])
    assert name.rpartition("/")[2] in caught.value.message or "nobody" in caught.value.message
    assert all(choice in caught.value.hint for choice in choices)


def test_nothing_installed_and_broken_are_our_fault(tmp_path: Path) -> None:
    with pytest.raises(MelismaError, match="No voice is installed"):
        find_singer("kerstin", [tmp_path])
    install(tmp_path, "cast", {"kerstin": 0})
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / MANIFEST_NAME).write_text("{", encoding="utf-8")
    with pytest.raises(MelismaError, match="bad"):
        find_singer("bad", [tmp_path])
