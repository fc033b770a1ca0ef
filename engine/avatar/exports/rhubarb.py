"""Cues as Rhubarb Lip Sync writes them: tab-separated, XML, JSON; times in hundredths of a second.

Programs that know Rhubarb's files (OpenToonz, Moho, After Effects, Unity and Godot add-ons) read them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from xml.sax.saxutils import escape

from engine.avatar.cues import Cue
from engine.errors import MelismaError

_BASIC = {"G": "A", "H": "C", "X": "A"}
"""What stands for a shape that a set of drawings lacks."""


def fitted(cues: Sequence[Cue], extended: str = "GHX") -> list[Cue]:
    """The cues in A to F and those of G, H, X that `extended` names; neighbours that become alike are joined."""
    joined: list[Cue] = []
    for cue in cues:
        shape = cue.shape if cue.shape not in _BASIC or cue.shape in extended else _BASIC[cue.shape]
        if joined and joined[-1].shape == shape and joined[-1].end_s == cue.start_s:
            joined[-1] = joined[-1]._replace(end_s=cue.end_s)
        else:
            joined.append(cue._replace(shape=shape))
    return joined


def rhubarb_tsv(cues: Sequence[Cue]) -> str:
    """Start and shape in each line, and at last the end, at rest."""
    if not cues:
        raise MelismaError("There are no mouth cues to write.", "Give a sound that is longer.")
    lines = [f"{cue.start_s:.2f}\t{cue.shape}" for cue in cues]
    return "\n".join([*lines, f"{cues[-1].end_s:.2f}\tX"]) + "\n"


def rhubarb_json(cues: Sequence[Cue], sound: str) -> str:
    """`sound` is the name of the sound file."""
    duration_s = cues[-1].end_s if cues else 0.0
    mouth = [{"start": round(cue.start_s, 2), "end": round(cue.end_s, 2), "value": cue.shape} for cue in cues]
    whole = {"metadata": {"soundFile": sound, "duration": round(duration_s, 2)}, "mouthCues": mouth}
    return json.dumps(whole, indent=2) + "\n"


def rhubarb_xml(cues: Sequence[Cue], sound: str) -> str:
    """`sound` is the name of the sound file."""
    duration_s = cues[-1].end_s if cues else 0.0
    lines = [f'    <mouthCue start="{cue.start_s:.2f}" end="{cue.end_s:.2f}">{cue.shape}</mouthCue>' for cue in cues]
    head = [
        '<?xml version="1.0" encoding="utf-8"?>',
        "<rhubarbResult>",
        "  <metadata>",
        f"    <soundFile>{escape(_printable(sound))}</soundFile>",
        f"    <duration>{duration_s:.2f}</duration>",
        "  </metadata>",
        "  <mouthCues>",
    ]
    return "\n".join([*head, *lines, "  </mouthCues>", "</rhubarbResult>"]) + "\n"


def _printable(text: str) -> str:
    """XML 1.0 has no place for control characters, escaped or not."""
    return "".join(c for c in text if c >= " " and c not in "\ufffe\uffff" and not "\ud800" <= c <= "\udfff")
