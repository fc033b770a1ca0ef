"""The left side: the list of songs, how to isolate them, and the button that does."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtWidgets import QFrame, QHBoxLayout, QMenu, QPushButton, QToolButton, QVBoxLayout, QWidget

from gui.document.settings import Settings
from gui.icons import icon
from gui.panels.isolate import keys
from gui.panels.isolate.batch import Batch
from gui.panels.isolate.manner_form import MannerForm
from gui.panels.isolate.song_list import SongList
from gui.texts import isolate as text
from gui.texts import plural
from gui.theme import Theme
from gui.widgets.labels import label, tip


class SidePane(QFrame):
    """`list` and `form` are what it holds."""

    def __init__(self, theme: Theme, settings: Settings, batch: Batch, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._batch = theme, batch
        self.setProperty("surface", "panel")
        self.setMinimumWidth(250)
        self.list = SongList(theme, batch)
        self.form = MannerForm(theme, settings)
        self.count = label(tone="soft")
        self.add = QToolButton()
        self.add.setIcon(icon("add", theme))
        self.add.setToolTip(tip(text.ADD_TIP, keys.ADD))
        self.add.setAccessibleName(text.ADD_TIP)
        self.add.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.start = QPushButton(text.START)
        self.start.setProperty("kind", "primary")
        self.start.setToolTip(tip(text.START_TIP, keys.ISOLATE))
        self.stop = QPushButton(text.STOP)
        self.stop.setToolTip(text.STOP_TIP)
        self.list.chosen.connect(lambda _: self._show_buttons())
        selection = self.list.selectionModel()
        if selection is not None:
            selection.selectionChanged.connect(self._show_buttons)
        self._lay_out()
        self.renew()

    def connect_buttons(
        self,
        add_files: Callable[[], object],
        add_folder: Callable[[], object],
        start: Callable[[], object],
        stop: Callable[[], object],
        remove_done: Callable[[], object],
    ) -> None:
        """What they do."""
        menu = QMenu(self)
        for name, run in ((text.EMPTY_ADD, add_files), (text.ADD_FOLDER, add_folder), (text.CLEAR_DONE, remove_done)):
            action = menu.addAction(name)
            assert action is not None
            action.triggered.connect(lambda _=False, run=run: run())
        self.add.setMenu(menu)
        # A button tells whether it is checked; nobody here wants to know.
        self.start.clicked.connect(lambda _=False: start())
        self.stop.clicked.connect(lambda _=False: stop())

    def renew(self) -> None:
        """Songs came or went."""
        self.list.renew()
        self._show_buttons()

    def renew_song(self, song_id: int) -> None:
        """One song is further."""
        self.list.renew_song(song_id)
        self._show_buttons()

    def meant_ids(self) -> list[int]:
        """What the button isolates: the selected songs; but where only one is, and that is done already, or none, all
        that are open."""
        chosen = [song for song in map(self._batch.get, self.list.selected_ids()) if song is not None]
        open_ids = [song.id for song in self._batch if song.ready and song.state != "done"]
        if len(chosen) <= 1 and open_ids and not any(song.id in open_ids for song in chosen):
            return open_ids
        return [song.id for song in chosen if song.ready]

    def _show_buttons(self) -> None:
        meant = self.meant_ids()
        chosen = self.list.selected_ids()
        self.start.setText(text.START_ALL if len(meant) > 1 and meant != chosen else text.START)
        self.start.setEnabled(bool(meant))
        self.start.setToolTip(tip(text.START_TIP, keys.ISOLATE) if meant else text.START_NOTHING)
        self.stop.setVisible(any(song.busy for song in self._batch))
        self.count.setText(plural(text.ONE_SONG, text.MANY_SONGS, len(self._batch)))

    def _lay_out(self) -> None:
        gap = self._theme.tokens.measures.gap
        head = QHBoxLayout()
        head.setContentsMargins(3 * gap, 2 * gap, 2 * gap, 2 * gap)
        head.addWidget(self.count, 1)
        head.addWidget(self.add)
        foot = QVBoxLayout()
        foot.setContentsMargins(3 * gap, 3 * gap, 3 * gap, 3 * gap)
        foot.setSpacing(3 * gap)
        foot.addWidget(self.form)
        buttons = QHBoxLayout()
        buttons.setSpacing(gap)
        buttons.addWidget(self.start, 1)
        buttons.addWidget(self.stop)
        foot.addLayout(buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.list, 1)
        column.addLayout(foot)
