"""The window: rail, transport, panels, status, notices; files from anywhere; a clean end."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PyQt6.QtCore import Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QCloseEvent
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QMainWindow, QVBoxLayout, QWidget

from engine.version import VERSION
from gui.arrivals import Arrivals
from gui.closing import close_when_safe
from gui.document.recent import Recent
from gui.helping import open_palette, open_shortcuts
from gui.menus import Menus
from gui.mixing import Mixing
from gui.news import News
from gui.pages import Pages
from gui.panels.base import Panel, Studio
from gui.panels.table import PANELS, PanelEntry
from gui.resinging import Resinging
from gui.session import Session
from gui.settings_link import SettingsLink
from gui.song_files import SongFiles
from gui.status_link import StatusLink
from gui.texts import shell as texts
from gui.theme import Choice
from gui.transport_link import TransportLink
from gui.voice_making import VoiceMaking
from gui.widgets.questions import Choose, Question, choose
from gui.widgets.rail import Rail, RailEntry
from gui.widgets.status_bar import StatusBar
from gui.widgets.toast import Toasts
from gui.widgets.transport_bar import TransportActions, TransportBar
from gui.window_commands import window_commands

_ON_SONG = ("sing", "avatar")
_SMALLEST = (960, 620)


class MainWindow(QMainWindow):
    """`choose` puts questions to the user; `closed` when the window may not come back."""

    closed = pyqtSignal()

    def __init__(
        self,
        studio: Studio,
        recent: Recent,
        entries: Sequence[PanelEntry] = PANELS,
        choose: Choose = choose,
    ) -> None:
        super().__init__()
        self.studio, self.choose = studio, choose
        self._at_once = False
        self.session = Session(studio.settings)
        self.setMinimumSize(*_SMALLEST)
        self.pages = Pages(studio, entries, self)
        self.files = SongFiles(studio.song, recent, studio.desk, self, choose)
        self.arrivals = Arrivals(self, self.pages, self.files, studio.desk, self.show_panel)
        self.menus = Menus(self, studio.commands, recent, self.open_song)
        own = window_commands(self, studio.theme, studio.desk)
        studio.commands.add(own)
        self.menus.add_window(own)
        self._lay_out(entries)
        self._connect()
        self.session.restore_window(self)
        self.show_panel(self.session.panel)

    # Building

    def _lay_out(self, entries: Sequence[PanelEntry]) -> None:
        theme = self.studio.theme
        self.rail = Rail(theme, [_rail_entry(entry, number) for number, entry in enumerate(entries, 1)])
        self.transport = TransportBar(theme, self._transport_actions())
        self.status = StatusBar(theme, self.show_panel)
        measures = theme.tokens.measures
        self.toasts = Toasts(theme, self, measures.status, measures.transport + measures.row)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.rail)
        middle.addWidget(_line(vertical=True))
        middle.addWidget(self.pages, 1)
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.transport)
        column.addWidget(_line())
        column.addLayout(middle, 1)
        column.addWidget(_line())
        column.addWidget(self.status)
        self.setCentralWidget(whole)

    def _transport_actions(self) -> TransportActions:
        return TransportActions(
            play=self.play,
            to_start=self.to_start,
            undo=self.undo,
            redo=self.redo,
            palette=self.show_palette,
            daw=lambda: self.show_panel("connection"),
        )

    def _connect(self) -> None:
        studio = self.studio
        self.rail.chosen.connect(self.show_panel)
        self.pages.made.connect(self._panel_made)
        self.pages.shown.connect(self._panel_shown)
        studio.desk.told.connect(self.toasts.show_notice)
        studio.desk.opened.connect(self.files.show)
        studio.song.changed.connect(self._show_name)
        studio.player.device_lost.connect(lambda: studio.desk.tell(texts.SOUND_LOST, "warn"))
        self._transport_link = TransportLink(studio, self.transport, lambda: self.pages.current in _ON_SONG)
        self._status_link = StatusLink(studio, self.status, self.rail, self.show_settings)
        self._settings = SettingsLink(studio, self.choose_theme, self._status_link.ask_device)
        self.resinging = Resinging(studio, self)
        self.voices = VoiceMaking(studio, self, self.choose)
        self.mixing = Mixing(studio, self)
        self._news = News(studio, lambda: self.pages.current, self)
        self._show_name()

    def _panel_made(self, panel: Panel) -> None:
        commands = tuple(panel.commands())
        self.studio.commands.add(commands, panel.id)
        self.menus.add_panel(panel, commands)
        self.session.restore_splitters(panel)
        panel.grew.connect(self.session.restore_splitters)

    def _panel_shown(self, panel_id: str) -> None:
        self.rail.show_panel(panel_id)
        self.menus.show_panel(panel_id)
        self._transport_link.refresh()
        self.toasts.place_soon()

    # Panels and files

    def show_panel(self, panel_id: str) -> None:
        """Bring a panel to the front; keys go to it."""
        self.pages.show_panel(panel_id).setFocus(Qt.FocusReason.OtherFocusReason)

    def take(self, paths: Sequence[Path]) -> None:
        """Files that were dropped, chosen or named on the command line go to the panels that take them."""
        self.arrivals.take(paths)

    def open_song(self, path: Path) -> None:
        """A song or a clip in the place of the one that is there; other files go where they belong."""
        self.arrivals.open_song(path)

    # What commands do

    def new_song(self) -> None:
        self.files.new()

    def open_files(self) -> None:
        self.files.ask_open(self.arrivals.open_chosen)

    def open_demo(self) -> None:
        self.files.open_demo(lambda: self.show_panel("sing"))

    def save(self) -> None:
        self.files.save()

    def save_as(self) -> None:
        self.files.save_as()

    def undo(self) -> None:
        self.studio.song.undo()

    def redo(self) -> None:
        self.studio.song.redo()

    def undo_label(self) -> str:
        return self.studio.song.undo_label

    def redo_label(self) -> str:
        return self.studio.song.redo_label

    def play(self) -> None:
        self.studio.player.toggle()

    def to_start(self) -> None:
        self.studio.player.seek(0.0)

    def end_loop(self) -> None:
        self.studio.player.set_loop(None)

    def choose_theme(self, choice: Choice) -> None:
        self.studio.theme.choose(choice)
        self.studio.settings.put("theme", choice)

    def toggle_full_screen(self) -> None:
        if self.isFullScreen():
            self.showNormal()
        else:
            self.showFullScreen()

    def full_screen(self) -> bool:
        return self.isFullScreen()

    def quit(self) -> None:
        self.close()

    def show_palette(self) -> None:
        open_palette(self, self.studio.theme, self.studio.commands, self.pages)

    def show_shortcuts(self) -> None:
        open_shortcuts(self, self.studio.theme, self.studio.commands, self.pages)

    def show_settings(self) -> None:
        self._settings.open(self)

    def show_about(self) -> None:
        self.choose(self, Question(texts.APP, texts.ABOUT_TEXT.format(version=VERSION), (texts.CLOSE,)))

    # What is shown of the song

    def _show_name(self) -> None:
        song = self.studio.song
        self.setWindowTitle(f"{song.name}[*] - {texts.APP}")
        self.setWindowModified(song.modified)
        self.setWindowFilePath(str(song.path) if song.path else "")

    # The end

    def closeEvent(self, event: QCloseEvent | None) -> None:  # noqa: N802
        if event is None:
            return
        if not self._at_once:
            studio, panels = self.studio, self.pages.panels
            close_when_safe(self, self.files, studio.jobs, panels, self.choose, self.close_at_once)
        if not self._at_once:
            event.ignore()
            return
        self.pages.stop_making()
        self.session.keep(self, self.pages.current, self.pages.panels)
        event.accept()
        # After the window has gone from the screen: the engine may take its three seconds then.
        QTimer.singleShot(0, self._tell_closed)

    def _tell_closed(self) -> None:
        self.closed.emit()

    def close_at_once(self) -> None:
        """Without a question."""
        self._at_once = True
        self.close()

    def close_down(self) -> None:
        """End every panel and what the window itself has under way; the studio's parts are not the window's."""
        self.arrivals.close()
        self.mixing.close()
        self.resinging.close()
        self.files.close()  # a song that was just written tells the panels so
        for panel in self.pages.panels:
            panel.close_down()


def _rail_entry(entry: PanelEntry, number: int) -> RailEntry:
    return RailEntry(entry.id, entry.title, entry.icon, texts.RAIL_TIPS.get(entry.id, entry.title), f"Ctrl+{number}")


def _line(vertical: bool = False) -> QFrame:
    line = QFrame()
    line.setProperty("surface", "line")
    if vertical:
        line.setFixedWidth(1)
    else:
        line.setFixedHeight(1)
    return line
