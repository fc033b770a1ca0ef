"""The phones every language room speaks in.

English is ARPAbet without stress; `SP` is silence, `AP` a breath.  What other languages have beyond it carries names
in the same manner:

    A     German and Japanese a (short, open, central)      HY  German ich (palatal)
    E, O  German See, so (close, without a glide)           KH  German ach (velar)
    U     Japanese u (unrounded)                            RR  German r (uvular, or rolled in song)
    UE, UEH   German fühlen, füllen                         TS  German Zeit, Japanese tsu
    OE, OEH   German Höhle, Hölle                           DX  Japanese r (one tap)
    AX    German bitte (schwa)                              Q   glottal stop
    AXR   German bitter                                   RV  German r after a vowel (mir)

Korean and Chinese have sounds that no voice has been trained on.  They are always said with others:

    PP TT KK SS JJ   Korean ㅃ ㄸ ㄲ ㅆ ㅉ (tense)             JR CR SR ZR   Chinese zh ch sh r (tongue curled back)
    PQ TQ KQ         Korean ㅂ ㄷ ㄱ that end a syllable     DZ            Chinese z (unaspirated ts)
    EO, EU           Korean ㅓ (open o, unrounded), ㅡ       EX            Chinese e of ge
    WX               Korean ㅢ: what glides into its ㅣ      IX, IR        Chinese i of zi, of zhi
                                                            YW            Chinese ü as a glide (yue)

`in_own_sounds` says any of them with the sounds that a voice has: its accent.
"""

from __future__ import annotations

from collections.abc import Container, Sequence

SILENCE = "SP"
BREATH = "AP"
RESTS = frozenset({SILENCE, BREATH})

DIPHTHONGS = frozenset({"AW", "AY", "EY", "OW", "OY"})
_ENGLISH_VOWELS = frozenset({"AA", "AE", "AH", "AO", "EH", "ER", "IH", "IY", "UH", "UW"})
_OTHER_VOWELS = {"A", "AX", "AXR", "E", "EO", "EU", "EX", "IR", "IX", "O", "OE", "OEH", "U", "UE", "UEH"}
MONOPHTHONGS = _ENGLISH_VOWELS | _OTHER_VOWELS
VOWELS = DIPHTHONGS | MONOPHTHONGS

STOPS = frozenset({"B", "D", "G", "K", "KK", "KQ", "P", "PP", "PQ", "Q", "T", "TQ", "TT"})
AFFRICATES = frozenset({"CH", "CR", "DZ", "JH", "JJ", "JR", "TS"})
FRICATIVES = frozenset({"DH", "F", "HH", "HY", "KH", "S", "SH", "SR", "SS", "TH", "V", "Z", "ZH"})
NASALS = frozenset({"M", "N", "NG"})
LIQUIDS = frozenset({"DX", "L", "R", "RR", "RV", "ZR"})
GLIDES = frozenset({"W", "WX", "Y", "YW"})
CONSONANTS = STOPS | AFFRICATES | FRICATIVES | NASALS | LIQUIDS | GLIDES

_HARD = {"CR", "DZ", "JJ", "JR", "KK", "KQ", "PP", "PQ", "SR", "SS", "TQ", "TT"}
UNVOICED = frozenset({"CH", "F", "HH", "HY", "K", "KH", "P", "Q", "S", "SH", "T", "TH", "TS"}) | _HARD
VOICED = (VOWELS | CONSONANTS) - UNVOICED

BEYOND_ENGLISH = frozenset(
    {"A", "AX", "AXR", "DX", "E", "HY", "KH", "O", "OE", "OEH", "Q", "RR", "RV", "TS", "U", "UE", "UEH"}
)
UNTRAINED = frozenset(_HARD | {"EO", "EU", "EX", "IR", "IX", "WX", "YW", "ZR"})
"""Korean and Chinese sounds that no network has a number for."""
SPEECH = (VOWELS | CONSONANTS) - BEYOND_ENGLISH - UNTRAINED
"""The 39 phones of CMUdict."""
PHONES = SPEECH | RESTS
"""All that English needs: the 39 of CMUdict and the two rests."""
EVERY_SPEECH = (VOWELS | CONSONANTS) - UNTRAINED
"""All sounds that the shared voices learn, whatever the language.  Networks count them in order: none may be added."""
EVERY_PHONE = EVERY_SPEECH | RESTS
"""The shared voices' phone table."""
ANY_SPEECH = EVERY_SPEECH | UNTRAINED
"""All that a phonemizer may say."""
ANY_PHONE = ANY_SPEECH | RESTS
"""All a phone may be."""

_CLASSES = (
    ("rest", RESTS),
    ("vowel", MONOPHTHONGS),
    ("diphthong", DIPHTHONGS),
    ("stop", STOPS),
    ("affricate", AFFRICATES),
    ("fricative", FRICATIVES),
    ("nasal", NASALS),
    ("liquid", LIQUIDS),
    ("glide", GLIDES),
)
PHONE_CLASS: dict[str, str] = {phone: name for name, members in _CLASSES for phone in sorted(members)}

_SUBSTITUTES = """
A: AA / AH             AA: A / AO            AE: EH / A             AH: A / AX / AA        AO: O / AA / A
AX: AH / EH            AXR: ER / A / AA      E: EY / EH             EH: E / AE             ER: OEH / AXR / A
IH: IY / E             IY: IH                O: OW / AO             OE: ER / EH            OEH: ER / EH
U: UW / UH             UE: UW / Y U / IY     UEH: UH / Y U / IH     UH: UW / U             UW: U / UH
AW: A U / A UH / AA UW     AY: A IY / AA IY      EY: E / EH IY          OW: O / AO U           OY: AO IY
B: P                   CH: T SH / SH         D: T                   DH: Z / D              DX: D / L / RR
F: HH                  G: K                  HH: KH / F             HY: SH / HH            JH: D ZH / CH / Z
K: G                   KH: K / HH            L: DX / R              M: N                   N: M
NG: N                  P: B                  Q: SP                  R: RR / DX / L         RR: R / DX
S: SH                  SH: S                 T: D                   TH: S                  TS: T S / CH
V: W / B               W: V / U              Y: IY                  Z: S                   ZH: SH / JH / Z
AP: SP                 RV: R / A / AX / RR
PP: P / B              TT: T / D             KK: K / G             SS: S                 JJ: CH / JH
PQ: P / B              TQ: T / D             KQ: K / G             EO: AO / AH / O       EU: UH / U / AX
JR: JH / CH            CR: CH                SR: SH / S            ZR: R / ZH / RR       DZ: D Z / TS / Z
EX: UH / AX / AH       IX: UH / U / IH       IR: IH / IY           WX: W / Y             YW: Y W / Y / W
"""


def _parse_substitutes() -> dict[str, tuple[tuple[str, ...], ...]]:
    table = {}
    for cell in (c for line in _SUBSTITUTES.strip().splitlines() for c in line.split("  ") if c.strip()):
        phone, said = cell.strip().split(": ")
        table[phone] = tuple(tuple(way.split()) for way in said.split(" / "))
    return table


SUBSTITUTES = _parse_substitutes()
"""Phone -> ways to say it without it, nearest first; several phones are said one after the other."""


def in_own_sounds(phone: str, own: Container[str]) -> tuple[str, ...]:
    """How a voice that has only `own` sounds says `phone`: itself, or what is nearest.

    Never raises: a voice that has nothing alike keeps the phone as it is.
    """
    if phone in own:
        return (phone,)
    asked = {phone}
    ways: list[tuple[str, ...]] = [(phone,)]
    while ways:
        following: list[tuple[str, ...]] = []
        for way in ways:
            place = next((i for i, p in enumerate(way) if p not in own), None)
            if place is None:
                return way
            following += [
                (*way[:place], *said, *way[place + 1 :])
                for said in SUBSTITUTES.get(way[place], ())
                if not asked.intersection(said) or all(p in own for p in said)
            ]
            asked.add(way[place])
        ways = following
    return (phone,)


def in_english(phone: str) -> str:
    """The English phone that looks and sounds most like `phone` (the last one, where it takes two)."""
    return in_own_sounds(phone, PHONES)[-1]


def accented(phones: Sequence[str], own: Container[str]) -> list[tuple[str, ...]]:
    """What a voice with only `own` sounds says for each of `phones` (`in_own_sounds`, with an eye on what follows).

    HY before a vowel is near to the h of "huge"; where it ends a syllable it is nearer to SH.
    """
    said: list[tuple[str, ...]] = []
    for index, phone in enumerate(phones):
        following = phones[index + 1] if index + 1 < len(phones) else ""
        if phone == "HY" and phone not in own and is_vowel(following):
            said.append(("HH",) if following == "IY" or "Y" not in own else ("HH", "Y"))
        else:
            said.append(in_own_sounds(phone, own))
    return said


def is_vowel(phone: str) -> bool:
    """Monophthong or diphthong; `ER` counts as a vowel."""
    return phone in VOWELS


def is_voiced(phone: str) -> bool:
    """Whether the vocal folds sound, so that the phone has a pitch; rests do not."""
    return phone in VOICED


def without_stress(phone: str) -> str:
    """`AH0` -> `AH`."""
    return phone.rstrip("012")
