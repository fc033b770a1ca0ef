"""The demo clips from their texts: `python -m engine.train.clips` writes presets/clips/*.mid.

A text of presets/clips/src has a head of `name: value` lines (title, language, tempo in quarters a minute,
meter, pickup in quarters) and, after an empty line, the notes:

    D4:1:A- | G4:2:maz- B4:0.5:ing G4:0.5:_ | @76 B4:2:grace! R:1 /

`pitch:quarters:syllable`; a syllable ends with `-` when its word goes on, `_` holds the one before;
`R:quarters` rests; `|` is checked to be a bar line, and every note to end by the next; `/` ends a line of the
song; `@76` sets the tempo; `#` begins a line of remarks.  Same text, same bytes.
"""

from __future__ import annotations

import argparse
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from engine.errors import InputError
from engine.score import Note, NoteId, Score, TempoMap, midi_bytes

CLIPS = Path(__file__).resolve().parents[2] / "presets" / "clips"
_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_NOTE = re.compile(r"(?P<step>[A-G])(?P<sign>[#b]?)(?P<octave>\d):(?P<quarters>[\d.]+):(?P<syllable>\S+)")
_REST = re.compile(r"R:(?P<quarters>[\d.]+)")
_TEMPO = re.compile(r"@(?P<bpm>[\d.]+)")
_HOLD = "_"
_CLOSE = 1e-9  # quarters, and bars


@dataclass
class _Reading:
    """What has been read so far; `at`, `pickup` and `bar` in quarters."""

    name: str
    bar: float
    pickup: float
    at: float = 0.0
    notes: list[Note] = field(default_factory=list)
    tempi: list[tuple[float, float]] = field(default_factory=list)
    breaks: list[NoteId] = field(default_factory=list)

    def bar_number(self, quarter: float) -> float:
        """Whole at a bar line; 0 begins the pickup bar, 1 the first full bar."""
        return 1.0 + (quarter - self.pickup) / self.bar

    def check_bar_line(self) -> None:
        number = self.bar_number(self.at)
        if abs(number - round(number)) > _CLOSE:
            self.fail("A bar does not add up", number)

    def add(self, quarters: float, note: Note | None) -> None:
        """A note or a rest; notes end at the bar line and go on as a held note."""
        end = self.at + quarters
        if note and int(self.bar_number(self.at) + _CLOSE) < int(self.bar_number(end) - _CLOSE):
            self.fail("A note crosses the bar line", self.bar_number(end))
        if note:
            self.notes.append(note)
        self.at = end

    def fail(self, what: str, number: float) -> NoReturn:
        last = " ".join(note.lyric or _HOLD for note in self.notes[-6:])
        raise InputError(f"{self.name}: {what.lower()} near bar {number:.2f}.", f"Count again after {last!r}.")


def parse_clip(text: str, name: str) -> Score:
    """The score a clip's text stands for.  Raises InputError naming the place where a bar does not add up."""
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    gap = lines.index("")
    head = dict(line.split(": ", 1) for line in lines[:gap])
    numerator, denominator = (int(part) for part in head["meter"].split("/"))
    pickup = float(head.get("pickup", 0))
    bar = numerator * 4 / denominator
    reading = _Reading(name, bar, pickup, tempi=[(0.0, float(head["tempo"]))])
    for token in " ".join(lines[gap:]).split():
        _read(token, reading)
    reading.check_bar_line()
    tempo_map = TempoMap(tuple(reading.tempi), ((0.0, numerator, denominator),), pickup)
    return Score(tuple(reading.notes), tempo_map, head["language"], head["title"], phrase_breaks=tuple(reading.breaks))


def _read(token: str, reading: _Reading) -> None:
    if token == "|":
        reading.check_bar_line()
    elif token == "/":
        reading.breaks.append(reading.notes[-1].id)
    elif tempo := _TEMPO.fullmatch(token):
        reading.tempi.append((reading.at, float(tempo["bpm"])))
    elif rest := _REST.fullmatch(token):
        reading.add(float(rest["quarters"]), None)
    elif note := _NOTE.fullmatch(token):
        reading.add(float(note["quarters"]), _note(note, reading))
    else:
        raise InputError(f"{reading.name}: {token!r} is neither a note nor a mark.", "Write pitch:quarters:syllable.")


def _note(match: re.Match[str], reading: _Reading) -> Note:
    key = 12 * (int(match["octave"]) + 1) + _STEPS[match["step"]] + {"#": 1, "b": -1, "": 0}[match["sign"]]
    syllable = match["syllable"]
    holds = syllable == _HOLD
    return Note(
        id=NoteId(f"n{len(reading.notes) + 1}"),
        start=reading.at,
        duration=float(match["quarters"]),
        key=key,
        lyric="" if holds else syllable.removesuffix("-"),
        ends_word=reading.notes[-1].ends_word if holds else not syllable.endswith("-"),
        holds=holds,
    )


def clip_bytes(source: Path) -> bytes:
    """The MIDI file of one text."""
    return midi_bytes(parse_clip(source.read_text(encoding="utf-8"), source.name))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=CLIPS, help="holds src/*.txt and receives *.mid")
    folder: Path = parser.parse_args().folder
    for source in sorted((folder / "src").glob("*.txt")):
        target = folder / f"{source.stem}.mid"
        target.write_bytes(clip_bytes(source))
        print(target)


if __name__ == "__main__":
    main()
