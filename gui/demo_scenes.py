"""What the panels show in a picture of the window, when nobody names a file: each of them at work on the demo."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import MelismaError
from engine.folders import presets_folder
from gui.demo_sounds import write_demo_mix
from gui.jobs import JobState
from gui.widgets.off_thread import OffThread

if TYPE_CHECKING:
    from gui.main_window import MainWindow

_EXAMPLES = ("twinkle", "scarborough-fair", "greensleeves")
_SELECTED = 4
"""A long note with a vibrato, in the first phrase."""
_SUNG, _INTO = 5, 0.4
"""A note on `how`, and how far into it the mouth is widest."""
_LONGEST_S = 180.0


class Scene:
    """A panel that shows the song by itself needs no more.  `longest_s`: for so long is waited."""

    longest_s = 30.0

    def __init__(self, window: MainWindow, folder: Path) -> None:
        self.window, self.folder = window, folder
        self.panel: Any = window.pages.panel(window.pages.current)

    def begin(self) -> None:
        """Once the song is there."""

    def lacks(self) -> bool:
        """Whether something is still to come; called again and again, and may do the next step."""
        return False

    def close(self) -> None:
        """End what is under way."""


class SingScene(Scene):
    """A note is selected, and its knobs are seen."""

    def begin(self) -> None:
        notes = self.window.studio.song.project.tracks[0].notes
        self.panel.view.select((notes[_SELECTED].id,))


class IsolateScene(Scene):
    """A short mix, taken apart."""

    longest_s = _LONGEST_S

    def begin(self) -> None:
        self._begun = self._compared = False
        self._worker = OffThread(self.window)
        self._worker.run("mix", lambda: write_demo_mix(self.folder), self._made, self._failed)

    def lacks(self) -> bool:
        song = self.panel.current()
        if song is not None and not self._begun and not self.panel.waiting():
            self._begun = True
            self.panel.isolate()
        if song is None or song.busy or not self._begun or self.window.toasts.shown:
            return True
        if not self._compared:
            self._compared = True
            self.panel.stage.listener.choose_side("stems")
        return False

    def close(self) -> None:
        self._worker.close()

    def _made(self, mix: Path) -> None:
        self.window.take((mix,))

    def _failed(self, error: MelismaError) -> None:
        self.window.studio.desk.fail(error)


class AvatarScene(Scene):
    """An open vowel is being sung."""

    longest_s = _LONGEST_S

    def begin(self) -> None:
        self._sought, self._known = False, 0
        self.panel.looking.show.known.connect(self._moved)

    def lacks(self) -> bool:
        looking = self.panel.looking
        facts = looking.facts
        if facts is None or not looking.heard.loaded or self._known < int(facts["frames"]):
            return True
        if not self._sought:
            self._sought = True
            looking.seek(round(self._sung_s() * float(facts["fps"])))
            return True
        return False

    def _sung_s(self) -> float:
        project = self.window.studio.song.project
        note = project.tracks[0].notes[_SUNG]
        return float(project.tempo_map.tempo_map().seconds(note.start + _INTO * (note.end - note.start)))

    def _moved(self, frames: int) -> None:
        self._known = frames


class QueueScene(Scene):
    """One job done, one at work, and more to come."""

    longest_s = _LONGEST_S

    def begin(self) -> None:
        for name in _EXAMPLES:
            args = {"clip": str(presets_folder() / "clips" / f"{name}.mid"), "out": str(self.folder / f"{name}.wav")}
            self.window.studio.jobs.run("sing", f"{name}.wav", "sing", args, lambda told: (Path(told["out"]),))

    def lacks(self) -> bool:
        jobs = self.window.studio.jobs.all()
        done = any(job.state is JobState.DONE for job in jobs)
        return bool(jobs) and not (done and any(job.state is JobState.RUNNING and job.done for job in jobs))


SCENES: dict[str, Callable[[MainWindow, Path], Scene]] = {
    "sing": SingScene,
    "isolate": IsolateScene,
    "avatar": AvatarScene,
    "queue": QueueScene,
}
