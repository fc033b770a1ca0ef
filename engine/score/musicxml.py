"""A MusicXML score (.musicxml, .xml, .mxl) to a `Score`: the part and verse that are sung.

Repeats are not unrolled: what is written once is sung once.  Source: MusicXML 4.0, partwise and timewise.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from math import lcm

from engine.errors import InputError
from engine.score.assemble import Finding, RawNote, assemble, make_monophonic
from engine.score.model import Score
from engine.score.musicxml_file import read_root, unpack_mxl
from engine.score.musicxml_part import Part, PartNote, PartReader, has_text, number
from engine.score.parts import ScorePart
from engine.score.syllables import Syllable, parse_syllable
from engine.score.tempo import TempoMap

_MAX_TICKS_PER_QUARTER = 1_000_000
_FALLBACK_TICKS_PER_QUARTER = 10_080  # 2^5 * 3^2 * 5 * 7: every common tuplet lands on a tick


def read_musicxml(data: bytes, track: int | str | None = None, verse: int | str = 1) -> Score:
    """Read a MusicXML score given as bytes, zipped (.mxl) or plain.

    `track` is a part's number (from 0), id or name; without it the part with the most lyrics is sung.
    `verse` is a <lyric> number; measures that lack it sing the first verse they have (refrains).
    Raises InputError where the bytes or the options cannot be used.
    """
    root, ticks_per_quarter, parts = _read(data)
    part = _choose_part(parts, track)
    return _score(root, ticks_per_quarter, parts, part, str(verse), _notices(parts, part, track))


def read_musicxml_parts(data: bytes) -> list[ScorePart]:
    """Every part with notes, in its first verse.  Raises as `read_musicxml`."""
    root, ticks_per_quarter, parts = _read(data)
    main = _choose_part(parts, None)
    return [
        ScorePart(
            part.name,
            _score(root, ticks_per_quarter, parts, part, "1", _repeat_notice(part)),
            _count_lyrics(part.notes) > 0,
            part is main,
        )
        for part in [part for part in parts if part.notes] or [main]
    ]


def _read(data: bytes) -> tuple[ET.Element, int, list[Part]]:
    root = read_root(unpack_mxl(data) if data[:2] == b"PK" else data)
    ticks_per_quarter = _ticks_per_quarter(root)
    return root, ticks_per_quarter, _read_parts(root, ticks_per_quarter)


def _score(
    root: ET.Element, ticks_per_quarter: int, parts: list[Part], part: Part, verse: str, findings: list[Finding]
) -> Score:
    notes = _sung_voice(part.notes)
    verses = _verse_by_measure(notes, verse)
    if verse != "1" and notes and verse not in verses.values():
        raise InputError(f"The part {_label(part, parts)} has no verse {verse}.", "Choose one that is written there.")
    raws, mono = make_monophonic(_raw_notes(notes, verses), tolerance=0)
    tempi = [tempo for p in (part, *parts) for tempo in p.tempi]
    tempo_map = _tempo_map(part, tempi, ticks_per_quarter)
    title = root.findtext("work/work-title") or root.findtext("movement-title") or ""
    return assemble(raws, ticks_per_quarter, tempo_map, findings + mono, _language(root), title.strip())


def _ticks_per_quarter(root: ET.Element) -> int:
    """A tick that every <divisions> in the file is a multiple of, so that times stay whole."""
    ticks = 1
    for element in root.iter("divisions"):
        value = number(element.text)
        if value is None or value <= 0:
            continue
        ticks = lcm(ticks, int(value)) if value == int(value) else _MAX_TICKS_PER_QUARTER + 1
        if ticks > _MAX_TICKS_PER_QUARTER:
            return _FALLBACK_TICKS_PER_QUARTER
    return ticks


def _read_parts(root: ET.Element, ticks_per_quarter: int) -> list[Part]:
    names = {e.get("id", ""): (e.findtext("part-name") or "").strip() for e in root.iterfind("part-list/score-part")}
    measures: dict[str, list[ET.Element]] = {}
    if root.tag == "score-partwise":
        for part in root.findall("part"):
            measures.setdefault(part.get("id", ""), []).extend(part.findall("measure"))
    else:
        for measure in root.findall("measure"):
            for part in measure.findall("part"):
                part.set("implicit", measure.get("implicit", "no"))
                measures.setdefault(part.get("id", ""), []).append(part)
    if not measures:
        raise InputError("The MusicXML score has no parts.", "Export a score with at least one voice.")
    return [PartReader(pid, names.get(pid, ""), ticks_per_quarter).read(rows) for pid, rows in measures.items()]


def _count_lyrics(notes: Sequence[PartNote]) -> int:
    return sum(any(map(has_text, note.lyrics.values())) for note in notes)


def _choose_part(parts: list[Part], wanted: int | str | None) -> Part:
    if wanted is None:
        sounding = [p for p in parts if p.notes] or parts
        return max(sounding, key=lambda p: _count_lyrics(p.notes))
    text = str(wanted).strip().casefold()
    for part in parts:
        if isinstance(wanted, str) and text in (part.id.casefold(), part.name.casefold()):
            return part
    if text.isdecimal() and int(text) < len(parts):
        return parts[int(text)]
    known = ", ".join(_label(p, parts) for p in parts[:12])
    raise InputError(f"There is no part {wanted!r} in the score.", f"Its parts are {known}.")


def _label(part: Part, parts: list[Part]) -> str:
    index = parts.index(part)
    return f"{index} ({part.name})" if part.name else str(index)


def _notices(parts: list[Part], part: Part, wanted: int | str | None) -> list[Finding]:
    findings: list[Finding] = []
    singing = [p for p in parts if _count_lyrics(p.notes)]
    if wanted is None and (len(singing) > 1 or (not singing and len(parts) > 1)):
        labels = ", ".join(_label(p, parts) for p in (singing or parts)[:12])
        text = f"Part {_label(part, parts)} is sung; the parts to choose from are {labels}."
        findings.append(Finding("several_tracks", text, severity="info", placed=False))
    return findings + _repeat_notice(part)


def _repeat_notice(part: Part) -> list[Finding]:
    text = "The score has repeat signs; every bar is sung once, as it is written."
    return [Finding("repeats", text, severity="info", placed=False)] if part.repeats else []


def _sung_voice(notes: list[PartNote]) -> list[PartNote]:
    """The voice with the most lyrics, and in its rests the lyrics of other voices in the part."""
    if not notes:
        return []
    lyric_counts = Counter(n.voice for n in notes if any(map(has_text, n.lyrics.values())))
    counts = lyric_counts or Counter(n.voice for n in notes)
    main = max(counts, key=lambda voice: counts[voice])
    sung = sorted((n for n in notes if n.voice == main), key=lambda n: n.start)
    ends: list[int] = []  # running maximum, so that one look tells whether the place is taken
    for note in sung:
        ends.append(max(note.end, ends[-1] if ends else 0))
    extra = []
    for note in notes:
        if note.voice != main and note.lyrics:
            i = bisect_left(sung, note.end, key=lambda n: n.start)
            if i == 0 or ends[i - 1] <= note.start:
                extra.append(note)
    return sorted(sung + extra, key=lambda n: n.start)


def _verse_by_measure(notes: Sequence[PartNote], verse: str) -> dict[int, str]:
    """For every measure with lyrics the verse to sing there: the wanted one, else the first written."""
    written: dict[int, set[str]] = {}
    for note in notes:
        names = {name for name, lyric in note.lyrics.items() if has_text(lyric)}
        if names:
            written.setdefault(note.measure, set()).update(names)
    return {m: verse if verse in names else min(names, key=lambda n: (len(n), n)) for m, names in written.items()}


def _raw_notes(notes: Sequence[PartNote], verses: dict[int, str]) -> list[RawNote]:
    raws: list[RawNote] = []
    for note in notes:
        lyric = note.lyrics.get(verses.get(note.measure, "1"))
        syllable = None if lyric is None else _syllable(lyric)
        if syllable is None and note.slurred:
            syllable = Syllable(holds=True)
        raws.append(RawNote(note.start, note.end, note.key, note.velocity, syllable))
    return _unhold_first(raws)


def _unhold_first(raws: list[RawNote]) -> list[RawNote]:
    """A slur over notes before any lyric is phrasing, not melisma."""
    for i, raw in enumerate(raws):
        if raw.syllable is not None and not raw.syllable.holds:
            break
        raws[i] = replace(raw, syllable=None)
    return raws


def _syllable(lyric: ET.Element) -> Syllable | None:
    """Texts joined by <elision> are two syllables on one note; the last <syllabic> tells if the word ends."""
    texts = [(e.text or "").strip() for e in lyric.findall("text")]
    written = " ".join(text for text in texts if text)
    if not written:
        return Syllable(holds=True) if lyric.find("extend") is not None else None
    syllable = parse_syllable(written)
    if syllable.holds or syllable.continues_word or syllable.breath:
        return syllable
    syllabics = [(e.text or "").strip() for e in lyric.findall("syllabic")]
    breaks = lyric.find("end-line") is not None or lyric.find("end-paragraph") is not None
    goes_on = syllabics[-1] in ("begin", "middle") if syllabics else not syllable.ends_word
    joins = syllable.joins_previous or bool(syllabics and syllabics[0] in ("middle", "end"))
    return replace(syllable, ends_word=not goes_on, joins_previous=joins, breaks_phrase=breaks)


def _tempo_map(part: Part, tempi: list[tuple[int, float]], ticks_per_quarter: int) -> TempoMap:
    first: dict[int, float] = {}
    for tick, bpm in tempi:
        first.setdefault(tick, bpm)
    meters = [(tick / ticks_per_quarter, n, d) for tick, n, d in part.meters]
    pickup = 0.0
    if part.measures:
        start, end, _ = part.measures[0]
        meter = meters[0][1:] if meters and meters[0][0] == 0.0 else (4, 4)
        length = (end - start) / ticks_per_quarter
        pickup = length if length < meter[0] * 4.0 / meter[1] - 1e-9 and len(part.measures) > 1 else 0.0
    quarters = [(tick / ticks_per_quarter, bpm) for tick, bpm in first.items()]
    plain = TempoMap.from_events(quarters, meters, pickup)
    return TempoMap.from_events(quarters, [*meters, *_new_bars(part, plain, ticks_per_quarter)], pickup)


def _new_bars(part: Part, plain: TempoMap, ticks_per_quarter: int) -> list[tuple[float, int, int]]:
    """After bars longer or shorter than their meter the count begins anew at the next real bar line.

    Implicit measures (halves of a bar split by a repeat sign) are not counted by notation programs,
    and two halves that make a whole leave the grid as it was.
    """
    resets: list[tuple[float, int, int]] = []
    origin, index, stretched = plain.pickup, 0, False
    meters = plain.meters
    for start, end, implicit in part.measures:
        quarter = start / ticks_per_quarter
        while index + 1 < len(meters) and meters[index + 1][0] <= quarter + 1e-9:
            index += 1
            origin = max(origin, meters[index][0])
        _, numerator, denominator = meters[index]
        bars = (quarter - origin) * denominator / (4.0 * numerator)
        off_grid = quarter > origin and not implicit and abs(bars - round(bars)) > 1e-6
        beats = (end - start) / ticks_per_quarter * denominator / 4.0
        long = beats > numerator and abs(beats - round(beats)) < 1e-6
        if off_grid or stretched or long:
            resets.append((quarter, round(beats) if long else numerator, denominator))
            origin = quarter
        stretched = long
    return resets


def _language(root: ET.Element) -> str:
    xml_lang = "{http://www.w3.org/XML/1998/namespace}lang"
    for element in root.iterfind("defaults/lyric-language"):
        return element.get(xml_lang, "").split("-")[0]
    for text in root.iterfind(".//lyric/text"):
        if text.get(xml_lang):
            return text.get(xml_lang, "").split("-")[0]
    return ""
