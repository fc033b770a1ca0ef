"""The editor of effects: which track it is for, and on which tracks its draft is heard."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, QTimer
from PyQt6.QtWidgets import QWidget

from engine.api.project import Project, Track
from engine.errors import MelismaError
from gui.document.tracks import find_track
from gui.panels.base import Studio
from gui.panels.sing import track_edits
from gui.panels.sing.chain_book import ChainBook
from gui.panels.sing.chain_saving import ChainSaving
from gui.panels.sing.chains import Listed
from gui.panels.sing.effects import Effects
from gui.texts import chains as text
from gui.texts import sing as sing_text
from gui.viewmodels.chain_edit import ChainEdit
from gui.widgets.background import Background

if TYPE_CHECKING:
    from gui.panels.sing.chain_editor import ChainEditor
    from plugin_host.rendergraph import Chain

_REST_MS = 200


class ChainEditing(QObject):
    """The editor follows the track in hand while nothing is unsaved; with unsaved edits it stays with its track.

    What would be saved in place is heard on every track that has the chain, else on the one track alone.
    """

    def __init__(self, studio: Studio, effects: Effects, parent: QWidget) -> None:
        super().__init__(parent)
        self._studio, self._song, self._effects, self._panel = studio, studio.song, effects, parent
        self._background = Background(self)
        self.book = ChainBook(effects, studio.desk, self._background, self)
        self.saving = ChainSaving(self._background, studio.desk, self._over, self)
        self.edited: ChainEdit | None = None
        self.editor: ChainEditor | None = None
        self._in_hand: Track | None = None
        self._track, self._called = "", ""
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self._hear)
        effects.busy_changed.connect(self._say)
        self.book.offered.connect(lambda _: self._relisted())
        self.saving.saved.connect(self._saved)
        self.saving.kept.connect(self._kept)
        self.saving.deleted.connect(self._deleted)

    @property
    def modified(self) -> bool:
        """Whether there are edits that no file has."""
        return self.edited is not None and self.edited.modified

    def unsaved(self) -> str:
        """What closing the window would lose; "" for nothing."""
        return text.UNSAVED.format(name=self.edited.base.name) if self.edited is not None and self.modified else ""

    def show_track(self, track: Track | None) -> None:
        """The track in hand, whenever it or the song changed."""
        self._in_hand = track
        if self.edited is None:
            return
        if track is not None and not self.modified and not self._is_for(track):
            self._open(track)
        own = find_track(self._song.project, self._track)
        if self.editor is not None and own is not None:
            self.editor.tell_track(own.name)
        self._hear()

    def edit(self) -> None:
        """Open the editor for the track in hand, or bring it to the front."""
        track = self._in_hand
        if track is None:
            return
        if self.edited is None:
            self._open(track)
        elif not self._is_for(track):
            self.saving.leave(self.edited, lambda: self._open(track))
        if self.editor is not None and self.edited is not None:
            self.editor.show()
            self.editor.raise_()
            self.editor.activateWindow()

    def close(self) -> None:
        """Without a question; waits for what is being written."""
        self._end()
        self._background.close()

    # The editor

    def _is_for(self, track: Track) -> bool:
        return (track.id, track.chain) == (self._track, self._called)

    def _open(self, track: Track) -> None:
        try:
            base = _chain_of(track)
        except MelismaError as error:
            self._studio.desk.fail(error)
            self._end()
            return
        editor = self.editor = self.editor or self._made()
        self.edited, self._track, self._called = ChainEdit(base), track.id, track.chain
        editor.show_edit(self.edited, track.name)
        self._hear()

    def _made(self) -> ChainEditor:
        from gui.panels.sing.chain_editor import ChainEditor

        editor = ChainEditor(self._studio.theme, self._studio.settings, self._panel.window() or self._panel)
        editor.edited.connect(self._rest.start)
        editor.edited.connect(self._say)
        saving = self.saving
        editor.save_wished.connect(self._with_edit(saving.save))
        editor.save_as_wished.connect(self._with_edit(saving.save_as))
        editor.delete_wished.connect(self._with_edit(lambda edit: saving.delete(edit, len(self._users()))))
        editor.leave_wished.connect(self._with_edit(lambda edit: saving.leave(edit, self._end)))
        editor.play_wished.connect(lambda: self._studio.commands.run("edit.play"))
        return editor

    def _with_edit(self, run: Callable[[ChainEdit], None]) -> Callable[[], None]:
        def done() -> None:
            if self.edited is not None:
                run(self.edited)

        return done

    def _end(self) -> None:
        self.edited = None
        self._hear()
        if self.editor is not None and self.editor.isVisible():
            self.editor.keep_place()
            self.editor.hide()

    def _over(self) -> QWidget:
        """What questions are put in front of."""
        return self.editor if self.editor is not None and self.editor.isVisible() else self._panel

    # What is heard

    def _users(self) -> tuple[Track, ...]:
        """Tracks that have the chain that is edited; of a new one the track that it is for."""
        tracks = self._song.project.tracks
        return tuple(each for each in tracks if each.chain == self._called and (self._called or each.id == self._track))

    def _hearing(self) -> tuple[Track, ...]:
        """Tracks that are heard through the draft."""
        if self.edited is None or not self.modified:
            return ()
        yours = self.edited.base.yours
        return tuple(track for track in self._users() if yours or track.id == self._track)

    def _hear(self) -> None:
        self._rest.stop()
        edit = self.edited
        self._effects.draft({track.id: edit.chain for track in self._hearing()} if edit is not None else {})
        self._say()

    def _say(self) -> None:
        if self.editor is not None and self.edited is not None:
            self.editor.say(*self._state(self.edited))

    def _state(self, edit: ChainEdit) -> tuple[str, str]:
        """A word about what is heard and saved, and its tone."""
        hearing = {track.id for track in self._hearing()}
        failed = [why for track, why in self._effects.failures.items() if track in hearing]
        if failed:
            return failed[0], "bad"
        if edit.modified and not hearing:
            track = find_track(self._song.project, self._track)
            return text.SAID_APART.format(track=track.name) if track else text.SAID_GONE, "warn"
        if self._rest.isActive() or hearing & self._effects.busy:
            return text.SAID_WORKING, "small"
        if edit.modified:
            return text.SAID_EDITED if edit.base.yours else text.SAID_EDITED_OURS, "small"
        return text.SAID_SAVED if edit.base.yours else text.SAID_OURS if edit.base.id else text.SAID_NEW, "small"

    # Files

    def _relisted(self) -> None:
        """Another program may have changed the chain that is shown."""
        edit = self.edited
        track = find_track(self._song.project, self._track)
        if edit is None or edit.modified or track is None:
            return
        if self.book.known.get(edit.base.id, edit.base) != edit.base:
            self._open(track)

    def _saved(self, edit: ChainEdit, saved: Chain) -> None:
        edit.saved(saved)
        # Known before the draft goes: nothing is reckoned twice.
        self.book.put(saved)
        self._hear()
        if self.editor is not None and edit is self.edited:
            self.editor.renew()

    def _kept(self, edit: ChainEdit, kept: Chain) -> None:
        self._studio.desk.tell(text.KEPT.format(name=kept.name), "good")
        called, own = self._called, self._track
        track = find_track(self._song.project, own)
        wears = edit is self.edited and track is not None and track.chain == called
        if edit is self.edited:
            self._called = kept.id
        if wears:
            # While the draft is still heard: the sound is the same before and after.
            self._song.do(sing_text.DO_CHAIN, lambda project: track_edits.with_chain(project, own, kept.id))
        self._saved(edit, kept)

    def _deleted(self, base: Chain, left: Listed) -> None:
        users = self._users()
        self._end()
        if base.id not in {chain.id for chain in left.chains}:

            def without(project: Project) -> Project:
                for track in users:
                    project = track_edits.with_chain(project, track.id, "")
                return project

            self._song.do(text.DO_DELETE, without)
        self.book.take(left)
        self._studio.desk.tell(text.DELETED.format(name=base.name))


def _chain_of(track: Track) -> Chain:
    """Raises `InputError` for one that is not there or cannot be read."""
    from plugin_host.rendergraph import Chain, find_chain

    return find_chain(track.chain) if track.chain else Chain("", text.NEW_NAME, "", ())
