"""Sound files as they are drawn and played.  What was made of a file is found again while the file stays as it is."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from engine.api import pictures_of_sound
from engine.host.call import Call
from engine.host.coding import path
from engine.jobs import JobContext

Maker = Callable[[Path, Path, JobContext], Any]


def peaks(call: Call) -> Mapping[str, Any]:
    """`path` -> `bin` (float32 [C, N, 2]), `rate`, `channels`, `samples`."""
    return _made(call, pictures_of_sound.peaks, ".peaks")


def spectrogram(call: Call) -> Mapping[str, Any]:
    """`path` -> `path` (uint8 [T, bands]), `frames`, `bands`, `frames_per_s`."""
    return _made(call, pictures_of_sound.spectrogram, ".bands")


def sound(call: Call) -> Mapping[str, Any]:
    """`path` -> `path` (float32 [T, 2], 48 kHz), `sample_rate`, `samples`, `loudness_lufs`, `time_reference_s`."""
    return _made(call, pictures_of_sound.played, ".f32")


def _made(call: Call, make: Maker, suffix: str) -> Mapping[str, Any]:
    source = path(call.args, "path")
    out = call.kept.scratch.place(_name(source) + suffix)
    known = call.kept.told.get(out.name)
    if known is None or not out.exists():
        made = make(source, out, call.context)
        known = {field.name: getattr(made, field.name) for field in fields(made)}
        call.kept.told[out.name] = known
    call.kept.scratch.keep(out)
    return known


def _name(source: Path) -> str:
    """Another for another state of the file."""
    try:
        facts = source.stat()
        state = (str(source.absolute()), facts.st_mtime_ns, facts.st_size)
    except OSError:
        state = (str(source), 0, 0)
    return hashlib.sha256(repr(state).encode("utf-8", "surrogateescape")).hexdigest()[:32]
