"""The editor of effects: which track it is for, and on which tracks its draft is heard."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, QTimer
from PyQt6.QtWidgets import QWidget

from engine.api.project import Track
from engine.errors import MelismaError
from gui.panels.base import Studio
from gui.panels.sing import track_edits
from gui.panels.sing.chain_book import ChainBook
from gui.panels.sing.chain_owner import Owner
from gui.panels.sing.chain_saving import ChainSaving
from gui.panels.sing.chains import Listed
from gui.panels.sing.effects import Effects
from gui.panels.sing.playback import heard
from gui.texts import chains as text
from gui.texts import sing as sing_text
from gui.viewmodels.chain_edit import ChainEdit
from gui.widgets.background import Background

if TYPE_CHECKING:
    from gui.panels.sing.chain_editor import ChainEditor
    from plugin_host.rendergraph import Chain

_REST_MS = 200


class ChainEditing(QObject):
    """The editor follows to a track that is taken in hand, or to its other effects, while nothing is unsaved; with
    unsaved edits it stays with its track, and they are heard nowhere once that is gone.

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
        self._owner: Owner | None = None
        self._called = ""
        self._songs = 0
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self._hear)
        effects.busy_changed.connect(self._say)
        self.book.offered.connect(lambda _: self._relisted())
        self.saving.saved.connect(self._saved)
        self.saving.kept.connect(self._kept)
        studio.desk.song_bounced.connect(self._bounced)
        self._song.replaced.connect(self._replaced)
        self._song.changed.connect(self._look)

    @property
    def modified(self) -> bool:
        """Whether there are edits that no file has."""
        return self.edited is not None and self.edited.modified

    def unsaved(self) -> str:
        """What closing the window would lose; "" for nothing."""
        self._settle()
        return text.UNSAVED.format(name=self.edited.base.name) if self.edited is not None and self.modified else ""

    def show_track(self, track: Track | None) -> None:
        """The track in hand, whenever it or the song changed."""
        moved = _worn(track) != _worn(self._in_hand)
        self._in_hand = track
        self._effects.put_first(track.id if track is not None else "")
        if self.edited is None:
            return
        if moved and track is not None and not self._is_for(track):
            self._settle()
            if not self.modified:
                self._open(track)
        if self.editor is not None and self._own is not None:
            self.editor.tell_track(self._own.name)
        self._hear()

    def edit(self) -> None:
        """Open the editor for the track in hand, or bring it to the front."""
        track = self._in_hand
        if track is None:
            return
        if self.edited is None:
            self._open(track)
        elif not self._is_for(track):
            self._leave(self.edited, self._open_in_hand)
        if self.editor is not None and self.edited is not None:
            self.editor.show()
            self.editor.raise_()
            self.editor.activateWindow()

    def close(self) -> None:
        """Without a question; waits for what is being written."""
        self._end()
        self._background.close()

    # The editor

    @property
    def _own(self) -> Track | None:
        """The track that is edited; None once it is gone."""
        return self._owner.track if self._owner is not None else None

    def _is_for(self, track: Track) -> bool:
        own = self._own
        return own is not None and own.id == track.id and track.chain == self._called

    def _open_in_hand(self) -> None:
        if self._in_hand is not None:
            self._open(self._in_hand)

    def _open(self, track: Track) -> None:
        try:
            base = _chain_of(track)
        except MelismaError as error:
            self._studio.desk.fail(error)
            self._end()
            return
        editor = self.editor = self.editor or self._made()
        self.edited, self._owner, self._called = ChainEdit(base), Owner(track), track.chain
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
        editor.delete_wished.connect(self._with_edit(self._delete))
        editor.leave_wished.connect(self._with_edit(lambda edit: self._leave(edit, self._end)))
        editor.play_wished.connect(lambda: self._studio.commands.run("edit.play"))
        return editor

    def _with_edit(self, run: Callable[[ChainEdit], None]) -> Callable[[], None]:
        def done() -> None:
            if self.edited is not None:
                run(self.edited)

        return done

    def _settle(self) -> None:
        if self.editor is not None:
            self.editor.settle()

    def _leave(self, edit: ChainEdit, then: Callable[[], None]) -> None:
        """`then` once `edit` may go, unless another one came in its place meanwhile."""
        self._settle()
        self.saving.leave(edit, lambda: then() if edit is self.edited else None)

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
        own, tracks = self._own, self._song.project.tracks
        return tuple(each for each in tracks if each.chain == self._called and (self._called or each is own))

    def _hearing(self) -> tuple[Track, ...]:
        """Tracks that are heard through the draft."""
        own = self._own
        if self.edited is None or own is None or not self.modified:
            return ()
        yours = self.edited.base.yours
        return tuple(track for track in self._users() if yours or track is own)

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
        base, own = edit.base, self._own
        if not edit.modified:
            return text.SAID_SAVED if base.yours else text.SAID_OURS if base.id else text.SAID_NEW, "small"
        if not hearing:
            return text.SAID_APART.format(track=own.name) if own else text.SAID_GONE, "warn"
        if self._rest.isActive() or hearing & self._effects.busy:
            return text.SAID_WORKING, "small"
        failed = [why for track, why in self._effects.failures.items() if track in hearing]
        if failed:
            return failed[0], "bad"
        if not any(map(self._effects.draft_heard, hearing)):
            return text.SAID_UNSUNG, "small"
        return text.SAID_EDITED if base.yours else text.SAID_EDITED_OURS if base.id else text.SAID_EDITED_NEW, "small"

    # The song

    def _look(self) -> None:
        if self._owner is not None:
            self._owner.look(self._song.project)

    def _replaced(self) -> None:
        """The draft stays, for no track: another song's may have the same id."""
        self._songs += 1
        self._owner = self._in_hand = None

    def _bounced(self) -> None:
        """The song goes to a file, through what is saved."""
        names = [track.name for track in self._hearing() if heard(track, ())]
        if names:
            self._studio.desk.tell(text.NOT_IN_FILE.format(tracks=", ".join(names)), "warn")

    # Files

    def _relisted(self) -> None:
        """Another program may have changed the chain that is shown."""
        edit, own = self.edited, self._own
        if edit is None or own is None or self.book.known.get(edit.base.id, edit.base) == edit.base:
            return
        self._settle()
        if not edit.modified:
            self._open(own)

    def _saved(self, edit: ChainEdit, saved: Chain) -> None:
        edit.saved(saved)
        # Known before the draft goes: nothing is reckoned twice.
        self.book.put(saved)
        self._hear()
        if self.editor is not None and edit is self.edited:
            self.editor.renew()

    def _kept(self, edit: ChainEdit, kept: Chain) -> None:
        self._studio.desk.tell(text.KEPT.format(name=kept.name), "good")
        if edit is self.edited:
            own, called, self._called = self._own, self._called, kept.id
            if own is not None and own.chain == called:
                track = own.id
                # While the draft is still heard: the sound is the same before and after.
                self._song.do(sing_text.DO_CHAIN, lambda project: track_edits.with_chain(project, track, kept.id))
        self._saved(edit, kept)

    def _delete(self, edit: ChainEdit) -> None:
        base, song = edit.base, self._songs

        def deleted(left: Listed, in_trash: bool) -> None:
            self._ended(edit, base)
            if song == self._songs and base.id not in {chain.id for chain in left.chains}:
                self._song.do(text.DO_DELETE, lambda project: track_edits.without_chain(project, base.id))
            self.book.take(left)
            told = text.DELETED if in_trash else text.DELETED_FOR_GOOD
            self._studio.desk.tell(told.format(name=base.name))

        self.saving.delete(edit, len(self._users()), deleted)

    def _ended(self, deleted: ChainEdit, base: Chain) -> None:
        """The editor goes if what it shows was deleted; by now it may show other effects."""
        shown = self.edited
        if shown is not None and (shown is deleted or (shown.base == base and not shown.modified)):
            self._end()


def _worn(track: Track | None) -> tuple[str, str] | None:
    """A track, and its effects."""
    return (track.id, track.chain) if track is not None else None


def _chain_of(track: Track) -> Chain:
    """Raises `InputError` for one that is not there or cannot be read."""
    from plugin_host.rendergraph import Chain, find_chain

    return find_chain(track.chain) if track.chain else Chain("", text.NEW_NAME, "", ())
