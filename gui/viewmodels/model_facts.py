"""Installed models as the engine tells them, as rows and facts for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gui.texts import shell as texts
from gui.viewmodels.clock_text import size

ROLES = ("voice", "separator", "animator")
_NAMED_SPEAKERS = 6


@dataclass(frozen=True, slots=True)
class ModelLine:
    """A model, or a folder that looks like one and cannot be used (`role` "broken", `why`)."""

    id: str
    name: str
    role: str
    card: str
    facts: tuple[tuple[str, str], ...]
    folder: Path
    included: bool
    default: bool
    why: str = ""


def model_lines(answer: Mapping[str, Any]) -> tuple[ModelLine, ...]:
    """By role, voices first; of each role the default first, as the engine orders them."""
    lines: list[ModelLine] = []
    models: Sequence[Mapping[str, Any]] = answer.get("models", ())
    for role in ROLES:
        own = [model for model in models if model.get("role") == role]
        lines += [_line(model, place == 0) for place, model in enumerate(own)]
    for entry in answer.get("broken", ()):
        folder = Path(entry["folder"])
        lines.append(ModelLine("", folder.name, "broken", "", (), folder, False, False, str(entry["reason"])))
    return tuple(lines)


def _line(model: Mapping[str, Any], default: bool) -> ModelLine:
    return ModelLine(
        id=model["id"],
        name=model["name"],
        role=model["role"],
        card=model.get("card", ""),
        facts=tuple(_facts(model)),
        folder=Path(model["folder"]),
        included=bool(model["included"]),
        default=default,
    )


def _facts(model: Mapping[str, Any]) -> list[tuple[str, str]]:
    rate = model.get("sample_rate") or 0
    values = {
        "kind": model.get("kind", ""),
        "version": model.get("version", ""),
        "licence": model.get("licence", ""),
        "languages": ", ".join(model.get("languages", ())),
        "speakers": _speakers(model.get("speakers", ())),
        "stem": model.get("stem", ""),
        "sample_rate": texts.KHZ.format(n=rate / 1000) if rate else "",
        "bytes": size(model.get("bytes", 0)),
        "origin": texts.MODELS_INCLUDED if model.get("included") else texts.MODELS_ADDED_BY_YOU,
    }
    return [(texts.FIELDS[name], str(value)) for name, value in values.items() if value]


def _speakers(names: Sequence[str]) -> str:
    if len(names) <= _NAMED_SPEAKERS:
        return ", ".join(names)
    shown = ", ".join(names[:_NAMED_SPEAKERS])
    return texts.SPEAKERS_MORE.format(names=shown, n=len(names) - _NAMED_SPEAKERS)
