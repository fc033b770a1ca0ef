"""Takes: named where they stand, and compared at equal loudness."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.audio import Audio, integrated_loudness
from gui.panels.sing import SingPanel
from gui.panels.sing.equal_takes import EqualTakes
from gui.panels.sing.phrase_sounds import PhraseSound
from gui.panels.sing.playback import Placed
from gui.panels.sing.side import NoteSide
from gui.theme import Theme
from gui.widgets.mixdown import RATE
from gui.widgets.name_field import NameField
from gui.widgets.peaks import peaks_of
from gui.widgets.take_list import ShownTake, TakeList
from gui.widgets.wave import ShownSound
from tests.gui.sing_studio import panels, wait_sung

TAKES = (ShownTake("1", "", 0, 0), ShownTake("2", "soft", 0, 1, chosen=True))


# Names


@pytest.fixture
def listed(qtbot: QtBot, dark_theme: Theme) -> TakeList:
    takes = TakeList(dark_theme)
    qtbot.addWidget(takes)
    takes.resize(260, 320)
    with qtbot.waitActive(takes):
        takes.show()
        takes.activateWindow()
    takes.show_takes("Phrase 1", "Twinkle", TAKES)
    return takes


def field(listed: TakeList) -> NameField:
    return next(each for each in listed.findChildren(NameField) if each.isVisible())


def named(listed: TakeList) -> list[tuple[str, str]]:
    told: list[tuple[str, str]] = []
    listed.name_wished.connect(lambda take, name: told.append((take, name)))
    return told


def test_a_double_click_names_a_take(listed: TakeList) -> None:
    told = named(listed)
    QTest.mouseDClick(listed._rows[1], Qt.MouseButton.LeftButton)  # the oldest stands last
    QTest.keyClicks(field(listed), " wild one ")
    QTest.keyClick(field(listed), Qt.Key.Key_Return)
    assert told == [("1", "wild one")]
    assert [each for each in listed.findChildren(NameField) if each.isVisible()] == []


def test_f2_begins_with_the_name_there_is_and_can_take_it_away(listed: TakeList) -> None:
    told = named(listed)
    row = listed._rows[0]
    row.setFocus()
    QTest.keyClick(row, Qt.Key.Key_F2)
    assert field(listed).text() == "soft"
    QTest.keyClick(field(listed), Qt.Key.Key_Backspace)
    QTest.keyClick(field(listed), Qt.Key.Key_Return)
    assert told == [("2", "")]


def test_esc_and_the_same_name_change_nothing(listed: TakeList) -> None:
    told = named(listed)
    for key in (Qt.Key.Key_Escape, Qt.Key.Key_Return):
        listed._rows[0].rename()
        if key == Qt.Key.Key_Escape:
            QTest.keyClicks(field(listed), "other")
        QTest.keyClick(field(listed), key)
    assert told == []


def test_whoever_clicks_elsewhere_is_done(listed: TakeList) -> None:
    told = named(listed)
    listed._rows[0].rename()
    QTest.keyClicks(field(listed), "loud")
    listed._compare.setFocus()
    assert told == [("2", "loud")]


# Equal loudness


def sound(key: str, level: float, draft: bool = False) -> PhraseSound:
    times = np.arange(2 * RATE) / RATE
    samples = (level * np.sin(2 * np.pi * 330 * times)).astype(np.float32)[None]
    return PhraseSound(key, samples, ShownSound(RATE, peaks_of(samples)), draft)


class StandInSinger:
    """One track with two phrases; `sung` are the sounds."""

    def __init__(self) -> None:
        self.keys = ["a1", "b"]
        self.sung = {"a1": sound("a1", 0.4), "a2": sound("a2", 0.1), "a3": sound("a3", 0.2), "b": sound("b", 0.4)}

    def live(self, _track: str) -> Any:
        places = zip(self.keys, (("n0", "n1"), ("n2",)), (0.0, 4.0), strict=True)
        phrases = tuple(_Phrase(key, notes, start_s) for key, notes, start_s in places)
        return type("Live", (), {"phrases": phrases})

    def placed(self, _track: str) -> tuple[Placed, ...]:
        return tuple(Placed(start_s, self.sung[key]) for key, start_s in zip(self.keys, (0.0, 4.0), strict=True))


class _Phrase:
    def __init__(self, key: str, notes: tuple[str, ...], start_s: float) -> None:
        self.key, self.notes, self.start_s = key, notes, start_s


@pytest.fixture
def singer() -> StandInSinger:
    return StandInSinger()


@pytest.fixture
def equal(qapp: object, singer: StandInSinger) -> EqualTakes:
    stand_in: Any = singer
    return EqualTakes(stand_in)


def heard(equal: EqualTakes, singer: StandInSinger, take: str) -> tuple[float, float]:
    """LUFS of both phrases with a take of the first sung."""
    singer.keys[0] = take
    first, second = equal.matched("t1", singer.placed("t1"))
    return loudness(first), loudness(second)


def loudness(entry: Placed) -> float:
    return integrated_loudness(Audio(entry.sound.samples, RATE))


def test_the_louder_take_is_turned_down_to_the_softer(equal: EqualTakes, singer: StandInSinger) -> None:
    alone = {take: heard(equal, singer, take)[0] for take in ("a1", "a2")}
    assert alone["a1"] - alone["a2"] == pytest.approx(12.04, abs=0.01)
    singer.keys[0] = "a1"
    equal.begin("t1", ("n0", "n1"))
    second = loudness(singer.placed("t1")[1])
    assert heard(equal, singer, "a2") == pytest.approx((alone["a2"], second), abs=0.01)
    assert "as it is" in equal.told
    assert heard(equal, singer, "a1") == pytest.approx((alone["a2"], second), abs=0.01)
    assert "−12.0 dB" in equal.told
    equal.end()
    assert equal.told == ""
    assert heard(equal, singer, "a1")[0] == pytest.approx(alone["a1"], abs=0.01)


def test_the_first_take_counts_though_it_is_heard_no_more(equal: EqualTakes, singer: StandInSinger) -> None:
    singer.keys[0] = "a2"
    soft = loudness(singer.placed("t1")[0])
    equal.begin("t1", ("n0", "n1"))
    assert heard(equal, singer, "a1")[0] == pytest.approx(soft, abs=0.01)


def test_what_is_heard_twice_is_the_same_sound(equal: EqualTakes, singer: StandInSinger) -> None:
    equal.begin("t1", ("n0", "n1"))
    heard(equal, singer, "a2")
    singer.keys[0] = "a1"
    first, again = (equal.matched("t1", singer.placed("t1"))[0] for _ in range(2))
    assert first.sound is again.sound  # nothing is laid anew
    assert first.sound is not singer.sung["a1"]


def test_a_draft_is_levelled_but_levels_nothing(equal: EqualTakes, singer: StandInSinger) -> None:
    equal.begin("t1", ("n0", "n1"))
    before = heard(equal, singer, "a1")[0]
    singer.sung["a3"] = sound("a3", 0.001, draft=True)
    heard(equal, singer, "a3")
    assert heard(equal, singer, "a1")[0] == pytest.approx(before, abs=0.01)


def test_silence_and_other_phrases_are_left_alone(equal: EqualTakes, singer: StandInSinger) -> None:
    equal.begin("t1", ("n0", "n1"))
    singer.sung["a2"] = replace(sound("a2", 0.4), samples=np.zeros((1, RATE), np.float32))
    assert np.isneginf(heard(equal, singer, "a2")[0])
    assert equal.matched("t2", singer.placed("t1")) == singer.placed("t1")
    equal.begin("t1", ("gone",))
    assert equal.matched("t1", singer.placed("t1")) == singer.placed("t1")


# In the panel


@pytest.fixture
def panel(qtbot: QtBot, tmp_path: Path, dark_theme: Theme) -> Iterator[SingPanel]:
    with panels(qtbot, tmp_path, dark_theme) as make:
        made = make()
        wait_sung(qtbot, made)
        made.view.select([made.studio.song.project.tracks[0].notes[0].id])
        made.side.tabs.setCurrentIndex(NoteSide.TAKES)
        qtbot.waitUntil(lambda: bool(made.showing.phrase()))
        yield made


def test_a_comparison_lasts_until_something_else_is_done(panel: SingPanel, qtbot: QtBot) -> None:
    song, takes = panel.studio.song, panel.side.takes
    takes.retake_wished.emit("both")
    takes.compare_wished.emit()
    takes.compare_wished.emit()
    assert "equal loudness" in takes._comparison.text()
    song.changed.emit()  # as when it was saved
    assert takes._comparison.text()
    takes.name_wished.emit("2", "wild")
    track = song.project.tracks[0]
    assert [take.name for take in track.takes[track.notes[0].id].takes] == ["", "wild"]
    assert takes._comparison.text() == ""
    takes.compare_wished.emit()
    assert takes._comparison.text()
    panel.view.select([track.notes[-1].id])
    assert takes._comparison.text() == ""
    song.undo()
    song.undo()
    assert song.undo_label == "Choose take"
