"""Live counts beats (quarters) at one tempo; melisma counts samples.

Live tells scripts neither its sample rate nor its tempo automation.  So positions are told in samples of 48 kHz at the
tempo of the moment, and what comes back is turned into beats at the tempo that was told last: a clip lands on its bar
even when somebody has turned the tempo meanwhile.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

RATE = 48000


class Timing:
    """The one tempo that positions are told in."""

    def __init__(self) -> None:
        self._told = 0.0

    def tell(self, song: Any) -> list[Sequence[str]]:
        """`tempo` and `meter` records; from now on positions are read at this tempo."""
        self._told = float(song.tempo)
        return [
            ("tempo", number(0.0), number(self._told)),
            ("meter", number(0.0), str(song.signature_numerator), str(song.signature_denominator)),
        ]

    def samples(self, song: Any, beats: float) -> int:
        """Of a place in the song."""
        return round(beats * 60.0 / self._tempo(song) * RATE)

    def beats(self, song: Any, samples: int) -> float:
        """The inverse of `samples`."""
        return samples / RATE * self._tempo(song) / 60.0

    def _tempo(self, song: Any) -> float:
        return self._told or float(song.tempo)


def automated(song: Any) -> bool:
    """Whether the set changes its tempo, which scripts cannot read."""
    try:
        return bool(int(song.master_track.mixer_device.song_tempo.automation_state))
    except (AttributeError, TypeError, ValueError):
        return False


def number(value: float) -> str:
    """With enough digits for a sample in an hour."""
    return f"{value:.12f}"
