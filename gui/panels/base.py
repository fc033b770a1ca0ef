"""What every panel is, and what it is given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QWidget

if TYPE_CHECKING:
    from gui.bridge_link import BridgeLink
    from gui.commands import Command, Commands
    from gui.desk import Desk
    from gui.document.settings import Settings
    from gui.document.song import Song
    from gui.engine_process import EngineProcess
    from gui.jobs import Jobs
    from gui.theme import Theme
    from gui.widgets.player import Player
    from gui.workshop.link import Workshop


@dataclass(frozen=True, slots=True)
class Studio:
    """Everything that panels share; made once, in `gui.app`, and passed down.  Its parts live as long as the window."""

    engine: EngineProcess
    workshop: Workshop
    jobs: Jobs
    song: Song
    settings: Settings
    theme: Theme
    commands: Commands
    player: Player
    bridge: BridgeLink
    desk: Desk


class Panel(QWidget):
    """One page of the window.

    `id` is its name in commands and settings, `title` stands in the rail, `icon` is a name of `gui.icons`.  QSplitters
    in it that have an objectName keep their places from one start to the next.
    """

    id: str = ""
    title: str = ""
    icon: str = ""
    grew = pyqtSignal(QWidget)  # a part with splitters was made later

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.studio = studio
        self.setAccessibleName(self.title)

    def commands(self) -> Sequence[Command]:
        """What can be done here; asked once.  The shortcuts work while the panel is shown."""
        return ()

    def accepts(self, paths: Sequence[Path]) -> bool:
        """Whether it can do something with these files.  Told by their names alone: nothing is opened here."""
        del paths
        return False

    def take(self, paths: Sequence[Path]) -> None:
        """Files that were dropped somewhere in the window, or handed over by another panel."""

    def waiting(self) -> str:
        """What is not there yet of what the panel shows, in a few words; "" when all is."""
        return ""

    def unsaved(self) -> str:
        """What would be lost if the window closed now, in a sentence; "" when nothing would."""
        return ""

    def close_down(self) -> None:
        """End what is under way: threads, questions to the engine.  Called once, before the engine closes."""
