"""Records of a spool to clips, sounds, placements; strict, because a script of another version may sit there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from engine.errors import InputError
from engine.score import TempoMap
from plugin_host.ports import DawClip, DawNote, DawSound, Placement, Session, Transport
from plugin_host.spool.records import Record, SpoolError, integer, number

_FIELDS = {
    "session": (4, 4),
    "tempo": (2, 2),
    "meter": (3, 3),
    "region": (8, 8),
    "note": (4, 5),
    "source": (2, 2),
    "placed": (4, 4),
    "transport": (3, 3),
    "lyrics": (1, 1),
}


@dataclass(slots=True)
class _Region:
    fields: Record
    notes: list[DawNote] = field(default_factory=list)
    source: tuple[Path, int] | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """What a `read` or an ask holds, in its order."""

    clips: tuple[DawClip, ...]
    sounds: tuple[DawSound, ...]
    lyrics: str | None


def parse_read(records: Iterable[Record]) -> Read:
    """Raises `SpoolError` for records that break the agreement; unknown ones are passed over."""
    session: Session | None = None
    tempi: list[tuple[float, float]] = []
    meters: list[tuple[float, int, int]] = []
    regions: list[_Region] = []
    lyrics: str | None = None
    for record in records:
        kind, values = _checked(record)
        if kind == "session":
            session = _session(values)
        elif kind == "tempo":
            tempi.append((number(values[0]), number(values[1])))
        elif kind == "meter":
            meters.append((number(values[0]), integer(values[1]), integer(values[2])))
        elif kind == "region":
            regions.append(_Region(values))
        elif kind in ("note", "source"):
            if not regions:
                raise SpoolError(f"a {kind} before any region")
            if kind == "note":
                regions[-1].notes.append(_note(values))
            else:
                regions[-1].source = Path(values[0]), integer(values[1])
        elif kind == "lyrics":
            lyrics = values[0]
    if session is None:
        raise SpoolError("regions without their session")
    tempo_map = TempoMap.from_events(tempi, meters)
    clips = tuple(_clip(region, session, tempo_map) for region in regions if region.fields[3] == "midi")
    sounds = tuple(_sound(region, session) for region in regions if region.fields[3] == "audio")
    return Read(clips, sounds, lyrics)


def parse_placed(records: Iterable[Record]) -> tuple[Placement, ...]:
    """Raises `SpoolError`."""
    placed = (values for kind, values in map(_checked, records) if kind == "placed")
    return tuple(Placement(Path(path), track, integer(start)) for path, track, start, _ in placed)


def parse_transport(records: Iterable[Record], sample_rate: int) -> Transport:
    """Raises `SpoolError`."""
    for kind, values in map(_checked, records):
        if kind == "transport":
            return Transport(integer(values[0]), sample_rate, number(values[1]), number(values[2]))
    raise SpoolError("no transport in the answer")


def place_records(placements: Iterable[Placement], label: str) -> list[Record]:
    """What the verb `place` takes."""
    audio = ((str(p.path), p.track, str(p.start_samples), p.beside) for p in placements)
    return [("label", label), *(("audio", *fields) for fields in audio)]


def _checked(record: Record) -> tuple[str, Record]:
    """The kind and the values of a record, enough of them when the kind is known."""
    kind, values = record[0], record[1:]
    low, high = _FIELDS.get(kind, (0, len(values)))
    if not low <= len(values) <= high:
        raise SpoolError(f"a {kind} with {len(values)} fields")
    return kind, values


def _session(values: Record) -> Session:
    rate = integer(values[2])
    if rate < 1:
        raise SpoolError(f"a session of {rate} Hz")
    return Session(values[0], values[1], rate, Path(values[3]) if values[3] else None)


def _note(values: Record) -> DawNote:
    start, duration, key, velocity = number(values[0]), number(values[1]), integer(values[2]), integer(values[3])
    if not (0 <= key <= 127 and duration >= 0):
        raise SpoolError(f"a note on key {key} of {duration:g} quarters")
    lyric = values[4] if len(values) > 4 else ""
    return DawNote(max(0.0, start), duration, key, min(127, max(1, velocity)), lyric)


def _clip(region: _Region, session: Session, tempo_map: TempoMap) -> DawClip:
    key, name, track, _, start_samples, _, start_quarters, length_quarters = region.fields
    return DawClip(
        session=session,
        key=key,
        name=name,
        track=track,
        start_quarters=number(start_quarters),
        length_quarters=number(length_quarters),
        start_samples=integer(start_samples),
        tempo_map=tempo_map,
        notes=tuple(sorted(region.notes, key=lambda note: (note.start, note.key))),
    )


def _sound(region: _Region, session: Session) -> DawSound:
    key, name, track, _, start_samples, length_samples, _, _ = region.fields
    if region.source is None:
        raise InputError(f"The clip {name} has no sound file of its own.", "Bounce it in place in the DAW first.")
    path, offset = region.source
    if offset < 0 or integer(length_samples) < 1:
        raise SpoolError(f"a sound of {length_samples} samples from {offset}")
    return DawSound(session, key, name, track, path, offset, integer(length_samples), integer(start_samples))
