"""What of the song is heard in the Sing panel: sung phrases at their places, behind faders, pans, mute and solo."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from engine.api.project import Track
from gui.panels.sing.phrase_sounds import PhraseSound
from gui.widgets.mixdown import RATE, Floats, Piece


@dataclass(frozen=True, slots=True)
class Placed:
    """A phrase's sound that begins at second `start_s` of the song."""

    start_s: float
    sound: PhraseSound


def heard(track: Track, solo: Collection[str]) -> bool:
    """Whether a track is heard now: not muted, and one of the solo ones where there are any."""
    return track.id in solo if solo else not track.mute


def pieces(tracks: Sequence[Track], placed: Mapping[str, Sequence[Placed]], solo: Collection[str]) -> tuple[Piece, ...]:
    """The sounds of all tracks (`placed` by the tracks' ids) for a mixdown."""
    return tuple(
        Piece(max(0.0, entry.start_s), _from_zero(entry), track.gain_db, track.pan, not heard(track, solo))
        for track in tracks
        for entry in placed.get(track.id, ())
    )


def _from_zero(entry: Placed) -> Floats:
    """Consonants before the song's first beat cannot be played: nothing comes before zero."""
    cut = max(0, round(-entry.start_s * RATE))
    return entry.sound.samples[:, cut:] if cut else entry.sound.samples
