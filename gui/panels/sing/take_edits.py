"""Takes of the phrase in hand: made, chosen, compared, liked, named, locked, forgotten."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import cast

from engine.api.project import PhraseTakes, Project, What, choose, forget, like, lock, name_take, retake
from gui.document.song import Song
from gui.document.tracks import find_track
from gui.panels.sing.equal_takes import EqualTakes
from gui.panels.sing.inspected import takes_of
from gui.texts import sing as text
from gui.widgets.roll_view import RollView
from gui.widgets.take_list import TakeList


class TakeEdits:
    """Listens to the list of takes.  `phrase` gives the notes of the phrase in hand, none when there is none; `equal`
    makes them equally loud while they are compared; `tell` is given a sentence when something cannot be."""

    def __init__(
        self,
        song: Song,
        view: RollView,
        listed: TakeList,
        phrase: Callable[[], Sequence[str]],
        equal: EqualTakes,
        tell: Callable[[str], None],
    ) -> None:
        self._song, self._view, self._listed = song, view, listed
        self._phrase, self._equal, self._tell = phrase, equal, tell
        self._before = ""
        self._comparing = False
        self._compared: Project | None = None
        listed.retake_wished.connect(self.retake)
        listed.choose_wished.connect(self.choose)
        listed.compare_wished.connect(self.compare)
        listed.like_wished.connect(self.like)
        listed.lock_wished.connect(self.lock)
        listed.name_wished.connect(self.name)
        listed.forget_wished.connect(self.forget)
        equal.changed.connect(lambda: listed.show_comparison(equal.told))
        song.changed.connect(self._changed)
        view.selection_changed.connect(self._selected)

    def retake(self, what: str = "both") -> None:
        """Another chance in "pitch", "timbre" or "both"."""
        if self._locked():
            return
        self._remember()
        self._do(text.DO_RETAKE, lambda project, note: retake(project, self._view.track, note, cast(What, what)))

    def choose(self, take: str) -> None:
        """Sing another take."""
        if take != self._chosen() and not self._locked():
            self._remember()
            self._do(text.DO_CHOOSE, lambda project, note: choose(project, self._view.track, note, take))

    def compare(self) -> None:
        """Back to the take that was sung before this one, and forth again; the first time to the newest other one.

        Both are equally loud, until something else is done."""
        takes = self._takes()
        others = [take.id for take in takes.takes if take.id != takes.chosen] if takes else []
        if not others or self._locked():
            return
        self._equal.begin(self._view.track, self._phrase())
        self._comparing = True
        self.choose(self._before if self._before in others else others[-1])
        self._comparing = False

    def like(self, take: str, liked: bool) -> None:
        """A heart, or none."""
        self._do(text.DO_LIKE, lambda project, note: like(project, self._view.track, note, take, liked))

    def lock(self, locked: bool) -> None:
        """The phrase stays with the take that is sung, or not."""
        self._do(text.DO_LOCK, lambda project, note: lock(project, self._view.track, note, locked))

    def name(self, take: str, name: str) -> None:
        """What the producer calls it; "" for nothing."""
        self._do(text.DO_NAME_TAKE, lambda project, note: name_take(project, self._view.track, note, name, take))

    def forget(self, take: str) -> None:
        """A take that is not sung goes away."""
        self._do(text.DO_FORGET, lambda project, note: forget(project, self._view.track, note, take))

    def _changed(self) -> None:
        """Whatever is edited beside, ends the comparison; a song that was only saved is as it was."""
        if self._comparing:
            self._compared = self._song.project
        elif self._song.project is not self._compared:
            self._equal.end()

    def _selected(self) -> None:
        if not self._equal.compares(self._view.track, self._phrase()):
            self._equal.end()

    def _takes(self) -> PhraseTakes | None:
        notes, track = self._phrase(), find_track(self._song.project, self._view.track)
        return takes_of(track, notes) if notes and track is not None else None

    def _chosen(self) -> str:
        takes = self._takes()
        return takes.chosen if takes else ""

    def _locked(self) -> bool:
        """Whether the phrase is to stay as it is, which is told then."""
        takes = self._takes()
        if takes is None or not takes.locked:
            return False
        self._tell(text.LOCKED.format(take=takes.chosen))
        return True

    def _remember(self) -> None:
        self._before = self._chosen()

    def _do(self, label: str, edit: Callable[[Project, str], Project]) -> None:
        notes = self._phrase()
        if notes:
            self._song.do(label, lambda project: _in_phrase(project, self._view.track, notes, edit))


def _in_phrase(project: Project, track: str, notes: Sequence[str], edit: Callable[[Project, str], Project]) -> Project:
    """With takes edited of the phrase that has these notes.  The edit sees that phrase alone: in a long song it would
    look for it in all of them."""
    whole = find_track(project, track)
    wanted = frozenset(notes)
    if whole is None or not any(note.id in wanted for note in whole.notes):
        return project
    alone = replace(whole, notes=tuple(note for note in whole.notes if note.id in wanted), curves={}, drawn=())
    edited = find_track(edit(project.with_track(alone), notes[0]), track)
    return project if edited is None else project.with_track(replace(whole, takes=edited.takes))
