"""Syllables, some of which wait for a note, become the lyrics of a score; what is left over becomes problems."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from engine.score.assemble import STAND_IN, TOUCHING_QUARTERS, problem_at_note, with_syllable
from engine.score.model import Note, Problem, Score
from engine.score.sidecar import LYRIC_KINDS
from engine.score.syllables import Syllable

_SHOWN = 8  # words of one problem


@dataclass(slots=True)
class _Settling:
    """What was decided so far: `sung` and `words` per note; -1 is the word of a note that belongs to none."""

    notes: Sequence[Note]
    sung: list[Syllable] = field(default_factory=list)
    words: list[int] = field(default_factory=list)
    breaks: set[int] = field(default_factory=set)
    surplus: list[int] = field(default_factory=list)
    orphans: list[int] = field(default_factory=list)
    left_over: list[tuple[int, str]] = field(default_factory=list)
    pending: Syllable | None = None
    """A syllable without its note, which the notes that held it may still sing."""
    pending_word: int = -1
    word: int = 0

    def give(self, syllable: Syllable, word: int) -> None:
        self.sung.append(syllable)
        self.words.append(word)

    def drop_pending(self) -> None:
        """Nobody sings it.  A `+` is no loss: its word was written whole on the notes that are left."""
        if self.pending is not None and not self.pending.continues_word:
            self.left_over.append((len(self.sung), self.pending.text or "(br)"))
        self.pending = None


def settle(score: Score, entries: Sequence[tuple[Syllable | None, bool]]) -> Score:
    """`score` with the syllables of `entries`: (syllable, whether its note is gone), in the text's order.

    As many entries are not gone as `score` has notes.  A syllable whose own note is gone moves on to the notes that
    held it; so does a word written whole.  Syllables and notes left over become problems, those of earlier lyrics go.
    """
    state = _Settling(score.notes)
    for syllable, gone in entries:
        if syllable is None or syllable.holds:
            if not gone:
                _bare(state, syllable)
            continue
        _syllable(state, syllable, gone)
        if syllable.ends_word or syllable.breath:
            state.word += 1
        if syllable.breaks_phrase and state.sung:
            state.breaks.add(len(state.sung) - 1)
    state.drop_pending()
    sung = _word_ends(state)
    notes = tuple(with_syllable(n, s) for n, s in zip(score.notes, sung, strict=True))
    problems = [p for p in score.problems if p.kind not in LYRIC_KINDS] + _problems(score, state)
    problems.sort(key=lambda p: (-1, 0.0) if p.bar is None or p.beat is None else (p.bar, p.beat))
    breaks = tuple(score.notes[i].id for i in sorted(state.breaks))
    return replace(score, notes=notes, problems=tuple(problems), phrase_breaks=breaks)


def _syllable(state: _Settling, syllable: Syllable, gone: bool) -> None:
    whole_word = state.pending if state.pending_word == state.word and syllable.continues_word else None
    if whole_word is not None and not whole_word.continues_word:
        if not gone:  # the word goes on to its next note
            state.give(whole_word, state.word)
            state.pending = None
        return
    state.drop_pending()
    if gone:
        state.pending, state.pending_word = syllable, state.word
    elif syllable.continues_word and next((w for w in reversed(state.words) if w >= 0), -1) != state.word:
        state.orphans.append(len(state.sung))
        state.give(Syllable(), -1)
    else:
        state.give(syllable, state.word)


def _bare(state: _Settling, syllable: Syllable | None) -> None:
    """A note that holds, or has nothing."""
    i = len(state.sung)
    if syllable is not None and state.pending is not None and not state.pending.breath:
        state.give(state.pending, state.pending_word)
        state.pending = None
        return
    state.drop_pending()
    if syllable is None:
        state.surplus.append(i)
        holds = _sounds(state) and state.notes[i].start - state.notes[i - 1].end < TOUCHING_QUARTERS
    else:
        holds = _sounds(state)
        if not holds:
            state.orphans.append(i)
    if holds and syllable is not None and i - 1 in state.breaks:
        state.breaks.remove(i - 1)
        state.breaks.add(i)
    state.give(Syllable(holds=holds), -1)


def _sounds(state: _Settling) -> bool:
    """Something sung precedes that can be held."""
    return bool(state.sung) and not state.sung[-1].breath


def _word_ends(state: _Settling) -> list[Syllable]:
    """A syllable ends its word unless the next one sung belongs to it; holds say what their syllable says."""
    ends: list[bool] = []
    following = -1
    pairs = list(zip(state.sung, state.words, strict=True))
    held_end = True
    for syllable, word in reversed(pairs):
        if syllable.holds:
            ends.append(held_end)
            continue
        ends.append(word < 0 or word != following)
        following = word
    ends.reverse()
    carried = True
    settled = []
    for (syllable, _), end in zip(pairs, ends, strict=True):
        carried = carried if syllable.holds else end
        settled.append(replace(syllable, ends_word=carried))
    return settled


def _problems(score: Score, state: _Settling) -> list[Problem]:
    found: list[Problem] = []
    for place in dict.fromkeys(place for place, _ in state.left_over):
        words = [word for at, word in state.left_over if at == place]
        shown = " ".join(words[:_SHOWN]) + (" ..." if len(words) > _SHOWN else "")
        verb = "it is not sung" if len(words) == 1 else "they are not sung"
        many = "1 syllable" if len(words) == 1 else f"{len(words)} syllables"
        text = f'no note is left for "{shown}" ({many}); {verb}.'
        found.append(problem_at_note(score, "too_many_syllables", text, max(0, place - 1)))
    for first, count in _runs(state.surplus):
        text = f"{count} notes from here on have no syllable." if count > 1 else "this note has no syllable."
        found.append(problem_at_note(score, "surplus_notes", text, first))
    for i in state.orphans:
        text = f'this note goes on with a word, but none comes before it; it is sung as "{STAND_IN}".'
        found.append(problem_at_note(score, "hold_without_syllable", text, i))
    return found


def _runs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """(first, how many) of numbers that follow each other."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and sum(runs[-1]) == number:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((number, 1))
    return runs
