"""How long consonants last, by speaker: a package of several voices may hold a table for each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.singing.timing import ConsonantTable

TABLES = frozenset({"onset", "cluster", "coda"})


def consonants_of(settings: Mapping[str, Any], speaker: str | int | None = None) -> ConsonantTable:
    """The table of a speaker, by name or by number in `settings["voices"]["speakers"]`.

    `settings["consonants"]` is one table for all, or {speaker: table}; a speaker who has none gets the first.
    Raises `KeyError` when a table lacks a part.
    """
    stated = settings["consonants"]
    if stated.keys() >= TABLES:
        return ConsonantTable.from_dict(stated)
    name = _name(settings, speaker) if isinstance(speaker, int) else speaker
    return ConsonantTable.from_dict(stated.get(name) or next(iter(stated.values())))


def _name(settings: Mapping[str, Any], number: int) -> str | None:
    speakers: Mapping[str, int] = settings.get("voices", {}).get("speakers", {})
    return next((name for name, index in speakers.items() if index == number), None)
