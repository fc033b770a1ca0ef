"""The tables of the project file: every object with its fields.  `docs/project-file.md` is written from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine.project.kinds import Flag, Maybe, Number, Row, Several, Table, Text
from engine.project.model import NamedTake, Origin, PhraseTakes, Project, Tempi, Track, TrackChoir, TrackNote
from engine.project.schema import Faults, Field, Shape, member, shown
from engine.score import BLEND, DRAWN_KEYS, KNOBS, Curve
from engine.score.tempo import MAX_BPM, MIN_BPM

LONGEST_QUARTERS = 1e6
"""A hundred hours of quarters at a usual tempo."""
MAX_SEED = 2**53 - 1
"""Whole numbers that every program's JSON keeps."""
MAX_NOTES = 100_000
MAX_TRACKS = 64
MAX_POINTS = 100_000

SEED = Number(0, MAX_SEED, whole=True)
QUARTERS = Number(0, LONGEST_QUARTERS, "quarters")
SHARE = Number(0, 1)


@dataclass(frozen=True, slots=True)
class Points:
    """A curve's points, `[quarters, value]` each, by ascending quarters."""

    value: Number

    @property
    def words(self) -> str:
        return f"list of `[quarters, value]`, {self.value.range}"

    def read(self, raw: Any, place: str, faults: Faults) -> Any:
        """A `Curve`."""
        before = faults.count
        point = Several((QUARTERS, self.value), "[quarters, value]")
        points = Row(point, MAX_POINTS, fewest=1).read(raw, place, faults)
        if faults.count != before:
            return None
        for i in range(1, len(points)):
            if points[i][0] < points[i - 1][0]:
                faults.add(f"{place}[{i}]", "must not come before the point before it")
                return None
        return Curve(points)

    def write(self, value: Curve) -> Any:
        """A list."""
        return [[QUARTERS.write(at), self.value.write(height)] for at, height in value.points]

    def unknown(self, _raw: Any) -> dict[str, Any]:
        """Nothing."""
        return {}


def knob_range(name: str) -> Number | None:
    """What a knob may be; None for one that there is not."""
    if name.startswith(BLEND) and len(name) > len(BLEND):
        return SHARE
    return Number(KNOBS[name].low, KNOBS[name].high, KNOBS[name].unit) if name in KNOBS else None


@dataclass(frozen=True, slots=True)
class Knobs:
    """An object of knobs by name: as `curves`, or single values (`track`: for a whole track).  Others are kept."""

    curves: bool = False
    track: bool = False

    @property
    def words(self) -> str:
        return "object: knob → " + ("points" if self.curves else "value")

    def read(self, raw: Any, place: str, faults: Faults) -> Any:
        """A dict of those that are known."""
        if not isinstance(raw, dict):
            faults.add(place, f"must be an object, is {shown(raw)}")
            return None
        found: dict[str, Any] = {}
        for name in sorted(set(raw) - set(self.unknown(raw))):
            reach = knob_range(name)
            if reach is None:
                continue
            if why := self._misplaced(name):
                faults.add(member(place, name), why)
                continue
            kind = Points(reach) if self.curves else reach
            found[name] = kind.read(raw[name], member(place, name), faults)
        return found

    def _misplaced(self, name: str) -> str:
        knob = KNOBS.get(name)
        if self.curves:
            return "cannot change over time; set it per note" if knob and not knob.curve else ""
        if knob is None:
            return "is a curve, not a single value"
        return "" if knob.note or self.track else "cannot be set per note; give a curve"

    def write(self, value: Any) -> Any:
        """A dict."""
        kinds = {name: knob_range(name) for name in value}
        return {
            name: (Points(kind) if self.curves else kind).write(value[name])
            for name, kind in sorted(kinds.items())
            if kind is not None
        }

    def unknown(self, raw: Any) -> dict[str, Any]:
        """Knobs of a newer program."""
        return {n: v for n, v in raw.items() if knob_range(n) is None} if isinstance(raw, dict) else {}


NOTE = Shape(
    "note",
    "One sounding pitch. Notes of a track do not overlap.",
    (
        Field("id", Text(100, empty=False), "stays with the note, whatever is edited; unique in its track"),
        Field("start", QUARTERS, "from the clip's start"),
        Field("duration", Number(1e-6, LONGEST_QUARTERS, "quarters"), "length"),
        Field("key", Number(0, 127, whole=True), "MIDI note number; 60 is middle C"),
        Field("lyric", Text(), "the syllable, without hyphens", ""),
        Field("ends_word", Flag(), "whether the next syllable begins a new word", True),
        Field("holds", Flag(), "a melisma: the vowel before goes on", False),
        Field("continues_word", Flag(), "sings the next syllable of a word written whole before", False),
        Field("phones", Row(Text(20, empty=False), 200), "own pronunciation of the word", ()),
        Field("breath", Flag(), "an audible breath instead of a syllable", False),
        Field("velocity", Number(1, 127, whole=True), "as the MIDI file has it", 90),
        Field("language", Text(35), "IETF tag; empty: as the track", ""),
        Field("expression", Knobs(), "knobs set on this note", {}),
    ),
    TrackNote,
)

TAKE = Shape(
    "take",
    "One way to sing a phrase.",
    (
        Field("id", Text(100, empty=False), "unique in its phrase"),
        Field("pitch_seed", SEED, "chance in pitch"),
        Field("timbre_seed", SEED, "chance in timbre"),
        Field("name", Text(), "what the producer calls it", ""),
        Field("liked", Flag(), "worth keeping", False),
        Field("locked", Flag(), "the phrase stays with it: no retakes until it is unlocked", False),
    ),
    NamedTake,
)

TAKES = Shape(
    "takes",
    "The takes of one phrase.",
    (
        Field("chosen", Text(100, empty=False), "id of the take that is sung"),
        Field("takes", Row(TAKE, 1000, fewest=1), "all of them, the oldest first"),
    ),
    PhraseTakes,
)

CHOIR = Shape(
    "choir",
    "Several takes of a track at once.",
    (
        Field("voices", Number(2, 16, whole=True), "how many sing"),
        Field("spread_ms", Number(0, 100, "ms"), "standard deviation of their times", 15.0, always=True),
        Field("detune_cents", Number(0, 100, "cents"), "standard deviation of their pitches", 8.0, always=True),
        Field("width", SHARE, "0: all in the middle; 1: from the far left to the far right", 0.7, always=True),
        Field("seed", SEED, "another seed, another choir", 0),
        Field("speakers", Row(Text(100, empty=False), 16), "who the others are, in turn; empty: the same voice", ()),
    ),
    TrackChoir,
)

TRACK = Shape(
    "track",
    "One part: its notes and who sings them how.",
    (
        Field("id", Text(100, empty=False), "unique in the project"),
        Field("name", Text(200), "also part of the file name of its stem"),
        Field("voice", Text(200), "id of a voice, or a speaker's name; empty: the default voice", "", always=True),
        Field("language", Text(35), "IETF tag; empty: as the words look", "", always=True),
        Field("seed", SEED, "of phrases without takes", 0, always=True),
        Field("num_steps", Maybe(Number(1, 1000, whole=True)), "of the sampler; `null`: as the voice says", None),
        Field("temperature", Maybe(Number(0, 2)), "how far a take may stray; `null`: as the voice says", None),
        Field("transpose", Number(-48, 48, "semitones", whole=True), "of all notes", 0, always=True),
        Field("gain_db", Number(-60, 24, "dB"), "fader", 0.0, always=True),
        Field("pan", Number(-1, 1), "-1 left, 1 right", 0.0, always=True),
        Field("mute", Flag(), "is not sung", False, always=True),
        Field("chain", Text(200), "id of the chain of effects behind the track; empty: none", ""),
        Field("blend", Table(SHARE, 64, "speaker"), "shares of other speakers; the rest is the track's own voice", {}),
        Field("choir", Maybe(CHOIR), "how many sing together; `null`: one", None),
        Field("expression", Knobs(track=True), "knobs for the whole track", {}),
        Field("notes", Row(NOTE, MAX_NOTES), "by ascending start, without overlaps", (), always=True),
        Field("phrase_breaks", Row(Text(100, empty=False), MAX_NOTES), "ids of notes after which a line ends", ()),
        Field("curves", Knobs(curves=True), "knobs over time", {}),
        Field(
            "drawn",
            Row(Points(Number(*DRAWN_KEYS, "keys")), MAX_NOTES),
            "pieces of pitch in fractional MIDI keys, by ascending start, that replace the planned pitch",
            (),
        ),
        Field("takes", Table(TAKES, MAX_NOTES, "note id"), "of each phrase, by the note that it began with", {}),
    ),
    Track,
)

TEMPO_MAP = Shape(
    "tempo_map",
    "Tempo and meter; quarters are the unit of all times.",
    (
        Field(
            "tempi",
            Row(Several((QUARTERS, Number(MIN_BPM, MAX_BPM)), "[quarters, bpm]"), MAX_POINTS, fewest=1),
            "each from its quarter on, in quarters a minute",
        ),
        Field(
            "meters",
            Row(
                Several(
                    (QUARTERS, Number(1, 1000, whole=True), Number(1, 1024, whole=True)),
                    "[quarters, numerator, denominator]",
                ),
                MAX_POINTS,
                fewest=1,
            ),
            "each from its quarter on",
            ((0.0, 4, 4),),
            always=True,
        ),
        Field("pickup", QUARTERS, "length of a short first bar", 0.0),
    ),
    Tempi,
)

CLIP = Shape(
    "clip",
    "Where the notes came from. The notes are all in the project: the file need not be there.",
    (
        Field("name", Text(500), "of the file"),
        Field("path", Text(2000), "from the project's folder down, with `/`; empty: it lay elsewhere", ""),
        Field("position_s", Number(0, 1e7, "s"), "where the clip begins in the DAW", 0.0, always=True),
    ),
    Origin,
)

PROJECT = Shape(
    "project",
    "The whole file.",
    (
        Field("name", Text(500), "of the song"),
        Field("tempo_map", TEMPO_MAP, "what times the notes"),
        Field("clip", Maybe(CLIP), "where the notes came from", None),
        Field("tracks", Row(TRACK, MAX_TRACKS), "the parts"),
    ),
    Project,
)

SHAPES = (PROJECT, TEMPO_MAP, CLIP, TRACK, NOTE, CHOIR, TAKES, TAKE)
