"""How a clip is to be sung beside its notes: what a request says, laid on a score."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from engine.errors import InputError
from engine.score import BLEND, DRAWN_KEYS, KNOBS, Curve, Score, check_curve, check_value, with_value

PITCH = "pitch"
"""The name under which a curve of fractional MIDI keys draws over the pitch."""
MAX_POINTS = 200_000
_SLACK = 1e-3
"""Shares are written with a few digits."""
_LIKE_POINTS = re.compile(r"\s*[-+.\d][^:/\\]*:")


@dataclass(frozen=True, slots=True)
class ExpressionRequest:
    """All of it may be empty: then the clip is sung as it is.

    `values`: knobs for the whole clip, by name; on top of curves, under what a note says itself.  `curves`: knobs over
    quarters, in the place of the clip's own of that name.  `drawn`: pieces of pitch in fractional MIDI keys.
    `blend`: (speaker's name, share 0 to 1); empty: nobody else, None: as a project says.  `pitch_seed` >= 0: another
    take of the pitch alone.
    """

    values: Mapping[str, float] = field(default_factory=dict)
    curves: Mapping[str, Curve] = field(default_factory=dict)
    drawn: tuple[Curve, ...] = ()
    blend: tuple[tuple[str, float], ...] | None = None
    pitch_seed: int | None = None


def expressed(score: Score, request: ExpressionRequest) -> Score:
    """The score with what is asked for.  Raises `InputError` for a knob that there is not, or a value out of range."""
    for name, value in request.values.items():
        check_value(name, value)
    for name, curve in request.curves.items():  # as asked for: what is laid on it keeps within the range
        check_curve(name, curve)
    for piece in request.drawn:
        _check_drawn(piece)
    _check_whole(request.blend or ())
    curves = {**score.curves, **request.curves}
    for_notes: dict[str, float] = {}
    for name, value in request.values.items():
        if name.startswith(BLEND) or KNOBS[name].curve:
            curves[name] = with_value(name, curves.get(name), value)
        else:
            for_notes[name] = value
    for name, curve in curves.items():
        check_curve(name, curve)
    notes = score.notes
    if for_notes:
        notes = tuple(replace(note, expression={**for_notes, **note.expression}) for note in notes)
    return replace(score, notes=notes, curves=curves, drawn=score.drawn + request.drawn)


def read_curves(texts: Iterable[str]) -> tuple[dict[str, Curve], tuple[Curve, ...]]:
    """Curves by name and drawn pieces, from texts `NAME=quarter:value,...` or `NAME=FILE.csv`.

    Raises `InputError` for a text or a file that is no curve, and for a name that comes twice; `pitch` may.
    """
    curves: dict[str, Curve] = {}
    drawn: list[Curve] = []
    for text in texts:
        name, curve = read_curve(text)
        if name == PITCH:
            _check_drawn(curve)
            drawn.append(curve)
            continue
        check_curve(name, curve)
        if name in curves:
            raise InputError(f"There are two curves for {name}.", "Give one, with all its points.")
        curves[name] = curve
    return curves, tuple(drawn)


def read_curve(text: str) -> tuple[str, Curve]:
    """A curve and its name from one text.  Raises `InputError`; ranges are not looked at."""
    name, equals, body = (part.strip() for part in text.partition("="))
    if not equals or not name or not body:
        raise InputError(f"“{text}” is no curve.", "Write NAME=quarter:value,quarter:value or NAME=FILE.csv.")
    cells = body.split(",") if _LIKE_POINTS.match(body) else None
    rows = _of_file(Path(body)) if cells is None else [(cell, *_parted(cell, ":")) for cell in cells if cell.strip()]
    return name, _curve(name, rows)


def read_share(text: str) -> tuple[str, float]:
    """(speaker, share) from `NAME=SHARE`.  Raises `InputError`."""
    name, _, share = (part.strip() for part in text.partition("="))
    value = _number(share)
    if not name or value is None:
        raise InputError(f"“{text}” is no blend.", "Write NAME=SHARE, such as kerstin=0.3.")
    check_value(BLEND + name, value)
    return name, value


def _of_file(path: Path) -> list[tuple[str, str, str]]:
    """Lines `quarter,value`; a line of words above them and lines after # do not count."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise InputError(f"{path} is no text.", "A curve's file has lines such as 4,-6: quarter, value.") from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(f"{path} cannot be read: {reason}.", "Name a file with lines of quarter,value.") from None
    told = [(f"line {number} of {path.name}", line) for number, line in enumerate(lines, start=1)]
    told = [(place, line) for place, line in told if line.strip() and not line.lstrip().startswith("#")]
    if told and not re.search(r"\d", told[0][1]):
        told = told[1:]
    return [(place, *_parted(line, r"[,;\t]")) for place, line in told]


def _parted(text: str, by: str) -> tuple[str, str]:
    parts = re.split(by, text.strip())
    return (parts[0], parts[1]) if len(parts) == 2 else (text, "")


def _curve(name: str, rows: Iterable[tuple[str, str, str]]) -> Curve:
    """Rows of (where it stands, quarter, value)."""
    points: list[tuple[float, float]] = []
    for place, quarter, value in rows:
        at, amount = _number(quarter), _number(value)
        if at is None or amount is None:
            raise InputError(
                f"The curve of {name} has no quarter and value at “{place.strip()}”.", "Write two numbers."
            )
        points.append((at, amount))
    if not points:
        raise InputError(f"The curve of {name} has no points.", "Write at least one quarter and value.")
    if len(points) > MAX_POINTS:
        raise InputError(f"The curve of {name} has {len(points)} points.", f"{MAX_POINTS} at most can be read.")
    try:
        return Curve(tuple(points))
    except ValueError as error:
        raise InputError(f"The curve of {name} cannot be used: {error}.", "Write its points in order.") from None


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _check_whole(blend: Sequence[tuple[str, float]]) -> None:
    if (whole := sum(share for _, share in blend)) > 1 + _SLACK:
        names = " or ".join(dict.fromkeys(name for name, _ in blend))
        raise InputError(f"The blended shares add up to {whole:.3g}.", f"Lower {names}: together they are 1 at most.")


def _check_drawn(piece: Curve) -> None:
    low, high = DRAWN_KEYS
    for _, key in piece.points:
        if not low <= key <= high:
            raise InputError(
                f"Pitch cannot be drawn at {key:g}.", f"Keep it within {low:g} to {high:g}; 60 is middle C."
            )
    if piece.end <= piece.start:
        raise InputError("Drawn pitch needs a beginning and an end.", "Give it two points at least.")
