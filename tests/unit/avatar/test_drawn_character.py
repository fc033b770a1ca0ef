"""Descriptions of characters: files, chance, and that all that can be described is drawn cleanly."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.avatar.drawn import Character, character_face, load_character, random_character, save_character
from engine.avatar.drawn.character import BEARDS, CLOTHING, EARRINGS, GLASSES, HAIR
from engine.avatar.params import NUM_PARAMS
from engine.errors import InputError, MelismaError

BUNDLED = sorted((Path(__file__).parents[3] / "presets" / "avatars").glob("*.json"))
REST = np.zeros(NUM_PARAMS, np.float32)
SMALL = 96


def test_a_character_comes_back_from_its_file(tmp_path: Path) -> None:
    for seed in range(5):
        character = random_character(seed)
        save_character(tmp_path / "one.json", character)
        assert load_character(tmp_path / "one.json") == character


def test_what_a_file_leaves_out_is_average(tmp_path: Path) -> None:
    (tmp_path / "one.json").write_text('{"melisma_character": 1, "name": "Åse", "hair": "bun"}', encoding="utf-8")
    assert load_character(tmp_path / "one.json") == Character(name="Åse", hair="bun")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[" * 50_000, "not JSON"),
        (b"\xff\xfe\x00", "not JSON"),
        ("[]", "no melisma_character"),
        ("{}", "no melisma_character"),
        ('{"melisma_character": 2}', "version"),
        ('{"melisma_character": 1, "wings": 2}', "wings"),
        ('{"melisma_character": 1, "jaw": 2}', "jaw must be a number from 0 to 1"),
        ('{"melisma_character": 1, "jaw": NaN}', "jaw"),
        ('{"melisma_character": 1, "jaw": true}', "jaw"),
        ('{"melisma_character": 1, "jaw": "0.5"}', "jaw"),
        ('{"melisma_character": 1, "skin": "pink"}', "skin must be a colour"),
        ('{"melisma_character": 1, "skin": 3}', "skin must be a text"),
        ('{"melisma_character": 1, "hair": "mohawk"}', "hair must be one of"),
        ('{"melisma_character": 1, "name": ""}', "name"),
        (json.dumps({"melisma_character": 1, "name": "x" * 200_000}), "too large"),
    ],
)
def test_a_bad_file_is_the_users_fault_and_says_why(tmp_path: Path, text: str | bytes, says: str) -> None:
    path = tmp_path / "bad.json"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(InputError, match=says) as caught:
        load_character(path)
    assert caught.value.hint


def test_a_missing_file_or_a_folder_is_the_users_fault(tmp_path: Path) -> None:
    for path in (tmp_path / "none.json", tmp_path):
        with pytest.raises(InputError):
            load_character(path)
    with pytest.raises(MelismaError):
        save_character(tmp_path / "no folder" / "one.json", Character())


def test_chance_is_the_same_for_a_seed_and_different_for_others() -> None:
    people = [random_character(seed) for seed in range(60)]
    assert people[7] == random_character(7)
    assert len({replace(person, name="x") for person in people}) == 60
    assert len({person.hair for person in people}) > 10
    assert len({person.skin for person in people}) > 20
    assert {person.beard for person in people} == set(BEARDS)


def test_there_are_bundled_characters_each_with_a_preview() -> None:
    assert len(BUNDLED) >= 8
    assert all(path.with_suffix(".png").is_file() for path in BUNDLED)
    assert len({load_character(path).name for path in BUNDLED}) == len(BUNDLED)


def drawn(character: Character, size: int = SMALL) -> np.ndarray:
    return character_face(character, size).draw(REST)


def clean(picture: np.ndarray) -> None:
    size = len(picture)
    assert picture.shape == (size, size, 4)
    assert picture.dtype == np.uint8
    alpha = picture[..., 3]
    assert not alpha[[0, 0, -1, -1], [0, -1, 0, -1]].any()
    assert not alpha[:, [0, -1]].any()
    assert not picture[alpha == 0].any()
    middle = slice(int(0.4 * size), int(0.6 * size))
    assert (alpha[middle, middle] == 255).all()
    assert alpha[-1].max() == 255  # the chest goes on below the picture


_STYLES: list[dict[str, Any]] = [
    *({"hair": one} for one in HAIR),
    *({"clothing": one} for one in CLOTHING),
    *({"beard": one, "hair": "bald"} for one in BEARDS),
    *({"glasses": one} for one in GLASSES),
    *({"earrings": one} for one in EARRINGS),
]


@pytest.mark.parametrize("style", _STYLES, ids=str)
def test_every_style_is_drawn_within_the_picture(style: dict[str, Any]) -> None:
    clean(drawn(Character(**style)))


@pytest.mark.parametrize("path", BUNDLED, ids=lambda path: path.stem)
def test_bundled_characters_are_drawn(path: Path) -> None:
    clean(drawn(load_character(path)))


@pytest.mark.parametrize("field", ["hair", "clothing", "beard", "glasses", "earrings"])
def test_styles_differ(field: str) -> None:
    choices = {"hair": HAIR, "clothing": CLOTHING, "beard": BEARDS, "glasses": GLASSES, "earrings": EARRINGS}[field]
    bald = {} if field == "hair" else {"hair": "bald"}
    pictures = {drawn(Character(**{field: one, **bald}), 64).tobytes() for one in choices}
    assert len(pictures) == len(choices)


def test_edges_have_the_colours_of_what_they_bound() -> None:
    """No halo: half covered pixels are as red as the whole, whatever they are laid on."""
    red = dict.fromkeys(("skin", "clothing_colour", "clothing_accent"), "#c82828")
    picture = drawn(Character(hair="bald", shading=0.0, blush=0.0, ears=0.5, **red), 200).astype(int)
    edge = picture[(picture[..., 3] > 24) & (picture[..., 3] < 255)]
    assert len(edge) > 100
    assert (edge[:, 0] > 140).all()
    assert (edge[:, 1:3] < 60).all()


def test_drawing_leaves_nothing_behind() -> None:
    face = character_face(random_character(3), SMALL)
    first = face.draw(REST)
    wild = np.linspace(-1, 1, NUM_PARAMS).astype(np.float32)
    face.draw(wild)
    again = face.draw(REST)
    np.testing.assert_array_equal(first, again)
    assert again is not first
    np.testing.assert_array_equal(first, character_face(random_character(3), SMALL).draw(REST))


def test_values_beyond_their_ranges_are_the_nearest_within() -> None:
    face = character_face(Character(), SMALL)
    np.testing.assert_array_equal(face.draw(REST + 9), face.draw(REST + 1))


def test_a_face_too_small_to_see_is_refused() -> None:
    with pytest.raises(ValueError, match="8 pixels"):
        character_face(Character(), 8)
