"""Files that come to the window: dropped, chosen, named on the command line, handed from panel to panel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PyQt6.QtWidgets import QWidget

from gui.desk import Desk
from gui.document.inbox import inbox_folder
from gui.document.song_file import opens
from gui.pages import Pages
from gui.song_files import SongFiles
from gui.texts import shell as texts
from gui.widgets.drop_in import DropIn
from gui.widgets.drop_veil import DropVeil


class Arrivals:
    """Gives each file to who takes it.  `show_panel` brings a panel to the front."""

    def __init__(
        self, window: QWidget, pages: Pages, files: SongFiles, desk: Desk, show_panel: Callable[[str], None]
    ) -> None:
        self._pages, self._files, self._desk, self._show_panel = pages, files, desk, show_panel
        self._veil = DropVeil(window)
        self._held = ""
        self._drops = DropIn(window, self._accepts, inbox_folder())
        self._drops.hovering.connect(lambda over: self._veil.show_text(self._held if over else ""))
        self._drops.taken.connect(self.take)
        self._drops.copying.connect(lambda name: desk.tell(texts.COPYING.format(name=name)))
        self._drops.failed.connect(desk.fail)
        desk.handed.connect(self._handed)

    def take(self, paths: Sequence[Path]) -> None:
        """Files go to the panels that take them."""
        taken = self._pages.takers(paths)
        for panel_id, own in taken.items():
            self._pages.panel(panel_id).take(own)
        if taken and self._pages.current not in taken:
            self._show_panel(next(iter(taken)))
        left = [path for path in paths if not any(path in own for own in taken.values())]
        if left:
            told = f"{texts.NOTHING_TAKES.format(name=left[0].name)} {texts.NOTHING_TAKES_HINT}"
            self._desk.tell(told, "warn")

    def open_song(self, path: Path) -> None:
        """A song or a clip in the place of the one that is there; other files go where they belong."""
        if opens(path):
            self._files.open(path, lambda: self._show_panel("sing"))
        else:
            self.take((path,))

    def open_chosen(self, paths: Sequence[Path]) -> None:
        """The first song of them in the place of the one that is there, what is no song where it belongs."""
        songs = [path for path in paths if opens(path)]
        if songs:
            self.open_song(songs[0])
        others = [path for path in paths if path not in songs]
        if others:
            self.take(others)

    def close(self) -> None:
        """Ends what is being copied."""
        self._drops.close()

    def _accepts(self, paths: Sequence[Path]) -> bool:
        taken = self._pages.takers(paths)
        titles = ", ".join(self._pages.title(name) for name in taken)
        self._held = texts.DROP_INTO.format(panel=titles)
        return bool(taken)

    def _handed(self, panel_id: str, paths: Sequence[Path]) -> None:
        self._show_panel(panel_id)
        if paths:
            self._pages.panel(panel_id).take(paths)
