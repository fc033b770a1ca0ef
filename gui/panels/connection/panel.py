"""The Connection panel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PyQt6.QtGui import QShowEvent
from PyQt6.QtWidgets import QHBoxLayout, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from engine.errors import MelismaError
from gui.bridge_link import BridgeState, DawSeen
from gui.commands import Command
from gui.panels.base import Panel, Studio
from gui.panels.connection.bridge_card import BridgeCard
from gui.panels.connection.daw_card import DawCard
from gui.panels.connection.exchange_list import ExchangeList
from gui.panels.connection.folder_list import FolderList
from gui.panels.connection.parts import card, scrolled
from gui.panels.connection.review import Review, Steps
from gui.panels.connection.script_list import ScriptList
from gui.panels.connection.scripts import Plan, ScriptRow, Verb, look_at_scripts, plan, steps_of
from gui.panels.connection.words_editor import SAVE_KEY
from gui.panels.connection.words_page import WordsPage
from gui.texts import connection as texts
from gui.texts import words as words_texts
from gui.widgets.labels import label
from gui.widgets.off_thread import OffThread
from gui.widgets.questions import Choose, choose

FOLDERS, WATCHED = "bridge.folders", "bridge.watched"
"""Names of the settings that `gui.app` gives the bridge at its start."""
_RIGHT = 380


class ConnectionPanel(Panel):
    """Which DAWs are there and what they say; the bridge; our scripts; folders; the words of clips."""

    id = "connection"
    title = texts.TITLE
    icon = "connection"

    def __init__(self, studio: Studio, parent: QWidget | None = None, choose: Choose = choose) -> None:
        super().__init__(studio, parent)
        self._bridge, self._theme = studio.bridge, studio.theme
        self._off = OffThread(self)
        self._named: tuple[tuple[str, Path], ...] = ()
        self._cards: dict[str, DawCard] = {}
        self.bridge_card = BridgeCard(self._bridge, self._theme)
        self.exchanges = ExchangeList(self._bridge.log, self._theme)
        self.scripts = ScriptList(self._theme, self._wanted, self._show_steps)
        self.folders = FolderList(self._theme, self._set_folders)
        self.folders.show_folders(self._bridge.folders, self._bridge.watched)
        self._nobody = label(tone="soft", wraps=True)
        self._daws = QVBoxLayout()
        self._choose = choose
        self._words: WordsPage | None = None
        # No QTabWidget: it would style all of its pages while they are made, the window would stand still for it.
        self.tabs, self._pages = QTabBar(), QStackedWidget()
        self._lay_out()
        self._bridge.changed.connect(self._refresh)
        self._refresh()

    @property
    def words(self) -> WordsPage:
        """The words of clips; made when it is first wanted."""
        if self._words is None:
            self._words = WordsPage(self.studio, lambda: self.tabs.setCurrentIndex(0), self._choose)
            self._pages.addWidget(self._words)
            self.grew.emit(self._words)
        return self._words

    def commands(self) -> Sequence[Command]:
        off = (BridgeState.OFF, BridgeState.FAILED, BridgeState.AWAY)
        return (
            Command("connection.start", texts.START, self._bridge.start, enabled=lambda: self._bridge.state in off),
            Command(
                "connection.stop",
                texts.STOP,
                self._bridge.stop,
                enabled=lambda: self._bridge.state in (BridgeState.ON, BridgeState.AWAY),
            ),
            Command("connection.sing", texts.SING, lambda: self._ask("read_clip", self._bridge.sing)),
            Command("connection.isolate", texts.ISOLATE, lambda: self._ask("read_audio", self._bridge.isolate)),
            Command("connection.words", words_texts.COMMAND, self.show_words),
            Command(
                "connection.save_words",
                words_texts.SAVE_COMMAND,
                self._save_words,
                SAVE_KEY,
                lambda: self._words is not None and self._words.can_save(),
            ),
        )

    def show_words(self) -> None:
        """The words of clips come to the front."""
        self.tabs.setCurrentIndex(1)
        self.words.list.filter.setFocus()

    def _save_words(self) -> None:
        if self._words is not None:
            self._words.save()

    def waiting(self) -> str:
        return texts.SCRIPTS if self._off.busy else words_texts.TAB if self._words and self._words.waiting() else ""

    def unsaved(self) -> str:
        return self._words.unsaved() if self._words is not None else ""

    def close_down(self) -> None:
        self._off.close()
        if self._words is not None:
            self._words.close_down()

    def showEvent(self, event: QShowEvent | None) -> None:  # noqa: N802
        super().showEvent(event)
        self.look()

    def look(self) -> None:
        """Look at the scripts again: they may have been changed meanwhile."""
        named = self._named
        self._off.run("scripts", lambda: look_at_scripts(named), self.scripts.show_rows)

    # Laying out.

    def _lay_out(self) -> None:
        gap = self._theme.tokens.measures.gap
        daws = QWidget()
        page = QHBoxLayout(daws)
        page.setContentsMargins(0, 3 * gap, 0, 0)
        page.setSpacing(4 * gap)
        page.addWidget(scrolled(self._left()), 1)
        right = scrolled(self._right())
        right.setFixedWidth(_RIGHT)
        page.addWidget(right)
        self._pages.addWidget(daws)
        for title in (words_texts.DAWS_TAB, words_texts.TAB):
            self.tabs.addTab(title)
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setAccessibleName(words_texts.PAGES)
        self.tabs.currentChanged.connect(self._turn)
        column = QVBoxLayout(self)
        column.setContentsMargins(4 * gap, gap, 4 * gap, 4 * gap)
        column.setSpacing(0)
        column.addWidget(self.tabs)
        column.addWidget(self._pages, 1)

    def _turn(self, page: int) -> None:
        """To the tab that was chosen."""
        if page:
            self._pages.setCurrentWidget(self.words)
        else:
            self._pages.setCurrentIndex(0)

    def _left(self) -> QWidget:
        gap = self._theme.tokens.measures.gap
        self._daws.setSpacing(2 * gap)
        inside = QWidget()
        left = QVBoxLayout(inside)
        left.setContentsMargins(0, 0, gap, 0)
        left.setSpacing(3 * gap)
        left.addWidget(self.bridge_card)
        left.addLayout(self._daws)
        left.addWidget(self._nobody)
        left.addWidget(label(texts.LOG, "soft"))
        left.addWidget(self.exchanges, 1)
        return inside

    def _right(self) -> QWidget:
        gap = self._theme.tokens.measures.gap
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, gap, 0)
        column.setSpacing(4 * gap)
        for title, hint, widget in (
            (texts.SCRIPTS, texts.SCRIPTS_HINT, self.scripts),
            (texts.FOLDERS, texts.FOLDERS_HINT, self.folders),
        ):
            frame, lines = card(self._theme)
            lines.addWidget(label(title, "title"))
            lines.addWidget(label(hint, "soft", wraps=True))
            lines.addWidget(widget)
            column.addWidget(frame)
        column.addStretch(1)
        return inside

    # What the bridge says.

    def _refresh(self) -> None:
        seen = [daw for daw in self._bridge.daws if daw.present]
        if list(self._cards) != [daw.id for daw in seen]:
            self._make_cards(seen)
        for daw in seen:
            self._cards[daw.id].show_daw(daw)
        on = self._bridge.state is BridgeState.ON
        absent = ", ".join(daw.name for daw in self._bridge.daws if not daw.present)
        told = texts.NONE_SEEN_HINT if on else texts.BRIDGE_NEEDED_HINT
        self._nobody.setText(texts.ABSENT.format(names=absent) if seen else f"{texts.NONE_SEEN_TITLE}. {told}")
        self._nobody.setVisible(not seen or bool(absent))

    def _make_cards(self, seen: Sequence[DawSeen]) -> None:
        for old in self._cards.values():
            old.hide()
            old.deleteLater()
        self._cards = {daw.id: DawCard(daw, self._bridge, self._theme) for daw in seen}
        for made in self._cards.values():
            self._daws.addWidget(made)

    def _ask(self, capability: str, ask: Callable[[str], None]) -> None:
        """Of the first DAW that can do it."""
        for daw in self._bridge.daws:
            if daw.present and capability in daw.capabilities:
                ask(daw.id)
                return
        self.studio.desk.tell(texts.NONE_SEEN_TITLE + ". " + texts.NONE_SEEN_HINT, "warn")

    # What the user does.

    def _wanted(self, verb: str, row: ScriptRow, folder: Path) -> None:
        asked: Verb = "remove" if verb == "remove" else "install"
        self._off.run("plan", lambda: plan(asked, row.daw, folder), lambda made: self._review(made, folder), self._fail)

    def _review(self, made: Plan, folder: Path) -> None:
        review = Review(made, self._theme, self)
        review.setModal(True)
        review.accepted.connect(lambda: self._carry_out(made, folder))
        review.finished.connect(lambda _result: review.deleteLater())
        review.open()

    def _carry_out(self, made: Plan, folder: Path) -> None:
        self._named = (*self._named, (made.daw, folder))
        self._off.run("carry out", made.carry_out, self._done, self._fail)

    def _done(self, made: Plan) -> None:
        self.look()
        if made.verb == "install":
            told = texts.INSTALLED.format(daw=made.name)
            self.studio.desk.tell(told, "good", texts.STEPS_BUTTON, lambda: self._show_steps(made.daw))
        else:
            self.studio.desk.tell(" ".join((texts.REMOVED.format(daw=made.name), *made.steps)), "good")

    def _fail(self, error: MelismaError) -> None:
        self.look()
        self.studio.desk.fail(error)

    def _show_steps(self, daw: str) -> None:
        dialog = Steps(*steps_of(daw), self._theme, self)
        dialog.finished.connect(lambda _result: dialog.deleteLater())
        dialog.open()

    def _set_folders(self, folders: tuple[Path, ...], watched: tuple[Path, ...]) -> None:
        self.studio.settings.put(FOLDERS, [str(path) for path in folders])
        self.studio.settings.put(WATCHED, [str(path) for path in watched])
        if not self._bridge.set_folders(folders, watched):
            self.studio.desk.tell(texts.NEXT_START, "info")
