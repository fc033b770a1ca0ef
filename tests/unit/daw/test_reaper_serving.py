"""Placing, wishes and bad files in REAPER's stand-in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.errors import InputError
from plugin_host.adapters.reaper import reaper_adapter
from plugin_host.ports import Action, Placement
from plugin_host.spool import SpoolAdapter
from plugin_host.spool.records import pack
from tests.unit.daw.reaper_process import LUAS, ReaperProcess, until, write_wav

_MELODY = """notes = {{0, 480, 60, 100}, {480, 960, 62, 80}, {960, 1920, 64, 70}},
    texts = {{0, "la-"}, {480, "la"}, {960, "lä"}}, quarters = 8"""


@pytest.fixture(params=LUAS or ("lua5.3",))
def reaper(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ReaperProcess]:
    with ReaperProcess(tmp_path, request.param) as process:
        yield process


@pytest.fixture
def adapter(reaper: ReaperProcess) -> Iterator[SpoolAdapter]:
    adapter = reaper_adapter(reaper.spool)
    adapter.spool.open(9, "token")
    reaper.connect()
    until(adapter.probe)
    yield adapter
    adapter.close()


def test_placing_is_to_the_sample_and_one_step_of_undo(
    reaper: ReaperProcess, adapter: SpoolAdapter, tmp_path: Path
) -> None:
    reaper.do('M.rate = 44100; M.track("Drums"); M.track("Mix", -1); M.track("Bass")')
    names = [f"{index}\tta\\b {index}.wav" for index in range(2)]  # what a file system allows
    given = [
        Placement(write_wav(tmp_path / names[0], 12345, 44100), "Vocals", 100001, "Mix"),
        Placement(write_wav(tmp_path / names[1], 54321, 44100), "Instrumental", 7, "Mix"),
    ]
    placed = adapter.place_audio(given, "melisma: isolate")
    assert [(p.path, p.track, p.start_samples) for p in placed] == [(p.path, p.track, p.start_samples) for p in given]
    order = 'local t = {} for i, x in ipairs(M.tracks) do t[i] = x.name .. x.depth end return table.concat(t, " ")'
    assert reaper.do(order) == "Drums0 Mix0 Instrumental0 Vocals-1 Bass0"  # in the folder that Mix ended
    position = "local v = M.tracks[4].items[1].values return string.format('%.10f %.10f', v.D_POSITION, v.D_LENGTH)"
    start, length = map(float, reaper.do(position).split())
    assert (start * 44100, length * 44100) == pytest.approx((100001, 12345), abs=1e-4)
    assert reaper.do("return tostring(M.unprotected) .. #M.undo .. M.undo[1].label") == "nil1melisma: isolate"
    assert reaper.do("return M.prevented") == "0"
    reaper.do("reaper.Undo_DoUndo2(0)")
    assert reaper.do(order) == "Drums0 Mix-1 Bass0"


def test_a_second_take_mutes_the_first(reaper: ReaperProcess, adapter: SpoolAdapter, tmp_path: Path) -> None:
    reaper.do('M.track("Vox")')
    reaper.do('M.audio(M.tracks[1], {path = "mine.wav", seconds = 9, position = 0, length = 9, selected = false})')
    for number, start in enumerate((0, 100, 48000, 23000)):
        adapter.place_audio([Placement(write_wav(tmp_path / f"{number}.wav"), "Vox", start)], "take")
    muted = (
        "local t = {} for i, x in ipairs(M.tracks[1].items) do t[i] = x.values.B_MUTE or 0 end return table.concat(t)"
    )
    # Nobody's own item, no take that sounds elsewhere, and no neighbour into whose end the last one reaches.
    assert reaper.do(muted) == "01000"


@pytest.mark.parametrize("bad", ["missing", "no sound"])
def test_nothing_changes_when_a_sound_cannot_be_placed(
    reaper: ReaperProcess, adapter: SpoolAdapter, tmp_path: Path, bad: str
) -> None:
    other = tmp_path / "other.wav"
    if bad == "no sound":
        other.write_text("these are words", encoding="utf-8")
    good = Placement(write_wav(tmp_path / "good.wav"), "A", 0)
    with pytest.raises(InputError, match=r"other\.wav"):
        adapter.place_audio([good, Placement(other, "B", 0)], "x")
    assert reaper.do("return #M.tracks .. #M.undo") == "00"


def test_half_a_result_is_taken_back(reaper: ReaperProcess, adapter: SpoolAdapter, tmp_path: Path) -> None:
    reaper.do('M.fail_on = "B"')
    sounds = [Placement(write_wav(tmp_path / f"{name}.wav"), name, 0) for name in "AB"]
    with pytest.raises(InputError, match="no memory left"):
        adapter.place_audio(sounds, "x")
    assert reaper.do("return #M.tracks .. #M.undo .. M.prevented") == "000"
    assert adapter.probe()


def test_the_transport(reaper: ReaperProcess, adapter: SpoolAdapter) -> None:
    reaper.do("M.cursor = 1.5; M.position = 11; M.markers = {{at = 10, bpm = 90}}")
    stopped = adapter.transport()
    assert (stopped.position_samples, stopped.speed, stopped.bpm) == (72000, 0, pytest.approx(120))
    reaper.do("M.playing = true")
    playing = adapter.transport()
    assert (playing.position_samples, playing.speed, playing.bpm) == (528000, 1, pytest.approx(90))


def test_wishes_reach_melisma_and_answers_the_user(reaper: ReaperProcess, adapter: SpoolAdapter) -> None:
    reaper.do(f'M.midi(M.track("Vox"), {{position = 2, length = 2, {_MELODY}}})')
    reaper.do('M.audio(M.track("Mix"), {path = "/a/mix.wav", seconds = 9, position = 0, length = 9})')
    reaper.run("Melisma - sing selected item.lua")
    reaper.run("Melisma - isolate selected item.lua")
    asks = adapter.asks()
    assert [(a.action, len(a.clips), len(a.sounds), a.lyrics) for a in asks] == [
        (Action.SING, 1, 0, None),
        (Action.ISOLATE, 0, 1, None),
    ]
    assert [note.lyric for note in asks[0].clips[0].notes] == ["la-", "la", "lä"]
    assert adapter.asks() == ()
    adapter.answer(asks[0].id, "Bar 3 has no words.", failed=True)
    until(lambda: "Bar 3 has no words." in reaper.do("return M.help"))
    assert reaper.do("return M.console[#M.console]:sub(1, 6)") != "!SHOW:"  # a failure opens the console


def test_words_are_asked_for_and_kept(reaper: ReaperProcess, adapter: SpoolAdapter) -> None:
    reaper.do(f'M.midi(M.track("Vox"), {{position = 2, length = 2, {_MELODY}}}); M.input = "A-ma, zing / grace"')
    reaper.run("Melisma - lyrics of selected item.lua")
    assert reaper.do("return M.asked.given") == "la-la lä"
    assert adapter.asks()[0].lyrics == "A-ma, zing / grace"
    reaper.run("Melisma - lyrics of selected item.lua")
    assert reaper.do("return M.asked.given") == "A-ma, zing / grace"
    adapter.asks()
    reaper.do("M.input = nil")
    reaper.run("Melisma - lyrics of selected item.lua")
    assert adapter.asks() == ()


@pytest.mark.parametrize("forgetful", ["false", "true"])  # whether a project's data can be read before it is saved
def test_all_scripts_call_the_session_alike(reaper: ReaperProcess, adapter: SpoolAdapter, forgetful: str) -> None:
    reaper.do(f'M.forgetful = {forgetful}; M.midi(M.track("Vox"), {{position = 2, length = 2, {_MELODY}}})')
    reaper.run("Melisma - sing selected item.lua")
    (ask,) = adapter.asks()
    assert adapter.read_clip().session == ask.clips[0].session
    until(lambda: adapter.session() == ask.clips[0].session)


def test_wishes_that_cannot_be_fulfilled_say_why(reaper: ReaperProcess, tmp_path: Path) -> None:
    reaper.run("Melisma - sing selected item.lua")
    assert "No item is selected" in reaper.do("return M.boxes[1]")
    reaper.do(f'M.midi(M.track("Vox"), {{position = 2, length = 2, {_MELODY}}})')
    reaper.run("Melisma - sing selected item.lua")
    assert "Melisma - connect" in reaper.do("return M.boxes[2]")
    reaper.run("Melisma - isolate selected item.lua")
    assert "No audio item" in reaper.do("return M.boxes[3]")


def test_without_melisma_a_wish_is_refused(reaper: ReaperProcess, adapter: SpoolAdapter) -> None:
    reaper.do(f'M.midi(M.track("Vox"), {{position = 2, length = 2, {_MELODY}}})')
    adapter.spool.close()
    reaper.run("Melisma - sing selected item.lua")
    assert "Start melisma" in reaper.do("return M.boxes[1]")
    assert not list(reaper.spool.glob("ask-*"))


def test_a_wish_that_nobody_hears_is_taken_back_and_said(reaper: ReaperProcess, adapter: SpoolAdapter) -> None:
    """Melisma was killed: its sign is still there."""
    reaper.do(f'M.midi(M.track("Vox"), {{position = 2, length = 2, {_MELODY}}})')
    for heard in (True, False):
        reaper.run("Melisma - sing selected item.lua")
        if heard:
            assert len(adapter.asks()) == 1
        reaper.do("M.clock = M.clock + 6")
        said = 'return tostring((M.console[#M.console] or ""):find("does not answer") ~= nil)'
        until(lambda: reaper.do('return M.ext["melisma/asked"] or ""') == "")
        assert (reaper.do(said) == "true") is not heard
    assert not list(reaper.spool.glob("ask-*"))


def test_a_command_for_another_session_is_left_alone(reaper: ReaperProcess, adapter: SpoolAdapter) -> None:
    with pytest.raises(InputError, match="did not answer"):
        adapter.spool.command("ping", timeout_s=0.3, session="of another REAPER")
    assert adapter.spool.command("ping", session=adapter.session().key) == []


def test_it_goes_where_melisma_came_last(reaper: ReaperProcess, tmp_path: Path) -> None:
    """Installed in a terminal, started at login: two runtime folders."""
    other = tmp_path / "other"
    other.mkdir()
    (reaper.scripts / "spool.txt").write_text(f"{reaper.spool}\n{other}\n", encoding="utf-8")
    stale = pack(["bridge", "9", "token", "1", "1000"])
    (reaper.spool / "bridge").write_bytes(stale)  # of a bridge that was killed
    adapter = reaper_adapter(other)
    adapter.spool.open(9, "token")
    reaper.connect()
    until(adapter.probe)
    reaper.do(f'M.midi(M.track("Vox"), {{position = 2, length = 2, {_MELODY}}})')
    reaper.run("Melisma - sing selected item.lua")
    assert len(adapter.asks()) == 1


def test_one_loop_serves_and_leaves_no_sign_behind(reaper: ReaperProcess, adapter: SpoolAdapter) -> None:
    reaper.run("Melisma - connect.lua")
    assert "up already" in reaper.do("return M.console[#M.console]")
    reaper.quit()
    assert not adapter.probe()


def test_bad_files_in_the_spool_stop_nothing(reaper: ReaperProcess, adapter: SpoolAdapter) -> None:
    for data in (b"", b"\xff\xfe\n", b"melisma\t2\tid\tping\n", b"melisma\t1\t../../x\tping\n", b"melisma\t1\n"):
        (reaper.spool / "cmd.new").write_bytes(data)
        (reaper.spool / "cmd.new").replace(reaper.spool / "cmd")
        until(lambda: not (reaper.spool / "cmd").exists())
    with pytest.raises(InputError, match="does not know dance"):
        adapter.spool.command("dance")
    assert adapter.spool.command("ping") == []
    assert {path.name for path in reaper.spool.iterdir()} <= {"alive", ".alive.part", "bridge"}


def test_scripts_that_were_copied_by_hand_say_so(reaper: ReaperProcess) -> None:
    (reaper.scripts / "spool.txt").unlink()
    reaper.run("Melisma - connect.lua")
    assert "melisma install reaper" in reaper.do("return M.console[1]")


def test_melisma_may_start_later(reaper: ReaperProcess) -> None:
    reaper.spool.rmdir()
    reaper.connect()
    adapter = reaper_adapter(reaper.spool)
    assert not adapter.probe()
    reaper.spool.mkdir()
    until(adapter.probe)
