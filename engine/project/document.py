"""`docs/project-file.md`, written from the tables: `python -m engine.project.document > docs/project-file.md`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from engine.project.file import MAX_BYTES, SUFFIX, project_bytes
from engine.project.json_text import MAX_DEPTH
from engine.project.model import NamedTake, Origin, PhraseTakes, Project, Tempi, Track, TrackNote
from engine.project.schema import FAULTS_KEPT, REQUIRED, Field, Shape
from engine.project.shapes import SHAPES
from engine.project.versions import MARK, VERSION
from engine.score import BLEND, KNOBS, Curve, NoteId

_BEGIN = f"""\
# The project file

What a `{SUFFIX}` file holds. This page is written from the tables in the program
(`python -m engine.project.document > docs/project-file.md`). How to work with one: [guide-project](guide-project.md).

It is JSON in UTF-8 with LF, made for people and version control: a note is a line, a take is a line, and saving a
project that did not change gives the same bytes.

## Rules

- `{MARK}` is the version, {VERSION} now. It is raised only when an older program would misread the file; older files
  are brought up when they are read, newer ones are refused in a sentence.
- **Nothing is lost.** Every object keeps fields that are not in its table, `curves` and `expression` keep knobs that
  the program does not know. So a script or a newer program may add fields of its own to any object; begin their names
  with something of yours (`"reaper:color"`), then no later version of ours means something else by them.
- Fields with a default may be left out. All times are quarters from the clip's start, as in the score.
- A file with faults is not used: each is told with its place, the first {FAULTS_KEPT} by `melisma project check`.
  Refused are also names given twice in an object, numbers that are not finite, more than {MAX_DEPTH} levels, and files
  over {MAX_BYTES >> 20} MB.
- Values of the same knob on the curve, the note and the track add up, or multiply where the neutral value is 1. Of
  knobs that are no curves the note's own value counts, else the track's.
- Takes hang on the note that their phrase began with when the first of them was made. A phrase has the takes of any of
  its notes: those of a locked phrase first, else those of its earliest note that has any.
- Files are written beside their place and renamed. Programs of ours on one machine take turns (a lock in the runtime
  folder, which ends with its process), and none writes over a file that is not what it had read.

## Knobs

| Knob | Range | Neutral | Where |
|---|---|---|---|
"""


def page() -> str:
    """The whole page."""
    lines = [f"| `{name}` | {_reach(name)} | {_neutral(name)} | {_where(name)} |" for name in KNOBS]
    lines.append(f"| `{BLEND}NAME` | 0 to 1 | 0 | curve |")
    tables = "\n".join(line for shape in SHAPES for line in _table(shape))
    return _BEGIN + "\n".join(lines) + "\n\n" + tables + f"\n## Example\n\n```json\n{_example()}```\n"


def _reach(name: str) -> str:
    knob = KNOBS[name]
    return f"{knob.low:g} to {knob.high:g} {knob.unit}".rstrip()


def _neutral(name: str) -> str:
    neutral = KNOBS[name].neutral
    return "the voice's own" if neutral is None else f"{neutral:g}"


def _where(name: str) -> str:
    knob = KNOBS[name]
    return ", ".join(place for place, there in (("curve", knob.curve), ("note", knob.note), ("track", True)) if there)


def _table(shape: Shape) -> Iterator[str]:
    yield f"## {shape.name}\n\n{shape.about}\n\n| Field | Holds | Default | Meaning |\n|---|---|---|---|"
    for field in shape.fields:
        yield f"| `{field.name}` | {field.kind.words} | {_default(field)} | {field.about} |"
    yield ""


def _default(field: Field) -> str:
    if field.default is REQUIRED:
        return "needed"
    plain: Any = field.kind.write(field.default)
    return f"`{json.dumps(plain)}`"


def _example() -> str:
    notes = (
        TrackNote(NoteId("n0"), 0.0, 1.0, 60, "Twin", ends_word=False),
        TrackNote(NoteId("n1"), 1.0, 1.0, 60, "kle", expression={"vibrato_depth": 60.0}),
        TrackNote(NoteId("n2"), 2.0, 2.0, 67, "star", phones=("S", "T", "AA", "R")),
    )
    takes = PhraseTakes("2", (NamedTake("1", 0, 0), NamedTake("2", 0, 1, "soft", liked=True)))
    track = Track(
        "t1",
        "Lead",
        "kathleen",
        "en",
        notes=notes,
        curves={"dynamics": Curve(((0.0, -6.0), (4.0, 0.0)))},
        drawn=(Curve(((2.0, 66.0), (2.5, 67.0))),),
        takes={"n0": takes},
    )
    project = Project("twinkle", Tempi(((0.0, 120.0),)), (track,), Origin("twinkle.mid", "clips/twinkle.mid", 4.0))
    return project_bytes(project).decode()


if __name__ == "__main__":
    print(page(), end="")
