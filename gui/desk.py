"""What the panels share besides the song: a word to the user, and a file handed from one panel to the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from PyQt6.QtCore import QObject, pyqtSignal

if TYPE_CHECKING:
    from gui.document.song_file import SongFile

Kind = Literal["info", "good", "warn", "bad"]


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence for the user that goes by itself; `action` is a button's text, `run` what it does."""

    text: str
    kind: Kind = "info"
    action: str = ""
    run: Callable[[], object] | None = None
    details: str = ""


class Desk(QObject):
    """Panels say here what they want of the window; the window listens."""

    told = pyqtSignal(object)  # Notice
    handed = pyqtSignal(str, object)  # panel's id, tuple[Path, ...]
    opened = pyqtSignal(object, object)  # SongFile, what comes then
    resing_wished = pyqtSignal(object)  # Path, or None
    mix_wished = pyqtSignal(object)  # tuple[Path, ...]
    song_bounced = pyqtSignal()  # the song goes to a file, through the effects that its tracks have
    voice_wished = pyqtSignal(object)  # folder of recordings (Path), or None
    models_changed = pyqtSignal(str)  # id of the model that came
    sung = pyqtSignal(int, int)  # phrases that were sung live, of how many; 0, 0: none is missing
    resung = pyqtSignal(object, object)  # the recording's Path, the new file's

    def tell(self, text: str, kind: Kind = "info", action: str = "", run: Callable[[], object] | None = None) -> None:
        """Show a short notice, with a button if `action` is given."""
        self.told.emit(Notice(text, kind, action, run))

    def fail(self, failure: Any) -> None:
        """Show what went wrong: anything with `message` and `hint`, an engine's Failure or a `MelismaError`."""
        text = f"{failure.message} {failure.hint}".strip()
        self.told.emit(Notice(text, "bad", details=getattr(failure, "details", "") or ""))

    def hand(self, panel_id: str, paths: Sequence[Path] = ()) -> None:
        """Show a panel, and give it files."""
        self.handed.emit(panel_id, tuple(paths))

    def resing(self, recording: Path | None = None) -> None:
        """Let another voice sing a recording; the user is asked which one where None is said, and how.

        `resung` tells of each file that came of it."""
        self.resing_wished.emit(recording)

    def mix(self, voices: Sequence[Path] = ()) -> None:
        """Mix voices with a backing; the user is asked which and how."""
        self.mix_wished.emit(tuple(voices))

    def make_voice(self, folder: Path | None = None) -> None:
        """Train a voice on the recordings in `folder`; the user is asked for it where None is said, and for the rest.

        `models_changed` tells when it is there."""
        self.voice_wished.emit(folder)

    def open(self, file: SongFile, then: Callable[[], object]) -> None:
        """Put a song that was read in the place of the one that is there, once that is safe; `then` when it is."""
        self.opened.emit(file, then)
