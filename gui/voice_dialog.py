"""Make a voice: of which recordings, whose it is and how they agreed, and how long it learns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QTimer, pyqtSignal
from PyQt6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QLayout, QVBoxLayout, QWidget

from gui.document.inbox import inbox_folder
from gui.texts import voice as text
from gui.theme import Theme
from gui.viewmodels.voice_wish import Begun, Checked, Options, VoiceWish
from gui.widgets.begun_row import BegunRow
from gui.widgets.drop_in import DropIn
from gui.widgets.elided import ElidedLabel
from gui.widgets.labels import label, set_tone, text_button
from gui.widgets.voice_check import VoiceCheck
from gui.widgets.voice_form import VoiceForm

_WIDE = 560
ASKS_AFTER_MS = 200
"""While somebody types, the rules are not asked at each letter."""


class VoiceDialog(QDialog):
    """`wished` with a `VoiceWish` that nothing speaks against.

    `check_wished` and `rules_wished` with the wish as it stands: the recordings are to be looked at, and what the
    engine says of the rest; `check_dropped`: nothing is to be looked at.  `forget_wished` with a `Begun`.  `lacking`:
    libraries without which nothing is trained.
    """

    wished = pyqtSignal(object)
    check_wished = pyqtSignal(object)
    check_dropped = pyqtSignal()
    rules_wished = pyqtSignal(object)
    forget_wished = pyqtSignal(object)

    def __init__(self, theme: Theme, folder: Path, lacking: Sequence[str], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(text.TITLE)
        self._start_folder, self._lacking = folder, tuple(lacking)
        self._options = Options()
        self._recordings: Path | None = None
        self._checked: Checked | None = None
        self._possible = False
        self._named_after = ""
        self.taken = False
        self.begun: Begun | None = None
        self.voice_id = ""
        self.folder = ElidedLabel()
        self.choose = text_button(text.CHOOSE, self._choose)
        self.row = BegunRow(theme)
        self.row.chosen.connect(self.take_up)
        self.row.forgotten.connect(self.forget_wished)
        self.check = VoiceCheck(theme)
        self.form = VoiceForm(theme)
        self.form.edited.connect(self._edited)
        self.form.language_chosen.connect(self.look)
        self.said = label(wraps=True)
        self.start = text_button(text.START, self._start, "primary")
        self.start.setDefault(True)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(ASKS_AFTER_MS)
        self._rest.timeout.connect(self._ask_rules)
        self.finished.connect(self._rest.stop)
        self._drops = DropIn(self, _any_folder, inbox_folder())
        self._drops.taken.connect(self._dropped)
        self._lay_out(theme.tokens.measures.gap)
        self._renew()

    @property
    def wish(self) -> VoiceWish:
        """As it stands."""
        return self.form.wish(self._recordings)

    def show_options(self, options: Options) -> None:
        """What can be chosen, once it is known."""
        self._options = options
        self.begun = None
        self.form.offer(options)
        self.row.offer(options)
        self._say("", "soft")
        self._edited()
        self.look()

    def show_folder(self, folder: Path) -> None:
        """These recordings."""
        self._recordings = folder
        if self.form.fields["name"].text() in ("", self._named_after):
            self._named_after = folder.name
            self.form.fields["name"].setText(folder.name)
        self._edited()
        self.look()

    def take_up(self, begun: Begun) -> None:
        """A training that was stopped: everything as it was asked for then."""
        self.form.fill(begun.wish)
        self._named_after = ""
        if begun.wish.recordings is not None:
            self.show_folder(begun.wish.recordings)

    def look(self) -> None:
        """Listen to the recordings, as soon as there are some and their language is known."""
        self._checked = None
        self.form.show_costs(None)
        self._renew()
        if self._recordings is None or self._lacking or not self.wish.language:
            self.check_dropped.emit()
        elif not self._recordings.is_dir():
            self.check_dropped.emit()
            self.check.show_failure(text.GONE.format(name=self._recordings.name))
        else:
            self.check.show_progress("", 0, 0)
            self.check_wished.emit(self.wish)

    def show_progress(self, stage: str, done: int, total: int) -> None:
        """How far the listening is."""
        self.check.show_progress(stage, done, total)

    def show_checked(self, checked: Checked) -> None:
        """What the recordings are."""
        self._checked = checked
        self.check.show_found(checked)
        self.form.show_costs(checked)
        self._renew()

    def show_failed(self, sentence: str) -> None:
        """The recordings cannot be used, or not be looked at."""
        self.check.show_failure(sentence)

    def show_rules(self, wish: VoiceWish, told: Mapping[str, Any]) -> None:
        """What the engine says of `wish`."""
        if wish != self.wish:
            return
        self.voice_id, self.taken = str(told["id"]), bool(told["taken"])
        self.begun = Begun.read(told["begun"]) if told["begun"] else None
        problems = [f"{problem['message']} {problem['hint']}".strip() for problem in told["problems"]]
        self._say("\n".join(problems) or self._coming(), "bad" if problems else "soft")
        self._possible = not problems
        self._renew()

    def show_refusal(self, sentence: str) -> None:
        """It cannot begin now."""
        self._say(sentence, "bad")

    def _coming(self) -> str:
        """What comes of the name."""
        told = [text.TAKEN] if self.taken else []
        if self.begun is not None and not self.begun.same:
            told.append(text.OTHER)
        elif self.begun is not None:
            share = self.begun.share(self._options.steps or {}, self.wish)
            told.append(text.LEARNED if share >= 1.0 else text.GOES_ON.format(share=share))
        return " ".join(told)

    def _edited(self) -> None:
        self._possible = False
        self._renew()
        if not self._lacking:
            self._rest.start()

    def _ask_rules(self) -> None:
        self.rules_wished.emit(self.wish)

    def _renew(self) -> None:
        self.folder.tell(self._recordings.name if self._recordings else text.NO_FOLDER)
        self.folder.setToolTip(str(self._recordings or ""))
        ready = self._checked is not None and self._possible and self.wish.whole
        self.start.setEnabled(ready and not self._lacking)

    def _say(self, sentence: str, tone: str) -> None:
        self.said.setText(sentence)
        set_tone(self.said, tone)
        self.said.setVisible(bool(sentence))

    def _choose(self) -> None:
        begun = self._recordings.parent if self._recordings else self._start_folder
        chosen = QFileDialog.getExistingDirectory(self, text.CHOOSE_TITLE, str(begun))
        if chosen:
            self.show_folder(Path(chosen))

    def _dropped(self, paths: Sequence[Path]) -> None:
        self.show_folder(next(path for path in paths if path.is_dir()))

    def _start(self) -> None:
        self.wished.emit(self.wish)

    def _lay_out(self, gap: int) -> None:
        which = QHBoxLayout()
        which.setSpacing(2 * gap)
        title = label(text.RECORDINGS, "soft")
        wide = max(shown.sizeHint().width() for shown in self.form.titles) + 2 * gap  # level with the form's fields
        for shown in (title, self.row.title):
            shown.setMinimumWidth(wide)
        which.addWidget(title)
        which.addWidget(self.folder, 1)
        which.addWidget(self.choose)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(text_button(text.CANCEL, self.reject))
        foot.addWidget(self.start)
        lacking = text.LACKING.format(names=", ".join(self._lacking))
        self.lack = label(f"{lacking} {text.LACKING_HINT}", "bad", wraps=True)
        self.lack.setVisible(bool(self._lacking))
        hint = label(text.HINT, "soft", wraps=True)
        for shown in (hint, self.lack, self.said):
            shown.setMinimumWidth(_WIDE - 10 * gap)
        self.said.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(5 * gap, 4 * gap, 5 * gap, 4 * gap)
        column.setSpacing(3 * gap)
        column.setSizeConstraint(QLayout.SizeConstraint.SetFixedSize)  # it grows with what is found
        above: Sequence[QWidget] = (hint, self.lack, self.row)
        below: Sequence[QWidget] = (self.check, self.form, self.said)
        for part in above:
            column.addWidget(part)
        column.addLayout(which)
        for part in below:
            column.addWidget(part)
        column.addStretch(1)
        column.addLayout(foot)


def _any_folder(paths: Sequence[Path]) -> bool:
    return any(path.is_dir() for path in paths)
