"""Characters by chance, for training: as different as people are, in colours that go together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.avatar.drawn.character import BEARDS, Character
from engine.avatar.drawn.colours import as_text, brightness, mixed, rgb, shaded

_SKINS = (
    "#f9e0d0", "#f6d3bd", "#f2c6a8", "#ebb994", "#dfa67c", "#cf9468", "#bb7f55", "#a56c46", "#8c5838", "#74462c",
    "#5e3723", "#4a2b1c",
)  # fmt: skip
_HAIR_DARK = ("#17120f", "#241a17", "#33231c", "#46301f")
_HAIR_FAIR = ("#5b3d26", "#7a5230", "#9a6a3a", "#c49a56", "#dcbd80", "#8f3f1f", "#b25a2a")
_HAIR_GREY = ("#8f8b88", "#b9b5b0", "#e0ddd6", "#6b6663")
_HAIR_DYED = ("#c7587e", "#3f7f8c", "#6d549c", "#d7e0e8", "#b33d4a", "#3c5fa8")
_EYES_DARK = ("#3b2417", "#4f3220", "#62422a")
_EYES_FAIR = ("#7a5a32", "#6c7a45", "#4f7f72", "#4b7fa3", "#6f93ab", "#7b8a8f")
_CLOTHES = (
    ("#2f4858", "#f0e4cf"),
    ("#b4533c", "#f4e3c8"),
    ("#5b7f63", "#efe9d6"),
    ("#d9a441", "#33414f"),
    ("#7c5a86", "#ecd9c6"),
    ("#3d6fa5", "#f2ede2"),
    ("#c96f7b", "#fbeedd"),
    ("#44474f", "#d8d2c6"),
    ("#e6dccb", "#8a5a44"),
    ("#2f6f6d", "#f3c987"),
    ("#8e3b46", "#e9d8c3"),
    ("#94a6b8", "#2f3a4a"),
)
_METAL = ("#e3b94f", "#d9d9de", "#c98c5f")
_FEMININE = (
    "long",
    "wavy",
    "bob",
    "ponytail",
    "bun",
    "pixie",
    "curly",
    "braids",
    "afro",
    "hijab",
    "beanie",
    "undercut",
)
_MASCULINE = ("crop", "parted", "quiff", "undercut", "buzz", "bald", "curly", "afro", "beanie", "long", "bun")


@dataclass(frozen=True, slots=True)
class _Person:
    """What many features follow from."""

    feminine: float
    age: float  # 0 a child, 0.3 young, 1 old
    skin: str
    hair_colour: str


def random_character(seed: int) -> Character:
    """Another seed is another person; the same seed is always the same."""
    rng = np.random.default_rng([seed, 4])
    person = _person(rng)
    return Character(
        name=f"Somebody {seed}",
        skin=person.skin,
        **_head(rng, person),
        **_features(rng, person),
        **_hair(rng, person),
        **_outfit(rng, person),
    )


def _pick(rng: np.random.Generator, choices: tuple[str, ...]) -> str:
    return choices[int(rng.integers(len(choices)))]


def _around(rng: np.random.Generator, middle: float, width: float = 0.22) -> float:
    """A share near `middle`."""
    return round(float(np.clip(middle + width * rng.normal(), 0, 1)), 3)


def _person(rng: np.random.Generator) -> _Person:
    age = float(rng.choice([0.05, 0.3, 0.4, 0.55, 0.75, 0.95], p=[0.12, 0.28, 0.25, 0.15, 0.12, 0.08]))
    skin = rgb(_pick(rng, _SKINS))
    skin = mixed(skin, rgb(_pick(rng, ("#e8a080", "#d8a868"))), float(rng.uniform(0, 0.12)))
    dark_skin = brightness(skin) < 0.55
    if rng.random() < max(0.0, 1.6 * (age - 0.5)):
        hair = _pick(rng, _HAIR_GREY)
    elif rng.random() < 0.1 and age > 0.2:
        hair = _pick(rng, _HAIR_DYED)
    else:
        hair = _pick(rng, _HAIR_DARK if dark_skin or rng.random() < 0.4 else _HAIR_FAIR)
    return _Person(feminine=float(rng.beta(0.7, 0.7)), age=age, skin=as_text(skin), hair_colour=hair)


def _head(rng: np.random.Generator, person: _Person) -> dict[str, Any]:
    child = max(0.0, 1 - person.age / 0.25)
    return {
        "head_width": _around(rng, 0.5 + 0.25 * child),
        "head_length": _around(rng, 0.5 - 0.4 * child),
        "jaw": _around(rng, 0.72 - 0.45 * person.feminine),
        "chin": _around(rng, 0.62 - 0.35 * person.feminine),
        "cheeks": _around(rng, 0.5 + 0.4 * child),
        "ears": _around(rng, 0.45 + 0.2 * person.age),
        "eye_size": _around(rng, 0.4 + 0.3 * child + 0.2 * person.feminine, 0.18),
        "eye_distance": _around(rng, 0.5),
        "eye_height": _around(rng, 0.6 - 0.5 * child, 0.15),
        "eye_tilt": _around(rng, 0.35),
        "eye_roundness": _around(rng, 0.5 + 0.2 * child),
        "nose_width": _around(rng, 0.5 - 0.15 * person.feminine - 0.2 * child),
        "nose_length": _around(rng, 0.5 - 0.4 * child),
        "mouth_width": _around(rng, 0.5 - 0.2 * child),
        "build": _around(rng, (0.75 - 0.5 * person.feminine) * (1 - 0.7 * child), 0.15),
    }


def _features(rng: np.random.Generator, person: _Person) -> dict[str, Any]:
    skin = rgb(person.skin)
    rosy = mixed(shaded(skin, 0.18), rgb("#b8404e"), float(rng.uniform(0.22, 0.42)))
    painted = person.feminine > 0.55 and person.age > 0.2 and rng.random() < 0.4
    lip = mixed(rosy, rgb(_pick(rng, ("#b3263a", "#c2455a", "#8e2f45"))), 0.7) if painted else rosy
    fair = brightness(skin) > 0.6 and rng.random() < 0.6
    brow = mixed(shaded(rgb(person.hair_colour), 0.25), rgb("#2c1d18"), 0.35)
    return {
        "eye_colour": _pick(rng, _EYES_FAIR if fair else _EYES_DARK),
        "lashes": _around(rng, 0.15 + 0.6 * person.feminine, 0.12),
        "lid_colour": _pick(rng, ("#8c5a6b", "#a8744f", "#5f6f8c", "#7a5a86")),
        "lid_makeup": round(float(rng.uniform(0.3, 0.9)), 3) if painted else 0.0,
        "brow_colour": as_text(brow),
        "brow_thickness": _around(rng, 0.7 - 0.4 * person.feminine, 0.18),
        "brow_arch": _around(rng, 0.3 + 0.3 * person.feminine),
        "lip_colour": as_text(lip),
        "lip_fullness": _around(rng, 0.4 + 0.25 * person.feminine - 0.15 * person.age),
        "cheer": _around(rng, 0.6, 0.2),
        "freckles": round(float(rng.uniform(0.3, 1)), 3) if rng.random() < (0.3 if fair else 0.06) else 0.0,
        "blush": _around(rng, 0.35),
        "wrinkles": _around(rng, 1.5 * (person.age - 0.5), 0.1) if person.age > 0.5 else 0.0,
        "shading": round(float(rng.choice([0.0, rng.uniform(0.2, 0.6), rng.uniform(0.6, 1.0)], p=[0.2, 0.4, 0.4])), 3),
        "light": round(float(rng.choice([-1, 1]) * rng.uniform(0.2, 1)), 3),
    }


def _hair(rng: np.random.Generator, person: _Person) -> dict[str, Any]:
    style = _pick(rng, _FEMININE if rng.random() < person.feminine else _MASCULINE)
    if style == "bald" and person.age < 0.35:
        style = "crop"
    if style in {"afro", "curly"} and person.hair_colour in _HAIR_GREY:
        style = "pixie" if person.feminine > 0.5 else "parted"
    bearded = person.feminine < 0.45 and person.age >= 0.3 and style != "hijab" and rng.random() < 0.5
    return {
        "hair": style,
        "hair_colour": person.hair_colour,
        "hair_volume": _around(rng, 0.5, 0.25),
        "beard": _pick(rng, BEARDS[1:]) if bearded else "none",
        "beard_colour": as_text(shaded(rgb(person.hair_colour), 0.12)),
    }


def _outfit(rng: np.random.Generator, person: _Person) -> dict[str, Any]:
    colour, accent = _CLOTHES[int(rng.integers(len(_CLOTHES)))]
    kinds = ("tee", "shirt", "hoodie", "turtleneck", "jacket", "overalls")
    return {
        "cover_colour": _CLOTHES[int(rng.integers(len(_CLOTHES)))][0],
        "glasses": _pick(rng, ("round", "square", "cat" if person.feminine > 0.5 else "square"))
        if rng.random() < 0.15 + 0.3 * person.age
        else "none",
        "glasses_colour": _pick(rng, ("#2b2529", "#6b3f2a", "#a0522d", "#3b4a63", "#8c6a3f", "#7d2f45")),
        "earrings": _pick(rng, ("studs", "hoops", "drops")) if rng.random() < 0.6 * person.feminine else "none",
        "earring_colour": _pick(rng, _METAL),
        "clothing": _pick(rng, (*kinds, "top", "top") if person.feminine > 0.5 else kinds),
        "clothing_colour": colour,
        "clothing_accent": accent,
    }
