"""`.faceparams.json`: a track in a file that people and programs can read and change.

    {"format": "melisma-faceparams", "version": 1, "fps": 25, "params": ["open", ...], "frames": [[0.1, ...], ...],
     "cues": [{"start_s": 0.0, "end_s": 0.2, "shape": "X"}, ...]}

A frame is a row of numbers in the order of `params`; parameters that are not named rest.  `cues` may be missing.
Whatever else stands there is kept.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn, TypeGuard

import numpy as np

from engine.avatar.cues import SHAPES, Cue
from engine.avatar.params import HIGH, LOW, NUM_PARAMS, PARAMS, FaceTrack
from engine.errors import InputError
from engine.files import write_bytes_whole

FORMAT, VERSION = "melisma-faceparams", 1
SUFFIX = ".faceparams.json"
DIGITS = 4
MAX_BYTES = 64_000_000
MAX_FRAMES = 4 * 3600 * 60
"""Four hours at 60 pictures per second."""
MAX_FPS = 240
_OUR_FIELDS = ("format", "version", "fps", "params", "frames", "cues")
_LARGEST = 1e9
_SLACK = 10.0**-DIGITS


@dataclass(frozen=True, slots=True)
class FaceParams:
    """What the file holds: a track, its cues (None when it states none), and fields that are not ours."""

    track: FaceTrack
    cues: tuple[Cue, ...] | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)


def read_faceparams(path: Path) -> FaceParams:
    """Raises `InputError` that names the file and the first thing wrong in it."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError(f"{path} is larger than {MAX_BYTES // 10**6} MB.", "Cut it into parts.")
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(f"{path} could not be opened: {reason}.", "Check the path.") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not a text in UTF-8.", f"Use a {SUFFIX} file.") from error
    try:
        return parse_faceparams(text)
    except ValueError as error:
        raise InputError(f"{path} holds no usable face parameters: {error}.", "Mend it, or export it again.") from error


def write_faceparams(params: FaceParams, path: Path) -> None:
    """Write to `path`, whole or not at all.  Raises as `written_whole`."""
    write_bytes_whole(path, faceparams_text(params).encode())


def faceparams_text(params: FaceParams) -> str:
    """The file's text: a line for each frame, so that differences can be seen and edited."""
    fps = int(params.track.fps) if float(params.track.fps).is_integer() else params.track.fps
    head = {"format": FORMAT, "version": VERSION, "fps": fps, "params": list(PARAMS)}
    head |= {name: value for name, value in params.extra.items() if name not in _OUR_FIELDS}
    lines = [f'  "{name}": {json.dumps(value)}' for name, value in _escaped(head)]
    if params.cues is not None:
        lines.append(_block("cues", [json.dumps(_rounded_cue(cue)) for cue in params.cues]))
    rows = np.round(params.track.values.astype(np.float64), DIGITS) + 0.0  # no -0.0
    lines.append(_block("frames", [json.dumps(row, separators=(",", ":")) for row in rows.tolist()]))
    return "{\n" + ",\n".join(lines) + "\n}\n"


def parse_faceparams(text: str) -> FaceParams:
    """Check and take apart.  Raises `ValueError` that says what is wrong, for the end of a sentence."""
    try:
        data = json.loads(text, parse_constant=_no_constant)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"line {error.lineno} is not JSON ({error.msg})") from None
    if not isinstance(data, dict):
        raise ValueError("it is not an object")
    if data.get("format") != FORMAT:
        raise ValueError(f'its "format" is not "{FORMAT}"')
    if data.get("version") != VERSION or isinstance(data["version"], bool):
        raise ValueError(f"its version is {data.get('version')!r}, and this program reads {VERSION}")
    fps = data.get("fps")
    if not _is_number(fps) or not 1 <= fps <= MAX_FPS:
        raise ValueError(f'"fps" must be a number from 1 to {MAX_FPS}')
    columns = _columns(data.get("params"))
    track = FaceTrack(_frames(data.get("frames"), columns), float(fps))
    cues = None if data.get("cues") is None else tuple(_cues(data["cues"]))
    return FaceParams(track, cues, {name: value for name, value in data.items() if name not in _OUR_FIELDS})


def _escaped(head: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Names as they stand between quotes in JSON."""
    return [(json.dumps(name)[1:-1], value) for name, value in head.items()]


def _block(name: str, rows: list[str]) -> str:
    inside = ",\n    ".join(rows)
    return f'  "{name}": [\n    {inside}\n  ]' if rows else f'  "{name}": []'


def _rounded_cue(cue: Cue) -> dict[str, Any]:
    return {"start_s": round(cue.start_s, DIGITS), "end_s": round(cue.end_s, DIGITS), "shape": cue.shape}


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _is_number(value: Any) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _LARGEST


def _columns(names: Any) -> list[int]:
    if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
        raise ValueError('"params" must be a list of names')
    for name in names:
        if name not in PARAMS:
            raise ValueError(f'"params" names {name!r}, which is none of {", ".join(PARAMS)}')
    if len(set(names)) < len(names):
        raise ValueError('"params" names one of them twice')
    return [PARAMS.index(name) for name in names]


def _frames(rows: Any, columns: list[int]) -> Any:
    if not isinstance(rows, list) or len(rows) > MAX_FRAMES:
        raise ValueError(f'"frames" must be a list of at most {MAX_FRAMES} rows')
    values = np.zeros((len(rows), NUM_PARAMS), np.float32)
    for index, row in enumerate(rows):
        if not isinstance(row, list) or len(row) != len(columns):
            raise ValueError(f"frame {index} is not a row of {len(columns)} numbers")
        for column, value in zip(columns, row, strict=True):
            low, high = float(LOW[column]), float(HIGH[column])
            if not _is_number(value):
                raise ValueError(f'"{PARAMS[column]}" of frame {index} is no number')
            if not low - _SLACK <= value <= high + _SLACK:
                raise ValueError(f'"{PARAMS[column]}" of frame {index} is not within {low:g} to {high:g}')
            values[index, column] = value
    return values


def _cues(items: Any) -> list[Cue]:
    if not isinstance(items, list) or len(items) > MAX_FRAMES:
        raise ValueError('"cues" must be a list')
    cues: list[Cue] = []
    for index, item in enumerate(items):
        if not isinstance(item, dict):
            raise ValueError(f"cue {index} is not an object")
        start_s, end_s = (_seconds(item, name, index) for name in ("start_s", "end_s"))
        shape = item.get("shape")
        if not isinstance(shape, str) or len(shape) != 1 or shape not in SHAPES:
            raise ValueError(f'the "shape" of cue {index} is none of {", ".join(SHAPES)}')
        if end_s < start_s:
            raise ValueError(f"cue {index} ends before it begins")
        if cues and start_s < cues[-1].end_s - _SLACK:
            raise ValueError(f"cue {index} begins before the one before it ends")
        cues.append(Cue(start_s, end_s, shape))
    return cues


def _seconds(item: Mapping[str, Any], name: str, index: int) -> float:
    value = item.get(name)
    if not _is_number(value) or value < 0:
        raise ValueError(f'"{name}" of cue {index} is no number of seconds')
    return float(value)
