"""One syllable as people write it, turned into facts.

Every singing program has its own marks (`-`, `+`, `_`, `ー` ...); the score stores what they mean.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

HOLD_MARKS = frozenset({"-", "_", "~", "ー", "－", "〜", "–", "—", "+~", "+*"})
BREATH_MARKS = frozenset({"(br)", "[br]", "br", "AP"})
NEXT_SYLLABLE = "+"

_HYPHENS = "-\u2010\u2011"
_PHONES = re.compile(r"^(?P<word>.*?)\[(?P<phones>[^\[\]]*)\](?P<rest>.*)$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Syllable:
    """The lyric facts of one note, as in `Note`; `joins_previous`: the syllable before does not end its word."""

    text: str = ""
    ends_word: bool = True
    holds: bool = False
    continues_word: bool = False
    phones: tuple[str, ...] = ()
    breath: bool = False
    joins_previous: bool = False
    breaks_phrase: bool = False


def parse_syllable(written: str) -> Syllable:
    """Read one note's text: hold marks, `+`, breaths, `word[ph ph]`, hyphens on either side."""
    text = written.strip()
    if text in HOLD_MARKS:
        return Syllable(holds=True)
    if text == NEXT_SYLLABLE:
        return Syllable(continues_word=True, joins_previous=True)
    if text in BREATH_MARKS:
        return Syllable(breath=True)
    phones: tuple[str, ...] = ()
    hint = _PHONES.match(text)
    if hint is not None:
        phones = tuple(hint["phones"].split())
        text = (hint["word"] + hint["rest"]).strip()
    bare = text.strip(_HYPHENS).strip()
    if not bare and not phones:
        return Syllable(holds=bool(text))
    return Syllable(
        text=bare,
        ends_word=not text.endswith(tuple(_HYPHENS)) or text[-2:-1].isspace(),
        phones=phones,
        joins_previous=text.startswith(tuple(_HYPHENS)) and not text[1:2].isspace(),  # "- so" is a dash
    )


def write_syllable(syllable: Syllable) -> str:
    """The text that `parse_syllable` reads back, with a trailing hyphen where the word goes on."""
    if syllable.holds:
        return "-"
    if syllable.continues_word:
        return NEXT_SYLLABLE
    if syllable.breath:
        return "(br)"
    phones = f"[{' '.join(syllable.phones)}]" if syllable.phones else ""
    return syllable.text + phones + ("" if syllable.ends_word else "-")


def plain_words(syllables: Sequence[Syllable], at_most: int) -> str:
    """The first words of some syllables as people read them, "" where no letters are among them."""
    words: list[str] = []
    open_word = False
    for syllable in syllables:
        if open_word and words:
            words[-1] += syllable.text
        elif syllable.text:
            words.append(syllable.text)
        open_word = open_word if syllable.holds else not syllable.ends_word
    return " ".join(words[:at_most]) + (" …" if len(words) > at_most else "")


def with_word_end(syllable: Syllable, ends_word: bool) -> Syllable:
    """The same syllable with another word end."""
    return syllable if syllable.ends_word == ends_word else replace(syllable, ends_word=ends_word)


def is_kana_or_han(text: str) -> bool:
    """True where a character stands for a syllable of its own: kana and Chinese characters."""
    return any(is_kana(c) or is_han(c) for c in text)


def is_kana(char: str) -> bool:
    """Hiragana and katakana, full and half width."""
    return "\u3041" <= char <= "\u30ff" or "\uff66" <= char <= "\uff9f"


def is_han(char: str) -> bool:
    """Chinese characters, with extension A and the compatibility block."""
    return "\u4e00" <= char <= "\u9fff" or "\u3400" <= char <= "\u4dbf" or "\uf900" <= char <= "\ufaff"


def is_hangul(char: str) -> bool:
    """Precomposed Korean syllables."""
    return "\uac00" <= char <= "\ud7a3"


def guess_language(texts: list[str]) -> str:
    """An IETF tag where the script decides (ja, ko, zh), else ""."""
    joined = "".join(texts)
    letters = sum(c.isalpha() for c in joined)
    kana = sum(map(is_kana, joined))
    hangul = sum(map(is_hangul, joined))
    han = sum(map(is_han, joined))
    if letters == 0 or kana + hangul + han < letters / 2:
        return ""
    if hangul >= kana and hangul >= han:
        return "ko"
    return "ja" if kana * 10 >= han else "zh"
