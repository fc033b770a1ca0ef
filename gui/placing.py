"""Finished renders get the name under which they are dragged out."""

from __future__ import annotations

from pathlib import Path

from PyQt6.QtCore import QObject

from gui.document.renders import renders_folder
from gui.jobs import Jobs
from gui.widgets.background import Background
from gui.widgets.file_drag import placed_file


class Placing(QObject):
    """Beside the window: where a disk knows no second names, the file is copied."""

    def __init__(self, jobs: Jobs, parent: QObject) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._background = Background(self)

    def place(self, job_id: str, out: Path, start_s: float) -> None:
        """A render that does not begin with the timeline is dragged out under a name with its place."""
        folder = renders_folder()
        if out.parent != folder or start_s <= 0:
            return
        self._background.run(
            lambda: placed_file(out, folder, start_s), lambda file: self._jobs.placed(job_id, (file,)), lambda _: None
        )

    def close(self) -> None:
        """Waits for a copy that is under way."""
        self._background.close()
