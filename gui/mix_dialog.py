"""Mix with a backing: which voices through which effects, with what, and where to."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QDialog, QHBoxLayout, QLayout, QVBoxLayout, QWidget

from engine.api.project import project_line
from engine.errors import MelismaError
from engine.files import make_folder
from gui.document.inbox import inbox_folder
from gui.document.renders import renders_folder
from gui.document.settings import Settings
from gui.document.song import Song
from gui.document.sound_names import is_sound
from gui.texts import mixing as text
from gui.texts import shell as shell_text
from gui.theme import Theme
from gui.viewmodels.mix_wish import OWN_CHAINS, MixBacking, MixVoice, MixWish, Promised, check_files, is_voice, out_file
from gui.widgets.background import Background
from gui.widgets.drop_in import DropIn
from gui.widgets.elided import ElidedLabel
from gui.widgets.labels import label, set_tone, text_button
from gui.widgets.mix_form import MixForm
from gui.widgets.mix_rows import Chains, MixRow, MixRows
from gui.widgets.questions import choose
from gui.widgets.save_dialog import ask_save
from gui.widgets.sound_files import ask_sounds

_WIDE = 720
_FOLDER = "mix.folder"


class MixDialog(QDialog):
    """`wished` with a `MixWish`, once all that was dropped is among its rows.  Format and safety are remembered.

    `background`: of somebody who outlives the dialog, which waits for nothing when it goes.
    """

    wished = pyqtSignal(object)

    def __init__(
        self, song: Song, theme: Theme, settings: Settings, promised: Promised, background: Background, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(text.TITLE)
        self._song, self._settings, self._promised = song, settings, promised
        self._own: Path | None = None
        self._background = background
        self._looking = 0
        self._over = False
        self.add_song = text_button(text.ADD_SONG, self._add_song, "flat", text.ADD_SONG_TIP)
        self.add_voices = text_button(text.ADD_FILES, self._ask_voices, "flat", text.CHOOSE_VOICES)
        self.add_backings = text_button(text.ADD_FILES, self._ask_backings, "flat", text.CHOOSE_BACKINGS)
        self.voices = MixRows(theme, text.VOICES, text.NO_VOICES, (self.add_song, self.add_voices), sings=True)
        self.backings = MixRows(theme, text.BACKINGS, text.NO_BACKINGS, (self.add_backings,), sings=False)
        self.form = MixForm(theme)
        self.name = ElidedLabel()
        self.said = label("", "bad", wraps=True)
        self.start = text_button(text.START, self._start, "primary")
        self.start.setDefault(True)
        self.form.show_kept(
            settings.text("mix.kind", ".wav", tuple(text.KINDS)),
            settings.text("mix.bits", "PCM_24", tuple(text.BITS_OF)),
            settings.text("mix.safety", "gain", tuple(text.SAFETIES)),
        )
        self._lay_out(theme.tokens.measures.gap)
        self._connect()
        self._renew()

    def take(self, paths: Sequence[Path]) -> None:
        """Each to where it belongs: what is sung, and what it is sung to."""
        self._say("")
        sounds = [path for path in paths if is_sound(path)]
        for other in [path for path in paths if path not in sounds][:1]:
            self._say(text.NO_SOUND.format(name=other.name))
        self._looking += 1
        self._background.run(
            lambda: [(path, is_voice(path)) for path in sounds],
            self._looked,
            lambda error: self._looked((), text.CANNOT_LOOK.format(why=error)),
        )
        self._renew()

    def show_voices(self, paths: Sequence[Path]) -> None:
        """Begin with these; with the song in hand where there are none."""
        for path in paths:
            self.voices.add(path, path.name)
        if not paths:
            self._add_song()

    def show_chains(self, chains: Chains) -> None:
        """What voices may go through."""
        self.voices.offer_chains(chains)

    def out(self) -> Path:
        """The file that will be written."""
        if self._own is not None:
            return self._own
        lead = self.voices.rows[0].path if self.voices.rows else None
        name = self._song.file_name("") if lead is None else lead.stem
        return out_file(renders_folder(), name, str(self.form.kind.currentData()), self._promised.files)

    def done(self, result: int) -> None:
        """Whatever is still being copied or looked at is given up."""
        self._over = True
        self._drops.close()
        super().done(result)

    def _connect(self) -> None:
        self._drops = DropIn(self, lambda paths: any(map(is_sound, paths)), inbox_folder(), self._background)
        self._drops.copying.connect(lambda name: self._say(shell_text.COPYING.format(name=name), "soft"))
        self._drops.busy_changed.connect(self._renew)
        self._drops.taken.connect(self.take)
        self._drops.failed.connect(lambda error: self._say(str(error)))
        self.form.out_chosen.connect(self._out_chosen)
        self.form.changed.connect(self._renew)
        self.voices.changed.connect(self._renew)
        self.backings.changed.connect(self._renew)
        self.voices.move_wished.connect(lambda row: self._move(row, self.voices, self.backings))
        self.backings.move_wished.connect(lambda row: self._move(row, self.backings, self.voices))

    def _looked(self, found: Sequence[tuple[Path, bool]], fault: str = "") -> None:
        if self._over:
            return
        self._looking -= 1
        if fault:
            self._say(fault)
        self._take_sorted(found)
        self._renew()

    def _take_sorted(self, found: Sequence[tuple[Path, bool]]) -> None:
        known = {row.path for row in (*self.voices.rows, *self.backings.rows)}
        for path, sung in found:
            if path not in known:
                (self.voices if sung else self.backings).add(path, path.name)

    def _add_song(self) -> None:
        if any(track.notes and not track.mute for track in self._song.project.tracks):
            self.voices.add(None, text.SONG_ROW.format(name=self._song.name), OWN_CHAINS)

    def _ask_voices(self) -> None:
        self._ask(self.voices, text.CHOOSE_VOICES)

    def _ask_backings(self) -> None:
        self._ask(self.backings, text.CHOOSE_BACKINGS)

    def _ask(self, rows: MixRows, title: str) -> None:
        begun = Path(self._settings.text(_FOLDER)) if self._settings.text(_FOLDER) else Path.home()
        paths = ask_sounds(self, title, begun)
        if paths:
            self._settings.put(_FOLDER, str(paths[0].parent))
        self._take_sorted([(path, rows is self.voices) for path in paths])

    def _move(self, row: MixRow, before: MixRows, after: MixRows) -> None:
        before.drop(row)
        after.add(row.path, row.called, row.wears, row.gain_db)

    def _out_chosen(self, value: str) -> None:
        before, self._own = self._own, None
        if value == "file":
            begun = before or self.out()
            kinds, awaited = tuple(text.KINDS), self._promised.awaited
            chosen = ask_save(self, text.OUT_TITLE, begun, text.OUT_FILTER, ".wav", kinds, choose, awaited)
            self._own = chosen or before
        if self._own is None:
            self.form.out.show_value("renders")
        kind = self._own.suffix.lower() if self._own else str(self.form.kind.currentData())
        self.form.show_kind(kind, fixed=self._own is not None)
        self._renew()

    def _renew(self) -> None:
        has_song = any(row.path is None for row in self.voices.rows)
        sings = any(track.notes and not track.mute for track in self._song.project.tracks)
        self.add_song.setEnabled(sings and not has_song)
        self.start.setEnabled(bool(self.voices.rows) and not self._looking and not self._drops.busy)
        self.name.tell(self.out().name)

    def _say(self, sentence: str, tone: str = "bad") -> None:
        set_tone(self.said, tone)
        self.said.setText(sentence)
        self.said.setVisible(bool(sentence))

    def _start(self) -> None:
        wish = self._wish()
        try:
            check_files(wish)
            if wish.out.parent == renders_folder():
                make_folder(wish.out.parent)
        except MelismaError as error:
            self._say(str(error))
            return
        settings, form = self._settings, self.form
        if form.kind.isEnabled():
            settings.put("mix.kind", str(form.kind.currentData()))
        if form.bits.isEnabled():
            settings.put("mix.bits", str(form.bits.currentData()))
        settings.put("mix.safety", str(form.safety.currentData()))
        self.accept()
        self.wished.emit(wish)

    def _wish(self) -> MixWish:
        voices = tuple(MixVoice(row.path, str(row.chain.currentData()), row.gain_db) for row in self.voices.rows)
        has_song = any(voice.path is None for voice in voices)
        return MixWish(
            voices=voices,
            out=self.out(),
            backings=tuple(MixBacking(row.path, row.gain_db) for row in self.backings.rows if row.path is not None),
            project=project_line(self._song.project) if has_song else "",
            **self.form.chosen(),
        )

    def _lay_out(self, gap: int) -> None:
        foot = QHBoxLayout()
        foot.setSpacing(2 * gap)
        foot.addWidget(self.name, 1)
        foot.addWidget(text_button(text.CANCEL, self.reject))
        foot.addWidget(self.start)
        hint = label(text.HINT, "soft", wraps=True)
        hint.setMinimumWidth(_WIDE - 10 * gap)
        self.said.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(5 * gap, 4 * gap, 5 * gap, 4 * gap)
        column.setSpacing(3 * gap)
        column.setSizeConstraint(QLayout.SizeConstraint.SetFixedSize)  # it grows with what is added
        for part in (hint, self.voices, self.backings, self.form, self.said):
            column.addWidget(part)
        column.addLayout(foot)
