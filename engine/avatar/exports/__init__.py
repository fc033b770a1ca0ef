"""A track for other programs: cues, curves, keyframes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from engine.avatar.cues import cues_of
from engine.avatar.exports.live2d import motion3_json
from engine.avatar.exports.rhubarb import rhubarb_json, rhubarb_tsv, rhubarb_xml
from engine.avatar.exports.shape_keys import arkit_csv, shape_keys_csv, shape_keys_json
from engine.avatar.exports.vmd import vmd_bytes
from engine.avatar.exports.vowels import vowels_csv
from engine.avatar.params import FaceTrack
from engine.errors import InputError
from engine.files import write_bytes_whole

EXPORTS: dict[str, tuple[str, Callable[[FaceTrack, str], bytes]]] = {
    "rhubarb": (".tsv", lambda track, _: rhubarb_tsv(cues_of(track)).encode()),
    "rhubarb-xml": (".xml", lambda track, sound: rhubarb_xml(cues_of(track), sound).encode()),
    "rhubarb-json": (".json", lambda track, sound: rhubarb_json(cues_of(track), sound).encode()),
    "live2d": (".motion3.json", lambda track, _: motion3_json(track).encode()),
    "vmd": (".vmd", lambda track, _: vmd_bytes(track)),
    "vowels": (".csv", lambda track, _: vowels_csv(track).encode()),
    "shape-keys": (".csv", lambda track, _: shape_keys_csv(track).encode()),
    "shape-keys-json": (".json", lambda track, _: shape_keys_json(track).encode()),
    "arkit": (".csv", lambda track, _: arkit_csv(track).encode()),
}
"""Kind -> (usual suffix, track and name of the sound -> the file)."""


def write_export(track: FaceTrack, out: Path, kind: str, sound: str = "") -> None:
    """Write `track` as one of `EXPORTS` to `out`, whole or not at all; `sound` is the name of the vocal's file.

    Raises `InputError` for an unknown kind, and as `written_whole`.
    """
    if kind not in EXPORTS:
        raise InputError(f"{kind} is no kind of export.", f"Choose one of {', '.join(EXPORTS)}.")
    write_bytes_whole(out, EXPORTS[kind][1](track, sound))
