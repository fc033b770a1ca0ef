"""Latin as choirs sing it: the Roman (ecclesiastical) pronunciation, letter by letter.

c and g are soft (CH, JH) before e i y ae oe; sc before them is SH, xc K SH; gn is N Y; ti before a vowel is
T S IY; ch K, ph F, th T; qu and ngu before a vowel glide (W); j, and i as a consonant, is Y; h is silent but K
in mihi and nihil; z is D Z; n before k and g is NG.  Vowels: a AA, e ae oe EH, i y IY, o AO, u UW, au AW.
Double consonants are held: P EH K | K AA | T AA.  s stays S between vowels.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

from engine.phonemize.base import Pronunciation
from engine.phonemize.phones import SPEECH, is_vowel

_V = "aeiouyäö"  # ä, ö stand for the one-vowel spellings ae, oe; é for an e said apart
_RULES: tuple[tuple[str, str], ...] = (
    (r"au", "AW"),
    (r"[eäöé]", "EH"),
    (r"a", "AA"),
    (r"o", "AO"),
    (rf"(?:(?<=^)|(?<=[{_V}é]))i(?=[aeouäöé])|j", "Y"),
    (r"[iy]", "IY"),
    (rf"(?<=q)u(?=[{_V}])|(?<=ng)u(?=[{_V}])", "W"),
    (r"u", "UW"),
    (r"sc(?=[eiyäöé])", "SH"),
    (r"xc(?=[eiyäöé])", "K SH"),
    (r"cc(?=[eiyäöé])", "T CH"),
    (r"ch", "K"),
    (r"c(?=[eiyäöé])", "CH"),
    (r"gn", "N Y"),
    (r"gg(?=[eiyäöé])", "D JH"),
    (r"g(?=[eiyäöé])", "JH"),
    (rf"(?<![stx])t(?=i[{_V}é])", "T S"),
    (r"ph", "F"),
    (r"th", "T"),
    (r"rh", "R"),
    (r"n(?=[cgkqx](?![eiyäöé])|ch)", "NG"),
    (r"(?<=^e)x(?=[aeiou])", "G Z"),
    (r"x", "K S"),
    (r"z", "D Z"),
    (r"[ckq]", "K"),
    (r"h", ""),
    (r"[vw]", "V"),
    (r"[bdfglmnprst]", "="),
)
_PATTERN = re.compile("|".join(f"(?P<r{index}>{letters})" for index, (letters, _) in enumerate(_RULES)))
_APART = re.compile(r"^(isra|micha|rapha|a|po|no)e(?=l|r|ta|$)")
_RESPELLED = (
    (re.compile(r"^(mi|ni)hi(?=l|$)"), r"\1ki"),
    (re.compile(r"^(ad|con|in|ab|sub|dis)i(?=[aeou])"), r"\1j"),
    (re.compile(r"^((?:per|con)?)sua(?=[vds])"), r"\1sqa"),
    (re.compile(r"^(h?)ui(?=c)"), r"\1qi"),
)
_GLIDE_Q = re.compile(r"q(?=[ai])(?!u)")  # our own mark: a glided u without the k
_ONSETS = frozenset({f"{stop} {liquid}" for stop in ("P", "B", "T", "D", "K", "G", "F") for liquid in ("R", "L")}) | {
    "K W", "G W", "S W", "N Y", "T S", "D Z", "S P", "S T", "S K", "S K W", "S P R", "S P L", "S T R", "S K R",
    "R Y", "L Y",
}  # fmt: skip


class LatinPhonemizer:
    """Rules only, no dictionary: everything in Latin letters is known."""

    language = "la"
    phones = SPEECH

    def phonemize_word(self, word: str, written_syllables: tuple[str, ...] = ()) -> Pronunciation:
        """See `Phonemizer`.  Fewer notes than vowels: e-le-i-son becomes e-lei-son, Ky-ri-e Ky-rie."""
        phones: list[str] = []
        unread = ""
        for token in _tokens(word):
            said, rest = _sounds(token)
            phones += said
            unread += rest
        count = len(written_syllables)
        while count and sum(map(is_vowel, phones)) > count and (shorter := _contracted(phones)):
            phones = shorter
        syllables = _syllabify(phones)
        if unread:
            return Pronunciation(syllables, False, f"Latin has no letter {unread[0]!r} (in {word!r}).")
        message = "" if syllables else f"There is nothing to pronounce in {word!r}."
        return Pronunciation(syllables, not message, message)


def _tokens(text: str) -> list[str]:
    decomposed = unicodedata.normalize("NFD", text.casefold()).replace("e\u0308", "\ue000")
    decomposed = decomposed.replace("æ", "ae").replace("œ", "oe")
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    return ["".join(c for c in raw if c.isalpha() or c == "\ue000") for raw in plain.split()]


def _sounds(token: str) -> tuple[list[str], str]:
    """Phones, and the characters that are not Latin letters."""
    word = _APART.sub(r"\1é", token.replace("\ue000", "é")).replace("ae", "ä").replace("oe", "ö")
    for pattern, respelled in _RESPELLED:
        word = pattern.sub(respelled, word)
    phones: list[str] = []
    unread = ""
    at = 0
    while at < len(word):
        if _GLIDE_Q.match(word, at):
            phones.append("W")
            at += 1
            continue
        match = _PATTERN.match(word, at)
        if match is None:
            unread += word[at]
            at += 1
            continue
        said = _RULES[int(str(match.lastgroup)[1:])][1]
        phones += [match.group().upper()] if said == "=" else said.split()
        at = match.end()
    return phones, unread


def _contracted(phones: list[str]) -> list[str]:
    """One vowel fewer, or nothing if that cannot be sung."""
    for at, (first, second) in enumerate(pairwise(phones)):
        if (first, second) == ("EH", "IY"):
            return [*phones[:at], "EY", *phones[at + 2 :]]
        if first == "IY" and is_vowel(second):
            return [*phones[:at], "Y", *phones[at + 1 :]]
    return []


def _syllabify(phones: list[str]) -> tuple[tuple[str, ...], ...]:
    """The longest onset a Latin word may begin with goes to the later vowel: no-ster, pec-ca-ta, a-gnus."""
    nuclei = [index for index, phone in enumerate(phones) if is_vowel(phone)]
    if not nuclei:
        return (tuple(phones),) if phones else ()
    cuts = [0]
    for previous, nucleus in pairwise(nuclei):
        start = nucleus - 1 if nucleus - previous > 1 else nucleus
        while start - 1 > previous and " ".join(phones[start - 1 : nucleus]) in _ONSETS:
            start -= 1
        cuts.append(start)
    cuts.append(len(phones))
    return tuple(tuple(phones[a:b]) for a, b in pairwise(cuts))
