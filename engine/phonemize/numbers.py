"""Numbers written in digits, as English words."""

from __future__ import annotations

import re

_SMALL_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
)
_TENS_WORDS = "zero ten twenty thirty forty fifty sixty seventy eighty ninety"
_SMALL = _SMALL_WORDS.split()
_TENS = _TENS_WORDS.split()
_ORDINALS = {"one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
             "twelve": "twelfth"}  # fmt: skip
_LARGEST = 999_999
_DIGITS = re.compile(r"(\d+)(st|nd|rd|th)?")


def spell_numbers(text: str) -> str:
    """`text` with each run of digits replaced by words: "24" -> "twenty four", "2nd" -> "second"."""
    return _DIGITS.sub(lambda match: f" {_spell(match.group(1), bool(match.group(2)))} ", text)


def _spell(digits: str, ordinal: bool) -> str:
    if int_too_long(digits):
        return " ".join(_SMALL[int(digit)] for digit in digits)
    words = _cardinal(int(digits))
    if ordinal:
        last = words[-1]
        words[-1] = _ORDINALS.get(last) or (last[:-1] + "ieth" if last.endswith("y") else last + "th")
    return " ".join(words)


def int_too_long(digits: str) -> bool:
    """Numbers with leading zeros or above 999 999 are read digit by digit."""
    return len(digits) > len(str(_LARGEST)) or (len(digits) > 1 and digits.startswith("0"))


def _cardinal(number: int) -> list[str]:
    if number < 20:
        return [_SMALL[number]]
    if number < 100:
        return [_TENS[number // 10]] + ([_SMALL[number % 10]] if number % 10 else [])
    size, name = (100, "hundred") if number < 1000 else (1000, "thousand")
    rest = number % size
    return [*_cardinal(number // size), name] + (_cardinal(rest) if rest else [])
