"""How often strangers get an answer, so that a flood of garbage does not become a flood of errors."""

from __future__ import annotations

_SOURCES = 256


class Bucket:
    """`burst` at once, `per_s` in the long run."""

    def __init__(self, burst: float, per_s: float) -> None:
        self._burst, self._per_s = burst, per_s
        self._left = burst
        self._last_s: float | None = None

    def take(self, now_s: float) -> bool:
        """Whether there is one left."""
        if self._last_s is not None:
            self._left = min(self._burst, self._left + (now_s - self._last_s) * self._per_s)
        self._last_s = now_s
        if self._left < 1:
            return False
        self._left -= 1
        return True


class Limiter:
    """One bucket for each source and one for all.  Belongs to one thread."""

    def __init__(self) -> None:
        self._all = Bucket(burst=64, per_s=32)
        self._each: dict[str, Bucket] = {}
        self._withheld = 0

    def allows(self, source: str, now_s: float) -> bool:
        """Whether `source` may be answered now."""
        if len(self._each) >= _SOURCES:
            self._each.clear()
        allowed = self._each.setdefault(source, Bucket(burst=8, per_s=4)).take(now_s) and self._all.take(now_s)
        self._withheld += not allowed
        return allowed

    def withheld(self) -> int:
        """How many were not allowed since the last call."""
        withheld, self._withheld = self._withheld, 0
        return withheld
