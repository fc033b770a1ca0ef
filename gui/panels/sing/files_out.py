"""Files of the song: where the user wants one, that one is being made, the last one at the handle to drag it out."""

from __future__ import annotations

from pathlib import Path

from gui.document.sound_names import SUFFIXES
from gui.news import tell_done
from gui.panels.base import Panel
from gui.panels.sing.exporting import Exporting, Finished
from gui.panels.sing.top_bar import TopBar
from gui.texts import sing as text
from gui.widgets.questions import Choose, choose
from gui.widgets.save_dialog import ask_save


class FilesOut:
    """Between `exporting` and what the panel shows of it; `choose` puts questions."""

    def __init__(self, panel: Panel, exporting: Exporting, top: TopBar, choose: Choose = choose) -> None:
        self._panel, self._exporting, self._top, self._choose = panel, exporting, top, choose
        self._song = panel.studio.song
        self._finished: Finished | None = None
        self._song.changed.connect(self._show)
        top.render_wished.connect(exporting.render)
        top.mix_wished.connect(lambda file: panel.studio.desk.mix((file,)))
        exporting.begun.connect(panel.studio.desk.song_bounced)
        exporting.finished.connect(self._came)
        exporting.failed.connect(panel.studio.desk.fail)
        exporting.busy_changed.connect(lambda: top.show_busy(exporting.busy))

    def ask(self) -> None:
        """Sing to a file that the user names."""
        folder = self._song.folder or Path.home()
        begun = folder / self._song.file_name(".wav")
        out = ask_save(self._panel, text.EXPORT_TITLE, begun, text.EXPORT_FILTER, ".wav", SUFFIXES, self._choose)
        if out is not None:
            self._exporting.sing_to(out)

    def _came(self, finished: Finished) -> None:
        self._finished = finished
        self._show()
        tell_done(self._panel, text.RENDER_READY.format(name=finished.file.name))

    def _show(self) -> None:
        if self._finished is not None:
            self._top.show_finished(self._finished, self._finished.project is not self._song.project)
