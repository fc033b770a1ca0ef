"""One part of a MusicXML score, walked in document order, to notes and lyrics in ticks."""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_BEAT_UNITS = {
    "long": 16.0, "breve": 8.0, "whole": 4.0, "half": 2.0, "quarter": 1.0, "eighth": 0.5, "16th": 0.25, "32nd": 0.125
}  # fmt: skip
_MAX_TICKS = 1 << 40  # past any piece of music; keeps absurd numbers from growing without bound


@dataclass(slots=True)
class PartNote:
    """A sounding note; `lyrics` maps a verse's name to its <lyric>; `slurred`: a slur runs into it."""

    start: int
    end: int
    key: int
    voice: str
    measure: int
    velocity: int = 90
    lyrics: dict[str, ET.Element] = field(default_factory=dict)
    slurred: bool = False


@dataclass(slots=True)
class Part:
    """What one part says; times in ticks."""

    id: str
    name: str
    notes: list[PartNote] = field(default_factory=list)
    tempi: list[tuple[int, float]] = field(default_factory=list)
    meters: list[tuple[int, int, int]] = field(default_factory=list)
    measures: list[tuple[int, int, bool]] = field(default_factory=list)  # (start, end, implicit)
    repeats: bool = False


class PartReader:
    """Keeps the cursor while walking a part: MusicXML is a tape with rewinds (<backup>, <forward>)."""

    def __init__(self, part_id: str, name: str, ticks_per_quarter: int) -> None:
        self.part = Part(part_id, name)
        self.ticks_per_quarter = ticks_per_quarter
        self.divisions = 1.0
        self.transpose = 0
        self.cursor = 0
        self.note_start = 0
        self.measure_end = 0
        self.open_ties: dict[tuple[str, int], PartNote] = {}
        self.open_slurs: set[str] = set()

    def read(self, measures: Iterable[ET.Element]) -> Part:
        """Walk all measures."""
        handlers: dict[str, Callable[[ET.Element], object]] = {
            "note": self._note,
            "backup": lambda e: self._move(-self._duration(e)),
            "forward": lambda e: self._move(self._duration(e)),
            "attributes": self._attributes,
            "direction": self._direction,
            "sound": self._sound,
            "barline": self._barline,
        }
        start = 0
        for measure in measures:
            self.cursor = self.note_start = self.measure_end = start
            for element in measure:
                handler = handlers.get(element.tag)
                if handler is not None:
                    handler(element)
            implicit = measure.get("implicit") == "yes"
            self.part.measures.append((start, self.measure_end, implicit))
            start = self.measure_end
        return self.part

    def _move(self, ticks: int) -> None:
        self.cursor = min(_MAX_TICKS, max(self.part.measures[-1][1] if self.part.measures else 0, self.cursor + ticks))
        self.measure_end = max(self.measure_end, self.cursor)

    def _duration(self, element: ET.Element) -> int:
        value = number(element.findtext("duration"))
        ticks = (value or 0.0) / self.divisions * self.ticks_per_quarter
        return round(min(max(ticks, 0.0), float(_MAX_TICKS)))

    def _attributes(self, element: ET.Element) -> None:
        divisions = number(element.findtext("divisions"))
        if divisions is not None and divisions > 0:
            self.divisions = divisions
        time = element.find("time")
        if time is not None:
            self._meter(time)
        transpose = element.find("transpose")
        if transpose is not None:
            chromatic = number(transpose.findtext("chromatic")) or 0.0
            octaves = number(transpose.findtext("octave-change")) or 0.0
            self.transpose = round(min(max(chromatic + 12 * octaves, -127.0), 127.0))

    def _meter(self, time: ET.Element) -> None:
        """<beats> may be a sum such as 3+2, and may come several times."""
        quarters, unit = 0.0, 4
        for beats, beat_type in zip(time.findall("beats"), time.findall("beat-type"), strict=False):
            count = sum(number(b) or 0.0 for b in (beats.text or "").split("+"))
            kind = number(beat_type.text)
            if kind is None or not 1 <= kind <= 1024 or not 1 <= count <= 1024:
                return
            unit = max(unit, int(kind)) if quarters else int(kind)
            quarters += count * 4.0 / kind
        if quarters:
            self.part.meters.append((self.cursor, max(1, round(quarters * unit / 4.0)), unit))

    def _direction(self, element: ET.Element) -> None:
        offset = number(element.findtext("offset")) or 0.0
        shift = round(min(max(offset / self.divisions, -1e3), 1e3) * self.ticks_per_quarter)
        sound = element.find("sound")
        if sound is not None and self._sound(sound, shift):
            return
        for metronome in element.iter("metronome"):
            bpm = _metronome_bpm(metronome)
            if bpm is not None:
                self.part.tempi.append((max(0, self.cursor + shift), bpm))

    def _sound(self, element: ET.Element, shift: int = 0) -> bool:
        bpm = number(element.get("tempo"))
        if bpm is not None:
            self.part.tempi.append((max(0, self.cursor + shift), bpm))
        return bpm is not None

    def _barline(self, element: ET.Element) -> None:
        self.part.repeats |= element.find("repeat") is not None

    def _note(self, element: ET.Element) -> None:
        if element.find("grace") is not None:
            return
        duration = self._duration(element)
        if element.find("chord") is None:
            self.note_start = self.cursor
            self._move(duration)
        pitch = element.find("pitch")
        cue = element.find("cue") is not None and element.find("lyric") is None
        if pitch is None or duration <= 0 or cue:
            return
        key = _midi_key(pitch)
        if key is None or not 0 <= key + self.transpose <= 127:
            return
        self._sounding(element, key + self.transpose, self.note_start, self.note_start + duration)

    def _sounding(self, element: ET.Element, key: int, start: int, end: int) -> None:
        voice = (element.findtext("voice") or "1").strip()
        ties = {tie.get("type") for tie in element.findall("tie")}
        lyrics = {_verse(lyric): lyric for lyric in reversed(element.findall("lyric"))}
        slurred = self._slurs(element, voice)
        tied = self.open_ties.pop((voice, key), None)
        if tied is not None and "stop" in ties and tied.end == start and not any(map(has_text, lyrics.values())):
            tied.end = end
            note = tied
        else:
            velocity = _velocity(element)
            note = PartNote(start, end, key, voice, len(self.part.measures), velocity, lyrics, slurred)
            self.part.notes.append(note)
        if "start" in ties:
            self.open_ties[voice, key] = note

    def _slurs(self, element: ET.Element, voice: str) -> bool:
        """Whether a slur began before this note; a slur's own number tells nested ones apart."""
        slurred = any(name.startswith(voice + "/") for name in self.open_slurs)
        for slur in element.iterfind("notations/slur"):
            name = f"{voice}/{slur.get('number', '1')}"
            if slur.get("type") == "start":
                self.open_slurs.add(name)
            elif slur.get("type") == "stop":
                self.open_slurs.discard(name)
        return slurred


def number(text: str | None) -> float | None:
    """A finite number, or None for anything else."""
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def has_text(lyric: ET.Element) -> bool:
    """Whether a <lyric> brings a syllable rather than only a line or a tie."""
    return any((text.text or "").strip() for text in lyric.findall("text"))


def _verse(lyric: ET.Element) -> str:
    return (lyric.get("number") or lyric.get("name") or "1").strip()


def _velocity(element: ET.Element) -> int:
    """`dynamics` is in percent of 90 (the MusicXML standard's word for forte)."""
    percent = number(element.get("dynamics"))
    return 90 if percent is None else round(min(max(percent * 0.9, 1.0), 127.0))


def _midi_key(pitch: ET.Element) -> int | None:
    step = _STEPS.get((pitch.findtext("step") or "").strip())
    octave = number(pitch.findtext("octave"))
    if step is None or octave is None or not -2 <= octave <= 12:
        return None
    alter = number(pitch.findtext("alter")) or 0.0
    return round(12 * (octave + 1) + step + min(max(alter, -12.0), 12.0))


def _metronome_bpm(metronome: ET.Element) -> float | None:
    """Quarters per minute of a mark such as dotted quarter = c. 72; None for note = note."""
    unit = _BEAT_UNITS.get((metronome.findtext("beat-unit") or "").strip())
    figure = re.search(r"\d+(\.\d+)?", metronome.findtext("per-minute") or "")
    if unit is None or figure is None:
        return None
    dots = len(metronome.findall("beat-unit-dot"))
    return float(figure[0]) * unit * (2.0 - 0.5 ** min(dots, 4))
