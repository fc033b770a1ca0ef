"""Installed models: listed, added, removed, checked."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from engine.api import AddRequest, add_model, model_info, remove_model, verify_model
from engine.errors import MelismaError
from engine.folders import presets_folder
from engine.host.call import Call
from engine.host.coding import parse, text
from engine.models import AnyModel, scan_models
from engine.models.hidden_singer import LISTENING
from engine.models.registry import speaker_numbers

_MOST_CARD_BYTES = 1 << 20


def models(call: Call) -> Mapping[str, Any]:
    """All usable models (the first of a role is its default), and the folders that look like one and are not."""
    call.context.token.raise_if_cancelled()
    scan = scan_models()
    broken = [{"folder": entry.folder, "reason": entry.reason} for entry in scan.broken]
    return {"models": [_facts(model) for model in scan.models], "broken": broken}


def add(call: Call) -> Mapping[str, Any]:
    """`path`, and what else `AddRequest` knows -> the new `model` and `remarks`."""
    args = {("file" if name == "path" else name): value for name, value in call.args.items()}
    added = add_model(parse(AddRequest, args), call.context)
    return {"model": _facts(added.model), "remarks": added.remarks}


def remove(call: Call) -> Mapping[str, Any]:
    """`id` -> the `folder` that is gone."""
    name = text(call.args, "id")
    return {"id": name, "folder": remove_model(name)}


def verify(call: Call) -> Mapping[str, Any]:
    """`id` -> whether all is `ok`, and the state of every file: ok, missing, changed or unreadable."""
    name = text(call.args, "id")
    files = {check.name: check.state for check in verify_model(str(model_info(name).manifest.id))}
    return {"id": name, "ok": all(state == "ok" for state in files.values()), "files": files}


def _facts(model: AnyModel) -> dict[str, Any]:
    manifest = model.manifest
    return {
        "id": manifest.id,
        "name": manifest.name,
        "kind": manifest.kind,
        "role": manifest.role,
        "version": manifest.version,
        "licence": manifest.licence,
        "listens": LISTENING in manifest.files,
        "languages": list(getattr(manifest, "languages", ())),
        "speakers": _speakers(model),
        "sample_rate": manifest.sample_rate,
        "stem": getattr(manifest, "stem", ""),
        "card": _card(model.folder),
        "bytes": sum(_size(model.folder / name) for name in manifest.files),
        "folder": model.folder,
        "included": model.folder.is_relative_to(presets_folder()),
    }


def _speakers(model: AnyModel) -> list[str]:
    with suppress(MelismaError):  # one whose list is broken is told when it is to sing
        return list(speaker_numbers(model.manifest.settings))
    return []


def _card(folder: Path) -> str:
    """Markdown, "" where there is none."""
    for name in ("CARD.md", "README.md"):
        with suppress(OSError), (folder / name).open("rb") as file:
            return file.read(_MOST_CARD_BYTES).decode("utf-8", "replace")
    return ""


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
