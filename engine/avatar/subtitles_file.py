"""Words that a user has at their times: SubRip (.srt) and lyrics with time stamps (.lrc)."""

from __future__ import annotations

import re
from pathlib import Path

from engine.avatar.subtitles import Subtitle
from engine.errors import InputError

SUFFIXES = (".srt", ".lrc")
MAX_BYTES = 4_000_000
LAST_LINE_S = 6.0
"""How long the last line of an .lrc stands, which says only when lines begin."""
_HINT = "Use an .srt, or an .lrc with lines such as [01:23.40] words."
_CLOCK = r"(\d{1,4}):(\d\d):(\d\d)[,.](\d{1,3})"
_SPAN = re.compile(rf"^\s*{_CLOCK}\s*-->\s*{_CLOCK}")
_STAMP = re.compile(r"\[(\d{1,4}):(\d\d)(?:[.:](\d{1,3}))?\]")
_WORD_STAMP = re.compile(r"<\d+:\d\d(?:[.:]\d{1,3})?>")
_SOONER = re.compile(r"\[offset:\s*([+-]?\d{1,7})\s*\]", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^>]*>|\{\\[^}]*\}")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def read_subtitles(path: Path) -> tuple[Subtitle, ...]:
    """Every line of the file, in its order.  Raises `InputError` for a file without any, or that cannot be read."""
    text = _text(path)
    found = _from_lrc(text) if path.suffix.lower() == ".lrc" else _from_srt(text)
    if not found:
        raise InputError(f"{path.name} holds no words with times.", _HINT)
    return tuple(found)


def _text(path: Path) -> str:
    if path.suffix.lower() not in SUFFIXES:
        raise InputError(f"{path.name} is no file of subtitles.", _HINT)
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError(f"{path.name} is larger than {MAX_BYTES // 10**6} MB.", _HINT)
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} could not be opened: {error.strerror or error}.", "Check the path.") from error
    if data.startswith(_UTF_16):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")  # what older players wrote


def _from_srt(text: str) -> list[Subtitle]:
    found = []
    for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n").replace("\r", "\n")):
        lines = block.strip("\n").split("\n")
        for number, line in enumerate(lines[:2]):
            match = _SPAN.match(line)
            if match:
                words = "\n".join(_TAG.sub("", rest) for rest in lines[number + 1 :])
                found.append(Subtitle(_seconds(*match.groups()[:4]), _seconds(*match.groups()[4:]), words))
                break
    return found


def _from_lrc(text: str) -> list[Subtitle]:
    """A line may have several stamps, and a stamp several lines; one without words ends the line before."""
    sooner = _SOONER.search(text)
    sooner_s = int(sooner[1]) / 1000 if sooner else 0.0
    by_start: dict[float, list[str]] = {}
    for line in text.splitlines():
        words = _WORD_STAMP.sub("", _STAMP.sub("", line)).strip()
        for stamp in _STAMP.finditer(line):
            by_start.setdefault(_seconds("0", *stamp.groups()) - sooner_s, []).append(words)
    starts = sorted(by_start)
    ends = [*starts[1:], *(start_s + LAST_LINE_S for start_s in starts[-1:])]
    found = [Subtitle(a, b, "\n".join(filter(None, by_start[a]))) for a, b in zip(starts, ends, strict=True)]
    return [subtitle for subtitle in found if subtitle.text]


def _seconds(hours: str, minutes: str, seconds: str, fraction: str | None) -> float:
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds) + float(f"0.{fraction or 0}")
