"""Which language words are in, as far as their letters tell."""

from __future__ import annotations

import re
from collections.abc import Iterable

from engine.phonemize.hangul import is_korean, normalize
from engine.phonemize.pinyin import has_tones
from engine.score.syllables import is_han, is_kana

_TONE_DIGIT = re.compile(r"[a-zü:]+[1-5]", re.IGNORECASE)


def guess_language(lyrics: Iterable[str]) -> str:
    """Hangul means Korean, kana Japanese, Chinese characters alone Chinese, and so does pinyin with tones.

    A third of the lyrics is enough: songs in these languages borrow from English, not the other way round.  Everything
    else is taken for English; German and Latin are sung only when told so.
    """
    kinds = [kind for lyric in lyrics if (kind := _kind(lyric))]
    foreign = [kind for kind in kinds if kind != "latin"]
    if foreign and 3 * len(foreign) >= len(kinds):
        if foreign.count("ko") * 2 >= len(foreign):
            return "ko"
        if "tones" in foreign and foreign.count("tones") * 2 >= len(foreign):
            return "zh"
        return "ja" if foreign.count("ja") * 10 >= foreign.count("han") and "ja" in foreign else "zh"
    return "en"


def word_language(text: str, clip: str, han: str = "zh") -> str:
    """The language of one word in a clip in `clip` (primary IETF tag), where nobody says otherwise.

    `han`: what Chinese characters are in a clip that is neither Chinese nor Japanese.
    """
    kind = _kind(text)
    if kind == "ko":
        return "ko"
    if kind == "ja":
        return "ja"
    if kind == "han":
        return clip if clip in {"ja", "zh"} else han
    if kind == "tones" and clip in {"en", "ja", "ko"} and _TONE_DIGIT.search(text):
        return "zh"
    return "en" if clip == "ko" and kind == "latin" else clip


def _kind(text: str) -> str:
    """ko, ja, han, tones (pinyin that says them), latin; "" for no letters."""
    text = normalize(text)
    if any(map(is_korean, text)):
        return "ko"
    if any(map(is_kana, text)):
        return "ja"
    if any(map(is_han, text)):
        return "han"
    if not any(map(str.isalpha, text)):
        return ""
    return "tones" if has_tones(text) else "latin"
