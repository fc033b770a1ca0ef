"""Effects that are gone when the song is sung to a file: told before, or as a fault that loses nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from pytestqt.qtbot import QtBot

from gui.jobs import JobState
from gui.panels.sing import SingPanel, track_edits
from gui.theme import Theme
from plugin_host.rendergraph import Chain, find_chain, keep_as
from tests.gui.sing_studio import panels


@pytest.fixture
def panel(qtbot: QtBot, tmp_path: Path, dark_theme: Theme) -> Iterator[SingPanel]:
    with panels(qtbot, tmp_path, dark_theme) as make:
        yield make(sings=False)


@pytest.fixture
def mine(panel: SingPanel) -> Chain:
    kept = keep_as(find_chain("pop-lead"), "Mine")
    song = panel.studio.song
    song.do("Effects", lambda project: track_edits.with_chain(project, project.tracks[0].id, kept.id))
    return kept


def test_effects_that_are_gone_are_told_before_anything_is_sung(panel: SingPanel, mine: Chain, qtbot: QtBot) -> None:
    assert mine.path is not None
    mine.path.unlink()
    failures: list[str] = []
    panel.exporting.failed.connect(lambda error: failures.append(error.message))
    panel.render_file()
    qtbot.waitUntil(lambda: len(failures) == 1)
    assert "'mine'" in failures[0]
    assert not panel.exporting.busy
    assert panel.studio.jobs.all() == ()


def test_effects_that_go_meanwhile_fail_the_job_and_leave_the_voices(
    panel: SingPanel, mine: Chain, qtbot: QtBot
) -> None:
    engine: Any = panel.studio.engine
    panel.render_file()
    qtbot.waitUntil(lambda: bool(engine.of("sing")))
    ask = engine.of("sing")[-1]
    dry = Path(ask.args["out"])
    stem = dry.with_name(f"{dry.stem}-Lead.wav")
    soundfile.write(stem, np.zeros(4800), 48000)
    assert mine.path is not None
    mine.path.unlink()
    ask.finished = True
    ask.done.emit({"out": str(dry), "offset_s": 0.0, "stems": [str(stem)]})
    (job,) = panel.studio.jobs.all()
    qtbot.waitUntil(lambda: job.state is JobState.FAILED)
    assert job.results == ()
    assert job.failure is not None
    assert (job.failure.kind, "'mine'" in job.failure.message) == ("input", True)
    kept = stem.with_name(stem.name.lstrip("."))
    assert kept.is_file()
    assert str(kept) in job.failure.hint
    assert not panel.exporting.busy
