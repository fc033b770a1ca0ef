"""Lyric events of a MIDI file: which track they belong to, which note each one is for.

Sources: RP-017 (lyric meta events: one per syllable, trailing space ends the word, CR ends the line)
and the .kar custom (text events, `@` headers, `\\` new page, `/` new line).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from engine.score.midi_file import RawTrack
from engine.score.syllables import Syllable, is_kana_or_han, parse_syllable, with_word_end

# Of all syllables in a file that marks word ends by spaces; a stray space typed by accident is rarer.
_SPACES_MEAN_WORDS = 0.2

_WORD_TRACKS = ("lyric", "words", "vocal", "voice", "lead", "melody", "karaoke", "sing")


@dataclass(frozen=True, slots=True)
class TimedSyllable:
    """`tick` of the event that carried the syllable."""

    tick: int
    syllable: Syllable


@dataclass(slots=True)
class _Token:
    tick: int
    core: str
    leading_space: bool
    trailing_space: bool
    breaks_before: bool
    breaks_after: bool = False


def match_tolerance(ticks_per_quarter: int) -> int:
    """How far from its note an event may lie: 10 ticks at 480 per quarter."""
    return 10 * ticks_per_quarter // 480


@dataclass(frozen=True, slots=True)
class Words:
    """All lyric events of some tracks, by tick; `texts_are_words`: their text events are meant as lyrics."""

    lyrics: list[tuple[int, bytes]]
    texts: list[tuple[int, bytes]]
    texts_are_words: bool

    @classmethod
    def of(cls, tracks: Sequence[RawTrack]) -> Words:
        """Gather; `@` headers of a karaoke file are no words."""
        lyrics = [event for t in tracks for event in t.lyrics]
        texts = [event for t in tracks for event in t.texts]
        named = any(word in t.name.decode("latin1").lower() for t in tracks if t.texts for word in _WORD_TRACKS)
        karaoke = any(text.startswith(b"@KMIDI") for _, text in texts)
        sung = [event for event in texts if not event[1].startswith(b"@")]
        return cls(_by_tick(lyrics), _by_tick(sung), named or karaoke)


def _by_tick(events: list[tuple[int, bytes]]) -> list[tuple[int, bytes]]:
    return sorted(events, key=lambda event: event[0])


def count_hits(onsets: Sequence[int], ticks: Sequence[int], tolerance: int) -> int:
    """How many onsets have an event within the tolerance; both ascending."""
    hits = 0
    for onset in onsets:
        i = bisect_left(ticks, onset - tolerance)
        hits += i < len(ticks) and ticks[i] <= onset + tolerance
    return hits


def fit(onsets: Sequence[int], ticks: Sequence[int], tolerance: int) -> float:
    """Hits weighed by how well both sides are used up, so that busy drums do not win by chance."""
    hits = count_hits(onsets, ticks, tolerance)
    return hits * 2.0 * hits / (len(onsets) + len(ticks)) if hits else 0.0


def choose_events(
    own: Words, pool: Words, onsets: Sequence[int], tolerance: int
) -> tuple[float, list[tuple[int, bytes]]]:
    """The best source of words for the notes at `onsets`: (fit, events by tick).

    A track's own events come before those of other tracks, unless the others fit more than twice as well.
    Text events also hold copyrights and cue marks: few of them on notes are no lyrics.
    """
    best: tuple[float, list[tuple[int, bytes]]] = (0.0, [])
    for words, weight in ((own, 2.0), (pool, 1.0)):
        for events in (words.lyrics, words.texts):
            ticks = [tick for tick, _ in events]
            value = weight * fit(onsets, ticks, tolerance)
            if events is words.texts and not words.texts_are_words:
                few = count_hits(onsets, ticks, tolerance) < max(2, len(onsets) // 10)
                value = 0.0 if few else value
            if value > best[0]:
                best = (value, events)
    return best


def parse_events(events: Sequence[tuple[int, str]]) -> list[TimedSyllable]:
    """Decode the marks of all events together: breaks, spaces as word ends, hyphens, holds."""
    tokens = _tokens(events)
    spaced = sum(t.trailing_space or t.leading_space for t in tokens)
    uses_spaces = spaced > 0 and spaced >= _SPACES_MEAN_WORDS * len(tokens)
    timed: list[TimedSyllable] = []
    for token, after in zip_longest(tokens, tokens[1:]):
        syllable = parse_syllable(token.core)
        breaks = token.breaks_after or (after is not None and after.breaks_before)
        told_apart = token.trailing_space or after is None or after.leading_space or breaks
        own_word = is_kana_or_han(syllable.text) or syllable.breath
        if uses_spaces and not told_apart and not own_word:
            syllable = with_word_end(syllable, False)
        if breaks:
            syllable = replace(syllable, breaks_phrase=True)
        timed.append(TimedSyllable(token.tick, syllable))
    return timed


def _tokens(events: Sequence[tuple[int, str]]) -> list[_Token]:
    """Cut spaces and breaks off the texts; an event of nothing else marks the token before it."""
    tokens: list[_Token] = []
    breaks_next = False
    for tick, text in events:
        core = text.strip(" \t\u3000\r\n\v\f")
        head = text[: len(text) - len(text.lstrip(" \t\u3000\r\n\v\f"))]
        tail = text[len(text.rstrip(" \t\u3000\r\n\v\f")) :]
        slashed = core.startswith(("/", "\\"))
        core = core.lstrip("/\\")
        breaks_before = breaks_next or slashed or any(c in head for c in "\r\n")
        if slashed:
            head = core[: len(core) - len(core.lstrip())]
            core = core.strip()
        breaks_next = False
        if core:
            spaced_before, spaced_after = (any(c in part for c in " \t\u3000") for part in (head, tail))
            breaks_after = any(c in tail for c in "\r\n")
            tokens.append(_Token(tick, core, spaced_before, spaced_after, breaks_before, breaks_after))
        elif tokens:
            tokens[-1].trailing_space |= " " in text
            breaks_next = breaks_before
    return tokens


def match_syllables(
    onsets: Sequence[int], timed: Sequence[TimedSyllable], tolerance: int
) -> tuple[list[Syllable | None], list[TimedSyllable]]:
    """Give each onset its nearest syllable (the first of several at one tick); also return those without a note."""
    given: list[tuple[int, int] | None] = [None] * len(onsets)  # (distance, index into timed)
    for number, item in enumerate(timed):
        i = bisect_left(onsets, item.tick)
        near = [j for j in (i - 1, i) if 0 <= j < len(onsets) and abs(onsets[j] - item.tick) <= tolerance]
        if near:
            j = min(near, key=lambda j: abs(onsets[j] - item.tick))
            distance = abs(onsets[j] - item.tick)
            taken = given[j]
            if taken is None or distance < taken[0]:
                given[j] = (distance, number)
    used = {pair[1] for pair in given if pair is not None}
    left_over = [item for number, item in enumerate(timed) if number not in used]
    return [None if pair is None else timed[pair[1]].syllable for pair in given], left_over
