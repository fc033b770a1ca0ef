"""Times, sizes and places in the song, as people read them."""

from __future__ import annotations

from engine.score import TempoMap
from gui.texts import shell as texts


def clock(seconds: float, decimals: int = 3) -> str:
    """`0:08.125`, or `1:02:08.125` from an hour on; never below zero."""
    second = 10**decimals
    minutes, rest = divmod(max(0, round(seconds * second)), 60 * second)
    hours, minutes = divmod(minutes, 60)
    begun = f"{hours}:{minutes:02}" if hours else f"{minutes}"
    fraction = f".{rest % second:0{decimals}}" if decimals else ""
    return f"{begun}:{rest // second:02}{fraction}"


def bar_beat(tempo_map: TempoMap, seconds: float) -> str:
    """`5.1.00`: bar, beat, and hundredths of the beat."""
    # A hair later: a cursor that stands on a beat shall not be shown a hundredth before it.
    bar, beat = tempo_map.bar_beat(tempo_map.quarters(max(0.0, seconds)) + 1e-6)
    return f"{bar}.{int(beat)}.{int(beat % 1 * 100):02}"


def time_left(seconds: float | None) -> str:
    """ "" where it cannot be told."""
    if seconds is None:
        return ""
    whole = max(1, round(seconds))
    if whole < 60:
        return texts.LEFT_SECONDS.format(s=whole)
    if whole < 3600:
        return texts.LEFT_MINUTES.format(m=whole // 60, s=whole % 60)
    return texts.LEFT_HOURS.format(h=whole // 3600, m=whole % 3600 // 60)


def size(num_bytes: int) -> str:
    """Megabytes, gigabytes from a thousand of them on."""
    megabytes = num_bytes / 1e6
    return texts.GB.format(n=megabytes / 1000) if megabytes >= 1000 else texts.MB.format(n=max(1.0, megabytes))
