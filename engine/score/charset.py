"""Which charset the lyric bytes of a MIDI file are in.

The file does not say (RP-026 tags are rare), and cp932, gbk and euc-kr accept each other's bytes, so
the order of trying alone cannot tell; candidates are scored on how much the text looks like a song.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence

from engine.errors import InputError
from engine.score.syllables import is_han, is_hangul, is_kana

_TAG = re.compile(rb"\{@([A-Za-z0-9_-]+)\}")
_TAGS = {
    "LATIN": "cp1252",
    "JP": "cp932",
    "UNICODE": "utf-16-le",
    "UTF-16LE": "utf-16-le",
    "UTF-16BE": "utf-16-be",
    "UTF-8": "utf-8",
    "UTF8": "utf-8",
}
_SAMPLE_BYTES = 100_000  # enough to judge any song; keeps a hostile file from costing minutes

# The characters that songs are full of, by rough frequency.
_COMMON_HAN = frozenset(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里"
    "如心爱想没天看去好无都起还多小么当只从最情风雨花月夜梦春秋夏冬山水云雪海空光歌声红白飞手眼泪回远"
    "吧啊呢吗她它让谁什怎再很把被给走等开话知道真意爱愛國說時會們這來個為夢聲淚飛遠見长长相思今明日星"
)
_COMMON_HANGUL = frozenset(
    "이다는을의에가나도고하사랑한지리어그아너를내은우로만해서기라마게들네시람자오바수니대일스안보여정없"
    "당신말날꿈길눈물음면까인있어야워요왜더던려줘봐모든세상하늘별빛속처럼영원히"
)


def detect_charset(events: Sequence[bytes]) -> tuple[str, bool]:
    """Name the charset of all events together and say whether that is a guess.

    Order: BOM, RP-026 tag, ASCII, strict UTF-8, then the best-looking of cp932, gbk, cp949 and cp1252.
    """
    sample = _sample(events)
    if any(e.startswith(codecs.BOM_UTF8) for e in sample):
        return "utf-8-sig", False
    for event in sample:
        tag = _TAG.search(event)
        if tag is not None and tag[1].decode().upper() in _TAGS:
            return _TAGS[tag[1].decode().upper()], False
    if all(e.isascii() for e in sample) or _decodes(sample, "utf-8"):
        return "utf-8", False
    scores = {name: _score(sample, name) for name in ("cp932", "gbk", "cp949")}
    scores["cp1252"] = _latin_score(sample)
    return max(scores, key=lambda name: scores[name]), True


def decode(event: bytes, charset: str) -> str:
    """Decode one event; what the charset cannot read becomes U+FFFD, tags and NULs go."""
    text = _TAG.sub(b"", event).decode(charset, "replace")
    return text.replace("\0", "").replace("\ufeff", "")


def check_charset(charset: str) -> str:
    """The codec's own name.  Raises InputError for a charset that does not exist."""
    try:
        info = codecs.lookup(charset)
        b"a".decode(charset, "replace")
    except (LookupError, ValueError, UnicodeError) as error:
        raise InputError(
            f"There is no charset called {charset!r}.", "Use utf-8, cp932, gbk, euc_kr, latin-1 or big5."
        ) from error
    return info.name


def _sample(events: Sequence[bytes]) -> list[bytes]:
    taken: list[bytes] = []
    room = _SAMPLE_BYTES
    for event in events:
        if event and room > 0:
            taken.append(event[:room])
            room -= len(event)
    return taken


def _decodes(events: Sequence[bytes], charset: str) -> bool:
    try:
        for event in events:
            event.decode(charset)
    except UnicodeDecodeError:
        return False
    return True


def _score(events: Sequence[bytes], charset: str) -> float:
    """Mean likeness of the non-ASCII characters, about 1 for real text; undecodable bytes weigh most."""
    total, count = 0.0, 0
    for event in events:
        for char in event.decode(charset, "replace"):
            if char.isascii():
                continue
            count += 1
            total += -3.0 if char == "\ufffd" else _likeness(char, charset)
    return total / count if count else 0.0


def _likeness(char: str, charset: str) -> float:
    lead = char.encode(charset, "replace")[0]
    if charset == "cp932":
        if "\uff61" <= char <= "\uff9f":
            return -0.3  # half-width katakana: what other charsets' high bytes turn into
        if is_kana(char):
            return 1.0
        return 0.7 if is_han(char) and lead <= 0x97 else 0.1
    if charset == "gbk":
        if is_han(char):
            plain = 0.75 if 0xB0 <= lead <= 0xD7 and _high_trail(char, charset) else -0.2
            return plain + (0.4 if char in _COMMON_HAN else 0.0)
        return 0.3 if lead in (0xA1, 0xA3) else 0.0
    if is_hangul(char):
        plain = 0.75 if 0xB0 <= lead <= 0xC8 and _high_trail(char, charset) else -0.4
        return plain + (0.4 if char in _COMMON_HANGUL else 0.0)
    return 0.3 if lead in (0xA1, 0xA3) else -0.1


def _high_trail(char: str, charset: str) -> bool:
    """The plain planes of GB 2312 and KS X 1001; the extensions use lower trail bytes."""
    return char.encode(charset, "replace")[-1] >= 0xA1


def _latin_score(events: Sequence[bytes]) -> float:
    """Accented letters stand alone among ASCII; double-byte text comes in runs of high bytes."""
    total, count = 0.0, 0
    for event in events:
        for run in re.findall(rb"[\x80-\xff]+", event):
            count += len(run)
            for byte in run:
                letter = byte >= 0xC0 and byte not in (0xD7, 0xF7)
                quote = byte in b"\x85\x8c\x91\x92\x93\x94\x96\x97\x9c\xab\xbb\xa1\xbf"
                total += (0.9 if letter else 0.4 if quote else -0.5) - (0.0 if len(run) == 1 else 0.7)
    return total / count if count else 0.0
