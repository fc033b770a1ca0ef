"""Words at their times: put in order, and said as SubRip or WebVTT."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

SHORTEST_S = 0.04
"""A subtitle that would be seen for less is left out."""


class Subtitle(NamedTuple):
    """`text` (lines parted by a newline) is seen from `start_s` to `end_s`, in seconds."""

    start_s: float
    end_s: float
    text: str


def in_order(subtitles: Iterable[Subtitle], duration_s: float) -> tuple[Subtitle, ...]:
    """Sorted, within the video, one at a time: each ends at the latest when the next begins.

    Empty lines and what is left without time or text go: players stop at the former and choke on the latter.
    """
    texts = [subtitle._replace(text=_lines(subtitle.text)) for subtitle in sorted(subtitles)]
    worded = [subtitle for subtitle in texts if subtitle.text]
    kept: list[Subtitle] = []
    for index, subtitle in enumerate(worded):
        next_s = worded[index + 1].start_s if index + 1 < len(worded) else duration_s
        start_s, end_s = max(0.0, subtitle.start_s), min(subtitle.end_s, next_s, duration_s)
        if end_s - start_s >= SHORTEST_S:
            kept.append(Subtitle(start_s, end_s, subtitle.text))
    return tuple(kept)


def srt_text(subtitles: Iterable[Subtitle]) -> str:
    """A SubRip file."""
    blocks = [
        f"{number}\n{_clock(subtitle.start_s)} --> {_clock(subtitle.end_s)}\n{subtitle.text}\n"
        for number, subtitle in enumerate(subtitles, 1)
    ]
    return "\n".join(blocks)


def webvtt_payload(text: str) -> bytes:
    """The text of one WebVTT cue, its special characters escaped."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").encode()


def mov_text_payload(text: str) -> bytes:
    """One sample of 3GPP timed text (TS 26.245): its length in 16 bits, then UTF-8."""
    data = text.encode()[:0xFFFF].decode(errors="ignore").encode()
    return len(data).to_bytes(2, "big") + data


def _lines(text: str) -> str:
    clean = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    return "\n".join(line.strip() for line in clean.split("\n") if line.strip())


def _clock(time_s: float) -> str:
    total_ms = round(time_s * 1000)
    seconds, ms = divmod(total_ms, 1000)
    minutes, s = divmod(seconds, 60)
    hours, m = divmod(minutes, 60)
    return f"{hours:02}:{m:02}:{s:02},{ms:03}"
