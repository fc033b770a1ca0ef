"""The parts of a file, and which of them become tracks when it is opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.score.model import Score

MOST_WORDLESS = 4
"""More parts without words are a band, not a choir."""


@dataclass(frozen=True, slots=True)
class ScorePart:
    """`name`: as the file calls it, "" where it does not; `words`: it has words of its own; `main`: it is sung where
    only one is.  Where the part has no words of its own, the score may have those of another."""

    name: str
    score: Score
    words: bool
    main: bool


def worth_opening(parts: Sequence[ScorePart]) -> tuple[tuple[ScorePart, ...], tuple[ScorePart, ...]]:
    """Those with words, then those of a choir without; and what is left out: the band behind a singer."""
    wordless = [part for part in parts if not part.words]
    taken = [part for part in parts if part.words]
    taken += wordless if len(wordless) <= MOST_WORDLESS else [part for part in wordless if part.main]
    return tuple(taken), tuple(part for part in parts if not any(part is other for other in taken))


def has_words(score: Score) -> bool:
    """Whether any note was written with words."""
    return bool(score.notes) and all(problem.kind != "no_lyrics" for problem in score.problems)
