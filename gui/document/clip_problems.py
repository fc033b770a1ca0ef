"""What was wrong with a clip, as long as it still is: who has typed the missing word need not read of it any more."""

from __future__ import annotations

from dataclasses import dataclass

from engine.api.project import Track, TrackNote
from engine.score import NoteId, Problem
from gui.document.lyrics import written

_OF_WORDS = frozenset({"no_lyric", "no_lyrics", "hold_without_syllable", "surplus_notes"})


@dataclass(frozen=True, slots=True)
class ClipProblems:
    """`track`: as it was read."""

    track: Track
    problems: tuple[Problem, ...]

    def still(self, now: Track) -> tuple[Problem, ...]:
        """Those of notes that are where they were, and of words that are as they were."""
        if not self.problems:
            return ()
        before = {note.id: note for note in self.track.notes}
        after = {note.id: note for note in now.notes}
        return tuple(problem for problem in self.problems if _stands(problem, before, after))


_Notes = dict[NoteId, TrackNote]


def _stands(problem: Problem, before: _Notes, after: _Notes) -> bool:
    if problem.note_id is None:
        return problem.kind not in _OF_WORDS or _same_words(before, after)
    was, now = before.get(problem.note_id), after.get(problem.note_id)
    if was is None or now is None or (was.start, was.key) != (now.start, now.key):
        return False
    return problem.kind not in _OF_WORDS or written(was) == written(now)


def _same_words(before: _Notes, after: _Notes) -> bool:
    return all(name in before and written(before[name]) == written(note) for name, note in after.items())
