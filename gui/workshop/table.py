"""Which rooms there are, and what is done in them: a room is a process, started when it is first asked for."""

from __future__ import annotations

from collections.abc import Mapping

from engine.host.table import Op

# Named by their places alone: the window must not load what they import.
_MIXING, _TRAINING = "gui.workshop", "engine.train.own"

ROOMS: Mapping[str, Mapping[str, Op]] = {
    "mixing": {"bounce": Op("engine", "mixing:bounce", _MIXING)},
    "training": {
        "train.check": Op("engine", "asked:check", _TRAINING),
        "train.voice": Op("engine", "asked:train", _TRAINING),
    },
}


def room_of(op: str) -> str:
    """Where `op` is done; "" for one of the engine's own."""
    return next((room for room, ops in ROOMS.items() if op in ops), "")
