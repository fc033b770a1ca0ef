"""From a manifest's `kind` to something that sings."""

from __future__ import annotations

from collections.abc import Callable

from engine.errors import MelismaError
from engine.models.hidden_singer import KIND, HiddenSinger, build_hidden_singer
from engine.models.registry import InstalledVoice

BUILDERS: dict[str, Callable[..., HiddenSinger]] = {KIND: build_hidden_singer}


def build(model: InstalledVoice, device: str = "auto", threads: int | None = None) -> HiddenSinger:
    """Load a voice.  Raises `MelismaError` for a kind that this program does not know."""
    builder = BUILDERS.get(model.manifest.kind)
    if builder is None:
        known = ", ".join(BUILDERS)
        raise MelismaError(
            f"The voice {model.manifest.id} is of an unknown kind, {model.manifest.kind!r}.", f"Known kinds: {known}."
        )
    return builder(model, device, threads)
