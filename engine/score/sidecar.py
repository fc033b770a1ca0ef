"""Plain lyric text laid on the notes of a score (the `.lyrics.txt` beside a clip).

Space: next word.  `-` inside a word: next syllable.  `_`: the note before is held (alone or after a
syllable).  `+`: next syllable of a word written whole.  `/`: phrase end; in a text without any, the
line end.  `word[ph ph]`: own pronunciation.  `(br)`: a breath on a note of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from engine.score.assemble import (
    STAND_IN,
    TOUCHING_QUARTERS,
    link_words,
    problem_at_note,
    with_syllable,
)
from engine.score.line_match import Range, match_lines
from engine.score.model import Note, Problem, Score
from engine.score.syllables import (
    NEXT_SYLLABLE,
    Syllable,
    is_han,
    is_hangul,
    is_kana,
    parse_syllable,
    plain_words,
)

PHRASE_REST_QUARTERS = 1.0
"""A longer rest ends a phrase of notes, to which a phrase of text can be matched."""

CountSyllables = Callable[[str], int]

_TOKEN = re.compile(r"(?:[^\s\[\]/]|\[[^\[\]]*\])+|/|\n|[\[\]]")
_SMALL_KANA = frozenset("ぁぃぅぇぉゃゅょゎァィゥェォャュョヮ")
LYRIC_KINDS = frozenset({"no_lyric", "no_lyrics", "hold_without_syllable", "too_many_syllables", "surplus_notes"})
"""Kinds of problems that laying lyrics finds anew."""

_TOLD_WORDS = 8


@dataclass(frozen=True, slots=True)
class LaidText:
    """`left_over`: (how many notes come before it, syllable) of those without a note; `surplus`: notes without one."""

    score: Score
    left_over: tuple[tuple[int, Syllable], ...]
    surplus: frozenset[int]


def apply_lyrics(score: Score, text: str, count_syllables: CountSyllables | None = None) -> Score:
    """Lay the text's syllables on the notes in order; all lyrics of the score are replaced.

    Where the text has phrase ends, each phrase finds its own run of notes (runs end at rests longer
    than a beat), so a missing note spoils only its phrase; of a text that is too long for the notes, the
    end is left over.  Syllables or notes left over on either side become problems; notes left over hold
    the last vowel, or have no lyric after a rest.
    `count_syllables(word)` tells how many notes a word without hyphens takes (default: one).
    """
    return lay_text(score, text, count_syllables).score


def lay_text(score: Score, text: str, count_syllables: CountSyllables | None = None) -> LaidText:
    """As `apply_lyrics`; also says what was left over on either side."""
    phrases = parse_lyrics(text, count_syllables)
    runs = _note_runs(score.notes)
    if len(phrases) < 2:
        pairs = [((0, len(phrases)), (0, len(runs)))]
    else:
        pairs = match_lines([len(p) for p in phrases], [end - start for start, end in runs])
    laid: list[Syllable] = []
    left_over: list[tuple[int, Syllable]] = []
    surplus: set[int] = set()
    problems = [p for p in score.problems if p.kind not in LYRIC_KINDS]
    for (t0, t1), (r0, r1) in pairs:
        syllables = [s for phrase in phrases[t0:t1] for s in phrase]
        first, end = (runs[r0][0], runs[r1 - 1][1]) if r1 > r0 else (len(laid), len(laid))
        laid += _lay(syllables, score, first, end, problems)
        left_over += [(end, syllable) for syllable in syllables[end - first :]]
        surplus |= set(range(first + len(syllables), end))
    laid = link_words(laid)
    notes = tuple(with_syllable(n, s) for n, s in zip(score.notes, laid, strict=True))
    breaks = tuple(n.id for n, s in zip(notes, laid, strict=True) if s.breaks_phrase)
    problems.sort(key=lambda p: (-1, 0.0) if p.bar is None or p.beat is None else (p.bar, p.beat))
    laid_score = replace(score, notes=notes, problems=tuple(problems), phrase_breaks=breaks)
    return LaidText(laid_score, tuple(left_over), frozenset(surplus))


def parse_lyrics(text: str, count_syllables: CountSyllables | None = None) -> list[list[Syllable]]:
    """The text's phrases, each a list of syllables; the last one of a phrase `breaks_phrase`."""
    tokens = _TOKEN.findall(text.replace("\r\n", "\n").replace("\r", "\n"))
    ends = "/" if "/" in tokens else "\n"
    phrases: list[list[Syllable]] = [[]]
    for token in tokens:
        if token == ends:
            phrases.append([])
        elif token not in ("/", "\n", "[", "]"):
            phrases[-1] += _word(token, count_syllables)
    phrases = [phrase for phrase in phrases if phrase]
    for phrase in phrases:
        phrase[-1] = replace(phrase[-1], breaks_phrase=True)
    return phrases


def _word(token: str, count_syllables: CountSyllables | None) -> list[Syllable]:
    whole = parse_syllable(token)
    if whole.breath or whole.holds or whole.continues_word:
        return [whole]
    bare = token.split("[", maxsplit=1)[0]
    if any(map(is_kana, bare)) or any(map(is_han, bare)) or any(map(is_hangul, bare)):
        return _cjk_word(token)
    syllables: list[Syllable] = []
    for piece in (bare + token.partition("]")[2]).split("-"):
        syllable = parse_syllable(piece.rstrip("_"))
        if syllable.text or syllable.continues_word:
            syllables.append(replace(syllable, ends_word=False))
        syllables += [Syllable(holds=True, ends_word=False)] * (len(piece) - len(piece.rstrip("_")))
    if whole.phones:
        first = syllables[0] if syllables else Syllable(ends_word=False)
        syllables[:1] = [replace(first, phones=whole.phones)]
    if count_syllables is not None and len(syllables) == 1 and syllables[0].text:
        count = max(1, count_syllables(syllables[0].text))
        syllables += [Syllable(continues_word=True, joins_previous=True, ends_word=False)] * (count - 1)
    last = max((i for i, syllable in enumerate(syllables) if not syllable.holds), default=0)  # holds follow it
    syllables[last:] = [replace(s, ends_word=not token.endswith("-")) for s in syllables[last:]]
    return syllables


def _cjk_word(token: str) -> list[Syllable]:
    """A character is a syllable: kana with their small ones, a long-vowel mark holds; hangul make words."""
    word, bracket, hint = token.partition("[")
    syllables: list[Syllable] = []
    for piece in re.findall(r"[A-Za-z']+|.", word):
        if piece in "-_ー~〜":
            if piece != "-":
                syllables.append(Syllable(holds=True))
        elif syllables and (piece in _SMALL_KANA or not (piece == NEXT_SYLLABLE or piece.isalnum())):
            last = syllables[-1]
            syllables[-1] = replace(last, text=last.text + piece)  # small kana and punctuation
        elif piece == NEXT_SYLLABLE:
            syllables.append(parse_syllable(piece))
        else:
            syllables.append(Syllable(text=piece, ends_word=not is_hangul(piece)))
    if syllables:
        syllables[-1] = replace(syllables[-1], ends_word=True)
        if bracket:
            syllables[0] = replace(syllables[0], phones=tuple(hint.rstrip("]").split()))
    return syllables


def _note_runs(notes: Sequence[Note]) -> list[Range]:
    """[first, end) of notes between rests longer than a beat."""
    runs: list[Range] = []
    first = 0
    for i in range(1, len(notes) + 1):
        if i == len(notes) or notes[i].start - notes[i - 1].end > PHRASE_REST_QUARTERS:
            runs.append((first, i))
            first = i
    return runs


def _lay(syllables: list[Syllable], score: Score, first: int, end: int, problems: list[Problem]) -> list[Syllable]:
    """Syllables for notes [first, end); what is left over on either side is reported."""
    notes = score.notes
    laid = syllables[: end - first]
    if len(syllables) > end - first:
        left = syllables[end - first :]
        words = plain_words(left, _TOLD_WORDS)
        named = f'"{words}" ({_count(len(left), "syllable")})' if words else _count(len(left), "syllable")
        text = f"no note is left for {named}; {'it is' if len(left) == 1 else 'they are'} not sung."
        at = max(0, end - 1)
        if laid:
            laid[-1] = replace(laid[-1], breaks_phrase=True)
        problems.append(problem_at_note(score, "too_many_syllables", text, at))
    elif len(laid) < end - first:
        start = first + len(laid)
        verb = "has" if end - start == 1 else "have"
        text = f"{_count(end - start, 'note')} from here on {verb} no syllable left."
        problems.append(problem_at_note(score, "surplus_notes", text, start))
        for i in range(start, end):
            touches = i > first and notes[i].start - notes[i - 1].end < TOUCHING_QUARTERS
            laid.append(Syllable(holds=bool(laid) and touches and not laid[-1].breath))
    for offset, syllable in enumerate(laid):
        if not syllable.holds and not syllable.continues_word:
            break
        laid[offset] = Syllable(breaks_phrase=syllable.breaks_phrase)
        text = f'this note goes on with a word, but none comes before it; it is sung as "{STAND_IN}".'
        if offset < len(syllables):
            problems.append(problem_at_note(score, "hold_without_syllable", text, first + offset))
    return laid


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")
