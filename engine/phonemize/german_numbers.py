"""Numbers written in digits, as German words."""

from __future__ import annotations

import re

from engine.phonemize.numbers import int_too_long

_SMALL_WORDS = (
    "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn "
    "siebzehn achtzehn neunzehn"
)
_TENS_WORDS = "null zehn zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig"
_SMALL = _SMALL_WORDS.split()
_TENS = _TENS_WORDS.split()
_DIGITS = re.compile(r"\d+")


def spell_german_numbers(text: str) -> str:
    """`text` with each run of digits replaced by words: "24" -> "vier und zwanzig"; above 999 999 digit by digit."""
    return _DIGITS.sub(lambda match: f" {' '.join(_words(match.group()))} ", text)


def _words(digits: str) -> list[str]:
    if int_too_long(digits):
        return [_SMALL[int(digit)] for digit in digits]
    return _cardinal(int(digits))


def _cardinal(number: int) -> list[str]:
    if number < 20:
        return [_SMALL[number]]
    if number < 100:
        one, ten = number % 10, _TENS[number // 10]
        return [_before(one), "und", ten] if one else [ten]
    size, name = (100, "hundert") if number < 1000 else (1000, "tausend")
    count, rest = divmod(number, size)
    head = [_before(count)] if count < 20 else [*_cardinal(count)[:-1], _before_last(count)]
    return [*head, name] + (_cardinal(rest) if rest else [])


def _before(number: int) -> str:
    """eins is ein before more of the number."""
    return "ein" if number == 1 else _SMALL[number]


def _before_last(number: int) -> str:
    last = _cardinal(number)[-1]
    return "ein" if last == "eins" else last
