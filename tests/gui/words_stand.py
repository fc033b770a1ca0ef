"""The Connection panel at its words, with a real book of lyrics behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

from pytestqt.qtbot import QtBot

from gui.bridge_link import BridgeLink
from gui.desk import Desk, Notice
from gui.document.settings import Settings
from gui.panels.connection import ConnectionPanel
from gui.panels.connection.words_page import WordsPage
from gui.theme import Theme
from plugin_host.lyrics import LyricsBook
from plugin_host.ports import DawClip, Session
from tests.gui.shell_studio import Answers
from tests.unit.daw.lyrics_stand import CLIP, NOTES

LONG_MS = 20_000
SESSION = Session("k", "Night Train", 44_100)
VERSE = replace(CLIP, session=SESSION)
CHORUS = replace(VERSE, key="region 8", name="Chorus", notes=NOTES[:4])

MakePanel = Callable[..., ConnectionPanel]
"""Its arguments are answers to questions."""


@contextmanager
def panels(link: BridgeLink, theme: Theme, told: list[Notice], folder: Path, qtbot: QtBot) -> Iterator[MakePanel]:
    """Makes panels that show their words, and ends them; `told` is what they say to the user."""
    made: list[ConnectionPanel] = []

    def panel(*answers: int) -> ConnectionPanel:
        desk = Desk()
        desk.told.connect(told.append)
        studio = SimpleNamespace(bridge=link, theme=theme, desk=desk, settings=Settings(folder / "window.json"))
        made.append(ConnectionPanel(studio, choose=Answers(*answers)))  # type: ignore[arg-type]
        qtbot.addWidget(made[-1])
        made[-1].resize(1000, 700)
        made[-1].show()
        made[-1].show_words()
        rest(qtbot, made[-1])
        return made[-1]

    yield panel
    for each in made:
        each.close_down()


def sing(*clips: DawClip, daw: str = "Ardour", text: str | None = None) -> None:
    """As the bridge does it, in a process of its own."""
    for clip in clips:
        LyricsBook().words(clip, text, daw)


def rest(qtbot: QtBot, panel: ConnectionPanel) -> None:
    qtbot.waitUntil(lambda: not panel.waiting(), timeout=LONG_MS)


def look(qtbot: QtBot, panel: ConnectionPanel) -> None:
    """What the timer does."""
    with qtbot.waitSignal(panel.words.store.looked, timeout=LONG_MS):
        panel.words.look()
    rest(qtbot, panel)


def names(page: WordsPage) -> list[str]:
    return [row.name for row in page.list.rows]


def write(page: WordsPage, text: str) -> None:
    page.editor.field.setPlainText(text)


def kept(clip: DawClip) -> str | None:
    return LyricsBook().text(clip.session.key, clip.key)
