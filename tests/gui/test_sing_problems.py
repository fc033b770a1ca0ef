"""What the Sing panel tells of a clip: its parts, its problems, and where its phrases are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from engine.folders import presets_folder
from gui.document.song import Song
from gui.panels.sing import SingPanel
from gui.panels.sing.side import NoteSide
from gui.texts import sing as text
from gui.theme import Theme
from tests.clips import clip_of, part
from tests.gui import sing_studio

CONSONANT_S = 0.08


@pytest.fixture
def panel(qtbot: QtBot, tmp_path: Path, dark_theme: Theme) -> Iterator[SingPanel]:
    with sing_studio.panels(qtbot, tmp_path, dark_theme) as make:
        yield make(None)


def sentences(panel: SingPanel) -> list[str]:
    return [problem.sentence for problem in panel.side.problems.problems]


def test_the_problems_of_a_clip_stand_on_their_notes(panel: SingPanel, qtbot: QtBot, tmp_path: Path) -> None:
    clip = clip_of(tmp_path / "chord.mid", part("Voice", 60, [60, 64, 67], 62, words=["one ", "two ", "three "]))
    panel.studio.song.become(Song.open(clip))
    told = "Bar 1, beat 2: 3 notes start together; only the highest (G4) is sung."
    qtbot.waitUntil(lambda: sentences(panel) == [told])
    assert panel.side.tabs.tabText(NoteSide.PROBLEMS) == text.TAB_PROBLEMS_COUNT.format(n=1)
    panel.looking.next_problem()
    assert panel.view.selected == {"n1"}


def test_a_clip_that_is_added_brings_parts_and_problems(panel: SingPanel, qtbot: QtBot, tmp_path: Path) -> None:
    said: list[Any] = []
    panel.studio.desk.told.connect(said.append)
    panel.studio.song.become(Song.open(presets_folder() / "clips" / "twinkle.mid"))
    voice = part("Solo", 72, 74, words=["so ", "far "])
    panel.take([clip_of(tmp_path / "duo.mid", part("Strings", [48, 52], 50), voice)])
    song = panel.studio.song
    qtbot.waitUntil(lambda: len(song.project.tracks) == 3)
    assert [(track.name, track.mute) for track in song.project.tracks[1:]] == [("Solo", False), ("Strings", True)]
    assert said[-1].text == "duo.mid has 2 parts: each is a track. The one without words is muted."
    panel.choose_track(song.project.tracks[2].id)
    qtbot.waitUntil(lambda: any("2 notes start together" in told for told in sentences(panel)))
    song.undo()
    assert len(song.project.tracks) == 1


def test_a_phrase_is_in_the_bar_of_its_first_note(
    panel: SingPanel, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = sing_studio.planned

    def with_consonants(project: Any) -> dict[str, Any]:
        told = plan(project)
        return told | {"phrases": [phrase | {"start_s": phrase["start_s"] - CONSONANT_S} for phrase in told["phrases"]]}

    monkeypatch.setattr(sing_studio, "planned", with_consonants)
    panel.studio.song.become(Song.open(presets_folder() / "clips" / "twinkle.mid"))
    panel.side.tabs.setCurrentIndex(NoteSide.TAKES)
    qtbot.waitUntil(lambda: bool(panel.singer.live("t1").phrases))
    assert panel.singer.live("t1").phrases[0].start_s < 0
    panel.view.select([panel.studio.song.project.tracks[0].notes[0].id])
    titles: list[str] = []
    show = panel.side.takes.show_takes
    monkeypatch.setattr(panel.side.takes, "show_takes", lambda title, *more: (titles.append(title), show(title, *more)))
    qtbot.waitUntil(lambda: text.TAKES_PHRASE.format(number=1, bar=1) in titles)
    assert text.TAKES_PHRASE.format(number=1, bar=0) not in titles


def test_words_that_find_no_note_are_told_as_words(panel: SingPanel) -> None:
    said: list[Any] = []
    panel.studio.desk.told.connect(said.append)
    panel.studio.song.become(Song.open(presets_folder() / "clips" / "twinkle.mid"))
    last = str(panel.studio.song.project.tracks[0].notes[-1].id)
    panel._words.pasted(last, "star a-bove read[R EH D] so\nbright_ (br) tonight")
    assert said[-1].text == "No notes are left for 9 syllables: above read so bright tonight"
