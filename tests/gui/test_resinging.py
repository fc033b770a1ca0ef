"""A recording sung again: the dialog, the job, and the lane in Isolate that shows what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from engine.api.resing import ResingRequest
from engine.audio import Audio, write_audio
from engine.host.coding import parse
from gui.document.recent import Recent
from gui.document.renders import renders_folder
from gui.main_window import MainWindow
from gui.panels.base import Studio
from gui.panels.isolate.listening import AGAIN, STEMS, Listening, trims_db
from gui.resing_dialog import ResingDialog
from gui.theme import Theme
from gui.viewmodels.resing_wish import Speaker, out_file, speakers
from tests.gui.isolate_studio import RATE, Session, isolate_studio, make_song
from tests.gui.shell_studio import FakeEngine, make_studio, told
from tests.gui.stand_in import StandInAsk

VOICES: tuple[Mapping[str, Any], ...] = (
    {"id": "trio", "name": "Trio", "role": "voice", "speakers": ["kathleen", "kerstin"], "listens": True},
    {"id": "deaf", "name": "Deaf", "role": "voice", "speakers": ["x", "y"], "listens": False},
    {"id": "solo", "name": "Solo", "role": "voice", "speakers": ["one"], "listens": True},
    {"id": "lumen", "name": "Lumen", "role": "separator", "speakers": []},
)


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
def vocal(tmp_path: Path) -> Path:
    return make_song(tmp_path / "lead.wav", 0.2)


def engine_of(studio: Studio) -> FakeEngine:
    engine: Any = studio.engine
    assert isinstance(engine, FakeEngine)
    return engine


def dialog_of(window: MainWindow) -> ResingDialog:
    """The dialog that is open, once the engine has told it of voices."""
    dialog = window.resinging.dialog
    assert dialog is not None
    engine_of(window.studio).of("models")[-1].answer({"models": VOICES, "broken": []})
    return dialog


def job_of(studio: Studio) -> StandInAsk:
    (ask,) = engine_of(studio).of("resing")
    return ask


def answer(ask: StandInAsk, position: int | None = None, remarks: tuple[str, ...] = ()) -> Path:
    """End a job well."""
    out = Path(ask.args["out"])
    write_audio(Audio(np.zeros((1, 100), np.float32), RATE), out)
    ask.answer({"out": str(out), "position_samples": position, "sample_rate": RATE, "remarks": list(remarks)})
    return out


class TestWhoSings:
    def test_voices_that_cannot_listen_are_left_out(self) -> None:
        assert [speaker.voice for speaker in speakers(VOICES)] == ["trio/kathleen", "trio/kerstin", "solo"]

    def test_only_the_same_packages_speakers_blend(self) -> None:
        assert [speaker.blends for speaker in speakers(VOICES)] == [("kerstin",), ("kathleen",), ()]

    def test_no_file_is_written_over(self, tmp_path: Path) -> None:
        singer = Speaker("trio/kathleen", "Trio · kathleen")
        first = out_file(tmp_path, Path("lead.flac"), singer)
        assert first.name == "lead - kathleen.wav"
        first.touch()
        second = out_file(tmp_path, Path("lead.flac"), singer)
        assert second.name == "lead - kathleen 2.wav"
        assert out_file(tmp_path, Path("lead.flac"), singer, (second,)).name == "lead - kathleen 3.wav"


class TestDialog:
    def test_a_vocal_dropped_on_sing_is_asked_about(self, window: MainWindow, vocal: Path) -> None:
        window.show_panel("sing")
        window.take((vocal,))
        assert window.pages.current == "sing"
        assert dialog_of(window).name.told == "lead.wav"

    def test_what_is_chosen_is_what_the_engine_gets(self, window: MainWindow, vocal: Path) -> None:
        window.studio.desk.resing(vocal)
        dialog = dialog_of(window)
        form = dialog.form
        form.voice.show_value("trio/kerstin")
        form.voice.chosen.emit("trio/kerstin")
        form.blend.show_value("kathleen")
        form.blend.chosen.emit("kathleen")
        form.dynamics.show_value("flat")
        for name, value in (("transpose", -12.0), ("gender", 1.5), ("num_steps", 20.0)):
            form.bars[name].show_value(value)
        dialog.start.click()
        request = parse(ResingRequest, job_of(window.studio).args)
        assert request == ResingRequest(
            vocal, renders_folder() / "lead - kerstin.wav", "trio/kerstin", num_steps=20, transpose=-12, follow=False,
            gender=1.5, blend=(("kathleen", 0.5),),
        )  # fmt: skip

    def test_what_nobody_touches_is_the_engines_default(self, window: MainWindow, vocal: Path) -> None:
        window.studio.desk.resing(vocal)
        dialog_of(window).start.click()
        request = parse(ResingRequest, job_of(window.studio).args)
        assert request == ResingRequest(vocal, renders_folder() / "lead - kathleen.wav", "trio/kathleen")

    def test_it_cannot_begin_before_voices_are_known(self, window: MainWindow, vocal: Path) -> None:
        window.studio.desk.resing(vocal)
        dialog = window.resinging.dialog
        assert dialog is not None
        assert not dialog.start.isEnabled()
        engine_of(window.studio).of("models")[-1].answer({"models": VOICES[1:2], "broken": []})
        assert not dialog.start.isEnabled()
        assert "No installed voice" in dialog.said.text()

    def test_the_voice_is_remembered(self, window: MainWindow, vocal: Path) -> None:
        window.studio.settings.put("resing.voice", "solo")
        window.studio.desk.resing(vocal)
        speaker = dialog_of(window).form.speaker
        assert speaker is not None
        assert speaker.voice == "solo"

    def test_a_mix_is_isolated_first(self, window: MainWindow, vocal: Path, qtbot: QtBot) -> None:
        window.studio.desk.resing(vocal)
        dialog_of(window).isolate.click()
        assert window.pages.current == "isolate"
        qtbot.waitUntil(lambda: len(window.pages.panel("isolate").batch) == 1)  # type: ignore[attr-defined]
        assert window.resinging.dialog is None

    def test_a_recording_that_is_gone_is_told(self, window: MainWindow, tmp_path: Path) -> None:
        sentences = told(window.studio)
        window.studio.desk.resing(tmp_path / "gone.wav")
        assert window.resinging.dialog is None
        assert "gone.wav is not there any more" in sentences[0]


class TestJob:
    def test_it_is_told_and_handed_on(self, window: MainWindow, vocal: Path) -> None:
        handed: list[tuple[Path, Path]] = []
        window.studio.desk.resung.connect(lambda recording, out: handed.append((recording, out)))
        window.studio.desk.resing(vocal)
        dialog_of(window).start.click()
        sentences = told(window.studio)
        out = answer(job_of(window.studio), remarks=("Only 40 % has a clear pitch.",))
        (job,) = window.studio.jobs.all()
        assert (job.kind, job.results) == ("resing", (out,))
        assert handed == [(vocal, out)]
        assert len(sentences) == 1
        assert sentences[0].endswith("Only 40 % has a clear pitch.")

    def test_a_render_is_dragged_under_a_name_with_its_place(
        self, window: MainWindow, vocal: Path, qtbot: QtBot
    ) -> None:
        window.studio.desk.resing(vocal)
        dialog_of(window).start.click()
        answer(job_of(window.studio), position=8 * RATE)
        (job,) = window.studio.jobs.all()
        qtbot.waitUntil(lambda: [file.name for file in job.results] == ["lead - kathleen @ 00m08.000s.wav"])

    def test_two_of_one_recording_are_two_files(self, window: MainWindow, vocal: Path) -> None:
        for _ in range(2):
            window.studio.desk.resing(vocal)
            dialog_of(window).start.click()
        names = [Path(ask.args["out"]).name for ask in engine_of(window.studio).of("resing")]
        assert names == ["lead - kathleen.wav", "lead - kathleen 2.wav"]


class TestLane:
    @pytest.fixture
    def session(self, qtbot: QtBot, tmp_path: Path, dark_theme: Theme) -> Iterator[Session]:
        session = Session(qtbot, isolate_studio(tmp_path, dark_theme), tmp_path)
        yield session
        session.close()

    def test_the_vocals_are_handed_over(self, session: Session) -> None:
        session.isolated("a.wav")
        wished: list[Path] = []
        session.studio.desk.resing_wished.connect(wished.append)
        session.panel.stage.lanes.rows["vocals"].again.click()
        assert [path.name for path in wished] == ["a_vocals.wav"]

    def test_what_was_sung_again_takes_the_vocals_place(self, session: Session) -> None:
        session.isolated("a.wav")
        rows = session.panel.stage.lanes.rows
        assert not rows["again"].isVisible()
        song = session.panel.current()
        assert song is not None
        assert song.stems is not None
        sung = make_song(session.folder / "sung.wav")
        session.studio.desk.resung.emit(song.stems.vocals, sung)
        session.settle()
        assert rows["again"].isVisible()
        assert session.panel.stage.file_of("again") == sung
        listener = session.panel.stage.listener
        listener.match(False)
        listener.choose_side("stems")
        # The instrumental is the mix at three quarters, and what was sung again is as loud as the mix.
        assert session.heard() == pytest.approx(0.4 * 1.75, rel=0.02)
        assert listener.listening.heard_stems == {"again", "instrumental"}

    def test_a_vocal_without_stems_is_compared_with_itself(self, session: Session) -> None:
        session.drop(make_song(session.folder / "lead.wav"))
        session.studio.desk.resung.emit(session.folder / "lead.wav", make_song(session.folder / "sung.wav"))
        session.settle()
        assert session.panel.stage.listener.has_stems
        assert session.panel.stage.listener.listening.stems == (AGAIN,)

    def test_another_song_has_no_such_lane(self, session: Session) -> None:
        session.isolated("a.wav", "b.wav")
        session.studio.desk.resung.emit(session.folder / "a.wav", make_song(session.folder / "sung.wav"))
        rows, songs = session.panel.stage.lanes.rows, session.panel.side.list
        for number, seen in ((1, True), (2, False), (1, True)):
            songs.choose(number)
            session.settle()
            assert rows["again"].isVisible() is seen


def test_both_stems_are_the_mix_only_without_a_third() -> None:
    loudness = {"mix": -14.0, "vocals": -20.0, "instrumental": -15.0, AGAIN: -11.0}
    assert trims_db(Listening(), loudness) == (0.0, 0.0)
    both = Listening().offered(("vocals", AGAIN, "instrumental"))
    assert both.heard_stems == {AGAIN, "instrumental"}
    assert trims_db(both.with_solo(AGAIN, True), loudness) == (0.0, -3.0)
    assert both.offered(STEMS).heard_stems == {"instrumental"}
