"""A Standard MIDI File with lyrics to a `Score`."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace

from engine.errors import InputError
from engine.score import midi_lyrics
from engine.score.assemble import Finding, RawNote, assemble, chord_tolerance, make_monophonic
from engine.score.charset import check_charset, decode, detect_charset
from engine.score.languages import TAG_OF_KARAOKE
from engine.score.midi_file import RawMidi, RawTrack, read_raw_midi
from engine.score.midi_lyrics import Words
from engine.score.model import Score
from engine.score.parts import ScorePart, has_words
from engine.score.tempo import TempoMap

_VOCAL_NAMES = ("vocal", "vox", "voice", "sing", "lead", "melody")
_DRUM_CHANNEL = 9
_MAX_CANDIDATES = 256  # tracks that are weighed; more come only from hostile files


def read_midi(data: bytes, track: int | str | None = None, charset: str | None = None) -> Score:
    """Read a MIDI file of type 0 or 1, given as bytes.

    `track` is a track's number (from 0) or name (case and surrounding space do not count); without it
    the track whose notes have the most lyrics is sung, else one named like a voice, else the first.
    `charset` is a Python codec name; without it the charset is found over all words together.
    Raises InputError where the bytes or the options cannot be used.
    """
    raw, charset, findings = _read(data, charset)
    vocal = _choose_track(raw, track, charset)
    return _score(raw, vocal, charset, [*findings, *_notice_of_tracks(raw, vocal, track, charset)])


def read_midi_parts(data: bytes) -> list[ScorePart]:
    """Every melodic track with notes; drums alone where there is nothing else.  Raises as `read_midi`."""
    raw, charset, findings = _read(data, None)
    main = _choose_track(raw, None, charset)
    singing = [t for t in raw.tracks if t.notes]
    melodic = [t for t in singing if t.channel != _DRUM_CHANNEL] or singing
    parts = []
    for t in melodic or [main]:
        score = _score(raw, t, charset, findings)
        words = has_words(score) if t is main else _own_words(raw, t)
        parts.append(ScorePart(decode(t.name, charset).strip(), score, words, t is main))
    return parts


def _read(data: bytes, charset: str | None) -> tuple[RawMidi, str, list[Finding]]:
    """The file, the charset of its words, and what is to be said of that."""
    raw = read_raw_midi(data)
    if charset is not None:
        return raw, check_charset(charset), []
    charset, guessed = detect_charset([text for t in raw.tracks for _, text in (*t.lyrics, *t.texts)])
    text = f"The lyrics look like {charset}; choose another charset if they read wrong."
    return raw, charset, [Finding("charset", text, severity="info", placed=False)] if guessed else []


def _score(raw: RawMidi, vocal: RawTrack, charset: str, findings: Sequence[Finding]) -> Score:
    notes, mono = make_monophonic(vocal.notes, chord_tolerance(raw.ticks_per_quarter))
    notes, unused = _attach_lyrics(notes, vocal, raw, charset)
    found = [*(_named(f, notes) for f in (*vocal.findings, *findings)), *mono, *unused]
    return assemble(
        notes, raw.ticks_per_quarter, _tempo_map(raw), found, _kar_language(raw), _title(raw, vocal, charset)
    )


def _own_words(raw: RawMidi, track: RawTrack) -> bool:
    """Whether words stand on the track itself, not only on others whose notes begin with its own."""
    tolerance = midi_lyrics.match_tolerance(raw.ticks_per_quarter)
    return midi_lyrics.choose_events(Words.of([track]), Words.of([]), _onsets(track), tolerance)[0] > 0


def _onsets(track: RawTrack) -> list[int]:
    return sorted({note.start for note in track.notes})


def _choose_track(raw: RawMidi, wanted: int | str | None, charset: str) -> RawTrack:
    if wanted is not None:
        return _named_track(raw, wanted, charset)
    singing = [t for t in raw.tracks if t.notes]
    if not singing:
        return raw.tracks[0] if raw.tracks else RawTrack(0)
    melodic = [t for t in singing if t.channel != _DRUM_CHANNEL] or singing
    if len(melodic) == 1:
        return melodic[0]
    tolerance = midi_lyrics.match_tolerance(raw.ticks_per_quarter)
    pool = Words.of(_word_tracks(raw))
    candidates = melodic if pool.lyrics or pool.texts else [t for t in melodic if t.lyrics or t.texts]
    fits = [
        (midi_lyrics.choose_events(Words.of([t]), pool, _onsets(t), tolerance)[0], t)
        for t in candidates[:_MAX_CANDIDATES]
    ]
    best = max(fits, key=lambda pair: pair[0], default=None)
    if best is not None and best[0] > 0:
        return best[1]
    for name in _VOCAL_NAMES:
        for t in melodic:
            if name in decode(t.name, charset).lower():
                return t
    return melodic[0]


def _word_tracks(raw: RawMidi) -> list[RawTrack]:
    """Tracks that hold words and no notes: karaoke files keep them apart from the melody."""
    return [t for t in raw.tracks if not t.notes and (t.lyrics or t.texts)]


def _named_track(raw: RawMidi, wanted: int | str, charset: str) -> RawTrack:
    singing = [t for t in raw.tracks if t.notes]
    number = int(wanted) if isinstance(wanted, str) and wanted.strip().isdecimal() else wanted
    if isinstance(wanted, str):
        for t in singing:
            if decode(t.name, charset).strip().casefold() == wanted.strip().casefold():
                return t
    for t in singing:
        if t.index == number:
            return t
    known = ", ".join(_label(t, charset) for t in singing[:12]) or "none"
    raise InputError(f"There is no track {wanted!r} with notes in the MIDI file.", f"Tracks with notes: {known}.")


def _label(track: RawTrack, charset: str) -> str:
    name = decode(track.name, charset).strip()
    return f"{track.index} ({name})" if name else str(track.index)


def _notice_of_tracks(raw: RawMidi, vocal: RawTrack, wanted: int | str | None, charset: str) -> list[Finding]:
    singing = [t for t in raw.tracks if t.notes]
    if wanted is not None or len(singing) < 2:
        return []
    labels = ", ".join(_label(t, charset) for t in singing[:12]) + (", ..." if len(singing) > 12 else "")
    text = f"Track {_label(vocal, charset)} is sung; the tracks with notes are {labels}."
    return [Finding("several_tracks", text, severity="info", placed=False)]


def _attach_lyrics(
    notes: list[RawNote], vocal: RawTrack, raw: RawMidi, charset: str
) -> tuple[list[RawNote], list[Finding]]:
    tolerance = midi_lyrics.match_tolerance(raw.ticks_per_quarter)
    onsets = [note.start for note in notes]
    own = Words.of([vocal])
    value, events = midi_lyrics.choose_events(own, Words.of(_word_tracks(raw)), onsets, tolerance)
    if not value:  # a track the user chose may have to sing the words of another
        value, events = midi_lyrics.choose_events(own, Words.of(raw.tracks), onsets, tolerance)
    if not value:
        return notes, []
    timed = midi_lyrics.parse_events([(tick, decode(text, charset)) for tick, text in events])
    syllables, left_over = midi_lyrics.match_syllables(onsets, timed, tolerance)
    unused = []
    for item in left_over:
        i = min(bisect_left(onsets, item.tick), len(onsets) - 1)
        text = f'no note starts where "{item.syllable.text or "-"}" is written; it is not sung.'
        unused.append(Finding("too_many_syllables", text, item.tick, i))
    return [replace(n, syllable=s) for n, s in zip(notes, syllables, strict=True)], unused


def _named(finding: Finding, notes: Sequence[RawNote]) -> Finding:
    """Give a finding of the track's own reading the note that starts there, if one does."""
    if not finding.placed:
        return finding
    i = bisect_left(notes, finding.tick, key=lambda n: n.start)
    return replace(finding, index=i) if i < len(notes) and notes[i].start == finding.tick else finding


def _tempo_map(raw: RawMidi) -> TempoMap:
    """A first meter that lasts one short bar is how notation programs write a pickup."""
    ppq = raw.ticks_per_quarter
    meters = [(tick / ppq, n, d) for tick, n, d in sorted(raw.meters, key=lambda m: m[0])]
    pickup = 0.0
    if len(meters) > 1 and meters[0][0] == 0.0:
        (_, n0, d0), (q1, n1, d1) = meters[:2]
        if abs(q1 - n0 * 4.0 / d0) < 1e-6 and n0 * d1 < n1 * d0:
            pickup = q1
            meters[:2] = [(0.0, n1, d1)]
    return TempoMap.from_events([(tick / ppq, 60e6 / us) for tick, us in raw.tempi], meters, pickup)


def _kar_language(raw: RawMidi) -> str:
    for track in raw.tracks:
        for _, text in track.texts:
            if text.startswith(b"@L"):
                return TAG_OF_KARAOKE.get(text[2:6].decode("latin1").upper(), "")
    return ""


def _title(raw: RawMidi, vocal: RawTrack, charset: str) -> str:
    for track in raw.tracks:
        for _, text in track.texts:
            if text.startswith(b"@T"):
                return decode(text[2:], charset).strip()
    first = raw.tracks[0] if raw.tracks else vocal
    return "" if first is vocal and len(raw.tracks) > 1 else decode(first.name, charset).strip()
