"""What the list of tracks and their form wish, done to the song."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from engine.api.project import TrackChoir, set_choir, set_track
from engine.errors import InputError
from gui.document.song import Song
from gui.document.tracks import find_track
from gui.panels.sing import track_edits
from gui.panels.sing.track_form import TrackForm
from gui.panels.sing.track_list import TrackList
from gui.texts import sing as text
from gui.widgets.roll_view import RollView


class TrackWishes:
    """`choose` shows another track, `soloed` is told when one is or is no longer alone, `fail` what cannot be."""

    def __init__(
        self,
        song: Song,
        view: RollView,
        listed: TrackList,
        form: TrackForm,
        choose: Callable[[str], None],
        soloed: Callable[[str, bool], None],
        fail: Callable[[InputError], None],
    ) -> None:
        self._song, self._view, self._listed, self._choose, self._fail = song, view, listed, choose, fail
        listed.chosen.connect(choose)
        listed.renamed.connect(lambda track, name: self._set(track, "name", name))
        listed.muted.connect(lambda track, on: self._set(track, "mute", "true" if on else "false"))
        listed.soloed.connect(soloed)
        listed.add_wished.connect(self.add)
        listed.duplicate_wished.connect(self.duplicate)
        listed.remove_wished.connect(self.remove)
        form.set_wished.connect(lambda field, value: self._set(view.track, field, _typed(value)))
        form.chain_wished.connect(self._chain)
        form.choir_wished.connect(self._choir)

    def add(self) -> None:
        """An empty track."""
        before = self._song.project
        name = text.TRACK_NEW_NAME.format(n=len(before.tracks) + 1)
        self._song.do(text.DO_ADD_TRACK, lambda project: track_edits.added(project, name))
        self._choose(track_edits.newest(before, self._song.project))

    def duplicate(self) -> None:
        """The track in hand once more."""
        before, own = self._song.project, self._view.track
        track = find_track(before, own)
        if track is None:
            return
        name = text.TRACK_COPY_NAME.format(name=track.name)
        self._song.do(text.DO_DUPLICATE_TRACK, lambda project: track_edits.duplicated(project, own, name))
        self._choose(track_edits.newest(before, self._song.project))

    def remove(self) -> None:
        """The track in hand goes away; undo brings it back."""
        own = self._view.track
        self._song.do(text.DO_REMOVE_TRACK, lambda project: track_edits.removed(project, own))

    def toggle_mute(self) -> None:
        """Of the track in hand."""
        self._listed.row(self._view.track).toggle_mute()

    def toggle_solo(self) -> None:
        """Of the track in hand."""
        self._listed.row(self._view.track).toggle_solo()

    def rename(self) -> None:
        """The track in hand, in its row."""
        self._listed.row(self._view.track).rename()

    def _set(self, track: str, field: str, value: str) -> None:
        label = text.DO_TRACK.format(field=text.FIELDS.get(field, field))
        try:
            self._song.do(label, lambda project: set_track(project, track, {field: value}), f"{field} {track}")
        except InputError as error:
            self._fail(error)

    def _chain(self, chain: str) -> None:
        own = self._view.track
        self._song.do(text.DO_CHAIN, lambda project: track_edits.with_chain(project, own, chain))

    def _choir(self, choir: TrackChoir | None) -> None:
        own = self._view.track
        held = None if choir is None else replace(choir, voices=int(choir.voices))
        self._song.do(text.DO_CHOIR, lambda project: set_choir(project, own, held), f"choir {own}")


def _typed(value: Any) -> str:
    """A value as one would type it: "" gives the default back."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:g}"
    return str(value)
