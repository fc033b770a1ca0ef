"""Numbers written in digits, as Korean words: Chinese numerals, native ones before what is counted with them."""

from __future__ import annotations

import re

_DIGITS = "영일이삼사오육칠팔구"
_NATIVE_ONES = ("", "한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉")
_NATIVE_TENS = ("", "열", "스물", "서른", "마흔", "쉰", "예순", "일흔", "여든", "아흔")
_NUMBER = re.compile(r"(?P<digits>\d+)(?P<counter>개|명|살|시간?(?![작절])|번|잔|병|마리|송이|사람|걸음)?", re.ASCII)


def spell_korean_numbers(text: str) -> str:
    """`text` with each run of digits in Hangul: "24" is 이십사, "3번" 세번; very long ones digit by digit."""
    return _NUMBER.sub(lambda match: _words(match["digits"], match["counter"] or ""), text)


def _words(digits: str, counter: str) -> str:
    number = int(digits[:9])
    if len(digits) > 8 or (len(digits) > 1 and digits.startswith("0")):
        return "".join(_DIGITS[int(digit)] for digit in digits) + counter
    if counter and 0 < number < 100:
        return _native(number) + counter
    return _chinese(number) + counter


def _native(number: int) -> str:
    tens, ones = divmod(number, 10)
    return "스무" if number == 20 else _NATIVE_TENS[tens] + _NATIVE_ONES[ones]


def _chinese(number: int) -> str:
    if number == 0:
        return "영"
    above, below = divmod(number, 10_000)
    head = ("만" if above == 1 else _below_ten_thousand(above) + "만") if above else ""
    return head + _below_ten_thousand(below)


def _below_ten_thousand(number: int) -> str:
    said = ""
    for size, name in ((1000, "천"), (100, "백"), (10, "십"), (1, "")):
        digit, number = divmod(number, size)
        if digit:
            said += (_DIGITS[digit] if digit > 1 or size == 1 else "") + name
    return said
