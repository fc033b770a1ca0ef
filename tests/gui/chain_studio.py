"""A studio for tests of the editor of effects: a song of two tracks that are sung, and an ear in the effects' place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PyQt6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from engine.api.project import Project, Tempi, Track
from engine.jobs import CancelToken
from gui.desk import Notice
from gui.document.song import Song
from gui.document.song_file import SongFile
from gui.panels.sing import effects, track_edits
from gui.panels.sing.chain_editing import ChainEditing
from gui.panels.sing.chain_editor import ChainEditor
from gui.panels.sing.effects import Effects
from gui.panels.sing.phrase_sounds import PhraseSound
from gui.panels.sing.playback import Placed
from gui.theme import Theme
from gui.widgets.mixdown import RATE
from gui.widgets.questions import Question
from gui.widgets.wave import ShownSound
from plugin_host.rendergraph import Chain, find_chain, keep_as
from tests.gui.sing_studio import studio

BPM = 120.0


class Ear:
    """Remembers through what it heard a track."""

    def __init__(self) -> None:
        self.heard: list[Chain] = []

    def __call__(self, chain: Chain, placed: Any, bpm: float, token: CancelToken) -> np.ndarray:
        self.heard.append(chain)
        return np.full((2, RATE), 0.5, np.float32)


class Answers:
    """Answers questions by their buttons' texts, and remembers them; a question that nobody awaits fails."""

    def __init__(self) -> None:
        self.next: list[str] = []
        self.asked: list[str] = []
        self.name = "Mine"

    def __call__(self, _parent: QWidget, question: Question) -> int:
        self.asked.append(question.title)
        return list(question.answers).index(self.next.pop(0))

    def ask_name(self, _parent: QWidget, _begun: str) -> str:
        return self.name


class ChainStudio:
    """What the Sing panel is around the editor: it hears each change, and tells of the track in hand."""

    def __init__(self, folder: Path, theme: Theme) -> None:
        tracks = (Track("t1", "Lead", chain="pop-lead"), Track("t2", "Second"))
        song = Song(SongFile(Project("p", Tempi(((0.0, BPM),)), tracks)))
        self.studio, self.song, self.window = studio(folder, theme, song), song, QWidget()
        self.effects, self.ear, self.answers = Effects(self.window), Ear(), Answers()
        self.notices: list[Notice] = []
        self.in_hand = "t1"
        samples = np.full((1, RATE), 0.1, np.float32)
        sound = PhraseSound("a", samples, ShownSound(RATE, np.zeros((2, 2), np.float32)))
        self.placed = (Placed(0.0, sound),)
        self.chains = ChainEditing(self.studio, self.effects, self.window)
        self.chains.saving.choose, self.chains.saving.ask_name = self.answers, self.answers.ask_name
        self.studio.desk.told.connect(self.notices.append)
        self.effects.changed.connect(self.mix)
        self.chains.book.offered.connect(lambda _: self._show())
        song.changed.connect(self._show)
        song.changed.connect(self.mix)
        self.window.show()

    @property
    def editor(self) -> ChainEditor:
        assert self.chains.editor is not None
        return self.chains.editor

    def track(self, track_id: str) -> Track:
        return next(track for track in self.song.project.tracks if track.id == track_id)

    def choose(self, track: str) -> None:
        self.in_hand = track
        self._show()

    def set_chain(self, chain: str, track: str = "t1") -> None:
        self.song.do("Effects", lambda project: track_edits.with_chain(project, track, chain))

    def own(self, name: str = "Mine") -> Chain:
        """A chain of the user's, as `pop-lead`, on the first track."""
        kept = keep_as(find_chain("pop-lead"), name)
        self.chains.book.put(kept)
        self.set_chain(kept.id)
        return kept

    def open(self) -> ChainEditor:
        self.chains.edit()
        assert self.editor.isVisible()
        return self.editor

    def turn(self, value: float = -40.0) -> None:
        """The threshold of the first compressor."""
        strip = list(self.editor.strips.by_id.values())[2]
        strip.bars["threshold_db"]._take(value)

    def drafts(self) -> set[str]:
        """Tracks that are heard through a draft, without waiting for the rest."""
        self.chains._hear()
        return set(self.effects._drafts)

    def mix(self) -> None:
        tracks = [track for track in self.song.project.tracks if self.effects.wears(track)]
        self.effects.keep([track.id for track in tracks])
        for track in tracks:
            self.effects.behind(track, self.placed, BPM, resting=True)

    def close(self) -> None:
        self.chains.close()
        self.effects.close()
        self.studio.player.close()
        self.window.close()
        self.window.deleteLater()

    def _show(self) -> None:
        self.chains.show_track(self.track(self.in_hand))


@contextmanager
def chain_studio(qtbot: QtBot, folder: Path, theme: Theme, monkeypatch: pytest.MonkeyPatch) -> Iterator[ChainStudio]:
    """All listed, and `pop-lead` heard once."""
    made = ChainStudio(folder, theme)
    monkeypatch.setattr(effects, "with_chain", made.ear)
    made.choose("t1")
    made.chains.book.list_anew()
    qtbot.waitUntil(lambda: bool(made.ear.heard) and not made.effects.busy)
    yield made
    made.close()


def threshold(chain: Chain) -> float:
    """Of the first compressor of `pop-lead` and its copies."""
    return float(chain.effects[2].values["threshold_db"])


def front(editor: ChainEditor, qtbot: QtBot) -> None:
    """The keys go there."""
    editor.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is editor)
