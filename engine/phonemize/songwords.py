"""Words of songs that CMUdict lacks or gives in their spoken, weak or misheard form.

Stress digits as in CMUdict: 0 marks a vowel that may be elided.  Alternatives separated by " / ", usual first.
"""

from __future__ import annotations

import re

_TABLE = """
a: AH0 / EY1
and: AE1 N D / AH0 N D
of: AH1 V
us: AH1 S
was: W AH1 Z / W AA1 Z
syne: S AY1 N
luv: L AH1 V
xmas: K R IH1 S M AH0 S
rockabye: R AA1 K AH0 B AY2
doobie: D UW1 B IY0
hallelu: HH AE2 L AH0 L UW1
lullay: L UW0 L EY1
tra: T R AA1
ey: EY1
st: S EY1 N T
deo: D EY1 OW0
melisma: M AH0 L IH1 Z M AH0
the: DH AH0 / DH IY0
cause: K AO1 Z
til: T IH1 L
tis: T IH1 Z
'twas: T W AH1 Z
twas: T W AH1 Z
'twere: T W ER1
'twill: T W IH1 L
'twould: T W UH1 D
'neath: N IY1 TH
neath: N IY1 TH
'mid: M IH1 D
'midst: M IH1 D S T
'gainst: G EH1 N S T
'round: R AW1 N D
'fore: F AO1 R
'tween: T W IY1 N
'pon: P AA1 N
'n: AH0 N
'n': AH0 N
'er: ER0
'im: IH1 M
'is: IH1 Z
th': DH AH0
th: DH AH0
o': AH0 / OW1
o'er: AO1 R / OW1 ER0
e'er: EH1 R
ne'er: N EH1 R
whate'er: W AH0 T EH1 R
whene'er: W EH0 N EH1 R
where'er: W EH0 R EH1 R
howe'er: HH AW0 EH1 R
whoe'er: HH UW0 EH1 R
ere: EH1 R
e'en: IY1 N
ta'en: T EY1 N
tho': DH OW1
altho': AO0 L DH OW1
thro': TH R UW1
thro: TH R UW1
thru: TH R UW1
ye: Y IY1
wast: W AA1 S T
wert: W ER1 T
canst: K AE1 N S T
didst: D IH1 D S T
hadst: HH AE1 D S T
couldst: K UH1 D S T
wouldst: W UH1 D S T
shouldst: SH UH1 D S T
mayst: M EY1 S T
mightst: M AY1 T S T
dost: D AH1 S T
doth: D AH1 TH
doest: D UW1 IH0 S T
doeth: D UW1 IH0 TH
saith: S EH1 TH
hither: HH IH1 DH ER0
thither: DH IH1 DH ER0
methinks: M IY0 TH IH1 NG K S
hosanna: HH OW0 Z AE1 N AH0
hosannah: HH OW0 Z AE1 N AH0
halleluia: HH AE2 L AH0 L UW1 Y AH0
allelujah: AE2 L EH0 L UW1 Y AH0
noel: N OW0 EH1 L
emmanuel: IH0 M AE1 N Y UW0 EH2 L
immanuel: IH0 M AE1 N Y UW0 EH2 L
bethlehem: B EH1 TH L IH0 HH EH2 M
excelsis: EH0 K SH EH1 L S IH0 S
lovin: L AH1 V IH0 N
goin: G OW1 IH0 N
goin': G OW1 IH0 N
doin: D UW1 IH0 N
nothin: N AH1 TH IH0 N
somethin: S AH1 M TH IH0 N
livin: L IH1 V IH0 N
lyin: L AY1 IH0 N
comin: K AH1 M IH0 N
ol: OW1 L
kinda: K AY1 N D AH0
lotta: L AA1 T AH0
shoulda: SH UH1 D AH0
coulda: K UH1 D AH0
woulda: W UH1 D AH0
imma: AY1 M AH0
i'mma: AY1 M AH0
finna: F IH1 N AH0
tryna: T R AY1 N AH0
yeah: Y AE1 / Y EH1 AH0
ay: EY1
aye: AY1
ho: HH OW1
ooo: UW1
hey: HH EY1
ha: HH AA1
uh: AH1
eh: EH1
nah: N AA1
wo: W OW1
ba: B AA1
bah: B AA1
sha: SH AA1
ra: R AA1
ta: T AA1
ti: T IY1
mi: M IY1
fa: F AA1
sol: S OW1 L
re: R EY1
lalala: L AA1 L AA1 L AA1
lala: L AA1 L AA1
nana: N AA1 N AA1
dada: D AA1 D AA1
c: S IY1
"""

INTERJECTIONS = tuple(
    (re.compile(pattern), (tuple(phones.split()),))
    for pattern, phones in (
        (r"a+h+|a{2,}", "AA1"),
        (r"oh+", "OW1"),
        (r"o{2,}h*", "UW1"),
        (r"u+h+", "AH1"),
        (r"e{2,}", "IY1"),
        (r"u{2,}", "UW1"),
        (r"eh+", "EH1"),
        (r"m{2,}", "M"),
        (r"h+m+", "HH M"),
        (r"mm+h+m+", "M HH M"),
        (r"n{2,}", "N"),
        (r"s+h{2,}|s{2,}h+", "SH"),
        (r"s{2,}", "S"),
        (r"z{2,}", "Z"),
        (r"pss+t+", "P S T"),
        (r"w+h?o+a+h*|w+o+a*h+|wo+h+", "W OW1"),
        (r"la+h*|lah+", "L AA1"),
        (r"na+h*", "N AA1"),
        (r"da+h*", "D AA1"),
        (r"ha+h*", "HH AA1"),
        (r"ya+h*", "Y AA1"),
        (r"y+e+a+h+|yea{2,}", "Y AE1"),
        (r"he+y{2,}|he{2,}y+", "HH EY1"),
        (r"no{2,}h*|noh+", "N OW1"),
        (r"so{3,}", "S OW1"),
        (r"goo{2,}", "G OW1"),
        (r"ooh-?wee+", "UW1 W IY1"),
    )
)
"""Sung sounds spelled as long as they last."""


def _parse(table: str) -> dict[str, tuple[tuple[str, ...], ...]]:
    rows = (line.split(": ") for line in table.strip().splitlines())
    return {word: tuple(tuple(variant.split()) for variant in said.split(" / ")) for word, said in rows}


SONG_WORDS: dict[str, tuple[tuple[str, ...], ...]] = _parse(_TABLE)
