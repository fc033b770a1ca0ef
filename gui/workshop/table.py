"""Which rooms there are, and what is done in them: a room is a process, started when it is first asked for."""

from __future__ import annotations

from collections.abc import Mapping

from engine.host.table import Op
from gui.manner import Manner
from gui.train_extra import KEEP_MEMORY

# Named by their places alone: the window must not load what they import.
_MIXING, _TRAINING = "gui.workshop", "engine.train.own"

ROOMS: Mapping[str, Mapping[str, Op]] = {
    "mixing": {"bounce": Op("engine", "mixing:bounce", _MIXING)},
    "training": {
        "train.options": Op("io", "asked:options", _TRAINING),
        "train.wish": Op("io", "asked:wish", _TRAINING),
        "train.forget": Op("io", "asked:forget", _TRAINING),
        "train.check": Op("io", "asked:check", _TRAINING),
        "train.voice": Op("engine", "asked:train", _TRAINING),
    },
}

_MANNERS: Mapping[str, Manner] = {
    # Measuring a long mix, and the disk's last word on it, cannot be broken off.
    "mixing": Manner(obeys_within_ms=20_000, closes_within_ms=8_000),
    # Aligning the words of a long recording cannot be broken off; a step and its checkpoint are to be finished.
    "training": Manner(obeys_within_ms=60_000, closes_within_ms=10_000, environment=KEEP_MEMORY),
}


def room_of(op: str) -> str:
    """Where `op` is done; "" for one of the engine's own."""
    return next((room for room, ops in ROOMS.items() if op in ops), "")


def manner_of(room: str) -> Manner:
    """How its process is treated."""
    return _MANNERS.get(room, Manner())
