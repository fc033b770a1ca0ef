"""The Avatar panel: choices on both sides, the singing figure between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QTimer
from PyQt6.QtGui import QHideEvent, QImage, QShowEvent
from PyQt6.QtWidgets import QStackedWidget, QWidget

from gui.commands import Command
from gui.panels.avatar import dialogs
from gui.panels.avatar.choices import PICTURE_SUFFIXES, SOUND_SUFFIXES, WORDS_SUFFIXES, with_words
from gui.panels.avatar.exporter import Exporter
from gui.panels.avatar.face_page import FacePage, told_of
from gui.panels.avatar.figures import Figures
from gui.panels.avatar.gallery import FigureRow
from gui.panels.avatar.layout import three_columns
from gui.panels.avatar.looking import Looking
from gui.panels.avatar.manner_box import MannerBox
from gui.panels.avatar.portrait import Portrait
from gui.panels.avatar.remembered import remember, remembered
from gui.panels.avatar.results import Results
from gui.panels.avatar.stage_page import StagePage
from gui.panels.avatar.video_box import VideoBox
from gui.panels.avatar.vocal_box import VocalBox, stems_of
from gui.panels.avatar.who_box import WhoBox
from gui.panels.base import Panel, Studio
from gui.texts import avatar as texts
from gui.widgets.empty_state import EmptyState

EXPORT_SHORTCUT = "Ctrl+Shift+M"
_KEPT_AFTER_MS = 500
"""A knob that is dragged is remembered where it rests."""


class AvatarPanel(Panel):
    """`choices` is the one state; every part shows it, and says what the user wants of it."""

    id = "avatar"
    title = texts.TITLE
    icon = "avatar"

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(studio, parent)
        self.choices = remembered(studio.settings)
        self._stale = True
        self._keeping = QTimer(self)
        self._keeping.setSingleShot(True)
        self._keeping.timeout.connect(self._keep)
        self.portrait = Portrait(studio.engine, self)
        self.figures = Figures(studio.engine, self)
        self.exporter = Exporter(studio.jobs, studio.settings)
        self._make_parts()
        self._wire()
        self._refresh()

    # What the window asks

    def commands(self) -> Sequence[Command]:
        return (
            Command("avatar.play", texts.COMMAND_PLAY, self.looking.play, enabled=lambda: self.looking.playable),
            Command("avatar.export", texts.EXPORT, self._ask_export, EXPORT_SHORTCUT, lambda: not self._lacking),
            Command("avatar.portrait", texts.COMMAND_PORTRAIT, self._ask_portrait),
            Command("avatar.face", texts.COMMAND_FACE, self._show_face, enabled=lambda: self.portrait.path is not None),
            Command("avatar.vocal", texts.CHOOSE_FILE, self._ask_vocal),
            Command("avatar.song", texts.COMMAND_SONG, lambda: self._choose(vocals=None)),
            Command("avatar.reseed", texts.RESEED, self.manner.reseed),
        )

    def accepts(self, paths: Sequence[Path]) -> bool:
        return any(path.suffix.lower() in (*PICTURE_SUFFIXES, *SOUND_SUFFIXES, *WORDS_SUFFIXES) for path in paths)

    def take(self, paths: Sequence[Path]) -> None:
        for path in paths:
            suffix = path.suffix.lower()
            if suffix in PICTURE_SUFFIXES:
                self.portrait.take(path)
            elif suffix in WORDS_SUFFIXES:
                self._choose(**with_words(self.choices, path))
            elif suffix in SOUND_SUFFIXES:
                self._choose(vocals=path)

    def waiting(self) -> str:
        if self.figures.busy or self.portrait.busy:
            return texts.WHO
        return texts.LOADING if self.looking.busy else ""

    def close_down(self) -> None:
        """Ask the engine for nothing more, and read nothing more."""
        self._keep()
        self.looking.close()
        self.portrait.close()
        self.figures.close()

    def showEvent(self, event: QShowEvent | None) -> None:  # noqa: N802
        super().showEvent(event)
        self.figures.ask(self.devicePixelRatioF())
        self.looking.set_seen(True)
        self._refresh()
        if self._stale:
            self._open()

    def hideEvent(self, event: QHideEvent | None) -> None:  # noqa: N802
        super().hideEvent(event)
        self.looking.set_seen(False)

    # Making and wiring

    def _make_parts(self) -> None:
        theme = self.studio.theme
        self.who = WhoBox(self.portrait, theme)
        self.vocal = VocalBox(theme)
        self.manner = MannerBox(theme)
        self.video = VideoBox(theme, EXPORT_SHORTCUT)
        self.results = Results(self.studio.jobs, theme)
        self.stage = StagePage(theme)
        self.looking = Looking(self.studio.engine, self.studio.player, self.stage, self)
        self.face = FacePage(self.portrait, theme)
        actions = [(texts.EMPTY_CHOOSE, self._ask_vocal)]
        self.empty = EmptyState(theme, "avatar", texts.EMPTY_TITLE, texts.EMPTY_VOCAL, actions)
        self.middle = QStackedWidget()
        for page in (self.empty, self.stage, self.face):
            self.middle.addWidget(page)
        three_columns(self, theme, (self.who,), self.middle, (self.vocal, self.manner, self.video, self.results))

    def _wire(self) -> None:
        self.who.gallery.chosen.connect(lambda name: self._choose(avatar=name, portrait=None, points=None))
        self.who.gallery.portrait_wanted.connect(self._portrait_tile)
        self.who.adjust.clicked.connect(self._show_face)
        self.face.used.connect(self._use_portrait)
        self.face.left.connect(lambda: self._refresh(leave_face=True))
        self.figures.told.connect(self._figures_told)
        self.figures.failed.connect(self.studio.desk.fail)
        self.portrait.changed.connect(self._refresh)
        self.portrait.found.connect(self._face_sought)
        self.portrait.failed.connect(self._no_portrait)
        self.vocal.song_chosen.connect(lambda: self._choose(vocals=None))
        self.vocal.file_wanted.connect(self._ask_vocal)
        self.vocal.file_chosen.connect(lambda path: self._choose(vocals=path))
        self.vocal.track_chosen.connect(lambda track: self._choose(track=track))
        self.manner.expressive_chosen.connect(lambda share: self._choose(expressive=share))
        self.manner.seed_chosen.connect(lambda number: self._choose(seed=number))
        self.video.changed.connect(lambda field, value: self._choose(**{field: value}))
        self.video.wanted.connect(self._ask_for)
        self.video.export_wanted.connect(self._ask_export)
        self.looking.changed.connect(self._refresh)
        self.studio.song.changed.connect(self._song_changed)

    # The choices

    def _choose(self, **fields: Any) -> None:
        """Other choices: shown, remembered, looked at."""
        chosen = replace(self.choices, **fields)
        if chosen == self.choices:
            self._refresh()
            return
        self.choices = chosen
        self._keeping.start(_KEPT_AFTER_MS)
        another = "portrait" in fields or "avatar" in fields
        self._refresh(leave_face=another)
        if another:
            self._show_still()
        self._open()

    def _refresh(self, leave_face: bool = False) -> None:
        """Show the choices everywhere."""
        tracks = [(track.id, track.name) for track in self.studio.song.project.tracks if track.notes]
        self.vocal.show_choices(self.choices, tracks, self.studio.song.name, stems_of(self.studio.jobs.all()))
        self.vocal.show_lips(self.looking.exact_lips)
        self.vocal.show_fault(self.looking.heard.fault if self.looking.facts is not None else "")
        self.manner.show_choices(self.choices)
        if self.middle.currentWidget() is not self.face or leave_face:
            self.middle.setCurrentWidget(self.stage if self._has_vocal else self.empty)
        placing = self.middle.currentWidget() is self.face
        self.who.gallery.mark(self.choices.avatar, placing or self.choices.portrait is not None)
        self.video.show_choices(self.choices, self._lacking)

    @property
    def _has_vocal(self) -> bool:
        return self.choices.vocals is not None or any(track.notes for track in self.studio.song.project.tracks)

    @property
    def _lacking(self) -> str:
        """Why no video can be written; "" where what is chosen is what is looked at."""
        if self.middle.currentWidget() is self.face and not self.portrait.usable:
            return told_of(self.portrait)[0]
        if self.looking.pending:
            return texts.EXPORT_LATER
        return "" if self._has_vocal and self.looking.facts is not None else texts.CANNOT_EXPORT

    def _open(self) -> None:
        """Look at the choices, as soon as somebody does."""
        if not self.isVisible():
            self._stale = True
            return
        self._stale = False
        if not self.choices.has_figure or not self._has_vocal:
            self.looking.nothing()
            return
        self.looking.open(self.choices, self.studio.song.project)
        self.video.show_choices(self.choices, self._lacking)

    def _keep(self) -> None:
        self._keeping.stop()
        remember(self.studio.settings, self.choices)

    def _song_changed(self) -> None:
        if self.choices.track not in {"", *(track.id for track in self.studio.song.project.tracks)}:
            self.choices = replace(self.choices, track="")
        if not self.isVisible():
            self._stale = True
            return
        self._refresh()
        if self.choices.vocals is None:
            self._open()

    # Who sings

    def _figures_told(self, rows: Sequence[FigureRow], images: Sequence[tuple[QImage, QImage]]) -> None:
        self.who.gallery.show_figures(rows, images)
        if self.looking.facts is None:
            self._show_still()
        if rows and self.choices.avatar not in [row.id for row in rows]:
            self._choose(avatar=rows[0].id)
        self._refresh()

    def _show_still(self) -> None:
        """Who was chosen is seen at once, at rest, while the show is prepared."""
        still = self.portrait.image if self.choices.portrait else self.who.gallery.still(self.choices.avatar)
        if not still.isNull() and self._has_vocal:
            self.stage.stage.show_image(still)

    def _portrait_tile(self) -> None:
        """The first click chooses a picture, later ones choose it as the figure, or another one."""
        if self.portrait.usable and self.choices.portrait != self.portrait.path:
            self._use_portrait()
        else:
            self._ask_portrait()
        self._refresh()

    def _face_sought(self, found: bool) -> None:
        if self.middle.currentWidget() is self.face:
            return  # the user agrees there
        if found:
            self._use_portrait()
        else:
            self._show_face()

    def _no_portrait(self, failure: object) -> None:
        self.studio.desk.fail(failure)
        self._refresh(leave_face=True)

    def _show_face(self) -> None:
        self.looking.heard.pause()
        self.middle.setCurrentWidget(self.face)
        self._refresh()
        self.face.picker.setFocus()

    def _use_portrait(self) -> None:
        self._choose(portrait=self.portrait.path, points=self.portrait.points)
        self._refresh(leave_face=True)

    # Files

    def _ask_portrait(self) -> None:
        if (path := self.exporter.ask(dialogs.ask_portrait, self, "pictures")) is not None:
            self.portrait.take(path)
        self._refresh()

    def _ask_vocal(self) -> None:
        if (path := self.exporter.ask(dialogs.ask_vocal, self, "sounds")) is not None:
            self._choose(vocals=path)
        self._refresh()

    def _ask_for(self, what: str) -> None:
        """What a list of the video's box has no value for."""
        self._choose(**self.exporter.ask_fields(what, self, self.choices))

    def _ask_export(self) -> None:
        if self._lacking:
            self.studio.desk.tell(self._lacking, "warn")
            return
        if (out := self.exporter.ask_out(self, self.choices, *self._names)) is not None:
            self.export_to(out)

    def export_to(self, out: Path) -> None:
        """Write the video there; it stands in the queue.  Raises `InputError` where nothing is looked at."""
        self.results.add(self.exporter.write(out, self.choices, self.looking.facts, *self._names), self.looking.start_s)

    @property
    def _names(self) -> tuple[str, str]:
        """Of the vocal and of the figure."""
        portrait, vocals = self.choices.portrait, self.choices.vocals
        figure = self.who.gallery.name_of(self.choices.avatar) if portrait is None else portrait.stem
        return self.studio.song.name if vocals is None else vocals.stem, figure
