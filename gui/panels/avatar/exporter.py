"""From what is looked at to files: names, folders, and the job that writes them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PyQt6.QtCore import QStandardPaths
from PyQt6.QtWidgets import QWidget

from engine.errors import InputError
from gui.panels.avatar import dialogs
from gui.panels.avatar.choices import Choices, file_name, video_args, video_results, with_words
from gui.texts import avatar as texts

if TYPE_CHECKING:
    from gui.document.settings import Settings
    from gui.jobs import Job, Jobs

_USUAL = {
    "pictures": QStandardPaths.StandardLocation.PicturesLocation,
    "sounds": QStandardPaths.StandardLocation.MusicLocation,
    "videos": QStandardPaths.StandardLocation.MoviesLocation,
}


class Exporter:
    """Remembers in which folders the user was last."""

    def __init__(self, jobs: Jobs, settings: Settings) -> None:
        self._jobs, self._settings = jobs, settings

    def folder(self, kind: str) -> Path:
        """Where a dialog for "pictures", "sounds" or "videos" begins."""
        told = self._settings.text(f"avatar.folder.{kind}")
        found = Path(told or QStandardPaths.writableLocation(_USUAL[kind]))
        return found if found.is_dir() else Path.home()

    def ask(self, dialog: Callable[[QWidget, Path], Path | None], parent: QWidget, kind: str) -> Path | None:
        """A file of that kind; the next dialog begins where this one ended."""
        path = dialog(parent, self.folder(kind))
        if path is not None:
            self._was_in(kind, path)
        return path

    def ask_fields(self, what: str, parent: QWidget, choices: Choices) -> dict[str, Any]:
        """The fields of `Choices` that a dialog for "colour", "picture", "sound" or "words" gives; none, if the user
        went back."""
        if what == "colour":
            colour = dialogs.ask_colour(parent, choices.background)
            return {} if colour is None else {"background": colour}
        ask = {"picture": dialogs.ask_background, "sound": dialogs.ask_sound, "words": dialogs.ask_words}[what]
        path = self.ask(ask, parent, "pictures" if what == "picture" else "sounds")
        if path is None:
            return {}
        if what == "words":
            return with_words(choices, path)
        return {"background": str(path)} if what == "picture" else {"sound": path}

    def _was_in(self, kind: str, path: Path) -> None:
        self._settings.put(f"avatar.folder.{kind}", str(path.parent))

    def ask_out(self, parent: QWidget, choices: Choices, vocal: str, figure: str) -> Path | None:
        """Where to; None where the user went back."""
        suggested = self.folder("videos") / file_name(choices, vocal, figure)
        return dialogs.ask_out(parent, suggested, choices.format)

    def write(self, out: Path, choices: Choices, facts: dict[str, object] | None, vocal: str, figure: str) -> Job:
        """Queue the video, and what else is chosen beside it.

        Raises `InputError` where nothing is looked at that could be written.
        """
        if facts is None:
            raise InputError(texts.CANNOT_EXPORT)
        self._was_in("videos", out)
        title = texts.JOB.format(figure=figure, vocal=vocal)
        return self._jobs.run("avatar", title, "avatar", video_args(choices, facts, out), video_results)
