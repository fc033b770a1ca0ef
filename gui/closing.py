"""May the window close?  One question at most for each thing that would be lost."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PyQt6.QtWidgets import QWidget

from gui.jobs import Jobs
from gui.panels.base import Panel
from gui.song_files import SongFiles
from gui.texts import plural
from gui.texts import shell as texts
from gui.widgets.questions import Choose, Question


def close_when_safe(
    window: QWidget,
    files: SongFiles,
    jobs: Jobs,
    panels: Iterable[Panel],
    choose: Choose,
    then: Callable[[], object],
) -> None:
    """`then` as soon as nothing would be lost any more; a song that is being saved is waited for.

    Asks about jobs that run first: who keeps them keeps the window, and need not think of saving.
    """
    if jobs.running:
        more = plural(texts.STOP_ONE, texts.STOP_MANY, jobs.running)
        question = Question(texts.STOP_JOBS_TITLE, more, (texts.STOP_AND_CLOSE, texts.KEEP_OPEN))
        if choose(window, question) != 0:
            return
    for told in filter(None, (panel.unsaved() for panel in panels)):
        if choose(window, Question(texts.LOSE_TITLE, told, (texts.CLOSE_ANYWAY, texts.KEEP_OPEN))) != 0:
            return
    files.leave(then)
