"""What a model states about itself, as the command line shows it."""

from __future__ import annotations

from typing import Any


def model_facts(model: Any) -> dict[str, Any]:
    """`model` is the engine's `InstalledModel`, which has no name out here."""
    facts: dict[str, Any] = {"role": model.manifest.role} | model.manifest.as_dict()
    if model.manifest.role == "separator":
        facts["bandwidth_hz"] = model.manifest.bandwidth_hz
    if speakers := _speakers(facts.get("settings")):
        facts["speakers"] = speakers
    return facts | {"folder": str(model.folder)}


def _speakers(settings: Any) -> list[str]:
    """Who sings in a voice of several, each a name for `--voice`; none in a voice of one."""
    several = settings.get("voices") if isinstance(settings, dict) else None
    named = several.get("speakers") if isinstance(several, dict) else None
    return list(named) if isinstance(named, dict) else []


def bandwidth(facts: dict[str, Any]) -> str:
    """Of a separator's `model_facts`, in kHz."""
    return f"{facts['bandwidth_hz'] / 1000:.1f} kHz"
