"""Show, sound and stage together: what is chosen is opened, seen and heard."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PyQt6.QtCore import QObject, pyqtSignal

from gui.panels.avatar.choices import Choices, show_args, song_text
from gui.panels.avatar.heard import Heard
from gui.panels.avatar.show import Engine, Show
from gui.panels.avatar.stage_page import StagePage
from gui.texts import avatar as texts
from gui.widgets.off_thread import OffThread
from gui.widgets.player import Player

if TYPE_CHECKING:
    from engine.api.project import Project


class Looking(QObject):
    """`changed`: something is open now that was not, or the other way round."""

    changed = pyqtSignal()

    def __init__(self, engine: Engine, player: Player, stage: StagePage, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stage = stage
        self._sound: Path | None = None
        self._text: tuple[Project, str] | None = None
        self._off = OffThread(self)
        self._seen = False
        self.show = Show(engine, self)
        self.heard = Heard(engine, player, self)
        self._wire()

    @property
    def facts(self) -> dict[str, Any] | None:
        """Of the show that is open."""
        return self.show.facts

    @property
    def busy(self) -> bool:
        return self._off.busy or self.show.busy or self.heard.busy

    @property
    def pending(self) -> bool:
        """Whether another show will come than the one that is open."""
        return self._off.busy or self.show.pending

    @property
    def playable(self) -> bool:
        """Whether `play` does anything."""
        return self.facts is not None and (self.heard.loaded or bool(self.heard.fault))

    @property
    def exact_lips(self) -> bool | None:
        """None while nothing is open."""
        return None if self.facts is None else bool(self.facts["exact_lips"])

    @property
    def start_s(self) -> float | None:
        """Where what is open begins in the DAW's session; None where nobody knows."""
        told = None if self.facts is None else self.facts.get("start_s")
        return self.heard.time_reference_s if told is None else float(told)

    def open(self, choices: Choices, project: Project) -> None:
        """Look at what was chosen, as soon as the engine can; the same again costs nothing."""
        self._sound = choices.sound
        self._load_sound()
        if choices.vocals is not None:
            self.show.set_args(show_args(choices, ""))
        elif self._text is not None and self._text[0] is project:
            self.show.set_args(show_args(choices, self._text[1]))
        else:
            # A long song takes a while to be written down.
            self._off.run("song", lambda: song_text(project), lambda text: self._open_song(choices, project, text))

    def nothing(self) -> None:
        """Nothing is chosen that could be looked at."""
        self.show.set_args(None)
        self._clear()

    def set_seen(self, seen: bool) -> None:
        """Whether anybody looks: while nobody does, the engine is left to others."""
        self._seen = self.show.active = seen
        if seen:
            self.show.go_on()
            if self.facts is not None:
                self.heard.take()

    def play(self) -> None:
        """Play or pause."""
        if self.facts is None:
            return
        if self.heard.loaded:
            self.heard.toggle()
        else:
            self.heard.again()

    def seek(self, frame: int) -> None:
        """Show that picture, and go on from there."""
        if self.facts is not None:
            self._stage.show_frame(frame)
            self.show.want(frame)
            self.heard.seek(frame / float(self.facts["fps"]))

    def close(self) -> None:
        """Ask the engine for nothing more."""
        self.show.close()
        self.heard.close()
        self._off.close()

    def _wire(self) -> None:
        show, heard, stage = self.show, self.heard, self._stage
        stage.play_wanted.connect(self.play)
        stage.again_wanted.connect(show.again)
        stage.sought.connect(self.seek)
        show.opening.connect(lambda name, share: stage.show_opening(name or texts.LOADING, share))
        show.opened.connect(self._opened)
        show.shown.connect(stage.show_picture)
        show.known.connect(stage.show_known)
        show.failed.connect(self._failed)
        heard.moved.connect(self._moved)
        heard.playing.connect(self._playing)
        heard.changed.connect(self._sound_changed)

    def _open_song(self, choices: Choices, project: Project, text: str) -> None:
        self._text = (project, text)
        self.show.set_args(show_args(choices, text))

    def _opened(self, facts: Mapping[str, Any]) -> None:
        self._stage.show_failure("")
        self._stage.show_opening("", -1.0)
        self._stage.show_length(int(facts["frames"]), float(facts["fps"]))
        self._load_sound()
        if self._seen:
            self.heard.take()
        self.changed.emit()

    def _load_sound(self) -> None:
        if self.facts is not None:
            self.heard.load(self._sound or Path(str(self.facts["sound"])))

    def _sound_changed(self) -> None:
        self._stage.show_loading(texts.SOUND_LOADING if self.heard.busy else "")
        self.changed.emit()

    def _failed(self, failure: Any) -> None:
        self._clear()
        self._stage.show_failure(f"{failure.message} {failure.hint}".strip())

    def _clear(self) -> None:
        self.heard.pause()
        self._stage.show_failure("")
        self._stage.show_opening("", -1.0)
        self._stage.stage.clear()
        self._stage.show_length(0, 25.0)
        self.changed.emit()

    def _playing(self, playing: bool) -> None:
        self.show.playing = playing
        self._stage.show_playing(playing)
        if not playing:
            self.show.go_on()

    def _moved(self, seconds: float) -> None:
        if self.facts is not None:
            # What is heard from here on belongs to the picture that began last.
            frame = min(max(0, self.show.frames - 1), int(seconds * float(self.facts["fps"]) + 1e-6))
            self._stage.show_frame(frame)
            self.show.want(frame)
