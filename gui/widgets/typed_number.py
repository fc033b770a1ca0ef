"""Numbers as people type them: with their unit, with k for thousands, with a comma for either."""

from __future__ import annotations

import math
import re

_NUMBER = re.compile(r"(?P<number>[-+]?[\d.,]+)(?P<thousands>k?)")
_GROUPED = re.compile(r"[-+]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?")


def typed_number(written: str, low: float, high: float, unit: str = "") -> float | None:
    """`1250`, `1.25 kHz`, `1,250 Hz`, `-3,5`; None for what is no number.  A comma before three figures parts thousands
    where `low` to `high` has such a value; else it is the decimal one."""
    plain = "".join(written.split()).replace("−", "-")
    plain = plain.lower().removesuffix("".join(unit.split()).lower())
    found = _NUMBER.fullmatch(plain)
    if found is None:
        return None
    times = 1000.0 if found["thousands"] else 1.0
    if _GROUPED.fullmatch(found["number"]):
        grouped = _finite(found["number"].replace(",", ""))
        if grouped is not None and ("." in found["number"] or low <= times * grouped <= high):
            return times * grouped
    value = _finite(found["number"].replace(",", "."))
    return None if value is None else times * value


def _finite(written: str) -> float | None:
    try:
        value = float(written)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
