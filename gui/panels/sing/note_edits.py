"""What commands and the inspector do with the selected notes."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtWidgets import QApplication

from engine.api.project import Project
from engine.errors import InputError
from engine.score import NoteId
from gui.document import curves, notes, phones, pitch
from gui.document.lyrics import CountSyllables
from gui.document.notes import CopiedNotes
from gui.document.pitch import Planned
from gui.document.song import Song
from gui.texts import document as labels
from gui.widgets.piano_roll import PianoRoll
from gui.widgets.roll_view import RollView

OCTAVE = 12


class NoteEdits:
    """`words` takes text from the clipboard that is no notes: (note, text)."""

    def __init__(
        self, song: Song, view: RollView, roll: PianoRoll, count: CountSyllables, words: Callable[[str, str], None]
    ) -> None:
        self._song, self._view, self._roll, self._count, self._words = song, view, roll, count, words

    @property
    def ids(self) -> frozenset[NoteId]:
        """The selected notes."""
        return frozenset(NoteId(note) for note in self._view.selected)

    def copy(self) -> None:
        """To the clipboard, as text."""
        found = notes.copied(self._song.project, self._view.track, self.ids)
        clipboard = QApplication.clipboard()
        if found is not None and clipboard is not None:
            clipboard.setText(found.text())

    def cut(self) -> None:
        """To the clipboard, and away."""
        self.copy()
        gone = self.ids
        self._do(labels.CUT_NOTES, lambda project, track: notes.remove(project, track, gone))
        self._view.select(())

    def delete(self) -> None:
        """What is selected goes away."""
        self._roll.delete()

    def paste(self) -> None:
        """Notes at the cursor; words on the notes from the first selected one on."""
        clipboard = QApplication.clipboard()
        held = clipboard.text() if clipboard is not None else ""
        try:
            found = CopiedNotes.read(held)
        except InputError:
            first = min((self._roll.rows.index_of(note) for note in self._view.selected), default=-1)
            if first >= 0 and held.strip():
                self._words(self._roll.rows.notes[first].id, held)
            return
        at = self._view.timeline.tempo_map.quarters(self._view.cursor_s)
        at = self._view.snap.to(max(0.0, at), self._view.timeline)
        self._adding(labels.PASTE_NOTES, lambda project, track: notes.paste(project, track, found, at))

    def duplicate(self) -> None:
        """Once more, right behind."""
        ids = self.ids
        self._adding(labels.DUPLICATE_NOTES, lambda project, track: notes.duplicate(project, track, ids))

    def join(self) -> None:
        """One note of those that follow each other."""
        ids = self.ids
        self._do(labels.JOIN_NOTES, lambda project, track: notes.join(project, track, ids))

    def split(self) -> None:
        """Two notes of each selected one that the cursor is in, else of each at its middle."""
        at = self._view.timeline.tempo_map.quarters(self._view.cursor_s)
        rows = self._roll.rows
        chosen = [rows.notes[index] for index in sorted(rows.index_of(note) for note in self.ids) if index >= 0]
        under = [note for note in chosen if note.start < at < note.end]
        places = [(note.id, at) for note in under] or [(note.id, 0.5 * (note.start + note.end)) for note in chosen]

        def cut(project: Project, track: str) -> Project:
            for note, place in places:
                project = notes.split(project, track, note, place, self._count)
            return project

        self._do(labels.SPLIT_NOTE, cut)

    def quantise(self) -> None:
        """Starts and lengths to the grid; of all notes where none is selected."""
        ids = self.ids or frozenset(note.id for note in self._roll.rows.notes)
        snap, timeline = self._view.snap, self._view.timeline
        self._do(
            labels.QUANTISE_NOTES,
            lambda project, track: notes.quantise(project, track, ids, lambda at: snap.to(at, timeline), lengths=True),
        )

    def smooth(self, planned: Planned | None) -> None:
        """The pitch of the selected notes with less sway; `planned`: what the voice would sing where nothing is
        drawn."""
        spans = self._spans()

        def smoothed(project: Project, track: str) -> Project:
            for start, end in spans:
                project = pitch.smooth(project, track, start, end, planned)
            return project

        self._do(labels.SMOOTH_PITCH, smoothed)

    def plain_pitch(self) -> None:
        """Nothing drawn over the selected notes any more: the voice plans their pitch again."""
        spans = self._spans()

        def erased(project: Project, track: str) -> Project:
            for start, end in spans:
                project = pitch.erase(project, track, start, end)
            return project

        self._do(labels.ERASE_PITCH, erased)

    def octave(self, up: int) -> None:
        """Twelve keys up (1) or down (-1)."""
        ids = self.ids
        self._do(labels.TRANSPOSE_NOTES, lambda project, track: notes.move(project, track, ids, 0.0, up * OCTAVE))

    def set_knob(self, knob: str, value: float | None) -> None:
        """A knob of the selected notes; None: taken back."""
        ids = self.ids
        self._do(
            labels.SET_VALUE,
            lambda project, track: curves.set_value(project, track, ids, knob, value),
            f"knob {knob}",
        )

    def set_phones(self, written: str) -> None:
        """Own phones of the word that the first selected note sings; none: as it is spelled."""
        first = min((self._roll.rows.index_of(note) for note in self._view.selected), default=-1)
        if first >= 0:
            note = self._roll.rows.notes[first].id
            self._do(labels.SET_PHONES, lambda project, track: phones.set_phones(project, track, note, written.split()))

    def _spans(self) -> list[tuple[float, float]]:
        """(start, end) in quarters of the selected notes."""
        ids = self.ids
        return [(note.start, note.end) for note in self._roll.rows.notes if note.id in ids]

    def _adding(self, label: str, edit: Callable[[Project, str], Project]) -> None:
        """An edit that brings notes: they are selected afterwards."""
        before = self._song.project
        self._do(label, edit)
        made = notes.new_notes(before, self._song.project, self._view.track)
        if made:
            self._view.select(made)

    def _do(self, label: str, edit: Callable[[Project, str], Project], merge: str = "") -> None:
        track = self._view.track
        self._song.do(label, lambda project: edit(project, track), merge)
