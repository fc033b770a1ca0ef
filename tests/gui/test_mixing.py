"""A mix with a backing: the dialog, the job, and what the queue and the desk say of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread, current_thread, main_thread
from typing import Any, BinaryIO

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from engine.api.project import parse_project
from engine.audio import Audio, write_audio
from engine.host.coding import parse
from engine.jobs import CancelToken
from gui import mix_dialog, placing
from gui.demo_song import demo_song
from gui.document.inbox import inbox_folder
from gui.document.recent import Recent
from gui.document.renders import renders_folder
from gui.document.song import Song
from gui.main_window import MainWindow
from gui.mix_dialog import MixDialog
from gui.panels.base import Studio
from gui.panels.queue import QueuePanel
from gui.theme import Theme
from gui.viewmodels.mix_wish import OWN_CHAINS, MixBacking, MixVoice, MixWish
from gui.widgets import drop_in
from gui.widgets.file_drag import placed_file
from tests.gui.isolate_studio import RATE, make_song
from tests.gui.shell_studio import Answers, FakeEngine, make_studio, told
from tests.gui.stand_in import StandInAsk


@pytest.fixture
def studio(tmp_path: Path, dark_theme: Theme) -> Studio:
    return make_studio(tmp_path, dark_theme)


@pytest.fixture
def window(studio: Studio, tmp_path: Path, qtbot: QtBot) -> MainWindow:
    window = MainWindow(studio, Recent(tmp_path / "recent.json"))
    qtbot.addWidget(window, before_close_func=lambda shown: (shown.close_down(), shown.close_at_once()))
    window.show()
    return window


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    names = ("a_vocals.wav", "drums.wav", "bass.wav")
    return {name: make_song(tmp_path / name, 0.1) for name in names}


def asks(studio: Studio, op: str) -> list[StandInAsk]:
    engine: Any = studio.engine
    assert isinstance(engine, FakeEngine)
    return engine.of(op)


def dialog_of(window: MainWindow, *voices: Path) -> MixDialog:
    """A dialog that has just been opened."""
    window.studio.desk.mix(voices)
    dialog = window.mixing.dialog
    assert dialog is not None
    return dialog


def wish_of(studio: Studio) -> MixWish:
    """What the last job was asked for, as its process reads it."""
    return parse(MixWish, asks(studio, "bounce")[-1].args)


def answer(ask: StandInAsk, remarks: tuple[str, ...] = (), offset_s: float = 0.0) -> Path:
    """End a mix well."""
    out = Path(ask.args["out"])
    write_audio(Audio(np.zeros((2, 100), np.float32), RATE), out)
    facts = {"offset_s": offset_s, "loudness_lufs": -14.0, "true_peak_db": -1.0, "remarks": list(remarks)}
    ask.answer({"out": str(out), **facts})
    return out


def sung(studio: Studio, folder: Path, name: str) -> Path:
    """A voice that this window has finished."""
    studio.jobs.run("sing", name, "sing", {}, lambda answer: (Path(answer["out"]),))
    out = make_song(folder / name, 0.1)
    asks(studio, "sing")[-1].answer({"out": str(out)})
    return out


class TestDialog:
    def test_a_row_that_comes_back_has_its_chain(
        self, window: MainWindow, files: dict[str, Path], qtbot: QtBot
    ) -> None:
        dialog = dialog_of(window, files["a_vocals.wav"])
        qtbot.waitUntil(lambda: dialog.voices.rows[0].chain.findData("pop-lead") >= 0)
        dialog.voices.rows[0].chain.show_value("pop-lead")
        dialog.voices.rows[0].move_away.click()
        dialog.backings.rows[0].move_away.click()
        assert dialog.voices.rows[0].wears == "pop-lead"
        dialog.start.click()
        assert wish_of(window.studio).voices == (MixVoice(files["a_vocals.wav"], "pop-lead"),)

    def test_enter_ends_the_typing_of_a_second(self, window: MainWindow, files: dict[str, Path], qtbot: QtBot) -> None:
        dialog = dialog_of(window, files["a_vocals.wav"])
        choose(dialog.form.begins, "at")
        second = dialog.form.second
        second.selectAll()
        qtbot.keyClicks(second, second.locale().toString(2.5, "f", 1))
        qtbot.keyClick(second, Qt.Key.Key_Return)
        assert second.value() == 2.5
        assert window.mixing.dialog is dialog
        assert asks(window.studio, "bounce") == []

    def test_a_format_in_between_costs_neither_bits_nor_rate(self, window: MainWindow, files: dict[str, Path]) -> None:
        form = dialog_of(window, files["a_vocals.wav"]).form
        choose(form.bits, "FLOAT")
        choose(form.rate, "96000")
        choose(form.kind, ".mp3")
        choose(form.kind, ".wav")
        assert (form.chosen()["subtype"], form.chosen()["sample_rate"]) == ("FLOAT", 96000)

    def test_a_folder_that_cannot_be_made_leaves_the_dialog(
        self, window: MainWindow, files: dict[str, Path], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        dialog = dialog_of(window, files["a_vocals.wav"])
        renders_folder().parent.mkdir(parents=True, exist_ok=True)
        renders_folder().touch()
        dialog.start.click()
        assert window.mixing.dialog is dialog
        assert "is a file, not a folder" in dialog.said.text()
        assert asks(window.studio, "bounce") == []

    def test_faders_say_whose_they_are(self, window: MainWindow, files: dict[str, Path]) -> None:
        dialog = dialog_of(window, files["a_vocals.wav"], files["drums.wav"])
        names = [row.fader.accessibleName() for row in dialog.voices.rows]
        assert ["a_vocals.wav" in names[0], "drums.wav" in names[1]] == [True, True]

    def test_another_mix_is_not_replaced_unasked(
        self, window: MainWindow, files: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        named = str(tmp_path / "mine.wav")
        typed = [named, named, str(tmp_path / "other.wav"), named]
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (typed.pop(0), ""))
        questions = Answers(1)
        monkeypatch.setattr(mix_dialog, "choose", questions)
        for _ in range(2):
            dialog = dialog_of(window, files["a_vocals.wav"])
            choose(dialog.form.out, "file")
            dialog.start.click()
        assert [Path(ask.args["out"]).name for ask in asks(window.studio, "bounce")] == ["mine.wav", "other.wav"]
        assert "Another job of the queue" in questions.questions[0].more
        answer(asks(window.studio, "bounce")[0])
        choose(dialog_of(window, files["a_vocals.wav"]).form.out, "file")  # it is there: the file dialog has asked
        assert len(questions.questions) == 1

    def test_the_menu_opens_it_with_what_was_sung_last(self, window: MainWindow, tmp_path: Path) -> None:
        window.studio.song.become(Song(demo_song()))
        for name in ("first.wav", "second.wav", "gone.wav"):
            last = sung(window.studio, tmp_path, name)
        last.unlink()
        window.studio.commands.run("file.mix")
        dialog = window.mixing.dialog
        assert dialog is not None
        assert [row.path for row in dialog.voices.rows] == [tmp_path / "second.wav"]
        dialog.start.click()
        assert wish_of(window.studio) == MixWish(
            (MixVoice(tmp_path / "second.wav"),), renders_folder() / "second - mix.wav"
        )

    def test_else_it_is_the_song_in_hand_as_it_stands(self, window: MainWindow) -> None:
        song = window.studio.song
        song.become(Song(demo_song()))
        dialog = dialog_of(window)
        assert not dialog.add_song.isEnabled()
        dialog.start.click()
        wish = wish_of(window.studio)
        assert wish.voices == (MixVoice(None, OWN_CHAINS),)
        assert wish.out.name == "Amazing Grace - mix.wav"
        assert parse_project(wish.project.encode(), "it").tracks == song.project.tracks

    def test_without_a_voice_there_is_nothing_to_mix(self, window: MainWindow, files: dict[str, Path]) -> None:
        dialog = dialog_of(window)
        assert (dialog.start.isEnabled(), dialog.add_song.isEnabled()) == (False, False)
        dialog.show_voices((files["drums.wav"],))
        assert dialog.start.isEnabled()
        dialog.voices.rows[0].remove.click()
        assert not dialog.start.isEnabled()

    def test_what_is_dropped_goes_where_it_belongs(
        self, window: MainWindow, files: dict[str, Path], tmp_path: Path, qtbot: QtBot
    ) -> None:
        dialog = dialog_of(window)
        dialog.take((*files.values(), files["drums.wav"], tmp_path / "words.txt"))
        qtbot.waitUntil(lambda: len(dialog.backings.rows) == 2)
        assert [row.called for row in dialog.voices.rows] == ["a_vocals.wav"]
        assert [row.called for row in dialog.backings.rows] == ["drums.wav", "bass.wav"]
        assert dialog.said.text() == "words.txt is no sound file."

    def test_a_row_can_be_moved_with_its_fader(self, window: MainWindow, files: dict[str, Path]) -> None:
        dialog = dialog_of(window, files["a_vocals.wav"], files["drums.wav"])
        dialog.voices.rows[1].fader.show_value(-4.5)
        dialog.voices.rows[1].move_away.click()
        assert [(row.called, row.gain_db) for row in dialog.backings.rows] == [("drums.wav", -4.5)]
        dialog.backings.rows[0].move_away.click()
        assert [(row.called, row.gain_db) for row in dialog.voices.rows][1:] == [("drums.wav", -4.5)]

    def test_what_is_chosen_is_what_the_job_gets(
        self, window: MainWindow, files: dict[str, Path], qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        dialog = dialog_of(window, files["a_vocals.wav"])
        row, form = dialog.voices.rows[0], dialog.form
        qtbot.waitUntil(lambda: row.chain.findData("pop-lead") >= 0)
        row.chain.show_value("pop-lead")
        row.fader.show_value(-2.0)
        dialog.backings.add(files["drums.wav"], "drums.wav", "", 1.5)
        choose(form.begins, "at")
        form.second.setValue(2.5)
        choose(form.safety, "limit")
        form.ceiling.show_value(-0.3)
        named = tmp_path / "mine.flac"
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(named), ""))
        choose(form.out, "file")
        assert (form.kind.currentData(), form.kind.isEnabled()) == (".flac", False)
        choose(form.bits, "PCM_16")
        choose(form.rate, "44100")
        dialog.start.click()
        assert wish_of(window.studio) == MixWish(
            (MixVoice(files["a_vocals.wav"], "pop-lead", -2.0),), named, (MixBacking(files["drums.wav"], 1.5),),
            at_s=2.5, subtype="PCM_16", sample_rate=44100, safety="limit", ceiling_db=-0.3,
        )  # fmt: skip

    def test_bits_and_rates_are_those_of_the_format(self, window: MainWindow, files: dict[str, Path]) -> None:
        form = dialog_of(window, files["a_vocals.wav"]).form
        choose(form.bits, "FLOAT")
        choose(form.rate, "96000")
        choose(form.kind, ".mp3")
        assert not form.bits.isEnabled()
        assert form.rate.findData("96000") < 0
        assert form.chosen()["sample_rate"] is None
        choose(form.kind, ".flac")
        assert form.bits.findData("FLOAT") < 0
        assert form.chosen()["subtype"] == "PCM_24"

    def test_the_format_is_remembered(self, window: MainWindow, files: dict[str, Path]) -> None:
        form = dialog_of(window, files["a_vocals.wav"]).form
        choose(form.kind, ".flac")
        choose(form.bits, "PCM_16")
        choose(form.safety, "off")
        assert not form.ceiling.isEnabled()
        assert window.mixing.dialog is not None
        window.mixing.dialog.start.click()
        form = dialog_of(window, files["a_vocals.wav"]).form
        assert [box.currentData() for box in (form.kind, form.bits, form.safety)] == [".flac", "PCM_16", "off"]

    def test_bad_files_are_told_in_the_dialog(self, window: MainWindow, files: dict[str, Path]) -> None:
        dialog = dialog_of(window, files["a_vocals.wav"])
        dialog.backings.add(files["bass.wav"], "bass.wav")
        files["bass.wav"].unlink()
        dialog.start.click()
        assert dialog.said.text().startswith("bass.wav is not there any more.")
        assert window.mixing.dialog is dialog
        dialog.backings.rows[0].remove.click()
        dialog._own = files["a_vocals.wav"]
        dialog.start.click()
        assert "cannot be written" in dialog.said.text()
        assert asks(window.studio, "bounce") == []


class Gate:
    """Copies wait here until the test opens it."""

    def __init__(self) -> None:
        self.begun, self.open = Event(), Event()

    def __call__(self, source: BinaryIO, token: CancelToken) -> Iterator[bytes]:
        self.begun.set()
        assert self.open.wait(10)
        yield from _BLOCKS(source, token)


_BLOCKS = drop_in._blocks


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    made = Gate()
    monkeypatch.setattr(drop_in, "_blocks", made)
    monkeypatch.setattr(drop_in, "_AT_ONCE_BYTES", 100)
    monkeypatch.setattr(drop_in, "_TOLD_BYTES", 1000)
    yield made
    made.open.set()


class TestDropped:
    def test_it_is_waited_for(self, window: MainWindow, files: dict[str, Path], gate: Gate, qtbot: QtBot) -> None:
        dialog = dialog_of(window, files["a_vocals.wav"])
        dialog._drops.take((files["drums.wav"],))
        qtbot.waitUntil(gate.begun.is_set)
        assert not dialog.start.isEnabled()
        assert dialog.said.text() == "Copying drums.wav …"
        gate.open.set()
        qtbot.waitUntil(dialog.start.isEnabled)
        assert dialog.said.text() == ""
        dialog.start.click()
        assert [backing.path.name for backing in wish_of(window.studio).backings] == ["drums.wav"]

    def test_cancel_waits_for_nothing_and_leaves_nothing(
        self, window: MainWindow, files: dict[str, Path], gate: Gate, qtbot: QtBot
    ) -> None:
        dialog = dialog_of(window, files["a_vocals.wav"])
        dialog._drops.take((files["drums.wav"],))
        qtbot.waitUntil(gate.begun.is_set)
        dialog.reject()
        assert not gate.open.is_set()
        again = dialog_of(window, files["a_vocals.wav"])
        gate.open.set()
        again.take((files["bass.wav"],))
        qtbot.waitUntil(lambda: len(again.backings.rows) == 1)  # the same thread does it, behind the copy
        assert [path for path in inbox_folder().iterdir() if path.is_file()] == []

    def test_what_cannot_be_copied_is_told(self, window: MainWindow, files: dict[str, Path], qtbot: QtBot) -> None:
        dialog = dialog_of(window, files["a_vocals.wav"])
        gone = files["drums.wav"].with_name("gone.wav")
        dialog._drops.take((gone, files["bass.wav"]))
        qtbot.waitUntil(lambda: len(dialog.backings.rows) == 1 and dialog.start.isEnabled())
        assert "gone.wav" in dialog.said.text()


class TestJob:
    def mixed(self, window: MainWindow, files: dict[str, Path]) -> StandInAsk:
        dialog_of(window, files["a_vocals.wav"]).start.click()
        return asks(window.studio, "bounce")[-1]

    def test_its_end_tells_loudness_and_remarks(self, window: MainWindow, files: dict[str, Path]) -> None:
        ask = self.mixed(window, files)
        sentences = told(window.studio)
        out = answer(ask, remarks=("It begins 0.150 s before the backing.",))
        (job,) = window.studio.jobs.all()
        assert (job.kind, job.results) == ("mix", (out,))
        assert sentences == [
            "a_vocals - mix.wav is there: −14.0 LUFS, true peak −1.0 dBTP. It begins 0.150 s before the backing."
        ]

    def test_a_mix_that_begins_later_is_dragged_with_its_place(
        self, window: MainWindow, files: dict[str, Path], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        threads: list[Thread] = []

        def placed(file: Path, folder: Path, start_s: float) -> Path:
            threads.append(current_thread())
            return placed_file(file, folder, start_s)

        monkeypatch.setattr(placing, "placed_file", placed)
        answer(self.mixed(window, files), offset_s=8.0)
        (job,) = window.studio.jobs.all()
        qtbot.waitUntil(lambda: [file.name for file in job.results] == ["a_vocals - mix @ 00m08.000s.wav"])
        assert main_thread() not in threads  # where there are no second names it is copied
        assert job.results[0].is_file()

    def test_two_of_one_voice_are_two_files(self, window: MainWindow, files: dict[str, Path]) -> None:
        outs = [Path(self.mixed(window, files).args["out"]).name for _ in range(2)]
        assert outs == ["a_vocals - mix.wav", "a_vocals - mix 2.wav"]

    def test_what_fails_is_told_in_a_sentence(self, window: MainWindow, files: dict[str, Path]) -> None:
        ask = self.mixed(window, files)
        sentences = told(window.studio)
        ask.fail("bass.wav could not be read as a sound file.", "Use a WAV.")
        assert len(sentences) == 1
        assert "bass.wav could not be read as a sound file. Use a WAV." in sentences[0]


def test_a_finished_voice_in_the_queue_can_be_mixed(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    out = sung(window.studio, tmp_path, "lead.wav")
    window.studio.jobs.run("isolate", "A mix", "isolate", {}, lambda _answer: ())
    window.show_panel("queue")
    panel = window.pages.panel("queue")
    assert isinstance(panel, QueuePanel)
    first, second = (panel.row(job.id) for job in window.studio.jobs.all())
    qtbot.waitUntil(first.mix.isVisible)
    assert not second.mix.isVisible()
    first.mix.click()
    assert window.mixing.dialog is not None
    assert [row.path for row in window.mixing.dialog.voices.rows] == [out]


def choose(box: Any, value: str) -> None:
    """As the user does."""
    place = box.findData(value)
    assert place >= 0, value
    box.setCurrentIndex(place)
    chosen: Callable[[str], None] = box.chosen.emit
    chosen(value)
