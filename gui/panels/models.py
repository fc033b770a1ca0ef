"""The Models panel: what is installed, what it says about itself; add, verify, remove."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from gui.commands import Command
from gui.icons import icon
from gui.jobs import JobState
from gui.panels.base import Panel, Studio
from gui.texts import shell as texts
from gui.texts import voice as voice_texts
from gui.viewmodels.model_facts import ModelLine, model_lines
from gui.widgets.empty_state import EmptyState
from gui.widgets.labels import icon_button, label, text_button
from gui.widgets.model_page import ModelPage
from gui.widgets.questions import Choose, Question, choose
from gui.widgets.show_file import show_in_folder

_LINE = Qt.ItemDataRole.UserRole
_SUFFIXES = (".zip", ".onnx")
_MANIFEST = "manifest.json"
_ICONS = {"voice": "sing", "separator": "isolate", "animator": "avatar", "broken": "warn"}


class ModelsPanel(Panel):
    """A list by role at the left, the model in hand at the right."""

    id = "models"
    title = texts.MODELS
    icon = "models"

    def __init__(self, studio: Studio, parent: QWidget | None = None, choose: Choose = choose) -> None:
        super().__init__(studio, parent)
        self._choose, self._asked, self._lines = choose, False, tuple[ModelLine, ...]()
        self._adding: set[str] = set()
        self._wanted = ""
        self._lay_out()
        studio.engine.ready.connect(lambda _facts: self.reload())
        studio.jobs.changed.connect(self._job_changed)
        studio.desk.models_changed.connect(self._came)
        self.reload()

    def commands(self) -> Sequence[Command]:
        def own() -> bool:
            line = self.chosen
            return line is not None and line.role != "broken" and not line.included

        return (
            Command("models.add", texts.MODELS_ADD, self.ask_file, "Ctrl+Shift+M"),
            Command("models.add_folder", texts.MODELS_ADD_FOLDER, self.ask_folder),
            Command("models.verify", texts.MODELS_VERIFY, self.verify, "", lambda: self.chosen is not None),
            Command("models.remove", texts.MODELS_REMOVE, self.remove, "", own),
            Command("models.reload", texts.MODELS_RELOAD, self.reload, "F5"),
        )

    def accepts(self, paths: Sequence[Path]) -> bool:
        """Packages from anywhere; a folder that is dropped on the panel itself, elsewhere it is one to isolate."""
        return any(path.suffix.lower() in _SUFFIXES or (self.isVisible() and _maybe_folder(path)) for path in paths)

    def take(self, paths: Sequence[Path]) -> None:
        """Packages are installed; of recordings in a folder a voice is made."""
        recordings = [path for path in paths if path.is_dir() and not (path / _MANIFEST).is_file()]
        self.install([path for path in paths if path not in recordings])
        if recordings:
            self.studio.desk.make_voice(recordings[0])

    def install(self, paths: Sequence[Path]) -> None:
        """Packages, one after the other, by the engine."""
        for path in paths:
            job = self.studio.jobs.run(
                "models.add",
                texts.MODELS_ADDING.format(name=path.name),
                "models.add",
                {"path": str(path)},
                lambda answer: (Path(answer["model"]["folder"]),),
            )
            self._adding.add(job.id)

    def waiting(self) -> str:
        return texts.MODELS_LOADING if self._asked else ""

    @property
    def chosen(self) -> ModelLine | None:
        """The model in hand."""
        item = self.list.currentItem()
        line = item.data(_LINE) if item is not None else None
        return line if isinstance(line, ModelLine) else None

    def reload(self) -> None:
        """Ask the engine which models there are."""
        self._asked = True
        ask = self.studio.engine.ask("models", {}, "models.panel")
        ask.done.connect(self._told)
        ask.failed.connect(self._failed)

    def ask_file(self) -> None:
        """Choose packages to install."""
        chosen, _ = QFileDialog.getOpenFileNames(
            self, texts.MODELS_ADD_TITLE, str(Path.home()), texts.MODELS_ADD_FILTER
        )
        self.install([Path(path) for path in chosen])

    def ask_folder(self) -> None:
        """Choose a package that is a folder."""
        chosen = QFileDialog.getExistingDirectory(self, texts.MODELS_ADD_TITLE, str(Path.home()))
        if chosen:
            self.install([Path(chosen)])

    def verify(self) -> None:
        """Compare the files of the model in hand with their checksums."""
        line = self.chosen
        if line is not None and line.role != "broken":
            self.page.verify.setEnabled(False)
            ask = self.studio.engine.ask("models.verify", {"id": line.id}, "models.verify")
            ask.done.connect(lambda answer: self._verified(line, answer))
            ask.failed.connect(self._failed)

    def remove(self) -> None:
        """Delete the model in hand, once the user says so."""
        line = self.chosen
        if line is None or line.included or line.role == "broken":
            return
        question = Question(
            texts.MODELS_REMOVE_ASK.format(name=line.name),
            texts.MODELS_REMOVE_MORE.format(folder=line.folder),
            (texts.MODELS_REMOVE_IT, texts.CANCEL),
        )
        if self._choose(self, question) != 0:
            return
        ask = self.studio.engine.ask("models.remove", {"id": line.id}, "")
        ask.done.connect(lambda _answer: self._removed(line))
        ask.failed.connect(self._failed)

    def _lay_out(self) -> None:
        theme = self.studio.theme
        gap = theme.tokens.measures.gap
        self.list = QListWidget()
        self.list.setAccessibleName(texts.MODELS_LIST)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.currentItemChanged.connect(lambda _now, _before: self._show_chosen())
        head = QHBoxLayout()
        head.setContentsMargins(gap * 4, gap * 3, gap * 2, 0)
        head.addWidget(label(texts.MODELS_TITLE, "title"), 1)
        head.addWidget(icon_button(theme, "again", texts.MODELS_RELOAD, self.reload, "F5"))
        self.list.setIconSize(QSize(theme.tokens.measures.small_icon + 2, theme.tokens.measures.small_icon + 2))
        left = QFrame()
        left.setProperty("surface", "panel")
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(head)
        column.addWidget(self.list, 1)
        foot = QHBoxLayout()
        foot.setContentsMargins(gap * 4, 0, gap * 4, gap * 3)
        foot.addWidget(text_button(texts.MODELS_ADD, self.ask_file, about=texts.MODELS_EMPTY_HINT))
        foot.addWidget(text_button(voice_texts.COMMAND, self.studio.desk.make_voice, about=voice_texts.COMMAND_TIP))
        foot.addStretch(1)
        column.addLayout(foot)
        self.page = ModelPage(theme, self.verify, self.remove, self._show_folder)
        columns = QSplitter(Qt.Orientation.Horizontal)
        columns.setObjectName("models.columns")
        columns.addWidget(left)
        columns.addWidget(self.page)
        columns.setStretchFactor(1, 1)
        columns.setSizes([280, 800])
        add = ((texts.MODELS_ADD, self.ask_file), (voice_texts.COMMAND, self.studio.desk.make_voice))
        self._pages = QStackedWidget()
        self._pages.addWidget(EmptyState(theme, "models", texts.MODELS_LOADING, texts.MODELS_LOADING_HINT))
        self._pages.addWidget(EmptyState(theme, "models", texts.MODELS_EMPTY, texts.MODELS_EMPTY_HINT, add))
        self._pages.addWidget(columns)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._pages)

    def _told(self, answer: Mapping[str, Any]) -> None:
        self._asked = False
        kept, wanted = self.chosen, self._wanted
        self._wanted = ""
        self._lines = model_lines(answer)
        self.list.clear()
        role = ""
        for line in self._lines:
            if line.role != role:
                role = line.role
                self._add_heading(texts.ROLES[role])
            self._add_line(line)
        self._pages.setCurrentIndex(2 if self._lines else 1)
        self._choose_line(wanted or (kept.id if kept else ""))

    def _came(self, model_id: str) -> None:
        """A model that was made elsewhere in the window is shown."""
        self._wanted = model_id
        self.reload()

    def _add_heading(self, text: str) -> None:
        item = QListWidgetItem(text)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        item.setFont(self.studio.theme.font("small"))
        self.list.addItem(item)

    def _add_line(self, line: ModelLine) -> None:
        told = f"{line.name}  ({texts.MODELS_DEFAULT})" if line.default else line.name
        item = QListWidgetItem(icon(_ICONS[line.role], self.studio.theme, "text_soft"), told)
        item.setData(_LINE, line)
        self.list.addItem(item)

    def _choose_line(self, model_id: str) -> None:
        rows = [row for row in range(self.list.count()) if self._line_of(row) is not None]
        own = [row for row in rows if model_id and (found := self._line_of(row)) and found.id == model_id]
        if rows:
            self.list.setCurrentRow((own or rows)[0])

    def _line_of(self, row: int) -> ModelLine | None:
        item = self.list.item(row)
        line = item.data(_LINE) if item is not None else None
        return line if isinstance(line, ModelLine) else None

    def _show_chosen(self) -> None:
        line = self.chosen
        if line is not None:
            self.page.show_model(line)

    def _show_folder(self) -> None:
        if self.chosen is not None:
            show_in_folder(self.chosen.folder)

    def _verified(self, line: ModelLine, answer: Mapping[str, Any]) -> None:
        self._show_chosen()
        files: Mapping[str, str] = answer.get("files", {})
        if answer.get("ok"):
            self.studio.desk.tell(texts.MODELS_WHOLE.format(name=line.name, n=len(files)), "good")
            return
        spoilt = ", ".join(name for name, state in files.items() if state != "ok")
        told = texts.MODELS_SPOILT.format(name=line.name, files=spoilt)
        self.studio.desk.tell(f"{told} {texts.MODELS_SPOILT_HINT}", "bad")

    def _removed(self, line: ModelLine) -> None:
        self.studio.desk.tell(texts.MODELS_REMOVED.format(name=line.name), "good")
        self.reload()

    def _failed(self, failure: Any) -> None:
        self._asked = False
        self._show_chosen()
        self.studio.desk.fail(failure)

    def _job_changed(self, job_id: str) -> None:
        job = self.studio.jobs.get(job_id)
        if job is None or job_id not in self._adding or not job.state.over:
            return
        self._adding.discard(job_id)
        if job.state is JobState.DONE:
            name = str(job.answer.get("model", {}).get("name", ""))
            self.studio.desk.tell(texts.MODELS_ADDED.format(name=name), "good")
            for remark in job.answer.get("remarks", ()):
                self.studio.desk.tell(str(remark), "warn")
            self.reload()
        elif job.failure is not None:
            self.studio.desk.fail(job.failure)


def _maybe_folder(path: Path) -> bool:
    return not path.suffix or path.is_dir()
