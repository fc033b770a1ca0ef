"""What of the song is heard in the Sing panel: sung phrases at their places, behind faders, pans, mute and solo."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
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


class Pieces:
    """The sounds of all tracks for a mixdown.  What is as before is the same piece again, and need not be laid anew."""

    def __init__(self) -> None:
        self._made: dict[Hashable, Piece] = {}

    def of(
        self, tracks: Sequence[Track], placed: Mapping[str, Sequence[Placed]], solo: Collection[str]
    ) -> tuple[Piece, ...]:
        """`placed` by the tracks' ids."""
        made: dict[Hashable, Piece] = {}
        for track in tracks:
            mix = track.gain_db, track.pan, not heard(track, solo)
            for entry in placed.get(track.id, ()):
                name = track.id, entry.start_s, entry.sound, mix
                made[name] = self._made.get(name) or Piece(max(0.0, entry.start_s), _from_zero(entry), *mix)
        self._made = made
        return tuple(made.values())


def _from_zero(entry: Placed) -> Floats:
    """Consonants before the song's first beat cannot be played: nothing comes before zero."""
    cut = max(0, round(-entry.start_s * RATE))
    return entry.sound.samples[:, cut:] if cut else entry.sound.samples
