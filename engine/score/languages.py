"""Languages as karaoke files name them (`@LENGL`), and as the rest of the program does (IETF tags)."""

from __future__ import annotations

TAG_OF_KARAOKE = {
    "ENGL": "en",
    "JAPN": "ja",
    "LATI": "la",
    "GERM": "de",
    "DEUT": "de",
    "FRAN": "fr",
    "SPAN": "es",
    "ITAL": "it",
    "KORE": "ko",
    "CHIN": "zh",
    "MAND": "zh",
}
KARAOKE_OF_TAG = {tag: code for code, tag in reversed(TAG_OF_KARAOKE.items())}
