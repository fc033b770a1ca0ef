"""How tracks, phrases and takes of a project look in a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

_WORDS = 44
_LYRIC = 14


def track_line(track: dict[str, Any]) -> str:
    """One track: who sings it, and what was turned."""
    parts = [track["voice"] or "default voice", f"{track['notes']} notes"]
    parts += [f"{track['choir']} voices"] if track["choir"] else []
    parts += [f"{track['gain_db']:+g} dB"] if track["gain_db"] else []
    parts += [f"pan {track['pan']:+g}"] if track["pan"] else []
    parts += [f"{track['transpose']:+d} semitones"] if track["transpose"] else []
    parts += [f"{name}={value:g}" for name, value in track["expression"].items()]
    parts += [f"{name}={share:g}" for name, share in track["blend"].items()]
    parts += [f"curves: {' '.join(track['curves'])}"] if track["curves"] else []
    parts += ["drawn pitch"] if track["drawn"] else []
    parts += ["muted"] if track["mute"] else []
    return f"{track['number']}  {track['name']}: {', '.join(parts)}"


def phrase_line(phrase: dict[str, Any]) -> str:
    """One phrase: its number, bar, words and take."""
    words = phrase["words"] if len(phrase["words"]) <= _WORDS else phrase["words"][: _WORDS - 3] + "..."
    line = f"   {phrase['phrase']:<4} bar {phrase['bar']:<4} {words:<{_WORDS}}"
    if phrase["take"] is not None:
        line += f"  {take_words(phrase['take'], phrase['take_name'], phrase)} of {phrase['take_count']}"
    return line.rstrip()


def note_lines(notes: Sequence[dict[str, Any]]) -> list[str]:
    """The notes of a phrase: bar.beat (as `project set --note` takes it), quarters, key, lyric, sounds, own knobs."""
    if not notes:
        return []
    wide = min(_LYRIC, max(len(note["lyric"]) for note in notes))
    return [_note_line(note, max(wide, len("lyric"))) for note in ({}, *notes)]


def _note_line(note: dict[str, Any], wide: int) -> str:
    """One note, or the heading above them where there is none."""
    cells: tuple[str, ...] = ("bar.beat", "length", "key", "lyric", "phones", "")
    if note:
        sung = " ".join(note["phones"])
        knobs = [f"{name}={value:g}" for name, value in note["knobs"].items()]
        knobs = ["by hand"] * bool(note["by_hand"]) + [note["language"]] * bool(note["language"]) + knobs
        lyric = note["lyric"] if len(note["lyric"]) <= _LYRIC else note["lyric"][: _LYRIC - 3] + "..."
        place = f"{note['bar']}.{note['beat']:g}"
        cells = (place, f"{note['length_quarters']:g}", note["key_name"], lyric, sung, ", ".join(knobs))
    place, length, key, lyric, phones, more = cells
    return f"        {place:<9} {length:<7} {key:<4} {lyric:<{wide}}  {phones:<16}  {more}".rstrip()


def take_words(take: str, name: str, state: dict[str, Any]) -> str:
    """A take's id, name and state."""
    marks = [word for word in ("liked", "locked") if state[word]]
    return f"take {take}" + (f" “{name}”" if name else "") + (f" ({', '.join(marks)})" if marks else "")


def take_line(take: dict[str, Any]) -> str:
    """One take in the list of a phrase's."""
    mark = ">" if take["chosen"] else " "
    return (
        f"{mark} {take_words(take['id'], take['name'], take)}  pitch {take['pitch_seed']}, timbre {take['timbre_seed']}"
    )
