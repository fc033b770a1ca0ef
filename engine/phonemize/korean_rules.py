"""How Korean sounds change where syllables meet: the standard pronunciation (표준 발음법), articles 8 to 30.

A syllable stays a syllable: only closing consonants, opening consonants and a few vowels change, so that words keep
the notes they were written on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.phonemize.hangul import Block, blocks
from engine.phonemize.korean_words import (
    APART,
    CLEAR_L,
    CLEAR_VERBS,
    ENDINGS_AFTER_L,
    LEANING,
    N_INSERTED,
    NOT_LATERAL,
    NOUNS_IN_L,
    PERHAPS,
    TENSE,
    UI_WORDS,
    VERBS_IN_M,
    places,
)

_REPRESENTATIVE = dict(
    zip("ㄲㅋㄳㄺㅅㅆㅈㅊㅌㅎㄵㄶㄼㄽㄾㅀㄻㅍㅄㄿ", "ㄱㄱㄱㄱㄷㄷㄷㄷㄷㄷㄴㄴㄹㄹㄹㄹㅁㅂㅂㅂ", strict=True)
)
"""The seven sounds that end a syllable (articles 9 to 11)."""
_TWO = {
    "ㄳ": "ㄱㅅ", "ㄵ": "ㄴㅈ", "ㄺ": "ㄹㄱ", "ㄻ": "ㄹㅁ", "ㄼ": "ㄹㅂ", "ㄽ": "ㄹㅅ", "ㄾ": "ㄹㅌ", "ㄿ": "ㄹㅍ",
    "ㅄ": "ㅂㅅ",
}  # fmt: skip
_WITHOUT_H = {"ㅎ": "", "ㄶ": "ㄴ", "ㅀ": "ㄹ"}
_TENSED = dict(zip("ㄱㄷㅂㅅㅈ", "ㄲㄸㅃㅆㅉ", strict=True))
_ASPIRATED = dict(zip("ㄱㄷㅂㅈ", "ㅋㅌㅍㅊ", strict=True))
_NASAL = dict(zip("ㄱㄷㅂ", "ㅇㄴㅁ", strict=True))
_FRONT = "ㅣㅑㅕㅛㅠㅖㅒ"
_GLIDES = _FRONT[1:]
_PALATAL = {"ㄷ": ("", "ㅈ"), "ㅌ": ("", "ㅊ"), "ㄾ": ("ㄹ", "ㅊ")}
_PLAIN = dict(zip("ㅑㅕㅛㅠㅖㅒ", "ㅏㅓㅗㅜㅔㅐ", strict=True))


@dataclass(frozen=True, slots=True)
class _Joint:
    """What is known of the place before a syllable besides its letters."""

    word: bool = False
    apart: bool = False
    n_inserted: bool = False
    tense: bool = False
    not_lateral: bool = False


def sounds(words: Sequence[str]) -> list[list[Block]]:
    """The syllables of each word as they sound when the words (letters only) follow each other without a pause."""
    flat: list[Block] = []
    joints: list[_Joint] = []
    for number, word in enumerate(words):
        flat += _vowels(word)
        joints += _joints(word, words[number - 1] if number else "")
    for index in range(len(flat)):
        following = flat[index + 1] if index + 1 < len(flat) else None
        if following is None:
            flat[index] = replace(flat[index], coda=_REPRESENTATIVE.get(flat[index].coda, flat[index].coda))
        else:
            flat[index], flat[index + 1] = _meet(flat[index], following, joints[index + 1])
    flat = [_simple_vowel(block) for block in flat]
    found: list[list[Block]] = []
    for word in words:
        found.append(flat[: len(word)])
        flat = flat[len(word) :]
    return found


def _vowels(word: str) -> list[Block]:
    """ㅢ and ㅖ depend on the letters before them, not on what these become (article 5)."""
    found = blocks(word)
    for index, block in enumerate(found):
        vowel = block.vowel
        if vowel == "ㅖ" and block.onset not in "ㅇㄹ":
            vowel = "ㅔ"
        elif vowel == "ㅢ" and block.onset != "ㅇ":
            vowel = "ㅣ"
        elif word[index] == "의" and index:
            part_of_word = word[index - 1 : index + 1] in UI_WORDS and word[index - 2 : index] not in UI_WORDS
            vowel = "ㅣ" if part_of_word else "ㅔ"
        found[index] = replace(block, vowel=vowel)
    return found


def _simple_vowel(block: Block) -> Block:
    """No glide after ㅈ ㅉ ㅊ: 가져 is 가저."""
    return replace(block, vowel=_PLAIN.get(block.vowel, block.vowel)) if block.onset in "ㅈㅉㅊ" else block


def _joints(word: str, before: str) -> list[_Joint]:
    inserted, apart = places(N_INSERTED, word), places(APART, word)
    tense, not_lateral = places(TENSE, word) | _tense_endings(word), places(NOT_LATERAL, word)
    leans = bool(before) and _ends_in_l(before) and not NOUNS_IN_L.search(before) and bool(LEANING.match(word))
    joints = [_Joint(word=True, apart=True, tense=leans)]
    for index in range(1, len(word)):
        loose = index in apart or index in inserted or word[index] == "없"
        joints.append(_Joint(False, loose, index in inserted, index in tense, index in not_lateral))
    return joints[: len(word)]


def _ends_in_l(word: str) -> bool:
    return blocks(word[-1])[0].coda == "ㄹ"


def _tense_endings(word: str) -> frozenset[int]:
    found = {match.end() for match in VERBS_IN_M.finditer(word)}
    found |= {match.start() + 1 for match in PERHAPS.finditer(word)}
    for index in range(1, len(word)):
        clear = word[index] == "게" and word[index - 1] in CLEAR_L
        if _ends_in_l(word[:index]) and not clear and ENDINGS_AFTER_L.match(word, index):
            found.add(index)
    return frozenset(found)


def _meet(first: Block, second: Block, joint: _Joint) -> tuple[Block, Block]:
    coda, onset = first.coda, second.onset
    if joint.n_inserted or (joint.word and _gets_n(coda, second)):
        onset = "ㄴ"
    if joint.apart:
        coda = _REPRESENTATIVE.get(coda, coda)
    coda, onset = _changed(first, coda, onset, second, joint)
    return replace(first, coda=coda), replace(second, onset=onset)


def _gets_n(coda: str, second: Block) -> bool:
    """못 잊어 is 몬니저; only where both words are likely to be said as one."""
    likely = second.vowel in _GLIDES or (second.vowel == "ㅣ" and second.coda in tuple("ㅈㅍㅂㄱㄺ"))
    return second.onset == "ㅇ" and likely and _REPRESENTATIVE.get(coda, coda) in tuple(_NASAL)


def _changed(first: Block, coda: str, onset: str, second: Block, joint: _Joint) -> tuple[str, str]:
    if not coda:
        return coda, _TENSED.get(onset, onset) if joint.tense else onset
    if not joint.apart and (second.vowel == "ㅣ" or (second.vowel == "ㅕ" and second.coda in {"", "ㅆ"})):  # article 17
        if onset == "ㅇ" and coda in _PALATAL:
            return _PALATAL[coda]
        if onset == "ㅎ" and coda == "ㄷ":
            return "", "ㅊ"
    if coda in _WITHOUT_H:
        return _after_h(coda, onset)
    if onset == "ㅎ" and (joined := _with_h(coda)):
        return joined
    if onset == "ㅇ":
        return _moved(coda)
    return _consonants(first, second, coda, onset, joint)


def _after_h(coda: str, onset: str) -> tuple[str, str]:
    """Article 12."""
    rest = _WITHOUT_H[coda]
    if onset in _ASPIRATED and onset != "ㅂ":
        return rest, _ASPIRATED[onset]
    if onset == "ㅅ":
        return rest, "ㅆ"
    if onset == "ㅇ":
        return ("", rest) if rest else ("", "ㅇ")
    if onset == "ㄴ":
        return (rest, "ㄹ" if rest == "ㄹ" else "ㄴ") if rest else ("ㄴ", "ㄴ")
    if onset == "ㅎ":
        return rest, "ㅎ"
    return _sonorants(rest or "ㄷ", onset, False)


def _with_h(coda: str) -> tuple[str, str] | None:
    """ㅎ after an obstruent joins it."""
    if coda in {"ㄺ", "ㄼ", "ㄵ"}:
        rest, last = tuple(_TWO[coda])
        return rest, _ASPIRATED[last]
    if coda == "ㅈ":
        return "", "ㅊ"
    last = _REPRESENTATIVE.get(coda, coda)
    return ("", _ASPIRATED[last]) if last in _NASAL else None


def _moved(coda: str) -> tuple[str, str]:
    """Articles 13 to 15: the last consonant opens the next syllable."""
    if coda == "ㅇ":
        return coda, "ㅇ"
    rest, last = tuple(_TWO[coda]) if coda in _TWO else ("", coda)
    return rest, "ㅆ" if rest and last == "ㅅ" else last


def _consonants(first: Block, second: Block, coda: str, onset: str, joint: _Joint) -> tuple[str, str]:
    stem = first.text
    last = _REPRESENTATIVE.get(coda, coda)
    tense = joint.tense or last in _NASAL or coda in {"ㄵ", "ㄾ"} or (coda == "ㄼ" and stem != "덟")
    tense = tense or (coda == "ㄻ" and stem != "삶")  # articles 23 to 28
    if coda == "ㄺ" and onset == "ㄱ" and stem in CLEAR_VERBS:
        last = "ㄹ"
    elif stem == "밟" or (stem == "넓" and second.text in {"죽", "둥"}):
        last = "ㅂ"
    if tense and onset in _TENSED:
        return last, _TENSED[onset]
    return _sonorants(last, onset, joint.not_lateral)


def _sonorants(coda: str, onset: str, not_lateral: bool) -> tuple[str, str]:
    """Articles 18 to 20."""
    if onset == "ㄹ":
        if coda in "ㅁㅇ" or (coda == "ㄴ" and not_lateral):
            return coda, "ㄴ"
        if coda in "ㄴㄹ":
            return "ㄹ", "ㄹ"
        return _NASAL[coda], "ㄴ"
    if onset in "ㄴㅁ" and coda in _NASAL:
        return _NASAL[coda], onset
    if onset == "ㄴ" and coda == "ㄹ":
        return "ㄹ", "ㄹ"
    return coda, onset
